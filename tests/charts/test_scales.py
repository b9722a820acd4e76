"""Axes hold still while figures move within them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sop.charts.scales import outward, steady

AMOUNTS = st.integers(-(10**12), 10**12).map(lambda cents: cents / 100)


@settings(max_examples=50)
@given(AMOUNTS, AMOUNTS)
def test_an_axis_holds_its_figures_and_zero(one: float, other: float) -> None:
    """Rounded outward: nothing is cut off, zero is on the axis, and it is not empty."""
    low, high = sorted((one, other))
    bottom, top = outward(low, high)
    assert bottom <= min(low, 0.0) or abs(bottom - low) < 1e-6 * (top - bottom)
    assert top >= max(high, 0.0) or abs(top - high) < 1e-6 * (top - bottom)
    assert bottom <= 0.0 <= top
    assert top > bottom


@settings(max_examples=50)
@given(AMOUNTS, AMOUNTS, st.floats(0.5, 1.0))
def test_a_held_axis_stays_while_it_serves(one: float, other: float, share: float) -> None:
    """Figures that shrink keep the axis as long as they fill more than a third of it."""
    low, high = sorted((one, other))
    held = steady(None, low, high)
    filled = share * (max(high, 0.0) - min(low, 0.0))
    stays = filled > 0.35 * (held[1] - held[0])
    assert steady(held, low * share, high * share) == (held if stays else outward(low * share, high * share))


def test_an_axis_does_not_go_to_and_fro() -> None:
    """100 fits into 100; 101 takes 120; going back to 100 keeps 120, and so does everything down to 42."""
    first = steady(None, 0.0, 100.0)
    grown = steady(first, 0.0, 101.0)
    assert (first, grown) == ((0.0, 100.0), (0.0, 120.0))
    assert steady(grown, 0.0, 100.0) == grown
    assert steady(grown, 0.0, 43.0) == grown
    assert steady(grown, 0.0, 41.0) == (0.0, 50.0)


def test_signed_bars_get_room_on_both_sides() -> None:
    """Losses of 30 beside gains of 130 take a quarter of the axis below zero."""
    assert steady(None, -30.0, 130.0) == (-37.5, 150.0)
    assert steady((-37.5, 150.0), -38.0, 10.0) == (-40.0, 10.0)
