"""What a plan can be held against: what each source knows, and nothing where it knows nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sop.analysis.comparison import compare, only_what_differs
from sop.analysis.headline import headline
from sop.analysis.record import record, recorded_reference
from sop.analysis.references import APPROVED, ReferenceChoice, budget_reference, plan_reference, prior_year_reference
from sop.demand import fit
from sop.domain.inputs import Inputs, typed
from sop.domain.scenario import BASE, Override
from sop.finance import Window, kpis, windows
from sop.planning import Planner
from tests.analysis.cases import base, planned, planner, whole_plan, workspace_of
from tests.companies import small_company

MONTHS = [f"2026-{month:02d}-01" for month in range(1, 7)]
LAST_YEAR = [f"2025-{month:02d}-01" for month in range(1, 7)]


def _budget() -> pd.DataFrame:
    """Six months: revenue 30,000 (kettles) + 10,000 (toasters), margin 16,000, EBITDA 9,000, cash 40,000 less 1,000
    each month; volume of January alone."""
    rows = [("net_revenue", "Kettles", month, 30_000.0) for month in MONTHS]
    rows += [("net_revenue", "Toasters", month, 10_000.0) for month in MONTHS]
    rows += [("gross_margin", "", month, 16_000.0) for month in MONTHS]
    rows += [("ebitda", "", month, 9_000.0) for month in MONTHS]
    rows += [("closing_cash", "", month, 40_000.0 - 1_000.0 * at) for at, month in enumerate(MONTHS)]
    rows += [("fixed", "", month, 5_000.0) for month in MONTHS[:5]]
    rows += [("volume", "Kettles", MONTHS[0], 480.0), ("volume", "Toasters", MONTHS[0], 250.0)]
    return typed("budget", pd.DataFrame(rows, columns=["line", "family", "period", "amount"]))


def _past() -> dict[str, pd.DataFrame]:
    """Last year's first half: revenue 20,000 and EBITDA 4,000 a month; 400 kettles in the UK every month."""
    actuals = pd.DataFrame(
        {
            "line": ["net_revenue"] * 6 + ["ebitda"] * 6 + ["gross_margin"] * 5,
            "period": LAST_YEAR * 2 + LAST_YEAR[:5],
            "amount": [20_000.0] * 6 + [4_000.0] * 6 + [9_000.0] * 5,
        }
    )
    history = pd.DataFrame({"item": "Kettle", "market": "UK", "date": LAST_YEAR, "ordered": 400.0})
    return {"actuals": typed("actuals", actuals), "sales_history": typed("sales_history", history)}


def _inputs(**tables: pd.DataFrame) -> Inputs:
    return Inputs.of(small_company() | tables)


def test_the_budget_gives_what_it_holds_and_nothing_else() -> None:
    """Families add up: 6 x 40,000 revenue; margin 16 / 40 = 40 %; cash is lowest in June; fixed costs miss June."""
    inputs = _inputs(budget=_budget())
    found = budget_reference(inputs, windows(inputs.horizon, False)["horizon"])
    known = {name: figure for name, figure in found.kpis.items() if figure is not None}
    assert known == {
        "net_revenue": 240_000.0,
        "gross_margin_pct": 40.0,
        "ebitda": 54_000.0,
        "closing_cash": 35_000.0,
        "cash_low": 35_000.0,
        "cash_low_period": 5,
    }
    assert found.lines["ebitda"] == 54_000.0
    assert found.lines["fixed_costs"] is None
    assert found.lines["cogs"] is None


def test_the_budgets_volume_is_its_demand() -> None:
    """January: 480 kettles and 250 toasters, 730 in all; the other months are unknown, not 0."""
    inputs = _inputs(budget=_budget())
    demand = budget_reference(inputs, windows(inputs.horizon, False)["horizon"]).demand
    assert {name: values[0] for name, values in demand.items()} == {"": 730.0, "Kettles": 480.0, "Toasters": 250.0}
    assert all(np.isnan(values[1:]).all() for values in demand.values())


def test_a_budget_that_ends_before_the_window_says_nothing_of_it() -> None:
    """Five of six months budgeted are not a figure for six; the five months are."""
    budget = _budget()
    inputs = _inputs(budget=budget[budget["period"] < "2026-06-01"])
    whole = windows(inputs.horizon, False)["horizon"]
    assert budget_reference(inputs, whole).kpis["net_revenue"] is None
    assert budget_reference(inputs, Window("five", "Five", 0, 5)).kpis["net_revenue"] == 200_000.0


def test_the_prior_year_is_what_was_booked_and_ordered_twelve_months_before() -> None:
    """120,000 revenue, 24,000 EBITDA; margin misses June: none; demand is 400 kettles a month."""
    inputs = _inputs(**_past())
    axes = planner().base
    whole = windows(inputs.horizon, False)["horizon"]
    found = prior_year_reference(inputs, axes.axis("item"), axes.axis("market"), whole)
    assert (found.kpis["net_revenue"], found.kpis["ebitda"]) == (120_000.0, 24_000.0)
    assert found.kpis["gross_margin_pct"] is None
    assert found.kpis["fill_rate"] is None
    assert found.demand["Kettles"].tolist() == [400.0] * 6
    assert found.demand[""].tolist() == [400.0] * 6
    assert "Toasters" not in found.demand


