"""Costs, bounds and right-hand sides of one case: one function per family, used for Base and every scenario alike.

Costs are what is minimised: the negative of Z. All money terms are at the scenario's rates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from sop.domain.parameters import Array
from sop.domain.plans import Index
from sop.supply import money
from sop.supply.case import Case
from sop.supply.constraints.opened import largest_loads, largest_orders
from sop.supply.money import Columns, Sides
from sop.supply.people import heads, hires, layoffs, overtime, pool_overtime, rented, unlimited


@dataclass(frozen=True, eq=False)
class Vectors:
    """The numbers of one case, by solver column and row. ``constant`` is the part of -Z no decision changes, ``rates``
    are the coefficients at the scenario's rates (``Matrix.priced``)."""

    cost: Array
    lower: Array
    upper: Array
    row_lower: Array
    row_upper: Array
    constant: float
    rates: Array


def level(c: Case) -> Columns:
    """Unit cost, routed hours at their hourly cost, capital tied up in work in progress; operation limits.

    A bought or subcontracted item cannot arrive before its lead time; its minimum counts from then on. Before the fence
    of a plant nothing new is started: what comes out is on open production orders.
    """
    p, s = c.parameters, c.structure
    hourly = p["hour_cost"][:, None] * p["labour_rate"]
    cost = p["operation_cost"] + p["material_cost"] + _work_in_progress(c)
    np.add.at(cost, s.routing.operation, s.routing.hours[:, None] * hourly[s.routing.resource])
    earliest = np.where(s.is_make, p["frozen_periods"][s.operation_location], np.floor(s.operation_lead))
    too_early = np.arange(s.total)[None, :] < earliest[:, None]
    low, high = _near_approved(c)
    lower = np.maximum(p["operation_minimum"], low)
    upper = np.minimum(np.minimum(p["operation_maximum"], p["subcontract_limit"]), high)
    return cost, np.where(too_early, 0.0, lower), np.where(too_early, 0.0, upper)


def _near_approved(c: Case) -> tuple[Array, Array]:
    """Least and most level [O, T] within the deviation limit of the approved plan, where both are given."""
    approved, share = c.parameters["approved_level"], c.parameters["deviation_limit"]
    low, high = approved * (1.0 - share), approved * (1.0 + share)
    return np.nan_to_num(low), np.where(np.isnan(high), np.inf, high)


def _work_in_progress(c: Case) -> Array:
    """Capital charge [O, T] on what a unit of level yields, for the closings between start and finish, and on parts
    sent to a supplier, for those between sending and receipt."""
    s, recipe = c.structure, c.structure.recipe
    out = np.flatnonzero(recipe.quantity > 0)
    value = recipe.quantity[out] * c.standard_cost[recipe.node[out]]
    closings = np.minimum(recipe.lead[out, None], s.total - np.arange(s.total)[None, :])
    result = np.zeros((len(s.operation_item), s.total))
    np.add.at(result, recipe.operation[out], c.capital_rate * value[:, None] * closings)
    sent = np.flatnonzero(recipe.lead < 0)
    parts = recipe.lead[sent] * recipe.quantity[sent] * c.standard_cost[recipe.node[sent]]  # both below 0
    np.add.at(result, recipe.operation[sent], c.capital_rate * parts[:, None])
    return result


def runs(c: Case) -> Columns:
    """Set-up cost and set-up hours at their hourly cost; a share of a set-up, 0 to 1."""
    p, s = c.parameters, c.structure
    hourly = p["hour_cost"][:, None] * p["labour_rate"]
    cost = p["setup_cost"].copy()
    np.add.at(cost, s.routing.operation, s.routing.setup_hours[:, None] * hourly[s.routing.resource])
    return cost[s.setup_operations], 0.0, 1.0


def starts(c: Case) -> Columns:
    """Start-up cost; a share of a start-up, 0 to 1."""
    return c.parameters["startup_cost"][c.structure.startup_operations], 0.0, 1.0


def lots(c: Case) -> Columns:
    """Number of lots: free in itself."""
    return 0.0, 0.0, np.inf


def change(c: Case) -> Columns:
    """Price of a unit of level more or less than in the bucket before; none in the first bucket."""
    price = c.structure.inputs["operations"]["change_cost"].to_numpy(dtype=np.float64)[c.structure.change_operations]
    cost = np.repeat(price[:, None], c.structure.total, axis=1)
    cost[:, :1] = 0.0
    return cost, 0.0, np.inf


def ordered(c: Case) -> Columns:
    """Share of an order, 0 to what the scenario's limit is of Base's: free in itself."""
    s = c.structure
    return 0.0, 0.0, _stretched(c.parameters["supplier_limit"][s.order_suppliers], largest_orders(s))


