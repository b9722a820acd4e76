"""Safety stock and closing stock: how many units each node should hold, from days of the demand that is coming."""

from __future__ import annotations

import numpy as np

from sop.domain.horizon import Horizon
from sop.domain.parameters import Array, Mask, Parameters
from sop.supply.structure import Structure

_FAR = 60  # buckets beyond which building ahead is not limited any further


def safety_targets(structure: Structure, parameters: Parameters, node_demand: Array) -> Array:
    """Units to hold at the end of every bucket [N, T]: safety_stock + safety_days of the demand that follows; none of
    what is made to order."""
    own = _at_nodes(structure, parameters["safety_stock"])
    days = _at_nodes(structure, parameters["safety_days"])
    target = np.maximum(own + coming_demand(days, node_demand, structure.base.horizon), 0.0)
    return np.where(_to_order(structure)[:, None], 0.0, target)


def built_ahead(structure: Structure, node_demand: Array, safety: Array) -> Array:
    """Most stock [N, T] of items with a limit on building ahead; infinite for others.

    At any one location the safety target and the demand of the next ``build_ahead`` buckets for the item (0 if made to
    order), and never less than what is on hand and on order already. After the horizon the last year repeats.
    """
    ahead = structure.inputs["items"]["build_ahead"].to_numpy(dtype=np.float64)
    ahead = np.where(_orders(structure), 0.0, ahead)[structure.network.node_item]
    result = np.full(node_demand.shape, np.inf)
    limited = np.flatnonzero(~np.isnan(ahead))
    if not len(limited):
        return result
    by_item = np.zeros((len(structure.base.axis("item")), structure.total))
    np.maximum.at(by_item, structure.network.node_item, node_demand)
    horizon, buckets = structure.base.horizon, np.arange(structure.total)
    lengths = np.concatenate([[0.0], np.cumsum(np.concatenate([horizon.days, np.full(_FAR, horizon.days.mean())]))])
    reach = np.minimum(ahead[limited], _FAR).astype(np.int64)
    days = lengths[buckets[None, :] + 1 + reach[:, None]] - lengths[buckets + 1]
    cover = coming_demand(days, by_item[structure.network.node_item[limited]], horizon)
    there = structure.opening_stock[limited, None] + np.cumsum(structure.receipts[limited], axis=1)
    result[limited] = np.maximum(cover + safety[limited], there)
    return result


def _orders(structure: Structure) -> Mask:
    """Items made to order [I]."""
    return np.asarray(structure.inputs["items"]["strategy"] == "order", dtype=bool)


def _to_order(structure: Structure) -> Mask:
    """Nodes of items made to order [N]."""
    return np.asarray(_orders(structure)[structure.network.node_item])


def closing_targets(structure: Structure, parameters: Parameters, node_demand: Array, safety: Array) -> Array:
    """Soft target for the end of the horizon [N]; 0 where a hard closing stock is given or the setting is 'none'.

    The safety target of the last bucket where the node has one, else as many days of cover as the opening stock gave.
    """
    given = ~np.isnan(_at_nodes(structure, parameters["closing_minimum"])[:, -1]) | _to_order(structure)
    if structure.inputs.settings.closing_stock == "none":
        return np.zeros(len(given))
    horizon = structure.base.horizon
    days = opening_days(structure.opening_stock, node_demand, horizon)
    cover = coming_demand(days[:, None], node_demand, horizon)[:, -1]
    return np.where(given, 0.0, np.where(safety[:, -1] > 0, safety[:, -1], cover))


def coming_demand(days: Array, node_demand: Array, horizon: Horizon) -> Array:
    """Demand of the ``days`` [N, T] that follow each bucket [N, T]; ``days`` [N, k]: that follow the last k.

    Within a bucket demand is even. After the horizon the last year repeats (shorter horizons: their mean).
    """
    ends, summed = _day_line(node_demand, horizon)
    asked = slice(horizon.total + 1 - days.shape[1], horizon.total + 1)
    until = np.clip(ends[None, asked] + days, 0.0, ends[-1])
    after = np.minimum(np.maximum(np.searchsorted(ends, until, side="left"), 1), len(ends) - 1)
    share = (until - ends[after - 1]) / (ends[after] - ends[after - 1])
    low = np.take_along_axis(summed, after - 1, axis=1)
    high = np.take_along_axis(summed, after, axis=1)
    return np.asarray(low + share * (high - low) - summed[:, asked])


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
