"""Everybody can read and work it: contrast and names by axe-core, levers by keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.conftest import THEMES, in_theme, open_at, pictures

PAGES = ("", "Demand", "Supply", "Finance", "Compare", "Data")
RULES = ["color-contrast", "button-name", "link-name", "label", "image-alt", "aria-input-field-name", "select-name"]

SLIDERS = ".st-key-pane_levers [data-testid=stSlider] input"

FOCUSED = """(() => {
  const element = document.activeElement;
  const slider = element && element.closest(".st-key-pane_levers [data-testid=stSlider]");
  return slider ? [...document.querySelectorAll(SLIDERS)].indexOf(element) : -1;
})()""".replace("SLIDERS", repr(SLIDERS))
"""Which of the sliders has the focus, -1 when it is on something else."""


def _faults(page: Any) -> list[str]:
    """What axe-core finds against the rules of WCAG AA that a planner would stumble over, with the element at fault."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core is not installed")
    found = axe.Axe().run(page, options={"runOnly": {"type": "rule", "values": RULES}}).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:160]} {node['any'][0]['message'] if node['any'] else ''}"
        for rule in found
        for node in rule["nodes"]
    ]


def test_every_page_has_contrast_and_names(browser: Any, address: str) -> None:
    """No error box, WCAG AA contrast and a name for every control, on every page in both themes; with pictures."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page, faults = context.new_page(), {}
    for name in PAGES:
        ready = "[data-testid=stDataFrame]" if name == "Data" else ".st-key-top"
        open_at(page, f"{address}{name}?scenario=black-friday", ready=ready)
        assert page.query_selector("[data-testid=stAlertContentError], [data-testid=stException]") is None, name
        for theme in THEMES:
            in_theme(page, theme)
            if found := _faults(page):
                faults[f"{name or 'cockpit'}, {theme}"] = found
            pictures(page, name.lower() or "cockpit", (theme,))
    context.close()
    assert faults == {}


def test_every_lever_in_view_is_reached_by_keyboard(page: Any, address: str) -> None:
    """Tab alone leads to every slider of the cockpit: eight levers, and both ends of the months."""
    open_at(page, address)
    sliders = page.evaluate(f"document.querySelectorAll('{SLIDERS}').length")
    reached = set()
    for _ in range(150):
        page.keyboard.press("Tab")
        reached.add(page.evaluate(FOCUSED))
        if len(reached - {-1}) == sliders:
            break
    assert len(reached - {-1}) == sliders >= 10
