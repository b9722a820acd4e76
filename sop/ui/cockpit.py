"""The cockpit: everything for the decision in one view. A fragment, so a lever redraws this and nothing else."""

from __future__ import annotations

import sys
from time import sleep

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sop.ui import early, kpis, levers, next_step, panes, relaxing, session, topbar
from sop.ui.formatting import plain
from sop.ui.frame import guarded
from sop.ui.question import Answer, ask
from sop.workspace import Workspace

_PANE = 460
_GAP = 16
_HEAD_START = 0.3  # seconds


@st.fragment(key=session.COCKPIT)
def show(workspace: Workspace) -> None:
    """Send the figures first, whatever their place: a manager who moves a lever looks at them."""
    with st.container(gap="xsmall"), guarded():
        session.settle(workspace)
        bar, sentence, figures = st.container(), _sentence(), st.container()
        try:
            answer = ask(workspace)
            early.wait()
            early.clear()
            with figures:
                kpis.show(answer)
            early.shown()
        finally:  # also when there is no answer: the bar is where the cause can be taken back
            with bar:
                topbar.show(workspace, width=topbar.ALONE)
        _below(answer)
        with sentence:
            _headline(answer)
        workspace.warm_up()


def _below(answer: Answer) -> None:
    with st.container(key="panes"):
        left, right = st.columns([250, 1080 + 2 * _GAP], gap="small")
        with left, _pane("levers"):
            levers.show(answer)
        _figures_first()
        with right:
            _panes(answer)


@st.fragment(key="panes_only")
def _panes(answer: Answer) -> None:
    """A fragment of its own: a click into a pane redraws the three and nothing above or beside them."""
    with guarded():
        for column, name, draw in zip(
            st.columns([355, 375, 350], gap="small"),
            ("demand", "supply", "profit"),
            (panes.demand, panes.supply_plan, panes.profit),
            strict=True,
        ):
            with column, _pane(name):
                draw(answer)


def _figures_first() -> None:
    """Let the figures reach the screen before Python is busy reading the charts' library, once in a process."""
    if "altair" not in sys.modules:
        sleep(_HEAD_START)


def _sentence() -> DeltaGenerator:
    row = st.container(key="headline", horizontal=True, vertical_alignment="center", gap="small")
    row.html("<span></span>")  # holds the place: the sentence comes after the figures
    return row


def _pane(name: str) -> DeltaGenerator:
    """A pane as high as the window leaves (the height given here is replaced by the style)."""
    return st.container(height=_PANE, border=False, gap="xsmall", key=f"pane_{name}")


def _headline(answer: Answer) -> None:
    if answer.result.supply.conflicts:
        relaxing.show(answer)
        return
    held_against, action = answer.against or answer.reference, next_step.best(answer)
    st.markdown(plain(answer.workspace.headline(answer.result, held_against, answer.window, action)), width="content")
    next_step.show(answer)
    if notes := answer.result.warnings:
        label = f"{len(notes)} note{'s' if len(notes) > 1 else ''}"
        with st.popover(label, icon=":material/info:", type="tertiary", key="notes"):
            for note in notes:
                st.markdown(f"- {plain(note)}")
