"""Advice: candidates read off the plan, re-solved, ranked, combined; nothing that does not help."""

from __future__ import annotations

import dataclasses

import pytest
from pydantic import ValidationError

from sop.analysis.actions.action import months, runs
from sop.analysis.advice import Advice, next_action
from sop.analysis.applying import applied
from sop.analysis.effect import Effect, Figures, effect_of
from sop.domain.errors import ScenarioError
from sop.domain.plans import Kpis, SolveStatus
from sop.domain.scenario import BASE, Override, Scenario
from sop.workspace import Workspace
from tests.analysis.cases import promised_inputs, workspace_of
from tests.workspaces import scenario, small_workspace

LESS = scenario("Less", Override(lever="capacity", value=-20))
OWN_OVERTIME = scenario(
    "Own overtime",
    Override(lever="capacity", value=-20),
    Override(lever="overtime_limit", value=12, scope="resource=Line", last="2026-05"),
)


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    """The small company; its plans are the same whoever asks."""
    return small_workspace()


def _overtime(found: list[Advice]) -> Advice:
    return next(one for one in found if "overtime" in one.title and not one.parts)


@pytest.mark.parametrize("asked", [LESS, OWN_OVERTIME, scenario("Boom", Override(lever="demand", value=20))])
def test_every_gain_is_reproduced_by_applying_it(workspace: Workspace, asked: Scenario) -> None:
    """The scenario with an advice's turns added shows exactly the gains listed, turns of its own merged in."""
    before = workspace.kpis(workspace.plan(asked), "horizon")
    found = workspace.advice(asked, "horizon")
    assert found
    for one in found:
        after = workspace.kpis(workspace.plan(workspace.advised(asked, one)), "horizon")
        assert after.ebitda - before.ebitda == one.ebitda
        assert after.expected_fill_rate - before.expected_fill_rate == one.effect.expected_fill
        assert after.cash_low - before.cash_low == one.effect.cash_low


def test_overtime_brings_back_what_was_short(workspace: Workspace) -> None:
    """128 hours and 10 % overtime leave 180 kettles and 300 toasters short: 36 + 48 = 84 hours at 20 of overtime.

    Making them earns 180 x (40 - 15) + 300 x (30 - 12) = 9,900; overtime costs 1,680, the rest of the cost is storage.
    """
    one = _overtime(workspace.advice(LESS, "horizon"))
    assert one.title == "Jan-May overtime on Line, up to 25 %"
    assert one.short == "Jan-May overtime"
    assert one.effect.earned == pytest.approx(9_900)
    before, after = (workspace.plan(plan).finance.lines for plan in (LESS, workspace.advised(LESS, one)))
    storage = float((after["storage"] - before["storage"]).sum())
    assert one.cost == pytest.approx(1_680 + storage)
    assert one.ebitda == pytest.approx(9_900 - 1_680 - storage)
    assert one.helps[0] == "ebitda"


def test_the_smallest_size_that_does_is_advised(workspace: Workspace) -> None:
    """At -14 % there are 137.6 hours and 13.76 of overtime; January to May need 800 less 12 for the opening kettles.

    So 31.2 hours are missing; five points more overtime give 5 x 6.88 = 34.4, and more is not asked for.
    """
    one = _overtime(workspace.advice(scenario("Little less", Override(lever="capacity", value=-14)), "horizon"))
    assert [turn.value for turn in one.overrides] == [5.0]
    assert one.title == "Jan-May overtime on Line, up to 15 %"


def test_every_advice_helps_and_says_why(workspace: Workspace) -> None:
    """No action without a use, a reason that travels with its turns, and a title of its own."""
    found = workspace.advice(LESS, "horizon")
    assert all(one.helps and one.reason for one in found)
    assert all(one.reason.startswith(turn.reason) for one in found if not one.parts for turn in one.overrides)
    dearer = next(one for one in found if "price" in one.title)
    assert dearer.reason.endswith("beyond any in history: what demand does there is a guess.")
    assert len({one.title for one in found}) == len(found)


def test_ranked_by_worth_with_unknown_costs_last(workspace: Workspace) -> None:
    """EBITDA first, by worth; what the plan knows no cost of comes after everything else."""
    single = [one for one in workspace.advice(LESS, "horizon") if not one.parts]
    costed = [one.is_costed for one in single]
    assert costed == sorted(costed, reverse=True)
    assert not all(costed)
    earning = [one.effect.worth for one in single if one.is_costed and one.helps[0] == "ebitda"]
    assert earning == sorted(earning, reverse=True)
    assert next_action(single) is single[0]


def test_the_combination_beats_its_best_part(workspace: Workspace) -> None:
    """Up to three actions together, worth more than the best one alone."""
    found = workspace.advice(LESS, "horizon")
    both = found[-1]
    assert 2 <= len(both.parts) <= 3
    assert both.effect.worth > found[0].effect.worth
    assert set(both.parts) <= {one.title for one in found[:-1]}


