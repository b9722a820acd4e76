"""An independent check of any supply plan, written from the input tables: no PuLP, nothing of sop.supply.

``violations(inputs, parameters, demand, plan)`` works every balance and limit out again with plain sums over the rows
of the tables and says in words what does not hold. What levers turn is read from ``parameters`` (that Base's are those
of the tables is checked in ``tables.py``); recipes, routings, lead times, ways and openings are read from the tables.
Money is checked in ``checker_money.py``, stock targets in ``checker_targets.py``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sop.domain.inputs import Inputs, rows
from sop.domain.parameters import Array, Parameters
from sop.domain.plans import DemandPlan, SolveStatus, SupplyPlan

CLOSE = 1e-5
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
Place = tuple[str, str]
Flows = dict[Place, Array]


@dataclass(frozen=True, eq=False)
class Books:
    """One plan beside the tables it was made from. ``whole`` says that whole numbers were asked for."""

    inputs: Inputs
    p: Parameters
    demand: DemandPlan
    plan: SupplyPlan
    whole: bool = False

    @cached_property
    def total(self) -> int:
        """Buckets planned, tail included."""
        return self.inputs.horizon.total

    @cached_property
    def wanted(self) -> Array:
        """Demand [I, M, T], never negative."""
        return np.maximum(self.demand.planned, 0.0)

    def names(self, table: str) -> list[str]:
        """First column of a table: the names of its rows, in order."""
        return list(self.inputs[table].iloc[:, 0])

    def row(self, table: str, name: str) -> int:
        """Row of ``name`` in ``table``."""
        return self.names(table).index(name)

    @cached_property
    def stock(self) -> Flows:
        """Closing stock by (location, item)."""
        net, places, items = self.plan.network, self.names("locations"), self.names("items")
        at = zip(net.node_location, net.node_item, self.plan.stock, strict=True)
        return {(places[place], items[item]): stock for place, item, stock in at}

    @cached_property
    def level(self) -> dict[str, Array]:
        """Level by operation."""
        return dict(zip(self.names("operations"), self.plan.level, strict=True))

    @cached_property
    def runs(self) -> dict[str, Array]:
        """Share of a set-up by operation."""
        return dict(zip(self.names("operations"), self.plan.runs, strict=True))

    @cached_property
    def arcs(self) -> list[Arc]:
        """What was shipped over which way."""
        net, items = self.plan.network, self.names("items")
        places, markets = self.names("locations"), self.names("markets")
        found = []
        for arc, shipped in enumerate(self.plan.shipped):
            to, market = int(net.arc_to_location[arc]), int(net.arc_to_market[arc])
            end = places[to] if to >= 0 else markets[market]
            found.append(
                Arc(
                    int(net.arc_lane[arc]),
                    items[net.arc_item[arc]],
                    places[net.arc_from[arc]],
                    end,
                    market >= 0,
                    int(net.arc_lead[arc]),
                    shipped,
                )
            )
        return found


@dataclass(frozen=True, eq=False)
class Arc:
    """An item on a way: ``lane`` is the row of the lanes table, -1 a market's free way."""

    lane: int
    item: str
    origin: str
    end: str
    to_market: bool
    lead: int
    shipped: Array

    @property
    def arrived(self) -> Array:
        """Shipped, by bucket of arrival; what arrives after the horizon is left out."""
        return later(self.shipped, self.lead)

    def __str__(self) -> str:
        return f"lane {self.origin} > {self.end} for {self.item}"


def later(series: Array, lead: int) -> Array:
    """``series`` moved ``lead`` buckets on."""
    return np.concatenate([np.zeros(lead), series])[: len(series)]


def violations(
    inputs: Inputs, parameters: Parameters, demand: DemandPlan, plan: SupplyPlan, whole: bool = False
) -> list[str]:
    """Everything about ``plan`` that the tables forbid, in words; empty when all holds.

    A plan that is not optimal (limits had to give way) is held to conservation and to what is physical only.
    """
    books = Books(inputs, parameters, demand, plan, whole)
    final = plan.status is SolveStatus.OPTIMAL
    checks = (*ALWAYS, *HARD) if final else ALWAYS
    return [problem for check in checks for problem in check(books)]


