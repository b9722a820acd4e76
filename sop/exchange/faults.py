"""Faults of many cells, told once per distinct value with the rows it stands in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sop.domain.errors import Fault

SHOWN_VALUES = 50
SHOWN_ROWS = 5


@dataclass(frozen=True)
class Problem:
    """What is wrong with a value, and what to do about it: two sentences."""

    problem: str
    remedy: str


@dataclass(frozen=True)
class Finding:
    """A value with a problem and the rows it stands in (as the user sees them)."""

    value: str
    rows: npt.NDArray[np.int64]
    problem: Problem


def faults_of(table: str, column: str, findings: Sequence[Finding]) -> list[Fault]:
    """One fault per finding at its first row; past 50 different values one fault says how many more there are."""
    faults = [
        Fault(table, int(found.rows[0]), column, found.value, _also(found), found.problem.remedy)
        for found in sorted(findings[:SHOWN_VALUES], key=lambda found: found.rows[0])
    ]
    if len(findings) > SHOWN_VALUES:
        more = len(findings) - SHOWN_VALUES
        faults.append(
            Fault(table, 0, column, "", f"{more:,} more values have faults.", "Put the shown ones right first.")
        )
    return faults


def _also(found: Finding) -> str:
    others = [int(row) for row in found.rows[1 : SHOWN_ROWS + 1]]
    if not others:
        return found.problem.problem
    more = len(found.rows) - 1 - len(others)
    also = ", ".join(map(str, others)) + (f" and {more:,} more" if more else "")
    return f"{found.problem.problem} (Also in row {also}.)"


def findings_by_code(
    codes: npt.NDArray[np.int32], rows: npt.NDArray[np.int64], problems: Iterable[tuple[int, str, Problem]]
) -> list[Finding]:
    """Findings of distinct values, given as code, value and problem; codes that stand in no row are left out."""
    known = {code: (value, problem) for code, value, problem in problems}
    positions = np.flatnonzero(np.isin(codes, np.fromiter(known, np.int32, len(known))))
    if not len(positions):
        return []
    order = positions[np.argsort(codes[positions], kind="stable")]
    found, starts = np.unique(codes[order], return_index=True)
    return [
        Finding(known[int(code)][0], rows[part], known[int(code)][1])
        for code, part in zip(found, np.split(order, starts[1:]), strict=True)
    ]
