"""Limits in money as levers: on a company without any they plan as on one whose settings have them."""

from __future__ import annotations

import numpy as np
import pytest

from sop.demand import fit
from sop.domain.plans import PlanResult, SolveStatus
from sop.domain.scenario import BASE, Override, Scenario
from sop.planning import Planner
from tests.analysis.cases import workspace_of
from tests.supply.test_by_hand import one_line
from tests.workspaces import scenario

DEMAND = {("A", "M"): [0.0, 130.0]}
SETTINGS = {"opening_cash": 40, "goal": "profit"}


def turned(lever: str, value: float, **settings: object) -> PlanResult:
    """The plan of a company without limits, one lever turned."""
    inputs = one_line(DEMAND, {**SETTINGS, **settings})
    turn = Override(lever=lever, value=value)
    return Planner(inputs, fit(inputs)).plan(Scenario(id="less", name="Less", overrides=(turn,)), [turn])


def test_least_cash_is_kept_where_base_has_no_limit() -> None:
    """40 in hand at 4 a unit: 10 are made ahead; with 20 to be kept in hand, 5. As a setting it is the same."""
    assert turned("cash_limit", 0).supply.level[0] == pytest.approx([10, 100])
    assert turned("cash_limit", 20).supply.level[0] == pytest.approx([5, 100])
    inputs = one_line(DEMAND, {**SETTINGS, "cash_limit": 20})
    same = Planner(inputs, fit(inputs)).plan(BASE, [])
    assert np.array_equal(same.supply.level, turned("cash_limit", 20).supply.level)


def test_most_inventory_is_kept_where_base_has_no_limit() -> None:
    """Of 30 units at 4 that would lie in stock, 60 of money allow 15."""
    free = turned("inventory_limit", 1e9, opening_cash=1000)
    assert free.supply.level[0] == pytest.approx([30, 100])
    held = turned("inventory_limit", 60, opening_cash=1000)
    assert held.supply.level[0] == pytest.approx([15, 100])
    assert held.finance.inventory_value[0] == pytest.approx(60)


def test_base_is_planned_as_before_after_a_limit_was_turned() -> None:
    """The model with the limit is another one; Base keeps its own."""
    inputs = one_line(DEMAND, SETTINGS)
    planner, turn = Planner(inputs, fit(inputs)), Override(lever="cash_limit", value=20)
    before = planner.plan(BASE, [])
    planner.plan(Scenario(id="less", name="Less", overrides=(turn,)), [turn])
    assert np.array_equal(planner.plan(BASE, []).supply.level, before.supply.level)


def test_what_a_limit_in_money_costs_is_told() -> None:
    """20 units of 30 are not made ahead for want of cash: each would earn 10 less 4."""
    workspace = workspace_of(one_line(DEMAND, {"opening_cash": 40, "goal": "profit"}))
    found = workspace.explanations(scenario("Cash", Override(lever="cash_limit", value=0)), "horizon")
    (one,) = [each for each in found if each.kind == "limit"]
    assert one.worth == pytest.approx(120)
    assert one.text.startswith("The limit on closing cash, reached Jan, costs 120 of EBITDA")


def test_least_cash_gives_way_by_what_is_missing() -> None:
    """Rent of 300 and 400 in hand, nothing sold in January: 250 cannot be kept, 100 can; as a turn of the lever."""
    rent = [{"cost": "rent", "period": "2026-01-01", "amount": 300}]
    workspace = workspace_of(one_line(DEMAND, {"opening_cash": 400, "goal": "profit"}, fixed_costs=rent))
    asked = scenario("Cash", Override(lever="cash_limit", value=250))
    assert workspace.plan(asked).supply.status is SolveStatus.INFEASIBLE
    (one,) = workspace.relaxations(asked)
    assert (one.title, one.unit, one.confirmed) == ("Least closing cash (Jan): 150 money", "money", True)
    assert workspace.plan(workspace.relaxed(asked, [one])).supply.status is SolveStatus.OPTIMAL
