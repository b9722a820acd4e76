"""KPIs and statements over windows with actuals, and the gap to budget."""

from __future__ import annotations

import dataclasses
from functools import lru_cache

import numpy as np
import pandas as pd
import pytest

from sop.domain.inputs import Inputs, typed
from sop.domain.plans import PlanResult
from sop.domain.scenario import BASE
from sop.finance import (
    KPI_LINES,
    LINES,
    SPEND,
    FinanceModel,
    Window,
    budget_gap,
    by_period,
    cash_statement,
    expected_fill,
    kpis,
    report,
    spend_statement,
    statement,
    statement_with_actuals,
)
from tests.finance.factory import Company, random_company

FOUR_MONTHS = Window("horizon", "Whole plan", 0, 4)
WITH_ACTUALS = Window("fiscal_year", "FY", -2, 4)
ACTUALS = {
    "line": ["net_revenue", "net_revenue", "gross_margin", "gross_margin", "ebitda", "ebitda", "marketing", "fixed"],
    "period": ["2025-11-01", "2025-12-01"] * 3 + ["2025-12-01", "2025-11-01"],
    "amount": [1000.0, 2000.0, 400.0, 900.0, 100.0, 300.0, 50.0, 200.0],
}


@lru_cache(maxsize=1)
def _case() -> tuple[Company, Inputs, PlanResult]:
    """A simulated company, its inputs with actuals of November and December, and its plan."""
    company = random_company(7)
    inputs = Inputs.of({**company.inputs.tables, "actuals": typed("actuals", pd.DataFrame(ACTUALS))})
    return company, inputs, _result(company, inputs)


def _result(company: Company, inputs: Inputs) -> PlanResult:
    finance = FinanceModel(inputs, company.base).report(company.parameters, company.demand, company.supply)
    return PlanResult(
        inputs_id=inputs.id,
        scenario=BASE,
        scenario_key="",
        overrides=(),
        horizon=inputs.horizon,
        parameters=company.parameters,
        demand=company.demand,
        supply=company.supply,
        finance=finance,
        expected_fill=expected_fill(company.demand, company.supply),
    )


def _with_budget(**columns: list[object]) -> tuple[Inputs, PlanResult]:
    company, inputs, _ = _case()
    budgeted = Inputs.of({**inputs.tables, "budget": typed("budget", pd.DataFrame(columns))})
    return budgeted, _result(company, budgeted)


def test_elapsed_months_are_booked_ones() -> None:
    """Two booked months add 3,000 revenue and 400 EBITDA to the plan's four."""
    _, inputs, result = _case()
    plan, year = kpis(inputs, result, FOUR_MONTHS), kpis(inputs, result, WITH_ACTUALS)
    assert year.net_revenue - plan.net_revenue == pytest.approx(3_000)
    assert year.demanded_revenue - plan.demanded_revenue == pytest.approx(3_000)
    assert year.ebitda - plan.ebitda == pytest.approx(400)
    margin = plan.gross_margin_pct * plan.net_revenue / 100 + 1_300
    assert year.gross_margin_pct == pytest.approx(100 * margin / year.net_revenue)


def test_a_month_booked_without_margin_does_not_dilute_it() -> None:
    """Where only revenue is booked the margin percentage leaves the month out."""
    company, inputs, _ = _case()
    actuals = inputs["actuals"][inputs["actuals"]["line"] == "net_revenue"].reset_index(drop=True)
    poorer = Inputs.of({**inputs.tables, "actuals": actuals})
    result = _result(company, poorer)
    planned, year = kpis(poorer, result, FOUR_MONTHS), kpis(poorer, result, WITH_ACTUALS)
    assert year.gross_margin_pct == pytest.approx(planned.gross_margin_pct)


def test_fill_rates_by_plain_loops() -> None:
    """On-time units over demanded units, each at its price; expected fill by value of expected demand."""
    company, inputs, result = _case()
    price, planned, supply = company.parameters["price"], company.demand.planned, company.supply
    wanted = served = weighted = 0.0
    for i, m, t in np.ndindex(3, 2, 4):
        value = price[i, m, t]
        wanted += value * planned[i, m, t]
        served += value * max(supply.accepted[i, m, t] - supply.backlog[i, m, t], 0.0)
        weighted += value * planned[i, m, t] * result.expected_fill[i, t]
    found = kpis(inputs, result, FOUR_MONTHS)
    assert found.fill_rate == pytest.approx(served / wanted)
    assert found.expected_fill_rate == pytest.approx(weighted / wanted)


def test_cash_low_is_the_lowest_month_end() -> None:
    """The low point and its bucket come from closing cash of the window."""
    _, inputs, result = _case()
    cash = result.finance.cash["closing_cash"]
    found = kpis(inputs, result, Window("late", "Late", 2, 4))
    assert (found.cash_low, found.cash_low_period) == (min(cash[2:4]), 2 + int(np.argmin(cash[2:4])))
    assert found.closing_cash == cash[3]
    assert found.inventory_value == result.finance.inventory_value[3]


