"""Stock targets worked out again from the tables: demand followed back along primary sources, days turned to units."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from sop.domain.inputs import rows
from sop.domain.parameters import Array
from tests.supply.checker_books import Books, Flows, Place

Use = dict[Place, float]


def uses(b: Books) -> dict[tuple[str, str], Use]:
    """(item, market) -> units through every (location, item) per unit sold, along primary sources."""
    first: dict[tuple[str, str], Place] = {}
    for arc in sorted(b.arcs, key=lambda arc: arc.lane):
        if arc.to_market:
            first.setdefault((arc.item, arc.end), (arc.origin, arc.item))
    fed = feeders(b)
    return {pair: behind(b, fed, place, ()) for pair, place in first.items()}


def feeders(b: Books) -> dict[Place, Place]:
    """Where the lanes bring an item from, place by place: the first lane of every place that does not make it.

    Places whose first lanes go around in a circle move on to their next lane, or to what they can buy; if nobody can,
    none of them is fed.
    """
    made = {(at, item) for at, item, kind in rows(b.inputs["operations"], "location", "item", "kind") if kind == "make"}
    owned = {(at, item) for at, item in rows(b.inputs["operations"], "location", "item")}
    lanes: dict[Place, list[Place]] = {}
    for arc in sorted(b.arcs, key=lambda arc: arc.lane):
        end = (arc.end, arc.item)
        if not arc.to_market and end not in made and (arc.origin, arc.item) not in lanes.setdefault(end, []):
            lanes[end].append((arc.origin, arc.item))
    while True:
        fed = {end: origins[0] for end, origins in lanes.items() if origins}
        around = {place for place in fed if _comes_back(fed, place)}
        if not around:
            return fed
        free = {place for place in around if place in owned or len(lanes[place]) > 1}
        stuck = {place for place in around if not free & _passed(fed, place)}
        for place in free | stuck:
            lanes[place].pop(0)


def _passed(fed: dict[Place, Place], place: Place) -> set[Place]:
    """Places met when going back from one, itself only if it comes around again."""
    met: set[Place] = set()
    at = fed.get(place)
    while at is not None and at not in met:
        met.add(at)
        at = fed.get(at)
    return met


def _comes_back(fed: dict[Place, Place], place: Place) -> bool:
    return place in _passed(fed, place)


def behind(b: Books, fed: dict[Place, Place], place: Place, path: tuple[Place, ...]) -> Use:
    """One unit at ``place`` and everything its primary source takes: the first make operation, else the first lane,
    else the first other operation. A circle of recipes is cut where it closes."""
    if place in path:
        return {}
    result: Use = defaultdict(float, {place: 1.0})
    for part, quantity in source(b, fed, place):
        for at, units in behind(b, fed, part, (*path, place)).items():
            result[at] += quantity * units
    return dict(result)


def source(b: Books, fed: dict[Place, Place], place: Place) -> list[tuple[Place, float]]:
    """What one unit at ``place`` takes from where."""
    columns = ("operation", "location", "item", "kind", "yield")
    own = [
        (o, kind, share) for o, at, item, kind, share in rows(b.inputs["operations"], *columns) if (at, item) == place
    ]
    made = [found for found in own if found[1] == "make"]
    if place in fed:
        return [(fed[place], 1.0)]
    if not own:
        return []
    name, _, share = (made or own)[0]
    parts = rows(b.inputs["materials"], "operation", "item", "quantity")
    return [((place[0], item), quantity / share) for operation, item, quantity in parts if operation == name]


def place_demand(b: Books) -> Flows:
    """Units demand asks of every (location, item) in the bucket it is due."""
    result: Flows = defaultdict(lambda: np.zeros(b.total))
    for (item, market), use in uses(b).items():
        wanted = b.wanted[b.row("items", item), b.row("markets", market)]
        for place, units in use.items():
            result[place] += units * wanted
    return result


class DayLine:
    """Demand summed up day by day: even within a bucket, after the horizon the last year again (or its mean)."""

    def __init__(self, b: Books, demand: Array) -> None:
        horizon, year = b.inputs.horizon, b.inputs.horizon.periods_per_year
        after = demand[-year:] if b.total >= year else np.full(year, demand.mean())
        length = np.concatenate([horizon.days, np.full(year, horizon.days.mean())])
        self.ends = np.concatenate([[0.0], np.cumsum(length)])
        self.summed = np.concatenate([[0.0], np.cumsum(np.concatenate([demand, after]))])
        self.total = b.total

    def coming(self, bucket: int, days: float) -> float:
        """Demand of the ``days`` after the end of ``bucket``."""
        return float(np.interp(self.ends[bucket + 1] + days, self.ends, self.summed) - self.summed[bucket + 1])

    def lasting(self, stock: float) -> float:
        """Days that ``stock`` lasts from the first day: at most the horizon, and a year."""
        if stock <= 0 or self.summed[self.total] <= 0:
            return 0.0
        for t in range(self.total):
            used = self.summed[t + 1] - self.summed[t]
            if self.summed[t + 1] >= stock and used > 0:
                day = self.ends[t] + (stock - self.summed[t]) / used * (self.ends[t + 1] - self.ends[t])
                return min(day, 365.0)
        return min(float(self.ends[self.total]), 365.0)


def safety_target(b: Books) -> Flows:
    """safety_stock + safety_days of coming demand, at least 0, by (location, item); none of what is made to order."""
    demand, result = place_demand(b), {}
    for place, item in b.stock:
        cell = (b.row("locations", place), b.row("items", item))
        line = DayLine(b, demand[place, item])
        days = b.p["safety_days"][cell]
        coming = np.array([line.coming(t, float(days[t])) for t in range(b.total)])
        target = np.maximum(b.p["safety_stock"][cell] + coming, 0.0)
        result[place, item] = np.zeros(b.total) if to_order(b, item) else target
    return result


def closing_target(b: Books) -> dict[Place, float]:
    """Last safety target where there is one, else the opening days of cover; none where a closing stock is given or the
    setting says so."""
    demand, safety, result = place_demand(b), safety_target(b), {}
    for row, place in enumerate(b.stock):
        cell = (b.row("locations", place[0]), b.row("items", place[1]))
        given = not np.isnan(b.p["closing_minimum"][cell][-1])
        line = DayLine(b, demand[place])
        cover = line.coming(b.total - 1, line.lasting(float(b.plan.opening_stock[row])))
        own = safety[place][-1]
        none = given or to_order(b, place[1]) or b.inputs.settings.closing_stock == "none"
        result[place] = 0.0 if none else own if own > 0 else cover
    return result


def to_order(b: Books, item: str) -> bool:
    """Whether an item is made to order."""
    return bool(b.inputs["items"]["strategy"][b.row("items", item)] == "order")
