"""Plans as the small tidy frames charts are drawn from: one row per bucket and series, aggregated beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sop.charts.palette import ACTUAL
from sop.charts.stacking import Part, stacked
from sop.charts.view import VALUE, View, history, item_factors, plan_weights
from sop.domain.inputs import Inputs
from sop.domain.levers import LEVERS
from sop.domain.parameters import Array
from sop.domain.plans import DEMAND_COMPONENTS, PlanResult

_EDGE = 2
"""Months from either end in which a label would leave the chart."""
_CLEAR = 0.2
"""Share of the highest value above which a label has room under its point."""
FULL = 0.995
"""Share of regular hours and overtime from which a resource counts as full."""


def expected_demand(inputs: Inputs, result: PlanResult, view: View) -> Array:
    """[periods] unconstrained demand, expected, in the view's unit."""
    weights = plan_weights(inputs, result.parameters, view)
    return _shown(result, (result.demand.expected * weights).sum(axis=(0, 1)))


def demand_band(inputs: Inputs, result: PlanResult, view: View) -> tuple[Array, Array]:
    """P10 and P90 of demand in the view: of one series its own, of a total those of the sum (see DemandPlan.band)."""
    low, _, high = result.demand.band(plan_weights(inputs, result.parameters, view))
    return _shown(result, low), _shown(result, high)


def forecast_frame(
    inputs: Inputs,
    reference: PlanResult,
    result: PlanResult,
    view: View,
    past: int = 12,
    *,
    instead: tuple[str, Array] | None = None,
) -> pd.DataFrame:
    """``forecast_lines``: ``past`` buckets of history, the reference and the scenario with its band.

    ``instead``: title and figures [periods] of a reference that is no plan, such as a budget; NaN where it has none.
    """
    name, figures = instead or (reference.scenario.name, expected_demand(inputs, reference, view))
    horizon = result.horizon
    actual = history(inputs, reference.parameters, view, past)
    low, high = demand_band(inputs, result, view)
    planned = list(horizon.labels[: horizon.periods])
    bare = {"low": np.nan, "high": np.nan, "turned": False, "today": False}
    parts = [{"period": planned, "series": name, "value": figures, **bare, "today": np.arange(len(planned)) == 0}]
    if actual.any():
        before = [horizon.label(index) for index in range(-past, 0)]
        parts.insert(0, {"period": before, "series": ACTUAL, "value": actual, **bare})
    if instead or result.scenario_key != reference.scenario_key:
        own = expected_demand(inputs, result, view)
        parts.append({"period": planned, "series": result.scenario.name, "value": own, **bare})
    parts[-1] |= {"low": low, "high": high, "turned": turned_buckets(result)}
    return stacked(parts, ("period", "series", "value", *bare))


def turned_buckets(result: PlanResult) -> list[bool]:
    """Buckets in which a demand lever limited to certain months acts."""
    horizon = result.horizon
    turned = np.zeros(horizon.periods, dtype=bool)
    for override in result.overrides:
        if LEVERS[override.lever].group == "demand" and (override.first or override.last):
            first = horizon.index_of_label(override.first) if override.first else 0
            last = horizon.index_of_label(override.last) if override.last else horizon.periods - 1
            turned[max(first, 0) : last + 1] = True
    return [bool(flag) for flag in turned]


def driver_change_frame(inputs: Inputs, reference: PlanResult, result: PlanResult, view: View) -> pd.DataFrame:
    """``driver_changes``: difference of each demand component between scenario and reference, both at Base's price."""
    weights = plan_weights(inputs, reference.parameters, view)
    changes = {
        name: ((result.demand.components[name] - reference.demand.components[name]) * weights).sum(axis=(0, 1))
        for name in DEMAND_COMPONENTS
    }
    largest = max(float(np.abs(values).max(initial=0.0)) for values in changes.values())
    parts = [
        _long(result, {"driver": name.replace("_", " ")}, _shown(result, values))
        for name, values in changes.items()
        if largest > 0 and np.abs(values).max() > 1e-6 * largest
    ]
    return stacked(parts, ("period", "driver", "value"))


def driver_frame(inputs: Inputs, result: PlanResult, view: View) -> pd.DataFrame:
    """``driver_changes`` of one plan: what each driver adds to or takes from the baseline."""
    weights = plan_weights(inputs, result.parameters, view)
    parts = []
    for name in DEMAND_COMPONENTS[1:]:
        values = _shown(result, (result.demand.components[name] * weights).sum(axis=(0, 1)))
        if np.abs(values).max(initial=0.0) > 1e-9:
            parts.append(_long(result, {"driver": name.replace("_", " ")}, values))
    return stacked(parts, ("period", "driver", "value"))


def decomposition_frame(inputs: Inputs, result: PlanResult, view: View) -> pd.DataFrame:
    """``decomposition``: every component of expected demand and its total."""
    weights = plan_weights(inputs, result.parameters, view)
    total = expected_demand(inputs, result, view)
    parts = []
    for rank, name in enumerate(DEMAND_COMPONENTS):
        values = _shown(result, (result.demand.components[name] * weights).sum(axis=(0, 1)))
        if rank == 0 or np.abs(values).max(initial=0.0) > 1e-9:
            parts.append(_long(result, {"driver": name.replace("_", " "), "rank": rank, "total": total}, values))
    return stacked(parts, ("period", "driver", "rank", "value", "total"))


