"""Tables of the supply review."""

from __future__ import annotations

from typing import Any

import streamlit as st

from sop.ui import tables
from sop.ui.glossary import GLOSSARY
from sop.ui.question import Answer

SHORTAGE_COLUMNS: dict[str, Any] = {
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

STOCK_COLUMNS: dict[str, Any] = {
    "location": tables.text("Location"),
    "item": tables.text("Item"),
    "kind": tables.text("Stock is", "Under its safety target, at its ceiling, or far over target."),
    "months": tables.text("Months"),
    "units": tables.number("By units"),
    "money": tables.number("By money"),
}

PRICE_COLUMNS: dict[str, Any] = {
    "resource": tables.text("Resource"),
    "period": tables.text("Month"),
    "value": tables.decimal("Worth of one hour", GLOSSARY["Shadow price"]),
}


def shadow_prices(answer: Answer) -> None:
    """What one more hour is worth, computed when asked: it solves the plan again several times."""
    st.subheader("What one more hour is worth", help=GLOSSARY["Shadow price"])
    key = ("shadow_prices", answer.result.inputs_id, answer.result.scenario_key)
    kept = st.session_state.get("shadow_prices")
    if st.button("Compute", icon=":material/calculate:", key="ask_shadow_prices"):
        with st.spinner("Solving again, hour by hour"):
            prices = answer.workspace.planner.supply.shadow_prices(answer.result.parameters, answer.result.demand)
        kept = (key, prices)
        st.session_state["shadow_prices"] = kept
    if kept is None or kept[0] != key:
        st.caption("Not computed yet for this plan.")
        return
    tables.show(
        kept[1],
        key="shadow_price_table",
        alt="Worth of one more hour by resource and month",
        empty="No hour is worth anything: no resource limits this plan.",
        columns=PRICE_COLUMNS,
        height=200,
    )
