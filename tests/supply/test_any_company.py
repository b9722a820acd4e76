"""What holds between the plans of any company: more room, turns that turn nothing, small turns, equal markets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from sop.demo.synthetic import synthetic_company
from sop.domain.base import base_parameters
from sop.domain.inputs import Inputs, typed
from sop.domain.levers import LEVERS
from sop.domain.parameters import Parameters
from sop.domain.plans import DemandPlan, SolveStatus, SupplyPlan
from sop.domain.scenario import Override, apply
from sop.supply import SupplyModel
from tests.supply.any_company import any_companies
from tests.supply.factory import company
from tests.supply.test_random_companies import COMPANIES, model_of, planned_demand

SOME = settings(
    max_examples=max(COMPANIES // 3, 1),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
ROOM = ("supplier_limit", "lane_capacity", "lane_maximum", "storage_capacity", "inbound_capacity", "extra_hours")


def gain(one: SupplyPlan, other: SupplyPlan) -> float:
    """How much better ``other`` is for the goal."""
    return (one.objective - other.objective) * (1.0 if one.goal == "cost" else -1.0)


@SOME
@given(any_companies(), st.sampled_from(ROOM))
def test_more_room_never_lowers_the_objective(inputs: Inputs, name: str) -> None:
    """A limit that nobody has to use up, raised by a fifth, never makes the plan worse, nor impossible.

    Companies with lanes or suppliers used at a price are planned in shares of them; a raised limit then is as good.
    """
    model, base, demand = model_of(inputs)
    plan = model.solve(base, demand)
    assume(plan.status is SolveStatus.OPTIMAL)
    more = model.solve(base.with_values({name: base[name] * 1.2}), demand)
    assert more.status is SolveStatus.OPTIMAL
    assert gain(plan, more) >= -1e-6 * max(1.0, abs(plan.objective))


@SOME
@given(any_companies())
def test_more_hours_never_lower_the_objective(inputs: Inputs) -> None:
    """Hours are added where they may idle: Z does not fall."""
    assume(not inputs["resources"]["no_idle"].any() and not (inputs["resource_calendar"]["no_idle"] == "yes").any())
    model, base, demand = model_of(inputs)
    plan = model.solve(base, demand)
    assume(plan.status is SolveStatus.OPTIMAL)
    more = model.solve(base.with_values({"capacity": base["capacity"] * 1.2}), demand)
    assert gain(plan, more) >= -1e-6 * max(1.0, abs(plan.objective))


@SOME
@given(any_companies())
def test_turns_that_turn_nothing_give_the_same_plan(inputs: Inputs) -> None:
    """Every lever in its neutral place gives Base's plan, number by number, whatever was planned between."""
    model, base, demand = model_of(inputs)
    plan = model.solve(base, demand)
    neutral = [Override(lever=n, value=lever.neutral) for n, lever in LEVERS.items() if lever.neutral is not None]
    model.solve(apply(base, [Override(lever="capacity", value=-20)]), demand)
    same = model.solve(apply(base, neutral), demand)
    assert same.objective == plan.objective
    for name in ("level", "shipped", "stock", "accepted", "backlog", "overtime", "heads", "short", "declined"):
        assert np.array_equal(getattr(same, name), getattr(plan, name)), name


def busy() -> tuple[SupplyModel, Parameters, DemandPlan]:
    """30 items on six lines that are nearly full, at two sites, for two markets."""
    tables = synthetic_company(items=30, resources=6, periods=12, markets=2, sites=2)
    inputs = Inputs.of({name: typed(name, frame) for name, frame in tables.items()})
    base = base_parameters(inputs)
    demand = planned_demand(inputs, base)
    return SupplyModel(inputs, base, demand), base, demand


def moved(one: SupplyPlan, other: SupplyPlan) -> float:
    """Measure of difference: units made, shipped and kept that moved, as a share of all of them."""
    pairs = ((one.level, other.level), (one.shipped, other.shipped), (one.stock, other.stock))
    total = sum(float(before.sum()) for before, _ in pairs)
    return sum(float(np.abs(before - after).sum()) for before, after in pairs) / total


def test_nearly_equal_scenarios_give_nearly_equal_plans() -> None:
    """Measure: units made, shipped and kept that moved, as a share of all. A turn of a thousandth moves at most one in
    a hundred, a turn of a cent in prices or freight at most one in a thousand, and none at all moves none."""
    model, base, demand = busy()
    plan = model.solve(base, demand)
    more = replace(demand, planned=demand.planned * 1.001)
    assert moved(plan, model.solve(base, more)) < 0.01
    assert moved(plan, model.solve(base.with_values({"capacity": base["capacity"] * 1.001}), demand)) < 0.01
    for name in ("price", "freight", "operation_cost"):
        assert moved(plan, model.solve(base.with_values({name: base[name] * (1 + 1e-5)}), demand)) < 0.001
    assert moved(plan, model.solve(base, demand)) == 0


@SOME
@given(st.lists(st.integers(1, 90), min_size=2, max_size=4), st.integers(1, 200), st.sampled_from(["service", "cost"]))
def test_equal_markets_share_a_shortage_in_proportion(wanted: list[int], supply: int, goal: str) -> None:
    """Markets of one priority, served from one place on the same terms, get the same share of what they want."""
    inputs = company(
        {"horizon": 1, "goal": goal},
        items=[{"item": "A"}],
        locations=[{"location": "P"}],
        markets=[{"market": f"M{n}", "served_from": "P"} for n in range(len(wanted))],
        prices=[{"item": "A", "list_price": 9}],
        forecasts=[
            {"version": "f", "item": "A", "market": f"M{n}", "period": "2026-01-01", "quantity": quantity}
            for n, quantity in enumerate(wanted)
        ],
        operations=[{"operation": "a", "location": "P", "item": "A", "unit_cost": 2, "maximum": supply}],
    )
    model, base, demand = model_of(inputs)
    plan = model.solve(base, demand)
    share = min(supply / sum(wanted), 1.0)
    assert np.allclose(plan.accepted[0, :, 0], share * np.array(wanted), atol=1e-6)


def test_priority_goes_before_sharing() -> None:
    """60 units for a first market that wants 50 and two that want 40 and 20: 50, then two to one of the 10 left."""
    inputs = company(
        {"horizon": 1, "goal": "service"},
        items=[{"item": "A"}],
        locations=[{"location": "P"}],
        markets=[{"market": f"M{n}", "served_from": "P", "priority": 1 if n == 1 else 2} for n in range(3)],
        prices=[{"item": "A", "list_price": 9}],
        forecasts=[
            {"version": "f", "item": "A", "market": f"M{n}", "period": "2026-01-01", "quantity": quantity}
            for n, quantity in enumerate((40, 50, 20))
        ],
        operations=[{"operation": "a", "location": "P", "item": "A", "unit_cost": 2, "maximum": 60}],
    )
    model, base, demand = model_of(inputs)
    plan = model.solve(base, demand)
    assert np.allclose(plan.accepted[0, :, 0], [20 / 3, 50, 10 / 3], atol=1e-6)
