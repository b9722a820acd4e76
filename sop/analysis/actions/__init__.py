"""What could be done about a plan: candidate turns of levers, read off where it binds; what helps, solving tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sop.analysis.actions import capacity, demand, flow, stock
from sop.analysis.actions.action import Action
from sop.analysis.actions.situation import Situation, situation

__all__ = ["Action", "Situation", "actions", "situation"]

KINDS: tuple[Callable[[Situation], Iterator[Action]], ...] = (
    capacity.overtime,
    capacity.extra_shift,
    capacity.moved_downtime,
    capacity.more_people,
    flow.supplier_limit,
    flow.subcontract,
    stock.build_ahead,
    stock.more_storage,
    demand.moved_promotion,
    demand.price_rise,
    flow.purchase_minimum,
    demand.contract_minimum,
    stock.safety_stock,
    flow.lane_capacity,
    capacity.more_hours,
)


def actions(where: Situation, most: int) -> list[Action]:
    """At most ``most`` candidates. Where there are more, every kind keeps its first ones in turn."""
    waiting = [list(kind(where)) for kind in KINDS]
    chosen: list[list[Action]] = [[] for _ in waiting]
    while any(waiting) and sum(map(len, chosen)) < most:
        for kind, rest in zip(chosen, waiting, strict=True):
            if rest and sum(map(len, chosen)) < most:
                kind.append(rest.pop(0))
    return [action for kind in chosen for action in kind]
