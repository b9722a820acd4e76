"""What is paid at a scenario's rates per unit of every column: on credit terms, and at once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sop.domain.parameters import Array, Parameters
from sop.supply.structure import Structure

Rates = Mapping[str, Array]


def on_credit(s: Structure, p: Parameters) -> Rates:
    """Money per unit paid on the suppliers' terms, by family [entities, T]: materials, subcontract fees, freight."""
    outside = (s.inputs["operations"]["kind"] == "subcontract").to_numpy(dtype=bool)[:, None]
    return {
        "level": p["material_cost"] + np.where(outside, p["operation_cost"], 0.0),
        "bought": _over_time(s, p["standard_cost"][s.network.node_item[s.item_bought]]),
        "shipped": _freight(s, p),
        "lane_used": p["lane_fixed_cost"][s.opened_corridors],
    }


def at_once(s: Structure, p: Parameters) -> Rates:
    """Money per unit paid when incurred, by family [entities, T]: making, people, hours, storage."""
    rate, pool_rate = p["labour_rate"], p["labour_rate"][s.pool_resource]
    setup = p["setup_cost"].copy()
    np.add.at(setup, s.routing.operation, s.routing.setup_hours[:, None] * _hourly(s, p))
    storage = p["holding_cost"][s.network.node_location, s.network.node_item]
    return {
        "level": _making(s, p),
        "runs": setup[s.setup_operations],
        "starts": p["startup_cost"][s.startup_operations],
        "protected": storage,
        "closing": storage[:, -1:],
        "free": storage,
        "overtime": p["overtime_cost"] * rate,
        "rented": p["extra_cost"],
        "heads": p["pool_wage"] * pool_rate,
        "hires": p["pool_hire_cost"],
        "layoffs": p["pool_layoff_cost"],
        "pool_overtime": p["pool_overtime_cost"] * pool_rate,
    }


def fixed_at_once(s: Structure, p: Parameters) -> Array:
    """Paid at once whatever is decided [T]: shifts added or dropped, promotions, marketing, fixed costs."""
    shifts = (p["shift_cost"][:, None] * (p["shifts"] - p["base_shifts"]) * p["labour_rate"]).sum(axis=0)
    return np.asarray(shifts + p["promotion_cost"] + p["marketing"].sum(axis=(0, 1)) + p["fixed_costs"])


def arrivals(s: Structure, by_pair: Array) -> Array:
    """Values per unit arriving for a pair [D, T], per unit shipped to it [arcs into markets, T]; 0 where it arrives
    after the last bucket."""
    arcs, pairs = s.market_arcs[:, 0], s.market_arcs[:, 1]
    at = np.arange(s.total)[None, :] + s.network.arc_lead[arcs][:, None]
    values = by_pair[pairs[:, None], np.minimum(at, s.total - 1)]
    return np.where(at < s.total, values, 0.0)


def _making(s: Structure, p: Parameters) -> Array:
    outside = (s.inputs["operations"]["kind"] == "subcontract").to_numpy(dtype=bool)[:, None]
    result = np.where(outside, 0.0, p["operation_cost"])
    np.add.at(result, s.routing.operation, s.routing.hours[:, None] * _hourly(s, p))
    return result


def _hourly(s: Structure, p: Parameters) -> Array:
    """Cost of an hour of every routing row [K, T]."""
    return np.asarray((p["hour_cost"][:, None] * p["labour_rate"])[s.routing.resource])


def _freight(s: Structure, p: Parameters) -> Array:
    paid = s.network.arc_lane >= 0
    result = np.zeros((len(paid), s.total))
    result[paid] = p["freight"][s.network.arc_lane[paid]]
    return result


def promotion(s: Structure, p: Parameters) -> Array:
    """What promotions give away on a unit on arrival, by shipping bucket [arcs into markets, T]."""
    item, market = s.pairs.T
    return arrivals(s, ((p["promotion"] + p["promotion_discount"]) * p["price"])[item, market])


def _over_time(s: Structure, values: Array) -> Array:
    return np.repeat(values[:, None], s.total, axis=1)
