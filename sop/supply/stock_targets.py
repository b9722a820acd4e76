"""Safety stock and closing stock: how many units each node should hold, from days of the demand that is coming."""

from __future__ import annotations

import numpy as np

from sop.domain.horizon import Horizon
from sop.domain.parameters import Array, Parameters
from sop.supply.structure import Structure


def safety_targets(structure: Structure, parameters: Parameters, node_demand: Array) -> Array:
    """Units to hold at the end of every bucket [N, T]: safety_stock + safety_days of the demand that follows."""
    own = _at_nodes(structure, parameters["safety_stock"])
    days = _at_nodes(structure, parameters["safety_days"])
    return np.maximum(own + coming_demand(days, node_demand, structure.base.horizon), 0.0)


def closing_targets(structure: Structure, parameters: Parameters, node_demand: Array, safety: Array) -> Array:
    """Soft target for the end of the horizon [N]; 0 where a hard closing stock is given or the setting is 'none'.

    The safety target of the last bucket where the node has one, else as many days of cover as the opening stock gave.
    """
    given = ~np.isnan(_at_nodes(structure, parameters["closing_minimum"])[:, -1])
    if structure.inputs.settings.closing_stock == "none":
        return np.zeros(len(given))
    horizon = structure.base.horizon
    days = opening_days(structure.opening_stock, node_demand, horizon)
    cover = coming_demand(np.repeat(days[:, None], horizon.total, axis=1), node_demand, horizon)[:, -1]
    return np.where(given, 0.0, np.where(safety[:, -1] > 0, safety[:, -1], cover))


def coming_demand(days: Array, node_demand: Array, horizon: Horizon) -> Array:
    """Demand of the ``days`` [N, T] that follow each bucket [N, T].

    Within a bucket demand is even. After the horizon the last year repeats (shorter horizons: their mean).
    """
    ends, summed = _day_line(node_demand, horizon)
    total = horizon.total
    until = np.clip(ends[None, 1 : total + 1] + days, 0.0, ends[-1])
    after = np.clip(np.searchsorted(ends, until, side="left"), 1, len(ends) - 1)
    share = (until - ends[after - 1]) / (ends[after] - ends[after - 1])
    low = np.take_along_axis(summed, after - 1, axis=1)
    high = np.take_along_axis(summed, after, axis=1)
    return np.asarray(low + share * (high - low) - summed[:, 1 : total + 1])


def opening_days(stock: Array, node_demand: Array, horizon: Horizon) -> Array:
    """Days the opening stock [N] lasts; at most a year, 0 where nothing is demanded."""
    ends, summed = _day_line(node_demand, horizon)
    summed = summed[:, : horizon.total + 1]
    bucket = np.clip((summed < stock[:, None]).sum(axis=1), 1, horizon.total)
    at = np.arange(len(stock))
    used = summed[at, bucket] - summed[at, bucket - 1]
    share = np.divide(stock - summed[at, bucket - 1], used, out=np.ones(len(stock)), where=used > 0)
    days = ends[bucket - 1] + np.clip(share, 0.0, 1.0) * (ends[bucket] - ends[bucket - 1])
    return np.where((stock > 0) & (summed[:, -1] > 0), np.minimum(days, 365.0), 0.0)


def _day_line(node_demand: Array, horizon: Horizon) -> tuple[Array, Array]:
    """Day each bucket ends (from 0) and demand up to it, the horizon followed by one more year."""
    year, total = horizon.periods_per_year, horizon.total
    if total >= year:
        beyond = node_demand[:, total - year :]
    else:
        beyond = np.repeat(node_demand.mean(axis=1, keepdims=True), year, axis=1)
    days = np.concatenate([horizon.days, np.full(year, horizon.days.mean())])
    ends = np.concatenate([[0.0], np.cumsum(days)])
    demand = np.concatenate([node_demand, beyond], axis=1)
    return ends, np.concatenate([np.zeros((len(demand), 1)), np.cumsum(demand, axis=1)], axis=1)


def _at_nodes(structure: Structure, by_place: Array) -> Array:
    """[L, I, T] -> [N, T]."""
    return np.asarray(by_place[structure.network.node_location, structure.network.node_item])
