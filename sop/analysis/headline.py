"""One plain sentence: what a scenario does to EBITDA, what binds, what customers feel, what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import floor, isfinite, log10

import pandas as pd

from sop.analysis.advice import Advice
from sop.analysis.exceptions import full_resources, full_suppliers, shortages
from sop.analysis.references import Reference
from sop.analysis.upstream import upstream
from sop.analysis.wording import bucket_ranges, money, percentage_points, signed_money, units
from sop.domain.inputs import Inputs
from sop.domain.plans import PlanResult
from sop.finance import Window, budget_gap, kpis

LONGEST = 200
_NAMES = {"approved": "last approved", "budget": "budget", "prior_year": "prior year"}
_MOSTLY = 0.5  # share from which one market is "mostly"


@dataclass(frozen=True)
class _Room:
    """How much may be said: longest name, and which of the lesser parts."""

    name: int = 30
    offered: bool = True
    second_limit: bool = True
    market: bool = True
    binding: bool = True
    consequence: bool = True


_ROOMS = (
    _Room(),
    _Room(20),
    _Room(20, second_limit=False),
    _Room(20, second_limit=False, offered=False),
    _Room(16, second_limit=False, offered=False),
    _Room(16, second_limit=False, offered=False, market=False),
    _Room(14, second_limit=False, offered=False, market=False, binding=False),
    _Room(12, False, False, False, False, False),
)


@dataclass(frozen=True, eq=False)
class _Told:
    """What the sentence is made of, looked up once."""

    inputs: Inputs
    reference: PlanResult | Reference
    result: PlanResult
    window: Window
    lost: pd.DataFrame
    family: str
    limits: tuple[tuple[str, str], ...]  # name, what it is and when
    next_action: Advice | None

    @property
    def plan(self) -> PlanResult | None:
        """The plan behind the reference, where there is one."""
        return self.reference.plan if isinstance(self.reference, Reference) else self.reference

    @cached_property
    def ebitda(self) -> float:
        """The plan's own."""
        return kpis(self.inputs, self.result, self.window).ebitda

    @cached_property
    def before(self) -> float:
        """The reference plan's EBITDA."""
        return kpis(self.inputs, self.plan, self.window).ebitda if self.plan else float("nan")

    @cached_property
    def offered(self) -> float:
        """What demand would bring against the reference plan if all of it could be supplied."""
        return _unconstrained(self.result, self.window) - _unconstrained(self.plan, self.window) if self.plan else 0.0

    @cached_property
    def budget(self) -> str:
        """EBITDA beside the budget; blank without one."""
        return _against_budget(self.inputs, self.result, self.window, self.ebitda)


def headline(
    inputs: Inputs,
    reference: PlanResult | Reference,
    result: PlanResult,
    window: Window,
    next_action: Advice | None = None,
) -> str:
    """At most 200 characters, such as "EBITDA +412k vs Base; demand offers +1.30M. Line 2 full Sep-Nov; 31.0k kettles
    short (1.24M, mostly UK). Next: October overtime, +200k."

    *Demand offers* is the part of the difference that demand, price, promotion and marketing would bring if all of it
    could be supplied. Of full resources and suppliers those are named that lie upstream of what is short. A plan that
    is its own reference is held against the budget. Where room is short, names are cut first, then the lesser parts.
    """
    lost = shortages(result, window)
    family = _worst_family(lost)
    limits = tuple(_limits(inputs, result, window, family))
    told = _Told(inputs, reference, result, window, lost, family, limits, next_action)
    texts = (_text(told, room) for room in _ROOMS)
    shortest = ""
    for text in texts:
        if len(text) <= LONGEST:
            return text
        shortest = text
    return shortest[: LONGEST - 1] + "…"


def _text(told: _Told, room: _Room) -> str:
    conflict = [_conflict(told.result)] if told.result.supply.conflicts else []
    binding = _binding(told, room) if room.binding else ""
    consequence = _consequence(told, room) if room.consequence else ""
    text = _joined([_opening(told, room), *conflict, *(part for part in (binding, consequence) if part)])
    return text if told.next_action is None else f"{text} Next: {_step(told.next_action, room)}."


def _joined(parts: list[str]) -> str:
    first, *others = parts
    rest = "; ".join(others)
    return f"{first}." + (f" {rest[0].upper()}{rest[1:]}." if rest else "")


def _opening(told: _Told, room: _Room) -> str:
    reference, plan = told.reference, told.plan
    if isinstance(reference, Reference) and (plan is None or reference.kind == "approved"):
        name = _NAMES.get(reference.kind, reference.title)
        return _against_plan(told, name, room) if plan else _against_figures(told, reference, name, room)
    if plan is None or _is_same(plan, told.result):
        return told.budget or f"EBITDA {money(told.ebitda)}"
    return _against_plan(told, plan.scenario.name, room)


def _is_same(reference: PlanResult, result: PlanResult) -> bool:
    return reference.scenario_key == result.scenario_key


def _against_figures(told: _Told, reference: Reference, title: str, room: _Room) -> str:
    difference, name = reference.difference("ebitda", told.ebitda), _short(title, room.name)
    if difference is None:
        return f"EBITDA {money(told.ebitda)}, unknown for {name}"
    if abs(difference) < _last_digit(told.ebitda) / 2:
        return f"EBITDA {money(told.ebitda)}, as in {name}"
    return f"EBITDA {signed_money(difference)} vs {name}"


