"""Buckets: calendar months, 4-4-5 months and weeks, their labels, years and quarters."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sop.domain.horizon import Horizon, fiscal_445_start, month_start

HORIZONS = st.builds(
    Horizon,
    first=st.dates(date(2015, 1, 1), date(2040, 12, 28)),
    periods=st.integers(1, 36),
    tail=st.integers(0, 6),
    bucket=st.sampled_from(["month", "week"]),
    calendar=st.sampled_from(["calendar", "4-4-5"]),
    fiscal_year_start=st.integers(1, 12),
)


def test_months_run_over_the_year_end() -> None:
    """Month 14 of 2026 is February 2027, month 0 is December 2025."""
    assert month_start(2026, 14) == date(2027, 2, 1)
    assert month_start(2026, 0) == date(2025, 12, 1)


def test_calendar_months_have_their_days() -> None:
    """January to March of a leap year have 31, 29 and 31 days."""
    assert Horizon(date(2028, 1, 1), 3).days.tolist() == [31.0, 29.0, 31.0]


def test_445_year_by_hand() -> None:
    """2026 starts on Monday 29 December 2025 and runs 4, 4, 5 weeks a quarter: 26 January, 23 February, 30 March."""
    plan = Horizon(date(2026, 1, 1), 12, calendar="4-4-5")
    assert plan.starts[:4] == (date(2025, 12, 29), date(2026, 1, 26), date(2026, 2, 23), date(2026, 3, 30))
    assert plan.days[:9].tolist() == [28.0, 28.0, 35.0] * 3


def test_445_leap_week_falls_into_the_last_month() -> None:
    """1 January 2027 is a Friday, so its year starts on Monday 4 January: 2026 has 53 weeks, its last month six."""
    assert fiscal_445_start(2027, 1) == date(2027, 1, 4)
    plan = Horizon(date(2026, 1, 1), 13, calendar="4-4-5")
    assert plan.days[11] == 42.0
    assert plan.starts[12] == date(2027, 1, 4)


def test_weeks_start_on_monday() -> None:
    """A weekly plan from Thursday 1 January 2026 starts on Monday 29 December 2025."""
    plan = Horizon(date(2026, 1, 1), 2, bucket="week")
    assert plan.labels == ("2025-12-29", "2026-01-05")
    assert plan.index_of(date(2025, 12, 28)) == -1
    assert plan.index_of(date(2026, 1, 4)) == 0


def test_fiscal_year_from_july() -> None:
    """September 2026 belongs to the year that began in July 2026: buckets -2 to 9."""
    plan = Horizon(date(2026, 9, 1), 18, fiscal_year_start=7)
    assert plan.fiscal_year(0) == 2026
    assert plan.fiscal_year_range(0) == (-2, 10)
    assert plan.fiscal_year_range(1) == (10, 22)


def test_a_label_that_is_no_month_is_a_value_error() -> None:
    """Months read like 2026-07."""
    with pytest.raises(ValueError):
        Horizon(date(2026, 1, 1), 3).index_of_label("July")


@settings(max_examples=60, deadline=None)
@given(plan=HORIZONS, index=st.integers(-40, 60))
def test_every_day_of_a_bucket_belongs_to_it(plan: Horizon, index: int) -> None:
    """The first and the last day of a bucket, and its label, all lead back to it."""
    assert plan.index_of(plan.start(index)) == index
    assert plan.index_of(plan.start(index + 1) - timedelta(days=1)) == index
    assert plan.index_of_label(plan.label(index)) == index


@settings(max_examples=40, deadline=None)
@given(plan=HORIZONS, days=st.lists(st.dates(date(2014, 1, 1), date(2043, 1, 1)), min_size=1, max_size=8))
def test_a_column_of_dates_is_placed_like_single_dates(plan: Horizon, days: list[date]) -> None:
    """index_of_dates agrees with index_of, day by day."""
    placed = plan.index_of_dates(pd.Series(pd.to_datetime(days)))
    assert placed.tolist() == [plan.index_of(day) for day in days]


@settings(max_examples=40, deadline=None)
@given(plan=HORIZONS, offset=st.integers(-1, 2))
def test_fiscal_years_follow_each_other_without_gap(plan: Horizon, offset: int) -> None:
    """A year ends where the next begins, holds a year's buckets and only its own."""
    first, last = plan.fiscal_year_range(offset)
    assert plan.fiscal_year_range(offset + 1)[0] == last
    assert last - first in ({12} if plan.bucket == "month" else {52, 53})
    assert {plan.fiscal_year(index) for index in range(first, last)} == {plan.fiscal_year(0) + offset}
