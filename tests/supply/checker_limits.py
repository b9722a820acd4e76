"""The limits of the tables: demand and promises, operations, suppliers, hours, people, lanes, stock, whole numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from sop.domain.inputs import rows
from sop.domain.parameters import Array
from sop.domain.plans import SolveStatus
from tests.supply.checker_books import CLOSE, Books, differs, exceeded, undercut


def demand_kept(b: Books) -> Iterator[str]:
    """Accepted lies between what is promised (contract, all of it where firm) and the demand."""
    for item, market in np.ndindex(b.wanted.shape[:2]):
        name, wanted = f"{b.names('items')[item]} in {b.names('markets')[market]}", b.wanted[item, market]
        firm = b.p["firm_share"][item, market] * wanted
        promised = np.maximum(firm, np.minimum(b.p["contract_minimum"][item, market], wanted))
        yield from exceeded(f"accepted {name}", b.plan.accepted[item, market], wanted)
        yield from undercut(f"accepted {name}, promised", b.plan.accepted[item, market], promised)


def group_promises_kept(b: Books) -> Iterator[str]:
    """A customer group with a contract takes on as much as it says, or all it wants (blank item: of each)."""
    groups = b.inputs["markets"]["customer_group"].to_numpy()
    for group, named, least in rows(b.inputs["group_terms"], "customer_group", "item", "minimum"):
        for item in [named] if named else b.names("items"):
            at = np.ix_([b.row("items", item)], groups == group)
            taken, wanted = b.plan.accepted[at].sum(axis=(0, 1)), b.wanted[at].sum(axis=(0, 1))
            if least > 0:
                asked = least * b.p["group_contract"][b.row("items", item)]
                yield from undercut(f"{item} for {group}, promised", taken, np.minimum(asked, wanted))


def demand_totals_kept(b: Books) -> Iterator[str]:
    """Accepted over the reported horizon lies within its totals."""
    accepted = b.plan.accepted[:, :, : b.inputs.horizon.periods].sum(axis=2)
    for market, item, least, most in rows(b.inputs["demand_totals"], "market", "item", "minimum", "maximum"):
        taken = accepted[b.row("items", item), b.row("markets", market)]
        yield from undercut(f"least of {item} in {market} over the horizon", taken, least)
        yield from exceeded(f"most of {item} in {market} over the horizon", taken, most)


def backlog_allowed(b: Books) -> Iterator[str]:
    """Where unmet demand is lost what is owed never rises; no more is owed than the terms allow, in any bucket and at
    the end."""
    firm = b.inputs["markets"]["firm"].to_numpy(dtype=bool)
    ends, most = b.terms("closing_backlog", np.nan)[:, :, -1], b.terms("maximum_backlog", np.nan)
    for item, market in np.ndindex(b.wanted.shape[:2]):
        name = f"{b.names('items')[item]} in {b.names('markets')[market]}"
        owed = b.plan.backlog[item, market]
        end = 0.0 if np.isnan(ends[item, market]) and firm[market] else ends[item, market]
        for last in (b.inputs.horizon.periods - 1, -1):
            yield from exceeded(f"owed of {name} at the end", owed[last], end)
        yield from exceeded(f"owed of {name}", owed, most[item, market])
        if not b.p["late_allowed"][market]:
            rise = np.diff(owed, prepend=b.plan.opening_backlog[item, market])
            yield from exceeded(f"new demand joins the backlog of {name}", rise, 0.0)


def operations_kept(b: Books) -> Iterator[str]:
    """Levels lie within their limits, per bucket and over the reported horizon; what is bought cannot arrive before its
    lead time, what is made is not started before its plant's fence."""
    columns = ("operation", "kind", "minimum_total", "maximum_total")
    for row, (name, kind, least, most) in enumerate(rows(b.inputs["operations"], *columns)):
        level = b.level[name]
        early = first_bucket(b, name)
        yield from differs(f"{name} before its lead time or fence", level[:early], 0.0)
        yield from undercut(f"least of {name}", level[early:], b.p["operation_minimum"][row, early:])
        yield from exceeded(f"most of {name}", level, b.p["operation_maximum"][row])
        if kind == "subcontract":
            yield from exceeded(f"subcontract limit of {name}", level, b.p["subcontract_limit"][row])
        over_all = level[: b.inputs.horizon.periods].sum()
        yield from undercut(f"least of {name} over the horizon", over_all, least)
        yield from exceeded(f"most of {name} over the horizon", over_all, most)


