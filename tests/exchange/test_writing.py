"""Written tables read back unchanged: as CSV, as template, through any spelling."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sop.domain.catalogue import TABLES, Column
from sop.domain.errors import SopError
from sop.domain.inputs import Inputs, typed
from sop.exchange.reading import load_inputs, read_path
from sop.exchange.template import note_text, write_template
from sop.exchange.writing import csv_bytes, write_folder
from sop.store.repository import Repository
from tests.companies import small_inputs

_TEXT = st.text(alphabet="'=+-@\t\r\n\",;| aéß漢#1.", max_size=6).map(str.strip)
_CODES = [f"{start}{number}" for number, start in enumerate(("A", "'=", "-", "@,", "007;", '"'))]


def _cell(column: Column) -> st.SearchStrategy[Any]:
    low = -1e6 if column.minimum is None else column.minimum
    high = min(1e6, column.maximum if column.maximum is not None else 1e6)
    blank = [] if column.required else [st.none()]
    return {
        "number": st.one_of(*blank, st.floats(low, high, allow_subnormal=False)),
        "integer": st.one_of(*blank, st.integers(int(low), int(high)).map(float)),
        "flag": st.booleans(),
        "date": st.one_of(*blank, st.dates(pd.Timestamp("2020-01-01").date(), pd.Timestamp("2030-12-31").date())),
        "period": st.one_of(*blank, st.dates(pd.Timestamp("2026-01-01").date(), pd.Timestamp("2027-06-30").date())),
        "choice": st.sampled_from(column.choices or ("",)),
        "reference": st.sampled_from([*([] if column.required else [""]), *_CODES]),
        "text": st.sampled_from(_CODES) if column.required or column.name == "market" else _TEXT,
    }[column.kind]


def _rows(name: str) -> st.SearchStrategy[pd.DataFrame]:
    columns = {column.name: _cell(column) for column in TABLES[name].columns}
    row = st.fixed_dictionaries(columns)
    unique = TABLES[name].key
    key = (lambda one: tuple(str(one[column]) for column in unique)) if unique else None
    return st.lists(row, min_size=1, max_size=6, unique_by=key).map(lambda rows: typed(name, pd.DataFrame(rows)))


_FREE = ("sales_history", "forecasts", "prices", "rebates", "drivers", "stock", "fixed_costs", "scheduled_receipts")


@st.composite
def _companies(draw: st.DrawFn) -> Inputs:
    """Companies whose codes and texts are as nasty as allowed, with some of the tables filled at random."""
    codes = pd.DataFrame({"item": _CODES, "description": draw(st.lists(_TEXT, min_size=6, max_size=6))})
    tables = {
        "settings": typed(
            "settings", pd.DataFrame({"key": ["first_period", "company"], "value": ["2026-01-01", draw(_TEXT)]})
        ),
        "items": typed(
            "items", codes.assign(family=_CODES, launch=draw(st.none() | _cell(TABLES["items"].column("launch"))))
        ),
        "markets": typed("markets", pd.DataFrame({"market": _CODES, "firm": draw(st.booleans())})),
        "locations": typed("locations", pd.DataFrame({"location": _CODES})),
        "suppliers": typed("suppliers", pd.DataFrame({"supplier": _CODES})),
    }
    tables |= {name: draw(_rows(name)) for name in draw(st.sets(st.sampled_from(_FREE)))}
    return Inputs.of(_sound(tables))


def _sound(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Random cells bent so that no rule is broken: named markets, a quantity per row, one fixed cost per month."""
    for name in ("sales_history", "forecasts"):
        if name in tables:
            tables[name]["market"] = tables[name]["market"].replace("", _CODES[0])
    if "sales_history" in tables:
        tables["sales_history"]["ordered"] = tables["sales_history"]["ordered"].fillna(0.0)
    if "fixed_costs" in tables:
        tables["fixed_costs"]["period"] = pd.NaT
        tables["fixed_costs"] = tables["fixed_costs"].drop_duplicates("cost", ignore_index=True)
    return tables


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(_companies())
def test_a_folder_reads_back_unchanged(inputs: Inputs) -> None:
    """Whatever the cells (formula-like, quoted, broken over lines, to the last bit): same tables, same id."""
    with tempfile.TemporaryDirectory() as folder:
        write_folder(inputs, Path(folder))
        back = load_inputs(Path(folder))
    for name in TABLES:
        pd.testing.assert_frame_equal(back[name], inputs[name], check_exact=True)
    assert back.id == inputs.id


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(_companies())
def test_import_store_export_import_is_the_identity(inputs: Inputs) -> None:
    """Through the store and out again as files: the same inputs."""
    repository = Repository()
    repository.add_inputs(inputs, "test", datetime(2026, 1, 1, tzinfo=UTC))
    stored = repository.inputs(inputs.id)
    repository.close()
    with tempfile.TemporaryDirectory() as folder:
        write_folder(stored, Path(folder))
        back = load_inputs(Path(folder))
    assert back.id == inputs.id
    assert all(back[name].equals(inputs[name]) for name in TABLES)


