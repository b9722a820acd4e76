"""Figures of the screen that are relations between two others; all wording is that of ``sop.analysis.wording``."""

from __future__ import annotations

from sop.analysis.wording import signed_percent


def relative(value: float, reference: float) -> str:
    """Difference in per cent of the reference's size, with sign; blank where there is no reference.

    >>> relative(104.0, 100.0), relative(1.0, 0.0)
    ('+4.0 %', '')
    """
    return signed_percent((value - reference) / abs(reference)) if reference else ""
