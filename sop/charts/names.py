"""Names from data in little room: labels of two lines, legends of as many columns as fit."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

CHOSEN = "chosen"
"""Name of the selection charts offer: what a click on a month, a resource or a family picks."""

LINE = 14
"""Characters of a label that stand beside a chart on one line."""
_WIDEST, _SYMBOL = 54, 4


def two_lines(name: str, line: int = LINE) -> str:
    """``name`` broken by a newline at the blank nearest to its middle, within the word if that leaves long lines.

    >>> two_lines("Line 2"), two_lines("Assembly line number two Coventry")
    ('Line 2', 'Assembly line number\\ntwo Coventry')
    >>> two_lines("ABCDEFGHIJKLMNOPQRST")
    'ABCDEFGHIJ\\nKLMNOPQRST'
    """
    if len(name) <= line:
        return name
    middle = ceil(len(name) / 2)
    blanks = [place for place, letter in enumerate(name) if letter == " "]
    nearest = min(blanks, key=lambda place: abs(place - middle), default=0)
    if blanks and max(nearest, len(name) - nearest - 1) <= max(line, 1.3 * middle):
        return f"{name[:nearest]}\n{name[nearest + 1 :]}"
    return f"{name[:middle]}\n{name[middle:]}"


def legend_columns(names: Sequence[str], room: int = _WIDEST) -> int:
    """Columns of a legend with ``room`` for so many letters, a pane of a laptop screen's, so that no name is cut off.

    >>> legend_columns(("Actual", "Base")), legend_columns(("Actual", "x" * 40)), legend_columns(("a" * 40, "b" * 40))
    (2, 2, 1)
    """
    longest = max((len(name) for name in names), default=0) + _SYMBOL
    if sum(len(name) + _SYMBOL for name in names) <= room:
        return max(len(names), 1)
    return max(min(room // longest, len(names)), 1)


def short(name: str, most: int = 22, instead: str = "the reference") -> str:
    """``name`` in a title, or other words where it would push the title out of its pane.

    >>> short("Base"), short("Kettle price up by four per cent in all markets")
    ('Base', 'the reference')
    """
    return name if len(name) <= most else instead
