"""The data dictionary on screen: every table and column, from the catalogue."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from sop.domain.catalogue import SETTINGS, TABLES, Column
from sop.exchange.dictionary import default_text, range_text
from sop.ui import tables


def show() -> None:
    """Pick a table, see what its columns mean."""
    name = st.selectbox("Table", list(TABLES), width=300, key="dictionary_table", persist_state="session")
    table = TABLES[name]
    st.caption(table.meaning)
    columns = SETTINGS if name == "settings" else table.columns
    tables.show(described(columns), key=f"dictionary_{name}", alt=f"Columns of {name}", height=520)


def described(columns: tuple[Column, ...]) -> pd.DataFrame:
    """One row per column: name, kind, unit, default, allowed values, whether required or part of the key, meaning."""
    return pd.DataFrame(
        [
            (
                column.name,
                column.kind,
                column.unit,
                default_text(column),
                ", ".join(column.choices) or range_text(column) or column.refers_to,
                "key" if column.key else "required" if column.required else "",
                column.meaning,
            )
            for column in columns
        ],
        columns=["Column", "Kind", "Unit", "Default", "Allowed", "Needed", "Meaning"],
    )