def first_bucket(b: Books, operation: str) -> int:
    """First bucket in which an operation can run: after its lead time if bought, after its plant's fence if made."""
    row = b.inputs["operations"].iloc[b.row("operations", operation)]
    fence = b.p["frozen_periods"][b.row("locations", row["location"])]
    return int(fence if row["kind"] == "make" else row["lead_time"])


def setups_kept(b: Books) -> Iterator[str]:
    """Nothing runs without a share of its set-up, or starts without a share of its start-up; lots are no less than
    the least."""
    starts = b.more("starts", "operations")
    for row, name in enumerate(b.names("operations")):
        if name not in needs_setup(b):
            continue
        runs = b.runs[name]
        yield from exceeded(f"set-ups of {name}", runs, 1.0)
        yield from exceeded(f"{name} runs without a set-up", b.level[name] * (runs <= 1e-9), 0.0)
        yield from undercut(f"minimum lot of {name}", b.level[name], b.p["minimum_lot"][row] * runs)
        if (b.p["startup_cost"][row] > 0).any():
            yield from undercut(f"start-ups of {name}", starts[name], np.diff(runs, prepend=0.0))


def needs_setup(b: Books) -> set[str]:
    """Operations that are on or off."""
    costly = sum((b.p[name] for name in ("setup_cost", "startup_cost", "minimum_lot")), np.zeros((1, 1)))
    routings = b.inputs["routings"]
    paid = {name for name, cost in zip(b.names("operations"), costly, strict=False) if (cost > 0).any()}
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
        service, _ = maintenance(b, resource)
        people = sum((b.p["pool_hours_per_worker"][pool] * b.plan.heads[pool] for pool in pools), np.zeros(b.total))
        longer = sum((b.plan.pool_overtime[pool] for pool in pools), np.zeros(b.total))
        room = own + people + longer + b.plan.overtime[row] + b.plan.extra_hours[row] - service
        yield from exceeded(f"hours of {resource}", used, room)
        if b.plan.status is SolveStatus.OPTIMAL:
            least = np.where(may_not_idle(b, row), room, -np.inf)
            yield from undercut(f"hours of {resource}, none of which may idle", used, least)
        yield from differs(f"load reported for {resource}", b.plan.load[row], used)
        yield from differs(f"hours reported for {resource}", b.plan.available[row], own + people - service)
        yield from exceeded(f"overtime of {resource}", b.plan.overtime[row], b.p["overtime_limit"][row] * own)
        yield from exceeded(f"rented hours of {resource}", b.plan.extra_hours[row], b.p["extra_hours"][row])


def may_not_idle(b: Books, row: int) -> Array:
    """Whether all hours of a resource must be used, by bucket: what the calendar says of the bucket, else of all, else
    the resource itself."""
    resource, calendar = b.names("resources")[row], b.inputs["resource_calendar"]
    said = {
        b.inputs.horizon.index_of(day.date()) if day == day else -1: word == "yes"  # noqa: PLR0124 - NaT is not itself
        for name, day, word in rows(calendar, "resource", "period", "no_idle")
        if name == resource and word
    }
    general = said.get(-1, bool(b.inputs["resources"]["no_idle"][row]))
    return np.array([said.get(bucket, general) for bucket in range(b.total)])


def maintenance(b: Books, resource: str) -> tuple[Array, Array]:
    """Hours and machines of a resource in scheduled maintenance."""
    machines = b.more("services", "resources")[resource]
    hours = [h for name, h in rows(b.inputs["maintenance"], "resource", "hours") if name == resource]
    return sum(hours) * machines, machines


