"""History as recorded and as learned from: every cleaned month with its reason, kept, replaced or left to the cleaning.

A correction is a new version of the data: it can be taken back, and the forecast learns from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from sop.charts.view import View
from sop.demand.cleaning import cleaning_table
from sop.domain.inputs import Inputs
from sop.ui import editing, tables
from sop.ui.question import Answer
from sop.workspace.demand_review import Correction

CLEANED = "as cleaned"
ACTIONS = (CLEANED, "keep", "replace")

_COLUMNS: dict[str, Any] = {
    "item": tables.text("Item"),
    "market": tables.text("Market"),
    "period": tables.text("Month"),
    "recorded": tables.number("Recorded"),
    "used": tables.number("Learned from"),
    "why": tables.text("Why"),
    "action": st.column_config.SelectboxColumn(
        "Do", options=list(ACTIONS), required=True, help="Leave it to the cleaning, keep it as recorded, or replace it."
    ),
    "quantity": st.column_config.NumberColumn(
        "Replace by", format="%,.0f", min_value=0.0, help="Demand to learn from; blank = bridged over its neighbours."
    ),
    "reason": st.column_config.TextColumn("Reason", max_chars=300),
    "author": tables.text("By"),
}
_EDITABLE = ("action", "quantity", "reason")


def cleaned_months(inputs: Inputs, cleaned: pd.DataFrame, view: View) -> pd.DataFrame:
    """``cleaned`` (see ``cleaning_table``) of the view with what the planner decided: action, quantity, reason, author,
    and ``date``. A correction of the market itself goes before one of all markets."""
    family = dict(zip(inputs["items"]["item"], inputs["items"]["family"], strict=True))
    frame = cleaned.assign(family=cleaned["item"].map(family))
    for dimension, value in view.scope:
        frame = frame[frame[dimension] == value]
    told = _decided(inputs)
    keys = list(zip(frame["item"], frame["market"], frame["date"], strict=True))
    found = [
        told.get((item, market, day), told.get((item, "", day), (CLEANED, np.nan, "", "")))
        for item, market, day in keys
    ]
    decided = pd.DataFrame(found, columns=["action", "quantity", "reason", "author"], index=frame.index)
    return pd.concat([frame.drop(columns="family"), decided], axis=1).reset_index(drop=True)


def _decided(inputs: Inputs) -> dict[tuple[str, str, pd.Timestamp], tuple[str, float, str, str]]:
    """The last correction of every item, market and month (its first day)."""
    table, horizon = inputs["history_corrections"], inputs.horizon
    days = [pd.Timestamp(horizon.start(int(bucket))) for bucket in horizon.index_of_dates(table["date"])]
    told = zip(table["action"], table["quantity"], table["reason"], table["author"], strict=True)
    return dict(zip(zip(table["item"], table["market"], days, strict=True), told, strict=True))


def corrections(shown: pd.DataFrame, edited: Mapping[int, Mapping[str, Any]]) -> list[Correction]:
    """What a person changed in the table: by row number the new action, quantity or reason."""
    result = []
    for number, cells in sorted(edited.items()):
        row = shown.iloc[number]
        after = {name: cells.get(name, row[name]) for name in _EDITABLE}
        quantity = np.nan if after["quantity"] is None else float(after["quantity"])
        typed_in = "action" not in cells and cells.get("quantity") is not None
        action = "replace" if typed_in else str(after["action"])
        result.append(
            Correction(
                str(row["item"]),
                str(row["market"]),
                row["date"].date(),
                "" if action == CLEANED else action,
                quantity,
                str(after["reason"] or ""),
            )
        )
    return result


def past_months(inputs: Inputs, count: int = 36) -> dict[str, date]:
    """Labels of the last ``count`` months of history, newest first, with their first day."""
    horizon = inputs.horizon
    return {horizon.label(-number): horizon.start(-number) for number in range(1, count + 1)}


def show(answer: Answer, view: View) -> None:
    """The table of cleaned months to be corrected, and any other month of a series."""
    model = answer.workspace.planner.model
    shown = cleaned_months(answer.inputs, cleaning_table(model, answer.inputs.horizon), view)
    if shown.empty:
        st.caption("Every month of this selection is learned from as recorded.")
    else:
        _editor(answer, shown)
    with st.expander("Correct another month", expanded=shown.empty):
        _other(answer, view)


def _editor(answer: Answer, shown: pd.DataFrame) -> None:
    edited = editing.grid(
        shown.drop(columns="date"),
        key=editing.key("corrections"),
        height=364,
        locked=[str(name) for name in shown if name not in _EDITABLE],
        columns=_COLUMNS,
    )
    changed = corrections(shown, edited)
    st.caption("Saving fits the forecast again, in half a minute or so. It can be taken back.")
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        by = editing.signed("corrections")
        label = f"Save {len(changed)} month{'s' * (len(changed) != 1)}" if changed else "Save"
        if st.button(label, type="primary", icon=":material/save:", disabled=not changed, key="save_corrections"):
            editing.perform(answer.workspace, by, lambda tell: answer.workspace.correct(changed, by, tell))


def _other(answer: Answer, view: View) -> None:
    scope = dict(view.scope)
    history = answer.inputs["sales_history"]
    items = list(dict.fromkeys(history["item"]))
    if not items:
        st.caption("There is no sales history to correct.")
        return
    months = past_months(answer.inputs)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        chosen = scope.get("item")
        item = st.selectbox(
            "Item of the month",
            items,
            index=items.index(chosen) if chosen in items else 0,
            key=editing.key("other_item"),
        )
        places = list(answer.inputs["markets"]["market"])
        market = st.selectbox("Market of the month", places, key=editing.key("other_market"))
        month = st.selectbox("Month", list(months), key=editing.key("other_month"))
        units = st.number_input(
            "Learn from, units",
            min_value=0.0,
            value=None,
            key=editing.key("other_units"),
            placeholder="blank = bridged",
        )
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        by = editing.signed("other")
        if st.button("Replace this month", key="save_other"):
            quantity = np.nan if units is None else float(units)
            one = Correction(str(item), str(market), months[str(month)], "replace", quantity)
            editing.perform(answer.workspace, by, lambda tell: answer.workspace.correct([one], by, tell))
