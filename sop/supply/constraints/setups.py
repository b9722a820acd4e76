"""On and off: set-ups and minimum lots, for the operations that have them."""

from __future__ import annotations

import numpy as np

from sop.domain.parameters import Array
from sop.supply.constraints.rows import AT_MOST, Rows
from sop.supply.structure import Structure
from sop.supply.variables import Variables

LARGEST_LEVEL = 1e6


def setup_link(v: Variables, s: Structure) -> Rows:
    """x[o,t] - most[o] y[o,t] <= 0

    most: the largest level Base's limits allow (see ``largest_levels``). Dual: none is shown (integer solutions).
    """
    rows = Rows(s.setup_operations, s.total, AT_MOST)
    for row, most in enumerate(largest_levels(s).tolist()):
        rows.add(row, v["level"][rows.entities[row]], 1.0)
        rows.add(row, v["runs"][row], -most)
    return rows


def minimum_lot(v: Variables, s: Structure) -> Rows:
    """minimum_lot[o] y[o,t] - x[o,t] <= 0

    Dual: none is shown (integer solutions).
    """
    rows = Rows(s.setup_operations, s.total, AT_MOST)
    lots = s.inputs["operations"]["minimum_lot"].to_numpy(dtype=np.float64)[s.setup_operations]
    for row, lot in enumerate(lots.tolist()):
        rows.add(row, v["level"][rows.entities[row]], -1.0)
        rows.add(row, v["runs"][row], lot)
    return rows


def largest_levels(s: Structure) -> Array:
    """Most an operation with a set-up can run in a bucket: its own limit, or what the tightest of its resources could
    do with twice its Base hours (levers stay within that), else a million."""
    limit = s.base["operation_maximum"][s.setup_operations].max(axis=1, initial=0.0)
    hours = 2.0 * (s.base["capacity"] * s.base["shifts"]).max(axis=1, initial=0.0) + s.base["extra_hours"]
    most = np.full(len(s.operation_item), np.inf)
    staffed = np.isin(s.routing.resource, s.pool_resource)
    used = (s.routing.hours > 0) & ~staffed
    np.minimum.at(most, s.routing.operation[used], hours[s.routing.resource[used]] / s.routing.hours[used])
    most = np.minimum(most[s.setup_operations], limit)
    return np.where(np.isfinite(most), np.maximum(most, 1e-6), LARGEST_LEVEL)
