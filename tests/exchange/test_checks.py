"""What must hold between rows and tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from sop.domain.catalogue import TABLES
from sop.exchange.checks import means_only_market
from sop.exchange.reading import ReadResult, load_inputs, read_path
from tests.exchange.company_files import GOOD, write


def _read(folder: Path, **changed: str | None) -> ReadResult:
    return read_path(write(folder / "company", **changed))


def _places(result: ReadResult) -> list[tuple[str, int, str, str]]:
    return [(fault.table, fault.row, fault.column, fault.value) for fault in result.faults]


@pytest.mark.parametrize(("markets", "name"), [("market,served_from\nUK,DC\n", "UK"), (None, "All")])
def test_the_only_market_is_filled_in(markets: str | None, name: str, tmp_path: Path) -> None:
    """With one market (or none listed) a blank market in history is that one."""
    history = "date,item,ordered\n2025-11-01,KET-01,5\n"
    result = _read(tmp_path, markets=markets, sales_history=history, lanes="from,to\nPlant,DC\n")
    assert result.faults == ()
    assert result.tables["sales_history"]["market"].tolist() == [name]


def test_where_a_blank_market_means_the_only_one() -> None:
    """The catalogue says so for exactly these tables; elsewhere a blank market means all."""
    said = {name for name, table in TABLES.items() if any(means_only_market(column) for column in table.columns)}
    assert said == {"sales_history", "forecasts", "sales_orders", "sales_to_date"}


@pytest.mark.parametrize("written", ["KET01", "ket-01", "KET 01", "KET-1", "KET-O1"])
def test_near_matches_are_suggested(written: str, tmp_path: Path) -> None:
    """Case, punctuation, spaces, leading zeros and a slip of the keyboard lead to the item meant."""
    (fault,) = _read(tmp_path, stock=f"location,item,on_hand\nDC,{written},1\n").faults
    assert "Did you mean 'KET-01'?" in fault.remedy


def test_reference_to_a_table_without_rows(tmp_path: Path) -> None:
    """Told once for the column, however many values."""
    operations = "operation,location,kind,item,supplier\na,Plant,buy,CHIP,X\nb,Plant,buy,CHIP,Y\n"
    (fault,) = _read(tmp_path, operations=operations, materials=None).faults
    assert (fault.column, fault.row, fault.remedy) == ("supplier", 2, "Add the table suppliers.")


def test_a_lane_may_end_at_a_location_or_a_market_but_not_at_a_name_of_both(tmp_path: Path) -> None:
    """The good company has both kinds of ends; a market named like a location leaves it open which is meant."""
    markets = "market,served_from\nUK,DC\nDACH,\nDC,Plant\n"
    assert _places(_read(tmp_path, markets=markets)) == [("lanes", 2, "to", "DC")]


def test_a_lane_to_itself(tmp_path: Path) -> None:
    """A lane needs two ends."""
    assert _places(_read(tmp_path, lanes=GOOD["lanes"] + "DC,DC,0\n")) == [("lanes", 4, "to", "DC")]


def test_two_dates_in_one_bucket_are_one_period(tmp_path: Path) -> None:
    """rent for 2026-02-01 and for 2026-02-15 is the same month twice; the row for every period is not."""
    costs = "cost,period,amount\nrent,,90\nrent,2026-02-01,100\nrent,2026-02-15,110\nrent,2026-03,110\n"
    result = _read(tmp_path, fixed_costs=costs)
    assert _places(result) == [("fixed_costs", 4, "cost, period", "rent, 2026-02-15")]
    assert "row 3" in result.faults[0].problem


def test_many_repeated_keys_are_counted(tmp_path: Path) -> None:
    """70 repeats: 50 are shown, the rest counted."""
    result = _read(tmp_path, items=GOOD["items"] + "CHIP,Parts,component,2\n" * 70)
    assert len(result.faults) == 51
    assert "20 more rows" in result.faults[0].problem


def test_a_loop_with_a_way_out_is_fine(tmp_path: Path) -> None:
    """A chip can be remade from a kettle, for it can also be bought."""
    operations = GOOD["operations"] + "recycle,Plant,make,CHIP,1\n"
    materials = GOOD["materials"] + "recycle,KET-01,1\n"
    assert _read(tmp_path, operations=operations, materials=materials).faults == ()


def test_a_long_loop_is_named_item_by_item(tmp_path: Path) -> None:
    """A needs B needs C needs A, and D downstream of the loop is not blamed."""
    result = _read(
        tmp_path,
        items="item\nA\nB\nC\nD\n",
        operations="operation,location,item\na,Plant,A\nb,Plant,B\nc,Plant,C\nd,Plant,D\n",
        materials="operation,item,quantity\nd,A,1\na,B,1\nb,C,1\nc,A,1\n",
        sales_history=None,
        stock=None,
    )
    assert _places(result) == [("materials", 3, "item", "B")]
    assert "A needs B needs C needs A" in result.faults[0].problem


def test_a_byproduct_is_a_way_out(tmp_path: Path) -> None:
    """An item that also falls out of another operation can be had."""
    result = _read(
        tmp_path,
        operations="operation,location,item\na,Plant,KET-01\nb,Plant,CHIP\nc,Plant,TOA-01\n",
        materials="operation,item,quantity\na,CHIP,1\nb,KET-01,1\n",
        coproducts="operation,item,quantity\nc,CHIP,0.1\n",
    )
    assert result.faults == ()


def test_least_above_most(tmp_path: Path) -> None:
    """A minimum above its maximum in the same row is a fault."""
    operations = "operation,location,item,minimum,maximum\nmake kettle,Plant,KET-01,10,5\nbuy chip,Plant,CHIP,10,\n"
    assert _places(_read(tmp_path, operations=operations)) == [("operations", 2, "maximum", "5")]


def test_history_without_a_quantity(tmp_path: Path) -> None:
    """A row of history says what was ordered or shipped; returns may be negative."""
    history = (
        "date,item,market,ordered,shipped\n2025-11-01,KET-01,UK,,\n2025-11-02,KET-01,UK,-5,\n2025-11-03,KET-01,UK,,0\n"
    )
    assert _places(_read(tmp_path, sales_history=history)) == [("sales_history", 2, "ordered", "")]


def test_a_promotion_deeper_than_the_price(tmp_path: Path) -> None:
    """15 as a depth is 1500 %; 15 % and 0.15 are fine, an index of 105 too."""
    drivers = "driver,date,value\npromotion,2026-01-01,15\npromotion,2026-02-01,15 %\nindex,2026-01-01,105\n"
    result = _read(tmp_path, drivers=drivers)
    assert _places(result) == [("drivers", 2, "value", "15")]
    assert result.tables["drivers"]["value"][1] == 0.15


def test_markets_need_no_way_without_supply(tmp_path: Path) -> None:
    """A company that plans demand only is not asked how markets are served."""
    assert _read(tmp_path, operations=None, materials=None, lanes=None).faults == ()


def test_notes_on_what_is_left_out(tmp_path: Path) -> None:
    """Periods outside January to June 2026 and history after its start are noted, budget of the year before is not."""
    result = _read(
        tmp_path,
        sales_history=GOOD["sales_history"] + "2026-01-01,KET-01,UK,5\n",
        fixed_costs="cost,period,amount\nrent,2025-12,1\nrent,2026-06,1\nrent,2026-07,1\n",
        budget="line,period,amount\nebitda,2025-07,1\n",
    )
    assert result.faults == ()
    assert result.notes == (
        "fixed_costs: rows whose period lies outside 2026-01 to 2026-06 are ignored (2).",
        "sales_history: rows on or after first_period 2026-01-01 are ignored for now (1).",
    )


_WITHOUT_TOASTER = GOOD["operations"].replace("buy toaster,DC,buy,TOA-01,9\n", "")


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({}, True),
        ({"operations": GOOD["operations"]}, False),
        (
            {
                "items": GOOD["items"]
                .replace(",standard_cost", ",standard_cost,phase_out")
                .replace("12\n", "12,2025-12-31\n")
            },
            False,
        ),
        ({"stock": GOOD["stock"] + "DC,TOA-01,5\n"}, False),
        ({"coproducts": "operation,item,quantity\nmake kettle,TOA-01,0.1\n"}, False),
        ({"sales_history": GOOD["sales_history"].replace("TOA-01", "KET-01")}, False),
        ({"operations": None, "materials": None, "lanes": None}, False),
    ],
)
def test_demand_nothing_can_meet_is_noted(changed: dict[str, str | None], missing: bool, tmp_path: Path) -> None:
    """A product that is sold, but nothing yields and nobody has or ordered, is named; the rest is read."""
    tables = {"operations": _WITHOUT_TOASTER, **changed}
    result = _read(tmp_path, **tables)
    assert result.faults == ()
    said = "operations: nothing yields TOA-01, and there is no stock or open order: its demand stays short."
    assert (said in result.notes) == missing


def test_first_period_need_not_be_the_first_day(tmp_path: Path) -> None:
    """2026-01-14 plans from January in months and from Monday, 12 January in weeks."""
    month = load_inputs(write(tmp_path / "month", settings="key,value\nfirst_period,2026-01-14\n"))
    assert month.horizon.starts[0].isoformat() == "2026-01-01"
    week = load_inputs(write(tmp_path / "week", settings="key,value\nfirst_period,14.01.2026\nbucket,Week\n"))
    assert week.horizon.starts[0].isoformat() == "2026-01-12"


def test_settings_are_read_in_local_style(tmp_path: Path) -> None:
    """Keys in any spelling, decimal commas, per cent, choices in any case; the store gets plain values."""
    settings = "key;value\nFirst Period;01.02.2026\nCost of capital;7,5 %\nDSO;45,5\ngoal;PROFIT\nhorizon;12\n"
    chosen = load_inputs(write(tmp_path / "company", settings=settings)).settings
    assert (chosen.first_period.isoformat(), chosen.cost_of_capital, chosen.dso) == ("2026-02-01", 0.075, 45.5)
    assert (chosen.goal, chosen.horizon) == ("profit", 12)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("bucket,day", "Choose one of month, week"),
        ("horizon,12.5", "not a whole number"),
        ("horizon,0", "from 1 to 260"),
        ("tax_rate,30", "0.3 or 30 %"),
        ("first_period,soon", "not a date"),
        ("fiscal_year_start,13", "from 1 to 12"),
    ],
)
def test_settings_of_the_wrong_kind(row: str, said: str, tmp_path: Path) -> None:
    """Each value is held to its key's kind, range and words."""
    text = "key,value\n" + row + "\n" + ("" if "first" in row else "first_period,2026-01-01\n")
    (fault,) = _read(tmp_path, settings=text).faults
    assert (fault.table, fault.row, fault.column) == ("settings", 2, "value")
    assert said in f"{fault.problem} {fault.remedy}"
