"""Faults in input files as a table: where, what, and what to do."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from sop.domain.errors import Fault, InputError

_COLUMNS = ("table", "row", "column", "value", "problem", "remedy")


def fault_frame(faults: tuple[Fault, ...]) -> pd.DataFrame:
    """One row per fault; row 0 (the whole table) is left blank."""
    frame = pd.DataFrame([{name: getattr(fault, name) for name in _COLUMNS} for fault in faults], columns=_COLUMNS)
    frame["row"] = frame["row"].astype(str).where(frame["row"] > 0, "")
    return frame


def show_faults(error: InputError) -> None:
    """Say how many faults there are and list them; nothing was changed."""
    count = len(error.faults)
    st.error(
        "Nothing was changed. Put these right and load again.",
        title=f"{count} fault{'s' if count != 1 else ''} in the input",
        icon=":material/error:",
    )
    st.dataframe(
        fault_frame(error.faults),
        hide_index=True,
        height=min(36 + 35 * count, 460),
        column_config={
            "table": st.column_config.TextColumn("Table", width="small"),
            "row": st.column_config.TextColumn("Row", width="small", help="As in the spreadsheet, header = 1."),
            "column": st.column_config.TextColumn("Column", width="small"),
            "value": st.column_config.TextColumn("Value", width="small"),
            "problem": st.column_config.TextColumn("Problem", width="medium"),
            "remedy": st.column_config.TextColumn("What to do", width="large"),
        },
        alt="Faults found in the input",
    )
