"""Parts of the supply review: what customers do not get, stock off its target, sourcing, worth of an hour."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from sop import charts
from sop.analysis import exceptions
from sop.analysis.wording import money
from sop.charts import frames
from sop.charts.stock_frames import heads_frame, stock_by_family_frame
from sop.charts.view import View
from sop.ui import tables
from sop.ui.drawing import draw
from sop.ui.formatting import plain
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


def told(answer: Answer) -> None:
    """The exceptions of the window in a line: what customers lose, what is full, how much stock is off its target."""
    unmet = missing(answer)
    full = exceptions.full_resources(answer.result, answer.window)
    off = exceptions.stock_off_target(answer.result, answer.window)
    with st.container(horizontal=True, gap="medium", key="exceptions"):
        lost = f"{money(float(unmet['money'].sum()))} {answer.currency} of {plural(unmet['item'].nunique(), 'product')}"
        st.metric("Demand not met", lost if len(unmet) else "none", help=GLOSSARY["Short"], width="content")
        names = ", ".join(f"{name} {months}" for name, months in zip(full["resource"], full["months"], strict=True))
        st.metric("Still full after planning", names or "none", help=GLOSSARY["Still full"], width="content")
        under = off[off["kind"] == "under"]
        st.metric(
            "Stock under its target",
            f"{money(float(under['money'].sum()))} {answer.currency} in {plural(len(under), 'place')}"
            if len(under)
            else "none",
            help=GLOSSARY["Stock target"],
            width="content",
        )


def missing(answer: Answer) -> pd.DataFrame:
    """Demand not met in the window by item and market, most money first; see ``exceptions.shortages``."""
    return exceptions.shortages(answer.result, answer.window)


def _named(answer: Answer, frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` with what its items are called."""
    return frame.assign(item=frame["item"].map(answer.inputs.item_titles))


def plural(number: int, name: str) -> str:
    """``1 line``, ``3 lines``."""
    return f"{number} {name}{'s' if number != 1 else ''}"


def shortages(answer: Answer) -> None:
    """Demand not met in the window: bars in money, the list behind them opens beside."""
    unmet = frames.shortage_frame(answer.inputs, answer.result, answer.window.first, answer.window.last)
    if unmet.empty:
        st.success(f"All demand of {plain(answer.window.title)} is met.", icon=":material/check_circle:")
        return
    draw(
        charts.supply.shortages,
        unmet,
        key="shortages",
        height=max(80 + 24 * len(unmet), 150),
        alt="Demand not met, by item and market",
        title="Demand not met, at its price",
        unit=answer.currency,
        table=lambda: _named(answer, missing(answer)).drop(columns="first"),
    )


def shortage_list(answer: Answer) -> None:
    """The list behind the bars: who goes short, when, in units and money."""
    tables.show(
        _named(answer, missing(answer)),
        key="shortage_table",
        alt="Demand not met",
        columns=_SHORTAGES,
        height=190,
        empty="Nobody goes short.",
    )


def stock_off_target(answer: Answer) -> None:
    """Stock under target, at its ceiling or far over target."""
    tables.show(
        _named(answer, exceptions.stock_off_target(answer.result, answer.window)),
        key="stock_off_target",
        alt="Stock off its target",
        empty="All stock is on target.",
        columns=_STOCK,
        height=230,
    )


def sourcing(answer: Answer, view: View) -> None:
    """Where products come from, by month."""
    frame = frames.sourcing_frame(answer.inputs, answer.result, view)
    _stacked(
        frame, "sourcing", f"Where goods come from: {view.title()}", answer.unit_title, "Nothing is made or bought."
    )


def stock_by_family(answer: Answer, view: View) -> None:
    """Inventory at standard cost by family, goods in transit included."""
    frame = stock_by_family_frame(answer.result)
    _stacked(frame, "stock_by_family", "Inventory by family, at standard cost", answer.currency, "There is no stock.")


def heads(answer: Answer, view: View) -> None:
    """People by pool and month."""
    _stacked(heads_frame(answer.result), "heads", "Head-count by pool", "heads", "The data plan no people.")


def _stacked(frame: pd.DataFrame, key: str, title: str, unit: str, empty: str) -> None:
    if frame.empty:
        st.caption(empty)
        return
    names = tuple(dict.fromkeys(frame["source"]))
    draw(charts.supply.sourcing, frame, key=key, height=240, alt=title, title=title, unit=unit, names=names)


MORE: Mapping[str, Callable[[Answer, View], None]] = {
    "Sourcing": sourcing,
    "Stock by family": stock_by_family,
    "Head-count": heads,
}


def shadow_prices(answer: Answer) -> None:
    """What one more hour is worth, computed when asked: the plan is solved again for every price."""
    key = (answer.result.inputs_id, answer.result.scenario_key)
    if st.button("What is one more hour worth?", type="primary", icon=":material/calculate:", key="ask_shadow_prices"):
        with st.spinner("Solving again to confirm each price"):
            prices = answer.workspace.planner.shadow_prices(answer.result)
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
