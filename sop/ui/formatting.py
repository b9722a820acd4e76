"""Text of the screen beyond ``sop.analysis.wording``: relations of two figures; file text kept from being markup."""

from __future__ import annotations

import re
from math import floor, isfinite, log10
from typing import Final

from sop.analysis.wording import SAME, signed_percent

_MARKUP: Final = re.compile(r"[\\`*\[\]<>!$#~]|(?<!\w)_|_(?!\w)|:(?=\w)")

_SCALES = ((1e9, "B"), (1e6, "M"), (1e3, "k"))
_SMALLEST = 0.5

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


def change(value: float, reference: float) -> str:
    """Difference of two amounts, spelled in the scale and to the last digit the larger of them is shown with.

    What is smaller than that digit is "=": nobody could see it in the amounts themselves.

    >>> change(9_590_000, 9_170_000), change(96_210_000, 96_190_000), change(1_900, 2_100)
    ('+0.42M', '=', '-0.20k')
    """
    size = max(abs(value), abs(reference))
    if not isfinite(value - reference) or size < _SMALLEST:
        return SAME
    size = round(size, 2 - floor(log10(size)))
    scale, letter = next(((scale, letter) for scale, letter in _SCALES if size >= scale), (1.0, ""))
    digits = max(0, 2 - floor(log10(size / scale)))
    amount = round((value - reference) / scale, digits)
    return SAME if amount == 0 else f"{amount:+.{digits}f}{letter}"


def days(value: float, reference: float) -> str:
    """Difference of two numbers of days, in whole ones.

    >>> days(20.4, 17.2), days(17.4, 17.2)
    ('+3 d', '=')
    """
    amount = round(value) - round(reference) if isfinite(value - reference) else 0
    return f"{amount:+d} d" if amount else SAME


def plain(text: str) -> str:
    """Text from files or people as markdown that shows it letter by letter.

    >>> plain("5 $ [x](y)")
    '5 \\\\$ \\\\[x\\\\](y)'
    """
    return _MARKUP.sub(r"\\\g<0>", text)
