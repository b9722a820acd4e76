"""What goes into files: a workbook's report, a snapshot's versions, and whether a snapshot comes out again."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from importlib.metadata import PackageNotFoundError, version
from typing import Final

import numpy as np
import pandas as pd

import sop
from sop.analysis.comparison import told
from sop.analysis.headline import headline
from sop.domain.inputs import Inputs
from sop.domain.parameters import Array
from sop.domain.plans import Kpis, PlanResult
from sop.domain.scenario import Scenario, effective_overrides
from sop.exchange.results import MONEY, key_columns, result_tables
from sop.exchange.snapshot import Snapshot
from sop.exchange.workbook import KeyFigure, Report, Statement
from sop.finance import CASH_LINES, KPI_LINES, LINES, Window, kpis
from sop.planning import Planner
from sop.workspace.models import read_model
from sop.workspace.reports import Verification

QUANTITY_TOLERANCE: Final = 1e-6
MONEY_TOLERANCE: Final = 0.01
LIBRARIES: Final = ("numpy", "pandas", "scipy", "pyarrow", "pulp", "highspy", "statsforecast", "prophet")
_TOLD: Final = 20
_ROWS_TOLD: Final = 3
_CLOSING: Final = "closing_cash"


def report(
    inputs: Inputs, result: PlanResult, base: PlanResult, chain: Sequence[Scenario], windows: Mapping[str, Window]
) -> Report:
    """Everything a workbook shows of ``result`` beside ``base``; ``chain`` ends with the scenario."""
    return Report(
        inputs=inputs,
        result=result,
        base=base,
        ancestors=tuple(scenario.name for scenario in chain[:-1]),
        headline=headline(inputs, base, result, next(iter(windows.values()))),
        changes=tuple(told(override) for override in result.overrides),
        kpis=tuple(_figures(inputs, result, base, windows.values())),
        pnl=(_pnl(result), _pnl(base)),
        cash=(_cash(result), _cash(base)),
    )


def _figures(inputs: Inputs, result: PlanResult, base: PlanResult, windows: Iterable[Window]) -> list[KeyFigure]:
    found = []
    for window in windows:
        now, before = kpis(inputs, result, window), kpis(inputs, base, window)
        for name in (field.name for field in fields(Kpis)):
            title, unit, _ = KPI_LINES[name]
            found.append(KeyFigure(window.title, title, unit, getattr(now, name), getattr(before, name)))
    return found


def _pnl(result: PlanResult) -> Statement:
    return Statement(
        tuple(line.title for line in LINES.values()),
        tuple(line.sign for line in LINES.values()),
        _reported(result, [result.finance.lines[name] for name in LINES]),
    )


def _cash(result: PlanResult) -> Statement:
    names = [name for name in CASH_LINES if name != _CLOSING]
    return Statement(
        tuple(CASH_LINES[name].title for name in names),
        tuple(CASH_LINES[name].sign for name in names),
        _reported(result, [result.finance.cash[name] for name in names]),
        CASH_LINES[_CLOSING].title,
        result.finance.cash[_CLOSING][: result.horizon.periods],
    )


def _reported(result: PlanResult, lines: Sequence[Array]) -> Array:
    return np.array(lines)[:, : result.horizon.periods]


def versions() -> dict[str, str]:
    """Versions of Python, this program and the libraries figures depend on."""
    return {"python": platform.python_version(), "sop": sop.__version__, **{name: _version(name) for name in LIBRARIES}}


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "not installed"


def planner_of(snapshot: Snapshot) -> Planner:
    """A planner of the snapshot's own inputs and demand model; SopError when the model does not belong to them."""
    return Planner(snapshot.inputs, read_model(snapshot.model, snapshot.inputs.id))


def verification(snapshot: Snapshot) -> Verification:
    """Plan the snapshot's scenario again, from nothing but the snapshot, and compare every table."""
    overrides = effective_overrides(snapshot.chain)
    again = result_tables(planner_of(snapshot).plan(snapshot.chain[-1], overrides))
    names = dict.fromkeys([*snapshot.results, *again])
    differences = [
        where for name in names for where in table_differences(name, snapshot.results.get(name), again.get(name))
    ]
    return Verification(not differences, differences)


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
