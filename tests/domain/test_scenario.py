"""Scenarios: precedence of parent and child, refusal of double turns, and what counts as the same scenario."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sop.domain.base import base_parameters
from sop.domain.errors import ScenarioError
from sop.domain.levers import LEVERS
from sop.domain.scenario import (
    Override,
    Scenario,
    apply,
    canonical,
    canonical_scope,
    effective_overrides,
    scenario_hash,
    scope_pairs,
)
from tests.companies import small_inputs

BASE = base_parameters(small_inputs())


def _scenario(name: str, *overrides: Override) -> Scenario:
    return Scenario(id=name, name=name, overrides=overrides)


def _growth(*overrides: Override) -> list[float]:
    """Growth of kettles in the UK by month."""
    return [round(float(value), 10) for value in apply(BASE, overrides)["growth"][0, 0]]


def test_set_replaces_what_an_ancestor_set() -> None:
    """The parent sets all to +10 %, the child kettles to +2 %: kettles end at 1.02 of Base, not of the parent."""
    parent = _scenario("parent", Override(lever="demand", value=10))
    child = _scenario("child", Override(lever="demand", value=2, scope="item=Kettle"))
    assert _growth(*effective_overrides([parent, child])) == [1.02] * 6
    growth = apply(BASE, effective_overrides([parent, child]))["growth"]
    np.testing.assert_allclose(growth[1], 1.10)


def test_add_and_multiply_compose() -> None:
    """+10 % set, then 5 points added, then times 2: (1.10 + 0.05) x 2 = 2.30."""
    turns = (
        Override(lever="demand", value=10),
        Override(lever="demand", value=5, operation="add", scope="family=Kettles"),
        Override(lever="demand", value=2, operation="multiply", scope="item=Kettle"),
    )
    assert _growth(*turns) == [2.30] * 6


def test_order_matters_between_set_and_add() -> None:
    """Adding first and setting later leaves only what was set."""
    added = Override(lever="demand", value=5, operation="add", scope="item=Kettle")
    assert _growth(added, Override(lever="demand", value=1)) == [1.01] * 6


def test_a_set_in_a_child_replaces_the_same_turn_of_its_parent() -> None:
    """Same lever, scope and months: only the child's is left, in its own place at the end."""
    parent = _scenario("parent", Override(lever="demand", value=10), Override(lever="price", value=3))
    child = _scenario("child", Override(lever="demand", value=-5))
    left = effective_overrides([parent, child])
    assert [(turn.lever, turn.value) for turn in left] == [("price", 3.0), ("demand", -5.0)]


def test_add_and_multiply_in_a_child_come_on_top_of_the_same_turn_of_its_parent() -> None:
    """Parent +10 %, child 2 points more: 1.12; a grandchild doubles: 2.24; setting 1 % at last leaves 1.01."""
    parent = _scenario("parent", Override(lever="demand", value=10))
    child = _scenario("child", Override(lever="demand", value=2, operation="add"))
    grandchild = _scenario("grandchild", Override(lever="demand", value=2, operation="multiply"))
    last = _scenario("last", Override(lever="demand", value=1))
    assert _growth(*effective_overrides([parent, child])) == [1.12] * 6
    assert _growth(*effective_overrides([parent, child, grandchild])) == [2.24] * 6
    assert effective_overrides([parent, child, grandchild, last]) == last.overrides


@pytest.mark.parametrize(("operation", "value"), [("add", 0.0), ("multiply", 1.0)])
def test_a_neutral_turn_in_a_child_leaves_the_parent_exactly(operation: str, value: float) -> None:
    """Adding nothing to, or multiplying by one, the parent's own turn is the parent bit for bit."""
    parent = _scenario("parent", Override(lever="demand", value=3.3))
    child = _scenario("child", Override(lever="demand", value=value, operation=operation))
    both = apply(BASE, effective_overrides([parent, child]))["growth"]
    np.testing.assert_array_equal(both, apply(BASE, parent.overrides)["growth"])


