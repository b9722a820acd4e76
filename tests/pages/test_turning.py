"""Turning levers: from one scenario to the next, without a screen."""

from __future__ import annotations

import pytest

from sop.domain.base import base_parameters
from sop.domain.levers import LEVERS
from sop.domain.scenario import ALL, BASE, Override, Scenario
from sop.ui.turning import (
    Reach,
    base_value,
    dropped,
    elsewhere,
    in_words,
    named,
    reach,
    scopes,
    turned,
    value,
)
from tests.companies import small_inputs

PRICE = LEVERS["price"]
UP = Override(lever="price", value=4)
KETTLES = Override(lever="price", value=2, scope="family=Kettles")


def with_overrides(*overrides: Override, parent: str = "") -> Scenario:
    """A saved scenario."""
    return Scenario(id="one", name="One", overrides=overrides, parent=parent)


def test_turning_adds_then_replaces() -> None:
    """The same lever, scope and months again replaces the value and keeps its place."""
    once = turned(BASE, (), UP, 0.0)
    both = turned(once, (), KETTLES, 0.0)
    again = turned(both, (), Override(lever="price", value=5), 0.0)
    assert [override.value for override in again.overrides] == [5.0, 2.0]


def test_the_neutral_value_removes_the_override() -> None:
    """A slider back at its neutral value leaves nothing behind."""
    once = turned(BASE, (), UP, 0.0)
    assert turned(once, (), Override(lever="price", value=0), 0.0).overrides == ()


def test_removing_what_an_ancestor_turned_takes_the_others_in() -> None:
    """A child whose parent turned two levers drops one: it keeps the other as its own and stands alone."""
    child = with_overrides(parent="mother")
    result = dropped(child, (UP, KETTLES), UP.target)
    assert result.overrides == (KETTLES,)
    assert result.parent == ""


def test_back_to_neutral_where_an_ancestor_turned_it_is_neutral() -> None:
    """A slider put to zero stays at zero, whatever the parent says; the child's own turn of it is gone too."""
    child = with_overrides(Override(lever="price", value=6), parent="mother")
    result = turned(child, (UP, KETTLES), Override(lever="price", value=0), 0.0)
    assert result.overrides == (KETTLES,)
    assert result.parent == ""


def test_removing_one_of_its_own_keeps_the_parent() -> None:
    """Only what the child added goes; it still builds on its parent."""
    child = with_overrides(KETTLES, parent="mother")
    result = dropped(child, (UP,), KETTLES.target)
    assert result.overrides == ()
    assert result.parent == "mother"


def test_the_desk_is_named_for_what_is_on_it() -> None:
    """Unchanged it has its own name; changed it says so; Base changed is a what-if with an id of its own."""
    saved = with_overrides(UP)
    assert named(saved, saved) is saved
    assert named(turned(saved, (), KETTLES, 0.0), saved).name == "One (changed)"
    assert named(turned(BASE, (), UP, 0.0), BASE).id == "what-if"


def test_a_name_of_full_length_still_fits_when_changed() -> None:
    """80 characters and the remark do not break the limit of names."""
    saved = Scenario(id="long", name="x" * 80)
    assert len(named(turned(saved, (), UP, 0.0), saved).name) <= 80


def test_a_slider_reads_the_override_of_its_scope_and_months_only() -> None:
    """+4 % everywhere, +2 % for kettles; in March alone nothing is turned."""
    base = base_parameters(small_inputs())
    both = (UP, KETTLES)
    assert value(PRICE, both, base, Reach()) == 4.0
    assert value(PRICE, both, base, Reach("family=Kettles")) == 2.0
    assert value(PRICE, both, base, Reach(ALL, "2026-03", "2026-03")) == 0.0
    assert elsewhere(both, PRICE, Reach()) == [KETTLES]


def test_a_level_reads_base_where_it_is_not_turned() -> None:
    """The line may work 10 % overtime in Base: the slider stands at 10."""
    base = base_parameters(small_inputs())
    assert base_value(LEVERS["overtime_limit"], base, Reach("resource=Line")) == 10.0


def test_levers_without_months_hold_for_the_whole_plan() -> None:
    """A launch shift ignores the range of months on screen."""
    assert Reach(ALL, "2026-02", "2026-03").of(LEVERS["launch_shift"]) == Reach()


@pytest.mark.parametrize(
    ("scope", "lever", "allowed"),
    [
        ("family=Kettles", "price", True),
        ("resource=Line", "price", False),
        ("resource=Line", "capacity", True),
        (ALL, "goal", True),
    ],
)
def test_a_lever_takes_only_its_own_scopes(scope: str, lever: str, allowed: bool) -> None:
    """Price has no resource, capacity no family."""
    assert Reach(scope).allows(LEVERS[lever]) is allowed


def test_the_whole_range_of_months_is_no_limit() -> None:
    """January to June of a six-month plan means all months; an end that is the plan's own is blank, as when saved."""
    horizon = small_inputs().horizon
    assert reach(ALL, ("2026-01", "2026-06"), horizon) == Reach()
    assert reach(ALL, ("2026-02", "2026-06"), horizon) == Reach(ALL, "2026-02", "")
    assert reach(ALL, ("2026-01", "2026-05"), horizon) == Reach(ALL, "", "2026-05")


def test_scopes_offer_what_can_be_told_apart() -> None:
    """Families, items, markets and the line; no blank names."""
    offered = scopes(base_parameters(small_inputs()))
    assert offered[0] == ALL
    assert {"family=Kettles", "item=Toaster", "market=UK", "resource=Line"} <= set(offered)
    assert not [scope for scope in offered if scope.endswith("=")]


def test_overrides_are_told_in_words() -> None:
    """Lever, amount, where, when."""
    override = Override(lever="price", value=4, scope="family=Kettles", first="2026-02", last="2026-03")
    assert in_words(override, small_inputs().horizon) == "Net price +4 % · Kettles · Feb-Mar"
