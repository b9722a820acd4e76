"""Planning a snapshot again: does every result come out?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from sop.domain.errors import NotFound
from sop.domain.plans import PlanResult
from sop.domain.scenario import Override, effective_overrides
from sop.exchange.results import MONEY, key_columns, result_tables
from sop.exchange.safety import check_bytes
from sop.exchange.snapshot import MAX_BYTES, Snapshot, read_snapshot
from sop.planning import Planner
from sop.workspace.models import read_model
from sop.workspace.reports import Verification

QUANTITY_TOLERANCE: Final = 1e-6
MONEY_TOLERANCE: Final = 0.01
_TOLD: Final = 20
_ROWS_TOLD: Final = 3


def verify(snapshot: bytes | Path) -> Verification:
    """Plan a snapshot's scenario again, from nothing but the snapshot, and compare every table. An exact plan is looked
    for as closely as it was then, however long that takes.

    Raises SopError for a file that is no snapshot or cannot be trusted, NotFound for one that is not there.
    """
    found = read_snapshot(snapshot) if isinstance(snapshot, bytes) else _read_file(snapshot)
    overrides = effective_overrides(found.chain)
    again = result_tables(_planned_again(found, overrides))
    names = dict.fromkeys([*found.results, *again])
    differences = [
        where for name in names for where in table_differences(name, found.results.get(name), again.get(name))
    ]
    return Verification(not differences, differences)


def _planned_again(found: Snapshot, overrides: Sequence[Override]) -> PlanResult:
    from sop.supply.whole import Effort

    gap = found.manifest.get("gap")
    effort = None if gap is None else Effort(seconds=np.inf, gap=float(gap))
    return planner_of(found).plan(found.chain[-1], overrides, whole=effort is not None, effort=effort)


def _read_file(path: Path) -> Snapshot:
    try:
        check_bytes(path.name, path.stat().st_size, MAX_BYTES)
        return read_snapshot(path.read_bytes(), path.name)
    except OSError as error:
        raise NotFound(f"{path} cannot be read ({error.strerror}).", "Check the path.") from error


def planner_of(snapshot: Snapshot) -> Planner:
    """A planner of the snapshot's own inputs and demand model; SopError when the model does not belong to them."""
    return Planner(snapshot.inputs, read_model(snapshot.model, snapshot.inputs.id))


def table_differences(name: str, before: pd.DataFrame | None, after: pd.DataFrame | None) -> list[str]:
    """Where two result tables differ by more than 1e-6 of a quantity (or a millionth of a unit) or 0.01 of money."""
    if before is None or after is None:
        return [f"{name}: the table is {'new' if before is None else 'missing'}."]
    keys = key_columns(after)
    if list(before.columns) != list(after.columns) or not before[keys].equals(after[keys]):
        return [f"{name}: the rows or columns are others."]
    columns = [column for column in after.columns if column not in keys]
    return [where for column in columns for where in _differing(name, column, before, after)][:_TOLD]


def _differing(name: str, column: str, before: pd.DataFrame, after: pd.DataFrame) -> list[str]:
    """A sentence for the first few rows in which a column differs."""
    old, new = (frame[column].to_numpy(dtype=np.float64) for frame in (before, after))
    limit = MONEY_TOLERANCE if name in MONEY else QUANTITY_TOLERANCE * np.maximum(np.abs(old), 1.0)
    with np.errstate(invalid="ignore"):  # infinity less infinity
        same = (old == new) | (np.isnan(old) & np.isnan(new)) | (np.abs(new - old) <= limit)
    where = np.flatnonzero(~same)
    first = [
        f"{name} {_about(after, row)}: {column} was {old[row]:.10g}, is {new[row]:.10g}." for row in where[:_ROWS_TOLD]
    ]
    more = [f"{name}: {column} differs in {len(where):,} rows in all."] if len(where) > _ROWS_TOLD else []
    return first + more


def _about(table: pd.DataFrame, row: int) -> str:
    """The row's keys: Kettle, UK, 2026-05."""
    return ", ".join(str(table[name].iloc[row]) for name in key_columns(table))