def exceeded(what: str, value: Array | float, limit: Array | float) -> Iterator[str]:
    """A sentence for every bucket in which ``value`` lies above ``limit``."""
    values, limits = np.broadcast_arrays(np.atleast_1d(value), np.atleast_1d(limit))
    for t, (is_now, most) in enumerate(zip(values.tolist(), limits.tolist(), strict=True)):
        if not np.isnan(most) and is_now - most > CLOSE * max(1.0, abs(is_now)):
            yield f"{what}, bucket {t}: {is_now:.9g} is more than {most:.9g}"


def undercut(what: str, value: Array | float, limit: Array | float) -> Iterator[str]:
    """A sentence for every bucket in which ``value`` lies below ``limit``."""
    values, limits = np.broadcast_arrays(np.atleast_1d(value), np.atleast_1d(limit))
    for t, (is_now, least) in enumerate(zip(values.tolist(), limits.tolist(), strict=True)):
        if not np.isnan(least) and least - is_now > CLOSE * max(1.0, abs(is_now), abs(least)):
            yield f"{what}, bucket {t}: {is_now:.9g} is less than {least:.9g}"


def differs(what: str, value: Array | float, expected: Array | float) -> Iterator[str]:
    """A sentence for every bucket in which two figures are not the same."""
    yield from exceeded(what, value, expected)
    yield from undercut(what, value, expected)


# ---------------------------------------------------------------- conservation


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


def flows(b: Books) -> Flows:
    """What comes in less what goes out, by (location, item) and bucket, from every table that moves goods."""
    net: Flows = defaultdict(lambda: np.zeros(b.total))
    horizon = b.inputs.horizon
    for place, item, due, quantity in rows(b.inputs["scheduled_receipts"], "location", "item", "due", "quantity"):
        bucket = max(horizon.index_of(due.date()), 0)
        if bucket < b.total:
            net[place, item][bucket] += quantity
    operations = b.inputs["operations"]
    at = dict(rows(operations, "operation", "location"))
    delay = {
        name: int(lead) if kind == "make" else 0
        for name, kind, lead in rows(operations, "operation", "kind", "lead_time")
    }
    for name, item, share in rows(operations, "operation", "item", "yield"):
        net[at[name], item] += share * later(b.level[name], delay[name])
    for name, item, quantity in rows(b.inputs["coproducts"], "operation", "item", "quantity"):
        net[at[name], item] += quantity * later(b.level[name], delay[name])
    for name, item, quantity in rows(b.inputs["materials"], "operation", "item", "quantity"):
        net[at[name], item] -= quantity * b.level[name]
    for arc in b.arcs:
        net[arc.origin, arc.item] -= arc.shipped
        if not arc.to_market:
            net[arc.end, arc.item] += arc.arrived
    return net


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
        if b.plan.goal != "profit":
            yield from differs(f"declined {name} although the goal is {b.plan.goal}", b.plan.declined[cell], 0.0)


def under_way(b: Books) -> Iterator[str]:
    """Owned and under way = open orders owned already + goods on lanes + work started, not yet arrived."""
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
        started = np.cumsum(b.level[name] - later(b.level[name], int(lead) if kind == "make" else 0))
        for output, quantity in outputs:
            owned[b.row("items", output)] += quantity * started
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
        if (row["from"], row["to"], int(row["lead_time"])) != (arc.origin, arc.end, arc.lead):
            yield f"{arc} is not row {arc.lane} of lanes"
        general = not row["item"] and (arc.origin, arc.end, arc.item) in own
        if general or (row["item"] and row["item"] != arc.item):
            yield f"{arc} goes over another item's row"


# ---------------------------------------------------------------- hard limits


def demand_kept(b: Books) -> Iterator[str]:
    """Accepted lies between what is promised (contract, all of it where firm) and the demand."""
    firm = b.inputs["markets"]["firm"].to_numpy(dtype=bool)
    for item, market in np.ndindex(b.wanted.shape[:2]):
        name, wanted = f"{b.names('items')[item]} in {b.names('markets')[market]}", b.wanted[item, market]
        promised = wanted if firm[market] else np.minimum(b.p["contract_minimum"][item, market], wanted)
        yield from exceeded(f"accepted {name}", b.plan.accepted[item, market], wanted)
        yield from undercut(f"accepted {name}, promised", b.plan.accepted[item, market], promised)


