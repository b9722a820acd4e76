"""Text of the screen beyond ``sop.analysis.wording``: relations of two figures; file text kept from being markup."""

from __future__ import annotations

import re
from typing import Final

from sop.analysis.wording import signed_percent

_MARKUP: Final = re.compile(r"[\\`*\[\]<>!$#~]|(?<!\w)_|_(?!\w)|:(?=\w)")

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


def plain(text: str) -> str:
    """Text from files or people as markdown that shows it letter by letter.

    >>> plain("5 $ [x](y)")
    '5 \\\\$ \\\\[x\\\\](y)'
    """
    return _MARKUP.sub(r"\\\g<0>", text)
