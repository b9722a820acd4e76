"""Figures and months in words: compact, signed, three significant digits. The screen and the files use these."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from math import floor, isfinite, log10

from sop.domain.horizon import Horizon

MINUS = "−"
SAME = "="
NOTHING = "–"
_SCALES = ((1e9, "B"), (1e6, "M"), (1e3, "k"))


def compact(value: float) -> str:
    """Three significant digits with k, M, B; a true minus sign; whole below 1,000 from 100 on.

    >>> [compact(x) for x in (0, 0.456, 45.6, 1_234, 999_950, 96_412_000)]
    ['0', '0.456', '45.6', '1.23k', '1.00M', '96.4M']
    """
    if not isfinite(value):
        return NOTHING
    size = abs(value)
    if size < 0.0005:
        return "0"
    size = _significant(size)
    scale, letter = next(((scale, letter) for scale, letter in _SCALES if size >= scale), (1.0, ""))
    sign = MINUS if value < 0 else ""
    return f"{sign}{size / scale:.{_decimals(size / scale)}f}{letter}"


def money(value: float, currency: str = "") -> str:
    """Compact money, such as 1.23M EUR; below 1 it is 0.

    >>> money(-1_234_000, "EUR")
    '−1.23M EUR'
    """
    shown = compact(value if abs(value) >= 0.5 or not isfinite(value) else 0.0)
    return f"{shown} {currency}".strip()


def signed_money(value: float, currency: str = "", precision: float = 0.5) -> str:
    """Money with its sign, "=" where it is smaller than ``precision``.

    >>> signed_money(412_345), signed_money(0.2), signed_money(-900_000, "EUR")
    ('+412k', '=', '−900k EUR')
    """
    return SAME if abs(value) < precision else _plus(value) + money(value, currency)


def units(value: float, unit: str = "") -> str:
    """Compact quantity, such as 31.2k piece.

    >>> units(31_210)
    '31.2k'
    """
    return f"{compact(value)} {unit}".strip()


def percent(share: float, digits: int = 1) -> str:
    """A share as a percentage.

    >>> percent(0.9734)
    '97.3 %'
    """
    return NOTHING if not isfinite(share) else f"{100 * share:.{digits}f} %".replace("-", MINUS)


def percentage_points(difference: float, digits: int = 1) -> str:
    """A difference of two shares in percentage points, "=" below the shown precision.

    >>> percentage_points(-0.0125), percentage_points(0.0001)
    ('−1.2 pp', '=')
    """
    points = round(100 * difference, digits)
    return SAME if points == 0 else f"{_plus(points)}{points:.{digits}f} pp".replace("-", MINUS)


def signed_percent(difference: float, digits: int = 1) -> str:
    """A relative change, "=" below the shown precision, a dash where there is nothing to relate to.

    >>> signed_percent(0.0312), signed_percent(float("nan"))
    ('+3.1 %', '–')
    """
    if not isfinite(difference):
        return NOTHING
    points = round(100 * difference, digits)
    return SAME if points == 0 else f"{_plus(points)}{points:.{digits}f} %".replace("-", MINUS)


def bucket_name(horizon: Horizon, index: int) -> str:
    """Short name of a bucket: Sep (with its year where that is not the first bucket's), or 7 Sep for weeks."""
    day = _named_day(horizon, index)
    year = "" if day.year == _named_day(horizon, 0).year else f" {day.year % 100:02d}"
    return f"{day.day} {day:%b}{year}" if horizon.bucket == "week" else f"{day:%b}{year}"


def bucket_ranges(horizon: Horizon, buckets: Sequence[int], most: int = 2) -> str:
    """Runs of buckets, such as "Sep-Nov, Jan 27"; beyond ``most`` runs "and more".

    >>> bucket_ranges(Horizon(date(2026, 1, 1), 18), [8, 9, 10, 12])
    'Sep-Nov, Jan 27'
    """
    runs: list[list[int]] = []
    for bucket in sorted(set(buckets)):
        if runs and bucket == runs[-1][-1] + 1:
            runs[-1].append(bucket)
        else:
            runs.append([bucket])
    names = [_run_name(horizon, run[0], run[-1]) for run in runs]
    return ", ".join(names[:most]) + (" and more" if len(names) > most else "")


def _run_name(horizon: Horizon, first: int, last: int) -> str:
    if first == last:
        return bucket_name(horizon, first)
    return f"{bucket_name(horizon, first)}-{bucket_name(horizon, last)}"


def _named_day(horizon: Horizon, index: int) -> date:
    return horizon.start(index) + timedelta(days=14 if horizon.bucket == "month" else 0)


def _significant(size: float) -> float:
    """Rounded to three significant digits."""
    return round(size, 2 - floor(log10(size)))


def _decimals(size: float) -> int:
    return max(0, 2 - floor(log10(size)))


def _plus(value: float) -> str:
    return "+" if value > 0 else ""
