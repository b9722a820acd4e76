"""What a plan can be held against: another plan, the budget, last year. Each says what it knows, and None elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Literal

import numpy as np
import pandas as pd

from sop.demand.history import sales_history
from sop.domain.inputs import Inputs
from sop.domain.parameters import Array, Axis
from sop.domain.plans import Kpis, PlanResult
from sop.finance import LINES, Window, kpis, statement_with_actuals
from sop.finance.kpis import booked

Kind = Literal["plan", "approved", "budget", "prior_year"]
Figure = float | None
BUDGET, APPROVED, PRIOR_YEAR = "@budget", "@approved", "@prior-year"
KPI_NAMES = tuple(kpi.name for kpi in fields(Kpis))
_STATEMENT_NAMES = {"fixed": "fixed_costs"}
_IN_STATEMENT = ("net_revenue", "gross_margin", "ebitda", "marketing", "fixed")

Booked = Callable[[str, str], Mapping[int, float]]
"""Line and family ("" = company) -> amount by bucket of the present horizon."""


@dataclass(frozen=True)
class ReferenceChoice:
    """One thing that may be chosen as reference. Ids of plans are scenario ids; others begin with @."""

    id: str
    title: str
    kind: Kind


@dataclass(frozen=True, eq=False)
class Reference:
    """What a reference says over one window; None where it has no figure for all of it (shown as a dash, never as 0).

    ``kpis`` by name of Kpis, ``lines`` by name of P&L line (window sums, as ``statement_with_actuals``). ``demand``:
    units per reported bucket [periods] by family ("" = all), NaN where unknown; empty where nothing is known.
    ``plan`` is the plan behind it, where it is one of the present inputs.
    """

    id: str
    title: str
    kind: Kind
    kpis: Mapping[str, Figure]
    lines: Mapping[str, Figure]
    demand: Mapping[str, Array] = field(default_factory=dict)
    plan: PlanResult | None = None

    def difference(self, kpi: str, value: float) -> Figure:
        """``value`` less the reference's figure."""
        known = self.kpis.get(kpi)
        return None if known is None else value - known


def plan_reference(
    inputs: Inputs, result: PlanResult, window: Window, choice: ReferenceChoice | None = None
) -> Reference:
    """A plan of the present inputs as reference."""
    chosen = choice or ReferenceChoice(result.scenario.id, result.scenario.name, "plan")
    frame = statement_with_actuals(inputs, result, window)
    lines = dict(zip(frame["line"], frame["value"].astype(float).tolist(), strict=True))
    figures = asdict(kpis(inputs, result, window))
    return Reference(chosen.id, chosen.title, chosen.kind, figures, lines, planned_demand(result), result)


def budget_reference(inputs: Inputs, window: Window) -> Reference:
    """The annual operating plan. A line budgeted by family only is added up for the company."""
    table = inputs["budget"]
    bucket = inputs.horizon.index_of_dates(table["period"]) if len(table) else np.zeros(0, dtype=np.int64)
    rows = pd.DataFrame({"line": table["line"], "family": table["family"], "amount": table["amount"], "bucket": bucket})

    def amounts(line: str, family: str) -> Mapping[int, float]:
        own = rows[rows["line"] == line]
        chosen = own[own["family"] == family] if family or (own["family"] == "").any() else own
        sums = chosen.groupby("bucket")["amount"].sum()
        return dict(zip(sums.index.tolist(), sums.astype(float).tolist(), strict=True))

    demand = _series(amounts, inputs, ("", *_families(rows)))
    return from_amounts(ReferenceChoice(BUDGET, "Budget", "budget"), amounts, demand, window=window, shown=window)


def prior_year_reference(inputs: Inputs, items: Axis, markets: Axis, window: Window) -> Reference:
    """The same buckets a year before, as booked (actuals) and as ordered (sales history)."""
    year = inputs.horizon.periods_per_year
    before = Window(window.name, window.title, window.first - year, window.last - year)

    def amounts(line: str, family: str) -> Mapping[int, float]:
        return {at: amount for at, amount in booked(inputs, line) if at < 0} if not family else {}

    choice = ReferenceChoice(PRIOR_YEAR, "Prior year", "prior_year")
    return from_amounts(choice, amounts, _ordered(inputs, items, markets, year), window=before, shown=window)