def test_a_plan_as_reference_knows_everything() -> None:
    """Its figures are the plan's; demand is 500 kettles and 250 toasters in January."""
    found = plan_reference(planner().inputs, base(), whole_plan())
    assert found.kpis["ebitda"] == kpis(planner().inputs, base(), whole_plan()).ebitda
    assert None not in found.kpis.values()
    assert [found.demand[name][0] for name in ("", "Kettles", "Toasters")] == [750.0, 500.0, 250.0]


def test_comparisons_show_what_is_unknown_as_unknown() -> None:
    """Against the budget EBITDA differs by 84,400 - 54,000; the fill rate has no reference, no difference."""
    inputs = _inputs(budget=_budget())
    plan = Planner(inputs, fit(inputs)).plan(BASE, [])
    whole = windows(inputs.horizon, False)["horizon"]
    found = compare(inputs, [plan], budget_reference(inputs, whole), whole)
    rows = found.kpis.set_index("kpi")
    assert rows.loc["ebitda", "difference"] == pytest.approx(30_400.0)
    assert rows.loc["fill_rate", ["reference", "difference", "percent"]].isna().all()
    lines = found.lines.set_index("line")
    assert lines.loc["ebitda", "reference"] == 54_000.0
    assert np.isnan(lines.loc["cogs", "reference"])
    assert "ebitda" in set(only_what_differs(found.lines)["line"])


def test_the_sentence_is_held_against_any_reference() -> None:
    """84,400 against a budget of 54,000; where the source has no figure it says so."""
    inputs = _inputs(budget=_budget(), **_past())
    plan = Planner(inputs, fit(inputs)).plan(BASE, [])
    whole = windows(inputs.horizon, False)["horizon"]
    said = headline(inputs, budget_reference(inputs, whole), plan, whole)
    assert said.startswith("EBITDA +30.4k vs budget.")
    short = Window("late", "Late", 5, 7)
    assert budget_reference(inputs, short).kpis["ebitda"] is None


def test_a_record_read_in_the_same_month_gives_the_plans_own_figures() -> None:
    """What can be added up from buckets is the plan's to the cent; what cannot is unknown."""
    inputs, plan, whole = planner().inputs, planned("Less", Override(lever="capacity", value=-20)), whole_plan()
    choice = ReferenceChoice(APPROVED, "Approved", "approved")
    found = recorded_reference(inputs, record(inputs, plan), whole, choice)
    own = plan_reference(inputs, plan, whole)
    unknown = {"fill_rate", "expected_fill_rate", "inventory_days"}
    assert {name for name, figure in found.kpis.items() if figure is None} == unknown
    for name in set(own.kpis) - unknown:
        assert found.kpis[name] == pytest.approx(own.kpis[name]), name
    assert {name: pytest.approx(amount) for name, amount in found.lines.items()} == own.lines
    assert found.demand.keys() == own.demand.keys()


def test_a_record_follows_the_calendar_into_the_next_cycle() -> None:
    """A month later January is gone: five months of the approved plan, and nothing beyond where it ended."""
    inputs, plan, told = planner().inputs, base(), record(planner().inputs, base())
    tables = small_company()
    settings = tables["settings"].copy()
    settings.loc[settings["key"] == "first_period", "value"] = "2026-02-01"
    later = Inputs.of({**tables, "settings": settings})
    choice = ReferenceChoice(APPROVED, "Approved", "approved")
    found = recorded_reference(later, told, Window("five", "Five", 0, 5), choice)
    assert found.kpis["ebitda"] == pytest.approx(float(plan.finance.lines["ebitda"][1:6].sum()))
    assert found.demand["Kettles"][:5].tolist() == [500.0, 500.0, 500.0, 1_000.0, 500.0]
    assert np.isnan(found.demand["Kettles"][5])
    beyond = recorded_reference(later, told, Window("six", "Six", 0, 6), choice)
    assert beyond.kpis["ebitda"] is None
    assert recorded_reference(later, {**told, "bucket": "week"}, Window("five", "Five", 0, 5), choice).demand == {}
    assert inputs.id != later.id


def test_the_workspace_lists_what_there_is() -> None:
    """Base and saved scenarios always; budget and prior year where there are tables for them."""
    plain = workspace_of(_inputs())
    assert [choice.id for choice in plain.references()] == ["base"]
    full = workspace_of(_inputs(budget=_budget(), **_past()))
    assert [choice.id for choice in full.references()] == ["base", "@budget", "@prior-year"]
    assert full.reference("@budget", "horizon").kpis["ebitda"] == 54_000.0
    assert full.reference("@prior-year", "horizon").kpis["ebitda"] == 24_000.0
    assert full.reference("base", "horizon").plan is not None
