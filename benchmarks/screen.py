"""How long a manager waits, in Chromium: key press on a slider until EBITDA has changed; another scenario, a family or
another page until all of it is drawn; the slider again with 300 items.

Beside it key press to changed text on an empty page of two widgets, in the same run (the floor this browser and machine
allow). Run it from the project's folder: python benchmarks/screen.py [--moves 20] [--store FILE] [--without-large].
Needs playwright and a Chromium (SOP_CHROMIUM names another one).
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from bars import Bar, finish
from served import IDLE, ROOT, browser, prepared, served

SLIDER = ".st-key-lv_demand [data-testid=stSlider] input"
EBITDA = ".st-key-kpis [data-testid=stColumn]:nth-child(3) [data-testid=stMetric]"
CHARTS = ".st-key-pane_demand [data-testid=stVegaLiteChart]"
FAMILIES_OF_FIFTY = 50
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
DRAWN = """
() => new Promise((resolve, reject) => {
  let start = null, last = null;
  const idle = () => document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning";
  const timer = setTimeout(() => reject(new Error("never came to rest")), 30000);
  const drawn = one => !(one.target.nodeType === 1 ? one.target : one.target.parentElement)?.closest("canvas");
  const seen = new MutationObserver(all => { if (start !== null && all.some(drawn)) last = performance.now(); });
  const begin = () => { start = last = performance.now(); look(); };
  const look = () => {
    if (idle() && last > start && performance.now() - last > 500) {
      clearTimeout(timer); seen.disconnect(); resolve(last - start);
    } else setTimeout(look, 20);
  };
  seen.observe(document.body, {subtree: true, childList: true, characterData: true, attributes: true,
                               attributeFilter: ["d", "x", "y", "height", "aria-label"]});
  document.addEventListener("click", begin, {once: true, capture: true});
})
"""
"""From the next click until nothing on the page has changed for half a second; the time of the last change counts.

What a canvas contains is not drawn: tables keep a copy of their cells in it for screen readers, 0.3 s later.
"""


def moves(page: Any, address: str, slider: str, shown: str, count: int) -> list[float]:
    """Milliseconds from key press to changed text, ``count`` times after two to warm up."""
    page.goto(address)
    page.wait_for_selector(slider, timeout=180_000)
    page.wait_for_selector(shown, timeout=180_000)
    page.wait_for_selector(IDLE, timeout=180_000)
    page.wait_for_timeout(8_000)  # until charts are drawn and bases found: they are not what is measured
    page.wait_for_selector(IDLE, timeout=180_000)
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


def drawn(page: Any, ready: Callable[[], Any], clicks: Iterator[Callable[[], Any]], count: int) -> list[float]:
    """Milliseconds from a click until everything is drawn, ``count`` times after two to warm up."""
    times = []
    for click in islice(clicks, count + 2):
        ready()
        page.evaluate(f"() => {{ window.waited = ({DRAWN})(); }}")
        click()
        times.append(float(page.evaluate("() => window.waited")))
        page.wait_for_selector(IDLE, timeout=30_000)
    return times[2:]


def picks(page: Any, picker: str, names: list[str], count: int) -> list[float]:
    """Choosing ``names`` in turn in a picker."""
    opened = f".st-key-{picker} [data-testid=stSelectbox] input"

    def option(name: str) -> Callable[[], Any]:
        return page.locator("[role=option]").filter(has_text=name).first.click

    return drawn(page, lambda: page.click(opened), map(option, cycle(names)), count)


def pages(page: Any, names: list[str], count: int) -> list[float]:
    """Going from page to page by the links of the sidebar."""

    def link(name: str) -> Callable[[], Any]:
        return page.locator("[data-testid=stSidebar] a").filter(has_text=name).first.click

    return drawn(page, lambda: page.wait_for_selector(IDLE), map(link, cycle(names)), count)


def demo(store: Path, count: int) -> dict[str, list[float]]:
    """Everything that is measured on the demo company."""
    with served(ROOT / "app.py", store) as address, browser() as page:
        slider = moves(page, address, SLIDER, EBITDA, count)
        page.wait_for_selector(CHARTS)
        scenarios = picks(page, "picked", ["Kettle price", "Base", "Third shift", "Base"], count)
        families = picks(page, "focus_family", ["Kettles", "Coffee", "Fans", "All families"], count)
        page.goto(f"{address}Supply")
        page.wait_for_selector("[data-testid=stVegaLiteChart]", timeout=60_000)
        page.wait_for_timeout(2_000)
        between = pages(page, ["Finance", "Demand", "Compare", "Supply"], count)
    return {"slider": slider, "scenario": scenarios, "family": families, "page": between}


def large(folder: Path, count: int) -> list[float]:
    """Key press to EBITDA with 300 items in four markets."""
    store = prepared(folder / "large.duckdb", FAMILIES_OF_FIFTY)
    with served(ROOT / "app.py", store) as address, browser() as page:
        return moves(page, address, SLIDER, EBITDA, count)


def main() -> None:
    """Measure everything in one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, default=20)
    parser.add_argument("--store", type=Path, default=None, help="a store with data (default: a fresh demo company)")
    parser.add_argument("--without-large", action="store_true", help="leave the 300 items out")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder, "empty.py")
        empty.write_text(EMPTY, encoding="utf-8")
        store = chosen.store or prepared(Path(folder, "sop.duckdb"))
        with served(empty, store) as address, browser() as page:
            floor = moves(page, address, "[data-testid=stSlider] input", "[data-testid=stText]", chosen.moves)
        found = demo(store, chosen.moves)
        if not chosen.without_large:
            found["large"] = large(Path(folder), chosen.moves)
    bars = {
        "slider": ("slider_to_ebitda", 350.0),
        "scenario": ("scenario_to_all_panes", 600.0),
        "family": ("family_to_all_panes", 350.0),
        "page": ("page_change", 800.0),
        "large": ("slider_to_ebitda_300_items", 700.0),
    }
    finish(
        "From key or click to the screen, medians",
        [Bar(bars[name][0], statistics.median(times), bars[name][1]) for name, times in found.items()],
        [
            f"empty page: median {statistics.median(floor):.0f} ms, slowest {max(floor):.0f} ms of {len(floor)} moves",
            *(f"{bars[name][0]}: slowest {max(times):.0f} ms" for name, times in found.items()),
        ],
    )


if __name__ == "__main__":
    main()
