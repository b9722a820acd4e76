"""Lanes and suppliers that cost something, or ask for a minimum, as soon as they are used at all."""

from __future__ import annotations

import numpy as np

from sop.domain.parameters import Array
from sop.supply.constraints.limits import limited, members
from sop.supply.constraints.rows import Rows
from sop.supply.structure import Structure
from sop.supply.variables import Variables


def lane_link(v: Variables, s: Structure) -> Rows:
    """sum over items L[a,t] - most[corridor] z[corridor,t] <= 0

    most: Base's largest capacity of the lane, ``Structure.largest`` where it has none. Dual: none is shown (integer
    solutions).
    """
    rows = Rows(s.opened_corridors, s.total)
    row, arc = members(rows.entities, s.arc_corridor)
    rows.add(row, v["shipped"][arc], 1.0)
    rows.add(np.arange(len(rows.entities)), v["lane_used"], -largest_loads(s))
    return rows


def lane_minimum_load(v: Variables, s: Structure) -> Rows:
    """minimum_load[corridor,t] z[corridor,t] - sum over items L[a,t] <= 0

    Dual: none is shown (integer solutions).
    """
    rows = Rows(s.opened_corridors, s.total)
    row, arc = members(rows.entities, s.arc_corridor)
    rows.add(row, v["shipped"][arc], -1.0)
    rows.add(np.arange(len(rows.entities)), v["lane_used"], s.base["lane_minimum_load"][rows.entities])
    return rows


def lanes_out(v: Variables, s: Structure) -> Rows:
    """sum over lanes leaving z[corridor,t] <= maximum_lanes_out[location]

    Dual: none is shown (integer solutions).
    """
    rows = Rows(limited(s.base["maximum_lanes_out"][:, None]), s.total)
    row, opened = members(rows.entities, s.corridor_origin[s.opened_corridors])
    rows.add(row, v["lane_used"][opened], 1.0)
    return rows


def order_link(v: Variables, s: Structure) -> Rows:
    """sum over the supplier's operations x[o,t] - most[supplier] ordered[supplier,t] <= 0

    most: Base's largest supplier limit, ``Structure.largest`` where it has none. Dual: none is shown (integer
    solutions).
    """
    rows = Rows(s.order_suppliers, s.total)
    row, operation = members(rows.entities, s.operation_supplier)
    rows.add(row, v["level"][operation], 1.0)
    rows.add(np.arange(len(rows.entities)), v["ordered"], -largest_orders(s))
    return rows


def minimum_order(v: Variables, s: Structure) -> Rows:
    """minimum_order[supplier] ordered[supplier,t] - sum over the supplier's operations x[o,t] <= 0

    Dual: none is shown (integer solutions).
    """
    rows = Rows(s.order_suppliers, s.total)
    row, operation = members(rows.entities, s.operation_supplier)
    rows.add(row, v["level"][operation], -1.0)
    least = s.inputs["suppliers"]["minimum_order"].to_numpy(dtype=np.float64)[rows.entities]
    rows.add(np.arange(len(rows.entities)), v["ordered"], least)
    return rows


def largest_loads(s: Structure) -> Array:
    """Most a lane can carry in a bucket by Base's limits [corridors opened]."""
    most = s.base["lane_capacity"][s.opened_corridors].max(axis=1, initial=0.0)
    return np.where(np.isfinite(most), np.maximum(most, 1e-6), s.largest)


def largest_orders(s: Structure) -> Array:
    """Most a supplier with a minimum order delivers in a bucket by Base's limits."""
    most = s.base["supplier_limit"][s.order_suppliers].max(axis=1, initial=0.0)
    return np.where(np.isfinite(most), np.maximum(most, 1e-6), s.largest)
