"""A raw table into a typed one: every cell by its column's kind, every fault with its row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sop.domain.catalogue import Column, Table
from sop.domain.errors import Fault
from sop.domain.inputs import blank_of, dtype_of
from sop.exchange import numbers
from sop.exchange.dates import MonthDay, parse_days
from sop.exchange.faults import Problem, faults_of
from sop.exchange.mapping import did_you_mean, match_headers, plain
from sop.exchange.raw import EXCEL_ERRORS, RawColumn, RawTable

_ERRORS = pa.array(EXCEL_ERRORS)
_YES = frozenset(("yes", "y", "true", "1", "x", "on", "ja", "j", "wahr", "oui", "vrai", "si", "sí"))
_NO = frozenset(("no", "n", "false", "0", "off", "nein", "falsch", "non", "faux", "-"))
_LAST_DAYS = frozenset((("items", "phase_out"), ("events", "last_day")))


@dataclass(frozen=True)
class Calendar:
    """What reading dates needs to know of the plan: its bucket and its kind of months."""

    bucket: str = "month"
    months: str = "calendar"

    def month_day(self, table: str, column: Column) -> MonthDay:
        """The day that a month written without a day stands for.

        The first; the last where the column names a last day; the middle for 4-4-5 buckets (the first may still lie
        in the month before). In a weekly plan a month is no bucket and is refused.
        """
        if (table, column.name) in _LAST_DAYS:
            return "last"
        if column.kind == "period" or column.name == "date":
            return "refused" if self.bucket == "week" else "middle" if self.months == "4-4-5" else "first"
        return "first"


@dataclass(frozen=True)
class ParsedTable:
    """A typed table, the row number of each of its rows, and what was wrong with it.

    ``unknown`` are headers that stand for no column of ours; ``missing`` are columns the file does not have though it
    should (required), or may have under one of the unknown headers.
    """

    frame: pd.DataFrame
    rows: npt.NDArray[np.int64]
    faults: tuple[Fault, ...] = ()
    unknown: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Values:
    """Typed values by distinct text, and problems by code."""

    values: npt.NDArray[Any]
    problems: Mapping[int, Problem]


_Signs = Mapping[str, numbers.Decimal]


def parse_table(
    raw: RawTable, table: Table, mapping: Mapping[str, str] | None = None, calendar: Calendar | None = None
) -> ParsedTable:
    """Type every cell of ``raw`` by the catalogue; a cell that cannot be read is blank in the result and a fault."""
    matched = match_headers(table, raw.headers, mapping)
    columns = {name: raw.columns[position] for name, position in matched.positions.items()}
    shown = {name: _shown(name, raw.headers[position]) for name, position in matched.positions.items()}
    signs = _decimal_signs(table, columns, raw.semicolons)
    series, faults = {}, list(matched.faults)
    for column in table.columns:
        if column.name not in columns:
            series[column.name] = pd.Series(blank_of(column), index=range(len(raw)), dtype=dtype_of(column))
            continue
        cells = columns[column.name]
        values = parse_cells(table.name, column, cells, signs.get(column.name, "."), calendar or Calendar())
        series[column.name] = _filled(column, cells, values)
        faults += _faults(table.name, shown[column.name], cells, raw.rows, values)
    absent = [column for column in table.columns if column.name not in columns and len(raw)]
    faults += [_missing(table, column.name, matched.unknown) for column in absent if column.required]
    missing = tuple(column.name for column in absent if column.required or matched.unknown)
    return ParsedTable(pd.DataFrame(series, copy=False), raw.rows, tuple(faults), matched.unknown, missing)


def _shown(name: str, header: str) -> str:
    return name if plain(name) == plain(header) else f"{name} ({header})"


def _missing(table: Table, name: str, unknown: tuple[str, ...]) -> Fault:
    remedy = f"Add the column {name}: {table.column(name).meaning}"
    if unknown:
        listed = ", ".join(repr(header) for header in unknown if header)
        remedy += f" Or map one of {listed} to it." if listed else ""
    return Fault(table.name, 0, name, "", "The required column is missing.", remedy)


def _decimal_signs(table: Table, columns: Mapping[str, RawColumn], semicolons: bool) -> _Signs:
    """Decimal sign of every number column; a point, without further looking, where no cell holds a comma."""
    numeric = {
        column.name: column.kind == "integer"
        for column in table.columns
        if column.kind in ("number", "integer") and column.name in columns
    }
    if not semicolons and not numbers.has_commas(columns[name] for name in numeric):
        return dict.fromkeys(numeric, ".")
    found = {name: numbers.evidence(columns[name]) for name in numeric}
    return {
        name: numbers.decimal_sign(
            found[name], (one for other, one in found.items() if other != name), whole, semicolons
        )
        for name, whole in numeric.items()
    }


def parse_cells(table: str, column: Column, cells: RawColumn, sign: numbers.Decimal, calendar: Calendar) -> Values:
    """Typed values of the distinct texts, problems with the blank one and with Excel's errors included.

    ``sign`` is the decimal sign, for numbers; a blank number is NaN, a blank day NaT, other blanks are the default.
    """
    if column.kind in ("number", "integer"):
        values = _parse_number(column, cells, sign)
    elif column.kind in ("date", "period"):
        star = column.kind == "period" and not column.required
        days = parse_days(cells, calendar.month_day(table, column), star)
        values = Values(days.values, days.problems)
    else:
        reader = {"flag": _read_flag, "choice": _read_choice}.get(column.kind)
        values = _by_text(column, cells, reader) if reader else Values(_objects(cells), {})
    return Values(values.values, {**values.problems, **_cell_problems(column, cells)})


def _parse_number(column: Column, cells: RawColumn, sign: numbers.Decimal) -> Values:
    """Numbers within the column's bounds, whole where it says so; shares may be written as a percentage."""
    share = column.unit.startswith("share") or column.unit == "by driver"
    parsed = numbers.parse_numbers(cells, sign, share)
    values, problems = parsed.values, dict(parsed.problems)
    with np.errstate(invalid="ignore"):
        low = values < (-np.inf if column.minimum is None else column.minimum)
        high = values > (np.inf if column.maximum is None else column.maximum)
        broken = (values % 1 != 0) & ~np.isnan(values) if column.kind == "integer" else np.zeros(len(values), bool)
    for code in np.flatnonzero(low | high | broken):
        problems.setdefault(int(code), _out_of_bounds(column, float(values[code]), bool(broken[code])))
    return Values(np.where(low | high | broken, np.nan, values), problems)


