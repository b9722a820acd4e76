"""Windows: which buckets a figure is stated over, and what its title admits."""

from __future__ import annotations

from datetime import date

from sop.domain.horizon import Horizon
from sop.finance import Window, windows


def test_calendar_year_plan_of_18_months() -> None:
    """From January 2026: the year is months 0-11, next year is cut after June, the quarter is the first."""
    found = windows(Horizon(date(2026, 1, 1), 18, tail=3), has_actuals=False)
    assert found["fiscal_year"] == Window("fiscal_year", "FY 2026", 0, 12)
    assert found["next_year"] == Window("next_year", "FY 2027 (to 2027-06)", 12, 18)
    assert found["rolling_12"] == Window("rolling_12", "Next 12 months", 0, 12)
    assert found["quarter"] == Window("quarter", "Quarter 1", 0, 3)
    assert found["horizon"] == Window("horizon", "Whole plan", 0, 18)


def test_a_year_under_way_is_completed_by_actuals() -> None:
    """Planning from September with a year from July: two months are booked, so is part of the quarter."""
    plan = Horizon(date(2026, 9, 1), 18, fiscal_year_start=7)
    booked = windows(plan, has_actuals=True)
    assert booked["fiscal_year"] == Window("fiscal_year", "FY 2026/27 (actuals to 2026-08)", -2, 10)
    assert booked["quarter"] == Window("quarter", "Quarter 1 (actuals to 2026-08)", -2, 1)
    assert booked["fiscal_year"].planned == slice(0, 10)


def test_without_actuals_the_year_starts_with_the_plan_and_says_so() -> None:
    """The same year without actuals covers the planned months only."""
    cut = windows(Horizon(date(2026, 9, 1), 18, fiscal_year_start=7), has_actuals=False)
    assert cut["fiscal_year"] == Window("fiscal_year", "FY 2026/27 (from 2026-09)", 0, 10)


def test_a_year_the_plan_does_not_reach_is_left_out() -> None:
    """Six months from January show nothing of next year, and the year ends in June."""
    found = windows(Horizon(date(2026, 1, 1), 6), has_actuals=False)
    assert "next_year" not in found
    assert found["fiscal_year"] == Window("fiscal_year", "FY 2026 (to 2026-06)", 0, 6)


def test_weekly_plans_have_quarters_of_thirteen_weeks() -> None:
    """A weekly plan from 30 March 2026 stands in the second quarter, 13 weeks from the first."""
    found = windows(Horizon(date(2026, 3, 30), 30, bucket="week"), has_actuals=True)
    year, quarter = found["fiscal_year"], found["quarter"]
    assert (quarter.first - year.first) % 13 == 0
    assert quarter.first <= 0 < quarter.last
    assert quarter.last - quarter.first == 13
