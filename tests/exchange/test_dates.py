"""Dates and months as people write them: the order is decided per column, doubt is a fault."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from sop.exchange.dates import MonthDay, parse_days
from sop.exchange.raw import column_of, column_of_cells
from sop.exchange.reading import read_path
from tests.exchange.company_files import GOOD, write


def _read(*texts: str, months: MonthDay = "first", star: bool = False) -> list[str]:
    """Days in ISO, blank for none; the problem's text where there is one."""
    column = column_of(pa.array(texts))
    parsed = parse_days(column, months, star)
    days = ["" if np.isnat(day) else str(day)[:10] for day in parsed.values]
    return [parsed.problems[code].problem if code in parsed.problems else days[code] for code in map(int, column.codes)]


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-31", "2026/12/31", "20261231", "31.12.2026", "31. 12. 2026", "31/12/2026", "12/31/2026", "31-12-2026",
        "31 Dec 2026", "31-Dec-2026", "31. Dezember 2026", "31 décembre 2026", "Dec 31, 2026", "2026-12-31T00:00:00Z",
        "2026-12-31 23:59:59.5", "31.12.2026 00:00", "12/31/2026 11:59 PM",
    ],
)  # fmt: skip
def test_days(text: str) -> None:
    """Each way to write the last day of 2026."""
    assert _read(text) == ["2026-12-31"]


@pytest.mark.parametrize(
    "text",
    ["2026-07", "2026/07", "2026-7", "202607", "07/2026", "7.2026", "Jul 2026", "July 2026", "Juli 2026", "juil. 2026",
     "Jul-26", "Jul '26", "2026 Jul", "2026M07"],
)  # fmt: skip
def test_months(text: str) -> None:
    """Each way to write July 2026: its first, middle or last day, or a fault in a weekly plan."""
    assert _read(text) == ["2026-07-01"]
    assert _read(text, months="middle") == ["2026-07-15"]
    assert _read(text, months="last") == ["2026-07-31"]
    assert "names a month" in _read(text, months="refused")[0]


def test_weeks() -> None:
    """ISO week 27 of 2026 starts on Monday, 29 June."""
    assert _read("2026-W27", "2026W28") == ["2026-06-29", "2026-07-06"]


def test_the_column_decides_day_or_month_first() -> None:
    """One value that leaves no doubt decides the others."""
    assert _read("03/04/2026", "31/12/2026") == ["2026-04-03", "2026-12-31"]
    assert _read("03/04/2026", "12/31/2026") == ["2026-03-04", "2026-12-31"]
    assert _read("05/05/2026") == ["2026-05-05"]


def test_doubt_about_the_order_is_a_fault() -> None:
    """Without such a value, or with both kinds, the column is not guessed at."""
    assert "2026-04-03 or 2026-03-04" in _read("03/04/2026", "05/05/2026")[0]
    assert all("days first in some" in text for text in _read("31/12/2026", "12/31/2026", "01/02/2026"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2026-02-30", "no such day"),
        ("2026-13", "no such day"),
        ("31.12.26", "two digits"),
        ("0206-07-01", "not plausible"),
        ("2026", "not a date"),
        ("soon", "not a date"),
        ("*", "not a date"),
        ("46023", "perhaps 2026-01-01"),
    ],
)
def test_what_is_no_day(text: str, problem: str) -> None:
    """Impossible days, short or absurd years and other texts are faults."""
    assert problem in _read(text)[0]


def test_blank_and_star() -> None:
    """A blank is no day; * is every period, where that is allowed."""
    assert _read("", "*", star=True) == ["", ""]


def test_workbook_dates_and_bare_serial_numbers() -> None:
    """Real dates are taken; 46023 without date format is a fault that names the day it would be."""
    column = column_of_cells([date(2026, 7, 1), datetime(2026, 7, 2, 12, 30), 202607.0, 46023.0])
    parsed = parse_days(column)
    assert [str(day)[:10] for day in parsed.values[:3]] == ["2026-07-01", "2026-07-02", "2026-07-01"]
    assert "2026-01-01" in parsed.problems[3].problem


def test_a_month_as_the_last_day_on_sale(tmp_path: Path) -> None:
    """phase_out 2026-09 means sold until 30 September; launch 2026-03 means from 1 March."""
    items = "item,launch,phase_out\nKET-01,2026-03,2026-09\nTOA-01,,\nCHIP,,\n"
    read = read_path(write(tmp_path / "company", items=items)).tables["items"]
    assert read["launch"][0] == pd.Timestamp("2026-03-01")
    assert read["phase_out"][0] == pd.Timestamp("2026-09-30")


def test_months_in_weekly_and_445_plans(tmp_path: Path) -> None:
    """A month is refused as a week; in a 4-4-5 calendar it stands for its middle, which lies in that fiscal month."""
    costs = "cost,period,amount\nrent,2026-04,100\n"
    weekly = write(tmp_path / "weekly", settings=GOOD["settings"] + "bucket,week\n", fixed_costs=costs)
    assert ["names a month" in fault.problem for fault in read_path(weekly).faults] == [True]
    fiscal = write(tmp_path / "fiscal", settings=GOOD["settings"] + "calendar,4-4-5\n", fixed_costs=costs)
    assert read_path(fiscal).tables["fixed_costs"]["period"][0] == pd.Timestamp("2026-04-15")
