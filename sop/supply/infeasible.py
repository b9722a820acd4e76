"""Names for what collides: the hard limits that had to give way, in the planner's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from sop.domain.parameters import Array
from sop.domain.plans import Conflict, Index
from sop.supply.case import Case
from sop.supply.elastic import Relaxed, Spring
from sop.supply.structure import Structure

NEGLIGIBLE = 1e-6
_FLOWS = ("accepted_demand", "group_promise", "level", "shipped", "resource_capacity")
_UNITS = {
    "heads": "heads",
    "storage_capacity": "storage units",
    "resource_capacity": "hours",
    "inventory_value": "money",
    "cash": "money",
    "maintenance_total": "machines",
}
_OF_THE_COMPANY = {"inventory_value": "Limit on inventory value", "cash": "Least closing cash"}
_HOLDING = {
    "resource_capacity": ("resource", "hours of"),
    "supplier_limit": ("supplier", "limit of"),
    "corridor_capacity": ("corridor", "capacity of lane"),
    "storage_capacity": ("location", "storage of"),
}


def conflicts(case: Case, relaxed: Relaxed, rows: Mapping[str, tuple[Index, Index]]) -> tuple[Conflict, ...]:
    """One conflict per limit that gave way, largest relaxation first.

    Limits on a flow (demand, levels, shipments) add up over buckets; limits on a level (stock, heads) take the worst
    bucket. What kept them from being met is named with them: hours, suppliers, lanes, storage, and the promises, stocks
    and bands that would have had to give way in their place.
    """
    found: list[Conflict] = []
    for spring, stretch in _merged(relaxed.stretch).items():
        for row in np.flatnonzero(stretch.max(axis=1, initial=0.0) > NEGLIGIBLE):
            entity = int(rows[spring.family][0][row]) if spring.of_rows else int(row)
            when = "over the horizon" if spring.family.endswith("_total") else _when(case, stretch[row])
            against = _against(case, relaxed, rows, (spring.family, entity))
            name = f"{_name(case.structure, spring, entity)} ({when}){against}"
            amount = stretch[row].sum() if spring.family in _FLOWS else stretch[row].max()
            found.append(Conflict(name, float(amount), _UNITS.get(spring.family, "units")))
    return tuple(sorted(found, key=lambda conflict: -conflict.relaxation))


def _merged(stretch: Mapping[Spring, Array]) -> dict[Spring, Array]:
    """Layers of one stock are one limit."""
    result = dict(stretch)
    floor, low = Spring("free", "lower"), result.pop(Spring("protected", "lower"))
    result[floor] = result[floor] + low
    result[floor][:, -1:] += result.pop(Spring("closing", "lower"))
    return result


def _when(case: Case, stretch: Array) -> str:
    """First and last bucket in which a limit gave way."""
    labels = case.structure.base.horizon.labels[-len(stretch) :]
    touched = [label for label, part in zip(labels, stretch, strict=True) if part > NEGLIGIBLE]
    return touched[0] if len(touched) == 1 else f"{touched[0]} to {touched[-1]}"


def _name(s: Structure, spring: Spring, entity: int) -> str:
    base, least = s.base, "Least" if spring.side == "lower" else "Most"
    if spring.family in ("accepted_demand", "backlog", "demand_total"):
        return _promise(s, spring, entity)
    if spring.family == "group_promise":
        group, item = divmod(entity, len(base.axis("item")))
        return f"Contract minimum of {base.labels('item')[item]} for customer group {s.groups.labels[group]}"
    if spring.family in _OF_THE_COMPANY:
        return _OF_THE_COMPANY[spring.family]
    if spring.family in ("protected", "closing", "free"):
        item, place = s.network.node_item[entity], s.network.node_location[entity]
        return f"{least} stock of {base.labels('item')[item]} at {base.labels('location')[place]}"
    if spring.family == "shipped":
        lane, item = s.network.arc_lane[entity], s.network.arc_item[entity]
        return f"Lane minimum of {base.labels('lane')[lane]} for {base.labels('item')[item]}"
    axis, words = {
        "level": ("operation", "Minimum of"),
        "heads": ("pool", f"{least} heads of"),
        "storage_capacity": ("location", "Storage capacity of"),
        "corridor_capacity": ("corridor", "Capacity of lane"),
        "inbound_capacity": ("location", "Inbound capacity of"),
        "resource_capacity": ("resource", "No idle hours on"),
        "operation_total": ("operation", "Least total of"),
        "maintenance_total": ("resource", "Maintenance of"),
    }[spring.family]
    return f"{words} {base.labels(axis)[entity]}"


def _promise(s: Structure, spring: Spring, pair: int) -> str:
    item, market = s.pairs[pair]
    kept = "Firm demand" if s.firm[market] else "Contract minimum"
    total = "Least total demand" if spring.side == "lower" else "Most total demand"
    what = {"backlog": "Backlog limit", "demand_total": total}.get(spring.family, kept)
    return f"{what} of {s.base.labels('item')[item]} in {s.base.labels('market')[market]}"


def _against(case: Case, relaxed: Relaxed, rows: Mapping[str, tuple[Index, Index]], yielding: tuple[str, int]) -> str:
    """Up to three capacities whose lack kept the limits from being met, the scarcest first; then of every kind of limit
    that stood against those that gave way the hardest. None stands against itself (family and entity ``yielding``)."""
    found = sorted(_scarce(case, relaxed.held, rows, yielding), key=lambda pair: -pair[0])
    names = list(dict.fromkeys(name for _, name in found))[:3] + _resisting(case, relaxed, rows)
    return f" against {', '.join(names)}" if names else ""


def _resisting(case: Case, relaxed: Relaxed, rows: Mapping[str, tuple[Index, Index]]) -> list[str]:
    """The hardest limit of every kind that held, and how many more like it did."""
    yielded = {name for _, name, _ in _limits(case, relaxed.stretch, rows)}
    kinds: dict[str, dict[str, float]] = {}
    for spring, name, price in _limits(case, relaxed.resisting, rows):
        if name not in yielded and (spring.family not in _HOLDING or spring.side == "lower"):
            names = kinds.setdefault(_kind(spring), {})
            names[name] = max(names.get(name, 0.0), price)
    return [_hardest(names) for names in kinds.values()]


def _limits(
    case: Case, amounts: Mapping[Spring, Array], rows: Mapping[str, tuple[Index, Index]]
) -> Iterator[tuple[Spring, str, float]]:
    """Limits with an amount in some bucket: spring, name, largest amount."""
    for spring, amount in amounts.items():
        largest = amount.max(axis=1, initial=0.0)
        for row in np.flatnonzero(largest > NEGLIGIBLE):
            entity = int(rows[spring.family][0][row]) if spring.of_rows else int(row)
            yield spring, _name(case.structure, spring, entity), float(largest[row])


def _kind(spring: Spring) -> str:
    """Layers of one stock are of one kind."""
    family = "stock" if spring.family in ("protected", "closing", "free") else spring.family
    return f"{family} {spring.side}"


def _hardest(names: Mapping[str, float]) -> str:
    hardest = max(names, key=lambda name: names[name])
    more = f" and {len(names) - 1} more like it" if len(names) > 1 else ""
    return f"{hardest[0].lower()}{hardest[1:]}{more}"


def _scarce(
    case: Case, held: Array, rows: Mapping[str, tuple[Index, Index]], yielding: tuple[str, int]
) -> Iterator[tuple[float, str]]:
    """Price and name of every capacity that is used up (limits from above: their duals are below 0)."""
    for family, (axis, words) in _HOLDING.items():
        entities, at = rows[family]
        weight = np.maximum(-held[at], 0.0).max(axis=1, initial=0.0)
        for row in np.flatnonzero(weight > NEGLIGIBLE):
            if (family, int(entities[row])) == yielding:
                continue
            yield float(weight[row]), f"{words} {case.structure.base.labels(axis)[entities[row]]}"