def maintenance_done(b: Books) -> Iterator[str]:
    """Every machine that has to be is serviced within the reported horizon, no more at a time than may be."""
    for resource, machines, most in rows(b.inputs["maintenance"], "resource", "machines", "maximum"):
        planned = b.more("services", "resources")[resource]
        yield from exceeded(f"machines of {resource} serviced at once", planned, most)
        inside = planned[: b.inputs.horizon.periods].sum()
        yield from differs(f"machines of {resource} serviced", inside, machines)


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
    """Shipments lie within the limits of their lane row; over all items within the lane's capacity, no less than its
    least load where it is used, over no more lanes than may leave a place, and within what a place can take in."""
    carried: dict[str, Array] = defaultdict(lambda: np.zeros(b.total))
    taken_in: dict[str, Array] = defaultdict(lambda: np.zeros(b.total))
    for arc in b.arcs:
        if not arc.to_market:
            taken_in[arc.end] += arc.shipped
        if arc.lane >= 0:
            carried[f"{arc.origin}>{arc.end}"] += arc.shipped
            together = sum(other.shipped for other in b.arcs if (other.lane, other.item) == (arc.lane, arc.item))
            yield from undercut(f"least on {arc}", together, b.p["lane_minimum"][arc.lane])
            yield from exceeded(f"most on {arc}", together, b.p["lane_maximum"][arc.lane])
    used: dict[str, Array] = defaultdict(lambda: np.zeros(b.total))
    shares = b.plan.extras.get("lanes_used", np.zeros((len(b.p.labels("corridor")), b.total)))
    for row, corridor in enumerate(b.p.labels("corridor")):
        yield from exceeded(f"capacity of lane {corridor}", carried[corridor], b.p["lane_capacity"][row])
        if opened(b, row):
            free = carried[corridor] * (shares[row] <= 1e-9)
            yield from exceeded(f"lane {corridor} is used without being opened", free, 0.0)
            least = b.p["lane_minimum_load"][row] * shares[row]
            yield from undercut(f"least load of lane {corridor}", carried[corridor], least)
            used[corridor.split(">", maxsplit=1)[0]] += shares[row]
    for row, place in enumerate(b.names("locations")):
        yield from exceeded(f"taken in at {place}", taken_in[place], b.p["inbound_capacity"][row])
        yield from exceeded(f"lanes out of {place}", used[place], b.p["maximum_lanes_out"][row])


def opened(b: Books, corridor: int) -> bool:
    """Whether using a lane at all costs something, or is limited."""
    origin = b.p.labels("corridor")[corridor].split(">", maxsplit=1)[0]
    limited = np.isfinite(b.p["maximum_lanes_out"][b.row("locations", origin)])
    costs = (b.p["lane_fixed_cost"][corridor] > 0).any() or (b.p["lane_minimum_load"][corridor] > 0).any()
    return bool(limited or costs)


def stock_kept(b: Books) -> Iterator[str]:
    """Closing stock lies within its limits in every bucket, at the end within its closing limits too; over all items
    it fits into the location's storage."""
    filled: dict[str, Array] = defaultdict(lambda: np.zeros(b.total))
    for (place, item), stock in b.stock.items():
        cell, name = (b.row("locations", place), b.row("items", item)), f"{item} at {place}"
        yield from undercut(f"least stock of {name}", stock, b.p["stock_minimum"][cell])
        yield from exceeded(f"most stock of {name}", stock, b.p["stock_maximum"][cell])
        for last in (b.inputs.horizon.periods - 1, -1):
            yield from undercut(f"least closing stock of {name}", stock[last], b.p["closing_minimum"][cell][-1])
            yield from exceeded(f"most closing stock of {name}", stock[last], b.p["closing_maximum"][cell][-1])
        filled[place] += b.p["storage_units"][cell] * stock
    for row, place in enumerate(b.names("locations")):
        yield from exceeded(f"storage of {place}", filled[place], b.p["storage_capacity"][row])


def whole_numbers(b: Books) -> Iterator[str]:
    """Where whole numbers were asked for and the tables want them: levels, heads, lots, set-ups, opened lanes and
    maintenance in full, and orders of no less than a supplier accepts."""
    if not b.whole:
        return
    for table, values in (("operations", (b.plan.level,)), ("workforce", (b.plan.heads, b.plan.hires, b.plan.layoffs))):
        for name, wanted, *series in zip(b.names(table), b.inputs[table]["whole"], *values, strict=True):
            for part in series if wanted else ():
                yield from differs(f"whole numbers of {name}", part, np.round(part))
    for name, size in rows(b.inputs["operations"], "operation", "lot_size"):
        if size > 0:
            yield from differs(f"lots of {name}", b.level[name] / size, np.round(b.level[name] / size))
    for name in needs_setup(b):
        yield from differs(f"set-ups of {name} in full", b.runs[name], np.round(b.runs[name]))
    for name in ("lanes_used", "services"):
        found = b.plan.extras.get(name, np.zeros(1)).ravel()
        yield from differs(f"{name} in full", found, np.round(found))
    for supplier, least in rows(b.inputs["suppliers"], "supplier", "minimum_order"):
        own = [b.level[o] for o, s in rows(b.inputs["operations"], "operation", "supplier") if s == supplier]
        ordered = np.sum(own, axis=0) if own else np.zeros(b.total)
        yield from undercut(f"order with {supplier}", ordered, np.where(ordered > CLOSE, least, 0.0))
