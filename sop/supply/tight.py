"""How large whole numbers can get in one case: the tighter, the fewer branches an exact plan needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from sop.domain.parameters import Array
from sop.domain.plans import Index
from sop.supply.case import Case
from sop.supply.matrix import Matrix
from sop.supply.vectors import Vectors

_DEPTH = 30  # levels of a bill of material


def exact_bounds(vectors: Vectors, columns: Mapping[str, Index]) -> Vectors:
    """Bounds of the exact plan: a lane or an order is open or not, whatever a lever makes of its limit."""
    upper = vectors.upper.copy()
    for family in ("lane_used", "ordered"):
        upper[columns[family]] = 1.0
    return replace(vectors, upper=upper)


def tightened(matrix: Matrix, case: Case) -> Matrix:
    """The matrix with the most of every on/off link as small as the case allows: the smaller, the closer shares come to
    whole numbers, and the fewer branches are needed."""
    s, p = case.structure, case.parameters
    value = matrix.value.copy()
    limits = np.minimum(np.minimum(p["operation_maximum"], p["subcontract_limit"]), _hours_allow(case))
    levels = np.minimum(limits, _ever_needed(case)[:, None])[s.setup_operations]
    for link, switch, most in (
        ("setup_link", "runs", levels),
        ("lane_link", "lane_used", p["lane_capacity"][s.opened_corridors]),
        ("order_link", "ordered", p["supplier_limit"][s.order_suppliers]),
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


def _ever_needed(case: Case) -> Array:
    """Most an operation could be of use over the whole horizon [O]; infinite where running it can pay for itself.

    An item is needed for its demand and backlog, for stock targets and floors, and for everything made of it, with one
    lot and every operation's minimum on top.
    """
    s, p = case.structure, case.parameters
    if _may_overrun(case):
        return np.full(len(s.operation_item), np.inf)
    own = _own_needs(case)
    out, used = np.flatnonzero(s.recipe.quantity > 0), np.flatnonzero(s.recipe.quantity < 0)
    item = s.network.node_item[s.recipe.node]
    spare = p["minimum_lot"].max(axis=1, initial=0.0) + p["operation_minimum"].sum(axis=1)
    spare = spare + s.inputs["operations"]["lot_size"].to_numpy(dtype=np.float64) + p["operation_minimum_total"] + 1.0
    level, before = np.zeros(len(s.operation_item)), np.full(len(s.operation_item), -1.0)
    for _ in range(_DEPTH):
        need = own.copy()
        np.add.at(need, item[used], -s.recipe.quantity[used] * level[s.recipe.operation[used]])
        before, level = level, np.zeros(len(level))
        np.maximum.at(level, s.recipe.operation[out], need[item[out]] / s.recipe.quantity[out])
        level += spare
        if np.allclose(level, before):
            return np.asarray(level)
    return np.full(len(level), np.inf)


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
    return bool(earns or s.inputs["resources"]["no_idle"].any() or len(s.change_operations))
