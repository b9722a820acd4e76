"""Shadow prices: signs, ranges and confirmation against published and hand-worked values."""

from __future__ import annotations

from pathlib import Path

import pytest

from sop.exchange.reading import load_inputs
from tests.supply.factory import solved
from tests.supply.test_by_hand import one_line

PUBLISHED = Path(__file__).parents[1] / "published"


def test_an_hour_is_worth_what_it_earns() -> None:
    """A full line makes a unit an hour that sells at 10 and costs 4; from 0 to 130 hours one more earns 6."""
    model, base, demand, _ = solved(one_line({("A", "M"): [130]}, {"goal": "profit"}))
    (price,) = model.shadow_prices(base, demand).to_dict("records")
    assert (price["resource"], price["period"], price["available"]) == ("Line", "2026-01", 100)
    assert price["value_per_hour"] == pytest.approx(6)
    assert price["earned_per_hour"] == pytest.approx(6)
    assert (price["valid_from"], price["valid_to"]) == pytest.approx((0, 130))
    assert price["confirmed"]


def test_steering_prices_are_kept_apart_from_money() -> None:
    """Goal service prices a lost unit at twice its price on top: 26 to the objective, of which 6 are earned."""
    model, base, demand, _ = solved(one_line({("A", "M"): [130]}, {"goal": "service"}))
    (price,) = model.shadow_prices(base, demand).to_dict("records")
    assert price["value_per_hour"] == pytest.approx(26)
    assert price["earned_per_hour"] == pytest.approx(6)


def test_a_line_with_room_has_no_price() -> None:
    """80 wanted with 100 hours: nothing to gain, an empty table."""
    model, base, demand, _ = solved(one_line({("A", "M"): [80]}))
    assert model.shadow_prices(base, demand).empty


def test_at_a_kink_the_measured_value_stands() -> None:
    """100 hours for exactly 100 wanted: one hour more brings nothing, whatever the dual says."""
    model, base, demand, _ = solved(one_line({("A", "M"): [100]}, {"goal": "profit"}))
    prices = model.shadow_prices(base, demand)
    assert (prices["value_per_hour"].abs() < 1e-6).all()


def test_an_hour_that_saves_overtime_is_worth_its_premium() -> None:
    """Overtime at 2 an hour fills the gap: one more regular hour saves 2."""
    line = [{"resource": "Line", "location": "P", "hours": 100, "overtime_limit": 0.5, "overtime_cost": 2}]
    model, base, demand, _ = solved(one_line({("A", "M"): [130]}, resources=line))
    (price,) = model.shadow_prices(base, demand).to_dict("records")
    assert price["value_per_hour"] == pytest.approx(2)
    assert price["valid_to"] == pytest.approx(130)


def test_machine_prices_of_factory_planning() -> None:
    """Factory planning 1, worked from its recipes: grinding is scarce in January, boring in March, planing in June.

    A boring hour in March makes 10 of PROD5 (0.1 h, price 11) whose stock saves nothing else: every price found is
    confirmed by solving again with one hour, or the hours its range allows, more.
    """
    model, base, demand, plan = solved(load_inputs(PUBLISHED / "factory_planning_1"))
    prices = model.shadow_prices(base, demand)
    assert set(zip(prices["resource"], prices["period"], strict=True)) >= {
        ("grinding", "2026-01"),
        ("horizontal_drilling", "2026-02"),
    }
    assert prices["confirmed"].all()
    assert model.solve(base, demand).objective == plan.objective