def test_a_frozen_scenario_may_hold_its_ancestors_turn_and_its_own() -> None:
    """Set 10 and add 2 of the same target, taken in when freezing, can be read back."""
    turns = (Override(lever="demand", value=10), Override(lever="demand", value=2, operation="add"))
    kept = Scenario(id="kept", name="Kept", overrides=turns, frozen=True)
    assert Scenario.model_validate(kept.model_dump()) == kept


def test_a_child_can_take_back_a_turn() -> None:
    """Setting the parent's turn to neutral brings Base back exactly."""
    parent = _scenario("parent", Override(lever="demand", value=10))
    child = _scenario("child", Override(lever="demand", value=0))
    assert _growth(*effective_overrides([parent, child])) == [1.0] * 6


def test_a_neutral_set_undoes_a_wider_turn() -> None:
    """All at +10 %, kettles set to 0: kettles are Base's again."""
    assert (
        _growth(Override(lever="demand", value=10), Override(lever="demand", value=0, scope="item=Kettle")) == [1] * 6
    )


@pytest.mark.parametrize("again", ["family=Kettles,market=UK", "market=UK , family=Kettles"])
def test_the_same_turn_twice_in_one_scenario_is_refused(again: str) -> None:
    """Lever, scope and months may occur once, however the scope is spelled and whatever the operation."""
    first = Override(lever="demand", value=10, scope="family=Kettles,market=UK")
    with pytest.raises(ValidationError, match="turned twice"):
        _scenario("twice", first, Override(lever="demand", value=5, operation="add", scope=again))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"first": "2026-03"}, {"first": "2026-03-01"}),
        ({}, {"first": "2026-01"}),
        ({}, {"last": "2026-06"}),
        ({"first": "2025-11"}, {"first": "2026-01-17"}),
    ],
)
def test_the_same_months_spelled_differently_are_the_same_turn(first: dict[str, str], second: dict[str, str]) -> None:
    """Once the plan's months are known, a date, a label and a blank end that mean the same months are one turn."""
    turns = (Override(lever="demand", value=1, **first), Override(lever="demand", value=2, **second))
    with pytest.raises(ScenarioError, match="turned twice"):
        canonical(_scenario("twice", *turns), BASE.horizon)


def test_months_are_spelled_as_the_plan_labels_them() -> None:
    """A date becomes its month's label, the plan's own start and end become blank; the effect stays."""
    turns = (
        Override(lever="demand", value=10, first="2026-02-11", last="2026-06"),
        Override(lever="price", value=2, first="2026-01", last="2026-03-31"),
    )
    told = canonical(_scenario("told", *turns), BASE.horizon).overrides
    assert [(turn.first, turn.last) for turn in told] == [("2026-02", ""), ("", "2026-03")]
    np.testing.assert_array_equal(apply(BASE, told)["growth"], apply(BASE, turns)["growth"])
    np.testing.assert_array_equal(apply(BASE, told)["price"], apply(BASE, turns)["price"])


def test_other_months_are_another_turn() -> None:
    """The same lever and scope in other months is allowed."""
    turns = (
        Override(lever="demand", value=10, last="2026-02"),
        Override(lever="demand", value=20, first="2026-03"),
    )
    assert _growth(*_scenario("months", *turns).overrides) == [1.1, 1.1, 1.2, 1.2, 1.2, 1.2]


@pytest.mark.parametrize(
    ("lever", "value", "operation"),
    [
        ("demand", 31, "set"),
        ("demand", math.nan, "set"),
        ("demand", math.inf, "add"),
        ("demand", 101, "multiply"),
        ("demand", -0.1, "multiply"),
        ("goal", 3, "set"),
        ("goal", 1, "add"),
        ("goal", 0.5, "set"),
    ],
)
def test_values_out_of_bounds_are_refused(lever: str, value: float, operation: str) -> None:
    """Too far, not a number, or no such choice: refused with the lever's name."""
    with pytest.raises(ValidationError, match=lever):
        Override(lever=lever, value=value, operation=operation)


