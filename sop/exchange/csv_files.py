"""CSV bytes into a raw table: encoding, delimiter, blank lines, ragged rows."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from sop.domain.errors import Fault
from sop.exchange import safety
from sop.exchange.raw import RawColumn, RawTable, column_of, without_blank_rows

_DELIMITERS = (",", ";", "\t", "|")
_HEAD_BYTES = 1 << 16
_CHUNK_ROWS = 100_000
_BLANK_LINES = (b"\n\n", b"\n\r\n", b"\r\r")


class Unreadable(Exception):
    """A file that cannot be taken apart; carries the fault to show."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


class _Irregular(Exception):
    """A file that has to be taken apart record by record."""


def read_csv(name: str, file: str, data: bytes) -> tuple[RawTable, list[str]]:
    """Table ``name`` from the bytes of ``file``, every cell a text, and notes on what was assumed.

    UTF-8 (with or without byte order mark), UTF-16 or Windows-1252; separated by comma, semicolon, tab or bar; blank
    rows are skipped, short rows padded. Raises Unreadable when the file is empty or no text, or a row has cells beyond
    the header; SopError when it is too large.
    """
    safety.check_bytes(file, len(data))
    safety.check_rows(file, data.count(b"\n") or data.count(b"\r"))
    data, notes = _as_utf8(name, file, data)
    if not data[:_HEAD_BYTES].strip() and not data.strip():
        raise _empty(name, file)
    delimiter, data = _delimiter(data)
    body = data.lstrip(b"\r\n")
    above = data[: len(data) - len(body)]
    headers, columns, rows = _read_cells(name, body, delimiter)
    if not headers:
        raise _empty(name, file)
    rows += above.count(b"\n") or above.count(b"\r")
    safety.check_shape(file, len(rows), len(headers))
    table = RawTable(name, headers, tuple(_unescaped(column) for column in columns), rows, delimiter == ";")
    return without_blank_rows(table), notes


def _as_utf8(name: str, file: str, data: bytes) -> tuple[bytes, list[str]]:
    if data.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decoded(name, file, data, "utf-16").encode(), []
    if b"\x00" in data[:_HEAD_BYTES]:
        encoding = "utf-16-le" if data[1:2] == b"\x00" else "utf-16-be"
        return _decoded(name, file, data, encoding).encode(), [f"{file} was read as UTF-16."]
    if _is_utf8(data):
        return data, []
    return _decoded(name, file, data, "cp1252").encode(), [f"{file} is not UTF-8 and was read as Windows-1252."]


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), 1 << 23):
            decoder.decode(data[start : start + (1 << 23)])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _decoded(name: str, file: str, data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _no_text(name, file) from error
    if "\x00" in text:
        raise _no_text(name, file)
    return text


def _empty(name: str, file: str) -> Unreadable:
    return Unreadable(Fault(name, 0, "", "", f"The file {file} is empty.", "Fill it, or remove it."))


def _no_text(name: str, file: str) -> Unreadable:
    return Unreadable(Fault(name, 0, "", "", f"The file {file} is not readable as text.", "Save it as CSV in UTF-8."))


def _delimiter(data: bytes) -> tuple[str, bytes]:
    """The delimiter, and the data without a leading ``sep=;`` line. Judged on the header alone."""
    head = data[:_HEAD_BYTES].decode("utf-8", "ignore").lstrip()
    first = next(iter(head.splitlines()), "")
    if re.fullmatch(r"sep=.", first.strip(), re.IGNORECASE):
        return first.strip()[-1], data[data.index(first.encode()) + len(first.encode()) :].lstrip(b"\r\n")
    unquoted = re.sub(r'"[^"]*"', "", first)
    return max(_DELIMITERS, key=unquoted.count), data


def _read_cells(
    name: str, data: bytes, delimiter: str
) -> tuple[tuple[str, ...], list[RawColumn], npt.NDArray[np.int64]]:
    """Headers, columns and row numbers: by Arrow where the file is regular, else record by record."""
    headers = _first_record(data, delimiter)
    try:
        if headers:
            columns = _read_regular(data, delimiter, len(headers))
            return headers, columns, _row_numbers(data, len(columns[0].codes))
    except (pa.ArrowInvalid, _Irregular):
        pass
    return _read_irregular(name, data, delimiter)


def _row_numbers(data: bytes, count: int) -> npt.NDArray[np.int64]:
    """Number of every row Arrow gave (it drops blank lines): the header's is 1."""
    end = _end_of_rows(data)
    blank_lines = _BLANK_LINES if b"\r" in data else _BLANK_LINES[:1]
    if all(data.find(line, 0, end) < 0 for line in blank_lines):
        return np.arange(2, count + 2, dtype=np.int64)
    if b'"' in data or b"\n" not in data:
        raise _Irregular  # a blank line may stand inside a quoted text
    breaks = np.flatnonzero(np.frombuffer(data, np.uint8, end) == ord("\n"))
    starts, stops = np.concatenate(([0], breaks + 1)), np.append(breaks, end)
    blank = (stops == starts) | ((stops == starts + 1) & (np.frombuffer(data, np.uint8)[starts] == ord("\r")))
    numbers = np.flatnonzero(~blank)[1:] + 1
    if len(numbers) != count:
        raise _Irregular
    return numbers


def _end_of_rows(data: bytes) -> int:
    """Where the last row ends: blank lines at the end of a file mean nothing."""
    end = len(data)
    while end and data[end - 1] in b" \t\r\n":
        end -= 1
    return end


def _first_record(data: bytes, delimiter: str) -> tuple[str, ...]:
    """Trimmed cells of the first record; empty when it is blank or cut off."""
    head = data[:_HEAD_BYTES].decode("utf-8", "ignore")
    try:
        cells = next(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter, strict=True), [])
    except csv.Error:
        return ()
    return tuple(cell.strip() for cell in cells) if any(cell.strip() for cell in cells) else ()


