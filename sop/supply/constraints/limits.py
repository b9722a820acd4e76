"""Limits over several operations, arcs or items: suppliers, lanes, sites, storage. Written where Base has a finite
limit (levers change limits in percent, so what is unlimited stays unlimited)."""

from __future__ import annotations

import numpy as np

from sop.domain.parameters import Array
from sop.domain.plans import Index, Network
from sop.supply.constraints.rows import Rows
from sop.supply.structure import Structure
from sop.supply.variables import Variables


def supplier_limit(v: Variables, s: Structure) -> Rows:
    """sum over the supplier's operations x[o,t] <= supplier_limit[s,t]

    Dual: what one more unit from the supplier is worth (sign turned).
    """
    rows = Rows(limited(s.base["supplier_limit"]), s.total)
    row, operation = members(rows.entities, s.operation_supplier)
    rows.add(row, v["level"][operation], 1.0)
    return rows


def corridor_capacity(v: Variables, s: Structure) -> Rows:
    """sum over items L[a,t] <= lane_capacity[corridor,t]

    Dual: what one more unit of lane capacity is worth (sign turned).
    """
    rows = Rows(limited(s.base["lane_capacity"]), s.total)
    row, arc = members(rows.entities, s.arc_corridor)
    rows.add(row, v["shipped"][arc], 1.0)
    return rows


def inbound_capacity(v: Variables, s: Structure) -> Rows:
    """sum over lanes and items L[a,t] into a location <= inbound_capacity[location,t]

    By shipping bucket, as lane capacity. Dual: what one more unit of goods-in is worth (sign turned).
    """
    rows = Rows(limited(s.base["inbound_capacity"]), s.total)
    row, arc = members(rows.entities, s.network.arc_to_location)
    rows.add(row, v["shipped"][arc], 1.0)
    return rows


def lane_split(v: Variables, s: Structure) -> Rows:
    """later share x L[early arc,t] - early share x L[late arc,t] = 0

    A lane that takes 1.25 buckets: for every three units that arrive after one bucket one arrives after two. Dual: none
    is shown.
    """
    net = s.network
    early, late = split_arcs(net)
    rows, every = Rows(early, s.total), np.arange(len(early))
    rows.add(every, v["shipped"][early], net.arc_share[late])
    rows.add(every, v["shipped"][late], -net.arc_share[early])
    return rows


def split_arcs(network: Network) -> tuple[Index, Index]:
    """Arcs of lanes whose lead time has a fraction: the early and the late one of each, in step."""
    parted = np.flatnonzero(network.arc_share < 1.0)
    order = np.lexsort((network.arc_lead[parted], network.arc_item[parted], network.arc_lane[parted]))
    pairs = parted[order].reshape(-1, 2).astype(np.int64)
    return pairs[:, 0], pairs[:, 1]


def storage_capacity(v: Variables, s: Structure) -> Rows:
    """sum over items storage_units I[n,t] <= storage_capacity[location,t]

    Dual: what one more unit of storage is worth (sign turned).
    """
    rows = Rows(limited(s.base["storage_capacity"]), s.total)
    row, node = members(rows.entities, s.network.node_location)
    units = s.base["storage_units"][s.network.node_location[node], s.network.node_item[node]]
    for layer in ("protected", "free"):
        rows.add(row, v[layer][node], units)
    rows.add(row, v["closing"][node], units[:, -1], delay=s.total - 1)
    return rows


def operation_total(v: Variables, s: Structure) -> Rows:
    """minimum_total[o] <= sum over t of x[o,t] <= maximum_total[o]

    Over the reported horizon, for operations with a total. Dual: what one more unit of the total is worth.
    """
    rows = Rows(s.totalled_operations, 1)
    rows.add_all(np.arange(len(rows.entities)), v["level"][rows.entities, : s.base.horizon.periods], 1.0)
    return rows


def limited(limit: Array) -> Index:
    """Entities with a finite limit in any bucket."""
    return np.flatnonzero(np.isfinite(limit).any(axis=1)).astype(np.int64)


def members(entities: Index, owner: Index) -> tuple[Index, Index]:
    """For everything whose ``owner`` is among ``entities``: row of the owner, and position of the thing owned."""
    row_of = np.full(max(int(owner.max(initial=0)), int(entities.max(initial=0))) + 1, -1)
    row_of[entities] = np.arange(len(entities))
    owned = np.flatnonzero(owner >= 0)
    owned = owned[row_of[owner[owned]] >= 0]
    return row_of[owner[owned]], owned
