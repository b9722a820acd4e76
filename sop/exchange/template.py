"""The Excel template: a sheet per table, notes on every header, lists to choose from; empty or filled."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pandas as pd
import xlsxwriter

from sop.domain.catalogue import SETTINGS, TABLES, Column, Table
from sop.domain.errors import SopError
from sop.domain.inputs import Inputs
from sop.exchange.dictionary import default_text, range_text

ABOUT = "About"
_LAST_ROW = 1_048_575
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_STEPS = (
    "Your company in one workbook: one sheet per table. Fill in what you have and leave the rest empty.",
    "1. settings: the first planned day (first_period) and whatever differs from the defaults shown there.",
    "2. items, then markets and locations if there are several.",
    "3. sales_history, or forecasts if there is no history. Prices in prices.",
    "4. operations, materials, resources, routings, lanes and stock say how items are made, bought and moved.",
    "5. Load the file. Every fault is listed with sheet, row, column and what to do.",
    "Dark headers must be filled. Each header carries a note: meaning, unit, default, range.",
    "Blank cells take their default. A blank period holds for every period.",
)


@dataclass(frozen=True)
class _Formats:
    title: Any
    header: Any
    required: Any
    day: Any
    text: Any


def write_template(target: Path | str | BinaryIO, inputs: Inputs | None = None) -> None:
    """Write the workbook to a path or an open binary file; with ``inputs``, filled with their tables.

    ``read_path`` reads it back: the sheet About is left out, empty sheets count as absent tables. Text never becomes a
    formula. Raises SopError when a table has more rows than a sheet.
    """
    for name, frame in (inputs.tables if inputs else {}).items():
        if len(frame) > _LAST_ROW:
            raise SopError(f"{name} has {len(frame):,} rows, more than a sheet holds.", "Export as CSV files instead.")
    with xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, _OPTIONS) as book:
        formats = _formats(book)
        _write_about(book, formats)
        for name, table in TABLES.items():
            frame = inputs[name] if inputs else _proposed(name)
            _write_sheet(book.add_worksheet(name), table, frame, formats)


def _formats(book: Any) -> _Formats:
    head = {"bold": True, "bottom": 1, "bg_color": "#DCE6F1"}
    return _Formats(
        title=book.add_format({"bold": True, "font_size": 14}),
        header=book.add_format(head),
        required=book.add_format({**head, "bg_color": "#1F4E79", "font_color": "#FFFFFF"}),
        day=book.add_format({"num_format": "yyyy-mm-dd"}),
        text=book.add_format({"num_format": "@"}),
    )


def _write_about(book: Any, formats: _Formats) -> None:
    sheet = book.add_worksheet(ABOUT)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 110)
    sheet.write_string(0, 0, "Input tables", formats.title)
    for row, step in enumerate(_STEPS, start=2):
        sheet.write_string(row, 0, step)
    first = len(_STEPS) + 3
    for row, table in enumerate(TABLES.values(), start=first):
        sheet.write_url(row, 0, f"internal:'{table.name}'!A1", string=table.name)
        sheet.write_string(row, 1, table.meaning)


def _proposed(name: str) -> pd.DataFrame:
    """What an empty template holds: the settings with their defaults, first_period left to be filled in."""
    if name != "settings":
        return pd.DataFrame()
    return pd.DataFrame(
        {"key": [column.name for column in SETTINGS], "value": [default_text(column) for column in SETTINGS]}
    )


def _write_sheet(sheet: Any, table: Table, frame: pd.DataFrame, formats: _Formats) -> None:
    sheet.freeze_panes(1, 0)
    for position, column in enumerate(table.columns):
        sheet.write_string(0, position, column.name, formats.required if column.required else formats.header)
        sheet.write_comment(0, position, note_text(column), {"x_scale": 2, "y_scale": 1.5})
        is_day = column.kind in ("date", "period")
        as_text = table.name == "settings" or column.kind in ("text", "reference")
        sheet.set_column(position, position, 16, formats.day if is_day else formats.text if as_text else None)
        _offer_choices(sheet, position, column)
        if len(frame):
            _write_column(sheet, position, column, frame[column.name], formats)
    if table.name == "settings" and len(frame):
        _explain_settings(sheet, frame["key"])


def note_text(column: Column) -> str:
    """The note on a header: meaning, then unit, default, range, what it refers to."""
    parts = {
        "Unit": column.unit,
        "Default": default_text(column),
        "Range": range_text(column),
        "One of": ", ".join(column.choices),
        "Listed in": column.refers_to.replace("|", " or "),
    }
    facts = [f"{label}: {text}" for label, text in parts.items() if text]
    must = ["Must be filled."] if column.required else []
    return "\n".join([column.meaning, *facts, *must])


def _offer_choices(sheet: Any, position: int, column: Column) -> None:
    choices = {"choice": list(column.choices), "flag": ["yes", "no"]}.get(column.kind)
    if choices:
        sheet.data_validation(1, position, _LAST_ROW, position, {"validate": "list", "source": choices})
    elif column.kind == "reference" and "|" not in column.refers_to:
        table, name = column.refers_to.split(".")
        letter = chr(ord("A") + TABLES[table].column_names.index(name))
        source = f"='{table}'!${letter}$2:${letter}$5000"
        options = {"validate": "list", "source": source, "error_type": "information"}
        sheet.data_validation(1, position, _LAST_ROW, position, options)


def _write_column(sheet: Any, position: int, column: Column, values: Iterable[Any], formats: _Formats) -> None:
    if column.kind in ("number", "integer"):
        for row, value in enumerate(values, start=1):
            if not math.isnan(value):
                sheet.write_number(row, position, value)
    elif column.kind in ("date", "period"):
        for row, value in enumerate(values, start=1):
            if not pd.isna(value):
                sheet.write_datetime(row, position, value.to_pydatetime(), formats.day)
    elif column.kind == "flag":
        for row, value in enumerate(values, start=1):
            sheet.write_string(row, position, "yes" if value else "no")
    else:
        for row, value in enumerate(values, start=1):
            if value:
                sheet.write_string(row, position, value)


def _explain_settings(sheet: Any, keys: Iterable[str]) -> None:
    """A note on every key, and lists for the values that are one of a few words."""
    known: Mapping[str, Column] = {column.name: column for column in SETTINGS}
    for row, key in enumerate(keys, start=1):
        if key in known:
            sheet.write_comment(row, 0, note_text(known[key]), {"x_scale": 2, "y_scale": 1.5})
            if known[key].choices:
                options = {"validate": "list", "source": list(known[key].choices)}
                sheet.data_validation(row, 1, row, 1, options)
