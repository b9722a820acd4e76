"""Projected stock against its target band, in money, in days of what is coming, or in a unit."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from sop.charts.stacking import Part, stacked
from sop.charts.view import VALUE, View, item_factors
from sop.domain.inputs import Inputs
from sop.domain.parameters import Array
from sop.domain.plans import PlanResult

DAYS: Final = "days"
"""The unit that shows stock as days of the cost of sales it lasts."""


def stock_band(inputs: Inputs, result: PlanResult, view: View, unit: str) -> tuple[Array, Array, Array]:
    """[periods] projected closing stock, its safety target and where it becomes too much, in ``unit``.

    Too much is beyond twice the target or the ceiling, place by place. ``unit`` is VALUE (standard cost), DAYS, or a
    volume unit (products only). Days are money over the cost of sales per day in the three months that follow (at the
    end: precede).
    """
    network, plan = result.supply.network, result.supply
    weight = (
        result.finance.standard_cost
        if unit in (VALUE, DAYS)
        else item_factors(inputs, result.parameters, _in(view, unit))
    )
    by_node = np.where(view.covers(result.parameters), weight, 0.0)[network.node_item][:, None]
    ceiling = result.parameters["stock_maximum"][network.node_location, network.node_item]
    enough = np.minimum(2.0 * plan.safety_target, np.fmax(ceiling, plan.safety_target))
    parts = (plan.stock, plan.safety_target, enough)
    per = _cost_per_day(result, view) if unit == DAYS else np.ones(result.horizon.total)
    stock, low, high = (_divided((part * by_node).sum(axis=0), per)[: result.horizon.periods] for part in parts)
    return stock, low, high


def stock_band_frame(inputs: Inputs, reference: PlanResult, result: PlanResult, view: View, unit: str) -> pd.DataFrame:
    """``stock_lines``: stock of reference and scenario; the scenario's target (``low``) and too much (``high``)."""
    stock, low, high = stock_band(inputs, result, view, unit)
    labels = list(result.horizon.labels[: result.horizon.periods])
    parts: list[Part] = [{"period": labels, "series": result.scenario.name, "value": stock, "low": low, "high": high}]
    if result.scenario_key != reference.scenario_key:
        other, name = stock_band(inputs, reference, view, unit)[0], reference.scenario.name
        parts.insert(0, {"period": labels, "series": name, "value": other, "low": np.nan, "high": np.nan})
    return stacked(parts, ("period", "series", "value", "low", "high"))


def _in(view: View, unit: str) -> View:
    return View(view.scope, unit, view.items, view.where)


def _cost_per_day(result: PlanResult, view: View) -> Array:
    """[T] standard cost of what is delivered per day, over the three months after each bucket."""
    horizon = result.horizon
    cost = np.where(view.covers(result.parameters)[:, None], result.finance.cogs_by_item, 0.0).sum(axis=0)
    length = max(horizon.periods_per_year // 4, 1)
    starts = np.arange(1, horizon.total + 1)
    starts[starts >= horizon.total] = max(horizon.total - length, 0)
    ends = np.minimum(starts + length, horizon.total)
    costs, days = (np.concatenate([[0.0], np.cumsum(values)]) for values in (cost, horizon.days))
    return _divided(costs[ends] - costs[starts], days[ends] - days[starts])


def _divided(values: Array, by: Array) -> Array:
    return np.divide(values, by, out=np.zeros_like(values), where=by > 0)


def stock_by_family_frame(result: PlanResult, most: int = 7) -> pd.DataFrame:
    """``sourcing``: inventory at standard cost by family (``source``), the largest ``most``, the rest as Other.

    Goods in transit are in it, items without a family are called Components.
    """
    periods, axis = result.horizon.periods, result.parameters.axis("item")
    names = np.array([name or "Components" for name in axis.groups["family"]])
    values = {
        name: result.finance.inventory_by_item[names == name, :periods].sum(axis=0) for name in dict.fromkeys(names)
    }
    ranked = sorted(values, key=lambda name: (-values[name].max(initial=0.0), name))
    shown = {name: values[name] for name in ranked[:most] if values[name].any()}
    if rest := ranked[most:]:
        shown["Other"] = np.sum([values[name] for name in rest], axis=0)
    labels = list(result.horizon.labels[:periods])
    parts = [{"period": labels, "source": name, "value": amounts} for name, amounts in shown.items()]
    return stacked(parts, ("period", "source", "value"))


def heads_frame(result: PlanResult) -> pd.DataFrame:
    """``sourcing``: heads by pool (``source``); empty where the data plan no people."""
    periods, pools = result.horizon.periods, result.parameters.labels("pool")
    labels = list(result.horizon.labels[:periods])
    parts = [
        {"period": labels, "source": name, "value": heads[:periods]}
        for name, heads in zip(pools, result.supply.heads, strict=True)
    ]
    return stacked(parts, ("period", "source", "value"))
