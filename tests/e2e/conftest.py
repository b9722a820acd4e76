"""A served app on a fresh store, and a browser. Skipped, with the reason, where there is no browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
THEMES = ("light", "dark")
LAPTOP = {"width": 1366, "height": 630}
SIZES = (LAPTOP, {"width": 1366, "height": 768}, {"width": 1920, "height": 1080})
"""Inside of a laptop's browser, a laptop's whole screen, a projector."""
SHOTS = ROOT / "screenshots"
CHROMIUM = os.environ.get("SOP_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
EBITDA = ".st-key-kpis [data-testid=stColumn]:nth-child(3) [data-testid=stMetric]"
DEMAND = ".st-key-lv_demand [data-testid=stSlider] input"
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a browser."""
    reason = _missing()
    for item in items:
        if Path(item.path).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.e2e)
            if reason:
                item.add_marker(pytest.mark.skip(reason=reason))


def _missing() -> str:
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return "playwright is not installed"
    return "" if CHROMIUM else "no Chromium found; SOP_CHROMIUM may name one"


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that is not there yet."""
    return tmp_path_factory.mktemp("store") / "sop.duckdb"


@pytest.fixture(scope="session")
def address(store: Path) -> Iterator[str]:
    """The app served on a free port of this machine."""
    with serving(store) as found:
        yield found


@contextmanager
def serving(store: Path) -> Iterator[str]:
    """The address of the app served on ``store``; ended afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "sop.ui", "--server.port", str(port)]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "SOP_STORE": str(store)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()


def _wait_for(port: int, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the app did not start")


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One Chromium for all tests."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A fresh session at the size of a laptop."""
    context = browser.new_context(viewport=LAPTOP, accept_downloads=True)
    yield context.new_page()
    context.close()


def open_at(page: Any, address: str, ready: str = ".st-key-kpis [data-testid=stMetric]") -> None:
    """Go there and wait until the page is drawn."""
    page.goto(address)
    page.wait_for_selector(ready, timeout=180_000)
    settled(page)


def settled(page: Any) -> None:
    """Wait until the script has run and charts had time to draw."""
    page.wait_for_timeout(300)
    page.wait_for_selector(IDLE, timeout=120_000)
    page.wait_for_timeout(700)


def in_theme(page: Any, theme: str) -> None:
    """Look at the page in the light or the dark; it follows at once, without being loaded anew."""
    page.emulate_media(color_scheme=theme)
    page.wait_for_timeout(300)
    page.wait_for_selector(IDLE, timeout=120_000)


def pictures(page: Any, name: str, themes: tuple[str, ...] = THEMES) -> None:
    """A picture in each theme at the sizes the app is looked at in; the page stays as it came, in the light.

    At the smallest and the largest size, in the dark at the smallest alone, unless SOP_PICTURES=all: another theme or
    size draws the whole page anew.
    """
    before = page.viewport_size
    for theme in themes:
        page.emulate_media(color_scheme=theme)
        few = SIZES[::2] if theme == "light" else SIZES[:1]
        for size in SIZES if os.environ.get("SOP_PICTURES") == "all" else few:
            page.set_viewport_size(size)
            page.wait_for_timeout(250)  # charts follow the window
            shot(page, f"{name}-{theme}-{size['width']}x{size['height']}")
    page.set_viewport_size(before)
    page.emulate_media(color_scheme="light")


def shot(page: Any, name: str) -> None:
    """Keep a picture for people to look at."""
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png")
