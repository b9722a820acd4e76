"""What a company decided about its plans: no building ahead beyond so much, near an approved plan, within a value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from sop.domain.inputs import rows
from sop.domain.parameters import Array
from tests.supply.checker_books import Books, exceeded, undercut
from tests.supply.checker_limits import first_bucket
from tests.supply.checker_targets import DayLine, safety_target, uses

FAR = 400


def not_too_far_ahead(b: Books) -> Iterator[str]:
    """Stock of an item at any place is no more than its safety target and the demand of the next buckets for the item
    (nothing for what is made to order), or than what was there and on order anyway, or than a hard minimum."""
    ahead = {
        item: 0.0 if strategy == "order" else most
        for item, strategy, most in rows(b.inputs["items"], "item", "strategy", "build_ahead")
    }
    demand, safety = item_demand(b), safety_target(b)
    for row, (place, stock) in enumerate(b.stock.items()):
        most = ahead[place[1]]
        if not np.isnan(most):
            line = DayLine(b, demand[place[1]])
            days = _days(b, int(min(most, FAR)))
            coming = np.array([line.coming(t, days[t]) for t in range(b.total)])
            there = b.plan.opening_stock[row] + np.cumsum(_on_order(b, place))
            cell = (b.row("locations", place[0]), b.row("items", place[1]))
            hard = np.fmax(b.p["stock_minimum"][cell], b.p["closing_minimum"][cell])
            most_kept = np.fmax(np.maximum(coming + safety[place], there), hard)
            yield from exceeded(f"{place[1]} built ahead at {place[0]}", stock, most_kept)


def item_demand(b: Books) -> dict[str, Array]:
    """Units of every item that demand asks for, wherever: what is sold, and what is used to make it."""
    result: dict[str, Array] = defaultdict(lambda: np.zeros(b.total))
    for (item, market), use in uses(b).items():
        wanted = b.wanted[b.row("items", item), b.row("markets", market)]
        most: dict[str, float] = defaultdict(float)
        for place, units in use.items():
            most[place[1]] = max(most[place[1]], units)
        for part, units in most.items():
            result[part] += units * wanted
    return result


def _days(b: Books, buckets: int) -> list[float]:
    """Days of the next ``buckets`` after every bucket; after the horizon a bucket is as long as the mean."""
    length = [*b.inputs.horizon.days, *[float(b.inputs.horizon.days.mean())] * buckets]
    return [float(sum(length[t + 1 : t + 1 + buckets])) for t in range(b.total)]


def _on_order(b: Books, place: tuple[str, str]) -> Array:
    """Open orders that arrive at a place, by bucket."""
    result = np.zeros(b.total)
    for at, item, due, quantity in rows(b.inputs["scheduled_receipts"], "location", "item", "due", "quantity"):
        bucket = max(b.inputs.horizon.index_of(due.date()), 0)
        if (at, item) == place and bucket < b.total:
            result[bucket] += quantity
    return result


def near_the_approved_plan(b: Books) -> Iterator[str]:
    """Levels stay within the deviation limit of the approved ones, in the buckets that have one and can be planned."""
    share = float(b.p["deviation_limit"])
    if np.isnan(share):
        return
    for name, day, level in rows(b.inputs["approved_levels"], "operation", "period", "level"):
        bucket = b.inputs.horizon.index_of(day.date())
        if first_bucket(b, name) <= bucket < b.total:
            planned = float(b.level[name][bucket])
            yield from exceeded(f"{name} above the approved level", planned, level * (1 + share))
            yield from undercut(f"{name} below the approved level", planned, level * (1 - share))


def within_the_value(b: Books) -> Iterator[str]:
    """Inventory, under way included, is worth no more at standard cost than the limit."""
    standard = b.p["standard_cost"]
    value = standard @ b.plan.in_transit
    for (_, item), stock in b.stock.items():
        value = value + standard[b.row("items", item)] * stock
    yield from exceeded("value of inventory", value, b.p["inventory_limit"])
