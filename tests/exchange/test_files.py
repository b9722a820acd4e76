"""Files of every make: encodings, separators, blank and ragged rows, workbooks, uploads."""

from __future__ import annotations

import codecs
import io
import zipfile
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sop.domain.inputs import Inputs
from sop.exchange.reading import ReadResult, load_inputs, read_path, read_uploads
from tests.exchange.company_files import GOOD, good_sheets, workbook, write

_GOOD_FILES = {f"{name}.csv": text.encode() for name, text in GOOD.items()}
_GOOD_BOOK = workbook(good_sheets())
ITEMS = "item,description,standard_cost\nKET-01,Wasserkocher groß,15\nTOA-01,Crêpière,12\nCHIP,,2\n"


@pytest.mark.parametrize(
    "data",
    [
        ITEMS.encode(),
        codecs.BOM_UTF8 + ITEMS.encode(),
        ITEMS.encode("utf-16"),
        ITEMS.encode("utf-16-le"),
        ITEMS.encode("cp1252"),
        ITEMS.replace(",", ";").encode(),
        ITEMS.replace(",", "\t").encode(),
        ITEMS.replace(",", "|").encode(),
        b"sep=;\r\n" + ITEMS.replace(",", ";").encode(),
        ITEMS.replace("\n", "\r\n").encode(),
        ITEMS.replace("\n", "\r").encode(),
        ITEMS.replace("KET-01,", '"KET-01",').encode(),
        ITEMS.replace("KET-01", "  KET-01 ").encode(),
        ITEMS.rstrip().encode(),
        ("\n\n" + ITEMS + "\n \n,,\n").encode(),
        ITEMS.replace("CHIP,,2\n", "\n,,\nCHIP,,2,,\n").encode(),
        ITEMS.replace("item,", "Item ,").replace("standard_cost", "Standard-Cost").encode(),
    ],
    ids=[
        "UTF-8", "byte order mark", "UTF-16", "UTF-16 without mark", "Windows-1252", "semicolon", "tab", "bar", "sep=",
        "CRLF", "CR", "quotes", "spaces", "no line end", "blank rows around", "blank rows within", "header spelling",
    ],
)  # fmt: skip
def test_every_make_of_file_reads_the_same(data: bytes, tmp_path: Path) -> None:
    """Encoding, separator, line ends, quotes, blank rows and the spelling of headers do not matter."""
    expected = load_inputs(write(tmp_path / "plain", items=ITEMS))
    result = read_path(write(tmp_path / "other", items=data))
    assert result.faults == ()
    assert Inputs.of(result.tables).id == expected.id
    assert result.tables["items"]["description"].tolist() == ["Wasserkocher groß", "Crêpière", ""]


