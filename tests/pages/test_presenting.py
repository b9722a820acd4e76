"""Presentation mode: from the link or a button, on every page, and back."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from sop.ui.presenting import STEPS
from sop.workspace import Workspace
from tests.pages.conftest import ROOT
from tests.workspaces import scenario


def opened(**query: str) -> AppTest:
    """A fresh session by link."""
    session = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    for name, text in query.items():
        session.query_params[name] = text
    return session.run()


def buttons(app: AppTest) -> set[str | None]:
    """Keys of the buttons on the page."""
    return {button.key for button in app.button}


def test_a_link_opens_in_presentation_mode(store: Workspace) -> None:
    """No side bar, a way out, and the scenario of the link."""
    store.save(scenario("Plan B"))
    app = opened(present="1", scenario="plan-b")
    assert not app.exception
    assert not app.sidebar.children
    assert app.selectbox(key="picked").value == "plan-b"
    assert {"present_end"} <= buttons(app)
    assert "present_start" not in buttons(app)


def test_without_it_there_is_a_side_bar_and_a_button_to_start(app: AppTest) -> None:
    """The button puts the mode into the link, so that a reload keeps it."""
    assert app.sidebar.children
    app.button(key="present_start").click().run()
    app.run()
    assert not app.sidebar.children
    assert app.query_params["present"] in ("1", ["1"])


def test_the_end_gives_everything_back(store: Workspace) -> None:
    """Side bar and start button are there again; the link no longer presents."""
    app = opened(present="1")
    app.button(key="present_end").click().run()
    assert app.sidebar.children
    assert "present" not in app.query_params
    assert "present_start" in buttons(app)


def test_every_page_of_the_presentation_says_where_it_stands(store: Workspace) -> None:
    """1 / 5 to 5 / 5, each drawn without an error."""
    app = opened(present="1")
    for place, (page, _) in enumerate(STEPS, start=1):
        app.switch_page(page).run()
        assert not app.exception, page
        assert f"{place} / {len(STEPS)}" in [one.value for one in app.markdown], page