def test_nothing_is_advised_about_a_plan_that_cannot_be() -> None:
    """Where hard limits collide there is no plan to improve."""
    promised = workspace_of(promised_inputs())
    asked = scenario("Standstill", Override(lever="downtime", value=120))
    assert promised.plan(asked).supply.status is SolveStatus.INFEASIBLE
    assert promised.advice(asked, "horizon") == []


def test_advice_is_kept(workspace: Workspace) -> None:
    """Asked again for the same plan and window the answer is at hand."""
    assert workspace.advice(LESS, "horizon") is workspace.advice(LESS, "horizon")


def test_a_frozen_scenario_stays_as_it_is(workspace: Workspace) -> None:
    """Advice for it makes an unsaved child, and the gains are the child's."""
    workspace.save(scenario("Kept", Override(lever="capacity", value=-20)))
    kept = workspace.freeze("kept")
    one = workspace.advice("kept", "horizon")[0]
    child = workspace.advised("kept", one)
    assert (child.parent, child.frozen) == ("kept", False)
    gain = (
        workspace.kpis(workspace.plan(child), "horizon").ebitda - workspace.kpis(workspace.plan(kept), "horizon").ebitda
    )
    assert gain == one.ebitda


def test_turns_of_the_same_lever_scope_and_months_become_one() -> None:
    """12 % set and 10 points added are 22 % set; two additions add up; the sum must stay within bounds."""
    set_ = Override(lever="overtime_limit", value=12, scope="resource=Line")
    add = Override(lever="overtime_limit", value=10, operation="add", scope="resource=Line", reason="full")
    found = applied(scenario("A", set_), [add]).overrides
    assert [(turn.operation, turn.value, turn.reason) for turn in found] == [("set", 22, "full")]
    found = applied(scenario("A", add), [add]).overrides
    assert [(turn.operation, turn.value) for turn in found] == [("add", 20)]
    with pytest.raises(ValidationError):
        applied(scenario("A", set_), [add.model_copy(update={"value": 20.0})])
    times = set_.model_copy(update={"operation": "multiply", "value": 1.1})
    with pytest.raises(ScenarioError, match="turned there already"):
        applied(scenario("A", times), [add])


def test_other_turns_are_appended() -> None:
    """Turns for other months or scopes stand beside what is there."""
    mine = Override(lever="price", value=2, scope="family=Kettles")
    more = Override(lever="price", value=2, operation="add", scope="family=Kettles", first="2026-05")
    assert applied(BASE.model_copy(update={"overrides": (mine,)}), [more]).overrides == (mine, more)


def _kpis(**figures: float) -> Kpis:
    zeros = {field.name: 0.0 for field in dataclasses.fields(Kpis)}
    return Kpis(**{**zeros, "demanded_revenue": 1_000.0, "gross_margin_pct": 40.0, **figures})


def test_safety_stock_given_up_is_charged_with_the_sales_it_puts_at_risk() -> None:
    """Plan fill stays, expected fill falls by 2 points of 1,000 at 40 % margin: 8 at risk; 10 earned are worth 2."""
    before = Figures(_kpis(fill_rate=1.0, expected_fill_rate=0.99), 0.0, 0.0)
    after = Figures(_kpis(fill_rate=1.0, expected_fill_rate=0.97, ebitda=10.0), 0.0, 0.0)
    effect = effect_of(before, after)
    assert effect.at_risk == pytest.approx(8.0)
    assert effect.worth == pytest.approx(2.0)
    assert effect.cost == pytest.approx(-10.0)


def test_what_the_plan_itself_no_longer_serves_is_in_its_ebitda_already() -> None:
    """Both fill rates fall by 2 points: the plan's EBITDA has lost those sales; nothing more is at risk."""
    before = Figures(_kpis(fill_rate=1.0, expected_fill_rate=0.99), 0.0, 5.0)
    after = Figures(_kpis(fill_rate=0.98, expected_fill_rate=0.97, ebitda=-10.0), -12.0, 8.0)
    effect = effect_of(before, after)
    assert effect.at_risk == pytest.approx(0.0)
    assert (effect.earned, effect.cost, effect.later) == (-12.0, -2.0, 3.0)
    assert effect.worth == pytest.approx(-7.0)


def test_next_is_the_best_single_one_that_earns() -> None:
    """Not a combination, not one of unknown cost, not one for cash only, while there is a better one."""
    effect = Effect(100.0, 100.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    earns = Advice("Earns", "earns", "why", (), effect, ("ebitda",))
    unknown = dataclasses.replace(earns, title="Unknown", is_costed=False)
    joined = dataclasses.replace(earns, title="Joined", parts=("a", "b"))
    cash = dataclasses.replace(earns, title="Cash", helps=("cash",))
    assert next_action([cash, unknown, earns, joined]) is earns
    assert next_action([cash, unknown]) is cash
    assert next_action([joined]) is None


def test_months_read_as_people_say_them(workspace: Workspace) -> None:
    """One month by its name, several as a range; a later year is named."""
    horizon = workspace.inputs.horizon
    assert months(horizon, 3, 3) == "April"
    assert months(horizon, 0, 4) == "Jan-May"
    assert months(horizon, 12, 12) == "January 27"
    assert runs([4, 1, 2, 7]) == [(1, 2), (4, 4), (7, 7)]
