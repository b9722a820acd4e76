"""What stands on the page while libraries are read, and that it goes when there is something to show."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from sop.ui import early


def visit() -> None:
    """A page that draws what comes early, and its figure after it."""
    import streamlit as st

    from sop.ui import early

    early.early()
    if st.session_state.get("ready"):
        early.clear()
        st.metric("EBITDA", "9.6M")


def test_figures_and_a_lever_without_values_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """While nothing is known six titles stand there with dashes, and nothing can be turned."""
    monkeypatch.setattr(early, "_visits", [])
    page = AppTest.from_function(visit).run(timeout=30)
    assert [(metric.label, metric.value) for metric in page.metric] == [(title, "–") for title in early.FIGURES]
    assert page.slider[0].disabled and page.number_input[0].disabled


def test_it_goes_when_figures_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the real figure is left, and no lever of the placeholder."""
    monkeypatch.setattr(early, "_visits", [])
    page = AppTest.from_function(visit)
    page.session_state["ready"] = True
    page.run(timeout=30)
    assert [metric.value for metric in page.metric] == ["9.6M"]
    assert len(page.slider) == 0


def test_nothing_early_once_libraries_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """A later visit draws at once."""
    monkeypatch.setattr(early, "_visits", ["first"])
    assert len(AppTest.from_function(visit).run(timeout=30).metric) == 0


def test_titles_are_those_of_the_figures(app: AppTest) -> None:
    """The placeholder names what follows, in its order."""
    assert tuple(metric.label for metric in app.run(timeout=60).metric) == early.FIGURES