def backlog_allowed(b: Books) -> Iterator[str]:
    """Where unmet demand is lost what is owed never rises; at the end no more is owed than the market allows."""
    columns = ("firm", "closing_backlog")
    for market, (firm, most) in enumerate(rows(b.inputs["markets"], *columns)):
        end = (0.0 if firm else np.inf) if np.isnan(most) else most
        for item, name in enumerate(b.names("items")):
            owed = b.plan.backlog[item, market]
            yield from exceeded(f"owed of {name} in {b.names('markets')[market]} at the end", owed[-1], end)
            if not b.p["late_allowed"][market]:
                rise = np.diff(owed, prepend=b.plan.opening_backlog[item, market])
                yield from exceeded(f"new demand joins the backlog of {name}", rise, 0.0)


def operations_kept(b: Books) -> Iterator[str]:
    """Levels lie within their limits; what is bought cannot arrive before its lead time; set-ups and lots hold."""
    lots = dict(rows(b.inputs["operations"], "operation", "minimum_lot"))
    needs = _needs_setup(b)
    for row, (name, kind, lead) in enumerate(rows(b.inputs["operations"], "operation", "kind", "lead_time")):
        level, early = b.level[name], 0 if kind == "make" else int(lead)
        yield from differs(f"{name} arrives before its lead time", level[:early], 0.0)
        yield from undercut(f"least of {name}", level[early:], b.p["operation_minimum"][row, early:])
        yield from exceeded(f"most of {name}", level, b.p["operation_maximum"][row])
        if kind == "subcontract":
            yield from exceeded(f"subcontract limit of {name}", level, b.p["subcontract_limit"][row])
        if name in needs:
            yield from exceeded(f"set-ups of {name}", b.runs[name], 1.0)
            yield from exceeded(f"{name} runs without a set-up", level * (b.runs[name] <= 1e-9), 0.0)
            yield from undercut(f"minimum lot of {name}", level, lots[name] * b.runs[name])


def _needs_setup(b: Books) -> set[str]:
    table = b.inputs["operations"]
    paid = set(table["operation"][(table["setup_cost"] > 0) | (table["minimum_lot"] > 0)])
    routings = b.inputs["routings"]
    return paid | set(routings["operation"][routings["setup_hours"] > 0])


def suppliers_kept(b: Books) -> Iterator[str]:
    """Over all its operations no supplier gives more than its limit."""
    for row, supplier in enumerate(b.names("suppliers")):
        own = [b.level[o] for o, s in rows(b.inputs["operations"], "operation", "supplier") if s == supplier]
        if own:
            yield from exceeded(f"limit of {supplier}", np.sum(own, axis=0), b.p["supplier_limit"][row])


def hours_kept(b: Books) -> Iterator[str]:
    """Hours of the routings fit into regular hours (people's included), overtime and rented hours, each within its
    own limit; load and available are reported as they are."""
    for row, resource in enumerate(b.names("resources")):
        used = np.zeros(b.total)
        for operation, at, hours, setup in rows(b.inputs["routings"], "operation", "resource", "hours", "setup_hours"):
            if at == resource:
                used += hours * b.level[operation] + setup * b.runs[operation]
        own = np.maximum(b.p["capacity"][row] * b.p["shifts"][row] - b.p["downtime"][row], 0.0)
        pools = [pool for pool, at in enumerate(b.inputs["workforce"]["resource"]) if at == resource]
        people = sum((b.p["pool_hours_per_worker"][pool] * b.plan.heads[pool] for pool in pools), np.zeros(b.total))
        longer = sum((b.plan.pool_overtime[pool] for pool in pools), np.zeros(b.total))
        room = own + people + longer + b.plan.overtime[row] + b.plan.extra_hours[row]
        yield from exceeded(f"hours of {resource}", used, room)
        yield from differs(f"load reported for {resource}", b.plan.load[row], used)
        yield from differs(f"hours reported for {resource}", b.plan.available[row], own + people)
        yield from exceeded(f"overtime of {resource}", b.plan.overtime[row], b.p["overtime_limit"][row] * own)
        yield from exceeded(f"rented hours of {resource}", b.plan.extra_hours[row], b.p["extra_hours"][row])


