"""Hours: what operations and maintenance take, and what resources, people, overtime and renting give."""

from __future__ import annotations

import numpy as np

from sop.supply.constraints.rows import Rows
from sop.supply.structure import Structure
from sop.supply.variables import Variables


def resource_capacity(v: Variables, s: Structure) -> Rows:
    """sum hours x[o,t] + sum setup_hours y[o,t] + service_hours d[r,t] - E[r,t] - rented[r,t]
    - sum (hours_per_worker W[p,t] + O[p,t]) <= available[r,t]   (= where the resource may not idle)

    available = capacity x shifts - downtime, not below 0. Dual: what one more hour is worth (sign turned).
    """
    resources = np.arange(len(s.base.axis("resource")))
    rows, routing = Rows(resources, s.total), s.routing
    rows.add(routing.resource, v["level"][routing.operation], routing.hours)
    setup = np.flatnonzero(routing.setup_hours > 0)
    run_of = np.searchsorted(s.setup_operations, routing.operation[setup])
    rows.add(routing.resource[setup], v["runs"][run_of], routing.setup_hours[setup])
    rows.add(s.serviced_resources, v["services"], s.service_hours)
    rows.add(resources, v["overtime"], -1.0)
    rows.add(resources, v["rented"], -1.0)
    rows.add(s.pool_resource, v["heads"], -s.base["pool_hours_per_worker"])
    rows.add(s.pool_resource, v["pool_overtime"], -1.0)
    return rows


def maintenance_total(v: Variables, s: Structure) -> Rows:
    """sum over t of d[r,t] = machines to service[r]

    Over the reported horizon, for resources in the maintenance table. Dual: none is shown (whole numbers).
    """
    rows = Rows(s.serviced_resources, 1)
    rows.add_all(np.arange(len(rows.entities)), v["services"][:, : s.base.horizon.periods], 1.0)
    return rows
