"""What holds for the plan of any company, held against an independent check from the tables.

``SOP_COMPANIES=500`` tries that many companies instead of the few of a normal run.
"""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from sop.domain.base import base_parameters
from sop.domain.inputs import Inputs, rows
from sop.domain.parameters import Parameters
from sop.domain.plans import DemandPlan, SolveStatus
from sop.domain.scenario import Override, apply
from sop.finance import FinanceModel
from sop.supply import SupplyModel
from tests.supply.any_company import any_companies, turns
from tests.supply.checker import violations
from tests.supply.checker_money import money_violations
from tests.supply.factory import demand_plan

COMPANIES = int(os.environ.get("SOP_COMPANIES", "30"))
MANY = settings(
    max_examples=COMPANIES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
)
FEW = settings(MANY, max_examples=max(COMPANIES // 3, 1))


def planned_demand(inputs: Inputs, base: Parameters) -> DemandPlan:
    """The forecasts table as a demand plan; rows outside the horizon are left out."""
    items, markets = base.axis("item").index, base.axis("market").index
    planned = np.zeros((len(items), len(markets), inputs.horizon.total))
    for item, market, day, quantity in rows(inputs["forecasts"], "item", "market", "period", "quantity"):
        bucket = inputs.horizon.index_of(day.date())
        if 0 <= bucket < inputs.horizon.total:
            planned[items[item], markets[market], bucket] += quantity
    return demand_plan(planned)


def model_of(inputs: Inputs) -> tuple[SupplyModel, Parameters, DemandPlan]:
    """Model, Base's parameters and demand of a company."""
    base = base_parameters(inputs)
    demand = planned_demand(inputs, base)
    return SupplyModel(inputs, base, demand), base, demand


@MANY
@given(any_companies(), turns())
def test_a_plan_keeps_what_the_tables_say(inputs: Inputs, overrides: list[Override]) -> None:
    """Every balance, limit, lead time and policy of the tables holds, whichever levers are turned; penalties are as
    defined, and Z = booked revenue - every line of spend - penalties."""
    model, base, demand = model_of(inputs)
    turned = apply(base, overrides)
    plan = model.solve(turned, demand)
    assert plan.status in {SolveStatus.OPTIMAL, SolveStatus.INFEASIBLE}
    assert violations(inputs, turned, demand, plan) == []
    assert money_violations(inputs, turned, demand, plan) == []
    if plan.status is SolveStatus.INFEASIBLE:
        assert plan.conflicts


@FEW
@given(any_companies())
def test_a_plan_in_whole_numbers_keeps_what_the_tables_say(inputs: Inputs) -> None:
    """The exact plan holds to the same, has whole numbers where they are asked for, and earns no more than the plan in
    fractions."""
    model, base, demand = model_of(inputs)
    plan = model.solve_whole(base, demand, seconds=20.0)
    if plan.status is not SolveStatus.OPTIMAL:
        return
    assert violations(inputs, base, demand, plan, whole=True) == []
    assert money_violations(inputs, base, demand, plan, whole=True) == []
    fractions = model.solve(base, demand)
    sign = -1.0 if plan.goal == "cost" else 1.0
    assert sign * (fractions.objective - plan.objective) >= -2e-6 * max(1.0, abs(plan.objective))


@FEW
@given(any_companies(), turns())
def test_the_walk_from_z_to_ebitda_adds_up(inputs: Inputs, overrides: list[Override]) -> None:
    """The profit and loss account of any company is tied to the plan's objective, term by term, to a cent."""
    model, base, demand = model_of(inputs)
    turned = apply(base, overrides)
    plan = model.solve(turned, demand)
    walk = FinanceModel(inputs, base).report(turned, demand, plan).walk
    terms = sum(value for name, value in walk.items() if name != "ebitda")
    assert terms == pytest.approx(walk["ebitda"], abs=0.01)
