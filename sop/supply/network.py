"""The supply network: where items can be and how they get there, worked out from the tables once per Inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sop.domain.history import sold
from sop.domain.inputs import Inputs, rows
from sop.domain.parameters import Axis
from sop.domain.plans import Index, Network

Place = tuple[int, int]
FREE = -1


@dataclass(frozen=True)
class Lane:
    """One lane row: positions of its ends (-1 = not that kind of end), items it carries, buckets it takes.

    A row that takes 1.25 buckets is two lanes: three quarters arrive after one bucket and a quarter after two.
    """

    row: int
    origin: int
    to_location: int
    to_market: int
    items: frozenset[int]
    lead: int
    share: float = 1.0


def sold_pairs(inputs: Inputs, axes: Mapping[str, Axis]) -> Index:
    """[D, 2] item and market positions of everything that is, or by contract will be, sold; ordered by item."""
    items, markets = axes["item"], axes["market"]
    mask = sold(inputs, items, markets)
    for item, market in rows(inputs["contracts"], "item", "market"):
        mask[items.index[item], markets.index[market]] = True
    return np.argwhere(mask).astype(np.int64)


def build_network(inputs: Inputs, axes: Mapping[str, Axis], pairs: Index) -> Network:
    """Nodes and arcs. A node is an item at a location that can be there and is wanted there, or that an operation,
    opening stock or an open order puts there; an arc is a lane carrying an item between such places.

    A lane without an item carries every item that is at its origin and wanted at its end, except those that have a
    row of their own on the same way. Without operations every product can be bought at the first location and where
    its markets are served from (``bought_places``).
    """
    lanes = _lanes(inputs, axes)
    sales = _sales(axes, pairs)
    anchored = _anchored(inputs, axes) | bought_places(inputs, axes, pairs)
    reachable = _reachable(anchored, lanes)
    wanted = _wanted(inputs, axes, lanes, sales)
    arcs = _arcs(lanes, reachable, wanted, sales)
    nodes = sorted(anchored | (reachable & wanted) | {(arc[2], arc[1]) for arc in arcs})
    return Network(
        node_location=_column([node[0] for node in nodes]),
        node_item=_column([node[1] for node in nodes]),
        arc_lane=_column([arc[0] for arc in arcs]),
        arc_item=_column([arc[1] for arc in arcs]),
        arc_from=_column([arc[2] for arc in arcs]),
        arc_to_location=_column([arc[3] for arc in arcs]),
        arc_to_market=_column([arc[4] for arc in arcs]),
        arc_lead=_column([arc[5] for arc in arcs]),
        arc_share=np.array([arc[6] for arc in arcs], dtype=np.float64),
    )


def bought_places(inputs: Inputs, axes: Mapping[str, Axis], pairs: Index) -> set[Place]:
    """Where a company without operations buys at standard cost: its products at the first location, and what markets
    want at every location a lane or free lane to them starts at. Empty where there are operations."""
    if inputs.has_supply:
        return set()
    sales = _sales(axes, pairs)
    serving = [lane for lane in _lanes(inputs, axes) if lane.to_market != FREE]
    result = {(lane.origin, item) for lane in serving for item in sales[lane.to_market] & lane.items}
    return result | {(0, int(item)) for item in np.flatnonzero(inputs["items"]["kind"] == "product")}


def _sales(axes: Mapping[str, Axis], pairs: Index) -> dict[int, frozenset[int]]:
    """Items sold, by market."""
    return {market: frozenset(int(i) for i, m in pairs if m == market) for market in range(len(axes["market"]))}


def _column(values: list[int]) -> Index:
    return np.array(values, dtype=np.int64)


def _lanes(inputs: Inputs, axes: Mapping[str, Axis]) -> list[Lane]:
    """Free lanes of markets first (they are a market's own source), then the table's rows."""
    items, locations, markets, table = axes["item"], axes["location"], axes["market"], inputs["lanes"]
    own: dict[tuple[str, str], set[int]] = {}
    for origin, to, item in rows(table, "from", "to", "item"):
        own.setdefault((origin, to), set()).update({items.index[item]} if item else set())
    result = _free_lanes(inputs, axes)
    for row, (origin, to, item, lead) in enumerate(rows(table, "from", "to", "item", "lead_time")):
        everything = frozenset(range(len(items))) - own[origin, to]
        carried = frozenset({items.index[item]}) if item else everything
        to_location, to_market = locations.index.get(to, FREE), markets.index.get(to, FREE)
        to_market = to_market if to_location == FREE else FREE
        full, later = int(lead), float(lead) - int(lead)
        for wait, share in ((full, 1.0 - later), (full + 1, later)):
            if share > 0:
                result.append(Lane(row, locations.index[origin], to_location, to_market, carried, wait, share))
    return result


def _free_lanes(inputs: Inputs, axes: Mapping[str, Axis]) -> list[Lane]:
    """Lanes without cost, delay or limit: from served_from; for a market without it and without any lane from the only
    location, or the first one of a company without operations."""
    locations, everything = axes["location"], frozenset(range(len(axes["item"])))
    fallback = 0 if len(locations) == 1 or not inputs.has_supply else FREE
    over_lanes = frozenset(inputs["lanes"]["to"])
    result = []
    for market, (label, name) in enumerate(zip(axes["market"].labels, inputs["markets"]["served_from"], strict=True)):
        origin = locations.index[name] if name else FREE if label in over_lanes else fallback
        if origin != FREE:
            result.append(Lane(FREE, origin, FREE, market, everything, 0))
    return result


def _anchored(inputs: Inputs, axes: Mapping[str, Axis]) -> set[Place]:
    """Places that exist whatever the demand: where operations yield and use, where stock is or will arrive, where some
    has to be, and where a lane with a minimum starts."""
    items, locations = axes["item"], axes["location"]
    where = dict(rows(inputs["operations"], "operation", "location"))
    result = {(locations.index[at], items.index[item]) for at, item in rows(inputs["operations"], "location", "item")}
    for name in ("materials", "coproducts"):
        used = rows(inputs[name], "operation", "item")
        result |= {(locations.index[where[operation]], items.index[item]) for operation, item in used}
    for name in ("stock", "scheduled_receipts"):
        result |= {(locations.index[at], items.index[item]) for at, item in rows(inputs[name], "location", "item")}
    policy = inputs["stock_policy"]
    held = policy[(policy["item"] != "") & (policy[["minimum", "closing_minimum"]] > 0).any(axis=1)]
    result |= {(locations.index[at], items.index[item]) for at, item in rows(held, "location", "item")}
    return result | {(locations.index[at], items.index[item]) for at, item in rows(_promised(inputs), "from", "item")}


def _promised(inputs: Inputs) -> pd.DataFrame:
    """Lanes of one item that have a minimum."""
    lanes, dated = inputs["lanes"], inputs["lane_calendar"]
    way = ["from", "to", "item"]
    found = pd.concat([lanes[lanes["minimum"] > 0][way], dated[dated["minimum"] > 0][way]])
    return found[found["item"] != ""].drop_duplicates()


def _reachable(start: set[Place], lanes: list[Lane]) -> set[Place]:
    """Places goods can get to, following lanes forward. A material that only its user knows is in as well: without
    a source it simply stays empty."""
    result, news = set(start), set(start)
    while news:
        news = {
            (lane.to_location, item)
            for lane in lanes
            for at, item in news
            if at == lane.origin and lane.to_location != FREE and item in lane.items
        } - result
        result |= news
    return result


def _wanted(
    inputs: Inputs, axes: Mapping[str, Axis], lanes: list[Lane], sales: Mapping[int, frozenset[int]]
) -> set[Place]:
    """Places goods are wanted at, following lanes backward from markets, users of materials, stock and its policy."""
    items, locations = axes["item"], axes["location"]
    where = dict(rows(inputs["operations"], "operation", "location"))
    result = {
        (locations.index[where[operation]], items.index[item])
        for operation, item in rows(inputs["materials"], "operation", "item")
    }
    to_location = _promised(inputs)
    to_location = to_location[to_location["to"].isin(locations.labels)]
    result |= {(locations.index[at], items.index[item]) for at, item in rows(to_location, "to", "item")}
    for name in ("stock", "stock_policy"):
        named = inputs[name][inputs[name]["item"] != ""]
        result |= {(locations.index[at], items.index[item]) for at, item in rows(named, "location", "item")}
    for lane in lanes:
        if lane.to_market != FREE:
            result |= {(lane.origin, item) for item in sales[lane.to_market] & lane.items}
    news = set(result)
    while news:
        news = {
            (lane.origin, item) for lane in lanes for at, item in news if at == lane.to_location and item in lane.items
        } - result
        result |= news
    return result


def _arcs(
    lanes: list[Lane], reachable: set[Place], wanted: set[Place], sales: Mapping[int, frozenset[int]]
) -> list[tuple[int, int, int, int, int, int, float]]:
    """(lane row, item, from, to location, to market, lead time, share), in lane order, then item order."""
    at_place: dict[int, set[int]] = {}
    for at, item in reachable:
        at_place.setdefault(at, set()).add(item)
    want_place: dict[int, set[int]] = {}
    for at, item in wanted:
        want_place.setdefault(at, set()).add(item)
    result = []
    for lane in lanes:
        want = sales[lane.to_market] if lane.to_market != FREE else want_place.get(lane.to_location, set())
        carried = sorted(at_place.get(lane.origin, set()) & lane.items & want)
        ends = (lane.origin, lane.to_location, lane.to_market, lane.lead, lane.share)
        result += [(lane.row, item, *ends) for item in carried]
    return result