def test_every_kpi_is_explained() -> None:
    """The table of titles and definitions knows every field, in its order."""
    _, inputs, result = _case()
    assert list(dataclasses.asdict(kpis(inputs, result, FOUR_MONTHS))) == list(KPI_LINES)


def test_statement_with_actuals_adds_up_and_agrees_with_the_kpis() -> None:
    """Booked and planned columns each add up to EBITDA, and their sum is the KPI."""
    _, inputs, result = _case()
    frame = statement_with_actuals(inputs, result, WITH_ACTUALS).set_index("line")
    for column, ebitda in (("actual", 400.0), ("plan", result.finance.lines["ebitda"][:4].sum())):
        assert (frame["sign"] * frame[column]).sum() == pytest.approx(ebitda, abs=0.01)
        assert frame.loc["ebitda", column] == pytest.approx(ebitda)
    assert frame.loc["ebitda", "value"] == pytest.approx(kpis(inputs, result, WITH_ACTUALS).ebitda)
    assert frame.loc[["booked_cost", "booked_overhead"], "actual"].tolist() == [1_700.0, 650.0]


def test_statements_are_sums_of_their_buckets() -> None:
    """P&L, spend and cash over a window add up the columns of the table by period; cash closes at its last bucket."""
    _, _, result = _case()
    window = Window("middle", "Middle", 1, 3)
    by_month = by_period(result, LINES, result.finance.lines).set_index("line")
    assert list(by_month.columns) == ["title", "2026-01", "2026-02", "2026-03", "2026-04"]
    pnl = statement(result, window).set_index("line")["value"]
    np.testing.assert_allclose(pnl, by_month[["2026-02", "2026-03"]].sum(axis=1))
    spent = spend_statement(result, window)
    assert spent["line"].tolist() == list(SPEND)
    cash = cash_statement(result, window).set_index("line")["value"]
    assert cash["closing_cash"] == result.finance.cash["closing_cash"][2]
    assert cash["change"] == pytest.approx(result.finance.cash["change"][1:3].sum())


def test_report_is_the_model_in_one_call() -> None:
    """The convenience function gives the same figures as the model kept by the planner."""
    company, inputs, result = _case()
    again = report(inputs, company.parameters, company.demand, company.supply)
    for name, values in result.finance.lines.items():
        np.testing.assert_array_equal(again.lines[name], values)


def test_budget_gap_compares_months_that_have_a_budget() -> None:
    """Revenue is budgeted for December (booked 2,000) and January; other months are left out of both sides."""
    inputs, result = _with_budget(
        line=["net_revenue"] * 2, period=["2025-12-01", "2026-01-01"], amount=[2_500.0, 1_000.0]
    )
    gap = budget_gap(inputs, result, WITH_ACTUALS).iloc[0]
    plan = 2_000.0 + result.finance.lines["net_revenue"][0]
    assert (gap["buckets"], gap["budget"], gap["plan"]) == (2, 3_500.0, pytest.approx(plan))
    assert gap["gap"] == pytest.approx(plan - 3_500.0)
    assert gap["gap_pct"] == pytest.approx(100 * (plan - 3_500.0) / 3_500.0)


def test_stock_and_cash_are_compared_at_the_last_month_budgeted() -> None:
    """Balances are never added up over months."""
    inputs, result = _with_budget(
        line=["inventory", "inventory", "closing_cash"],
        period=["2026-01-01", "2026-03-01", "2026-02-01"],
        amount=[900.0, 800.0, 0.0],
    )
    gap = budget_gap(inputs, result, FOUR_MONTHS).set_index("line")
    assert gap.loc["inventory", ["budget", "plan"]].tolist() == [800.0, result.finance.inventory_value[2]]
    assert gap.loc["closing_cash", "plan"] == result.finance.cash["closing_cash"][1]
    assert np.isnan(gap.loc["closing_cash", "gap_pct"])


def test_families_add_up_to_the_company_where_only_they_are_budgeted() -> None:
    """Kettles 400 and fans 300 of revenue make a company budget of 700 beside their own rows."""
    inputs, result = _with_budget(
        line=["net_revenue"] * 2, family=["Kettles", "Fans"], period=["2026-01-01"] * 2, amount=[400.0, 300.0]
    )
    gap = budget_gap(inputs, result, FOUR_MONTHS).set_index("family")
    assert gap["budget"].to_dict() == {"": 700.0, "Fans": 300.0, "Kettles": 400.0}
    assert gap.loc["Kettles", "plan"] == pytest.approx(result.finance.revenue_by_item[0, 0])


def test_no_budget_no_gap() -> None:
    """An empty budget is an empty table with the same columns."""
    _, inputs, result = _case()
    frame = budget_gap(inputs, result, FOUR_MONTHS)
    assert frame.empty
    assert list(frame.columns) == ["line", "title", "family", "buckets", "budget", "plan", "gap", "gap_pct"]
