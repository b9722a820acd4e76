"""From the solver's columns to the plan people read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sop.domain.parameters import Array
from sop.domain.plans import Conflict, Index, SupplyPlan
from sop.supply.case import Case
from sop.supply.solver import Solution
from sop.supply.vectors import Vectors

NEGLIGIBLE = 1e-9


@dataclass(frozen=True, eq=False)
class Answer:
    """A solved case. ``reached`` is the service-first solution short and declined are told apart with."""

    case: Case
    vectors: Vectors
    solution: Solution
    reached: Solution
    columns: Mapping[str, Index]
    conflicts: tuple[Conflict, ...] = ()

    def of(self, family: str) -> Array:
        """Values of a family [entities, buckets]."""
        return self.solution.values[self.columns[family]]


def supply_plan(answer: Answer, seconds: float) -> SupplyPlan:
    """The plan of an answer, in the axes of the Parameters."""
    case, s = answer.case, answer.case.structure
    level, shipped, stock = answer.of("level"), answer.of("shipped"), stock_on_hand(answer)
    accepted = _by_market(case, accepted_pairs(case, answer.solution, answer.columns))
    backlog = _by_market(case, answer.of("backlog"))
    opening = s.opening_backlog
    short, declined = _unmet(answer, accepted)
    bought = _bought(answer)
    in_transit = _in_transit(case, level, shipped)
    return SupplyPlan(
        status=answer.solution.status,
        goal=case.goal,
        objective=objective(answer),
        network=s.network,
        level=level,
        runs=_scattered(answer, "runs", s.setup_operations, len(s.operation_item)),
        shipped=shipped,
        stock=stock,
        opening_stock=s.opening_stock,
        in_transit=in_transit,
        opening_in_transit=s.opening_in_transit,
        receipts=s.purchase_receipts + bought,
        accepted=accepted,
        delivered=accepted - np.diff(backlog, axis=2, prepend=opening[:, :, None]),
        backlog=backlog,
        opening_backlog=opening,
        short=short,
        declined=declined,
        safety_target=case.safety_target,
        load=_load(answer),
        available=case.available + _head_hours(answer) - _service_hours(answer),
        overtime=answer.of("overtime"),
        overtime_limit=case.overtime_limit,
        extra_hours=answer.of("rented"),
        required_load=case.required_load,
        heads=answer.of("heads"),
        hires=answer.of("hires"),
        layoffs=answer.of("layoffs"),
        pool_overtime=answer.of("pool_overtime"),
        penalties=penalties(case, accepted, backlog, stock, in_transit) | _swing(answer),
        conflicts=answer.conflicts,
        extras=_extras(answer),
        seconds=seconds,
        iterations=answer.solution.iterations,
    )


def objective(answer: Answer) -> float:
    """Z; for goal cost the cost, as a positive number."""
    decided = float((answer.vectors.cost * answer.solution.values).sum())
    cost = decided + answer.vectors.constant
    return cost if answer.case.goal == "cost" else 0.0 - cost


def stock_on_hand(answer: Answer) -> Array:
    """Closing stock [N, T]: all layers together."""
    stock = answer.of("protected") + answer.of("free")
    stock[:, -1:] += answer.of("closing")
    return stock


def steering(answer: Answer) -> float:
    """Sum of the penalties that only steer: lost, late, safety, closing."""
    case = answer.case
    accepted = _by_market(case, accepted_pairs(case, answer.solution, answer.columns))
    backlog = _by_market(case, answer.of("backlog"))
    none = np.zeros_like(case.structure.purchase_receipts)
    parts = penalties(case, accepted, backlog, stock_on_hand(answer), none)
    parts |= _swing(answer)
    return float(sum(values.sum() for name, values in parts.items() if name != "capital"))


def penalties(case: Case, accepted: Array, backlog: Array, stock: Array, in_transit: Array) -> dict[str, Array]:
    """Steering terms and capital charge inside Z, by name, per bucket; positive = cost."""
    missing = np.maximum(case.safety_target - stock, 0.0)
    at_the_end = np.zeros(stock.shape[1])
    at_the_end[-1] = (case.closing_price * np.maximum(case.closing_target - stock[:, -1], 0.0)).sum()
    on_hand = (case.standard_cost[:, None] * stock).sum(axis=0)
    under_way = (case.parameters["standard_cost"][:, None] * in_transit).sum(axis=0)
    return {
        "lost": (case.lost_price * (case.wanted - accepted)).sum(axis=(0, 1)),
        "late": (case.late_price * backlog).sum(axis=(0, 1)),
        "safety": (case.safety_price * missing).sum(axis=0),
        "closing": at_the_end,
        "capital": case.capital_rate * (on_hand + under_way),
    }


def _swing(answer: Answer) -> dict[str, Array]:
    """Steering price of changing output from bucket to bucket [T]; nothing where no operation has one."""
    s = answer.case.structure
    if not len(s.change_operations):
        return {}
    cost = answer.vectors.cost[answer.columns["rise"]]
    return {"swing": (cost * (answer.of("rise") + answer.of("fall"))).sum(axis=0)}


def accepted_pairs(case: Case, solution: Solution, columns: Mapping[str, Index]) -> Array:
    """Demand taken on [D, T]: what arrives plus what is newly owed."""
    s, net = case.structure, case.structure.network
    backlog = solution.values[columns["backlog"]]
    opening = s.opening_backlog[s.pairs[:, 0], s.pairs[:, 1]]
    result = np.diff(backlog, axis=1, prepend=opening[:, None])
    shipped = solution.values[columns["shipped"]]
    arcs, pairs = s.market_arcs[:, 0], s.market_arcs[:, 1]
    for lead in np.unique(net.arc_lead[arcs]):
        chosen = net.arc_lead[arcs] == lead
        np.add.at(result[:, lead:], pairs[chosen], shipped[arcs[chosen], : s.total - lead])
    return result


def _by_market(case: Case, by_pair: Array) -> Array:
    """[D, T] -> [I, M, T]."""
    pairs = case.structure.pairs
    result = np.zeros(case.demand.planned.shape)
    result[pairs[:, 0], pairs[:, 1]] = by_pair
    return result


def _unmet(answer: Answer, accepted: Array) -> tuple[Array, Array]:
    """Short and declined. Declined is what a service-first plan under the same limits would have accepted; the rest of
    what is unmet could not be served. Goals service and cost decline only where a market has a lost_cost of its own."""
    unmet = np.maximum(answer.case.wanted - accepted, 0.0)
    if answer.reached is answer.solution:
        return unmet, np.zeros_like(unmet)
    possible = _by_market(answer.case, accepted_pairs(answer.case, answer.reached, answer.columns))
    declined = np.clip(possible - accepted, 0.0, unmet)
    if answer.case.goal != "profit":
        declined[np.isnan(answer.case.structure.terms.lost_cost)] = 0.0
    return unmet - declined, declined


def _extras(answer: Answer) -> dict[str, Array]:
    """What only some companies plan, by name; see ``SupplyPlan``."""
    s = answer.case.structure
    operations, corridors = len(s.operation_item), len(s.corridor_origin)
    return {
        "starts": _scattered(answer, "starts", s.startup_operations, operations),
        "lanes_used": _scattered(answer, "lane_used", s.opened_corridors, corridors),
        "services": _scattered(answer, "services", s.serviced_resources, len(s.base.axis("resource"))),
        "scrapped": _scattered(answer, "scrapped", s.aging_nodes, len(s.network.node_item)),
        **({"cash": answer.of("cash")} if s.cash_limited else {}),
    }


def _scattered(answer: Answer, family: str, entities: Index, count: int) -> Array:
    """Values of a family that exists for some ``entities`` only, 0 for the others [count, T]."""
    result = np.zeros((count, answer.case.structure.total))
    result[entities] = answer.of(family)
    return result


def _bought(answer: Answer) -> Array:
    """[I, T] purchases of a company without supply tables."""
    s = answer.case.structure
    result = np.zeros(s.purchase_receipts.shape)
    np.add.at(result, s.network.node_item[s.item_bought], answer.of("bought"))
    return result


def _load(answer: Answer) -> Array:
    """Hours used [R, T]."""
    routing = answer.case.structure.routing
    result = np.zeros(answer.case.available.shape)
    np.add.at(result, routing.resource, routing.hours[:, None] * answer.of("level")[routing.operation])
    runs = _scattered(answer, "runs", answer.case.structure.setup_operations, len(answer.case.structure.operation_item))
    np.add.at(result, routing.resource, routing.setup_hours[:, None] * runs[routing.operation])
    return result


def _head_hours(answer: Answer) -> Array:
    """Regular hours people give [R, T]."""
    result = np.zeros(answer.case.available.shape)
    hours = answer.case.parameters["pool_hours_per_worker"] * answer.of("heads")
    np.add.at(result, answer.case.structure.pool_resource, hours)
    return result


def _service_hours(answer: Answer) -> Array:
    """Hours taken by scheduled maintenance [R, T]."""
    s = answer.case.structure
    result = np.zeros(answer.case.available.shape)
    result[s.serviced_resources] = s.service_hours[:, None] * answer.of("services")
    return result


def _in_transit(case: Case, level: Array, shipped: Array) -> Array:
    """Owned and under way [I, T] at the end of each bucket: open orders already owned, goods on lanes, work started,
    parts at a supplier for what has not been received."""
    s, net, recipe = case.structure, case.structure.network, case.structure.recipe
    result = s.opening_in_transit[:, None] - np.cumsum(s.transit_receipts, axis=1)
    _add_under_way(result, net.arc_item, shipped, net.arc_lead)
    out = np.flatnonzero(recipe.quantity > 0)
    started = recipe.quantity[out, None] * level[recipe.operation[out]]
    _add_under_way(result, net.node_item[recipe.node[out]], started, recipe.lead[out])
    sent = np.flatnonzero(recipe.lead < 0)
    coming = -recipe.quantity[sent, None] * level[recipe.operation[sent]]
    _add_sent_ahead(result, net.node_item[recipe.node[sent]], coming, -recipe.lead[sent])
    return result


def _add_sent_ahead(target: Array, items: Index, coming: Array, leads: Index) -> None:
    """Add what has been sent for what comes back in the next ``lead`` buckets."""
    for lead in np.unique(leads):
        chosen = leads == lead
        total = np.cumsum(coming[chosen], axis=1)
        until = np.minimum(np.arange(coming.shape[1]) + lead, coming.shape[1] - 1)
        np.add.at(target, items[chosen], total[:, until] - total)


def _add_under_way(target: Array, items: Index, sent: Array, leads: Index) -> None:
    """Add what was sent in the last ``lead`` buckets."""
    for lead in np.unique(leads[leads > 0]):
        chosen = leads == lead
        total = np.cumsum(sent[chosen], axis=1)
        total[:, lead:] -= total[:, :-lead].copy()
        np.add.at(target, items[chosen], total)