def people_kept(b: Books) -> Iterator[str]:
    """Heads = heads before + hired - laid off, within their band; hires, lay-offs and overtime within theirs."""
    for row, pool in enumerate(b.names("workforce")):
        heads = b.plan.heads[row]
        before = np.concatenate([[b.inputs["workforce"]["head_count"][row]], heads[:-1]])
        yield from differs(f"heads of {pool}", heads, before + b.plan.hires[row] - b.plan.layoffs[row])
        yield from undercut(f"least heads of {pool}", heads, b.p["pool_minimum"][row])
        yield from exceeded(f"most heads of {pool}", heads, b.p["pool_maximum"][row])
        yield from exceeded(f"hires of {pool}", b.plan.hires[row], b.p["pool_maximum_hires"][row])
        yield from exceeded(f"lay-offs of {pool}", b.plan.layoffs[row], b.p["pool_maximum_layoffs"][row])
        allowed = b.p["pool_overtime_hours"][row] * heads
        yield from exceeded(f"overtime of {pool}", b.plan.pool_overtime[row], allowed)


def lanes_kept(b: Books) -> Iterator[str]:
    """Shipments lie within the limits of their lane row, and over all items within the lane's capacity."""
    carried: dict[str, Array] = defaultdict(lambda: np.zeros(b.total))
    for arc in b.arcs:
        if arc.lane >= 0:
            carried[f"{arc.origin}>{arc.end}"] += arc.shipped
            yield from undercut(f"least on {arc}", arc.shipped, b.p["lane_minimum"][arc.lane])
            yield from exceeded(f"most on {arc}", arc.shipped, b.p["lane_maximum"][arc.lane])
    for row, corridor in enumerate(b.p.labels("corridor")):
        yield from exceeded(f"capacity of lane {corridor}", carried[corridor], b.p["lane_capacity"][row])


def stock_kept(b: Books) -> Iterator[str]:
    """Closing stock lies within its limits in every bucket, at the end within its closing limits too; over all items
    it fits into the location's storage."""
    filled: dict[str, Array] = defaultdict(lambda: np.zeros(b.total))
    for (place, item), stock in b.stock.items():
        cell, name = (b.row("locations", place), b.row("items", item)), f"{item} at {place}"
        yield from undercut(f"least stock of {name}", stock, b.p["stock_minimum"][cell])
        yield from exceeded(f"most stock of {name}", stock, b.p["stock_maximum"][cell])
        yield from undercut(f"least closing stock of {name}", stock[-1], b.p["closing_minimum"][cell][-1])
        yield from exceeded(f"most closing stock of {name}", stock[-1], b.p["closing_maximum"][cell][-1])
        filled[place] += b.p["storage_units"][cell] * stock
    for row, place in enumerate(b.names("locations")):
        yield from exceeded(f"storage of {place}", filled[place], b.p["storage_capacity"][row])


def whole_numbers(b: Books) -> Iterator[str]:
    """Where whole numbers were asked for and the tables want them: levels, heads, and set-ups paid in full."""
    if not b.whole:
        return
    for table, values in (("operations", (b.plan.level,)), ("workforce", (b.plan.heads, b.plan.hires, b.plan.layoffs))):
        for name, wanted, *series in zip(b.names(table), b.inputs[table]["whole"], *values, strict=True):
            for part in series if wanted else ():
                yield from differs(f"whole numbers of {name}", part, np.round(part))
    for name in _needs_setup(b):
        yield from differs(f"set-ups of {name} in full", b.runs[name], np.round(b.runs[name]))


ALWAYS: tuple[Callable[[Books], Iterator[str]], ...] = (
    nothing_negative,
    openings,
    goods_conserved,
    markets_conserved,
    under_way,
    ways_exist,
    hours_kept,
    suppliers_kept,
)
HARD: tuple[Callable[[Books], Iterator[str]], ...] = (
    demand_kept,
    backlog_allowed,
    operations_kept,
    people_kept,
    lanes_kept,
    stock_kept,
    whole_numbers,
)
