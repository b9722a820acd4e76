"""Numbers as people write them: the decimal sign is decided per column, doubt is a fault."""

from __future__ import annotations

import math
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sop.exchange.numbers import Evidence, decimal_sign, evidence, parse_numbers
from sop.exchange.raw import column_of
from sop.exchange.reading import read_path
from tests.exchange.company_files import write


def _read(*texts: str, percent: bool = False) -> list[float | str]:
    """Values of a column that stands alone; the problem's text where there is one."""
    column = column_of(pa.array(texts))
    own = evidence(column)
    parsed = parse_numbers(column, decimal_sign(own, [], whole=False, semicolons=False), percent)
    return [
        parsed.problems[code].problem if code in parsed.problems else float(parsed.values[code])
        for code in map(int, column.codes)
    ]


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (("1.234,56", "7"), [1234.56, 7.0]),
        (("1,234.56", "7"), [1234.56, 7.0]),
        (("1 234,56", "1\u202f234\u00a0567,8"), [1234.56, 1234567.8]),
        (("1'234.50", "1\u2019234.5"), [1234.5, 1234.5]),
        (("1.234", "2,5"), [1234.0, 2.5]),
        (("1,234", "2.5"), [1234.0, 2.5]),
        (("1.234.567",), [1234567.0]),
        (("1,234,567",), [1234567.0]),
        (("0,125", "1,250"), [0.125, 1.25]),
        (("1234,567",), [1234.567]),
        (("1.234", "5"), [1.234, 5.0]),
        (("-5", "5-", "(5)", "\u22125", "+5"), [-5.0, -5.0, -5.0, -5.0, 5.0]),
        (("1e3", "1.5E-1", ".5", "5."), [1000.0, 0.15, 0.5, 5.0]),
        (("(1.234,5)", "1,5-"), [-1234.5, -1.5]),
    ],
)
def test_local_styles(texts: tuple[str, ...], values: list[float]) -> None:
    """Each style is read at its value; the sure values of a column decide the doubtful ones."""
    assert _read(*texts) == values


def test_doubt_is_a_fault() -> None:
    """1,234 alone could be 1234 or 1.234; so could a column of several such values. Other cells are read."""
    first, second, third = _read("1,234", "12,345", "7")
    assert "1234 or as 1.234" in str(first)
    assert "12345 or as 12.345" in str(second)
    assert third == 7.0


def test_both_signs_in_one_column() -> None:
    """The rarer style is the fault."""
    assert _read("1,5", "2,5", "3.75")[:2] == [1.5, 2.5]
    assert "decimal commas" in str(_read("1,5", "2,5", "3.75")[2])


@pytest.mark.parametrize(
    "text", ["12 34", "1,23,456", "1.2.3", "5 kg", "€5", "--5", "inf", "NaN", "n/a", "-", "0x10", "1_000"]
)
def test_what_is_no_number(text: str) -> None:
    """Broken grouping, units, currency and words are faults, never a guess."""
    assert isinstance(_read(text, "1.5")[0], str)


def test_percent_only_where_a_share_is_expected() -> None:
    """12 % is 0.12 of a share; elsewhere it is a fault."""
    assert _read("12 %", "12,5%", "0,3", percent=True) == [0.12, 0.125, 0.3]
    assert "percentage" in str(_read("12 %")[0])


def test_a_number_beyond_reason() -> None:
    """1e300 would drown every sum and break a solver."""
    assert "beyond" in str(_read("1e300")[0])


def test_other_columns_decide_where_a_column_cannot() -> None:
    """Failing proof of its own, a column follows the others if they agree; whole numbers group by it."""
    doubtful = Evidence(doubtful_comma=1)
    assert decimal_sign(doubtful, [Evidence(comma=3)], whole=False, semicolons=False) == ","
    assert decimal_sign(doubtful, [Evidence(point=3)], whole=False, semicolons=False) == "."
    assert decimal_sign(doubtful, [Evidence(point=3), Evidence(comma=1)], whole=False, semicolons=False) == "unclear"
    assert decimal_sign(doubtful, [], whole=True, semicolons=False) == "."
    assert decimal_sign(Evidence(doubtful_point=1), [], whole=False, semicolons=True) == "unclear"
    assert decimal_sign(Evidence(doubtful_point=1), [], whole=False, semicolons=False) == "."


def test_columns_of_a_file_in_two_styles(tmp_path: Path) -> None:
    """In one file costs with decimal commas and quantities with points are both read right."""
    prices = "item;list_price;discount\nKET-01;1.234,50;0.125\nTOA-01;12,00;3 %\n"
    result = read_path(write(tmp_path / "company", prices=prices))
    assert result.faults == ()
    assert result.tables["prices"]["list_price"].tolist() == [1234.5, 12.0]
    assert result.tables["prices"]["discount"].tolist() == [0.125, 0.03]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-1e9, 1e9, allow_nan=False).map(lambda x: round(x, 2)), min_size=1, max_size=20))
def test_every_style_reads_back(values: list[float]) -> None:
    """Numbers printed with two decimals in the German, English and French way come back exactly."""
    english = [f"{value:,.2f}" for value in values]
    swap = str.maketrans({",": ".", ".": ","})
    for texts in (
        english,
        [text.translate(swap) for text in english],
        [text.translate(str.maketrans({",": "\u202f", ".": ","})) for text in english],
    ):
        read = _read(*texts)
        assert all(math.isclose(float(got), want, abs_tol=1e-9) for got, want in zip(read, values, strict=True))
