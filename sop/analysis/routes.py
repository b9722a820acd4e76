"""The way an item takes to a market, and who else needs the resource on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sop.domain.inputs import Inputs, rows
from sop.domain.parameters import Array
from sop.domain.plans import PlanResult

_DEEPEST = 20


@dataclass(frozen=True)
class User:
    """One item a resource works for: hours used in the window (those in its parts too), and what it earns per hour (net
    price after rebates less standard cost, over markets by demand, divided by hours per unit)."""

    item: str
    hours: float
    per_hour: float


def chain_of(inputs: Inputs, result: PlanResult, item: str, market: str) -> str:
    """UK ← DC Central ← Plant North: from the market back to where the item is made or bought."""
    axes, network = result.parameters, result.supply.network
    position, locations = axes.axis("item").index[item], axes.labels("location")
    made_at = {at for at, own in rows(inputs["operations"], "location", "item") if own == item}
    of_item = network.arc_item == position
    ends = of_item & (network.arc_to_market == axes.axis("market").index[market])
    names = [market]
    for _ in range(_DEEPEST):
        arcs = np.flatnonzero(ends)
        if not len(arcs):
            break
        busiest = arcs[result.supply.shipped[arcs].sum(axis=1).argmax()]
        origin = int(network.arc_from[busiest])
        names.append(locations[origin])
        if locations[origin] in made_at:
            break
        ends = of_item & (network.arc_to_location == origin)
    return " ← ".join(names)


def users_of(inputs: Inputs, result: PlanResult, resource: str, span: slice) -> tuple[User, ...]:
    """Items made with a resource, the one that earns least per hour first."""
    total = result.supply.level[:, span].sum(axis=1)
    level = {name: float(made) for name, made in zip(result.parameters.labels("operation"), total, strict=True)}
    routes = _Routes(inputs, resource, level)
    margin, axis = _unit_margin(result, span), result.parameters.axis("item")
    return tuple(
        sorted(
            (
                User(item, routes.used(item), float(margin[axis.index[item]]) / routes.hours_per_unit(item))
                for item in axis.labels
                if routes.hours_per_unit(item) > 0 and np.isfinite(margin[axis.index[item]])
            ),
            key=lambda user: user.per_hour,
        )
    )


@dataclass(frozen=True)
class _Way:
    """An operation: good units of its item per unit of level, own hours on the resource, parts it uses."""

    name: str
    share: float
    hours: float
    parts: tuple[tuple[str, float], ...]


class _Routes:
    """Ways to make every item, and what each takes of one resource, parts it is made of included.

    Of several ways to make an item those that need the resource count: a unit takes the hours of the one the plan runs
    most (``level``, by operation), of equal ones the first.
    """

    def __init__(self, inputs: Inputs, resource: str, level: Mapping[str, float]) -> None:
        routed = inputs["routings"]
        hours = dict(rows(routed[routed["resource"] == resource], "operation", "hours"))
        parts = defaultdict(list)
        for operation, part, quantity in rows(inputs["materials"], "operation", "item", "quantity"):
            parts[operation].append((part, quantity))
        self.level = level
        self.ways: dict[str, list[_Way]] = defaultdict(list)
        for name, item, share in rows(inputs["operations"], "operation", "item", "yield"):
            self.ways[item].append(_Way(name, share, hours.get(name, 0.0), tuple(parts[name])))
        self._known: dict[str, float] = {}

    def hours_per_unit(self, item: str) -> float:
        """Hours of the resource in one good unit; 0 where no way needs it (a part of itself: cut there)."""
        if item not in self._known:
            self._known[item] = 0.0
            needing = [way for way in self.ways.get(item, []) if self._through(way) > 0]
            if needing:
                way = max(needing, key=lambda way: self.level[way.name])
                self._known[item] = self._through(way) / way.share
        return self._known[item]

    def used(self, item: str) -> float:
        """Hours the plan uses for the item, in its parts too, less what goes into items made of it."""
        own = sum(self.level[way.name] * self._through(way) for way in self.ways.get(item, []))
        passed_on = sum(
            self.level[way.name] * quantity
            for ways in self.ways.values()
            for way in ways
            for part, quantity in way.parts
            if part == item
        )
        return max(own - passed_on * self.hours_per_unit(item), 0.0)

    def _through(self, way: _Way) -> float:
        return way.hours + sum(quantity * self.hours_per_unit(part) for part, quantity in way.parts)


def _unit_margin(result: PlanResult, span: slice) -> Array:
    """Net price after rebates less standard cost [I], weighted by planned demand; NaN without demand."""
    parameters, wanted = result.parameters, result.demand.planned[..., span]
    net = parameters["price"][..., span] * (1.0 - parameters["rebate"])[:, :, None]
    total = wanted.sum(axis=(1, 2))
    earned = (net * wanted).sum(axis=(1, 2)) / np.where(total > 0, total, np.nan)
    return np.asarray(earned - result.finance.standard_cost)
