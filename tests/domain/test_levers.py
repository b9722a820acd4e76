"""The lever catalogue and what a turn does to the parameters."""

from __future__ import annotations

import numpy as np
import pytest

from sop.domain.base import base_parameters
from sop.domain.levers import LEVERS, Lever
from sop.domain.parameters import Array, Parameters
from sop.domain.scenario import Override, apply
from tests.companies import small_inputs

BASE: Parameters = base_parameters(small_inputs())


@pytest.mark.parametrize("lever", LEVERS.values(), ids=lambda lever: lever.name)
def test_levers_fit_the_parameters(lever: Lever) -> None:
    """Every lever turns a parameter that exists, in scopes its axes know, over months only where it has months."""
    axes = BASE.arrays[lever.parameter].axes
    assert lever.by_period == ("period" in axes)
    known = {dimension for name in axes if name in BASE.axes for dimension in BASE.axis(name).groups}
    assert set(lever.scopes) <= known
    assert lever.meaning.endswith(".")
    if lever.scale == "choice":
        assert len(lever.choices) > 1
    else:
        assert lever.minimum < lever.maximum
        assert lever.step > 0
    if lever.neutral is not None:
        assert lever.minimum <= lever.neutral <= lever.maximum


def _turned(lever: str, value: float, **more: str) -> Array:
    override = Override(lever=lever, value=value, **more)
    return apply(BASE, [override])[LEVERS[lever].parameter]


def test_percent_is_relative_to_base() -> None:
    """+5 % on the price of kettles: 42; toasters stay at 30."""
    price = _turned("price", 5, scope="item=Kettle")
    np.testing.assert_allclose(price[0], 42.0)
    np.testing.assert_allclose(price[1], 30.0)


def test_shift_adds_to_base_and_stops_at_the_floor() -> None:
    """Shifts one more: 2; two fewer than 1: none."""
    np.testing.assert_allclose(_turned("shifts", 1), 2.0)
    np.testing.assert_allclose(_turned("shifts", -2), 0.0)


def test_promotion_points_are_shares_of_price() -> None:
    """10 points deeper is a depth of 0.10 where there was none; shallower than none stays none."""
    np.testing.assert_allclose(_turned("promotion", 10), 0.10)
    np.testing.assert_allclose(_turned("promotion", -10), 0.0)


def test_level_replaces_base() -> None:
    """An overtime limit of 25 % replaces the 10 % of Base."""
    np.testing.assert_allclose(_turned("overtime_limit", 25), 0.25)


def test_choice_takes_the_position_of_the_word() -> None:
    """Goal 2 is lowest cost; unmet demand 1 in one market lets only that market wait."""
    assert float(_turned("goal", 2)) == 2.0
    assert _turned("unmet_demand", 1, scope="market=UK").tolist() == [1.0, 0.0]


def test_months_limit_a_turn() -> None:
    """+10 % from March to April changes two buckets of six."""
    growth = _turned("demand", 10, first="2026-03", last="2026-04")
    np.testing.assert_allclose(growth[0, 0], [1, 1, 1.1, 1.1, 1, 1])


def test_unlimited_stays_unlimited() -> None:
    """Half of no limit is no limit."""
    assert np.isinf(_turned("storage", -50)).all()
    assert np.isinf(_turned("storage", 0.5, operation="multiply")).all()
