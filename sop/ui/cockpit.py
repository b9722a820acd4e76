"""The cockpit: everything for the decision in one view. A fragment, so a lever redraws this and nothing else."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sop.ui import kpis, levers, panes, topbar
from sop.ui.frame import guarded
from sop.ui.question import Answer, ask
from sop.workspace import Workspace

_PANE = 460


@st.fragment(key="cockpit")
def show(workspace: Workspace) -> None:
    """Draw bar, sentence and figures first, then levers and charts."""
    with st.container(gap="xsmall"), guarded():
        topbar.show(workspace)
        answer = ask(workspace)
        sentence = st.container(key="headline")
        kpis.show(answer)
        with st.container(key="panes"):
            left, first, second, third = st.columns([255, 350, 375, 350], gap="small")
        with left, _pane("levers"):
            levers.show(workspace, workspace.planner.base)
        for column, name, draw in (
            (first, "demand", panes.demand),
            (second, "supply", panes.supply_plan),
            (third, "profit", panes.profit),
        ):
            with column, _pane(name):
                draw(answer)
        with sentence:
            _headline(answer)


def _pane(name: str) -> DeltaGenerator:
    """A pane as high as the window leaves (the height given here is replaced by the style)."""
    return st.container(height=_PANE, border=False, gap="xsmall", key=f"pane_{name}")


def _headline(answer: Answer) -> None:
    if answer.result.supply.conflicts:
        limits = "; ".join(f"{c.limit}: {c.relaxation:,.0f} {c.unit}" for c in answer.result.supply.conflicts)
        st.error(f"The least that would do: {limits}", title="Hard limits collide: no plan keeps them all.")
        return
    st.markdown(answer.workspace.headline(answer.result, answer.reference, answer.window))
