"""Costs, bounds and right-hand sides of one case: one function per family, used for Base and every scenario alike.

Costs are what is minimised: the negative of Z. All money terms are at the scenario's rates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from sop.domain.parameters import Array
from sop.domain.plans import Index
from sop.supply.case import Case

Columns = tuple[Array | float, Array | float, Array | float]  # cost, lower, upper
Sides = tuple[Array | float, Array | float]  # least and most of a row's left side


@dataclass(frozen=True, eq=False)
class Vectors:
    """The numbers of one case, by solver column and row. ``constant`` is the part of -Z no decision changes."""

    cost: Array
    lower: Array
    upper: Array
    row_lower: Array
    row_upper: Array
    constant: float


def unlimited(values: Array) -> Array:
    """Blank (NaN) limits as infinity."""
    return np.where(np.isnan(values), np.inf, values)


def level(c: Case) -> Columns:
    """Unit cost, routed hours at their hourly cost, capital tied up in work in progress; operation limits.

    A bought or subcontracted item cannot arrive before its lead time; its minimum counts from then on.
    """
    p, s = c.parameters, c.structure
    hourly = p["hour_cost"][:, None] * p["labour_rate"]
    cost = p["operation_cost"] + p["material_cost"] + _work_in_progress(c)
    np.add.at(cost, s.routing.operation, s.routing.hours[:, None] * hourly[s.routing.resource])
    too_early = (np.arange(s.total)[None, :] < s.operation_lead[:, None]) & ~s.is_make[:, None]
    upper = np.minimum(p["operation_maximum"], p["subcontract_limit"])
    return cost, np.where(too_early, 0.0, p["operation_minimum"]), np.where(too_early, 0.0, upper)


def _work_in_progress(c: Case) -> Array:
    """Capital charge [O, T] on what a unit of level yields, for the closings between start and finish."""
    s, recipe = c.structure, c.structure.recipe
    value = np.zeros(len(s.operation_item))
    out = recipe.quantity > 0
    np.add.at(value, recipe.operation[out], recipe.quantity[out] * c.standard_cost[recipe.node[out]])
    closings = np.minimum(s.operation_lead[:, None], s.total - np.arange(s.total)[None, :])
    return np.where(s.is_make[:, None], c.capital_rate * value[:, None] * closings, 0.0)


def runs(c: Case) -> Columns:
    """Set-up cost and set-up hours at their hourly cost; a share of a set-up, 0 to 1."""
    p, s = c.parameters, c.structure
    hourly = p["hour_cost"][:, None] * p["labour_rate"]
    cost = np.repeat(s.inputs["operations"]["setup_cost"].to_numpy(dtype=np.float64)[:, None], s.total, axis=1)
    np.add.at(cost, s.routing.operation, s.routing.setup_hours[:, None] * hourly[s.routing.resource])
    return cost[s.setup_operations], 0.0, 1.0


def bought(c: Case) -> Columns:
    """Purchases at standard cost, unlimited (companies without supply tables)."""
    return c.standard_cost[c.structure.item_bought][:, None], 0.0, np.inf


def shipped(c: Case) -> Columns:
    """Freight when shipped, capital tied up under way, less what a market values on arrival; lane limits per item.

    Free lanes cost nothing.
    """
    p, net, total = c.parameters, c.structure.network, c.structure.total
    closings = np.minimum(net.arc_lead[:, None], total - np.arange(total)[None, :])
    cost = c.capital_rate * p["standard_cost"][net.arc_item][:, None] * closings - _arrival_value(c)
    lower, upper = np.zeros(cost.shape), np.full(cost.shape, np.inf)
    on_lane = net.arc_lane >= 0
    lane = net.arc_lane[on_lane]
    cost[on_lane] += p["freight"][lane]
    lower[on_lane], upper[on_lane] = p["lane_minimum"][lane], p["lane_maximum"][lane]
    return cost, lower, upper


def _arrival_value(c: Case) -> Array:
    """What a unit shipped in each bucket is worth to the market it arrives in [A, T]; 0 on the way to a location."""
    result = np.zeros((len(c.structure.network.arc_item), c.structure.total))
    arcs, pairs = c.structure.market_arcs[:, 0], c.structure.market_arcs[:, 1]
    for lead in np.unique(c.structure.network.arc_lead[arcs]):
        chosen = c.structure.network.arc_lead[arcs] == lead
        result[arcs[chosen], : c.structure.total - lead] = c.pair_value[pairs[chosen], lead:]
    return result


def protected(c: Case) -> Columns:
    """Stock below the targets: carrying cost less the penalty it saves."""
    layers = c.layers
    return layers.cost[0], layers.lower[0], layers.upper[0]


def closing(c: Case) -> Columns:
    """Stock of the last bucket between its safety target and its closing target."""
    layers = c.layers
    return layers.cost[1][:, -1:], layers.lower[1][:, -1:], layers.upper[1][:, -1:]


def free(c: Case) -> Columns:
    """Stock above the targets: holding cost and capital charge."""
    layers = c.layers
    return layers.cost[2], layers.lower[2], layers.upper[2]


def backlog(c: Case) -> Columns:
    """Late price on what is owed; owing a unit books it now instead of in the next bucket.

    Where late is not allowed only opening backlog may be owed, at the end no more than the market's closing backlog.
    """
    pairs, s = c.structure.pairs, c.structure
    opening = s.opening_backlog[pairs[:, 0], pairs[:, 1]]
    waits = c.parameters["late_allowed"][pairs[:, 1]] > 0
    most = np.repeat(np.where(waits, np.inf, opening)[:, None], s.total, axis=1)
    most[:, -1] = np.minimum(most[:, -1], s.closing_backlog[pairs[:, 1]])
    cost = c.late_price[pairs[:, 0], pairs[:, 1]] - c.pair_value
    cost[:, :-1] += c.pair_value[:, 1:]
    return cost, 0.0, most


def overtime(c: Case) -> Columns:
    """Overtime premium x labour rate; a share of available hours."""
    p = c.parameters
    return p["overtime_cost"][:, None] * p["labour_rate"], 0.0, c.overtime_limit


def rented(c: Case) -> Columns:
    """Rented hours at their cost."""
    return c.parameters["extra_cost"][:, None], 0.0, c.parameters["extra_hours"][:, None]


def heads(c: Case) -> Columns:
    """Wages on head-count x labour rate; head-count band (hard)."""
    p = c.parameters
    wage = p["pool_wage"] * p["labour_rate"][c.structure.pool_resource]
    return wage, p["pool_minimum"], unlimited(p["pool_maximum"])


def hires(c: Case) -> Columns:
    """Cost and most of hiring."""
    return c.parameters["pool_hire_cost"], 0.0, unlimited(c.parameters["pool_maximum_hires"])


def layoffs(c: Case) -> Columns:
    """Cost and most of laying off."""
    return c.parameters["pool_layoff_cost"], 0.0, unlimited(c.parameters["pool_maximum_layoffs"])


def pool_overtime(c: Case) -> Columns:
    """Overtime hours of people x labour rate; limited by the row family of that name."""
    p = c.parameters
    return p["pool_overtime_cost"] * p["labour_rate"][c.structure.pool_resource], 0.0, np.inf


COLUMN_VECTORS: dict[str, Callable[[Case], Columns]] = {
    function.__name__: function
    for function in (
        level,
        runs,
        bought,
        shipped,
        protected,
        closing,
        free,
        backlog,
        overtime,
        rented,
        heads,
        hires,
        layoffs,
        pool_overtime,
    )
}


def node_balance(c: Case) -> Array:
    """Open orders arriving, in the first bucket the opening stock as well [N, T]."""
    result = c.structure.receipts.copy()
    result[:, 0] += c.structure.opening_stock
    return result


def accepted_demand(c: Case) -> tuple[Array, Array]:
    """Contract (all of the demand where the market is firm) and demand; in the first bucket plus the opening backlog
    [D, T] each."""
    pairs, s, most = c.structure.pairs, c.structure, c.pair_demand
    contract = c.parameters["contract_minimum"][pairs[:, 0], pairs[:, 1]]
    owed = np.zeros(most.shape)
    owed[:, 0] = s.opening_backlog[pairs[:, 0], pairs[:, 1]]
    least = np.where(s.firm[pairs[:, 1]][:, None], most, np.minimum(contract, most))
    return least + owed, most + owed


def owed_before(c: Case) -> Sides:
    """No rise of the backlog where unmet demand is lost, any where it waits; the first bucket from the opening one
    [D, T]."""
    pairs, s = c.structure.pairs, c.structure
    waits = c.parameters["late_allowed"][pairs[:, 1]] > 0
    room = np.repeat(np.where(waits, np.inf, 0.0)[:, None], s.total, axis=1)
    room[:, 0] += s.opening_backlog[pairs[:, 0], pairs[:, 1]]
    return at_most(room)


def headcount_balance(c: Case) -> Array:
    """Heads on the first day, in the first bucket [P, T]."""
    result = np.zeros((len(c.structure.pool_resource), c.structure.total))
    result[:, 0] = c.structure.inputs["workforce"]["head_count"].to_numpy(dtype=np.float64)
    return result


def at_most(values: Array | float) -> Sides:
    """Left side not above ``values``."""
    return -np.inf, values


def exactly(values: Array) -> Sides:
    """Left side equal to ``values``."""
    return values, values


ROW_VECTORS: dict[str, Callable[[Case], Sides]] = {
    "node_balance": lambda c: exactly(node_balance(c)),
    "accepted_demand": accepted_demand,
    "owed_before": owed_before,
    "resource_capacity": lambda c: at_most(c.available),
    "supplier_limit": lambda c: at_most(c.parameters["supplier_limit"]),
    "corridor_capacity": lambda c: at_most(c.parameters["lane_capacity"]),
    "storage_capacity": lambda c: at_most(c.parameters["storage_capacity"]),
    "headcount_balance": lambda c: exactly(headcount_balance(c)),
    "pool_overtime_limit": lambda c: at_most(0.0),
    "setup_link": lambda c: at_most(0.0),
    "minimum_lot": lambda c: at_most(0.0),
}


def constant_cost(c: Case) -> float:
    """The part of -Z no decision changes: open purchase orders, added shifts, capital in opening transit, the prices of
    losing all demand and missing all targets (which accepting and stocking then earn back), and what arrivals earn
    by delivering the opening backlog, which was booked before."""
    p, s = c.parameters, c.structure
    shifts = (p["shift_cost"][:, None] * (p["shifts"] - p["base_shifts"]) * p["labour_rate"]).sum()
    transit = s.opening_in_transit[:, None] - np.cumsum(s.transit_receipts, axis=1)
    capital = c.capital_rate * (p["standard_cost"][:, None] * transit).sum()
    lost = (c.lost_price * c.wanted).sum()
    targets = (c.safety_price * c.safety_target).sum() + (c.closing_price * c.closing_target).sum()
    booked_before = (c.pair_value[:, 0] * s.opening_backlog[s.pairs[:, 0], s.pairs[:, 1]]).sum()
    return float(s.receipt_cost.sum() + shifts + capital + lost + targets + booked_before)


def case_vectors(
    c: Case, columns: Mapping[str, Index], rows: Mapping[str, tuple[Index, Index]], size: tuple[int, int]
) -> Vectors:
    """All vectors of a case. ``columns``: family -> solver columns [entities, buckets]; ``rows``: family ->
    (entities, solver rows [entities, buckets]); ``size``: number of columns and rows."""
    cost, lower, upper = (np.zeros(size[0]) for _ in range(3))
    for family, at in columns.items():
        for target, values in zip((cost, lower, upper), COLUMN_VECTORS[family](c), strict=True):
            target[at] = values
    row_lower, row_upper = np.zeros(size[1]), np.zeros(size[1])
    for family, (entities, at) in rows.items():
        for target, side in zip((row_lower, row_upper), ROW_VECTORS[family](c), strict=True):
            target[at] = side if isinstance(side, float) else side[entities]
    return Vectors(cost, lower, upper, row_lower, row_upper, constant_cost(c))
