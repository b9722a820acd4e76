"""Parts of the supply review: what customers do not get, stock off its target, sourcing, worth of an hour."""

from __future__ import annotations

from typing import Any

import streamlit as st

from sop import charts
from sop.analysis import exceptions
from sop.charts import frames
from sop.charts.view import View
from sop.ui import tables
from sop.ui.drawing import draw
from sop.ui.glossary import GLOSSARY
from sop.ui.question import Answer

_SHORTAGES: dict[str, Any] = {
    "item": tables.text("Item"),
    "family": tables.text("Family"),
    "market": tables.text("Market"),
    "months": tables.text("Months"),
    "first": None,
    "short": tables.number("Short", help=GLOSSARY["Short"]),
    "declined": tables.number("Declined", help=GLOSSARY["Declined"]),
    "late": tables.number("Late at the end", help=GLOSSARY["Late"]),
    "money": tables.number("At its price"),
}

_STOCK: dict[str, Any] = {
    "location": tables.text("Location"),
    "item": tables.text("Item"),
    "kind": tables.text("Stock is", "Under its safety target, at its ceiling, or far over target."),
    "months": tables.text("Months"),
    "units": tables.number("By units"),
    "money": tables.number("By money"),
}

_PRICES: dict[str, Any] = {
    "resource": tables.text("Resource"),
    "period": tables.text("Month"),
    "available": tables.number("Hours", help="Regular hours of the month."),
    "value_per_hour": tables.decimal("Worth of one hour", GLOSSARY["Shadow price"]),
    "earned_per_hour": tables.decimal("of it money", "The rest are the steering prices of late and lost demand."),
    "valid_from": tables.number("From hours", help="Holds while regular hours lie in this range."),
    "valid_to": tables.number("to hours"),
    "confirmed": st.column_config.CheckboxColumn("Confirmed", help="Solving again said the same."),
}


def shortages(answer: Answer) -> None:
    """Demand not met in the window: bars in money, and the table behind them."""
    missing = frames.shortage_frame(answer.result, answer.window.first, answer.window.last)
    if missing.empty:
        st.success(f"All demand of {answer.window.title} is met.", icon=":material/check_circle:")
        return
    draw(
        charts.supply.shortages,
        missing,
        key="shortages",
        height=80 + 24 * len(missing),
        alt="Demand not met, by item and market",
        title="Demand not met, at its price",
        unit=answer.currency,
    )
    tables.show(
        exceptions.shortages(answer.result, answer.window),
        key="shortage_table",
        alt="Demand not met",
        columns=_SHORTAGES,
        height=190,
    )


def stock_off_target(answer: Answer) -> None:
    """Stock under target, at its ceiling or far over target."""
    tables.show(
        exceptions.stock_off_target(answer.result, answer.window),
        key="stock_off_target",
        alt="Stock off its target",
        empty="All stock is on target.",
        columns=_STOCK,
        height=230,
    )


def sourcing(answer: Answer, view: View) -> None:
    """Where products come from, by month."""
    frame = frames.sourcing_frame(answer.inputs, answer.result, view)
    if frame.empty:
        st.caption("Nothing is made or bought for this selection.")
        return
    draw(
        charts.supply.sourcing,
        frame,
        key="sourcing",
        height=240,
        alt="Where goods come from, by month",
        title=f"Where goods come from: {view.title()}",
        unit=answer.unit_title,
    )


def shadow_prices(answer: Answer) -> None:
    """What one more hour is worth, computed when asked: the plan is solved again for every price."""
    key = (answer.result.inputs_id, answer.result.scenario_key)
    if st.button("Compute", icon=":material/calculate:", key="ask_shadow_prices"):
        with st.spinner("Solving again to confirm each price"):
            prices = answer.workspace.planner.supply.shadow_prices(answer.result.parameters, answer.result.demand)
        st.session_state["shadow_prices"] = (key, prices)
    kept = st.session_state.get("shadow_prices")
    if kept is None or kept[0] != key:
        st.caption("Not computed yet for this plan.")
        return
    tables.show(
        kept[1],
        key="shadow_price_table",
        alt="Worth of one more hour by resource and month",
        empty="No hour is worth anything: no resource limits this plan.",
        columns=_PRICES,
        height=220,
    )
