"""Approving a plan: frozen, kept with all it was made of, never changed again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from sop.domain.errors import NotFound, ScenarioError, SopError
from sop.domain.inputs import Inputs
from sop.domain.scenario import Override
from sop.exchange.writing import csv_bytes
from sop.store import Repository
from sop.workspace import Workspace
from sop.workspace.fitting import fitted
from tests.analysis.cases import promised_inputs, workspace_of
from tests.companies import small_company
from tests.workspaces import scenario, small_workspace

LESS = scenario("Less", Override(lever="capacity", value=-20))


def files_of(inputs: Inputs) -> dict[str, bytes]:
    """The tables as uploaded files."""
    return {f"{name}.csv": csv_bytes(name, table) for name, table in inputs.tables.items() if len(table)}


def test_an_approved_plan_is_frozen_and_can_be_planned_again() -> None:
    """Who, when, why and what it answered are kept; its snapshot verifies on its own."""
    workspace = small_workspace()
    workspace.save(LESS)
    approval = workspace.approve("less", "Head of operations", "Line 2 is being rebuilt")
    assert workspace.scenario("less").frozen
    assert workspace.approved() == [approval]
    assert workspace.last_approved() == approval
    assert (approval.author, approval.reason) == ("Head of operations", "Line 2 is being rebuilt")
    plan = workspace.plan("less")
    assert approval.scenario_key == plan.scenario_key
    assert approval.figures["kpis"]["horizon"]["ebitda"] == workspace.kpis(plan, "horizon").ebitda
    assert Workspace.verify(workspace.approved_snapshot(approval.number)).equal
    with pytest.raises(SopError, match="frozen"):
        workspace.save(LESS)
    with pytest.raises(NotFound):
        workspace.approved_snapshot(approval.number + 1)


def test_the_next_cycle_stays_near_the_approved_plan() -> None:
    """Approved: 600 kettles in January with 60 on hand (the line's room beside toasters, for May). The next files plan
    from February, ask for at most 5 % of deviation and name no levels: they get those approved, February to June; the
    plan keeps within them. Files without the setting stay as they are."""
    workspace = small_workspace()
    approval = workspace.approve("base", "Ops")
    approved = workspace.plan(approval.scenario_id).supply.level
    tables = small_company()
    settings = tables["settings"]
    later = settings.assign(value=settings["value"].where(settings["key"] != "first_period", "2026-02-01"))
    asked = pd.concat([later, pd.DataFrame({"key": ["deviation_limit"], "value": ["0.05"]})], ignore_index=True)
    report = workspace.import_uploads(files_of(Inputs.of({**tables, "settings": asked})))
    told = workspace.inputs["approved_levels"]
    assert any("approved_levels: 10 levels" in note for note in report.notes)
    assert told["level"].to_numpy().reshape(2, 5) == pytest.approx(approved[:, 1:], abs=1e-6)
    assert told["period"].dt.strftime("%Y-%m").unique().tolist() == [f"2026-0{month}" for month in range(2, 7)]
    workspace.ensure_model()
    level = workspace.plan("base").supply.level[:, :5]
    assert (level <= approved[:, 1:] * 1.05 + 1e-6).all()
    assert (level >= approved[:, 1:] * 0.95 - 1e-6).all()
    workspace.import_uploads(files_of(Inputs.of({**tables, "settings": later})))
    assert workspace.inputs["approved_levels"].empty


def test_a_child_is_approved_with_what_it_takes_from_its_parent() -> None:
    """The parent may change afterwards; the approved plan does not."""
    workspace = small_workspace()
    workspace.save(LESS)
    workspace.save(scenario("Child", Override(lever="price", value=2), parent="less"))
    workspace.approve("child", "Ops")
    before = workspace.kpis(workspace.plan("child"), "horizon")
    workspace.save(scenario("Less", Override(lever="capacity", value=-5)))
    assert workspace.kpis(workspace.plan("child"), "horizon") == before
    assert workspace.scenario("child").parent == ""


def test_base_is_approved_as_a_frozen_copy() -> None:
    """Base goes on following the data; approving it twice makes one copy and two approvals."""
    workspace = small_workspace()
    first, second = workspace.approve("base", "Ops"), workspace.approve("base", "CEO")
    assert first.scenario_id == second.scenario_id != "base"
    assert workspace.scenario(first.scenario_id).overrides == ()
    assert [approval.author for approval in workspace.approved()] == ["CEO", "Ops"]


def test_a_plan_that_is_not_final_cannot_be_approved() -> None:
    """Nobody approves what cannot be carried out, or without a name."""
    workspace = workspace_of(promised_inputs())
    workspace.save(scenario("Standstill", Override(lever="downtime", value=120)))
    with pytest.raises(ScenarioError, match="infeasible"):
        workspace.approve("standstill", "Ops")
    with pytest.raises(ScenarioError, match="needs a name"):
        workspace.approve("base", "  ")
    assert workspace.approved() == []
    assert not workspace.scenario("standstill").frozen


def test_the_last_approved_plan_is_a_reference() -> None:
    """In its own cycle as the plan it is; in the next one by its record, month by month."""
    store = Repository()
    store.add_inputs(inputs := Inputs.of(small_company()), "by hand", datetime(2026, 1, 5), model=fitted(inputs))
    workspace = Workspace(store)
    workspace.save(LESS)
    workspace.approve("less", "Ops")
    choice = workspace.references()[-1]
    assert (choice.id, choice.kind) == ("@approved", "approved")
    plan = workspace.plan("less")
    assert workspace.reference("@approved", "horizon").plan is not None
    assert workspace.headline(plan, workspace.reference("@approved", "horizon"), "horizon").startswith(
        f"EBITDA {workspace.kpis(plan, 'horizon').ebitda / 1000:.1f}k, as in last approved."
    )
    booked = float(plan.finance.lines["ebitda"][1:6].sum())
    _next_month(workspace, store)
    found = workspace.reference("@approved", "horizon")
    assert found.plan is None
    assert found.kpis["ebitda"] == pytest.approx(booked)


def _next_month(workspace: Workspace, store: Repository) -> None:
    """The same company a month on, planning five months."""
    tables = small_company()
    settings: pd.DataFrame = tables["settings"].set_index("key")
    settings.loc["first_period", "value"] = "2026-02-01"
    settings.loc["horizon", "value"] = "5"
    later = Inputs.of({**tables, "settings": settings.reset_index()})
    snapshot = workspace_of(later).snapshot("base")
    workspace.import_snapshot(snapshot)
    assert store.imports()[0].inputs_id == later.id


def test_an_approval_survives_the_next_start(tmp_path: Path) -> None:
    """Closed and opened again, the approval and its snapshot are there."""
    path = tmp_path / "s.duckdb"
    workspace = Workspace(_filled(path))
    workspace.save(LESS)
    approval = workspace.approve("less", "Ops", "go")
    workspace.close()
    again = Workspace(Repository(path))
    assert again.approved() == [approval]
    assert Workspace.verify(again.approved_snapshot(approval.number)).equal


def _filled(path: Path) -> Repository:
    store = Repository(path)
    inputs = Inputs.of(small_company())
    store.add_inputs(inputs, "by hand", datetime(2026, 1, 5), model=fitted(inputs))
    return store


def test_the_store_refuses_an_approval_of_something_else_under_a_frozen_name() -> None:
    """An id that stands for a frozen scenario cannot be approved with other turns."""
    workspace = small_workspace()
    workspace.save(LESS)
    approval = workspace.approve("less", "Ops")
    other = workspace.scenario("less").model_copy(update={"overrides": ()})
    with pytest.raises(SopError, match="frozen"):
        workspace._store.approve("Small & Co", other, approval, b"")
