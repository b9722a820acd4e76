"""The settings table: one row per key, each value typed by its key's entry in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from sop.domain.catalogue import SETTINGS, TABLES, Column
from sop.domain.errors import Fault
from sop.exchange import numbers
from sop.exchange.mapping import did_you_mean, match_headers, plain
from sop.exchange.parsing import Calendar, ParsedTable, parse_cells, parse_table
from sop.exchange.raw import RawColumn, RawTable

_BY_NAME = {plain(column.name): column for column in SETTINGS}
NO_FIRST_PERIOD = Fault(
    "settings",
    0,
    "first_period",
    "",
    "The setting first_period is missing.",
    "Add a row with key first_period and the first planned day, such as 2026-01-01.",
)


def parse_settings(raw: RawTable, mapping: Mapping[str, str] | None = None) -> ParsedTable:
    """The settings table, keys and values spelt as ``Settings.of`` reads them, and the faults of every key."""
    parsed = parse_table(raw, TABLES["settings"], mapping)
    if parsed.missing or "value" not in match_headers(TABLES["settings"], raw.headers, mapping).positions:
        return parsed
    keys = [_BY_NAME.get(plain(key)) for key in parsed.frame["key"]]
    cells = _value_cells(raw, mapping)
    faults = [_unknown(row, key) for row, key, known in _rows(parsed, keys) if key and not known]
    values = list(parsed.frame["value"])
    for index, sign in _signs(keys, cells, raw.semicolons).items():
        values[index], found = _value(keys[index], cells[index], int(parsed.rows[index]), sign)
        faults += found
    spelt = [known.name if known else key for _, key, known in _rows(parsed, keys)]
    frame = pd.DataFrame({"key": spelt, "value": values}, dtype=object)
    if "first_period" not in spelt:
        faults.append(NO_FIRST_PERIOD)
    return ParsedTable(frame, parsed.rows, (*parsed.faults, *faults), parsed.unknown)


def _rows(parsed: ParsedTable, keys: list[Column | None]) -> list[tuple[int, str, Column | None]]:
    return list(zip(map(int, parsed.rows), parsed.frame["key"], keys, strict=True))


def _value_cells(raw: RawTable, mapping: Mapping[str, str] | None) -> list[RawColumn]:
    """Every value as a column of one cell."""
    column = raw.columns[match_headers(TABLES["settings"], raw.headers, mapping).positions["value"]]
    native = column.native
    return [
        RawColumn(
            np.zeros(1, dtype=np.int32), pa.array([column.text(code)]), {0: native[code]} if code in native else {}
        )
        for code in map(int, column.codes)
    ]


def _signs(keys: list[Column | None], cells: list[RawColumn], semicolons: bool) -> dict[int, numbers.Decimal]:
    """Decimal sign by row of every known key: its own value decides, else the other numbers."""
    known = {index: column for index, column in enumerate(keys) if column}
    found = {index: numbers.evidence(cells[index]) for index, column in known.items() if _is_number(column)}
    return {
        index: numbers.decimal_sign(
            found[index],
            (one for other, one in found.items() if other != index),
            column.kind == "integer",
            semicolons,
        )
        if index in found
        else "."
        for index, column in known.items()
    }


def _is_number(column: Column) -> bool:
    return column.kind in ("number", "integer")


def _value(column: Column | None, cell: RawColumn, row: int, sign: numbers.Decimal) -> tuple[str, list[Fault]]:
    if column is None or (cell.blank[0] and not column.required):
        return "", []
    parsed = parse_cells("settings", column, cell, sign, Calendar())
    text = cell.text(0)
    if 0 in parsed.problems:
        problem = parsed.problems[0]
        told = f"The setting {column.name}: {problem.problem}"
        return "", [Fault("settings", row, "value", text, told, problem.remedy)]
    return setting_text(column, parsed.values[0], text), []


def setting_text(column: Column, value: Any, text: str) -> str:
    """The value as it is kept: as written where that is plain already, else in plain spelling.

    >>> setting_text(Column("dso", "number", ""), 45.5, "45,5"), setting_text(Column("dso", "number", ""), 45.0, "45")
    ('45.5', '45')
    """
    if column.kind == "date":
        return str(np.datetime_as_string(value, unit="D"))
    if not _is_number(column):
        return str(value)
    return text if _reads_as(text, float(value)) else f"{float(value):.17g}"


def _reads_as(text: str, value: float) -> bool:
    try:
        return float(text) == value
    except ValueError:
        return False


def _unknown(row: int, key: str) -> Fault:
    names = [column.name for column in SETTINGS]
    return Fault(
        "settings", row, "key", key, "unknown setting.", f"{did_you_mean(key, names)}Rename or remove the row."
    )
