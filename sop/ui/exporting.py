"""Taking a scenario away as a file, bringing one back, and proving that a file still says what the app computes."""

from __future__ import annotations

import streamlit as st

from sop.domain.errors import SopError
from sop.ui import session
from sop.ui.formatting import plain
from sop.ui.frame import show_error
from sop.workspace import Workspace

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show(workspace: Workspace) -> None:
    """Downloads of the scenario on the desk; upload of a snapshot to import or verify."""
    scenario = session.working()
    st.subheader("Take it away, bring it back")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            f"Workbook of {plain(scenario.name)}",
            data=lambda: workspace.workbook(scenario),
            file_name=f"{scenario.id}.xlsx",
            mime=_XLSX,
            icon=":material/table_view:",
            on_click="ignore",
            type="primary",
            help="Assumptions, key figures, demand, supply, P&L and cash, with charts.",
        )
        st.download_button(
            f"Snapshot of {plain(scenario.name)}",
            data=lambda: workspace.snapshot(scenario),
            file_name=f"{scenario.id}.zip",
            mime="application/zip",
            icon=":material/inventory_2:",
            on_click="ignore",
            help="Inputs, fitted model, overrides and results with hashes: another machine can import and verify it.",
        )
    with st.expander("Import or verify a snapshot", icon=":material/upload:"):
        _bring_back(workspace)


def _bring_back(workspace: Workspace) -> None:
    file = st.file_uploader("Snapshot (zip)", type=["zip"], key="snapshot_file")
    with st.container(horizontal=True):
        imports = st.button("Import", disabled=file is None, key="import_snapshot")
        verifies = st.button(
            "Verify", disabled=file is None, key="verify_snapshot", help="Plans it again and compares."
        )
    if file is None or not (imports or verifies):
        return
    try:
        if verifies:
            _verify(workspace, file.getvalue())
        else:
            scenario = workspace.import_snapshot(file.getvalue())
            st.success(f"{plain(scenario.name)} is here. Choose it in the bar above.", icon=":material/check_circle:")
    except SopError as error:
        show_error(error)


def _verify(workspace: Workspace, data: bytes) -> None:
    with st.spinner("Planning it again"):
        found = workspace.verify(data)
    if found.equal:
        st.success("The same figures come out again.", title="Equal", icon=":material/verified:")
    else:
        listed = "\n".join(f"- {plain(text)}" for text in found.differences[:20])
        st.error(listed, title="Not equal", icon=":material/error:")
