"""Figures and months in words."""

from __future__ import annotations

import doctest
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop.analysis import wording
from sop.domain import credit, rounding
from sop.domain.horizon import Horizon


@pytest.mark.parametrize("module", [wording, rounding, credit], ids=lambda module: module.__name__)
def test_examples_in_docstrings_hold(module: object) -> None:
    """The documented examples are true."""
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (999.4, "999"),
        (999.6, "1.00k"),
        (-12_345, "−12.3k"),
        (1_005_000, "1.00M"),
        (2.5e9, "2.50B"),
        (float("nan"), "–"),
        (float("inf"), "–"),
    ],
)
def test_three_significant_digits(value: float, text: str) -> None:
    """k, M and B come in where the rounded figure reaches them; what is no number is a dash."""
    assert wording.compact(value) == text


@given(value=st.floats(-1e12, 1e12))
def test_compact_is_within_half_a_percent(value: float) -> None:
    """What is shown is within half of its last digit of what is meant."""
    text = wording.compact(value).replace(wording.MINUS, "-")
    scale = {"k": 1e3, "M": 1e6, "B": 1e9}.get(text[-1], 1.0)
    shown = float(text.rstrip("kMB")) * scale
    assert shown == pytest.approx(value, rel=0.005 + 1e-9, abs=0.0006)


def test_money_below_half_a_unit_is_nothing() -> None:
    """0.4 is 0, a difference of 0.4 is "="."""
    assert wording.money(0.4, "EUR") == "0 EUR"
    assert wording.signed_money(-0.4) == "="
    assert wording.signed_money(-1_500, "EUR") == "−1.50k EUR"


def test_months_are_told_in_runs() -> None:
    """Neighbours join; a year is named where it is not the first one; more than two runs are cut."""
    plan = Horizon(date(2026, 1, 1), 18)
    assert wording.bucket_ranges(plan, [8, 9, 10]) == "Sep-Nov"
    assert wording.bucket_ranges(plan, [11, 12, 13]) == "Dec-Feb 27"
    assert wording.bucket_ranges(plan, [4, 0, 2]) == "Jan, Mar and more"
    assert wording.bucket_ranges(plan, []) == ""


def test_445_months_are_named_by_their_middle() -> None:
    """The fiscal month that begins on 26 January is February."""
    assert wording.bucket_name(Horizon(date(2026, 1, 1), 12, calendar="4-4-5"), 1) == "Feb"


def test_weeks_are_named_by_their_monday() -> None:
    """A weekly bucket is its first day."""
    plan = Horizon(date(2026, 9, 7), 8, bucket="week")
    assert wording.bucket_ranges(plan, [0, 1, 3]) == "7 Sep-14 Sep, 28 Sep"
