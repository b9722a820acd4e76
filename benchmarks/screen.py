"""How long a manager waits: key press on a slider until the changed EBITDA is on screen, in Chromium.

Beside it the same on an empty page of two widgets (the floor this browser and machine allow). Run it from the project's
folder: python benchmarks/screen.py [--moves 20] [--store FILE]. Needs playwright and a Chromium (SOP_CHROMIUM names
another one).
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bars import Bar, finish

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = os.environ.get("SOP_CHROMIUM", "/usr/bin/chromium")
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
LIMIT = 350.0
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
EMPTY = """
import streamlit as st
st.text("value " + str(st.slider("Demand", -30, 30, 0)))
"""
WATCH = """
([slider, shown]) => new Promise((resolve, reject) => {
  const read = () => document.querySelector(shown)?.innerText;
  const before = read(), input = document.querySelector(slider), start = performance.now();
  const timer = setTimeout(() => reject(new Error("nothing changed")), 20000);
  const look = () => {
    if (read() !== before) { clearTimeout(timer); resolve(performance.now() - start); }
    else requestAnimationFrame(look);
  };
  document.addEventListener("keydown", () => { look(); }, {once: true, capture: true});
  input.focus();
})
"""


@contextmanager
def served(script: Path, store: Path) -> Iterator[str]:
    """The address of ``script`` served by Streamlit; ended afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    environment = {**os.environ, "SOP_STORE": str(store)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # as anybody's machine: what is compiled once stays compiled
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
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
    raise TimeoutError("the server did not start")


@contextmanager
def browser() -> Iterator[Any]:
    """A page of a fresh Chromium at the size of a laptop."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play, tempfile.TemporaryDirectory() as profile:
        context = play.chromium.launch_persistent_context(
            profile, executable_path=CHROMIUM, args=ARGUMENTS, viewport={"width": 1366, "height": 630}
        )
        try:
            yield context.new_page()
        finally:
            context.close()


def moves(page: Any, address: str, slider: str, shown: str, count: int) -> list[float]:
    """Milliseconds from key press to changed text, ``count`` times after two to warm up."""
    page.goto(address)
    page.wait_for_selector(slider, timeout=180_000)
    page.wait_for_selector(shown, timeout=180_000)
    page.wait_for_selector(IDLE, timeout=180_000)
    page.wait_for_timeout(2_000)
    page.wait_for_selector(slider)
    times = []
    for move in range(count + 2):
        key = "ArrowRight" if (move // 5) % 2 == 0 else "ArrowLeft"
        waiting = page.evaluate_handle(f"args => {{ window.waited = ({WATCH})(args); }}", [slider, shown])
        waiting.dispose()
        page.keyboard.press(key)
        times.append(float(page.evaluate("() => window.waited")))
        page.wait_for_selector(IDLE, timeout=30_000)
        page.wait_for_timeout(150)
    return times[2:]


def prepared(store: Path) -> Path:
    """A store with the demo company, fitted and measured, so that nothing works in the background."""
    sys.path.insert(0, str(ROOT))
    from sop.workspace import Workspace

    workspace = Workspace.open(store)
    workspace.load_demo()
    workspace.ensure_model()
    workspace.measure_accuracy()
    workspace.close()
    return store


def main() -> None:
    """Measure both pages in one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, default=20)
    parser.add_argument("--store", type=Path, default=None, help="a store with data (default: a fresh demo company)")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder, "empty.py")
        empty.write_text(EMPTY, encoding="utf-8")
        store = chosen.store or prepared(Path(folder, "sop.duckdb"))
        with served(empty, store) as address, browser() as page:
            floor = moves(page, address, "[data-testid=stSlider] input", "[data-testid=stText]", chosen.moves)
        with served(ROOT / "app.py", store) as address, browser() as page:
            slider = ".st-key-lever_demand input"
            ebitda = ".st-key-kpis [data-testid=stColumn]:nth-child(3) [data-testid=stMetric]"
            times = moves(page, address, slider, ebitda, chosen.moves)
    finish(
        "Key press on the demand lever until EBITDA has changed on screen",
        [Bar("slider_to_ebitda", statistics.median(times), LIMIT)],
        [
            f"median {statistics.median(times):.0f} ms, slowest {max(times):.0f} ms of {len(times)} moves",
            f"empty page: median {statistics.median(floor):.0f} ms, slowest {max(floor):.0f} ms",
        ],
    )


if __name__ == "__main__":
    main()
