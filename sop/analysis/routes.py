"""The way an item takes to a market, and who else needs the resource on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sop.domain.inputs import Inputs, rows
from sop.domain.parameters import Array
from sop.domain.plans import PlanResult

_DEEPEST = 20


@dataclass(frozen=True)
class User:
    """One item a resource works for: hours used in the window, and what it earns per hour of the resource (net price
    after rebates less standard cost, over markets by demand, divided by hours per unit)."""

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
    hours, used = hours_per_unit(inputs, resource), _hours_used(inputs, result, resource, span)
    margin, axis = _unit_margin(result, span), result.parameters.axis("item")
    found = [
        User(item, used.get(item, 0.0), float(margin[axis.index[item]]) / hours[item])
        for item in axis.labels
        if hours.get(item, 0.0) > 0 and np.isfinite(margin[axis.index[item]])
    ]
    return tuple(sorted(found, key=lambda user: user.per_hour))


def hours_per_unit(inputs: Inputs, resource: str) -> dict[str, float]:
    """Hours of ``resource`` in one good unit of every item that is made, parts it is made of included.

    Of several ways to make an item the first counts.
    """
    first: dict[str, tuple[str, float]] = {}
    for operation, item, share in rows(inputs["operations"], "operation", "item", "yield"):
        first.setdefault(item, (operation, share))
    routed = {
        name: hours
        for name, own, hours in rows(inputs["routings"], "operation", "resource", "hours")
        if own == resource
    }
    parts: dict[str, list[tuple[str, float]]] = {}
    for operation, item, quantity in rows(inputs["materials"], "operation", "item", "quantity"):
        parts.setdefault(operation, []).append((item, quantity))

    def of(item: str, depth: int) -> float:
        if item not in first or depth > _DEEPEST:
            return 0.0
        operation, share = first[item]
        inside = sum(quantity * of(part, depth + 1) for part, quantity in parts.get(operation, []))
        return float((routed.get(operation, 0.0) + inside) / share)

    return {item: of(item, 0) for item in first}


def _hours_used(inputs: Inputs, result: PlanResult, resource: str, span: slice) -> dict[str, float]:
    """Hours used in the window by main item of the operations routed there."""
    level = dict(zip(result.parameters.labels("operation"), result.supply.level[:, span].sum(axis=1), strict=True))
    item_of = dict(rows(inputs["operations"], "operation", "item"))
    used: dict[str, float] = {}
    for operation, own, hours in rows(inputs["routings"], "operation", "resource", "hours"):
        if own == resource:
            used[item_of[operation]] = used.get(item_of[operation], 0.0) + hours * float(level[operation])
    return used


def _unit_margin(result: PlanResult, span: slice) -> Array:
    """Net price after rebates less standard cost [I], weighted by planned demand; NaN without demand."""
    parameters, wanted = result.parameters, result.demand.planned[..., span]
    net = parameters["price"][..., span] * (1.0 - parameters["rebate"])[:, :, None]
    total = wanted.sum(axis=(1, 2))
    earned = (net * wanted).sum(axis=(1, 2)) / np.where(total > 0, total, np.nan)
    return np.asarray(earned - result.finance.standard_cost)
