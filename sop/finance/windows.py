"""Windows: the buckets a figure is stated over."""

from __future__ import annotations

from dataclasses import dataclass

from sop.domain.horizon import Horizon

DEFAULT_WINDOW = "fiscal_year"


@dataclass(frozen=True)
class Window:
    """Buckets ``first`` to ``last`` - 1; a negative ``first`` includes booked actuals."""

    name: str
    title: str
    first: int
    last: int

    @property
    def planned(self) -> slice:
        """The planned buckets of the window."""
        return slice(max(self.first, 0), self.last)


def windows(horizon: Horizon, has_actuals: bool) -> dict[str, Window]:
    """Fiscal year (default), next year, rolling 12 months, fiscal quarter and whole horizon, by name.

    Elapsed buckets count only where there are actuals; otherwise a window starts with the plan and says so. A window
    that reaches past the plan ends with it and says so; one wholly outside is left out.
    """
    year, after = horizon.fiscal_year_range(0), horizon.fiscal_year_range(1)
    wanted = (
        ("fiscal_year", _year_title(horizon, 0), *year),
        ("next_year", _year_title(horizon, 1), *after),
        ("rolling_12", "Next 12 months", 0, horizon.periods_per_year),
        ("quarter", f"Quarter {_quarter(horizon)[0]}", *_quarter(horizon)[1:]),
        ("horizon", "Whole plan", 0, horizon.periods),
    )
    made = (_cut(Window(*one), horizon, has_actuals) for one in wanted)
    return {window.name: window for window in made if window.last > max(window.first, 0)}


def _year_title(horizon: Horizon, offset: int) -> str:
    year = horizon.fiscal_year(0) + offset
    return f"FY {year}" if horizon.fiscal_year_start == 1 else f"FY {year}/{(year + 1) % 100:02d}"


def _quarter(horizon: Horizon) -> tuple[int, int, int]:
    """Number of the first bucket's fiscal quarter, its first bucket and one past its last."""
    start, end = horizon.fiscal_year_range(0)
    length = horizon.periods_per_year // 4
    number = min(-start // length, 3)
    first = start + number * length
    return number + 1, first, end if number == 3 else first + length


def _cut(whole: Window, horizon: Horizon, has_actuals: bool) -> Window:
    """``whole`` without buckets nothing is known of; the title says what was cut."""
    notes, first, last = [], whole.first, min(whole.last, horizon.periods)
    if first < 0:
        notes.append(f"actuals to {horizon.label(-1)}" if has_actuals else f"from {horizon.label(0)}")
        first = first if has_actuals else 0
    if last < whole.last:
        notes.append(f"to {horizon.label(last - 1)}")
    return Window(whole.name, f"{whole.title} ({', '.join(notes)})" if notes else whole.title, first, last)
