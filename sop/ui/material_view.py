"""What the plan asks of purchasing and of the plants: orders to place, components by month, the release by week."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from sop.analysis.wording import money
from sop.ui import tables
from sop.ui.formatting import plain
from sop.ui.glossary import GLOSSARY
from sop.ui.question import Answer

if TYPE_CHECKING:
    from sop.analysis.material_plan import MaterialPlan

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_STATUS = tables.text("Status", "Past due: the order day lies before the day chosen. Under target: below safety stock.")
_ORDERS: dict[str, Any] = {
    "status": _STATUS,
    "order_by": st.column_config.DateColumn("Order by", help="First day of the receipt month less the lead time."),
    "supplier": tables.text("Supplier"),
    "item": tables.text("Item"),
    "location": tables.text("Place"),
    "quantity": tables.number("Quantity"),
    "period": tables.text("Received in"),
    "due": None,
    "order": tables.text("Open order", "Number of an order placed already; blank = to be placed."),
    "cost": tables.number("Cost"),
}
_COMPONENTS: dict[str, Any] = {
    "status": _STATUS,
    "item": tables.text("Item"),
    "location": tables.text("Place"),
    "supplier": tables.text("Supplier"),
    "period": tables.text("Month"),
    "opening": tables.number("Opening"),
    "required": tables.number("Required", help="Levels of the operations that start, times what each uses up."),
    "shipped": tables.number("Shipped", help="To markets and other places."),
    "open_orders": tables.number("Open orders"),
    "planned": tables.number("New orders"),
    "other": tables.number("Made, moved", help="Made here, moved in or a by-product, less what was written off."),
    "stock": tables.number("Stock", help="At the end of the month."),
    "target": tables.number("Target", help=GLOSSARY["Stock target"]),
    "missing": tables.number("Missing", help="Below the target."),
    "order_by": st.column_config.DateColumn("Order by", help="Latest day of the earliest order for this month."),
}
_RELEASE: dict[str, Any] = {
    "item": tables.text("Item"),
    "plant": tables.text("Plant"),
    "operation": tables.text("Operation"),
    "kind": tables.text("Kind", "Make: by start. Buy and subcontract: by receipt."),
    "supplier": tables.text("Supplier"),
    "unit": tables.text("Unit"),
    "period": tables.text("Month"),
    "week": tables.text("Week"),
    "week_start": tables.text("Monday"),
    "working_days": tables.number("Working days"),
    "quantity": tables.decimal("Quantity"),
    "period_quantity": tables.decimal("of the month's"),
}


def show(answer: Answer) -> None:
    """One table at a time; only the one shown is made."""
    st.subheader("Materials and release", help="What the plan shown asks of purchasing and of the plants.")
    chosen = str(
        st.segmented_control(
            "Hand over", list(_PARTS), default="Orders", required=True, key="handed", label_visibility="collapsed"
        )
    )
    _PARTS[chosen](answer)


def _orders(answer: Answer) -> None:
    plan = _material(answer)
    late = plan.orders[plan.orders["status"] == "past due"]
    now = plan.orders[plan.orders["status"] == "order now"]
    st.caption(
        f"{len(late)} past due, {len(now)} to be placed now, "
        f"for {money(float(now['cost'].sum()))} {plain(answer.currency)}."
    )
    tables.show(
        plan.orders[list(_ORDERS)],
        key="orders",
        alt="Orders to place and open orders",
        columns=_ORDERS,
        height=330,
        empty="Nothing is bought or made outside.",
    )


def _components(answer: Answer) -> None:
    tables.show(
        _material(answer).components,
        key="material_plan",
        alt="Material plan by component and month",
        columns=_COMPONENTS,
        height=400,
        empty="The plan uses no components and buys nothing.",
    )


def _material(answer: Answer) -> MaterialPlan:
    first = answer.result.horizon.start(0)
    day = st.date_input(
        "Orders are late before", first, key=f"as_of_{first}", width=180, help="The first day of the plan at first."
    )
    return answer.workspace.material_plan(answer.result, day if isinstance(day, date) else first)


def _release(answer: Answer) -> None:
    whole = st.toggle("In whole units", key="whole_units", persist_state="session")
    workspace, result = answer.workspace, answer.result
    frame = workspace.release(result, whole)
    st.caption(
        "Each month's quantity is split by the working days (Monday to Friday) of its weeks; "
        "the weeks of a month add up to it exactly."
    )
    with st.container(horizontal=True, gap="small"):
        for excel, ending, mime in ((False, "csv", "text/csv"), (True, "xlsx", _XLSX)):
            st.download_button(
                f"Release file ({ending})",
                data=partial(workspace.release_file, result, whole, excel=excel),
                file_name=f"release-{result.scenario.id}.{ending}",
                mime=mime,
                key=f"release_{ending}",
                icon=":material/download:",
                type="primary" if not excel else "secondary",
                on_click="ignore",
                disabled=frame.empty,
            )
    if frame.empty:
        st.caption("The plan makes and buys nothing.")
        return
    st.dataframe(frame, hide_index=True, height=330, row_height=30, column_config=_RELEASE, alt="Release by week")


_PARTS: Mapping[str, Callable[[Answer], None]] = {
    "Orders": _orders,
    "Components": _components,
    "Release by week": _release,
}