def _against_plan(told: _Told, title: str, room: _Room) -> str:
    before, after, offered = told.before, told.ebitda, told.offered
    precision = _last_digit(before) / 2
    name = _short(title, room.name)
    if abs(after - before) < precision:
        text = f"EBITDA {money(after)}, as in {name}"
    else:
        text = f"EBITDA {signed_money(after - before)} vs {name}"
    if not room.offered or abs(offered - (after - before)) < max(precision, 0.05 * abs(after - before)):
        return text
    return f"{text}; demand {f'offers {signed_money(offered)}' if abs(offered) >= precision else 'unchanged'}"


def _unconstrained(plan: PlanResult, window: Window) -> float:
    """Margin at standard cost after rebates, promotion and marketing, were all demand delivered when due."""
    span, parameters = window.planned, plan.parameters
    given_away = (parameters["promotion"] + parameters["promotion_discount"])[..., span]
    kept = 1.0 - parameters["rebate"][:, :, None] - given_away
    margin = parameters["price"][..., span] * kept - plan.finance.standard_cost[:, None, None]
    spent = plan.finance.lines["marketing"][span].sum() + parameters["promotion_cost"][span].sum()
    return float((margin * plan.demand.planned[..., span]).sum() - spent)


def _against_budget(inputs: Inputs, result: PlanResult, window: Window, own: float) -> str:
    """EBITDA beside the budget; blank without one."""
    gaps = budget_gap(inputs, result, window, ["ebitda"])
    gap = gaps[gaps["family"] == ""]
    if gap.empty:
        return ""
    ebitda = f"EBITDA {money(own)}"
    amount, budgeted = float(gap["gap"].iloc[0]), int(gap["buckets"].iloc[0])
    partly = f" in the {budgeted} {result.horizon.bucket}s budgeted" if budgeted < window.last - window.first else ""
    if abs(amount) < _last_digit(float(gap["budget"].iloc[0])) / 2:
        return f"{ebitda}, on budget{partly}"
    return f"{ebitda}, {money(abs(amount))} {'over' if amount > 0 else 'under'} budget{partly}"


def _limits(inputs: Inputs, result: PlanResult, window: Window, family: str) -> Iterator[tuple[str, str]]:
    """The resource and the supplier that are full for longest, of those that family needs (of all without one)."""
    resources, suppliers = full_resources(result, window), full_suppliers(inputs, result, window)
    if family:
        needed_resources, needed_suppliers = upstream(inputs, family)
        resources = resources[resources["resource"].isin(needed_resources)]
        suppliers = suppliers[suppliers["supplier"].isin(needed_suppliers)]
    for frame, column, state in ((resources, "resource", "full"), (suppliers, "supplier", "at its limit")):
        if not frame.empty:
            row = frame.iloc[int(frame["buckets"].map(len).to_numpy().argmax())]
            yield str(row[column]), f"{state} {bucket_ranges(result.horizon, row['buckets'])}"


def _binding(told: _Told, room: _Room) -> str:
    named = told.limits if room.second_limit else told.limits[:1]
    return ", ".join(f"{_short(name, room.name)} {state}" for name, state in named)


def _worst_family(lost: pd.DataFrame) -> str:
    """The family that misses most money (most units where nothing has a price)."""
    if lost.empty:
        return ""
    by_family = lost.assign(units=lost["short"] + lost["declined"] + lost["late"]).groupby("family", sort=False)
    total = by_family[["money", "units"]].sum()
    return str(total["money" if total["money"].any() else "units"].idxmax())


def _consequence(told: _Told, room: _Room) -> str:
    """How many units of the worst family are short, declined or late, in money, and mostly where."""
    if not told.family:
        return "all demand met" if told.inputs.has_supply else "no supply tables, so all demand counts as met"
    chosen = told.lost[told.lost["family"] == told.family]
    sums = chosen[["short", "declined", "late"]].sum()
    kind = str(sums.idxmax())
    worst = f"{units(float(sums[kind]))} {_short(_lower(told.family), room.name)} {kind}"
    said = [money(float(chosen["money"].sum()))] if kind != "late" and chosen["money"].any() else []
    by_market = chosen.groupby("market", sort=False)[kind].sum()
    if room.market and by_market.max() >= _MOSTLY * by_market.sum():
        market = _short(str(by_market.idxmax()), room.name)
        said.append(f"{'mostly' if len(by_market) > 1 else 'all'} {market}")
    return worst + (f" ({', '.join(said)})" if said else "")


def _step(action: Advice, room: _Room) -> str:
    """October overtime, +200k; what it does for service where it earns nothing."""
    name = _short(action.short, max(2 * room.name, 28))
    gain = signed_money(action.ebitda)
    if action.helps[:1] == ("service",):
        gain = f"expected fill {percentage_points(action.effect.expected_fill)}"
    elif action.helps[:1] == ("cash",):
        gain = f"cash low {signed_money(action.effect.cash_low)}"
    return f"{name}, {gain}"


def _conflict(result: PlanResult) -> str:
    first = result.supply.conflicts[0]
    return f"hard limits collide: {_short(first.limit, 80)}"


def _last_digit(value: float) -> float:
    """Size of the third significant digit."""
    return 10.0 ** (floor(log10(abs(value))) - 2) if isfinite(value) and abs(value) >= 1 else 1.0


def _short(name: str, longest: int = 30) -> str:
    return name if len(name) <= longest else name[: longest - 1] + "…"


def _lower(family: str) -> str:
    """Kettles -> kettles, but TV and iPads stay."""
    return family.lower() if family.istitle() else family
