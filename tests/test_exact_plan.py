"""Looking for the exact plan in the background: published whole-number cases through the workspace."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path

import pytest

from sop.domain.errors import SopError
from sop.domain.inputs import Inputs
from sop.domain.plans import PlanResult, SolveStatus
from sop.domain.scenario import BASE, Override
from sop.exchange.reading import load_inputs
from sop.exchange.snapshot import read_result
from sop.planning import Planner
from sop.store import Repository
from sop.supply.whole import Effort
from sop.workspace import Workspace
from sop.workspace.exact import ExactRun
from sop.workspace.fitting import fitted
from tests.workspaces import scenario, small_workspace

PUBLISHED = Path(__file__).parent / "published"


@cache
def _read(case: str) -> tuple[Inputs, bytes]:
    inputs = load_inputs(PUBLISHED / case)
    return inputs, fitted(inputs)


def published(case: str) -> Workspace:
    """A workspace in memory with a published case, nothing asked of it yet."""
    inputs, model = _read(case)
    store = Repository()
    store.add_inputs(inputs, case, datetime(2026, 1, 5), model=model)
    return Workspace(store)


def test_red_tomato_in_whole_heads_costs_422_660() -> None:
    """The published optimum: revenue 640,000 less 422,660. It comes from a thread, proven, with progress told."""
    workspace = published("red_tomato_whole")
    assert workspace.wants_whole
    assert workspace.exact(BASE) is None
    run = workspace.plan_exactly(BASE, 60.0)
    run.wait(60)
    assert run.error is None
    assert run.result is not None
    assert run.result.supply.status is SolveStatus.OPTIMAL
    assert run.result.supply.exact
    assert run.result.supply.objective == pytest.approx(640_000 - 422_660, abs=0.5)
    assert workspace.exact(BASE) is run
    assert workspace.exact(scenario("Other", Override(lever="demand", value=5))) is None


def test_lot_sizing_reaches_1_694() -> None:
    """The published optimum of the set-up problem, above what shares would say."""
    workspace = published("lot_sizing")
    run = workspace.plan_exactly(BASE)
    run.wait(60)
    assert run.result is not None
    assert run.result.supply.objective == pytest.approx(1694, abs=0.001)


def test_an_approval_is_about_the_exact_plan_where_it_was_found() -> None:
    """Heads of the red tomato in shares cost less than the published 422,660; approved before the search it is that
    plan, afterwards the exact one: 217,340, with whole heads in its snapshot, which verifies."""
    workspace = published("red_tomato_whole")
    early = workspace.approve("base", "Ops")
    assert early.figures["gap"] is None
    assert early.figures["objective"] > 217_341
    assert workspace.exact_plan(BASE) is None
    workspace.begin_exactly(BASE)
    run = workspace.exact(BASE)
    assert run is not None
    run.wait(60)
    workspace.begin_exactly(BASE)
    assert workspace.exact(BASE) is run
    late = workspace.approve("base", "Ops", "in whole heads")
    assert late.figures["gap"] == 1e-6
    assert late.figures["objective"] == pytest.approx(640_000 - 422_660, abs=0.5)
    sealed = workspace.approved_snapshot(late.number)
    heads = read_result(sealed, "workforce")["heads"]
    assert heads.to_numpy() == pytest.approx(heads.round().to_numpy(), abs=1e-6)
    assert Workspace.verify(sealed).equal
    assert Workspace.verify(workspace.approved_snapshot(early.number)).equal


def test_a_company_without_whole_numbers_wants_no_exact_plan() -> None:
    """The small company is planned once: its continuous plan is the plan."""
    assert not small_workspace().wants_whole


def test_a_search_is_begun_once_and_can_be_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks meanwhile gets the search that runs; cancelling it hands over what there is."""
    workspace = published("red_tomato_whole")
    answer = workspace.plan(BASE)
    higher = scenario("Higher", Override(lever="demand", value=5))

    def until_cancelled(*_: object, effort: Effort, **__: object) -> PlanResult:
        assert effort.cancel is not None
        effort.cancel.wait(10)
        return answer

    monkeypatch.setattr(Planner, "plan", until_cancelled)
    run = workspace.plan_exactly(higher, seconds=30.0)
    assert workspace.plan_exactly(higher) is run
    assert run.is_running
    assert not run.is_cancelled
    run.cancel()
    run.wait(10)
    assert run.result is answer
    assert run.is_cancelled
    again = workspace.plan_exactly(higher)
    assert again is not run
    again.cancel()
    again.wait(10)


def test_a_search_that_fails_says_so() -> None:
    """An error inside ends in a sentence, not in a thread nobody sees."""

    def make(_: Effort) -> PlanResult:
        raise ValueError("inside")

    run = ExactRun(make, 1.0, 0.0)
    run.wait(10)
    assert isinstance(run.error, SopError)
    assert run.result is None
