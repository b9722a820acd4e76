"""Bad inputs, one fault each: every one ends in a message with table, row, column, value and what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sop.domain.errors import InputError
from sop.exchange.reading import load_inputs
from tests.exchange.company_files import GOOD, workbook, write

BadInput = tuple[str, Callable[[Path], Path], tuple[str, ...]]


def _changed(**tables: str | bytes | None) -> Callable[[Path], Path]:
    return lambda folder: write(folder, **tables)


def _workbook(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    sheets = {
        "settings": [["key", "value"], ["first_period", "2026-01-01"]],
        "items": [["item", "standard_cost"], ["KET-01", ("=1/0", "#DIV/0!")]],
    }
    path = folder / "company.xlsx"
    path.write_bytes(workbook(sheets))
    return path


def _file(name: str, data: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
        return folder / name

    return make


_HISTORY = "date,item,market,ordered\n"

BAD_INPUTS: list[BadInput] = [
    (
        "unknown column",
        _changed(stock="location,item,on_hnd,on_hand\nDC,KET-01,5,60\n"),
        ("stock, row 1, column on_hnd", "unknown column", "Did you mean 'on_hand'?"),
    ),
    (
        "required column missing",
        _changed(stock="location,item\nDC,KET-01\n"),
        ("stock, column on_hand", "required column is missing", "Add the column on_hand"),
    ),
    (
        "required cell blank",
        _changed(stock="location,item,on_hand\nDC,,60\n"),
        ("stock, row 2, column item", "cell is blank", "Fill it in"),
    ),
    (
        "same key twice",
        _changed(items=GOOD["items"] + "KET-01,Kettles,product,16\n"),
        ("items, row 5, column item ('KET-01')", "same key as row 2", "Keep one"),
    ),
    (
        "reference to nothing, nearly right",
        _changed(stock="location,item,on_hand\nDC,ket 01,60\n"),
        ("stock, row 2, column item ('ket 01')", "not in items", "Did you mean 'KET-01'?"),
    ),
    (
        "negative quantity",
        _changed(stock="location,item,on_hand\nDC,KET-01,-60\n"),
        ("stock, row 2, column on_hand ('-60')", "is negative", "Give 0 or more"),
    ),
    (
        "text in a number column",
        _changed(stock="location,item,on_hand\nDC,KET-01,60 pcs\n"),
        ("stock, row 2, column on_hand ('60 pcs')", "not a number", "without unit"),
    ),
    (
        "no such day",
        _changed(sales_history=_HISTORY + "2025-02-30,KET-01,UK,5\n"),
        ("sales_history, row 2, column date ('2025-02-30')", "no such day", "2026-12-31"),
    ),
    (
        "day or month first",
        _changed(sales_history=_HISTORY + "03/04/2025,KET-01,UK,5\n"),
        ("sales_history, row 2, column date ('03/04/2025')", "2025-04-03 or 2025-03-04", "Write the date as"),
    ),
    (
        "comma for thousands or decimals",
        _changed(stock='location,item,on_hand\nDC,KET-01,"1,234"\n'),
        ("stock, row 2, column on_hand ('1,234')", "1234 or as 1.234", "Write 1234"),
    ),
    (
        "broken whole number",
        _changed(stock="location,item,on_hand,age\nDC,KET-01,60,3.5\n"),
        ("stock, row 2, column age ('3.5')", "not a whole number", "whole number of periods"),
    ),
    (
        "share beyond 1",
        _changed(rebates="market,item,rebate\nUK,,12\n"),
        ("rebates, row 2, column rebate ('12')", "out of range", "0.12 or 12 %"),
    ),
    (
        "unknown choice",
        _changed(locations="location,kind\nPlant,plant\nDC,warehous\n"),
        ("locations, row 3, column kind ('warehous')", "Did you mean 'warehouse'?", "plant, warehouse"),
    ),
    (
        "neither yes nor no",
        _changed(markets="market,served_from,firm\nUK,DC,maybe\nDACH,,no\n"),
        ("markets, row 2, column firm ('maybe')", "neither yes nor no", "Write yes or no"),
    ),
    (
        "unknown setting",
        _changed(settings=GOOD["settings"] + "horizont,12\n"),
        ("settings, row 4, column key ('horizont')", "unknown setting", "Did you mean 'horizon'?"),
    ),
    (
        "setting of the wrong kind",
        _changed(settings=GOOD["settings"] + "dso,monthly\n"),
        ("settings, row 4, column value ('monthly')", "dso", "not a number"),
    ),
    (
        "no first period",
        _changed(settings="key,value\nhorizon,6\n"),
        ("settings, column first_period", "missing", "such as 2026-01-01"),
    ),
    (
        "shares that do not add up",
        _changed(family_mix="item,member,share\nKET-01,Small,0.5\nKET-01,Large,0.4\n"),
        ("family_mix, row 2, column share ('0.9')", "add up to 0.9", "Correct the shares"),
    ),
    (
        "bill of material in a circle",
        _changed(
            operations="operation,location,kind,item\nmake kettle,Plant,make,KET-01\nmake chip,Plant,make,CHIP\n",
            materials="operation,item,quantity\nmake kettle,CHIP,1\nmake chip,KET-01,1\n",
        ),
        ("materials, row 3, column item ('KET-01')", "circle: CHIP needs KET-01 needs CHIP", "Remove one"),
    ),
    (
        "phased out before launched",
        _changed(items="item,launch,phase_out\nKET-01,2026-09-01,2026-03-31\nTOA-01,,\nCHIP,,\n"),
        (
            "items, row 2, column phase_out ('2026-03-31')",
            "phase_out comes before launch",
            "Correct launch or phase_out",
        ),
    ),
    (
        "market nothing reaches",
        _changed(lanes="from,to\nPlant,DC\n"),
        ("markets, row 3, column market ('DACH')", "Nothing reaches", "served_from"),
    ),
    (
        "market blank though there are two",
        _changed(sales_history=_HISTORY + "2025-11-01,KET-01,,5\n"),
        ("sales_history, row 2, column market", "there are 2 markets", "Name the market"),
    ),
    (
        "column there twice",
        _changed(stock="location,item,on_hand,On Hand\nDC,KET-01,60,61\n"),
        ("stock, row 1, column On Hand", "there twice", "Keep one"),
    ),
    (
        "header blank over values",
        _changed(stock="location,item,on_hand,\nDC,KET-01,60,61\n"),
        ("stock, row 1, column number 4", "no header", "header row"),
    ),
    (
        "unknown table",
        _changed(stocks="location,item,on_hand\nDC,KET-01,60\n"),
        ("stocks", "no table of this name", "Did you mean 'stock'?"),
    ),
    ("empty file", _changed(stock=""), ("stock: The file stock.csv is empty", "Fill it, or remove it")),
    ("no items", _changed(items=None, sales_history=None), ("items: There are no items", "one row per item")),
    (
        "more cells than headers",
        _changed(stock="location,item,on_hand\nDC,KET-01,1,234\n"),
        ("stock, row 2 ('234')", "4 cells, the header 3", "into quotes"),
    ),
    (
        "quote that is not closed",
        _changed(stock='location,item,on_hand\nDC,"KET-01,60\n'),
        ("stock", "cannot be taken apart", "Check for a single"),
    ),
    ("no text at all", _changed(stock=b"\x81\x8d\x00\x90\xff\x00\xff"), ("stock", "not readable as text", "UTF-8")),
    (
        "Excel error",
        _workbook,
        ("items, row 2, column standard_cost ('#DIV/0!')", "Excel error", "Put the formula right"),
    ),
    ("no workbook", _file("company.xlsx", b"PK not a zip"), ("company.xlsx", "damaged or no zip", "again")),
    ("kind of file not read", _file("company.pdf", b"%PDF"), ("company.pdf", "not read", ".xlsx workbook")),
    ("nothing there", lambda folder: folder / "absent", ("absent", "no such file", "Check the path")),
]


@pytest.mark.parametrize(("make", "fragments"), [case[1:] for case in BAD_INPUTS], ids=[case[0] for case in BAD_INPUTS])
def test_bad_input_is_told_clearly(make: Callable[[Path], Path], fragments: tuple[str, ...], tmp_path: Path) -> None:
    """One message names table, row, column and value, says what is wrong and what to do."""
    with pytest.raises(InputError) as caught:
        load_inputs(make(tmp_path / "company"))
    messages = [str(fault) for fault in caught.value.faults]
    assert any(all(fragment in message for fragment in fragments) for message in messages), messages


def test_the_company_the_cases_change_is_good(tmp_path: Path) -> None:
    """Unchanged it loads, so each message above comes from the one change."""
    assert load_inputs(write(tmp_path / "company"))["items"]["item"].tolist() == ["KET-01", "TOA-01", "CHIP"]


def test_there_are_at_least_twenty() -> None:
    """The list is as long as promised, each case by a name of its own."""
    assert len({case[0] for case in BAD_INPUTS}) == len(BAD_INPUTS) >= 20


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """Faults in four tables come together, in the order of the tables, not one per attempt."""
    folder = write(
        tmp_path / "company",
        settings=GOOD["settings"] + "dso,monthly\n",
        stock="location,item,on_hand\nDC,NONE,-60\n",
        lanes="from,to,lead_time\nPlant,DC,-3\nDC,DACH,0\n",
        rebates="market,item,rebate\nUK,,12\n",
    )
    with pytest.raises(InputError) as caught:
        load_inputs(folder)
    places = [(fault.table, fault.row, fault.column) for fault in caught.value.faults]
    assert places == [
        ("settings", 4, "value"),
        ("rebates", 2, "rebate"),
        ("lanes", 2, "lead_time"),
        ("stock", 2, "on_hand"),
        ("stock", 2, "item"),
    ]
