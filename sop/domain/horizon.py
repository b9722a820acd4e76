"""Planning buckets: months (calendar or 4-4-5) or weeks, ordinal, each with a start date."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

Bucket = Literal["month", "week"]
Calendar = Literal["calendar", "4-4-5"]

_WEEKS_445 = (4, 8, 13, 17, 21, 26, 30, 34, 39, 43, 47)


def month_start(year: int, month: int) -> date:
    """First day of a month; ``month`` may run past 1..12.

    >>> month_start(2026, 14)
    datetime.date(2027, 2, 1)
    """
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def fiscal_445_start(year: int, fiscal_year_start: int) -> date:
    """First day of a 4-4-5 fiscal year: the Monday nearest to the first of its calendar month.

    >>> fiscal_445_start(2026, 1)
    datetime.date(2025, 12, 29)
    """
    first = date(year, fiscal_year_start, 1)
    return first - timedelta(days=first.weekday()) if first.weekday() <= 3 else first + timedelta(7 - first.weekday())


@dataclass(frozen=True)
class Horizon:
    """The planned buckets.

    ``periods`` buckets are reported; ``tail`` more are solved beyond them so that the end of the reported window does
    not liquidate. Index 0 is the bucket of ``first``; history has negative indices.
    """

    first: date
    periods: int
    tail: int = 0
    bucket: Bucket = "month"
    calendar: Calendar = "calendar"
    fiscal_year_start: int = 1

    @property
    def total(self) -> int:
        """Reported and tail buckets together."""
        return self.periods + self.tail

    @property
    def ends(self) -> list[int]:
        """Buckets in which a limit for the end of the horizon holds: the last reported one, and the last of the tail.

        >>> Horizon(date(2026, 1, 1), 6, 2).ends, Horizon(date(2026, 1, 1), 6).ends
        ([5, 7], [5])
        """
        return sorted({self.periods - 1, self.total - 1})

    def start(self, index: int) -> date:
        """First day of bucket ``index`` (negative = history)."""
        if self.bucket == "week":
            return self._week_origin + timedelta(weeks=index)
        if self.calendar == "4-4-5":
            return self._fiscal_month(self._first_445 + index)
        return month_start(self.first.year, self.first.month + index)

    @cached_property
    def starts(self) -> tuple[date, ...]:
        """First day of every bucket, tail included, plus the day after the last one (``total + 1`` dates)."""
        return tuple(self.start(index) for index in range(self.total + 1))

    @cached_property
    def days(self) -> npt.NDArray[np.float64]:
        """Calendar days of every bucket, tail included."""
        return np.diff(np.array(self.starts, dtype="datetime64[D]")).astype(np.float64)

    @property
    def periods_per_year(self) -> int:
        """Season length: 12 months or 52 weeks."""
        return 52 if self.bucket == "week" else 12

    def label(self, index: int) -> str:
        """Stable text key of a bucket: 2026-07 for months, 2026-07-06 for weeks."""
        if self.bucket == "week":
            return self.start(index).isoformat()
        middle = self.start(index) + timedelta(days=14)
        return f"{middle.year:04d}-{middle.month:02d}"

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Labels of every planned bucket, tail included."""
        return tuple(self.label(index) for index in range(self.total))

    def index_of(self, day: date) -> int:
        """Bucket that ``day`` falls in; negative before the horizon."""
        if self.bucket == "week":
            return (day - self._week_origin).days // 7
        if self.calendar == "4-4-5":
            return self._index_445(day)
        return (day.year - self.first.year) * 12 + day.month - self.first.month

    def index_of_dates(self, days: pd.Series) -> npt.NDArray[np.int64]:
        """``index_of`` for a whole column of datetime64 without blanks."""
        if self.bucket == "week":
            return np.asarray((days - pd.Timestamp(self._week_origin)).dt.days // 7, dtype=np.int64)
        if self.calendar == "4-4-5":
            unique = {day: self._index_445(day.date()) for day in days.unique()}
            return np.asarray(days.map(unique), dtype=np.int64)
        return np.asarray((days.dt.year - self.first.year) * 12 + days.dt.month - self.first.month, dtype=np.int64)

    def index_of_label(self, text: str) -> int:
        """Bucket of a label or ISO date (2026-07 or 2026-07-06); ValueError when it is neither."""
        parts = text.strip().split("-")
        if len(parts) == 2:
            day = date(int(parts[0]), int(parts[1]), 1)
            return self.index_of(day + timedelta(days=14 if self.bucket == "month" else 0))
        return self.index_of(date.fromisoformat(text.strip()))

    def fiscal_year(self, index: int) -> int:
        """Fiscal year a bucket belongs to, named by the calendar year it starts in."""
        middle = self.start(index) + timedelta(days=14 if self.bucket == "month" else 3)
        return middle.year if middle.month >= self.fiscal_year_start else middle.year - 1

    def fiscal_year_range(self, offset: int = 0) -> tuple[int, int]:
        """First bucket and one past the last of the fiscal year of the first bucket, ``offset`` years on (may start
        before 0)."""
        year = self.fiscal_year(0) + offset
        first = 0
        while self.fiscal_year(first) > year or self.fiscal_year(first - 1) >= year:
            first -= 1
        while self.fiscal_year(first) < year:
            first += 1
        last = first
        while self.fiscal_year(last) == year:
            last += 1
        return first, last

    @cached_property
    def _week_origin(self) -> date:
        return self.first - timedelta(days=self.first.weekday())

    @cached_property
    def _first_445(self) -> int:
        return self._ordinal_445(self.first)

    def _fiscal_month(self, ordinal: int) -> date:
        year, month = divmod(ordinal, 12)
        start = fiscal_445_start(year, self.fiscal_year_start)
        return start if month == 0 else start + timedelta(weeks=_WEEKS_445[month - 1])

    def _ordinal_445(self, day: date) -> int:
        year = day.year + 1
        while fiscal_445_start(year, self.fiscal_year_start) > day:
            year -= 1
        weeks = (day - fiscal_445_start(year, self.fiscal_year_start)).days // 7
        return year * 12 + bisect_right(_WEEKS_445, weeks)

    def _index_445(self, day: date) -> int:
        return self._ordinal_445(day) - self._first_445
