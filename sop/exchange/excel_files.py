"""A workbook into raw tables, one per sheet: real dates and numbers kept, Excel errors found, bombs refused."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any
from xml.etree import ElementTree

import numpy as np
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

from sop.domain.errors import SopError
from sop.exchange import safety
from sop.exchange.raw import RawTable, column_of_cells, without_blank_rows

MAX_WORKBOOK_BYTES = 1024**3
MAX_SHEET_CELLS = 20_000_000

_CELL = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br\s*=\s*["']\s*([A-Za-z]+)(\d+)""")
_ERROR_CELL = re.compile(
    rb"""<(?:\w+:)?c\b(?=[^>]*\bt\s*=\s*["']e["'])[^>]*\br\s*=\s*["']([A-Z]+)(\d+)["'][^>]*>(.*?)</(?:\w+:)?c>""",
    re.DOTALL,
)
_VALUE = re.compile(rb"<(?:\w+:)?v>(.*?)</")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def read_workbook(file: str, data: bytes) -> list[RawTable]:
    """Every sheet of an .xlsx or .xlsm workbook that holds anything, in order, as a raw table named like the sheet.

    The header is the first row that is not blank; rows keep the number the spreadsheet shows. Raises SopError for a
    file that is no workbook, is locked by a password, or would unpack to more than 1 GB or 20 million cells a sheet.
    """
    safety.check_bytes(file, len(data))
    errors = _checked_sheets(file, data)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            sheets = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in _sheets(book)]
    except PasswordError as error:
        raise SopError(f"{file} is locked by a password.", "Save it without one.") from error
    except CalamineError as error:
        raise SopError(f"{file} cannot be read as a workbook.", "Save it again as .xlsx.") from error
    tables = (_table(name, rows, errors.get(name, {})) for name, rows in sheets)
    return [table for table in tables if table is not None]


def _sheets(book: CalamineWorkbook) -> Iterable[str]:
    return [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]


def _table(name: str, rows: list[list[Any]], errors: Mapping[tuple[int, int], str]) -> RawTable | None:
    for (row, column), value in errors.items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = value
    first = next((index for index, row in enumerate(rows) if not _is_blank(row)), None)
    if first is None:
        return None
    columns = [column_of_cells(cells) for cells in zip(*rows[first:], strict=True)]
    headers = [column.text(int(column.codes[0])) for column in columns]
    body = [column.at(np.arange(1, len(rows) - first)) for column in columns]
    kept = [
        index for index, column in enumerate(body) if headers[index] or not column.blank[np.unique(column.codes)].all()
    ]
    numbers = np.arange(first + 2, len(rows) + 1, dtype=np.int64)
    return without_blank_rows(
        RawTable(name, tuple(headers[index] for index in kept), tuple(body[index] for index in kept), numbers)
    )


def _is_blank(row: list[Any]) -> bool:
    return all(cell == "" or (isinstance(cell, str) and not cell.strip()) for cell in row)


def _checked_sheets(file: str, data: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """Sizes checked part by part; the error cells (#REF! and the like) of every sheet, which the reader shows blank."""
    paths = {}
    members = {member.filename: member for member in safety.safe_members(file, data, MAX_WORKBOOK_BYTES)}
    if "xl/workbook.xml" not in members:
        raise SopError(f"{file} is no Excel workbook (.xlsx).", "Save it as .xlsx, or pack CSV files into a zip.")
    names = _sheet_paths(file, data, members)
    for path, member in members.items():
        content = safety.unpack_member(file, data, member)
        if path.endswith((".xml", ".rels")) and b"<!DOCTYPE" in content:
            raise SopError(f"{file} holds a document type definition.", "Do not load it.")
        if path.startswith("xl/worksheets/") and path.endswith(".xml"):
            _check_extent(f"Sheet {names.get(path, path)!r} of {file}", content)
            paths[path] = _error_cells(content)
    return {name: paths.get(path, {}) for path, name in names.items()}


def _check_extent(name: str, content: bytes) -> None:
    """Refuse a sheet whose outermost cells span more than can be held, however few cells it has."""
    found = {(len(letters), letters.upper()) for letters, _ in _CELL.findall(content)}
    rows = {int(row) for _, row in _CELL.findall(content)}
    safety.check_shape(name, max(rows, default=0), _column_number(max(found, default=(0, b""))[1]), MAX_SHEET_CELLS)


def _error_cells(content: bytes) -> dict[tuple[int, int], str]:
    return {
        (int(row) - 1, _column_number(letters) - 1): _first(_VALUE.findall(body)) or "#VALUE!"
        for letters, row, body in (_ERROR_CELL.findall(content) if b'"e"' in content or b"'e'" in content else ())
    }


def _first(values: list[bytes]) -> str:
    return values[0].decode("utf-8", "replace") if values else ""


def _column_number(letters: bytes) -> int:
    """1 for A, 27 for AA; everything past ten letters counts as absurdly far out."""
    number = 0
    for letter in letters[:10]:
        number = number * 26 + letter - 64
    return number


def _sheet_paths(file: str, data: bytes, members: Mapping[str, zipfile.ZipInfo]) -> dict[str, str]:
    """Sheet name by path inside the workbook."""
    try:
        book = ElementTree.fromstring(_small_xml(file, data, members["xl/workbook.xml"]))  # noqa: S314
        links = ElementTree.fromstring(_small_xml(file, data, members["xl/_rels/workbook.xml.rels"]))  # noqa: S314
    except (ElementTree.ParseError, KeyError) as error:
        raise SopError(f"{file} cannot be read as a workbook.", "Save it again as .xlsx.") from error
    target = {link.get("Id"): link.get("Target", "") for link in links}
    sheets = [node for node in book.iter() if node.tag.endswith("}sheet")]
    return {_inside(target.get(node.get(_RELATION), "")): node.get("name", "") for node in sheets}


def _inside(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)


def _small_xml(file: str, data: bytes, member: zipfile.ZipInfo) -> bytes:
    """A part that is parsed as a tree: small, and without entities (the parser must not be made to expand any)."""
    if member.file_size > 10 * 1024**2:
        raise SopError(f"{file} has an absurdly large list of sheets.", "Save it again as .xlsx.")
    content = safety.unpack_member(file, data, member)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise SopError(f"{file} holds a document type definition.", "Do not load it.")
    return content