@pytest.mark.parametrize("scope", ["Kettles", "family=", "resource=Line"])
def test_scopes_a_lever_cannot_take_are_refused(scope: str) -> None:
    """A scope without dimension or value, or by a dimension demand does not have, is refused at once."""
    with pytest.raises(ValidationError):
        Override(lever="demand", value=1, scope=scope)


def test_unknown_levers_and_keys_are_refused() -> None:
    """Neither a lever that does not exist nor an unknown key is accepted."""
    with pytest.raises(ValidationError, match="unknown lever"):
        Override(lever="weather", value=1)
    with pytest.raises(ValidationError):
        Override(lever="demand", value=1, colour="red")


@pytest.mark.parametrize(
    ("first", "last"), [("2025-01", "2025-06"), ("2026-05", "2026-02"), ("July", ""), ("2027-01", "")]
)
def test_months_outside_the_plan_are_refused(first: str, last: str) -> None:
    """Months before, after or back to front are errors when the turn is applied."""
    with pytest.raises(ScenarioError):
        apply(BASE, [Override(lever="demand", value=1, first=first, last=last)])


def test_scope_values_that_do_not_exist_are_refused_with_the_known_ones() -> None:
    """The message lists what there is."""
    with pytest.raises(ScenarioError, match="Kettle, Toaster"):
        apply(BASE, [Override(lever="demand", value=1, scope="item=Fan")])


def test_scope_text_is_canonical() -> None:
    """Order and spaces do not make another scope; blank means all."""
    assert canonical_scope(" market=UK ,family=Kettles") == "family=Kettles,market=UK"
    assert canonical_scope("") == canonical_scope("*") == "*"


@pytest.mark.parametrize("name", ["Fans, small", "Fans,small", "A=B", "Fans, size=L", "x, y, z=1,"])
def test_names_may_hold_commas_and_equal_signs(name: str) -> None:
    """A comma parts a scope only where one of the known dimensions follows; the canonical text reads the same."""
    scope = f"market=UK,family={name}"
    assert scope_pairs(scope) == (("market", "UK"), ("family", name))
    assert canonical_scope(scope) == f"family={name},market=UK"
    assert set(scope_pairs(canonical_scope(scope))) == set(scope_pairs(scope))
    assert canonical_scope(canonical_scope(scope)) == canonical_scope(scope)


def test_the_key_depends_on_what_is_done_not_on_who_or_why() -> None:
    """Reason and author leave the key alone; value, months and operation change it."""
    key = scenario_hash([Override(lever="demand", value=5)])
    assert key == scenario_hash([Override(lever="demand", value=5, reason="fair", author="planner")])
    others = [
        Override(lever="demand", value=6),
        Override(lever="demand", value=5, first="2026-02"),
        Override(lever="demand", value=5, operation="add"),
        Override(lever="demand", value=5, scope="item=Kettle"),
    ]
    assert len({key, *(scenario_hash([other]) for other in others)}) == 5


def test_parameters_stay_read_only() -> None:
    """Neither Base's nor a scenario's arrays can be written to, and applying leaves Base alone."""
    before = BASE["growth"].copy()
    changed = apply(BASE, [Override(lever="demand", value=5)])
    for arrays in (BASE, changed):
        with pytest.raises(ValueError):
            arrays["growth"][0] = 7.0
    np.testing.assert_array_equal(BASE["growth"], before)


@settings(max_examples=40, deadline=None)
@given(name=st.sampled_from(sorted(LEVERS)), operation=st.sampled_from(["set", "add", "multiply"]))
def test_neutral_turns_leave_every_parameter_as_it_is(name: str, operation: str) -> None:
    """Set to neutral, add nothing, times one: bit for bit Base."""
    lever = LEVERS[name]
    value = 1.0 if operation == "multiply" else 0.0 if operation == "add" else lever.neutral
    if value is None or (lever.scale == "choice" and operation != "set"):
        return
    turned = apply(BASE, [Override(lever=name, value=value, operation=operation)])
    np.testing.assert_array_equal(turned[lever.parameter], BASE[lever.parameter])
