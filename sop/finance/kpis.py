"""The figures of the cockpit over a window."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from sop.domain.inputs import Inputs, rows
from sop.domain.parameters import Array
from sop.domain.plans import Kpis, PlanResult
from sop.finance.service import on_time
from sop.finance.windows import Window


def kpis(inputs: Inputs, result: PlanResult, window: Window) -> Kpis:
    """All KPIs of one plan over ``window``; elapsed buckets come from the actuals table.

    Money in the company's currency, gross margin in percent, fill rates 0..1 (planned buckets only), inventory and
    closing cash at the end of the window; ``cash_low`` over its planned buckets, ``cash_low_period`` its bucket.
    """
    lines, span = result.finance.lines, window.planned
    past = {line: elapsed(inputs, line, window) for line in ("net_revenue", "ebitda")}
    revenue = float(lines["net_revenue"][span].sum()) + past["net_revenue"]
    cash = result.finance.cash["closing_cash"][span]
    value = float(result.finance.inventory_value[window.last - 1])
    return Kpis(
        net_revenue=revenue,
        demanded_revenue=float(result.finance.demanded_revenue_by_item[:, span].sum()) + past["net_revenue"],
        gross_margin_pct=_gross_margin_pct(inputs, result, window),
        ebitda=float(lines["ebitda"][span].sum()) + past["ebitda"],
        fill_rate=fill_rate(result, span),
        expected_fill_rate=expected_fill_rate(result, span),
        inventory_value=value,
        inventory_days=_days_of_cover(value, result, window.last),
        cash_low=float(cash.min()),
        cash_low_period=span.start + int(cash.argmin()),
        closing_cash=float(cash[-1]),
    )


def _gross_margin_pct(inputs: Inputs, result: PlanResult, window: Window) -> float:
    """Gross margin in percent of net revenue; elapsed buckets count where both are booked."""
    lines, span = result.finance.lines, window.planned
    revenue, margin = (_booked_in(inputs, line, window) for line in ("net_revenue", "gross_margin"))
    both = revenue.keys() & margin.keys()
    earned = float(lines["net_revenue"][span].sum()) + sum(revenue[bucket] for bucket in both)
    kept = float(lines["gross_margin"][span].sum()) + sum(margin[bucket] for bucket in both)
    return 100.0 * kept / earned if earned else 0.0


def elapsed(inputs: Inputs, line: str, window: Window) -> float:
    """Booked actuals of ``line`` in the window's elapsed buckets."""
    return sum(_booked_in(inputs, line, window).values())


@lru_cache(maxsize=128)
def booked(inputs: Inputs, line: str) -> tuple[tuple[int, float], ...]:
    """Bucket and amount of every actual of ``line``."""
    table = inputs["actuals"]
    chosen = table[table["line"] == line]
    return tuple((inputs.horizon.index_of(since.date()), amount) for since, amount in rows(chosen, "period", "amount"))


def _booked_in(inputs: Inputs, line: str, window: Window) -> dict[int, float]:
    """Amount booked in each elapsed bucket of the window; nothing is looked up where it has none."""
    if window.first >= 0:
        return {}
    return {bucket: amount for bucket, amount in booked(inputs, line) if window.first <= bucket < 0}


def fill_rate(result: PlanResult, span: slice) -> float:
    """Demand delivered in the bucket it is due / demand, weighted by price; 1 without demand."""
    weight = _weight(result.parameters["price"][..., span])
    served = np.minimum(on_time(result.supply)[..., span], result.demand.planned[..., span])
    return _share(float((weight * served).sum()), float((weight * result.demand.planned[..., span]).sum()))


def expected_fill_rate(result: PlanResult, span: slice) -> float:
    """Expected fill rates of items and buckets, weighted by the value of expected demand; 1 without demand."""
    weight = (_weight(result.parameters["price"][..., span]) * result.demand.expected[..., span]).sum(axis=1)
    return _share(float((weight * result.expected_fill[:, span]).sum()), float(weight.sum()))


def _weight(price: Array) -> Array:
    """Prices, or 1 where nothing in the window has one: units of different kinds are never added otherwise."""
    return price if price.any() else np.ones_like(price)


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else 1.0


def _days_of_cover(value: float, result: PlanResult, last: int) -> float:
    """Inventory / COGS per day of the three months after bucket ``last`` - 1 (before it, where the plan ends there)."""
    length = max(result.horizon.periods_per_year // 4, 1)
    ahead = slice(last, last + length)
    if last >= result.horizon.total:
        ahead = slice(max(last - length, 0), last)
    cost, days = result.finance.lines["cogs"][ahead].sum(), result.horizon.days[ahead].sum()
    return value * float(days) / float(cost) if cost > 0 else 0.0
