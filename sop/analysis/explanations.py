"""Why a plan is as it is, each statement confirmed by planning again without what it blames.

Every limit that binds is eased in turn as far as its lever goes; what then is served, no longer made early or no longer
made outside, was so because of that limit. Contracts and safety stocks are dropped in turn; what that brings is what
they cost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from pydantic import ValidationError

from sop.analysis.actions import Action, Situation, capacity, demand, flow, situation, stock
from sop.analysis.actions.action import added
from sop.analysis.applying import applied
from sop.analysis.effect import Effect, effect_of, plan_figures
from sop.analysis.routes import User, chain_of, users_of
from sop.analysis.wording import bucket_ranges, money, units
from sop.domain.errors import ScenarioError
from sop.domain.inputs import Inputs
from sop.domain.levers import LEVERS
from sop.domain.parameters import Array
from sop.domain.plans import PlanResult, SolveStatus
from sop.domain.scenario import ALL, Override, Scenario
from sop.finance import Window

_UNITS = 0.5
_TOUCHING = 1.0
"""Money between a plan and a limit it is said to touch."""
_OF_MONEY = {"cash_limit": "closing cash", "inventory_limit": "inventory value"}
_MOST = 5
_MOST_CONTRACTS = 24
_NEARLY = 0.9
_SHARE = 0.05  # of a shortage that easing a limit must bring back for the limit to be named
_TAKEN = {"subcontract": "made outside", "buy": "bought"}
_EASING: tuple[tuple[str, Callable[[Situation], Iterator[Action]]], ...] = (
    ("hours of", capacity.more_hours),
    ("heads in", capacity.more_people),
    ("more from", flow.supplier_limit),
    ("room at", stock.more_storage),
    ("room on the lane", flow.lane_capacity),
)

Solve = Callable[[Scenario], PlanResult]


@dataclass(frozen=True)
class Explanation:
    """One confirmed statement.

    ``kind``: short, early, outside, contract, minimum, safety, limit. ``amount`` in units (short, early, outside) and
    ``worth`` in money: sales brought back, stock tied up, or what dropping the commitment brings. ``users``:
    what else needs the resource blamed, with what each earns per hour of it.
    """

    kind: str
    subject: str
    text: str
    amount: float
    worth: float
    cause: str = ""
    users: tuple[User, ...] = ()


@dataclass(frozen=True, eq=False)
class _Eased:
    """A limit eased, and the plan that leads to."""

    words: str
    name: str
    months: str
    first: int
    plan: PlanResult

    @property
    def cause(self) -> str:
        """What would have to be more."""
        return f"{self.words} {self.name}"

    @property
    def state(self) -> str:
        """Line 2, full Sep-Nov."""
        return f"{self.name}, {self.limit} {self.months}"

    @property
    def limit(self) -> str:
        """How the limit is told: full, at its limit."""
        return "at its limit" if self.words in ("more from", "heads in") else "full"


def explanations(inputs: Inputs, solve: Solve, scenario: Scenario, window: Window) -> list[Explanation]:
    """Why items are short, made early or made outside, and what commitments cost; most money first within each.

    Empty for a plan that is not optimal. One solve per binding limit and per commitment: not for the path of a slider.
    """
    base = solve(scenario)
    if base.supply.status is not SolveStatus.OPTIMAL:
        return []
    where = situation(inputs, base, window)
    eased = list(_eased(where, solve, scenario))
    told = [*_short(where, eased), *_early(where, eased), *_outside(where, eased)]
    return [*told, *_commitments(where, solve, scenario)]


def _eased(where: Situation, solve: Solve, scenario: Scenario) -> Iterator[_Eased]:
    for words, kind in _EASING:
        seen: set[str] = set()
        for action in kind(where):
            if action.group in seen:
                continue
            seen.add(action.group)
            turns = tuple(turn.model_copy(update={"value": LEVERS[turn.lever].maximum}) for turn in action.overrides)
            plan = _planned(solve, scenario, turns)
            if plan is not None:
                name, first = action.group.partition(" ")[2], _first(where, turns[0])
                yield _Eased(words, name, _months(where, turns[0]), first, plan)


def _planned(solve: Solve, scenario: Scenario, turns: tuple[Override, ...]) -> PlanResult | None:
    try:
        plan = solve(applied(scenario, turns))
    except (ScenarioError, ValidationError):
        return None
    return plan if plan.supply.status is SolveStatus.OPTIMAL else None


def _short(where: Situation, eased: list[_Eased]) -> Iterator[Explanation]:
    """For every item and market that is short: the limit whose easing brings back most (of nearly equal ones resources
    before suppliers before storage before lanes), and the way to it."""
    axes, span = where.result.parameters, where.window.planned
    missing = _unmet(where.result)[..., span].sum(axis=2)
    for item, market, lost in where.lost[["item", "market", "money"]].itertuples(index=False):
        cell = axes.axis("item").index[item], axes.axis("market").index[market]
        brought = [float(missing[cell] - _unmet(one.plan)[cell][span].sum()) for one in eased]
        most = max(brought, default=0.0)
        if missing[cell] <= _UNITS or most < _SHARE * missing[cell]:
            continue
        best = next(at for at, units_ in enumerate(brought) if units_ >= _NEARLY * most)
        blamed, share = eased[best], min(brought[best] / float(missing[cell]), 1.0)
        users = users_of(where.inputs, where.result, blamed.name, span) if blamed.words == "hours of" else ()
        text = (
            f"{units(float(missing[cell]))} {where.inputs.item_titles[item]} short in {market} ({money(lost)}): "
            f"{chain_of(where.inputs, where.result, item, market)} ← {blamed.state}. "
            f"With more {blamed.cause.removeprefix('more ')} {100 * share:.0f} % of it would be served."
        )
        yield Explanation("short", f"{item} in {market}", text, brought[best], share * lost, blamed.cause, users)


def _unmet(plan: PlanResult) -> Array:
    return np.asarray(plan.supply.short + plan.supply.declined)


def _early(where: Situation, eased: list[_Eased]) -> Iterator[Explanation]:
    """Items of which less would lie in stock before a limit binds if it did not."""
    cost, items = where.result.finance.standard_cost, where.result.parameters.labels("item")
    for one in eased:
        if one.words == "room at" or one.first == 0:
            continue
        ahead = _stock(where.result)[:, one.first - 1] - _stock(one.plan)[:, one.first - 1]
        worth = ahead * cost
        for item in np.argsort(-worth, kind="stable")[:_MOST]:
            if ahead[item] > _UNITS:
                name = where.inputs.item_titles[items[item]]
                text = (
                    f"{units(float(ahead[item]))} {name} ({money(float(worth[item]))}) made ahead of "
                    f"{one.months}, when {one.name} is full."
                )
                yield Explanation("early", items[item], text, float(ahead[item]), float(worth[item]), one.cause)


def _stock(plan: PlanResult) -> Array:
    """On hand over all locations [I, T]."""
    result = np.zeros((len(plan.finance.standard_cost), plan.supply.stock.shape[1]))
    np.add.at(result, plan.supply.network.node_item, plan.supply.stock)
    return result


def _outside(where: Situation, eased: list[_Eased]) -> Iterator[Explanation]:
    """Work given outside that would be done inside, and purchases that would be made or come from elsewhere, if a limit
    did not bind."""
    axis, span = where.result.parameters.axis("operation"), where.window.planned
    fee = where.result.parameters["operation_cost"] + where.result.parameters["material_cost"]
    ways = Counter(axis.groups["item"])
    for row, kind in enumerate(axis.groups["kind"]):
        item = axis.groups["item"][row]
        if kind == "make" or (kind == "buy" and ways[item] == 1):
            continue
        for one in eased:
            less = (where.result.supply.level - one.plan.supply.level)[row, span]
            if less.sum() > _UNITS:
                paid = float((less * fee[row, span]).sum())
                name = where.inputs.item_titles[item]
                text = (
                    f"{units(float(less.sum()))} {name} ({money(paid)}) {_TAKEN[kind]} because "
                    f"{one.name} is {one.limit} {one.months}."
                )
                yield Explanation("outside", item, text, float(less.sum()), paid, one.cause)


def _commitments(where: Situation, solve: Solve, scenario: Scenario) -> Iterator[Explanation]:
    """What contracts, purchase minimums and safety stocks cost: the plan again without each."""
    before = plan_figures(where.inputs, where.result, where.window)
    for kind, subject, turns in _dropped(where):
        plan = _planned(solve, scenario, turns)
        if plan is not None:
            effect = effect_of(before, plan_figures(where.inputs, plan, where.window))
            yield Explanation(kind, subject, _cost_in_words(subject, effect), 0.0, effect.ebitda + effect.later)


def _dropped(where: Situation) -> Iterator[tuple[str, str, tuple[Override, ...]]]:
    for action in demand.contracts_dropped(where, _MOST_CONTRACTS):
        yield "contract", f"The contract minimum for {action.group.removeprefix('contract ')}", action.overrides
    for subject, turn in demand.promises_dropped(where, _MOST_CONTRACTS):
        yield "contract", subject, (turn,)
    for action in flow.purchase_minimum(where):
        subject = f"The minimum of {action.group.removeprefix('minimum ')}"
        yield "minimum", subject, (action.overrides[0].model_copy(update={"first": "", "last": ""}),)
    for family in where.families:
        if stock.has_target(where, family):
            turns = (added(where.horizon, name, 0.0, f"family={family}") for name in ("safety_days", "safety_stock"))
            none = tuple(turn.model_copy(update={"operation": "multiply", "value": 0.0}) for turn in turns)
            yield "safety", f"Safety stock of {family}", none
    yield from _limits_in_money(where.result)


def _limits_in_money(plan: PlanResult) -> Iterator[tuple[str, str, tuple[Override, ...]]]:
    """The limits on closing cash and inventory value, where the plan touches them, each lifted."""
    span = slice(0, plan.horizon.periods)
    room = {
        "cash_limit": plan.finance.cash["closing_cash"] - plan.parameters["cash_limit"],
        "inventory_limit": plan.parameters["inventory_limit"] - plan.finance.inventory_value,
    }
    lifted = {"cash_limit": LEVERS["cash_limit"].minimum, "inventory_limit": LEVERS["inventory_limit"].maximum}
    for name, left in room.items():
        touched = np.flatnonzero(left[span] < _TOUCHING).tolist()
        if touched:
            months = bucket_ranges(plan.horizon, touched)
            subject = f"The limit on {_OF_MONEY[name]}, reached {months},"
            yield "limit", subject, (added(plan.horizon, name, lifted[name], ALL),)


def _cost_in_words(subject: str, effect: Effect) -> str:
    """The contract costs 3.2k of EBITDA and ties up 12k of cash at the low point."""
    gain = effect.ebitda + effect.later
    parts = [f"costs {money(gain)} of EBITDA" if gain > _UNITS else "costs no EBITDA"]
    if effect.cash_low > _UNITS:
        parts.append(f"{money(effect.cash_low)} of cash at its low point")
    text = f"{subject} {' and '.join(parts)}."
    points = -100 * effect.expected_fill
    return f"{text} Without it the expected fill rate falls by {points:.2f} points." if points >= 0.005 else text


def _first(where: Situation, turn: Override) -> int:
    return where.horizon.index_of_label(turn.first) if turn.first else 0


def _months(where: Situation, turn: Override) -> str:
    last = where.horizon.index_of_label(turn.last) if turn.last else where.horizon.periods - 1
    return bucket_ranges(where.horizon, range(_first(where, turn), last + 1))
