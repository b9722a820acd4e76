"""What one more hour of a full resource is worth, how far that holds, and what a per cent of it brings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
from pydantic import ValidationError

from sop.analysis.actions.action import added, months
from sop.analysis.applying import applied
from sop.analysis.effect import effect_of, plan_figures
from sop.analysis.wording import compact, money
from sop.domain.errors import ScenarioError
from sop.domain.inputs import Inputs
from sop.domain.plans import PlanResult, SolveStatus
from sop.domain.scenario import Scenario
from sop.finance import Window

_MOST = 8
_PERCENT = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
_LEAST = 0.005  # money per hour, below which an hour is worth nothing

Solve = Callable[[Scenario], PlanResult]


@dataclass(frozen=True)
class Gain:
    """What ``percent`` more hours, that is ``hours``, bring in EBITDA, now and later, by planning again."""

    percent: float
    hours: float
    money: float


@dataclass(frozen=True)
class Bottleneck:
    """A resource in a bucket where one more hour is worth something.

    ``per_hour``: money one more hour earns over the horizon (steering prices left out), measured by solving with one
    more; it holds for up to ``room`` hours more where ``confirmed`` (the dual said the same), else for that hour alone.
    ``gains``: of 1 % more hours in that bucket and on, as long as a further per cent brings half of what the first did.
    """

    resource: str
    bucket: int
    per_hour: float
    room: float
    confirmed: bool
    gains: tuple[Gain, ...]
    text: str


def bottlenecks(
    inputs: Inputs, solve: Solve, scenario: Scenario, window: Window, prices: pd.DataFrame
) -> list[Bottleneck]:
    """The window's bottlenecks, most money per hour first. ``prices``: the plan's shadow prices (SupplyModel)."""
    base = solve(scenario)
    if base.supply.status is not SolveStatus.OPTIMAL or prices.empty:
        return []
    span = window.planned
    bucket = [base.horizon.index_of_label(label) for label in prices["period"]]
    rows = prices.assign(bucket=bucket, room=prices["valid_to"] - prices["available"])
    inside = (rows["bucket"] >= span.start) & (rows["bucket"] < span.stop) & (rows["earned_per_hour"] > _LEAST)
    chosen = rows[inside].sort_values(["earned_per_hour", "resource", "bucket"], ascending=[False, True, True])
    before = plan_figures(inputs, base, window)
    found = []
    for resource, at, per_hour, room, confirmed in chosen[:_MOST][
        ["resource", "bucket", "earned_per_hour", "room", "confirmed"]
    ].itertuples(index=False):

        def gain(percent: float, resource: str = resource, at: int = at) -> Gain:
            turn = added(base.horizon, "capacity", percent, f"resource={resource}", (at, at))
            plan = solve(applied(scenario, [turn]))
            effect = effect_of(before, plan_figures(inputs, plan, window))
            more = _regular_hours(plan, resource, at) - _regular_hours(base, resource, at)
            return Gain(percent, more, effect.ebitda + effect.later)

        gains = _gains(gain)
        if gains:
            text = f"One more hour on {resource} in {months(base.horizon, at, at)} is worth {compact(per_hour)}"
            text += f", up to {compact(room)} h more" if confirmed and room > 0 else ""
            text += "".join(f"; {_in_words(one)}" for one in dict.fromkeys((gains[0], gains[-1])) if one.money > 0)
            found.append(
                Bottleneck(resource, at, float(per_hour), float(room), bool(confirmed), tuple(gains), f"{text}.")
            )
    return found


def _in_words(one: Gain) -> str:
    return f"{one.percent:g} % more ({compact(one.hours)} h) brings {money(one.money)} of EBITDA"


def _gains(gain: Callable[[float], Gain]) -> list[Gain]:
    """Per cent more and what they bring, from 1 %, as long as a further per cent brings half of what the first did;
    empty where not even 1 % can be planned."""
    found: list[Gain] = []
    for percent in _PERCENT:
        try:
            brought = gain(percent)
        except (ScenarioError, ValidationError):
            break
        if found and brought.money - found[-1].money < 0.5 * found[0].money * (percent - found[-1].percent):
            break
        found.append(brought)
        if brought.money <= 0:
            break
    return found


def _regular_hours(plan: PlanResult, resource: str, bucket: int) -> float:
    """Hours of a bucket without overtime."""
    row = plan.parameters.axis("resource").index[resource]
    return float((plan.parameters["capacity"] * plan.parameters["shifts"])[row, bucket])
