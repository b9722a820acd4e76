"""On and off: set-ups, start-ups, minimum and multiple lots, for the operations that have them."""

from __future__ import annotations

import numpy as np

from sop.domain.parameters import Array
from sop.supply.constraints.rows import Rows
from sop.supply.structure import Structure
from sop.supply.variables import Variables


def setup_link(v: Variables, s: Structure) -> Rows:
    """x[o,t] - most[o] y[o,t] <= 0

    most: the largest level Base's limits allow (see ``largest_levels``). Dual: none is shown (integer solutions).
    """
    rows = Rows(s.setup_operations, s.total)
    every = np.arange(len(rows.entities))
    rows.add(every, v["level"][rows.entities], 1.0)
    rows.add(every, v["runs"], -largest_levels(s))
    return rows


def minimum_lot(v: Variables, s: Structure) -> Rows:
    """minimum_lot[o,t] y[o,t] - x[o,t] <= 0

    Dual: none is shown (integer solutions).
    """
    rows = Rows(s.setup_operations, s.total)
    every = np.arange(len(rows.entities))
    rows.add(every, v["level"][rows.entities], -1.0)
    rows.add(every, v["runs"], s.base["minimum_lot"][rows.entities])
    return rows


def startup_link(v: Variables, s: Structure) -> Rows:
    """y[o,t] - y[o,t-1] - u[o,t] <= 0   (t = 0: nothing runs before)

    Dual: none is shown (integer solutions).
    """
    rows = Rows(s.startup_operations, s.total)
    every, run_of = np.arange(len(rows.entities)), np.searchsorted(s.setup_operations, s.startup_operations)
    rows.add(every, v["runs"][run_of], 1.0)
    rows.add(every, v["runs"][run_of], -1.0, delay=1)
    rows.add(every, v["starts"], -1.0)
    return rows


def lot_multiple(v: Variables, s: Structure) -> Rows:
    """x[o,t] - lot_size[o] n[o,t] = 0

    Dual: none is shown (integer solutions).
    """
    rows = Rows(s.lot_operations, s.total)
    every = np.arange(len(rows.entities))
    rows.add(every, v["level"][rows.entities], 1.0)
    rows.add(every, v["lots"], -s.inputs["operations"]["lot_size"].to_numpy(dtype=np.float64)[rows.entities])
    return rows


def level_change(v: Variables, s: Structure) -> Rows:
    """x[o,t] - x[o,t-1] - rise[o,t] + fall[o,t] = 0   (from the second bucket)

    For operations with a price on change. The row of the first bucket is free. Dual: what a higher level in the bucket
    before would be worth.
    """
    rows = Rows(s.change_operations, s.total)
    every = np.arange(len(rows.entities))
    rows.add(every, v["level"][rows.entities], 1.0)
    rows.add(every, v["level"][rows.entities], -1.0, delay=1)
    rows.add(every, v["rise"], -1.0)
    rows.add(every, v["fall"], 1.0)
    return rows


def largest_levels(s: Structure) -> Array:
    """Most an operation with a set-up can run in a bucket: its own limit (twice that where a lever moves it), or what
    the tightest of its resources could do with twice its Base hours (levers stay within that), else
    ``Structure.largest``."""
    limit = np.minimum(s.base["operation_maximum"], 2.0 * s.base["subcontract_limit"])[s.setup_operations]
    hours = 2.0 * (s.base["capacity"] * s.base["shifts"]).max(axis=1, initial=0.0)
    hours = hours + s.base["extra_hours"].max(axis=1, initial=0.0)
    most = np.full(len(s.operation_item), np.inf)
    staffed = np.isin(s.routing.resource, s.pool_resource)
    used = (s.routing.hours > 0) & ~staffed
    np.minimum.at(most, s.routing.operation[used], hours[s.routing.resource[used]] / s.routing.hours[used])
    most = np.minimum(most[s.setup_operations], limit.max(axis=1, initial=0.0))
    return np.where(np.isfinite(most), np.maximum(most, 1e-6), s.largest)
