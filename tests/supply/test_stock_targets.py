"""Safety stock and closing stock, in weeks of seven even days so that days can be counted by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sop.domain.inputs import Inputs
from sop.domain.scenario import Override, apply
from tests.supply.checker_money import money_violations
from tests.supply.factory import company, solved
from tests.supply.test_by_hand import one_line

WEEKS = ("2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26")


def weekly(demand: list[float], on_hand: float, policy: dict[str, Any], **settings: Any) -> Inputs:
    """One item bought without limit at 5, four weeks."""
    return company(
        {"bucket": "week", "first_period": WEEKS[0], "horizon": 4, **settings},
        items=[{"item": "A", "standard_cost": 5}],
        locations=[{"location": "P"}],
        markets=[{"market": "M"}],
        prices=[{"item": "A", "list_price": 10}],
        forecasts=[
            {"version": "f", "item": "A", "period": week, "quantity": quantity}
            for week, quantity in zip(WEEKS, demand, strict=True)
        ],
        operations=[{"operation": "buy A", "location": "P", "kind": "buy", "item": "A", "unit_cost": 5}],
        stock=[{"location": "P", "item": "A", "on_hand": on_hand}],
        stock_policy=[{"location": "P", "item": "A", "holding_cost": 0.1, **policy}] if policy else [],
    )


def test_safety_days_look_at_coming_demand() -> None:
    """Ten days on 70, 70, 140, 140 a week: a week and three days ahead; after the end the mean of 105 repeats."""
    plan = solved(weekly([70, 70, 140, 140], 0, {"safety_days": 10}, closing_stock="cover"))[3]
    expected = [70 + 60, 140 + 60, 140 + 105 * 3 / 7, 105 * 10 / 7]
    assert plan.safety_target[0] == pytest.approx(expected)
    assert plan.stock[0] == pytest.approx(expected)
    assert plan.penalties["safety"] == pytest.approx(np.zeros(4))


def test_safety_stock_and_days_add_up_and_a_lever_turns_them() -> None:
    """20 units and one day of 70 a week: 30; three days less than that is the 20 less two days: 0 at the least."""
    model, base, demand, plan = solved(weekly([70, 70, 70, 70], 0, {"safety_stock": 20, "safety_days": 1}))
    assert plan.safety_target[0] == pytest.approx([30, 30, 30, 30])
    less = model.solve(apply(base, [Override(lever="safety_days", value=-3)]), demand)
    assert less.safety_target[0] == pytest.approx([0, 0, 0, 0])


def test_closing_stock_keeps_the_opening_days_of_cover() -> None:
    """140 on hand at 10 a day are 14 days: without a policy the plan ends with 140 again instead of selling out."""
    kept = solved(weekly([70, 70, 70, 70], 140, {}, closing_stock="cover"))[3]
    assert kept.stock[0, -1] == pytest.approx(140)
    sold_out = solved(weekly([70, 70, 70, 70], 140, {}, closing_stock="none"))[3]
    assert sold_out.stock[0, -1] == pytest.approx(0)


def test_closing_stock_is_the_policy_where_there_is_one() -> None:
    """Five days of policy at 10 a day: the plan ends with 50, whatever it started with."""
    plan = solved(weekly([70, 70, 70, 70], 200, {"safety_days": 5}, closing_stock="cover"))[3]
    assert plan.stock[0, -1] == pytest.approx(50)


def test_a_given_closing_stock_is_exact() -> None:
    """closing_minimum = closing_maximum = 33: the plan ends with 33."""
    policy = {"safety_days": 5, "closing_minimum": 33, "closing_maximum": 33}
    assert solved(weekly([70, 70, 70, 70], 200, policy, closing_stock="cover"))[3].stock[0, -1] == pytest.approx(33)


def test_hard_minimum_and_maximum_split_over_the_layers() -> None:
    """At least 40 and at most 60 in stock with a safety target of 50: 50 is kept, within both."""
    plan = solved(
        weekly([70, 70, 70, 70], 45, {"safety_stock": 50, "minimum": 40, "maximum": 60}, closing_stock="cover")
    )[3]
    assert plan.stock[0] == pytest.approx([50, 50, 50, 50])


def test_stock_missing_from_safety_is_priced() -> None:
    """A ceiling of 30 under a target of 50: 20 missing in each of four weeks at the safety penalty on a cost of 5."""
    inputs = weekly([70, 70, 70, 70], 0, {"safety_stock": 50, "maximum": 30}, safety_penalty=0.2, closing_stock="cover")
    plan = solved(inputs)[3]
    assert plan.stock[0] == pytest.approx([30, 30, 30, 30])
    assert plan.penalties["safety"] == pytest.approx([20, 20, 20, 20])
    assert plan.penalties["closing"] == pytest.approx([0, 0, 0, 20 * 5 * 1.2])


def test_most_profit_sells_before_it_protects() -> None:
    """100 wanted now, 100 on hand, none to be had, target 50: at a margin of 5 all are sold, although each unit kept
    back would save 0.9 x 5 in every one of four weeks."""
    inputs = weekly([100, 0, 0, 0], 100, {"safety_stock": 50}, goal="profit", safety_penalty=0.9)
    operations = inputs["operations"].assign(maximum=0.0)
    plan = solved(Inputs.of({**inputs.tables, "operations": operations}))[3]
    assert plan.accepted[0, 0] == pytest.approx([100, 0, 0, 0])


def test_most_profit_keeps_safety_stock_where_it_costs_no_sale() -> None:
    """Goal profit, goods without limit: the 50 are kept although carrying them costs 1 each and week."""
    policy = {"safety_stock": 50, "holding_cost": 1}
    plan = solved(weekly([70, 70, 70, 70], 50, policy, goal="profit", safety_penalty=0.9))[3]
    assert plan.stock[0, :3] == pytest.approx([50, 50, 50])


def test_components_are_targeted_on_exploded_demand() -> None:
    """Three components per unit, 10 units a day: two days of safety are 60 components."""
    tables = dict(weekly([70, 70, 70, 70], 0, {}).tables)
    inputs = company(
        {"bucket": "week", "first_period": WEEKS[0], "horizon": 4},
        items=[{"item": "A"}, {"item": "C", "kind": "component"}],
        locations=[{"location": "P"}],
        prices=[{"item": "A", "list_price": 10}],
        forecasts=tables["forecasts"].to_dict("records"),
        operations=[
            {"operation": "make A", "location": "P", "item": "A"},
            {"operation": "buy C", "location": "P", "kind": "buy", "item": "C", "unit_cost": 1},
        ],
        materials=[{"operation": "make A", "item": "C", "quantity": 3}],
        stock_policy=[{"location": "P", "item": "C", "safety_days": 2}],
    )
    plan = solved(inputs)[3]
    component = int(np.flatnonzero(plan.network.node_item == 1)[0])
    assert plan.safety_target[component] == pytest.approx([60, 60, 60, 60])


def test_a_standard_cost_below_nothing_prices_no_target_below_nothing() -> None:
    """A is made beside C, which is worth more than both cost: A's standard cost is below 0. Its target of 5 costs
    nothing to miss, and Z is what its lines add up to."""
    inputs = one_line(
        {("A", "M"): [10, 10]},
        {"goal": "profit"},
        items=[{"item": "A"}, {"item": "C", "kind": "component", "standard_cost": 30}],
        operations=[{"operation": "make A", "location": "P", "item": "A", "unit_cost": 4}],
        coproducts=[{"operation": "make A", "item": "C", "quantity": 1}],
        stock_policy=[{"location": "P", "item": "A", "safety_stock": 5}],
    )
    _, base, demand, plan = solved(inputs)
    assert base["standard_cost"][0] < 0
    assert plan.penalties["safety"].sum() == 0
    assert money_violations(inputs, base, demand, plan) == []
