"""Loading data: upload, faults, and matching foreign column names to ours."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from sop.domain.catalogue import TABLES
from sop.domain.errors import Fault, InputError, SopError
from sop.exchange.mapping import suggest_mapping
from sop.ui import session
from sop.ui.faults import show_faults
from sop.ui.formatting import plain
from sop.ui.frame import show_error
from sop.workspace import ImportReport, Workspace

_LEAVE_OUT = ""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def overview(workspace: Workspace) -> pd.DataFrame:
    """Every table of the catalogue with its rows: filled ones first, in catalogue order."""
    inputs = workspace.inputs
    rows = [(name, table.group, len(inputs[name]), table.meaning) for name, table in TABLES.items()]
    frame = pd.DataFrame(rows, columns=["table", "group", "rows", "meaning"])
    return frame.sort_values("rows", key=lambda rows: rows == 0, kind="stable", ignore_index=True)


def show(workspace: Workspace) -> None:
    """Upload, template, demo company; the outcome of the last attempt below."""
    left, right = st.columns([3, 2])
    with left:
        st.subheader("Your tables")
        files = st.file_uploader(
            "One Excel workbook, several CSV files, or a zip of CSV files",
            type=["xlsx", "csv", "zip"],
            accept_multiple_files=True,
            key="files",
        )
        uploads = {file.name: file.getvalue() for file in files}
        if st.button("Check and load", type="primary", disabled=not uploads, icon=":material/upload:"):
            _attempt(workspace, uploads, {})
    with right:
        st.subheader("Start from")
        st.download_button(
            "Excel template",
            data=workspace.template,
            file_name="sop-template.xlsx",
            mime=_XLSX,
            icon=":material/download:",
            on_click="ignore",
            help="A sheet per table; every header carries its meaning.",
        )
        if st.button("Demo company", icon=":material/storefront:", help="Aldermoor Appliances, with five scenarios."):
            workspace.load_demo()
            st.session_state["outcome"] = None
            session.tell("The demo company is loaded.")
            st.rerun()
    _outcome(workspace, uploads)


def _attempt(workspace: Workspace, uploads: dict[str, bytes], mapping: dict[str, dict[str, str]]) -> None:
    try:
        with st.spinner("Reading and checking"):
            st.session_state["outcome"] = workspace.import_uploads(uploads, mapping or None)
    except SopError as error:
        st.session_state["outcome"] = error


def _outcome(workspace: Workspace, uploads: dict[str, bytes]) -> None:
    outcome = st.session_state.get("outcome")
    if isinstance(outcome, ImportReport):
        rows = sum(outcome.tables.values())
        st.success(
            f"{len(outcome.tables)} tables, {rows:,} rows. The forecast is fitted when you open a plan page.",
            title="Loaded",
            icon=":material/check_circle:",
        )
        for note in outcome.notes:
            st.caption(plain(note))
    elif isinstance(outcome, InputError):
        unknown = unknown_columns(outcome.faults)
        if unknown and uploads:
            _mapping(workspace, uploads, unknown)
        show_faults(outcome)
    elif isinstance(outcome, SopError):
        show_error(outcome)


def unknown_columns(faults: tuple[Fault, ...]) -> dict[str, list[str]]:
    """Foreign column names by table, among the faults."""
    found: dict[str, list[str]] = {}
    for fault in faults:
        if fault.table in TABLES and fault.row == 1 and fault.problem.startswith("unknown column") and fault.column:
            found.setdefault(fault.table, []).append(fault.column)
    return found


def _mapping(workspace: Workspace, uploads: dict[str, bytes], unknown: dict[str, list[str]]) -> None:
    st.subheader("Match your column names", help="Asked once: the answer is remembered for the next import.")
    chosen: dict[str, dict[str, str]] = {}
    with st.form("mapping"):
        for table, columns in unknown.items():
            likely = suggest_mapping(table, columns)
            options = [_LEAVE_OUT, *TABLES[table].column_names]
            with st.container(horizontal=True):
                for column in columns:
                    chosen.setdefault(table, {})[column] = st.selectbox(
                        f"{table}: {column}",
                        options,
                        index=options.index(likely.get(column, _LEAVE_OUT)),
                        format_func=lambda name: name or "leave out",
                        key=f"map_{table}_{column}",
                        width=220,
                    )
        if st.form_submit_button("Load with these names", type="primary"):
            _attempt(workspace, uploads, chosen)
            st.rerun()
