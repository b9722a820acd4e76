"""Hours: what operations take and what resources, people, overtime and renting give."""

from __future__ import annotations

import numpy as np

from sop.supply.constraints.rows import AT_MOST, Rows
from sop.supply.structure import Structure
from sop.supply.variables import Variables


def resource_capacity(v: Variables, s: Structure) -> Rows:
    """sum hours x[o,t] + sum setup_hours y[o,t] - E[r,t] - rented[r,t] - sum (hours_per_worker W[p,t] + O[p,t])
    <= available[r,t]

    available = capacity x shifts - downtime, not below 0. Dual: what one more hour is worth (sign turned).
    """
    rows = Rows(np.arange(len(s.base.axis("resource"))), s.total, AT_MOST)
    routing = s.routing
    setup_row = {int(operation): row for row, operation in enumerate(s.setup_operations)}
    for operation, resource, hours, setup in zip(
        routing.operation.tolist(), routing.resource, routing.hours.tolist(), routing.setup_hours.tolist(), strict=True
    ):
        rows.add(resource, v["level"][operation], hours)
        if setup > 0:
            rows.add(resource, v["runs"][setup_row[operation]], setup)
    for resource in range(len(rows.entities)):
        rows.add(resource, v["overtime"][resource], -1.0)
        rows.add(resource, v["rented"][resource], -1.0)
    hours_per_worker = s.base["pool_hours_per_worker"]
    for pool, resource in enumerate(s.pool_resource):
        for line, heads, hours in zip(rows.terms[resource], v["heads"][pool], hours_per_worker[pool], strict=True):
            line.append((heads, -float(hours)))
        rows.add(resource, v["pool_overtime"][pool], -1.0)
    return rows
