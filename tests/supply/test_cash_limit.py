"""A limit on closing cash: the plan keeps it, in the same money the cash statement shows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings

from sop.demand import fit
from sop.domain.base import base_parameters
from sop.domain.inputs import Inputs
from sop.domain.parameters import Array
from sop.domain.plans import SolveStatus
from sop.domain.scenario import BASE, Override, apply
from sop.finance import FinanceModel
from sop.planning import Planner
from tests.supply.any_company import any_companies, turns
from tests.supply.factory import forecast_of, solved
from tests.supply.test_by_hand import one_line
from tests.supply.test_random_companies import model_of

CENT = 0.01


def books(inputs: Inputs, plan: Any, parameters: Any) -> Array:
    """Closing cash by the cash statement [T]."""
    base = base_parameters(inputs)
    return FinanceModel(inputs, base).report(parameters, forecast_of(inputs, base), plan).cash["closing_cash"]


def test_no_more_is_made_ahead_than_cash_allows() -> None:
    """40 in hand, a unit costs 4 and is paid at once: of 30 to be built ahead for February (wanted 130, 100 hours),
    10 can be paid while nothing is sold; customers pay on delivery."""
    limited = one_line({("A", "M"): [0, 130]}, {"opening_cash": 40, "cash_limit": 0, "goal": "profit"})
    _, base, _, plan = solved(limited)
    assert plan.level[0] == pytest.approx([10, 100])
    assert books(limited, plan, base) == pytest.approx([0, 110 * 10 - 100 * 4])


def test_what_customers_pay_later_cannot_be_spent_today() -> None:
    """Customers pay after 31 days, so nothing comes in in January: 200 at hand pay for 50 of the 80 wanted."""
    inputs = one_line({("A", "M"): [80, 80, 0]}, {"opening_cash": 200, "cash_limit": 0, "dso": 31, "goal": "profit"})
    _, base, _, plan = solved(inputs)
    cash = books(inputs, plan, base)
    assert plan.level[0, 0] == pytest.approx(50)
    assert cash[0] == pytest.approx(0, abs=CENT)
    assert cash[:3].min() >= -CENT


def test_a_limit_nobody_touches_changes_nothing() -> None:
    """With cash to spare the plan is the one without a limit, to the last unit."""
    demand = {("A", "M"): [90.0, 120.0, 80.0]}
    free = solved(one_line(demand, {"opening_cash": 10_000}))[3]
    limited = solved(one_line(demand, {"opening_cash": 10_000, "cash_limit": 0}))[3]
    assert limited.level == pytest.approx(free.level)
    assert limited.objective == pytest.approx(free.objective)


def test_cash_that_cannot_be_kept_is_named_with_what_is_missing() -> None:
    """50 firm cost 200 in January, customers pay a month later, 120 are at hand: 80 are missing, or
    20 of the units promised."""
    inputs = one_line(
        {("A", "M"): [50, 0]},
        {"opening_cash": 120, "cash_limit": 0, "dso": 31},
        markets=[{"market": "M", "firm": True}],
    )
    _, _, _, plan = solved(inputs)
    assert plan.status is SolveStatus.INFEASIBLE
    (conflict,) = plan.conflicts
    assert conflict.limit == "Firm demand of A in M (2026-01) against least closing cash"
    assert conflict.relaxation == pytest.approx(20)
    assert conflict.unit == "units"


def test_rent_beyond_the_cash_at_hand_is_named_in_money() -> None:
    """Rent of 300 a month and 100 at hand, nothing sold: 500 are missing at the end of February."""
    inputs = one_line(
        {("A", "M"): [0, 0]},
        {"opening_cash": 100, "cash_limit": 0},
        fixed_costs=[{"cost": "rent", "amount": 300}],
    )
    (conflict,) = solved(inputs)[3].conflicts
    assert conflict.limit == "Least closing cash (2026-01 to 2026-02)"
    assert conflict.relaxation == pytest.approx(500)
    assert conflict.unit == "money"


def test_tax_is_paid_out_of_the_same_cash() -> None:
    """EBITDA of stock-building is 0 (inventory at cost 4), that of selling 6 a unit, a quarter of it taxed. 160 at hand
    pay for 40 units ahead; they and 100 more sell for 1,400 less 400 made less 210 tax."""
    inputs = one_line(
        {("A", "M"): [0, 200]},
        {"opening_cash": 160, "cash_limit": 0, "tax_rate": 0.25, "goal": "profit"},
        items=[{"item": "A", "standard_cost": 4}],
    )
    _, base, _, plan = solved(inputs)
    assert plan.level[0] == pytest.approx([40, 100])
    assert books(inputs, plan, base) == pytest.approx([0, 1400 - 400 - 210])


def test_a_lever_on_price_moves_what_can_be_paid() -> None:
    """Terms of 31 days: by March January's 100 sold at 10 and the rest at hand pay for a rent of 950, 50 left; at 10 %
    less 50 are missing, at 10 % more nothing is. Base is then planned as before."""
    inputs = one_line(
        {("A", "M"): [100, 0, 0]},
        {"opening_cash": 400, "cash_limit": 0, "dso": 31},
        fixed_costs=[{"cost": "rent", "period": "2026-03-01", "amount": 950}],
    )
    model, base, demand, plan = solved(inputs)
    assert plan.status is SolveStatus.OPTIMAL
    for change, status in ((-10, SolveStatus.INFEASIBLE), (10, SolveStatus.OPTIMAL)):
        told = model.solve(apply(base, [Override(lever="price", value=change)]), demand)
        assert told.status is status
        assert [conflict.relaxation for conflict in told.conflicts] == pytest.approx([50] * (change < 0))
    assert np.array_equal(model.solve(base, demand).level, plan.level)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(inputs=any_companies(cash_limit=-3000, opening_cash=500, dso=37, dpo=20), levers=turns())
def test_limited_cash_is_the_cash_of_the_statement(inputs: Inputs, levers: list[Override]) -> None:
    """On any company, its levers turned, the model counts the cash the statement shows and keeps its limit (where
    nothing is late at a price that moved)."""
    model, base, demand = model_of(inputs)
    parameters = apply(base, levers)
    plan = model.solve(parameters, demand)
    moved = np.ptp(parameters["price"], axis=2).any() or not inputs["sales_orders"].empty
    assume(plan.status is SolveStatus.OPTIMAL and not (moved and plan.backlog.any()))
    cash = FinanceModel(inputs, base).report(parameters, demand, plan).cash["closing_cash"]
    assert plan.extras["cash"][0] == pytest.approx(cash, abs=CENT)
    assert cash[: inputs.horizon.periods].min() >= -3000 - CENT


def test_late_deliveries_are_counted_when_and_as_the_books_do() -> None:
    """100 due in January at 20, 40 hours a month, rent 500 and 900, then the price falls to 10. January ends with
    800 - 160 - 500 = 140; delivering 40 late ones February would end with 140 + 800 - 160 - 900 = -120. The model sees
    200 more: it counts the 10 that the last 20 earn above today's price when the price falls. The planner's plan
    delivers 120 / (20 - 4 - 5) units more in overtime, and keeps the limit by the books."""
    inputs = one_line(
        {("A", "M"): [100, 0, 0]},
        {"unmet_demand": "late", "opening_cash": 0, "cash_limit": 0, "late_penalty": 0.01},
        hours=40,
        prices=[
            {"item": "A", "list_price": 20},
            {"item": "A", "valid_from": "2026-02-01", "list_price": 10},
        ],
        resources=[
            {"resource": "Line", "location": "P", "hours": 40, "overtime_limit": 1, "overtime_cost": 5},
        ],
        fixed_costs=[
            {"cost": "rent", "period": "2026-01-01", "amount": 500},
            {"cost": "rent", "period": "2026-02-01", "amount": 900},
        ],
    )
    planner = Planner(inputs, fit(inputs))
    plan = planner.plan(BASE, [])
    seen = planner.supply.solve(plan.parameters, plan.demand)
    assert books(inputs, seen, plan.parameters)[1] == pytest.approx(-120)
    assert -CENT <= plan.finance.cash["closing_cash"][1] < 0.5
    assert plan.supply.level[0, :2].sum() == pytest.approx(80 + 120 / 11, abs=0.05)
