"""How long a start takes: from the command to the cockpit's figures and levers in Chromium, the first with the fit.

Beside it the same for an empty page of two widgets, in the same run (the floor this browser and machine allow). Run it
from the project's folder: python benchmarks/start.py. Needs playwright and a Chromium.
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from statistics import median

from bars import Bar, finish
from screen import EMPTY
from served import IDLE, ROOT, browser, prepared, served

SCREEN = (".st-key-kpis [data-testid=stMetric]", ".st-key-pane_levers [data-testid=stSlider]")
"""What makes the cockpit usable: its figures and its levers."""
EMPTY_SCREEN = ("[data-testid=stText]",)
WATCH = """
const wanted = %s;
const look = new MutationObserver(() => {
    if (!wanted.every(one => document.querySelector(one))) return;
    look.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => { window.paintedAt = Date.now() / 1000; }));
});
look.observe(document, {childList: true, subtree: true});
"""
"""Notes in the page when everything wanted was painted: a question asked from outside is answered late while the page
is busy drawing the rest."""


def seconds_to(shown: tuple[str, ...], script: Path, store: Path) -> float:
    """Seconds from starting the server until everything ``shown`` has been painted."""
    with browser() as page:
        page.add_init_script(WATCH % json.dumps(shown))
        begun = time.time()
        with served(script, store) as address:
            page.goto(address)
            page.wait_for_function("window.paintedAt", timeout=180_000)
            painted = page.evaluate("window.paintedAt")
            page.wait_for_selector(IDLE, timeout=180_000)
    return painted - begun


def main() -> None:
    """One first start, five later ones, five of the empty page."""
    with tempfile.TemporaryDirectory() as folder:
        empty, store = Path(folder, "empty.py"), Path(folder, "sop.duckdb")
        empty.write_text(EMPTY, encoding="utf-8")
        first = seconds_to(SCREEN, ROOT / "app.py", store)
        used = prepared(Path(folder, "used.duckdb"))
        later = [seconds_to(SCREEN, ROOT / "app.py", used) for _ in range(5)]
        floor = [seconds_to(EMPTY_SCREEN, empty, store) for _ in range(5)]
    finish(
        "From the start command to the first usable screen",
        [Bar("first start, fit included", first, 25.0, "s"), Bar("later start, median", median(later), 4.0, "s")],
        [f"empty page: median {median(floor):.2f} s; slowest later start {max(later):.2f} s"],
    )


if __name__ == "__main__":
    main()