def test_only_what_says_something_is_written(tmp_path: Path) -> None:
    """Empty tables and columns of defaults are left out; a file of a table that is empty now goes away."""
    (tmp_path / "lanes.csv").write_text("from,to\nA,B\n")
    (tmp_path / "mine.txt").write_text("kept")
    write_folder(small_inputs(), tmp_path)
    assert (
        tmp_path / "markets.csv"
    ).read_text() == "market,region,priority,served_from\nUK,West,1,Plant\nDACH,Centre,2,Plant\n"
    assert not (tmp_path / "lanes.csv").exists()
    assert (tmp_path / "mine.txt").exists()


def test_text_is_no_formula_in_the_file() -> None:
    """A ' goes before = + - @; numbers keep their minus."""
    frame = typed(
        "drivers", pd.DataFrame({"driver": ["=cmd()", "@x", "index"], "date": ["2026-01-01"] * 3, "value": [1, 2.5, 3]})
    )
    assert (
        csv_bytes("drivers", frame)
        == b"driver,date,value\n'=cmd(),2026-01-01,1\n'@x,2026-01-01,2.5\nindex,2026-01-01,3\n"
    )
    frame = typed("cash_flows", pd.DataFrame({"kind": ["tax"], "amount": [-5.25]}))
    assert csv_bytes("cash_flows", frame) == b"kind,amount\ntax,-5.25\n"


def test_a_filled_template_reads_back_unchanged(tmp_path: Path) -> None:
    """Inputs written as a workbook and read again are the same inputs."""
    inputs = small_inputs()
    write_template(tmp_path / "company.xlsx", inputs)
    assert load_inputs(tmp_path / "company.xlsx").id == inputs.id


def test_an_empty_template_asks_for_just_what_is_needed(tmp_path: Path) -> None:
    """Read as it is, it lacks the first period and items, and nothing else; both filled in, it loads."""
    write_template(tmp_path / "template.xlsx")
    faults = read_path(tmp_path / "template.xlsx").faults
    assert [(fault.table, fault.column) for fault in faults] == [("settings", "value"), ("items", "")]


def test_template_text_never_becomes_a_formula(tmp_path: Path) -> None:
    """A name such as =1+1 comes back as that text."""
    tables = dict(small_inputs().tables)
    tables["items"] = tables["items"].assign(description=["=1+1", "http://x"])
    write_template(tmp_path / "company.xlsx", Inputs.of(tables))
    assert load_inputs(tmp_path / "company.xlsx")["items"]["description"].tolist() == ["=1+1", "http://x"]


def test_more_rows_than_a_sheet_holds(tmp_path: Path) -> None:
    """A history longer than a sheet is refused with the way to export it."""
    long = typed("sales_history", pd.DataFrame({"item": np.full(1_048_576, "A")}))
    with pytest.raises(SopError, match="CSV"):
        write_template(tmp_path / "company.xlsx", Inputs.of({"sales_history": long}))


def test_notes_on_headers() -> None:
    """A header's note gives meaning, unit, default, range, and whether it must be filled."""
    assert note_text(TABLES["prices"].column("discount")) == (
        "Discount off the list price, on the invoice.\nUnit: share\nDefault: 0\nRange: 0 to 1"
    )
    assert note_text(TABLES["stock"].column("item")) == "Item.\nListed in: items.item\nMust be filled."
