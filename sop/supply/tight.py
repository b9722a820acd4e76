"""How large whole numbers can get in one case: the tighter, the fewer branches an exact plan needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from sop.domain.parameters import Array
from sop.domain.plans import Index
from sop.supply.case import Case
from sop.supply.constraints.limits import members
from sop.supply.matrix import Matrix
from sop.supply.vectors import Vectors

_DEPTH = 30  # levels of a bill of material
_LARGE, _TIMES = 1e6, 10.0


def exact_bounds(vectors: Vectors, columns: Mapping[str, Index]) -> Vectors:
    """Bounds of the exact plan: a run, start, lane or order is or is not, whatever a lever makes of its limit."""
    upper = vectors.upper.copy()
    for family in ("runs", "starts", "lane_used", "ordered"):
        upper[columns[family]] = 1.0
    return replace(vectors, upper=upper)


def tightened(matrix: Matrix, case: Case) -> Matrix:
    """The matrix with the most of every on/off link as small as the case allows: the smaller, the closer shares come to
    whole numbers, and the fewer branches are needed."""
    s, p = case.structure, case.parameters
    value, use = matrix.value.copy(), _of_use(case)
    levels = np.minimum(np.minimum(p["operation_maximum"], p["subcontract_limit"]), _hours_allow(case))
    levels = np.minimum(levels, use.level[:, None])
    for link, switch, most in (
        ("setup_link", "runs", levels[s.setup_operations]),
        ("lane_link", "lane_used", np.minimum(p["lane_capacity"][s.opened_corridors], _carried(case, use)[:, None])),
        ("order_link", "ordered", np.minimum(p["supplier_limit"][s.order_suppliers], _delivered(case, levels))),
    ):
        limit = np.full(matrix.shape[0], np.inf)
        limit[matrix.rows[link][1]] = most
        switches = np.zeros(matrix.shape[1], dtype=bool)
        switches[matrix.columns[switch]] = True
        here = switches[matrix.column] & np.isfinite(limit[matrix.row])
        value[here] = -np.maximum(limit[matrix.row[here]], 0.0)
    return replace(matrix, value=value)


def _hours_allow(case: Case) -> Array:
    """Most an operation can run in a bucket by the hours of its scarcest resource [O, T]; people are not counted."""
    s, p = case.structure, case.parameters
    hours = case.available + case.overtime_limit + p["extra_hours"]
    hours[s.pool_resource] = np.inf
    result = np.full((len(s.operation_item), s.total), np.inf)
    used = np.flatnonzero(s.routing.hours > 0)
    most = hours[s.routing.resource[used]] / s.routing.hours[used, None]
    np.minimum.at(result, s.routing.operation[used], most)
    return result


def _delivered(case: Case, levels: Array) -> Array:
    """Most that suppliers with a minimum order could deliver in a bucket [suppliers, T]."""
    s = case.structure
    result = np.zeros((len(s.order_suppliers), s.total))
    row, operation = members(s.order_suppliers, s.operation_supplier)
    np.add.at(result, row, levels[operation])
    return result


def _carried(case: Case, use: _Use) -> Array:
    """Most that an opened lane could carry in a bucket [corridors]: all there ever is of what goes over it."""
    s, p = case.structure, case.parameters
    there = use.item + p["lane_minimum"].sum() + p["lane_minimum_load"].sum()
    np.add.at(there, s.network.node_item, s.opening_stock + s.receipts.sum(axis=1))
    result = np.zeros(len(s.opened_corridors))
    row, arc = members(s.opened_corridors, s.arc_corridor)
    np.add.at(result, row, there[s.network.arc_item[arc]])
    return result


@dataclass(frozen=True, eq=False)
class _Use:
    """Most that could be of use over the whole horizon: of every operation [O], of every item [I]."""

    level: Array
    item: Array


def _of_use(case: Case) -> _Use:
    """What operations and items could be of use for.

    An item is needed for its demand and backlog, for stock targets and floors, and for everything made of it. On top of
    what is needed an operation makes at most one lot too much, or in every bucket what it has to make at least; one of
    a supplier with a minimum order may in every bucket be what fills the order. What perishes may be needed again,
    floors, targets, lots and all, in every bucket. Where running pays for itself (``_may_overrun``), or materials go in
    a circle, a large figure stands for no limit.
    """
    s = case.structure
    own, out, used = _own_needs(case), np.flatnonzero(s.recipe.quantity > 0), np.flatnonzero(s.recipe.quantity < 0)
    item = s.network.node_item[s.recipe.node]
    again = np.where((s.inputs["items"]["shelf_life"] > 0).to_numpy(dtype=bool), float(s.total), 1.0)
    spare, repeated = _spare(case)
    level, before = np.zeros(len(s.operation_item)), np.full(len(s.operation_item), -1.0)
    for _ in range(0 if _may_overrun(case) else _DEPTH):
        need = own.copy()
        np.add.at(need, item[used], -s.recipe.quantity[used] * level[s.recipe.operation[used]])
        before, level = level, np.zeros(len(level))
        np.maximum.at(level, s.recipe.operation[out], need[item[out]] / s.recipe.quantity[out])
        level = (level + spare) * _at_least(again, s.recipe.operation[out], item[out], len(level)) + repeated
        if np.allclose(level, before):
            made = need * again
            np.add.at(made, item[out], s.recipe.quantity[out] * level[s.recipe.operation[out]])
            return _Use(level, made)
    large = max(_LARGE, _TIMES * float(own.sum() + spare.sum() + repeated.sum()))
    return _Use(np.full(len(level), large), np.full(len(own), large))


def _at_least(factor: Array, operation: Index, item: Index, count: int) -> Array:
    """Largest factor of the items an operation yields [O]."""
    result = np.ones(count)
    np.maximum.at(result, operation, factor[item])
    return result


def _spare(case: Case) -> tuple[Array, Array]:
    """What an operation may make beyond need: once (a lot), and over all buckets because it has to (its minimums, what
    it may not fall below of the approved plan, the orders of its supplier) [O] each."""
    s, p = case.structure, case.parameters
    once = p["minimum_lot"].max(axis=1, initial=0.0) + s.inputs["operations"]["lot_size"].to_numpy(dtype=np.float64)
    kept = np.nan_to_num(p["approved_level"] * (1.0 - p["deviation_limit"])).sum(axis=1)
    supplier, orders = s.operation_supplier, s.inputs["suppliers"]["minimum_order"].to_numpy(dtype=np.float64)
    order = np.where(supplier >= 0, np.append(np.nan_to_num(orders), 0.0)[supplier], 0.0)
    least = p["operation_minimum"].sum(axis=1) + p["operation_minimum_total"]
    return once + 1.0, least + np.maximum(kept, 0.0) + s.total * order


def _own_needs(case: Case) -> Array:
    """Units of every item wanted by markets and stock [I]."""
    s, p = case.structure, case.parameters
    floor: Array = np.maximum(p["stock_minimum"].max(axis=2), np.nan_to_num(p["closing_minimum"]).max(axis=2)).sum(
        axis=0
    )
    need = case.wanted.sum(axis=(1, 2)) + s.opening_backlog.sum(axis=1) + floor
    need = need + p["lane_minimum"].sum() + p["lane_minimum_load"].sum()
    np.add.at(need, s.network.node_item, case.safety_target.max(axis=1, initial=0.0) + case.closing_target)
    return np.asarray(need)


def _may_overrun(case: Case) -> bool:
    """Whether making more than is wanted can be asked for, or pay: hours that may not idle, a price on change,
    something earned by running or moving."""
    s, p = case.structure, case.parameters
    earns = min(p[name].min(initial=0.0) for name in ("operation_cost", "material_cost", "freight", "hour_cost")) < 0
    return bool(earns or p["no_idle"].any() or len(s.change_operations))
