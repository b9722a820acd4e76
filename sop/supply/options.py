"""What only some companies state: index sets of set-ups, lots, opened lanes, maintenance, shelf life and totals.

A company that states none of it gets empty sets, and so no variables and no rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sop.domain.inputs import Inputs, rows
from sop.domain.parameters import Array, Mask, Parameters
from sop.domain.plans import Index, Network


def setup_operations(inputs: Inputs, base: Parameters, with_hours: Index) -> Index:
    """Operations that are on or off: set-up cost or hours, start-up cost, a minimum lot."""
    needs = np.zeros(len(base.axis("operation")), dtype=bool)
    for name in ("setup_cost", "startup_cost", "minimum_lot"):
        needs |= (base[name] > 0).any(axis=1)
    needs[with_hours] = True
    return _found(needs)


def arc_ends(network: Network, node_of: Mapping[tuple[int, int], int], lane_corridor: Index) -> dict[str, Any]:
    """Node and corridor of every arc; -1 where an arc ends in a market, and on free lanes."""
    on_lane = network.arc_lane >= 0
    corridor = np.full(len(on_lane), -1, dtype=np.int64)
    corridor[on_lane] = lane_corridor[network.arc_lane[on_lane]]
    origin = zip(network.arc_from.tolist(), network.arc_item.tolist(), strict=True)
    end = zip(network.arc_to_location.tolist(), network.arc_item.tolist(), strict=True)
    return {
        "arc_corridor": corridor,
        "arc_origin": np.array([node_of[place] for place in origin], dtype=np.int64),
        "arc_destination": np.array([node_of.get(place, -1) for place in end], dtype=np.int64),
    }


def options(inputs: Inputs, base: Parameters, network: Network, pairs: Index) -> dict[str, Any]:
    """Index sets of the optional parts of the model, by field of ``Structure``."""
    operations = inputs["operations"]
    return {
        "startup_operations": _found(np.asarray((base["startup_cost"] > 0).any(axis=1))),
        "lot_operations": _found(np.asarray(operations["lot_size"] > 0, dtype=bool)),
        "change_operations": _found(np.asarray(operations["change_cost"] > 0, dtype=bool)),
        "totalled_operations": _found(_bounded(base["operation_minimum_total"], base["operation_maximum_total"])),
        "order_suppliers": _found(np.asarray(inputs["suppliers"]["minimum_order"] > 0, dtype=bool)),
        "totalled_pairs": _totalled_pairs(base, pairs),
        **_corridors(inputs, base),
        **_maintenance(inputs, base),
        **_aging(inputs, base, network),
    }


def _found(mask: Mask) -> Index:
    return np.flatnonzero(mask).astype(np.int64)


def _bounded(least: Array, most: Array) -> Mask:
    return np.asarray((least > 0) | np.isfinite(most))


def _totalled_pairs(base: Parameters, pairs: Index) -> Index:
    least, most = (base[name][pairs[:, 0], pairs[:, 1]] for name in ("demand_minimum_total", "demand_maximum_total"))
    return _found(_bounded(least, most))


def _corridors(inputs: Inputs, base: Parameters) -> dict[str, Index]:
    """Where corridors start, and which are opened at a price, with a minimum load, or from a place with a limit."""
    location = base.axis("location").index
    origin = np.array([location[name] for name in base.axis("corridor").groups["location"]], dtype=np.int64)
    opened = (base["lane_fixed_cost"] > 0).any(axis=1) | (base["lane_minimum_load"] > 0).any(axis=1)
    opened |= np.isfinite(base["maximum_lanes_out"])[origin]
    return {"corridor_origin": origin, "opened_corridors": _found(opened)}


def _maintenance(inputs: Inputs, base: Parameters) -> dict[str, Any]:
    table = inputs["maintenance"]
    resource = base.axis("resource").index
    return {
        "serviced_resources": np.array([resource[name] for name in table["resource"]], dtype=np.int64),
        "service_hours": table["hours"].to_numpy(dtype=np.float64),
    }


def _aging(inputs: Inputs, base: Parameters, network: Network) -> dict[str, Index]:
    """Life of stock at every node: the item's shelf life less what its customers want left on arrival, and less the
    way from where it is made (the quickest; waiting on the way is counted where it waits)."""
    life = inputs["items"]["shelf_life"].to_numpy(dtype=np.float64)
    wanted = inputs["items"]["remaining_life"].to_numpy(dtype=np.float64)
    left = np.where(np.isnan(life), np.inf, life - wanted)[network.node_item] - _way_in(base, network)
    opening = np.zeros(len(network.node_item), dtype=np.int64)
    place = {
        place: n for n, place in enumerate(zip(network.node_location.tolist(), network.node_item.tolist(), strict=True))
    }
    for at, item, age in rows(inputs["stock"], "location", "item", "age"):
        opening[place[base.axis("location").index[at], base.axis("item").index[item]]] = int(age)
    aging = np.isfinite(left)
    return {
        "aging_nodes": _found(aging),
        "shelf_life": np.where(aging, np.maximum(np.where(aging, left, 0.0), 0.0), 0.0).astype(np.int64),
        "opening_age": opening,
    }


def _way_in(base: Parameters, network: Network) -> Array:
    """Buckets goods have at least been under way when they reach a node [N]; 0 where no lane leads in."""
    nodes = zip(network.node_location.tolist(), network.node_item.tolist(), strict=True)
    node_of = {place: node for node, place in enumerate(nodes)}
    inside = np.flatnonzero(network.arc_to_location >= 0)
    origin = np.array([node_of[int(network.arc_from[a]), int(network.arc_item[a])] for a in inside], dtype=np.int64)
    end = np.array([node_of[int(network.arc_to_location[a]), int(network.arc_item[a])] for a in inside], dtype=np.int64)
    way = np.where(np.isin(np.arange(len(node_of)), end), np.inf, 0.0)
    for _ in range(len(base.axis("location"))):
        np.minimum.at(way, end, way[origin] + network.arc_lead[inside])
    return np.where(np.isfinite(way), way, 0.0)
