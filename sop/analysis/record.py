"""A plan's figures by bucket as plain data: kept with its approval, read again when the months have moved on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sop.analysis.references import Reference, ReferenceChoice, from_amounts, planned_demand
from sop.domain.inputs import Inputs
from sop.domain.parameters import Array
from sop.domain.plans import PlanResult
from sop.finance import LINES, Window
from sop.finance.kpis import booked

_BOOKED = ("net_revenue", "gross_margin", "ebitda", "marketing", "fixed", "inventory", "closing_cash")


def record(inputs: Inputs, result: PlanResult) -> dict[str, Any]:
    """Money and units by label of bucket, months booked before the plan included: JSON can hold it.

    Keys: bucket, calendar, amounts (line -> label -> money; lines of the P&L, inventory, closing_cash,
    demanded_revenue), demand (family, "" = all -> label -> units).
    """
    horizon, finance = result.horizon, result.finance
    labels = horizon.labels[: horizon.periods]
    series: dict[str, Array] = {
        **finance.lines,
        "inventory": finance.inventory_value,
        "closing_cash": finance.cash["closing_cash"],
        "demanded_revenue": finance.demanded_revenue_by_item.sum(axis=0),
    }
    amounts = {name: _by_label(labels, values) for name, values in series.items()}
    for line in _BOOKED:
        past = {horizon.label(at): float(amount) for at, amount in booked(inputs, line) if at < 0}
        name = "fixed_costs" if line == "fixed" else line
        amounts[name] = {**past, **amounts[name]}
        if line == "net_revenue":
            amounts["demanded_revenue"] = {**past, **amounts["demanded_revenue"]}
    demand = {name: _by_label(labels, values) for name, values in planned_demand(result).items()}
    return {"bucket": horizon.bucket, "calendar": horizon.calendar, "amounts": amounts, "demand": demand}


def recorded_reference(present: Inputs, told: Mapping[str, Any], window: Window, choice: ReferenceChoice) -> Reference:
    """What a record says of today's window, month by month of the calendar.

    Nothing where it was made in other buckets, or does not reach as far as the window. What cannot be added up from
    buckets (fill rates, days of inventory) is unknown.
    """
    horizon = present.horizon
    alike = (told["bucket"], told["calendar"]) == (horizon.bucket, horizon.calendar)
    known = told["amounts"] if alike else {}
    spelled = {line: {horizon.index_of_label(at): amount for at, amount in of.items()} for line, of in known.items()}

    def amounts(line: str, family: str) -> Mapping[int, float]:
        return spelled.get("fixed_costs" if line == "fixed" else line, {}) if not family else {}

    labels = horizon.labels[: horizon.periods]
    demand = {
        name: np.array([of.get(label, np.nan) for label in labels])
        for name, of in (told["demand"] if alike else {}).items()
        if any(label in of for label in labels)
    }
    return from_amounts(choice, amounts, demand, window=window, shown=window, lines=(*LINES, "demanded_revenue"))


def _by_label(labels: Sequence[str], values: Array) -> dict[str, float]:
    return dict(zip(labels, np.asarray(values, dtype=np.float64)[: len(labels)].tolist(), strict=True))
