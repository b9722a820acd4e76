"""P&L, inventory and cash of random companies reconcile to the cent with accounts kept another way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sop.finance import FinanceModel
from sop.finance.lines import LINES, SPEND, VARIANCES
from tests.finance.factory import Company, random_company

SEEDS = st.integers(0, 23)
CENT = 0.01


def _report(company: Company):
    return FinanceModel(company.inputs, company.base).report(company.parameters, company.demand, company.supply)


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS)
def test_the_walk_leads_from_the_objective_to_ebitda(seed: int) -> None:
    """Objective, order backlog, inventory, penalties and what the plan does not see add up to EBITDA, for any goal."""
    company = random_company(seed)
    walk = dict(_report(company).walk)
    ebitda = walk.pop("ebitda")
    assert sum(walk.values()) == pytest.approx(ebitda, abs=CENT)


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS)
def test_spend_equals_the_simulations_own_account(seed: int) -> None:
    """Spend by nature adds up to what the simulation paid, decision by decision."""
    company = random_company(seed)
    spend = _report(company).spend
    assert tuple(spend) == tuple(SPEND)
    assert sum(spend[name].sum() for name in spend if name not in ("freight", "storage")) == pytest.approx(
        company.books.spend, abs=CENT
    )
    assert spend["freight"].sum() == pytest.approx(company.books.freight, abs=CENT)
    assert spend["storage"].sum() == pytest.approx(company.books.storage, abs=CENT)


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS)
def test_cogs_and_variances_are_spend_less_the_rise_of_inventory(seed: int) -> None:
    """In every bucket COGS + variances = spend - change of inventory value."""
    company = random_company(seed)
    plan = _report(company)
    spent = sum(plan.spend[name] for name in plan.spend if name not in ("freight", "storage"))
    rise = np.diff(plan.inventory_value, prepend=plan.opening_inventory_value)
    costs = plan.lines["cogs"] + sum(plan.lines[name] for name in VARIANCES)
    np.testing.assert_allclose(costs, spent - rise, atol=CENT)


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS)
def test_cash_is_the_same_directly_and_indirectly(seed: int) -> None:
    """Receipts less payments give the change of cash that EBITDA, working capital and taxes give."""
    cash = _report(random_company(seed)).cash
    direct = cash["receipts"] - cash["supplier_payments"] - cash["other_payments"]
    for name in ("tax", "capital_expenditure", "interest", "dividend", "loan_repayment"):
        direct = direct - cash[name]
    np.testing.assert_allclose(direct, cash["change"], atol=CENT)
    np.testing.assert_allclose(10_000 + np.cumsum(direct), cash["closing_cash"], atol=CENT)


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS)
def test_subtotals_follow_from_their_lines(seed: int) -> None:
    """Signed lines above each subtotal add up to it, and every line of the catalogue is reported in its order."""
    lines = _report(random_company(seed)).lines
    assert tuple(lines) == tuple(LINES)
    running = np.zeros_like(lines["ebitda"])
    for name, line in LINES.items():
        if line.sign:
            running = running + line.sign * lines[name]
        else:
            np.testing.assert_allclose(lines[name], running, atol=CENT)


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS)
def test_revenue_never_exceeds_what_was_due(seed: int) -> None:
    """Delivered revenue and the order backlog still owed add up to opening orders and booked revenue."""
    company = random_company(seed)
    plan = _report(company)
    orders = company.inputs["sales_orders"]
    first = company.base["price"][1, 1, 0]
    opening = float((orders["quantity"] * orders["price"].fillna(first)).sum())
    owed = opening + company.books.booked - float(plan.lines["net_revenue"].sum())
    assert owed >= -CENT
    if not company.supply.backlog[..., -1].any():
        assert owed == pytest.approx(0.0, abs=CENT)
