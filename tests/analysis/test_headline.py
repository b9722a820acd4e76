"""The one sentence."""

from __future__ import annotations

import dataclasses

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from sop.analysis.exceptions import full_resources
from sop.analysis.headline import LONGEST, headline
from sop.analysis.wording import money
from sop.demand import fit
from sop.domain.inputs import Inputs, typed
from sop.domain.plans import PlanResult
from sop.domain.scenario import BASE, Override
from sop.finance import windows
from sop.planning import Planner
from tests.analysis.cases import base, planned, planner, whole_plan
from tests.companies import small_company


def _named(result: PlanResult, name: str) -> PlanResult:
    return dataclasses.replace(result, scenario=result.scenario.model_copy(update={"name": name}))


def _said(result: PlanResult) -> str:
    return headline(planner().inputs, base(), result, whole_plan())


def test_base_is_held_against_the_budget() -> None:
    """84,400 against 6 x 15,000 = 90,000; the line has overtime left, so nothing binds; nobody waits."""
    assert _said(base()) == "EBITDA 84.4k, 5.60k under budget. All demand met."


def test_without_supply_tables_nothing_is_said_to_be_met() -> None:
    """A company that says nothing of supply has no limits; the sentence says that rather than that all is well."""
    kept = {name: table for name, table in small_company().items() if name not in ("operations", "routings")}
    inputs = Inputs.of(kept)
    result = Planner(inputs, fit(inputs)).plan(BASE, [])
    told = headline(inputs, result, result, windows(inputs.horizon, has_actuals=False)["horizon"])
    assert "o supply tables, so all demand counts as met" in told


def test_a_budget_for_part_of_the_window_is_said_to_be_so() -> None:
    """Only January to March are budgeted, at 10,000 each: the gap is theirs alone, and the sentence says so."""
    rows = {"line": ["ebitda"] * 3, "period": [f"2026-0{month}-01" for month in (1, 2, 3)], "amount": [10_000.0] * 3}
    inputs = Inputs.of(small_company() | {"budget": typed("budget", pd.DataFrame(rows))})
    result = Planner(inputs, fit(inputs)).plan(BASE, [])
    gap = float(result.finance.lines["ebitda"][:3].sum()) - 30_000
    text = headline(inputs, result, result, windows(inputs.horizon, False)["horizon"])
    assert text.startswith(f"EBITDA 84.4k, {money(gap)} over budget in the 3 months budgeted.")


def test_a_scenario_is_held_against_its_reference() -> None:
    """Less capacity: what it costs, what binds and when, what customers feel in units and money."""
    text = _said(planned("Less", Override(lever="capacity", value=-20)))
    assert text.startswith("EBITDA −")
    assert "vs Base; demand unchanged. Line full Jan-May;" in text
    assert "short (" in text


def test_offered_demand_is_named_where_supply_does_not_follow() -> None:
    """20 % more demand asks for 20 % more margin: 0.2 x (3,500 x 25 + 1,500 x 18) = 22,900."""
    text = _said(planned("Boom", Override(lever="demand", value=20)))
    assert "demand offers +22.9k" in text


def test_a_scenario_that_changes_nothing_says_so() -> None:
    """A label without effect leaves EBITDA as in Base."""
    assert _said(planned("Idle", Override(lever="storage", value=10))).startswith("EBITDA 84.4k, as in Base.")


def test_only_what_the_short_family_needs_is_named() -> None:
    """Kettles wait for chips of which 400 come a month; the toasters' own line, full as well, is not to blame."""
    tables = small_company()
    tables["items"] = typed(
        "items",
        pd.DataFrame(
            {
                "item": ["Kettle", "Toaster", "Chip"],
                "family": ["Kettles", "Toasters", "Parts"],
                "kind": ["product", "product", "component"],
            }
        ),
    )
    tables["suppliers"] = typed("suppliers", pd.DataFrame({"supplier": ["Chips Inc"], "capacity": [400.0]}))
    tables["operations"] = typed(
        "operations",
        pd.DataFrame(
            {
                "operation": ["make kettle", "make toaster", "buy chip"],
                "location": ["Plant"] * 3,
                "kind": ["make", "make", "buy"],
                "item": ["Kettle", "Toaster", "Chip"],
                "unit_cost": [10.0, 12.0, 2.0],
                "supplier": ["", "", "Chips Inc"],
            }
        ),
    )
    tables["materials"] = typed(
        "materials", pd.DataFrame({"operation": ["make kettle"], "item": ["Chip"], "quantity": [1.0]})
    )
    lines = {"resource": ["Line", "Toasting"], "location": ["Plant"] * 2, "hours": [400.0, 39.0]}
    tables["resources"] = typed("resources", pd.DataFrame(lines))
    routings = {"operation": ["make kettle", "make toaster"], "resource": ["Line", "Toasting"], "hours": [0.2, 0.16]}
    tables["routings"] = typed("routings", pd.DataFrame(routings))
    inputs = Inputs.of(tables)
    result = Planner(inputs, fit(inputs)).plan(BASE, [])
    window = windows(inputs.horizon, False)["horizon"]
    assert set(full_resources(result, window)["resource"]) == {"Toasting"}
    text = headline(inputs, result, result, window)
    assert "Chips Inc at its limit Jan-Jun; 1.04k kettles short" in text
    assert "Toasting" not in text


@settings(max_examples=20, deadline=None)
@given(
    demand=st.integers(-30, 30),
    capacity=st.integers(-40, 30),
    goal=st.integers(0, 2),
    name=st.text(min_size=1, max_size=80),
)
def test_it_is_one_short_sentence(demand: int, capacity: int, goal: int, name: str) -> None:
    """Never more than 200 characters, always about EBITDA."""
    turns = {"demand": demand, "capacity": capacity, "goal": goal}
    result = planned("Any", *(Override(lever=lever, value=value) for lever, value in turns.items()))
    text = headline(planner().inputs, _named(base(), name), result, whole_plan())
    assert text.startswith("EBITDA")
    assert len(text) <= LONGEST