def served(result: PlanResult) -> dict[str, Array]:
    """[I, M, T] planned demand by what becomes of it: on time, late, short (could not), declined (would not).

    What is delivered in a bucket clears older orders first; the rest of it is on time.
    """
    plan = result.supply
    before = np.concatenate([plan.opening_backlog[:, :, None], plan.backlog[:, :, :-1]], axis=2)
    on_time = np.clip(plan.delivered - before, 0.0, plan.accepted)
    return {"on time": on_time, "late": plan.accepted - on_time, "short": plan.short, "declined": plan.declined}


def fulfilment_frame(inputs: Inputs, result: PlanResult, view: View) -> pd.DataFrame:
    """``fulfilment``: what becomes of planned demand, bucket by bucket."""
    weights = plan_weights(inputs, result.parameters, view)
    demand = _shown(result, (result.demand.planned * weights).sum(axis=(0, 1)))
    parts = [
        _long(
            result,
            {"status": status, "rank": rank, "demand": demand},
            _shown(result, (values * weights).sum(axis=(0, 1))),
        )
        for rank, (status, values) in enumerate(served(result).items())
    ]
    return stacked(parts, ("period", "status", "rank", "value", "demand"))


def unmet(inputs: Inputs, result: PlanResult, view: View) -> Array:
    """[periods] demand short or declined, in the view's unit."""
    weights = plan_weights(inputs, result.parameters, view)
    return _shown(result, ((result.supply.short + result.supply.declined) * weights).sum(axis=(0, 1)))


def load_frame(reference: PlanResult, result: PlanResult, most: int = 8) -> pd.DataFrame:
    """``load_heat``: the ``most`` resources that are fullest in the reference, so that rows hold still."""
    plan, periods = result.supply, result.horizon.periods
    required, used = (_utilisation(result, hours) for hours in (plan.required_load, plan.load))
    limit = plan.available + plan.overtime_limit
    full = (plan.load >= FULL * limit)[:, :periods] & (plan.load[:, :periods] > 1e-6)
    names = result.parameters.labels("resource")
    parts = [
        _long(
            result,
            {
                "resource": names[row],
                "used": used[row],
                "full": full[row],
                "action": _load_actions(plan.overtime[row], required[row], used[row]),
            },
            required[row],
            "required",
        )
        for row in fullest(reference)[:most]
    ]
    return stacked(parts, ("period", "resource", "required", "used", "full", "action"))


def fullest(reference: PlanResult) -> list[int]:
    """Positions of all resources, the fullest in the reference first."""
    most = _utilisation(reference, reference.supply.required_load).max(axis=1, initial=0.0)
    return [int(place) for place in np.argsort(-most, kind="stable")]


def with_room(frame: pd.DataFrame, rows: int) -> pd.DataFrame:
    """``frame`` of ``load_heat`` with empty rows up to ``rows``, so that a few do not grow out of proportion."""
    lacking = rows - frame["row"].nunique()
    if frame.empty or lacking <= 0:
        return frame
    empty = frame.iloc[[0] * lacking].assign(
        row=[" " * (number + 1) for number in range(lacking)], required=np.nan, used=np.nan, full=False, focus=False
    )
    return pd.concat([frame, empty], ignore_index=True)


def _utilisation(result: PlanResult, hours: Array) -> Array:
    """[R, periods] hours in per cent of regular hours."""
    periods = result.horizon.periods
    return np.asarray(100.0 * hours[:, :periods] / np.maximum(result.supply.available[:, :periods], 1e-9))


def _load_actions(overtime: Array, required: Array, used: Array) -> list[str]:
    texts = []
    for hours, need, load in zip(overtime, required, used, strict=False):
        parts = [f"{hours:,.0f} h overtime"] if hours >= 0.5 else []
        if need - load > 0.5:
            parts.append("work moved to other months, made elsewhere or short")
        elif load - need > 0.5:
            parts.append("builds for other months")
        texts.append(", ".join(parts) or "as required")
    return texts


def stock(inputs: Inputs, result: PlanResult, view: View) -> tuple[Array, Array]:
    """[periods] projected stock and its target: money at standard cost for all items, or products in a unit."""
    network, plan = result.supply.network, result.supply
    items = result.parameters.axis("item")
    if view.unit == VALUE:
        weight = result.finance.standard_cost.copy()
    else:
        weight = item_factors(inputs, result.parameters, view)
    for dimension, value in view.scope:
        if dimension in items.groups:
            weight = np.where(items.mask(dimension, value), weight, 0.0)
    by_node = weight[network.node_item][:, None]
    on_hand, target = (plan.stock * by_node).sum(axis=0), (plan.safety_target * by_node).sum(axis=0)
    return _shown(result, on_hand), _shown(result, target)


