"""What every plan has to keep, hard limits given way or not: goods and orders are conserved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from sop.domain.inputs import rows
from sop.domain.parameters import Array
from tests.supply.checker_books import CLOSE, Books, Flows, Place, differs, later, undercut

QUANTITIES = (
    "level",
    "runs",
    "shipped",
    "stock",
    "in_transit",
    "accepted",
    "delivered",
    "backlog",
    "short",
    "declined",
    "load",
    "overtime",
    "extra_hours",
    "heads",
    "hires",
    "layoffs",
    "pool_overtime",
    "receipts",
)


def nothing_negative(b: Books) -> Iterator[str]:
    """No quantity is below zero."""
    for name in QUANTITIES:
        values = getattr(b.plan, name)
        if values.min(initial=0.0) < -CLOSE:
            yield f"{name} falls to {values.min():.9g}"


def openings(b: Books) -> Iterator[str]:
    """The plan starts from the stock and the open orders of the tables."""
    on_hand: dict[Place, float] = defaultdict(float)
    for place, item, quantity in rows(b.inputs["stock"], "location", "item", "on_hand"):
        on_hand[place, item] += quantity
    for (place, item), start in zip(b.stock, b.plan.opening_stock, strict=True):
        yield from differs(f"opening stock of {item} at {place}", start, on_hand.pop((place, item), 0.0))
    yield from (f"opening stock of {item} at {place} is lost" for (place, item), left in on_hand.items() if left)
    owed = np.zeros(b.plan.opening_backlog.shape)
    for item, market, quantity in rows(b.inputs["sales_orders"], "item", "market", "quantity"):
        owed[b.row("items", item), b.row("markets", market) if market else 0] += quantity
    yield from differs("opening backlog", b.plan.opening_backlog.ravel(), owed.ravel())


def inflows(b: Books) -> Flows:
    """What comes in by (location, item) and bucket: open orders, what operations yield, what arrives."""
    coming: Flows = defaultdict(lambda: np.zeros(b.total))
    horizon = b.inputs.horizon
    for place, item, due, quantity in rows(b.inputs["scheduled_receipts"], "location", "item", "due", "quantity"):
        bucket = max(horizon.index_of(due.date()), 0)
        if bucket < b.total:
            coming[place, item][bucket] += quantity
    columns = ("operation", "location", "item", "kind", "lead_time", "yield")
    for name, at, item, kind, lead, share in rows(b.inputs["operations"], *columns):
        done = later(b.level[name], lead if kind == "make" else 0)
        for output, quantity in [(item, share), *_coproducts(b, name)]:
            coming[at, output] += quantity * done
    for arc in b.arcs:
        if not arc.to_market:
            coming[arc.end, arc.item] += arc.arrived
    return coming


def flows(b: Books) -> Flows:
    """What comes in less what goes out, by (location, item) and bucket, from every table that moves goods."""
    net = inflows(b)
    at = dict(rows(b.inputs["operations"], "operation", "location"))
    for name, item, quantity in rows(b.inputs["materials"], "operation", "item", "quantity"):
        net[at[name], item] -= quantity * issued(b, name)
    for (place, item), thrown in b.scrapped.items():
        net[place, item] -= thrown
    for arc in b.arcs:
        net[arc.origin, arc.item] -= arc.shipped
    return net


def issued(b: Books, operation: str) -> Array:
    """Level by the bucket its materials leave in: a purchase's or subcontract's when it is ordered."""
    for name, kind, lead in rows(b.inputs["operations"], "operation", "kind", "lead_time"):
        if name == operation and kind != "make":
            return np.concatenate([b.level[name][int(lead) :], np.zeros(int(lead))])
    return b.level[operation]


def goods_conserved(b: Books) -> Iterator[str]:
    """Opening + in - out = closing, at every location, for every item and bucket.

    A company without operations buys its products: then what is missing must have been bought, item by item.
    """
    net = flows(b)
    bought = np.zeros(b.plan.receipts.shape)
    for row, (place, item) in enumerate(b.stock):
        change = np.diff(b.stock[place, item], prepend=b.plan.opening_stock[row])
        gap = change - net.pop((place, item), np.zeros(b.total))
        if b.inputs.has_supply:
            yield from differs(f"goods of {item} at {place} out of nothing", gap, 0.0)
        else:
            yield from undercut(f"goods of {item} at {place} vanish", gap, 0.0)
            bought[b.row("items", item)] += gap
    for (place, item), gap in net.items():
        yield from differs(f"{item} moves at {place}, where it has no stock", gap, 0.0)
    orders = np.zeros(bought.shape)
    for kind, item, due, quantity in rows(b.inputs["scheduled_receipts"], "kind", "item", "due", "quantity"):
        bucket = max(b.inputs.horizon.index_of(due.date()), 0)
        if kind == "purchase" and bucket < b.total:
            orders[b.row("items", item), bucket] += quantity
    yield from differs("purchases received", b.plan.receipts.ravel(), (orders + bought).ravel())


def markets_conserved(b: Books) -> Iterator[str]:
    """What arrives is delivered; owed = owed before + accepted - delivered; demand = accepted + short + declined."""
    arrived = np.zeros(b.wanted.shape)
    for arc in b.arcs:
        if arc.to_market:
            arrived[b.row("items", arc.item), b.row("markets", arc.end)] += arc.arrived
    before = np.concatenate([b.plan.opening_backlog[:, :, None], b.plan.backlog[:, :, :-1]], axis=2)
    for item, market in np.ndindex(b.wanted.shape[:2]):
        name, cell = f"{b.names('items')[item]} in {b.names('markets')[market]}", (item, market)
        yield from differs(f"delivered {name}", b.plan.delivered[cell], arrived[cell])
        owed = before[cell] + b.plan.accepted[cell] - b.plan.delivered[cell]
        yield from differs(f"owed {name}", b.plan.backlog[cell], owed)
        met = b.plan.accepted[cell] + b.plan.short[cell] + b.plan.declined[cell]
        yield from differs(f"accepted, short and declined {name}", met, b.wanted[cell])
        if b.plan.goal != "profit":  # other goals decline only where a lost unit has a price of the market's own
            own = ~np.isnan(b.terms("lost_cost", np.nan)[cell])
            declined = np.where(own, 0.0, b.plan.declined[cell])
            yield from differs(f"declined {name} although the goal is {b.plan.goal}", declined, 0.0)


def under_way(b: Books) -> Iterator[str]:
    """Owned and under way = open orders owned already + goods on lanes + work started + parts at a
    supplier, not yet arrived."""
    owned = np.zeros(b.plan.in_transit.shape)
    horizon = b.inputs.horizon
    for kind, item, due, quantity in rows(b.inputs["scheduled_receipts"], "kind", "item", "due", "quantity"):
        if kind != "purchase":
            owned[b.row("items", item), : max(horizon.index_of(due.date()), 0)] += quantity
    for arc in b.arcs:
        owned[b.row("items", arc.item)] += np.cumsum(arc.shipped - arc.arrived)
    columns = ("operation", "item", "kind", "lead_time", "yield")
    for name, item, kind, lead, share in rows(b.inputs["operations"], *columns):
        outputs = [(item, share), *_coproducts(b, name)]
        started = np.cumsum(b.level[name] - later(b.level[name], lead if kind == "make" else 0))
        for output, quantity in outputs:
            owned[b.row("items", output)] += quantity * started
    for name, item, quantity in rows(b.inputs["materials"], "operation", "item", "quantity"):
        owned[b.row("items", item)] += quantity * np.cumsum(issued(b, name) - b.level[name])
    yield from differs("in transit", b.plan.in_transit.ravel(), owned.ravel())


def _coproducts(b: Books, operation: str) -> list[tuple[str, float]]:
    return [(i, q) for name, i, q in rows(b.inputs["coproducts"], "operation", "item", "quantity") if name == operation]


def ways_exist(b: Books) -> Iterator[str]:
    """Every shipment goes over a row of the lanes table (its ends, item and lead time) or a market's own free way, and
    none of an item's rows is passed over by a general row."""
    lanes, served = b.inputs["lanes"], dict(rows(b.inputs["markets"], "market", "served_from"))
    own = {(origin, end, item) for origin, end, item in rows(lanes, "from", "to", "item") if item}
    for arc in b.arcs:
        if arc.lane < 0:
            reached = set(lanes["to"])
            only = b.names("locations")[0] if arc.end not in reached else ""
            if not arc.to_market or arc.lead or arc.origin != (served[arc.end] or only):
                yield f"{arc} is free, but the tables give no such way"
            continue
        row = lanes.iloc[arc.lane]
        if (row["from"], row["to"]) != (arc.origin, arc.end):
            yield f"{arc} is not row {arc.lane} of lanes"
        together = sum(other.shipped for other in b.arcs if (other.lane, other.item) == (arc.lane, arc.item))
        share = max(1.0 - abs(float(row["lead_time"]) - arc.lead), 0.0)
        yield from differs(f"share of {arc} by its lead time", arc.shipped, share * together)
        general = not row["item"] and (arc.origin, arc.end, arc.item) in own
        if general or (row["item"] and row["item"] != arc.item):
            yield f"{arc} goes over another item's row"
