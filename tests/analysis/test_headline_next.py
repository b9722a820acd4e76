"""The sentence with the next action, and with names of 40 characters."""

from __future__ import annotations

from functools import cache

import pytest

from sop.analysis.advice import Advice, next_action
from sop.analysis.effect import Effect
from sop.analysis.headline import LONGEST, headline
from sop.domain.inputs import Inputs
from sop.domain.plans import PlanResult
from sop.domain.scenario import Override, Scenario
from sop.workspace import Workspace
from tests.analysis.cases import base, planned, planner, whole_plan, workspace_of
from tests.companies import small_company
from tests.workspaces import scenario, small_workspace

LONG = {
    "Kettles": "Kettles and all other boiling appliances",
    "Toasters": "Toasters, grills and table-top appliance",
    "Line": "Assembly line 2 with automatic packaging",
    "UK": "United Kingdom and the Republic Ireland.",
    "DACH": "Germany, Austria and Switzerland (DACH).",
}


def _advice(short: str = "October overtime", ebitda: float = 200_000.0, fill: float = 0.0, *helps: str) -> Advice:
    effect = Effect(ebitda, ebitda, 0.0, 0.0, 0.0, 0.0, fill, 0.0, 0.0)
    return Advice(short, short, "why", (), effect, helps or ("ebitda",))


def _said(result: PlanResult, advice: Advice | None = None) -> str:
    return headline(planner().inputs, base(), result, whole_plan(), advice)


@cache
def _long_workspace() -> Workspace:
    """The small company with every name 40 characters long."""
    tables = {name: frame.replace(LONG) for name, frame in small_company().items()}
    return workspace_of(Inputs.of(tables))


def test_the_next_action_is_the_last_sentence() -> None:
    """What to do and what it brings; the rest stays as it is without it."""
    less = planned("Less", Override(lever="capacity", value=-20))
    assert _said(less, _advice()) == f"{_said(less)} Next: October overtime, +200k."


def test_an_action_for_service_says_what_it_does_for_service() -> None:
    """An extra shift that costs money is not sold as a gain."""
    told = _said(base(), _advice("October extra shift", -50_000.0, 0.012, "service"))
    assert told.endswith(" Next: October extra shift, expected fill +1.2 pp.")


def test_advice_and_sentence_work_together() -> None:
    """15 % more overtime brings back 9,900 of margin for 1,680 of overtime and 60 of storage: +8.16k."""
    workspace = small_workspace()
    less = scenario("Less", Override(lever="capacity", value=-20))
    result, reference = workspace.plan(less), workspace.plan("base")
    first = next_action(workspace.advice(less, "horizon"))
    assert first is not None
    told = workspace.headline(result, reference, "horizon", next_action=first)
    assert told.endswith(" Next: Jan-May overtime, +8.16k.")
    assert workspace.headline(result, reference, "horizon") in told


@pytest.mark.parametrize("name", sorted(LONG.values()))
def test_names_are_40_characters(name: str) -> None:
    """The cases below are what they claim to be."""
    assert len(name) == 40


@pytest.mark.parametrize("turn", [("capacity", -20.0), ("demand", 20.0), ("price", -5.0), ("goal", 1.0)])
def test_long_names_leave_a_sentence_that_fits(turn: tuple[str, float]) -> None:
    """Every part is still said, in 200 characters, names cut; with and without a next action."""
    workspace = _long_workspace()
    asked = (Override(lever=turn[0], value=turn[1]),)
    result = workspace.plan(Scenario(id="a", name="A scenario whose name has 40 characters.", overrides=asked))
    other = (Override(lever="capacity", value=-10),)
    reference = workspace.plan(Scenario(id="b", name="Another scenario that is 40 letters long", overrides=other))
    for advice in (None, _advice("5 days less safety stock of Kettles and all other boiling appliances")):
        told = workspace.headline(result, reference, "horizon", advice)
        assert len(told) <= LONGEST
        assert told.startswith("EBITDA ")
        assert told.endswith(".")
        assert "…" in told
        assert (advice is None) or "Next: 5 days less safety stock" in told
        if turn[0] in ("capacity", "demand"):
            assert "full Jan-May" in told
            assert "short (" in told


@pytest.mark.parametrize("name", ["W" * 80, "iii " * 20])
def test_the_longest_names_do_not_break_it(name: str) -> None:
    """Whatever scenarios and actions are called."""
    less = planned("Less", Override(lever="capacity", value=-20))
    renamed = Override(lever="capacity", value=-10)
    reference = planned("Other", renamed)
    called = reference.__class__(
        **{**vars(reference), "scenario": reference.scenario.model_copy(update={"name": name.strip()})}
    )
    told = headline(planner().inputs, called, less, whole_plan(), _advice(name))
    assert len(told) <= LONGEST
    assert "Next: " in told
