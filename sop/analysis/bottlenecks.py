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
_LEAST = 0.005  # money per hour, below which an hour is worth nothing

Solve = Callable[[Scenario], PlanResult]


@dataclass(frozen=True)
class Bottleneck:
    """A resource in a bucket where one more hour is worth something.

    ``per_hour``: money one more hour earns over the horizon (steering prices left out), measured by solving with one
    more; it holds for up to ``room`` hours more where ``confirmed`` (the dual said the same), else for that hour alone.
    ``one_percent``: change of EBITDA, now and later, with 1 % more hours in that bucket, by planning again.
    """

    resource: str
    bucket: int
    per_hour: float
    room: float
    confirmed: bool
    one_percent: float
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
        turn = added(base.horizon, "capacity", 1.0, f"resource={resource}", (at, at))
        try:
            effect = effect_of(before, plan_figures(inputs, solve(applied(scenario, [turn])), window))
        except (ScenarioError, ValidationError):
            continue
        text = f"One more hour on {resource} in {months(base.horizon, at, at)} is worth {compact(per_hour)}"
        text += f", up to {compact(room)} h more" if confirmed and room > 0 else ""
        gain = effect.ebitda + effect.later
        text += f"; 1 % more brings {money(gain)} of EBITDA." if gain > 0 else "."
        found.append(Bottleneck(resource, at, float(per_hour), float(room), bool(confirmed), gain, text))
    return found
