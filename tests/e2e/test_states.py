"""What the cockpit looks like beside a budget, with a family in focus, presented, and behind a dead link.

Every state is looked at on a laptop and on a projector, light and dark; pictures go to screenshots/.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.conftest import LAPTOP, open_at, pictures, settled

OVERFLOW = """(() => {
  const main = document.querySelector("[data-testid=stMain]");
  const panes = [main, ...document.querySelectorAll("[class*=st-key-pane_]")];
  return panes.map(pane => [pane.scrollHeight - pane.clientHeight, pane.scrollWidth - pane.clientWidth]).flat();
})()"""
"""How many pixels of the page and of each pane are out of sight."""


def choose(page: Any, picker: str, option: str) -> None:
    """Choose an option of a picker by its text."""
    page.click(f".st-key-{picker} input")
    page.locator("[role=option]", has_text=option).first.click()
    settled(page)


def beside(reference: str) -> Callable[[Any], None]:
    """Hold the plan against a reference."""
    return lambda page: choose(page, "reference", reference)


def in_focus(page: Any) -> None:
    """Look at a family, and let the levers act on it."""
    choose(page, "focus_family", "Kettles")
    choose(page, "scope", "Kettles")


STATES: dict[str, tuple[str, Callable[[Any], None]]] = {
    "story": ("?scenario=black-friday", lambda _: None),
    "budget": ("?scenario=black-friday", beside("Budget")),
    "prior-year": ("", beside("Prior year")),
    "family": ("", in_focus),
    "presenting": ("?present=1&scenario=black-friday", lambda _: None),
    "dead-link": ("?scenario=gone", lambda _: None),
}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_state_fits_and_has_its_picture(browser: Any, address: str, theme: str) -> None:
    """No error box, and on a laptop no pane and no page with something out of sight."""
    context, hidden = browser.new_context(viewport=LAPTOP, color_scheme=theme), {}
    for name, (link, act) in STATES.items():
        page = context.new_page()
        open_at(page, f"{address}{link}")
        act(page)
        assert page.query_selector("[data-testid=stAlertContentError], [data-testid=stException]") is None, name
        if max(page.evaluate(OVERFLOW)) > 1:
            hidden[name] = page.evaluate(OVERFLOW)
        pictures(page, f"state-{name}-{theme}")
        page.close()
    context.close()
    assert hidden == {}


def test_a_dead_link_says_so(page: Any, address: str) -> None:
    """A link to a scenario that is not there opens Base and says that it is not there."""
    open_at(page, f"{address}?scenario=gone")
    assert "gone" in page.inner_text(".st-key-notice")
    assert "scenario=" not in page.url
