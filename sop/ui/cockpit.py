"""The cockpit: everything for the decision in one view. A fragment, so a lever redraws this and nothing else."""

from __future__ import annotations

import streamlit as st

from sop.ui import kpis, levers, panes, session, topbar
from sop.ui.frame import guarded
from sop.ui.question import Answer, ask
from sop.workspace import Workspace


@st.fragment(key="cockpit")
def show(workspace: Workspace) -> None:
    """Draw bar, sentence and figures first, then levers and charts."""
    topbar.show(workspace)
    if told := session.notice():
        st.warning(told)
    with guarded():
        answer = ask(workspace)
        _headline(answer)
        kpis.show(answer)
        left, first, second, third = st.columns([250, 355, 375, 350], gap="small")
        with left:
            levers.show(workspace, workspace.planner.base)
        for column, draw in ((first, panes.demand), (second, panes.supply_plan), (third, panes.profit)):
            with column:
                draw(answer)


def _headline(answer: Answer) -> None:
    with st.container(key="headline"):
        if answer.result.supply.conflicts:
            limits = "; ".join(f"{c.limit}: {c.relaxation:,.0f} {c.unit}" for c in answer.result.supply.conflicts)
            st.error(f"The least that would do: {limits}", title="Hard limits collide: no plan keeps them all.")
            return
        st.markdown(answer.workspace.headline(answer.result, answer.reference, answer.window))
