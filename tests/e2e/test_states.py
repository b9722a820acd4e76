"""What the cockpit looks like beside a budget, with a family in focus, presented, and behind a dead link.

Every state is looked at on a laptop and on a projector, light and dark; pictures go to screenshots/.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.e2e.conftest import DEMAND, EBITDA, LAPTOP, open_at, pictures, settled

OVERFLOW = """(() => {
  const main = document.querySelector("[data-testid=stMain]");
  const panes = [main, ...document.querySelectorAll("[class*=st-key-pane_]")];
  return panes.map(pane => [pane.scrollHeight - pane.clientHeight, pane.scrollWidth - pane.clientWidth]).flat();
})()"""
"""How many pixels of the page and of each pane are out of sight."""


MARKED = """(() => {
  const word = getComputedStyle(document.querySelector(".st-key-headline"), "::after");
  return [word.content, word.opacity];
})()"""
"""The word beside the headline that figures are from before, and how much of it is to be seen."""


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


def test_every_state_fits_and_has_its_picture(browser: Any, address: str) -> None:
    """No error box, and on a laptop no pane and no page with something out of sight."""
    context, hidden = browser.new_context(viewport=LAPTOP), {}
    for name, (link, act) in STATES.items():
        page = context.new_page()
        open_at(page, f"{address}{link}")
        act(page)
        assert page.query_selector("[data-testid=stAlertContentError], [data-testid=stException]") is None, name
        if max(page.evaluate(OVERFLOW)) > 1:
            hidden[name] = page.evaluate(OVERFLOW)
        pictures(page, f"state-{name}")
        page.close()
    context.close()
    assert hidden == {}


def test_a_dead_link_says_so(page: Any, address: str) -> None:
    """A link to a scenario that is not there opens Base and says that it is not there."""
    open_at(page, f"{address}?scenario=gone")
    assert "gone" in page.inner_text(".st-key-notice")
    assert "scenario=" not in page.url


def test_figures_of_before_stay_readable_and_marked_while_a_plan_takes_long(page: Any, address: str) -> None:
    """All of an answer but its beginning held back: the old figures are there, and a word that they are old."""
    let_through = [10_000]

    def between(socket: Any) -> None:
        def pass_on(message: Any) -> None:
            let_through[0] -= 1
            if let_through[0] >= 0:
                socket.send(message)

        socket.connect_to_server().on_message(pass_on)

    page.route_web_socket(re.compile("_stcore/stream"), between)
    open_at(page, address)
    figure = page.inner_text(EBITDA)
    page.focus(DEMAND)
    let_through[0] = 2  # that a run has begun, and that it is running
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(1_500)
    assert page.evaluate(MARKED) == ['"Planning anew: the figures below are from before"', "1"]
    assert page.inner_text(EBITDA) == figure
    pictures(page, "state-long")
