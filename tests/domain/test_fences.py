"""Levers that fall before a plant's fence say so."""

from __future__ import annotations

from sop.domain.base import base_parameters
from sop.domain.fences import acts_before_fence
from sop.domain.inputs import Inputs
from sop.domain.scenario import Override
from tests.supply.test_by_hand import one_line


def _fenced() -> Inputs:
    return one_line({("A", "M"): [20, 20, 20, 20]}, locations=[{"location": "P", "frozen_periods": 2}])


def test_a_lever_within_the_fence_says_that_it_has_no_effect() -> None:
    """Capacity turned in January and February only, with two frozen months."""
    turned = Override(lever="capacity", value=10, first="2026-01", last="2026-02")
    assert acts_before_fence(base_parameters(_fenced()), turned) == (
        "Available capacity: the plan is frozen to the end of 2026-02; the lever has no effect."
    )


def test_a_lever_across_the_fence_says_from_when_it_acts() -> None:
    """Capacity turned over the whole horizon acts after the fence only."""
    told = acts_before_fence(base_parameters(_fenced()), Override(lever="capacity", value=10))
    assert told is not None
    assert told.endswith("only acts after it.")


def test_other_levers_and_later_months_are_not_fenced() -> None:
    """Demand is not made by the plant; March lies behind the fence."""
    base = base_parameters(_fenced())
    assert acts_before_fence(base, Override(lever="demand", value=10)) is None
    assert acts_before_fence(base, Override(lever="capacity", value=10, first="2026-03", last="2026-03")) is None
