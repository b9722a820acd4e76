"""Figures as people read them: three significant digits, sign where it is a difference."""

from __future__ import annotations

import math

EQUAL = "="


def compact(value: float, digits: int = 3) -> str:
    """Three significant digits with k, M or bn.

    >>> compact(98_140_000), compact(-412_345), compact(87.4), compact(0.0)
    ('98.1M', '−412k', '87.4', '0')
    """
    if not math.isfinite(value):
        return "–"
    size = abs(value)
    for limit, name in ((1e9, "bn"), (1e6, "M"), (1e3, "k"), (0.0, "")):
        if float(f"{size:.{digits}g}") >= limit:
            shown = _significant(size / (limit or 1.0), digits)
            return f"{'−' if value < 0 and float(shown) != 0 else ''}{shown}{name}"
    return "0"


def signed(value: float, digits: int = 3) -> str:
    """``compact`` with its sign; "=" for zero.

    >>> signed(420_000), signed(0.0)
    ('+420k', '=')
    """
    text = compact(value, digits)
    if text in ("0", "0.0", "0.00"):
        return EQUAL
    return text if text.startswith("−") else f"+{text}"


def percent(value: float, places: int = 1) -> str:
    """A percentage: ``percent(41.37)`` is ``41.4 %``."""
    return f"{value:.{places}f} %".replace("-", "−") if math.isfinite(value) else "–"


def relative(value: float, reference: float) -> str:
    """Difference in per cent of the reference, with sign; blank where there is no reference.

    >>> relative(104.0, 100.0), relative(1.0, 0.0)
    ('+4.0 %', '')
    """
    if not reference or not math.isfinite(value):
        return ""
    change = 100.0 * (value - reference) / abs(reference)
    text = f"{change:+.1f} %".replace("-", "−")
    return EQUAL if text[1:] == "0.0 %" else text


def points(value: float) -> str:
    """A difference of percentages: ``−1.4 pp``, "=" below a tenth."""
    text = f"{value:+.1f} pp".replace("-", "−")
    return EQUAL if text[1:] == "0.0 pp" else text


def month(label: str) -> str:
    """A bucket as people read it.

    >>> month("2026-10"), month("2026-10-05")
    ('Oct 26', '5 Oct 26')
    """
    year, number, *day = label.split("-")
    names = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{str(int(day[0])) + ' ' if day else ''}{names[int(number) - 1]} {year[2:]}"


def _significant(value: float, digits: int) -> str:
    whole = len(str(int(float(f"{value:.{digits}g}"))))
    return f"{value:.{max(digits - whole, 0)}f}" if value else "0"
