"""The app served on a free port, a fresh Chromium at the size of a laptop, and stores to show in it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

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
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"


@contextmanager
def served(script: Path, store: Path) -> Iterator[str]:
    """The address of ``script``, served as README starts the app, any other by Streamlit; ended afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = ["sop.ui"] if script == ROOT / "app.py" else ["streamlit", "run", str(script)]
    command = [sys.executable, "-m", *start, "--server.port", str(port)]
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


def prepared(store: Path, items_per_family: int = 4) -> Path:
    """A store with the demo company, of any size, fitted and measured, so that nothing works in the background."""
    sys.path.insert(0, str(ROOT))
    from sop.demo.company import write
    from sop.workspace import Workspace

    workspace = Workspace.open(store)
    if items_per_family == 4:
        workspace.load_demo()
        workspace.ensure_model()
        workspace.measure_accuracy()
    else:
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), items_per_family)
            Path(folder, "scenarios.json").unlink()
            workspace.import_path(folder)
        workspace.ensure_model()
    workspace.close()
    return store
