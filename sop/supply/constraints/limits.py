"""Limits over several operations, arcs or items: suppliers, lanes, storage. Written where Base has a finite limit
(levers change limits in percent, so what is unlimited stays unlimited)."""

from __future__ import annotations

import numpy as np

from sop.domain.parameters import Array
from sop.domain.plans import Index
from sop.supply.constraints.rows import AT_MOST, Rows
from sop.supply.structure import Structure
from sop.supply.variables import Variables


def supplier_limit(v: Variables, s: Structure) -> Rows:
    """sum over the supplier's operations x[o,t] <= supplier_limit[s,t]

    Dual: what one more unit from the supplier is worth (sign turned).
    """
    rows = Rows(_limited(s.base["supplier_limit"]), s.total, AT_MOST)
    for row, supplier in enumerate(rows.entities):
        for operation in np.flatnonzero(s.operation_supplier == supplier):
            rows.add(row, v["level"][operation], 1.0)
    return rows


def corridor_capacity(v: Variables, s: Structure) -> Rows:
    """sum over items L[a,t] <= lane_capacity[corridor,t]

    Dual: what one more unit of lane capacity is worth (sign turned).
    """
    rows = Rows(_limited(s.base["lane_capacity"]), s.total, AT_MOST)
    on_lane = s.network.arc_lane >= 0
    corridor = np.full(len(on_lane), -1)
    corridor[on_lane] = s.lane_corridor[s.network.arc_lane[on_lane]]
    for row, entity in enumerate(rows.entities):
        for arc in np.flatnonzero(corridor == entity):
            rows.add(row, v["shipped"][arc], 1.0)
    return rows


def storage_capacity(v: Variables, s: Structure) -> Rows:
    """sum over items storage_units I[n,t] <= storage_capacity[location,t]

    Dual: what one more unit of storage is worth (sign turned).
    """
    rows = Rows(_limited(s.base["storage_capacity"]), s.total, AT_MOST)
    for row, location in enumerate(rows.entities):
        for node in np.flatnonzero(s.network.node_location == location):
            units = s.base["storage_units"][location, s.network.node_item[node]]
            for bucket, line in enumerate(rows.terms[row]):
                line += [(v[layer][node, bucket], float(units[bucket])) for layer in ("protected", "free")]
            rows.terms[row][-1].append((v["closing"][node, 0], float(units[-1])))
    return rows


def _limited(limit: Array) -> Index:
    return np.flatnonzero(np.isfinite(limit).any(axis=1)).astype(np.int64)
