"""Legends that travel with the figures. One in the specification would make a browser draw the chart anew for every
other name or colour; as rows of the frame they are swapped like everything else. ``legend`` draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

LINE: Final = "line"
DASHED: Final = "dashed"
SQUARE: Final = "square"
TITLE: Final = "title"
Mark = Literal["line", "dashed", "square", "title"]
COLUMNS: Final = ("entry", "entry_x", "entry_y", "entry_hue", "entry_mark")
_ROOM = 300
"""Pixels a legend may be wide: what the narrowest pane of a laptop screen leaves beside its axis."""
SYMBOL: Final = {LINE: 18, DASHED: 18, SQUARE: 14, TITLE: 0}
"""Pixels from an entry's left end to its name."""
_GAP = 9
_TITLE_LEFT = -31
_NARROW, _WIDE = "iljtfrI.,;:'|!()[] -", "mwMW@%–"


@dataclass(frozen=True)
class Entry:
    """One name with its colour ("" = ink) and how what it names is drawn; a title has neither."""

    name: str
    colour: str = ""
    mark: Mark = LINE


def with_legend(frame: pd.DataFrame, entries: Sequence[Entry]) -> pd.DataFrame:
    """``frame`` with a legend on its first rows: names from left to right, on as many lines as they need."""
    places = _places(entries)
    lowest = max((row for _, row in places), default=0)
    values: dict[str, list[Any]] = {name: [] for name in COLUMNS}
    for entry, (left, row) in zip(entries, places, strict=True):
        told = (entry.name, left, row - lowest, entry.colour, entry.mark)
        for name, value in zip(COLUMNS, told, strict=True):
            values[name].append(value)
    roomy = _with_rows(frame, len(entries))
    return roomy.assign(**{name: _column(found, len(roomy)) for name, found in values.items()})


def with_lines(frame: pd.DataFrame, lines: Sequence[Entry]) -> pd.DataFrame:
    """``frame`` (with ``series``) with ``hue`` and ``dashed`` of each of its series, and their legend.

    Series that ``lines`` do not know are not drawn; lines that the frame does not have are not in the legend.
    """
    known = {line.name: line for line in lines}
    there = set(frame["series"])
    shown = frame.assign(
        hue=frame["series"].map({name: line.colour for name, line in known.items()}),
        dashed=frame["series"].map({name: line.mark == DASHED for name, line in known.items()}),
    )
    return with_legend(shown, [line for line in known.values() if line.name in there])


def _places(entries: Sequence[Entry]) -> list[tuple[int, int]]:
    """Left end in pixels and row, from the top, of each entry; a title has a row of its own."""
    places: list[tuple[int, int]] = []
    left, row = 0, 0
    for entry in entries:
        wide = SYMBOL[entry.mark] + _width(entry.name)
        if left and left + wide > _ROOM:
            left, row = 0, row + 1
        places.append((_TITLE_LEFT if entry.mark == TITLE else left, row))
        left, row = (0, row + 1) if entry.mark == TITLE else (left + wide + _GAP, row)
    return places


def _with_rows(frame: pd.DataFrame, fewest: int) -> pd.DataFrame:
    """``frame`` with rows of its first period and nothing else until there are ``fewest``."""
    lacking = fewest - len(frame)
    if lacking <= 0 or frame.empty:
        return frame
    empty = pd.DataFrame({"period": [frame["period"].iloc[0]] * lacking})
    return pd.concat([frame, empty], ignore_index=True)


def _width(name: str) -> int:
    """Pixels ``name`` takes in the legend's letters, rather too many than too few."""
    return round(sum(3.2 if one in _NARROW else 9.0 if one in _WIDE else 6.9 if one.isupper() else 5.9 for one in name))


def _column(found: list[Any], length: int) -> Any:
    found = found[:length]
    missing = length - len(found)
    if found and isinstance(found[0], str):
        return np.array([*found, *[None] * missing], dtype=object)
    return np.array([*found, *[np.nan] * missing], dtype=np.float64)
