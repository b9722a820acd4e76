"""Writing tables of figures into a worksheet so that everything shown adds up, and text stays text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import xlsxwriter

from sop.domain.parameters import Array
from sop.domain.rounding import round_statement, round_to_total

OPTIONS: Final = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
SCENARIO_COLOUR: Final = "#0072B2"
BASE_COLOUR: Final = "#767676"
PALETTE: Final = (SCENARIO_COLOUR, "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Told apart by colour-blind eyes too."""

_FORMATS: Final[dict[str, dict[str, Any]]] = {
    "title": {"bold": True, "font_size": 14},
    "heading": {"bold": True, "font_size": 12},
    "head": {"bold": True, "bottom": 1, "bg_color": "#DCE6F1", "text_wrap": True, "valign": "top"},
    "text": {"num_format": "@"},
    "wrapped": {"text_wrap": True, "valign": "top"},
    "bold": {"bold": True, "top": 1},
    "number0": {"num_format": "#,##0"},
    "number1": {"num_format": "#,##0.0"},
    "number2": {"num_format": "#,##0.00"},
    "total0": {"num_format": "#,##0", "bold": True, "top": 1},
    "total2": {"num_format": "#,##0.00", "bold": True, "top": 1},
    "percent": {"num_format": "0.0%"},
}


@dataclass(frozen=True)
class Block:
    """Where a table of figures stands: its sheet, first data row, first figure column and the number of figures."""

    sheet: str
    row: int
    column: int
    width: int

    def cells(self, row: int) -> list[Any]:
        """Reference to the figures of data row ``row``, as charts take it."""
        line = self.row + row
        return [self.sheet, line, self.column, line, self.column + self.width - 1]

    @property
    def labels(self) -> list[Any]:
        """Reference to the column headers."""
        return [self.sheet, self.row - 1, self.column, self.row - 1, self.column + self.width - 1]

    def name(self, row: int) -> list[Any]:
        """Reference to the text before the figures of data row ``row``."""
        return [self.sheet, self.row + row, self.column - 1]


class Book:
    """A workbook being written, with its formats."""

    def __init__(self, target: Any) -> None:
        self.book = xlsxwriter.Workbook(target, dict(OPTIONS))
        self.formats = {name: self.book.add_format(told) for name, told in _FORMATS.items()}

    def sheet(self, name: str, title: str, widths: Sequence[float]) -> Sheet:
        """A new sheet with its title in the first row."""
        made = Sheet(self, self.book.add_worksheet(name), name)
        made.page.hide_gridlines(2)
        for column, width in enumerate(widths):
            made.page.set_column(column, column, width)
        made.text(title, "title")
        return made