def shortage_frame(inputs: Inputs, result: PlanResult, first: int, last: int, most: int = 10) -> pd.DataFrame:
    """``shortages``: demand short or declined by item and market in buckets [first, last), in money, largest first."""
    window = slice(max(first, 0), last)
    missing = (result.supply.short + result.supply.declined)[:, :, window]
    money = (missing * result.parameters["price"][:, :, window]).sum(axis=2)
    units = missing.sum(axis=2)
    order = np.argsort(-money, axis=None, kind="stable")[:most]
    rows = [np.unravel_index(cell, money.shape) for cell in order]
    items, markets = result.parameters.labels("item"), result.parameters.labels("market")
    found = [
        {
            "what": f"{inputs.item_titles[items[i]]}, {markets[m]}",
            "value": float(money[i, m]),
            "units": float(units[i, m]),
        }
        for i, m in rows
        if units[i, m] > 1e-6
    ]
    return pd.DataFrame(found, columns=["what", "value", "units"])


def sourcing_frame(inputs: Inputs, result: PlanResult, view: View) -> pd.DataFrame:
    """``sourcing``: quantity obtained by kind of operation (made, bought, subcontracted), products only."""
    operations = inputs["operations"]
    unit = View(view.scope, view.unit)
    weight = result.finance.standard_cost if view.unit == VALUE else item_factors(inputs, result.parameters, unit)
    items = result.parameters.axis("item")
    products = items.mask("kind", "product")
    for dimension, value in view.scope:
        if dimension in items.groups:
            products = products & items.mask(dimension, value)
    of_item = np.array([items.index[item] for item in operations["item"]], dtype=np.int64)
    per_level = operations["yield"].to_numpy() * np.where(products, weight, 0.0)[of_item]
    titles = {"make": "Made", "buy": "Bought", "subcontract": "Subcontracted"}
    parts = []
    for kind, title in titles.items():
        rows = (operations["kind"] == kind).to_numpy()
        amount = (result.supply.level[rows] * per_level[rows, None]).sum(axis=0) if rows.any() else None
        if amount is not None and amount.max(initial=0.0) > 0:
            parts.append(_long(result, {"source": title}, _shown(result, amount)))
    return stacked(parts, ("period", "source", "value"))


def line_frame(reference: PlanResult, result: PlanResult, line: str) -> pd.DataFrame:
    """``money_by_month``: one P&L line of scenario and reference."""
    values = _shown(result, result.finance.lines[line])
    other = _shown(reference, reference.finance.lines[line])
    return pd.DataFrame(_long(result, {"reference": other}, values))


def cash_frame(reference: PlanResult, result: PlanResult, first: int, last: int, label: str) -> pd.DataFrame:
    """``cash_lines``: closing cash; the lowest bucket of [first, last) carries ``label``."""
    values = _shown(result, result.finance.cash["closing_cash"])
    inside = slice(max(first, 0), last)
    lowest = max(first, 0) + int(np.argmin(values[inside]))
    marked = np.arange(len(values)) == lowest
    side = "left" if lowest < _EDGE else "right" if lowest >= len(values) - _EDGE else "center"
    told = {"low": marked, "label": [label if flag else "" for flag in marked], "side": side}
    told["under"] = bool(values[lowest] > _CLEAR * values.max())
    parts = [_long(result, {"series": result.scenario.name, **told}, values)]
    if result.scenario_key != reference.scenario_key:
        other = _shown(reference, reference.finance.cash["closing_cash"])
        untold = {"low": False, "label": "", "side": side, "under": False}
        parts.insert(0, _long(reference, {"series": reference.scenario.name, **untold}, other))
    return stacked(parts, ("period", "series", "value", *told))


def overlay_frame(results: Sequence[PlanResult], values: Mapping[str, Array]) -> pd.DataFrame:
    """``overlaid``: one figure per bucket of several scenarios, ``values`` by scenario id."""
    parts = [_long(result, {"scenario": result.scenario.name}, values[result.scenario.id]) for result in results]
    return stacked(parts, ("period", "scenario", "value"))


def waterfall(steps: Sequence[tuple[str, float, bool]], labels: Sequence[str]) -> pd.DataFrame:
    """``walk``: (title, amount, is_total) in order; a total restates the level reached, others move it."""
    rows: list[tuple[str, float, float, float, str, str, int]] = []
    level = 0.0
    for (title, amount, is_total), label in zip(steps, labels, strict=True):
        start, end = (0.0, amount) if is_total else (level, level + amount)
        kind = "total" if is_total else "up" if amount >= 0 else "down"
        rows.append((title, start, end, max(start, end), kind, label, len(rows)))
        level = end
    return pd.DataFrame(rows, columns=["step", "start", "end", "right", "kind", "label", "rank"])


def _shown(result: PlanResult, values: Array) -> Array:
    return values[: result.horizon.periods]


def _long(result: PlanResult, more: Part, values: Array, name: str = "value") -> dict[str, Any]:
    return {"period": list(result.horizon.labels[: result.horizon.periods]), **more, name: values}