def lane_used(c: Case) -> Columns:
    """Fixed cost of a lane; a share of its opening, 0 to what the scenario's capacity is of Base's."""
    p, s = c.parameters, c.structure
    most = _stretched(p["lane_capacity"][s.opened_corridors], largest_loads(s))
    return p["lane_fixed_cost"][s.opened_corridors], 0.0, most


def _stretched(limit: Array, base: Array) -> Array:
    """Share of Base's largest limit that a scenario may use, at least 1."""
    share = np.where(np.isfinite(limit), limit, base[:, None]) / base[:, None]
    return np.repeat(share.max(axis=1, initial=1.0)[:, None], limit.shape[1], axis=1)


def services(c: Case) -> Columns:
    """Machines in maintenance; most of them in a bucket, none beyond the reported horizon."""
    most = unlimited(c.structure.inputs["maintenance"]["maximum"].to_numpy(dtype=np.float64))
    within = np.arange(c.structure.total) < c.structure.base.horizon.periods
    return 0.0, 0.0, np.where(within[None, :], most[:, None], 0.0)


def scrapped(c: Case) -> Columns:
    """Units written off: what they cost has been paid; nothing more."""
    return 0.0, 0.0, np.inf


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
    share = net.arc_share[on_lane][:, None]
    lower[on_lane], upper[on_lane] = share * p["lane_minimum"][lane], share * p["lane_maximum"][lane]
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

    Where late is not allowed only opening backlog may be owed; never more than the terms of the market allow, at the
    ends (``Horizon.ends``) no more than its closing backlog.
    """
    pairs, s = c.structure.pairs, c.structure
    opening = s.opening_backlog[pairs[:, 0], pairs[:, 1]]
    waits = c.parameters["late_allowed"][pairs[:, 1]] > 0
    most = np.repeat(np.where(waits, np.inf, opening)[:, None], s.total, axis=1)
    most = np.minimum(most, s.terms.maximum_backlog[pairs[:, 0], pairs[:, 1]])
    ends, closing = s.base.horizon.ends, s.terms.closing_backlog[pairs[:, 0], pairs[:, 1]]
    most[:, ends] = np.minimum(most[:, ends], closing[:, None])
    cost = c.late_price[pairs[:, 0], pairs[:, 1]] - c.pair_value
    cost[:, :-1] += c.pair_value[:, 1:]
    return cost, 0.0, most


COLUMN_VECTORS: dict[str, Callable[[Case], Columns]] = {
    **{
        function.__name__: function
        for function in (
            *(level, runs, starts, lots, bought, ordered, shipped, lane_used),
            *(protected, closing, free, scrapped, backlog),
            *(overtime, rented, services, heads, hires, layoffs, pool_overtime),
        )
    },
    "rise": change,
    "fall": change,
    **money.COLUMNS,
}


def node_balance(c: Case) -> Array:
    """Open orders arriving, in the first bucket the opening stock as well [N, T]."""
    result = c.structure.receipts.copy()
    result[:, 0] += c.structure.opening_stock
    return result


def accepted_demand(c: Case) -> tuple[Array, Array]:
    """Contract (where the market is firm the firm share of the demand, if that is more) and demand; in the first bucket
    plus the opening backlog [D, T] each."""
    pairs, s, most = c.structure.pairs, c.structure, c.pair_demand
    contract = c.parameters["contract_minimum"][pairs[:, 0], pairs[:, 1]]
    owed = np.zeros(most.shape)
    owed[:, 0] = s.opening_backlog[pairs[:, 0], pairs[:, 1]]
    firm = c.parameters["firm_share"][pairs[:, 0], pairs[:, 1]] * most
    least = np.maximum(firm, np.minimum(contract, most))
    return least + owed, most + owed


def group_promise(c: Case) -> Sides:
    """Contract of every customer group with one, at most its demand; in the first bucket plus the opening backlog
    [groups x items, T]."""
    s, pairs = c.structure, c.structure.pairs
    if not len(s.promised_groups):
        return 0.0, np.inf
    minimum = (s.groups.minimum * c.parameters["group_contract"]).reshape(-1, s.total)
    demand = np.zeros(minimum.shape)
    np.add.at(demand, s.pair_group, c.pair_demand)
    least = np.minimum(minimum, demand)
    np.add.at(least[:, 0], s.pair_group, s.opening_backlog[pairs[:, 0], pairs[:, 1]])
    return least, np.inf


def owed_before(c: Case) -> Sides:
    """No rise of the backlog where unmet demand is lost, any where it waits; the first bucket from the opening one
    [D, T]."""
    pairs, s = c.structure.pairs, c.structure
    waits = c.parameters["late_allowed"][pairs[:, 1]] > 0
    room = np.repeat(np.where(waits, np.inf, 0.0)[:, None], s.total, axis=1)
    room[:, 0] += s.opening_backlog[pairs[:, 0], pairs[:, 1]]
    return at_most(room)


def resource_capacity(c: Case) -> Sides:
    """Hours available; all of them where the resource may not idle [R, T]."""
    return np.where(c.parameters["no_idle"] > 0, c.available, -np.inf), c.available


def demand_total(c: Case) -> Sides:
    """Least and most accepted over the horizon, less what was owed at its start [pairs with a total, 1]."""
    p, pairs, s = c.parameters, c.structure.pairs, c.structure
    owed = s.opening_backlog[pairs[:, 0], pairs[:, 1]]
    sides = (p[name][pairs[:, 0], pairs[:, 1]] + owed for name in ("demand_minimum_total", "demand_maximum_total"))
    least, most = sides
    return least[:, None], most[:, None]


def level_change(c: Case) -> Sides:
    """Zero; the first bucket has nothing to be compared with [O, T]."""
    free_at_first = np.zeros((len(c.structure.operation_item), c.structure.total))
    free_at_first[:, 0] = np.inf
    return -free_at_first, free_at_first


def shelf_life(c: Case) -> Sides:
    """Open orders of the last buckets, and the opening stock as long as it keeps [N, T]."""
    s, total = c.structure, c.structure.total
    summed = np.concatenate([np.zeros((len(s.receipts), 1)), np.cumsum(s.receipts, axis=1)], axis=1)
    bucket = np.arange(total)
    since = np.maximum(bucket[None, :] + 1 - s.shelf_life[:, None], 0)
    recent = summed[:, 1:] - np.take_along_axis(summed, since, axis=1)
    keeps = bucket[None, :] < (s.shelf_life - s.opening_age)[:, None]
    return at_most(recent + np.where(keeps, s.opening_stock[:, None], 0.0))


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


def _machines(c: Case) -> Array:
    """Machines to service, by resource [R, 1]."""
    result = np.zeros((len(c.structure.base.axis("resource")), 1))
    result[c.structure.serviced_resources, 0] = c.structure.inputs["maintenance"]["machines"].to_numpy(dtype=np.float64)
    return result


ROW_VECTORS: dict[str, Callable[[Case], Sides]] = {
    "node_balance": lambda c: exactly(node_balance(c)),
    "accepted_demand": accepted_demand,
    "group_promise": group_promise,
    "owed_before": owed_before,
    "resource_capacity": resource_capacity,
    "supplier_limit": lambda c: at_most(c.parameters["supplier_limit"]),
    "corridor_capacity": lambda c: at_most(c.parameters["lane_capacity"]),
    "inbound_capacity": lambda c: at_most(c.parameters["inbound_capacity"]),
    "lane_split": lambda c: (0.0, 0.0),
    "storage_capacity": lambda c: at_most(c.parameters["storage_capacity"]),
    "headcount_balance": lambda c: exactly(headcount_balance(c)),
    "pool_overtime_limit": lambda c: at_most(0.0),
    "setup_link": lambda c: at_most(0.0),
    "minimum_lot": lambda c: at_most(0.0),
    "startup_link": lambda c: at_most(0.0),
    "lot_multiple": lambda c: (0.0, 0.0),
    "level_change": level_change,
    "demand_total": demand_total,
    "operation_total": lambda c: (
        c.parameters["operation_minimum_total"][:, None],
        c.parameters["operation_maximum_total"][:, None],
    ),
    "maintenance_total": lambda c: exactly(_machines(c)),
    "lane_link": lambda c: at_most(0.0),
    "lane_minimum_load": lambda c: at_most(0.0),
    "lanes_out": lambda c: at_most(np.repeat(c.parameters["maximum_lanes_out"][:, None], c.structure.total, axis=1)),
    "order_link": lambda c: at_most(0.0),
    "minimum_order": lambda c: at_most(0.0),
    "shelf_life": shelf_life,
    **money.ROWS,
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
    c: Case, columns: Mapping[str, Index], rows: Mapping[str, tuple[Index, Index]], size: tuple[int, int], rates: Array
) -> Vectors:
    """All vectors of a case. ``columns``: family -> solver columns [entities, buckets]; ``rows``: family ->
    (entities, solver rows [entities, buckets]); ``size``: number of columns and rows; ``rates`` as in Vectors."""
    cost, lower, upper = (np.zeros(size[0]) for _ in range(3))
    for family, at in columns.items():
        for target, values in zip((cost, lower, upper), COLUMN_VECTORS[family](c), strict=True):
            target[at] = values
    row_lower, row_upper = np.zeros(size[1]), np.zeros(size[1])
    for family, (entities, at) in rows.items():
        for target, side in zip((row_lower, row_upper), ROW_VECTORS[family](c), strict=True):
            target[at] = side if isinstance(side, float) else side[entities]
    return Vectors(cost, lower, upper, row_lower, row_upper, constant_cost(c), rates)
