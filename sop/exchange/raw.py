"""A table as it stands in a file: every cell a text, kept once per distinct value, with the row the user sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Native = float | bool | date | datetime
EXCEL_ERRORS = ("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!")


@dataclass(frozen=True)
class RawColumn:
    """One column: row i holds ``texts[codes[i]]``, trimmed.

    ``native`` gives, by code, what a workbook held as a real number, yes/no or date instead of a text.
    """

    codes: npt.NDArray[np.int32]
    texts: pa.StringArray
    native: Mapping[int, Native] = field(default_factory=dict)

    @property
    def blank(self) -> npt.NDArray[np.bool_]:
        """Which distinct values are blank."""
        return np.asarray(pc.equal(self.texts, ""))

    def text(self, code: int) -> str:
        """Distinct value ``code`` as the user sees it."""
        return str(self.texts[code].as_py())

    def at(self, positions: npt.NDArray[np.intp]) -> RawColumn:
        """The column at some rows only."""
        return RawColumn(self.codes[positions], self.texts, self.native)


@dataclass(frozen=True)
class RawTable:
    """A table as read: name in the source, headers in order, columns, and the row number of every row (header = 1).

    ``semicolons`` is set for a semicolon-separated file, the habit of countries that write 1,5 for one and a half.
    """

    name: str
    headers: tuple[str, ...]
    columns: tuple[RawColumn, ...]
    rows: npt.NDArray[np.int64]
    semicolons: bool = False

    def __len__(self) -> int:
        return len(self.rows)


def column_of(arrow: pa.ChunkedArray | pa.Array) -> RawColumn:
    """A column of texts (dictionary-coded or not), trimmed."""
    if isinstance(arrow, pa.ChunkedArray):
        arrow = arrow.unify_dictionaries().combine_chunks()
    if isinstance(arrow, pa.ChunkedArray):
        arrow = arrow.chunk(0) if arrow.num_chunks else pa.array([], arrow.type)
    if not pa.types.is_dictionary(arrow.type):
        arrow = arrow.dictionary_encode()
    codes = arrow.indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    return RawColumn(codes, pc.utf8_trim_whitespace(arrow.dictionary))


def column_of_cells(cells: Sequence[object]) -> RawColumn:
    """A column of workbook cells: texts, numbers, yes/no, dates."""
    known: dict[tuple[type, object], int] = {}
    codes = np.fromiter((known.setdefault((type(cell), cell), len(known)) for cell in cells), np.int32, len(cells))
    native = {code: cell for (_, cell), code in known.items() if isinstance(cell, (bool, float, int, date))}
    texts = pa.array([cell_text(cell) for _, cell in known], pa.string())
    return RawColumn(codes, pc.utf8_trim_whitespace(texts), native)


def cell_text(cell: object) -> str:
    """How a workbook cell reads: whole numbers without a point, dates in ISO.

    >>> cell_text(1001.0), cell_text(0.5), cell_text(True), cell_text(date(2026, 7, 1))
    ('1001', '0.5', 'yes', '2026-07-01')
    """
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != datetime.min.time() else cell.date().isoformat()
    return "" if cell is None else str(cell)


def without_blank_rows(table: RawTable) -> RawTable:
    """The table without rows whose cells are all blank; the others keep their row numbers."""
    blank = np.ones(len(table), dtype=bool)
    for column in table.columns:
        if not blank.any():
            return table
        blank &= column.blank[column.codes]
    if not blank.any():
        return table
    kept = np.flatnonzero(~blank)
    return RawTable(
        table.name, table.headers, tuple(c.at(kept) for c in table.columns), table.rows[kept], table.semicolons
    )
