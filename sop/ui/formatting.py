"""Figures of the screen that are relations between two others; all wording is that of ``sop.analysis.wording``."""

from __future__ import annotations

from sop.analysis.wording import signed_percent

MOST = 9.99
"""Beyond tenfold a percentage says nothing more than the amount."""


def relative(value: float, reference: float) -> str:
    """Difference in per cent of the reference's size, with sign; blank where there is no reference or it is tiny.

    >>> relative(104.0, 100.0), relative(1.0, 0.0)
    ('+4.0 %', '')
    """
    change = (value - reference) / abs(reference) if reference else 0.0
    if not reference or abs(change) > MOST:
        return ""
    return signed_percent(change)
