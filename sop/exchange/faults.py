"""Faults of many cells, told once per distinct value with the rows it stands in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sop.domain.errors import Fault

SHOWN_VALUES = 50
SHOWN_ROWS = 5


@dataclass(frozen=True)
class Problem:
    """What is wrong with a value, and what to do about it: two sentences."""

    problem: str
    remedy: str


def faults_of(
    table: str,
    column: str,
    codes: npt.NDArray[np.integer[Any]],
    rows: npt.NDArray[np.int64],
    *,
    bad: npt.NDArray[np.bool_],
    describe: Callable[[int], tuple[str, Problem]],
) -> list[Fault]:
    """Faults of the distinct values marked in ``bad``: one each, at the first row it stands in, naming further rows.

    ``codes`` tells for every row which value it holds, ``rows`` its number; ``describe`` gives a value's text and
    problem. Past 50 different values one fault says how many more there are.
    """
    positions = np.flatnonzero(bad[codes]) if len(bad) else np.empty(0, dtype=np.intp)
    at, values = rows[positions], codes[positions]
    found = pd.unique(values)
    faults = [_fault(table, column, at[values == code], *describe(int(code))) for code in found[:SHOWN_VALUES]]
    if len(found) > SHOWN_VALUES:
        more = f"{len(found) - SHOWN_VALUES:,} more values have faults."
        faults.append(Fault(table, 0, column, "", more, "Put the shown ones right first."))
    return faults


def _fault(table: str, column: str, rows: npt.NDArray[np.int64], value: str, problem: Problem) -> Fault:
    text = problem.problem
    if len(rows) > 1:
        more = len(rows) - 1 - SHOWN_ROWS
        also = ", ".join(str(row) for row in rows[1 : SHOWN_ROWS + 1]) + (f" and {more:,} more" if more > 0 else "")
        text += f" (Also in row {also}.)"
    return Fault(table, int(rows[0]), column, value, text, problem.remedy)