def from_amounts(
    choice: ReferenceChoice,
    amounts: Booked,
    demand: Mapping[str, Array],
    *,
    window: Window,
    shown: Window,
    lines: Sequence[str] = _IN_STATEMENT,
) -> Reference:
    """Figures of ``lines`` known bucket by bucket, read over ``window`` and standing for the window ``shown``."""
    sums = {_STATEMENT_NAMES.get(line, line): _total(amounts(line, ""), window) for line in lines}
    cash, inventory = amounts("closing_cash", ""), amounts("inventory", "")
    ahead = shown.first - window.first
    planned = range(max(window.first, -ahead), window.last)
    low = min(planned, key=lambda at: cash[at]) if planned and all(at in cash for at in planned) else None
    known: dict[str, Figure] = {
        "net_revenue": sums["net_revenue"],
        "demanded_revenue": sums.get("demanded_revenue"),
        "ebitda": sums["ebitda"],
        "gross_margin_pct": _percent(sums["gross_margin"], sums["net_revenue"]),
        "inventory_value": inventory.get(window.last - 1),
        "closing_cash": cash.get(window.last - 1),
        "cash_low": None if low is None else cash[low],
        "cash_low_period": None if low is None else low + ahead,
    }
    stated: dict[str, Figure] = {line: sums.get(line) for line in LINES}
    return Reference(choice.id, choice.title, choice.kind, dict.fromkeys(KPI_NAMES) | known, stated, demand)


def _total(amounts: Mapping[int, float], window: Window) -> Figure:
    """Sum over all of the window; None where a bucket is missing."""
    buckets = range(window.first, window.last)
    return sum(amounts[bucket] for bucket in buckets) if all(bucket in amounts for bucket in buckets) else None


def _percent(part: Figure, whole: Figure) -> Figure:
    return 100.0 * part / whole if part is not None and whole else None


def _series(amounts: Booked, inputs: Inputs, families: tuple[str, ...]) -> dict[str, Array]:
    """Budgeted volume [periods] by family; families (and the company) without any are left out."""
    result = {}
    for family in families:
        known = amounts("volume", family)
        values = np.array([known.get(bucket, np.nan) for bucket in range(inputs.horizon.periods)])
        if not np.isnan(values).all():
            result[family] = values
    return result


def _families(rows: pd.DataFrame) -> tuple[str, ...]:
    return tuple(str(name) for name in rows["family"].unique() if name)


def _ordered(inputs: Inputs, items: Axis, markets: Axis, year: int) -> dict[str, Array]:
    """What was ordered a year before every reported bucket."""
    past = sales_history(inputs, items, markets)
    if past is None:
        return {}
    by_item = _known_sum(past.demand.transpose(1, 0, 2))
    at = np.arange(inputs.horizon.periods) - year - past.first
    there = (at >= 0) & (at < past.buckets)
    result = {}
    for family in ("", *dict.fromkeys(name for name in items.groups["family"] if name)):
        total = _known_sum(by_item[items.mask("family", family)] if family else by_item)
        values = np.where(there, total[np.where(there, at, 0)], np.nan)
        if not np.isnan(values).all():
            result[family] = values
    return result


def _known_sum(values: Array) -> Array:
    """Sum along the first axis of what is known; NaN where nothing is."""
    return np.asarray(np.where(np.isnan(values).all(axis=0), np.nan, np.nansum(values, axis=0)))


def planned_demand(result: PlanResult) -> dict[str, Array]:
    """Units a plan runs on per reported bucket [periods], by family ("" = all)."""
    axis, periods = result.parameters.axis("item"), result.horizon.periods
    by_item = result.demand.planned.sum(axis=1)[:, :periods]
    names = dict.fromkeys(name for name in axis.groups["family"] if name)
    return {"": by_item.sum(axis=0), **{name: by_item[axis.mask("family", name)].sum(axis=0) for name in names}}