class Sheet:
    """A sheet filled from top to bottom; ``row`` is the next free row."""

    def __init__(self, book: Book, page: Any, name: str) -> None:
        self.book, self.page, self.name, self.row = book, page, name, 0

    def text(self, text: str, style: str = "text", column: int = 0) -> None:
        """A line of text."""
        self.page.write_string(self.row, column, text, self.book.formats[style])
        self.row += 1

    def lines(self, rows: Sequence[Sequence[object]], styles: Sequence[str] = ()) -> None:
        """Rows of mixed cells: numbers as numbers (in the style of their column), the rest as text, None blank."""
        for cells in rows:
            for column, cell in enumerate(cells):
                self._cell(column, cell, styles[column] if column < len(styles) else "text")
            self.row += 1

    def head(self, names: Sequence[str]) -> None:
        """A header row."""
        for column, name in enumerate(names):
            self.page.write_string(self.row, column, name, self.book.formats["head"])
        self.row += 1

    def grid(self, names: Sequence[str], keys: Sequence[Sequence[str]], labels: Sequence[str], shown: Shown) -> Block:
        """Header, one row per key with its figures and their total, then the column totals (if they may be added)."""
        self.head([*names, *labels, "Total"] if shown.row_totals is not None else [*names, *labels])
        block = Block(self.name, self.row, len(names), len(labels))
        for position, key in enumerate(keys):
            self.figures(key, shown.cells[position], shown.row_total(position), f"number{shown.digits}", "text")
        if shown.column_totals is not None:
            blank = [""] * (len(names) - 1)
            total = None if shown.row_totals is None else float(shown.column_totals.sum())
            self.figures([*blank, "Total"], shown.column_totals, total, f"total{shown.digits}", "bold")
        self.row += 1
        return block

    def chart(self, kind: str, title: str, unit: str, series: Sequence[Any], position: str) -> None:
        """A native chart at ``position``; each of ``series`` as ``line_of`` makes it."""
        chart = self.book.book.add_chart({"type": kind})
        for one in series:
            chart.add_series(one)
        chart.set_title({"name": title, "name_font": {"size": 12}})
        chart.set_y_axis({"name": unit, "num_format": "#,##0", "major_gridlines": {"visible": True}})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 900, "height": 340})
        self.page.insert_chart(position, chart)

    def figures(self, key: Sequence[str], values: Array, total: float | None, style: str, text: str) -> None:
        """One row: texts, figures, and their total unless it is None."""
        for column, name in enumerate(key):
            self.page.write_string(self.row, column, name, self.book.formats[text])
        self.page.write_row(self.row, len(key), values.tolist(), self.book.formats[style])
        if total is not None:
            column = len(key) + len(values)
            self.page.write_number(self.row, column, total, self.book.formats[style.replace("number", "total")])
        self.row += 1

    def _cell(self, column: int, cell: object, style: str) -> None:
        if isinstance(cell, (float, int)) and not isinstance(cell, bool):
            if np.isfinite(cell):
                self.page.write_number(self.row, column, float(cell), self.book.formats[style])
        elif cell is not None:
            self.page.write_string(self.row, column, str(cell), self.book.formats["text"])


@dataclass(frozen=True, eq=False)
class Shown:
    """Figures as they are shown: rounded cells [rows, columns] and totals that are the sums of what is shown."""

    cells: Array
    digits: int
    row_totals: Array | None = None
    column_totals: Array | None = None

    def row_total(self, row: int) -> float | None:
        """Total of one row, if rows are added up."""
        return None if self.row_totals is None else float(self.row_totals[row])


def digits_for(values: Array) -> int:
    """Decimals that keep small figures readable: none from 100 on, else two."""
    return 0 if values.size == 0 or np.abs(values).max() >= 100 else 2


def shown_flow(values: Array, addable: bool = True) -> Shown:
    """Amounts per bucket: rows add up to row totals, those to the rounded grand total.

    ``addable`` False: rows are of different units and get no column totals.
    """
    digits = digits_for(values)
    sums = values.sum(axis=1)
    totals = round_to_total(sums, digits) if addable else np.round(sums, digits)
    cells = np.array([round_to_total(row, digits, total) for row, total in zip(values, totals, strict=True)])
    cells = cells.reshape(values.shape)
    return Shown(cells, digits, totals, cells.sum(axis=0) if addable and len(cells) else None)


def shown_levels(values: Array, digits: int | None = None) -> Shown:
    """Balances and rates, which are never added over time."""
    places = digits_for(values) if digits is None else digits
    return Shown(np.round(values, places), places)


def shown_statement(values: Array, signs: Sequence[int]) -> Shown:
    """A statement [lines, buckets] that adds up both ways; see ``round_statement``."""
    cells = round_statement(values, signs)
    return Shown(cells, 0, cells.sum(axis=1))


def line_of(block: Block, row: int, colour: str) -> dict[str, Any]:
    """A chart series: one row of a block."""
    return {
        "name": block.name(row),
        "categories": block.labels,
        "values": block.cells(row),
        "line": {"color": colour, "width": 2.25},
        "fill": {"color": colour},
    }
