"""Colliding limits: the least relaxation as turns of levers, and with them the plan can be carried out."""

from __future__ import annotations

import pandas as pd
import pytest

from sop.domain.inputs import Inputs, typed
from sop.domain.plans import SolveStatus
from sop.domain.scenario import Override, Scenario
from sop.workspace import Workspace
from tests.analysis.cases import promised_inputs, workspace_of
from tests.companies import small_company
from tests.workspaces import scenario, small_workspace

STANDSTILL = scenario("Standstill", Override(lever="downtime", value=120))


def _table(name: str, **columns: list[object]) -> dict[str, pd.DataFrame]:
    return {name: typed(name, pd.DataFrame(columns))}


def _with(**tables: pd.DataFrame) -> Workspace:
    return workspace_of(Inputs.of(small_company() | tables))


def _check(workspace: Workspace, asked: Scenario) -> list[str]:
    """Levers of the relaxations, after making sure that they do what they promise."""
    assert workspace.plan(asked).supply.status is SolveStatus.INFEASIBLE
    found = workspace.relaxations(asked)
    assert found
    assert all(one.confirmed and one.overrides for one in found)
    assert workspace.plan(workspace.relaxed(asked, found)).supply.status is SolveStatus.OPTIMAL
    return sorted({turn.lever for one in found for turn in one.overrides})


def test_promises_give_way_by_what_the_line_cannot_make() -> None:
    """40 hours and 4 of overtime a month are 264 hours or 1,320 kettles, with 60 in stock 1,380 of 3,000 promised."""
    workspace = workspace_of(promised_inputs())
    assert _check(workspace, STANDSTILL) == ["contract_minimum"]
    found = workspace.relaxations(STANDSTILL)
    assert sum(one.amount for one in found) == pytest.approx(3_000 - 1_380, rel=1e-4)
    assert found[0].title.startswith("Contract minimum of Kettle in ")
    total = sum(conflict.relaxation for conflict in workspace.plan(STANDSTILL).supply.conflicts)
    assert sum(one.amount for one in found) == pytest.approx(total, rel=1e-4)


def test_firm_demand_gives_way_in_units() -> None:
    """Markets that must be served in full are asked to take less."""
    markets = small_company()["markets"].assign(firm=True)
    assert _check(_with(markets=markets), STANDSTILL) == ["planner_units"]


def test_a_production_minimum_gives_way() -> None:
    """900 kettles a month are 180 hours of a line that has 44."""
    operations = small_company()["operations"].assign(minimum=[900.0, 0.0])
    assert "operation_minimum" in _check(_with(operations=operations), STANDSTILL)


def test_head_counts_give_way() -> None:
    """Ten people at least in a pool that may have eight."""
    pools = _table(
        "workforce", pool=["Crew"], resource=["Line"], head_count=[9.0], minimum=[10.0], maximum=[8.0], wage=[1.0]
    )
    found = _check(_with(**pools), Scenario(id="same", name="Same"))
    assert found in (["head_limit"], ["head_minimum"])


def test_a_plan_that_can_be_asks_for_nothing() -> None:
    """Nothing to relax."""
    assert small_workspace().relaxations("base") == []


def test_one_of_several_relaxations_alone_is_not_enough() -> None:
    """They belong together: without one of them limits still collide."""
    workspace = workspace_of(promised_inputs())
    found = workspace.relaxations(STANDSTILL)
    assert len(found) > 1
    part = workspace.relaxed(STANDSTILL, found[1:])
    assert workspace.plan(part).supply.status is SolveStatus.INFEASIBLE
