"""Everybody can read and work it: contrast and names by axe-core, levers by keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.conftest import open_at

PAGES = ("", "Demand", "Supply", "Finance", "Compare", "Data")
RULES = ["color-contrast", "button-name", "link-name", "label", "image-alt", "aria-input-field-name", "select-name"]

FOCUSED = """(() => {
  const element = document.activeElement;
  const slider = element && element.closest(".st-key-pane_levers [data-testid=stSlider]");
  return slider && element.tagName === "INPUT" ? element.getAttribute("aria-label") || slider.innerText : null;
})()"""
"""What names the slider that has the focus, null when it is on something else."""


def _faults(page: Any) -> list[str]:
    """What axe-core finds against the rules of WCAG AA that a planner would stumble over, with the element at fault."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core is not installed")
    found = axe.Axe().run(page, options={"runOnly": {"type": "rule", "values": RULES}}).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:160]} {node['any'][0]['message'] if node['any'] else ''}"
        for rule in found
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_has_contrast_and_names(browser: Any, address: str, theme: str) -> None:
    """WCAG AA contrast, and a name for every control, on every page in both themes."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, color_scheme=theme)
    page, faults = context.new_page(), {}
    for name in PAGES:
        ready = "[data-testid=stDataFrame]" if name == "Data" else ".st-key-top"
        open_at(page, f"{address}{name}?scenario=black-friday", ready=ready)
        page.wait_for_timeout(1_000)
        if found := _faults(page):
            faults[name or "cockpit"] = found
    context.close()
    assert faults == {}


def test_every_lever_in_view_is_reached_by_keyboard(page: Any, address: str) -> None:
    """Tab alone leads to every slider of the cockpit."""
    open_at(page, address)
    sliders = page.evaluate("document.querySelectorAll('.st-key-pane_levers [data-testid=stSlider] input').length")
    reached = set()
    for _ in range(150):
        page.keyboard.press("Tab")
        lever = page.evaluate(FOCUSED)
        if lever:
            reached.add(lever)
    assert len(reached) == sliders > 0
