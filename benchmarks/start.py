"""How long a start takes: from the command to the cockpit's figures in Chromium, first start (fit included) and later.

Beside it the same for an empty page of two widgets, in the same run (the floor this browser and machine allow). Run it
from the project's folder: python benchmarks/start.py. Needs playwright and a Chromium.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from statistics import median

from bars import Bar, finish
from screen import EMPTY
from served import IDLE, ROOT, browser, prepared, served

FIGURES = ".st-key-kpis [data-testid=stMetric]"


def seconds_to(shown: str, script: Path, store: Path) -> float:
    """Seconds from starting the server until ``shown`` is on the page and the script has come to rest."""
    with browser() as page:
        begun = time.perf_counter()
        with served(script, store) as address:
            page.goto(address)
            page.wait_for_selector(shown, timeout=180_000)
            first = time.perf_counter() - begun
            page.wait_for_selector(IDLE, timeout=180_000)
    return first


def main() -> None:
    """One first start, five later ones, five of the empty page."""
    with tempfile.TemporaryDirectory() as folder:
        empty, store = Path(folder, "empty.py"), Path(folder, "sop.duckdb")
        empty.write_text(EMPTY, encoding="utf-8")
        first = seconds_to(FIGURES, ROOT / "app.py", store)
        used = prepared(Path(folder, "used.duckdb"))
        later = [seconds_to(FIGURES, ROOT / "app.py", used) for _ in range(5)]
        floor = [seconds_to("[data-testid=stText]", empty, store) for _ in range(5)]
    finish(
        "From the start command to the first usable screen",
        [Bar("first start, fit included", first, 25.0, "s"), Bar("later start, median", median(later), 4.0, "s")],
        [f"empty page: median {median(floor):.2f} s; slowest later start {max(later):.2f} s"],
    )


if __name__ == "__main__":
    main()