def test_a_guess_at_the_encoding_is_told(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are taken for Windows-1252, and a note says so."""
    result = read_path(write(tmp_path / "company", items=ITEMS.encode("cp1252")))
    assert result.notes == ("items.csv is not UTF-8 and was read as Windows-1252.",)


def test_row_numbers_are_those_of_the_spreadsheet(tmp_path: Path) -> None:
    """Blank rows and line breaks inside a cell do not shift the row a fault is told by."""
    stock = 'location,item,on_hand\nDC,KET-01,1\n\n,,\nDC,"TOA-01",-2\n'
    rows = [fault.row for fault in read_path(write(tmp_path / "blank", stock=stock)).faults]
    assert rows == [5]
    stock = "\nlocation,item,on_hand\r\n\r\nDC,KET-01,1\r\n\nDC,TOA-01,-2\r\n\r\n"
    rows = [fault.row for fault in read_path(write(tmp_path / "plain", stock=stock)).faults]
    assert rows == [6]
    items = 'item,description,standard_cost\nKET-01,"two\nlines",15\nTOA-01,,-12\nCHIP,,2\n'
    rows = [fault.row for fault in read_path(write(tmp_path / "break", items=items)).faults]
    assert rows == [3]


def test_one_value_at_fault_in_many_rows_is_told_once(tmp_path: Path) -> None:
    """10,000 rows with one unknown item are one fault that counts them; 60 unknown items are 50 and a count."""
    rows = "".join(f"2025-01-01,NONE,UK,{number}\n" for number in range(10_000))
    (fault,) = read_path(write(tmp_path / "same", sales_history="date,item,market,ordered\n" + rows)).faults
    assert (fault.row, fault.value) == (2, "NONE")
    assert "Also in row 3, 4, 5, 6, 7 and 9,994 more" in fault.problem
    rows = "".join(f"2025-01-01,NONE{number},UK,1\n" for number in range(60))
    faults = read_path(write(tmp_path / "many", sales_history="date,item,market,ordered\n" + rows)).faults
    assert len(faults) == 51
    assert any("10 more values" in fault.problem for fault in faults)


def test_header_only_and_short_rows(tmp_path: Path) -> None:
    """A table with a header only counts as absent; cells missing at the end of a row are blank."""
    result = read_path(
        write(tmp_path / "company", stock="location,item,on_hand\n", items="item,family\nKET-01\nTOA-01,T\nCHIP")
    )
    assert result.faults == ()
    assert "stock" not in result.tables
    assert result.tables["items"]["family"].tolist() == ["All", "T", "All"]


def test_other_files_in_the_folder(tmp_path: Path) -> None:
    """Hidden files, notes and files set aside with _ are left out; a second file for a table is a fault."""
    folder = write(tmp_path / "company", _old="x\n1\n", readme="x\n1\n")
    (folder / ".hidden.csv").write_text("x\n1\n")
    (folder / "chart.png").write_bytes(b"x")
    (folder / "company.xlsx").write_bytes(_GOOD_BOOK)
    result = read_path(folder)
    assert (result.faults, result.notes) == ((), ("company.xlsx was left out: the CSV files beside it were read.",))
    (folder / "Items.CSV").write_text("item\nX\n")
    assert [fault.problem for fault in read_path(folder).faults if fault.table == "items"] == [
        "The table is there twice."
    ]


def test_a_folder_without_tables(tmp_path: Path) -> None:
    """An empty folder is one fault that says what is expected."""
    (fault,) = read_path(tmp_path).faults
    assert "no CSV file" in fault.problem


def test_a_workbook_reads_like_the_folder(tmp_path: Path) -> None:
    """The same tables as sheets, with texts, real numbers and real dates, give the same inputs."""
    expected = load_inputs(write(tmp_path / "folder"))
    sheets = good_sheets()
    sheets["settings"][1:] = [["first_period", date(2026, 1, 1)], ["horizon", 6]]
    sheets["stock"][1][2] = 60.0
    for row in sheets["sales_history"][1:]:
        row[0], row[3] = date.fromisoformat(row[0]), float(row[3])
    (tmp_path / "company.xlsx").write_bytes(workbook({"About": [["anything"]], **sheets, "Sheet9": []}))
    result = read_path(tmp_path / "company.xlsx")
    assert (result.faults, result.notes) == ((), ())
    assert Inputs.of(result.tables).id == expected.id


def test_workbook_rows_titles_and_errors() -> None:
    """Rows keep the number the sheet shows below blank rows; error values, merged headers, stray sheets are faults."""
    sheets = {
        "settings": [["key", "value"], ["first_period", date(2026, 1, 1)]],
        "items": [[None], ["item", "standard_cost", None], ["A", 1.5, None], [None], ["B", ("=X", "#REF!"), "stray"]],
        "stock_old": [["x"]],
    }
    faults = read_uploads({"company.xlsx": workbook(sheets)}).faults
    assert [(fault.table, fault.row, fault.column, fault.value) for fault in faults] == [
        ("stock_old", 0, "", ""),
        ("items", 1, "number 3", ""),
        ("items", 5, "standard_cost", "#REF!"),
    ]


def test_workbook_codes_that_look_like_numbers() -> None:
    """An item code typed as a number is the text of that number, without .0, and is found by reference."""
    sheets = {
        "settings": [["key", "value"], ["first_period", date(2026, 1, 1)]],
        "items": [["item"], [1001]],
        "sales_history": [["date", "item", "ordered", "stock_out"], [date(2025, 12, 1), "1001", 5, True]],
    }
    result = read_uploads({"company.xlsx": workbook(sheets)})
    assert result.faults == ()
    assert result.tables["items"]["item"].tolist() == ["1001"]
    assert result.tables["sales_history"]["stock_out"].tolist() == [True]


def test_a_date_where_a_number_belongs() -> None:
    """A real date or yes/no in a number column is a fault, not its serial number."""
    sheets = {
        "settings": [["key", "value"], ["first_period", date(2026, 1, 1)]],
        "items": [["item", "standard_cost"], ["A", date(2026, 7, 1)], ["B", True]],
    }
    faults = read_uploads({"company.xlsx": workbook(sheets)}).faults
    assert [(fault.row, fault.value, fault.problem) for fault in faults] == [
        (2, "2026-07-01", "is not a number."),
        (3, "yes", "is not a number."),
    ]


def test_uploads(tmp_path: Path) -> None:
    """Several CSV files, one workbook, or a zip with a folder inside read like the folder on disk."""
    expected = load_inputs(write(tmp_path / "folder"))
    files = _GOOD_FILES
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("company/", "")
        archive.writestr("__MACOSX/company/._items.csv", b"\x00\x05")
        for name, data in files.items():
            archive.writestr(f"company/{name}", data)
    for uploads in (files, {"company.zip": buffer.getvalue()}, {"company.xlsx": workbook(good_sheets())}):
        result = read_uploads(uploads)
        assert result.faults == ()
        assert Inputs.of(result.tables).id == expected.id


def test_words_for_yes_and_choices(tmp_path: Path) -> None:
    """Yes/no in several languages, choices in any case."""
    markets = "market,served_from,firm\nUK,DC,Ja\nDACH,DC,x\nN,DC,FALSE\nO,DC,\n"
    result = read_path(
        write(tmp_path / "company", markets=markets, locations="location,kind\nPlant,PLANT\nDC,Warehouse\n")
    )
    assert result.faults == ()
    assert result.tables["markets"]["firm"].tolist() == [True, True, False, False]
    assert result.tables["locations"]["kind"].tolist() == ["plant", "warehouse"]


def test_typed_as_the_domain_holds_them(tmp_path: Path) -> None:
    """Text is object with blanks empty, numbers float64, days datetime64[ns], yes/no bool; defaults are filled in."""
    history = read_path(write(tmp_path / "company")).tables["sales_history"]
    assert [str(dtype) for dtype in history.dtypes] == [
        "datetime64[ns]",
        "object",
        "object",
        "float64",
        "float64",
        "bool",
    ]
    assert history["date"].tolist() == [pd.Timestamp("2025-11-01"), *[pd.Timestamp("2025-12-01")] * 2]
    assert history["shipped"].isna().all()


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_whatever_is_uploaded_gets_an_answer(data: st.DataObject) -> None:
    """Damaged files end in faults, never in an exception: noise, and good files with bytes changed or cut out."""
    table = data.draw(st.sampled_from(sorted(GOOD)))
    noise = data.draw(st.binary(max_size=60))
    at = data.draw(st.integers(0, len(GOOD[table])))
    cut = data.draw(st.integers(0, 8))
    text = GOOD[table].encode()
    for content in (noise, text[:at] + noise[:6] + text[at + cut :]):
        _is_answer(read_uploads({**_GOOD_FILES, f"{table}.csv": content}))
    place = data.draw(st.integers(0, len(_GOOD_BOOK)))
    _is_answer(read_uploads({"company.xlsx": _GOOD_BOOK[:place] + noise[:6] + _GOOD_BOOK[place + cut :]}))


def _is_answer(result: ReadResult) -> None:
    """Faults, or inputs that can be planned from."""
    assert result.faults or Inputs.of(result.tables).horizon.starts
