"""A small company as CSV texts that tests change one thing of."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

GOOD = {
    "settings": "key,value\nfirst_period,2026-01-01\nhorizon,6\n",
    "items": "item,family,kind,standard_cost\n"
    "KET-01,Kettles,product,15\nTOA-01,Toasters,product,12\nCHIP,Parts,component,2\n",
    "locations": "location,kind\nPlant,plant\nDC,warehouse\n",
    "markets": "market,served_from\nUK,DC\nDACH,\n",
    "sales_history": "date,item,market,ordered\n"
    "2025-11-01,KET-01,UK,100\n2025-12-01,KET-01,UK,120\n2025-12-01,TOA-01,DACH,80\n",
    "operations": "operation,location,kind,item,unit_cost\n"
    "make kettle,Plant,make,KET-01,3\nbuy chip,Plant,buy,CHIP,2\n"
    "buy toaster,DC,buy,TOA-01,9\n",
    "materials": "operation,item,quantity\nmake kettle,CHIP,1\n",
    "lanes": "from,to,unit_cost\nPlant,DC,0.1\nDC,DACH,0.4\n",
    "stock": "location,item,on_hand\nDC,KET-01,60\n",
}


def write(folder: Path, **changed: str | bytes | None) -> Path:
    """Write the good company with some tables changed, added, or (None) left out; the folder."""
    folder.mkdir(exist_ok=True)
    for name, text in {**GOOD, **changed}.items():
        if text is not None:
            (folder / f"{name}.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def workbook(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    """A workbook of cells as given: text, numbers, yes/no, dates; ``("formula", shown)`` pairs are formulas."""
    buffer = io.BytesIO()
    options = {"strings_to_formulas": False, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(buffer, options) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, tuple):
                        sheet.write_formula(row, column, cell[0], None, cell[1])
                    elif cell is not None:
                        sheet.write(row, column, cell)
    return buffer.getvalue()


def good_sheets() -> dict[str, list[list[Any]]]:
    """The good company as workbook cells, all of them text."""
    return {name: [line.split(",") for line in text.splitlines()] for name, text in GOOD.items()}
