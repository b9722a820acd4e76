"""Approving the scenario on the desk, and the list of what was approved, by whom, when and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from sop.analysis.wording import percent
from sop.domain.errors import ScenarioError
from sop.domain.scenario import Scenario
from sop.ui import session, tables
from sop.ui.exact_plan import CONTINUOUS, EXACT
from sop.ui.formatting import plain
from sop.ui.glossary import GLOSSARY
from sop.workspace import Workspace

if TYPE_CHECKING:
    from sop.store import Approval

_COLUMNS = {
    "name": tables.text("Plan"),
    "when": st.column_config.DatetimeColumn("Approved (UTC)", format="D MMM YYYY, HH:mm"),
    "author": tables.text("By"),
    "reason": tables.text("Why"),
    "kind": tables.text("Kind", help="Continuous plans count set-ups, lots and whole numbers as shares."),
    "revenue": tables.number("Net revenue", help="Of the fiscal year, as approved."),
    "ebitda": tables.number("EBITDA", help="Of the fiscal year, as approved."),
}


def show(workspace: Workspace) -> None:
    """One clear action for the scenario on the desk; below it what was approved before, newest first."""
    left, right = st.columns([2, 3], gap="medium")
    with left:
        _action(workspace)
    with right:
        _list(workspace)


def _action(workspace: Workspace) -> None:
    scenario, changed, last = session.saved(), session.is_changed(), workspace.last_approved()
    st.subheader("Approve a plan", help=GLOSSARY["Approved plan"])
    if last is not None and not changed and last.scenario_id == scenario.id and last.inputs_id == workspace.inputs.id:
        st.success(
            f"{plain(scenario.name)} is the approved plan: {plain(last.author)}, {last.approved_at:%d %b %Y}.",
            icon=":material/verified:",
        )
        return
    if changed:
        st.caption(f"There are unsaved levers on {plain(scenario.name)}: save them first, then approve.")
    with st.popover(
        f"Approve {plain(scenario.name)}", icon=":material/verified:", type="primary", disabled=changed, key="approve"
    ):
        st.markdown(
            f"**{plain(scenario.name)}** is kept as it is now, with its figures and all it was made of; "
            "it never changes again."
        )
        _which(workspace, scenario)
        st.text_input("Your name", max_chars=100, key="approved_by", persist_state="session")
        st.text_area("Why", max_chars=2000, height=90, key="approved_why")
        st.button(
            "Approve this plan",
            type="primary",
            width="stretch",
            key="approve_now",
            on_click=_approved,
            args=(workspace, scenario.id),
        )


def _which(workspace: Workspace, scenario: Scenario) -> None:
    """Say which of its two plans is approved, where the data ask for whole numbers."""
    if not workspace.wants_whole:
        return
    found, run = workspace.exact_plan(scenario), workspace.exact(scenario)
    if found is not None:
        st.caption(f"Approved is the {EXACT.lower()}, found within {percent(found[1], 4)} of the best.")
        return
    wait = "It is being looked for." if run is not None and run.is_running else "Compute it on the Supply page first."
    st.warning(
        f"Approved is the {CONTINUOUS.lower()}: set-ups, lots and whole numbers count as shares. "
        f"The exact plan has not been found. {wait}",
        icon=":material/speed:",
    )


def _approved(workspace: Workspace, scenario_id: str) -> None:
    state = st.session_state
    with session.told():
        name = str(state.get("approved_by", "")).strip()
        if not name:
            raise ScenarioError("An approval needs a name.", "Say who approves.")
        approval = workspace.approve(scenario_id, name, str(state.get("approved_why", "")))
        session.open_scenario(workspace, approval.scenario_id)
        state["approved_why"] = ""
        name = workspace.scenario(approval.scenario_id).name
        which = f", its {_kind(approval).lower()}," if workspace.wants_whole else ""
        session.tell(f"{name}{which} is approved and never changes again.")


def _kind(approval: Approval) -> str:
    """Which of its two plans was approved."""
    return CONTINUOUS if approval.figures.get("gap") is None else EXACT


def _figure(approval: Approval, name: str) -> float:
    """A key figure of the fiscal year as it was approved; NaN where it was not kept."""
    return float(approval.figures.get("kpis", {}).get("fiscal_year", {}).get(name, float("nan")))


def _list(workspace: Workspace) -> None:
    found = workspace.approved()
    st.subheader("Approved plans")
    names = {scenario.id: scenario.name for scenario in workspace.scenarios()}
    rows = [
        (
            names.get(one.scenario_id, one.scenario_id),
            one.approved_at,
            one.author,
            one.reason,
            _kind(one),
            _figure(one, "net_revenue"),
            _figure(one, "ebitda"),
        )
        for one in found
    ]
    frame = pd.DataFrame(rows, columns=list(_COLUMNS))
    tables.show(
        frame if workspace.wants_whole else frame.drop(columns="kind"),
        key="approved_plans",
        alt="Approved plans",
        columns=_COLUMNS,
        height=220,
        empty="Nothing is approved yet.",
    )
    if found:
        st.download_button(
            "Snapshot of the last approved plan",
            data=lambda: workspace.approved_snapshot(found[0].number),
            file_name=f"approved-{found[0].scenario_id}.zip",
            mime="application/zip",
            icon=":material/inventory_2:",
            type="tertiary",
            key="approved_snapshot",
            on_click="ignore",
        )
