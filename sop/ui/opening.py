"""Any figure opens its table: a small button beside it, a window with the figures, and their download."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from sop.charts.entries import COLUMNS
from sop.ui import tables
from sop.ui.formatting import plain

_TITLES = {
    "period": "Month",
    "series": "Series",
    "value": "Value",
    "low": "Low",
    "high": "High",
    "resource": "Resource",
    "required": "Required, % of regular hours",
    "used": "Planned, % of regular hours",
    "full": "Still full",
    "action": "The plan",
    "step": "Cause",
    "amount": "Amount",
    "family": "Family",
    "reference": "Reference",
}
_DRAWN_ONLY = (
    "rank",
    "label",
    "row",
    "today",
    "turned",
    "focus",
    "right",
    "kind",
    "side",
    "under",
    "hue",
    "dashed",
    *COLUMNS,
)
_NAMES = ("series", "driver", "status", "scenario", "source")


def button(key: str, title: str, make: Callable[[], pd.DataFrame]) -> None:
    """A small button that opens the table ``make`` gives; nothing is made before it is clicked."""
    if st.button("", key=f"open_{key}", icon=":material/table_chart:", type="tertiary", help=f"Table: {plain(title)}"):
        st.dialog(plain(title), width="large")(_opened)(title, readable(make()), key)


def _opened(title: str, frame: pd.DataFrame, key: str) -> None:
    tables.show(frame, key=key, alt=title, columns=_columns(frame), title=title, height=400)


def readable(frame: pd.DataFrame) -> pd.DataFrame:
    """A chart's frame as people read it: a row a month, a column a series, titled; drawing aids left out."""
    shown = frame.drop(columns=[name for name in _DRAWN_ONLY if name in frame])
    names = next((name for name in _NAMES if name in shown), "")
    if names and {"period", "value"} <= set(shown):
        shown = _wide(shown, names)
    return shown.rename(columns=_TITLES)


def _wide(frame: pd.DataFrame, names: str) -> pd.DataFrame:
    """Month by series; figures that belong to one series or to the month follow as columns of their own."""
    wide = frame.pivot_table(index="period", columns=names, values="value", sort=False, dropna=False)
    for name in frame.columns.difference(["period", names, "value"], sort=False):
        wide[_TITLES.get(name, str(name).capitalize())] = frame.dropna(subset=[name]).groupby("period")[name].first()
    wide.columns = [str(name) for name in wide.columns]
    return wide.sort_index().reset_index()


def _columns(frame: pd.DataFrame) -> dict[str, object]:
    numbers = frame.select_dtypes("number").columns
    small = {name for name in numbers if frame[name].abs().max() < 100 and (frame[name].dropna() % 1 != 0).any()}
    return {str(name): tables.decimal(str(name)) if name in small else tables.number(str(name)) for name in numbers}