def _read_regular(data: bytes, delimiter: str, width: int) -> list[RawColumn]:
    names = [str(index) for index in range(width)]
    table = pacsv.read_csv(
        pa.BufferReader(data),
        read_options=pacsv.ReadOptions(column_names=names, skip_rows_after_names=1, block_size=1 << 22),
        parse_options=pacsv.ParseOptions(delimiter=delimiter, newlines_in_values=b'"' in data),
        convert_options=pacsv.ConvertOptions(
            column_types={column: pa.dictionary(pa.int32(), pa.string()) for column in names}, strings_can_be_null=False
        ),
    )
    return [column_of(table[column]) for column in names]


def _read_irregular(
    name: str, data: bytes, delimiter: str
) -> tuple[tuple[str, ...], list[RawColumn], npt.NDArray[np.int64]]:
    """The same, record by record: header is the first record that is not blank, blank records keep their number."""
    lines = io.TextIOWrapper(io.BytesIO(data), "utf-8", newline="")
    records = enumerate(csv.reader(lines, delimiter=delimiter, strict=True), start=1)
    number = 0
    try:
        filled = ((number, cells) for number, cells in records if any(cell.strip() for cell in cells))
        number, header = next(filled, (0, []))
        headers = tuple(cell.strip() for cell in header)
        chunks = list(_chunks(name, records, len(headers)))
    except csv.Error as error:
        where = f"The file cannot be taken apart after row {number} ({error})."
        raise Unreadable(Fault(name, 0, "", "", where, 'Check for a single " in a text; write it twice.')) from error
    if not headers:
        return (), [], np.empty(0, dtype=np.int64)
    columns = [column_of(pa.chunked_array([chunk[index] for chunk in chunks])) for index in range(len(headers))]
    return headers, columns, np.arange(number + 1, number + 1 + len(columns[0].codes), dtype=np.int64)


def _chunks(name: str, records: Iterator[tuple[int, list[str]]], width: int) -> Iterator[list[pa.Array]]:
    while True:
        part = [_fitted(name, number, cells, width) for number, cells in islice(records, _CHUNK_ROWS)]
        cells = zip(*part, strict=True) if part else [()] * width
        yield [pa.array(list(column), pa.string()).dictionary_encode() for column in cells]
        if not part:
            return


def _fitted(name: str, number: int, cells: list[str], width: int) -> list[str]:
    if len(cells) <= width:
        return cells + [""] * (width - len(cells))
    if any(cell.strip() for cell in cells[width:]):
        extra = next(cell for cell in cells[width:] if cell.strip())
        problem = f"The row has {len(cells)} cells, the header {width}."
        raise Unreadable(Fault(name, number, "", extra, problem, "Put texts that hold the separator into quotes."))
    return cells[:width]


def _unescaped(column: RawColumn) -> RawColumn:
    return RawColumn(column.codes, pc.replace_substring_regex(column.texts, safety.ESCAPED, r"\1"))
