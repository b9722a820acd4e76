"""A newcomer's way: first start, a lever, save, share, compare, take away, bring back. Pictures go to screenshots/."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.e2e.conftest import DEMAND, EBITDA, LAPTOP, open_at, pictures, serving, settled, shot

TYPED = ".st-key-typed_demand input"


def press(page: Any, selector: str, key: str, times: int = 1) -> None:
    """Press a key on a slider and wait for the answer."""
    page.focus(selector)
    for _ in range(times):
        page.keyboard.press(key)
        settled(page)


def test_the_first_start_loads_the_demo_company_and_tells_what_it_does(page: Any, tmp_path: Path) -> None:
    """Nothing in the store: the data page says so; a progress bar in words, then six figures of the demo company."""
    with serving(tmp_path / "sop.duckdb") as address:
        page.goto(f"{address}Data")
        page.wait_for_selector("text=No data yet", timeout=60_000)
        pictures(page, "state-no-data")
        page.goto(address)
        page.wait_for_selector("[data-testid=stProgress]", timeout=60_000)
        pictures(page, "state-first-start")
        page.wait_for_selector(EBITDA, timeout=180_000)
        settled(page)
        shot(page, "cockpit-base")
        assert len(page.query_selector_all(".st-key-kpis [data-testid=stMetric]")) == 6


def test_the_cockpit_fits_a_laptop_without_scrolling(page: Any, address: str) -> None:
    """At 1366 x 630 everything for the decision is in one view, in either direction."""
    open_at(page, address)
    size = page.evaluate(
        "(() => { const m = document.querySelector('[data-testid=stMain]');"
        " return [m.scrollHeight - m.clientHeight, m.scrollWidth - m.clientWidth]; })()"
    )
    assert size == [0, 0]


def test_nothing_is_fetched_from_elsewhere(browser: Any, address: str) -> None:
    """The app works without a network: every request goes to its own address."""
    context = browser.new_context()
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    open_at(page, address)
    context.close()
    assert [url for url in asked if not url.startswith((address, "data:", "blob:", "ws://127.0.0.1"))] == []


def test_from_a_lever_to_a_file_and_back(page: Any, browser: Any, address: str, tmp_path: Path) -> None:
    """Move a lever by key, save under a name, open the link elsewhere, compare, export, verify, import."""
    open_at(page, address)
    before = page.inner_text(EBITDA)
    press(page, DEMAND, "ArrowRight", 3)
    assert page.inner_text(EBITDA) != before
    assert page.input_value(TYPED) == "3"
    page.click(".st-key-save button")
    page.fill(".st-key-save_name_base input", "Three per cent more")
    page.keyboard.press("Tab")
    settled(page)
    page.click("text=Save as new scenario")
    settled(page)
    page.wait_for_url("**scenario=three-per-cent-more*", timeout=60_000)
    settled(page)
    figure = page.inner_text(EBITDA)
    link = page.url
    _shared(browser, link, figure)
    _compared(page, address)
    _taken_away_and_back(page, tmp_path)
    _deleted_under_another(page, browser, link)


def _shared(browser: Any, link: str, figure: str) -> None:
    """The link shows the same figure in another browser."""
    context = browser.new_context(viewport=LAPTOP)
    other = context.new_page()
    open_at(other, link)
    assert other.inner_text(EBITDA) == figure
    context.close()


def _compared(page: Any, address: str) -> None:
    open_at(page, f"{address}Compare?scenario=three-per-cent-more", ready=".st-key-key_figures table")
    shot(page, "compare")
    assert "Kettle price +4 %" in page.inner_text(".st-key-key_figures")


def _taken_away_and_back(page: Any, folder: Path) -> None:
    with page.expect_download(timeout=60_000) as workbook:
        page.click("text=Workbook of Three per cent more")
    workbook.value.save_as(folder / "plan.xlsx")
    assert (folder / "plan.xlsx").read_bytes()[:2] == b"PK"
    with page.expect_download(timeout=60_000) as snapshot:
        page.click("text=Snapshot of Three per cent more")
    snapshot.value.save_as(folder / "plan.zip")
    page.click("text=Import or verify a snapshot")
    settled(page)
    page.set_input_files(".st-key-snapshot_file input[type=file]", folder / "plan.zip")
    settled(page)
    page.click(".st-key-verify_snapshot button")
    page.wait_for_selector("text=The same figures come out again.", timeout=120_000)
    page.click(".st-key-import_snapshot button")
    page.wait_for_selector("text=Choose it in the bar above", timeout=60_000)


def _deleted_under_another(page: Any, browser: Any, link: str) -> None:
    """Who still looks at it is told at the next turn of a lever."""
    context = browser.new_context(viewport=LAPTOP)
    other = context.new_page()
    open_at(other, link)
    open_at(page, link)
    page.click(".st-key-save button")
    page.click("text=Delete")
    settled(page)
    press(other, DEMAND, "ArrowRight")
    assert "was deleted in another session" in other.inner_text(".st-key-notice")
    pictures(other, "state-deleted")
    context.close()


def test_unsaved_levers_stay_in_their_session(page: Any, browser: Any, address: str) -> None:
    """What one browser turns, another does not see; a page change keeps it, a reload forgets it."""
    open_at(page, address)
    press(page, DEMAND, "ArrowRight", 2)
    context = browser.new_context(viewport=LAPTOP)
    other = context.new_page()
    open_at(other, address)
    assert (page.input_value(DEMAND), other.input_value(DEMAND)) == ("2", "0")
    context.close()
    page.click(".st-key-pane_profit a")
    page.wait_for_selector("text=EBITDA by month", timeout=60_000)
    assert "Demand +2 %" in page.inner_text(".st-key-top")
