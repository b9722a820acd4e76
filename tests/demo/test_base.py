"""Base of the demo company: the size of the business and the tensions its story is about."""

from __future__ import annotations

import numpy as np

from sop.domain.plans import SolveStatus
from sop.domain.scenario import Override, Scenario
from tests.demo.readings import (
    AUTUMN,
    LINE_2_FAMILIES,
    YEAR,
    Demo,
    cash,
    centre_pallets,
    in_family,
    line,
    month,
    of_year,
    short,
)


def test_the_company_has_the_size_it_is_told_to_have(demo: Demo) -> None:
    """About 96M EUR of net revenue in 2026, about 10 % of it EBITDA, and EBITDA 0.9M under budget."""
    revenue, ebitda = of_year(demo.base, "net_revenue"), of_year(demo.base, "ebitda")
    budget = demo.inputs["budget"]
    asked = budget.loc[(budget["line"] == "ebitda") & (budget["family"] == ""), "amount"].sum()
    assert abs(revenue - 96e6) < 1e6
    assert 0.095 < ebitda / revenue < 0.105
    assert abs((asked - ebitda) - 0.9e6) < 0.1e6


def test_every_plan_is_optimal_and_without_warnings_in_base(demo: Demo) -> None:
    """The committed data plan cleanly: no conflict, and no price of Base lies outside history."""
    assert {plan.supply.status for plan in demo.plans.values()} == {SolveStatus.OPTIMAL}
    assert demo.base.warnings == ()


def test_line_2_would_need_a_fifth_more_hours_in_autumn(demo: Demo) -> None:
    """Demand due from September to November would take about 120 % of Line 2's hours, less than 100 % before that."""
    required = line(demo.base, "Line 2")
    assert abs(required[AUTUMN].mean() - 1.20) < 0.04
    assert (required[AUTUMN] > 1.05).all()
    assert (required[: AUTUMN.start] < 1.0).all()


def test_other_lines_have_room(demo: Demo) -> None:
    """Only Line 2 is the bottleneck: the others stay below their hours nearly always."""
    for name in ("Line 1", "Line 3", "Line 4"):
        assert (line(demo.base, name)[YEAR] < 1.05).all()


def test_building_ahead_starts_in_july_and_fills_the_centre(demo: Demo) -> None:
    """Line 2 makes what is due until June and more than that in July; by August the centre is full."""
    ahead = line(demo.base, "Line 2", required=False) - line(demo.base, "Line 2")
    capacity = demo.base.parameters["storage_capacity"][demo.base.parameters.labels("location").index("DC Central")]
    july = month(demo.base, "2026-07")
    assert (np.abs(ahead[2:july]) < 0.06).all()
    assert ahead[july] > 0.10
    pallets = centre_pallets(demo.base)
    assert pallets[july - 1] < 0.85 * capacity[july - 1]
    assert abs(pallets[july + 1] - capacity[july + 1]) < 1.0


def test_cash_is_lowest_in_october_a_little_above_the_minimum(demo: Demo) -> None:
    """October's closing cash is the low point of the year and within half a million of the minimum."""
    closing, least = cash(demo.base)[YEAR], demo.inputs.settings.minimum_cash
    assert int(closing.argmin()) == month(demo.base, "2026-10")
    assert least < closing.min() < least + 0.5e6


def test_kettles_are_short_in_autumn_in_the_market_of_lowest_priority(demo: Demo) -> None:
    """Shortage remains on Line 2 families only, in autumn only, mostly of kettles and mostly online."""
    base = demo.base
    total = short(base)[YEAR].sum()
    assert short(base, *LINE_2_FAMILIES)[AUTUMN].sum() > 0.999 * total
    assert short(base, "Kettles")[YEAR].sum() > 0.5 * total
    online = base.parameters.labels("market").index("Online")
    kettles = base.supply.short[in_family(base, "Kettles")][..., YEAR].sum(axis=(0, 2))
    assert kettles[online] > 0.8 * kettles.sum()
    assert 0.985 < 1 - total / base.demand.planned[..., YEAR].sum() < 0.999


def test_most_profit_earns_no_less_than_service_first(demo: Demo) -> None:
    """Goal profit ends the year and the horizon with at least the EBITDA of Base, which serves first."""
    turned = (Override(lever="goal", value=1),)
    plan = demo.planner.plan(Scenario(id="profit", name="Profit", overrides=turned), turned)
    assert (plan.supply.goal, demo.base.supply.goal) == ("profit", "service")
    for months in (12, plan.horizon.periods):
        earned, base = (one.finance.lines["ebitda"][:months].sum() for one in (plan, demo.base))
        assert earned >= base


def test_cash_far_out_of_reach_is_named(demo: Demo) -> None:
    """9.6 m at the end of every month and 3 % more demand: simplex alone gives up on it; asked again it says why."""
    turns = (Override(lever="cash_limit", value=9_647_662), Override(lever="demand", value=3))
    plan = demo.planner.plan(Scenario(id="rich", name="Rich", overrides=turns), turns)
    assert plan.supply.status is SolveStatus.INFEASIBLE
    assert any(conflict.limit.startswith("Least closing cash") for conflict in plan.supply.conflicts)
