"""One table of figures as an Excel file."""

from __future__ import annotations

import io

import pandas as pd

from sop.exchange.sheets import Book

_WIDEST, _NARROWEST = 48, 10


def table_file(title: str, frame: pd.DataFrame) -> bytes:
    """``frame`` as a workbook of one sheet. Numbers stay numbers, text stays text and never becomes a formula."""
    target = io.BytesIO()
    book = Book(target)
    sheet = book.sheet("Table", title, [_width(frame, place) for place in range(frame.shape[1])])
    sheet.head([str(name) for name in frame])
    sheet.page.freeze_panes(sheet.row, 1)
    plain = [
        [cell.item() if hasattr(cell, "item") else cell for cell in frame.iloc[:, at]] for at in range(frame.shape[1])
    ]
    sheet.lines(list(zip(*plain, strict=True)), [_style(frame.iloc[:, at]) for at in range(frame.shape[1])])
    book.book.close()
    return target.getvalue()


def _width(frame: pd.DataFrame, place: int) -> float:
    """Characters of the widest cell, within reason."""
    texts = [str(frame.columns[place]), *frame.iloc[:, place].astype(str).head(200)]
    return float(min(max(max(map(len, texts)) + 2, _NARROWEST), _WIDEST))


def _style(column: pd.Series) -> str:
    if not pd.api.types.is_numeric_dtype(column):
        return "text"
    sizes = column.abs()
    return "number0" if (sizes >= 100).any() or (sizes.fillna(0) % 1 == 0).all() else "number2"