def _out_of_bounds(column: Column, value: float, broken: bool) -> Problem:
    if broken:
        return Problem("is not a whole number.", f"Give a whole number of {column.unit}.")
    bounds = bounds_text(column)
    if value < 0 and column.minimum == 0:
        return Problem("is negative.", f"Give {bounds}.")
    hint = f" (write {value / 100:g} or {value:g} % if you mean per cent)" if column.unit.startswith("share") else ""
    return Problem("is out of range.", f"Give {bounds}{hint}.")


def bounds_text(column: Column) -> str:
    """The allowed range in words.

    >>> bounds_text(Column("share", "number", "", "share", minimum=0.0, maximum=1.0))
    'a value from 0 to 1'
    """
    low = "" if column.minimum is None else f"{column.minimum:g}"
    high = "" if column.maximum is None else f"{column.maximum:g}"
    if low and high:
        return f"a value from {low} to {high}"
    return f"{low} or more" if low else f"{high} or less" if high else "any number"


def _objects(cells: RawColumn) -> npt.NDArray[np.object_]:
    values = np.empty(len(cells.texts), dtype=object)
    values[:] = cells.texts.to_pylist()
    return values


def _by_text(column: Column, cells: RawColumn, read: Callable[[Column, str], Any]) -> Values:
    values, problems = _objects(cells), {}
    for code, text in enumerate(values):
        found = read(column, text) if text else blank_of(column)
        if isinstance(found, Problem):
            problems[code] = found
        values[code] = blank_of(column) if isinstance(found, Problem) else found
    return Values(values, problems)


def _read_flag(column: Column, text: str) -> bool | Problem:
    word = text.casefold()
    if word in _YES or word in _NO:
        return word in _YES
    return Problem("is neither yes nor no.", "Write yes or no.")


def _read_choice(column: Column, text: str) -> str | Problem:
    found = next((choice for choice in column.choices if plain(choice) == plain(text)), None)
    remedy = f"{did_you_mean(text, column.choices)}Choose one of {', '.join(column.choices)}."
    return found or Problem("is not one of the words allowed here.", remedy)


def _cell_problems(column: Column, cells: RawColumn) -> dict[int, Problem]:
    error = Problem("is an Excel error.", "Put the formula right, or type the value.")
    errors = np.flatnonzero(np.asarray(pc.is_in(cells.texts, value_set=_ERRORS), dtype=bool))
    problems = {int(code): error for code in errors}
    if column.required:
        needed = Problem("The cell is blank.", f"Fill it in: {column.meaning}")
        problems |= {int(code): needed for code in np.flatnonzero(cells.blank)}
    return problems


def _filled(column: Column, cells: RawColumn, parsed: Values) -> pd.Series[Any]:
    """The typed column: one value per row, blanks and faulty cells by their default."""
    values, default = parsed.values, blank_of(column)
    if column.kind in ("number", "integer"):
        values = np.where(np.isnan(values), default, values)
    elif values.dtype == object:
        values = values.copy()
        values[[*np.flatnonzero(cells.blank), *parsed.problems]] = default
    return pd.Series(values.astype(dtype_of(column), copy=False)[cells.codes], copy=False)


def _faults(table: str, shown: str, cells: RawColumn, rows: npt.NDArray[np.int64], parsed: Values) -> list[Fault]:
    bad = np.zeros(len(cells.texts), dtype=bool)
    bad[list(parsed.problems)] = True

    def describe(code: int) -> tuple[str, Problem]:
        return cells.text(code), parsed.problems[code]

    return faults_of(table, shown, cells.codes, rows, bad=bad, describe=describe)
