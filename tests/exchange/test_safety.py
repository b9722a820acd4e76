"""Files made to harm: bombs, paths that point elsewhere, text that would be a formula."""

from __future__ import annotations

import io
import re
import struct
import tracemalloc
import zipfile
import zlib

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop.domain.errors import SopError
from sop.exchange import safety
from sop.exchange.reading import read_uploads
from tests.exchange.company_files import workbook


def _zip(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@given(st.text(alphabet="'=+-@\t\r abc1", max_size=8))
def test_escaped_text_is_no_formula_and_comes_back(text: str) -> None:
    """Whatever the text, its safe form does not start like a formula, and undoing it gives the text again."""
    safe = safety.csv_safe(text)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert re.sub(safety.ESCAPED, r"\1", safe) == text


@pytest.mark.parametrize(
    "name", ["../items.csv", "/etc/items.csv", "a/../../items.csv", "C:\\items.csv", "..\\items.csv"]
)
def test_names_that_point_elsewhere_are_refused(name: str) -> None:
    """No member may name a place outside the archive, though nothing is ever unpacked to disk."""
    (fault,) = read_uploads({"company.zip": _zip(**{name: b"item\nA\n"})}).faults
    assert "points outside" in fault.problem


def test_a_zip_bomb_is_refused_by_its_declared_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over the limit in all, before a byte is unpacked."""
    monkeypatch.setattr(safety, "unpack_member", lambda *_: pytest.fail("unpacked"))
    data = _zip(**{"items.csv": bytes(3_000_000), "stock.csv": bytes(3_000_000)})
    with pytest.raises(SopError, match="at most 5,000,000"):
        list(safety.unpack("company.zip", data, limit=5_000_000))


def test_a_zip_that_lies_about_its_size_is_refused() -> None:
    """A member that says 10 bytes and holds 50 million is refused without holding them."""
    honest = _zip(**{"items.csv": bytes(50_000_000)})
    size = struct.pack("<I", 50_000_000)
    crc = struct.pack("<I", zlib.crc32(bytes(10)))
    lying = honest.replace(size, struct.pack("<I", 10)).replace(struct.pack("<I", zlib.crc32(bytes(50_000_000))), crc)
    tracemalloc.start()
    (fault,) = read_uploads({"company.zip": lying}).faults
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "dishonest" in fault.problem
    assert peak < 5_000_000


def test_too_many_members_or_one_twice_or_locked() -> None:
    """2,001 members, the same name twice, an encrypted member: each refused."""
    with pytest.raises(SopError, match="at most 2,000"):
        safety.safe_members("x.zip", _zip(**{f"{number}.csv": b"" for number in range(2_001)}))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("items.csv", b"item\nA\n")
        archive.writestr("items.csv", b"item\nB\n")
    with pytest.raises(SopError, match="twice"):
        safety.safe_members("x.zip", buffer.getvalue())
    locked = bytearray(_zip(**{"items.csv": b"item\nA\n"}))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(SopError, match="encrypted"):
        safety.safe_members("x.zip", bytes(locked))


def test_a_zip_within_a_zip_is_left_out() -> None:
    """Only CSV files inside are read; anything else is noted, nothing is unpacked twice."""
    result = read_uploads({"company.zip": _zip(**{"inner.zip": _zip(a=b"x"), "items.csv": b"item\nA\n"})})
    assert any("inner.zip" in note for note in result.notes)


def test_too_many_rows_are_refused_by_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines are counted before anything is parsed; the advice is to aggregate."""
    monkeypatch.setattr(safety.check_rows, "__defaults__", (100,))
    result = read_uploads({"items.csv": b"item\n", "sales_history.csv": b"date\n" + b"2025-01-01\n" * 200})
    fault = next(fault for fault in result.faults if fault.table == "sales_history")
    assert "at most 100" in fault.problem
    assert "Sum the rows" in fault.remedy


def test_a_file_with_too_many_columns_is_refused() -> None:
    """501 columns are no table of ours."""
    (fault,) = read_uploads({"items.csv": ",".join(f"c{i}" for i in range(501)).encode() + b"\n"}).faults
    assert "at most 500" in fault.problem


def test_a_sheet_with_one_cell_far_out_is_refused() -> None:
    """Two cells at opposite corners would be 17 thousand million cells to the reader."""
    data = workbook({"items": [["item"], ["A"]]})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b'r="A2"', b'r="XFD1048576"')
    (fault,) = read_uploads({"company.xlsx": _zip(**parts)}).faults
    assert "16,384 columns" in fault.problem


def test_a_workbook_with_entities_is_refused() -> None:
    """XML that declares entities could expand without end."""
    data = workbook({"items": [["item"], ["A"]]})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    for part in ("xl/workbook.xml", "xl/sharedStrings.xml"):
        changed = {**parts, part: parts[part].replace(b"?>", b"?>" + bomb, 1)}
        (fault,) = read_uploads({"company.xlsx": _zip(**changed)}).faults
        assert "document type" in fault.problem


def _parquet(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return bytes(sink.getvalue().to_pybytes())


def test_parquet_reads_and_bombs_are_refused() -> None:
    """A small file of 3 million equal values is refused by rows x columns; a fair one is read, texts coded."""
    fair = pa.table({"item": ["A", "B", "A"], "value": [1.0, 2.0, None]})
    read = safety.read_parquet("fair.parquet", _parquet(fair))
    assert read.to_pandas().astype({"item": object}).equals(fair.to_pandas())
    bomb = _parquet(pa.table({"x": np.zeros(3_000_000)}))
    assert len(bomb) < 50_000
    with pytest.raises(SopError, match="3,000,000 cells"):
        safety.read_parquet("bomb.parquet", bomb, limit=1_000_000)
    with pytest.raises(SopError, match="no parquet"):
        safety.read_parquet("x.parquet", b"PAR1 nothing PAR1")
