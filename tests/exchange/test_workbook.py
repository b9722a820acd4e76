"""The workbook: read back with another library, everything shown adds up, and text stays text."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from python_calamine import CalamineWorkbook

from sop.domain.inputs import Inputs
from sop.domain.plans import PlanResult
from sop.domain.rounding import round_statement, round_to_total
from sop.domain.scenario import Override
from sop.exchange.workbook import SHEETS
from sop.finance import LINES
from sop.store import Repository
from sop.workspace import Workspace
from tests.companies import PERIODS, small_company
from tests.workspaces import booked_workspace, scenario, small_workspace

NASTY = '=HYPERLINK("http://evil.example","click")'
SQUEEZED = scenario(
    "Squeezed",
    Override(lever="demand", value=25, scope="family=Kettles", reason=NASTY, author="@boss"),
    Override(lever="capacity", value=-10, first="2026-02", last="2026-04"),
).model_copy(update={"name": NASTY, "purpose": "-cmd|' /C calc'!A0"})
Rows = list[list[object]]


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    """A workspace with the small company."""
    return small_workspace()


@pytest.fixture(scope="module")
def result(workspace: Workspace) -> PlanResult:
    """A plan with shortages."""
    return workspace.plan(SQUEEZED)


@pytest.fixture(scope="module")
def data(workspace: Workspace) -> bytes:
    """Its workbook."""
    return workspace.workbook(SQUEEZED)


def _sheet(data: bytes, name: str) -> Rows:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def _block(rows: Rows, first: str) -> Rows:
    """The header row that starts with ``first`` and the rows below it, up to a blank one."""
    top = next(row for row in range(len(rows)) if rows[row][0] == first)
    bottom = next((row for row in range(top, len(rows)) if not any(cell != "" for cell in rows[row])), len(rows))
    return rows[top:bottom]


def test_the_sheets_are_there_in_order(data: bytes) -> None:
    """Summary first, cash last."""
    assert tuple(CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names) == SHEETS


def test_text_never_becomes_a_formula_or_a_link(data: bytes) -> None:
    """No sheet holds a formula or a hyperlink, though names, reasons and purpose try to; they read back unchanged."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                text = archive.read(name).decode()
                assert "<f>" not in text
                assert "hyperlink" not in text.lower()
    summary = _sheet(data, "Summary")
    assert NASTY in [row[1] for row in summary]
    assert [NASTY, "@boss"] in [row[5:7] for row in summary]


def test_the_summary_says_what_was_assumed(data: bytes, result: PlanResult) -> None:
    """Overrides with scope, months and reason; assumptions; key of the scenario; the headline."""
    rows = _sheet(data, "Summary")
    told = {str(row[0]): row[1] for row in rows if row[0]}
    assert told["Scenario key"] == result.scenario_key
    assert told["opening cash"] == 50000.0
    assert ["Available capacity", "−10 %", "everywhere", "2026-02", "2026-04"] in [row[:5] for row in rows]
    assert ["Demand", "+25 %", "family=Kettles", "start", "end"] in [row[:5] for row in rows]
    assert str(rows[1][0]).startswith("EBITDA")


def test_key_figures_are_the_plans_own(data: bytes, workspace: Workspace, result: PlanResult) -> None:
    """Scenario, Base and difference of EBITDA over the horizon, in whole money, difference of what is shown."""
    row = next(
        row for row in _sheet(data, "KPIs") if row[0] == "EBITDA" and row[1] == workspace.window("horizon").title
    )
    now, base = (workspace.kpis(plan, "horizon").ebitda for plan in (result, workspace.plan("base")))
    assert row[3:6] == [round(now), round(base), round(now) - round(base)]
    assert row[2] == "EUR"


def test_the_statement_adds_up_both_ways_and_to_the_plan(data: bytes, result: PlanResult) -> None:
    """Every shown line adds up to its total, every shown subtotal is the signed sum above it, totals are the plan's."""
    block = _block(_sheet(data, "P&L"), "Line")
    figures = np.array([row[1:] for row in block[1:]], dtype=float)
    assert figures.shape == (len(LINES), PERIODS + 1)
    assert (figures == np.round(figures)).all()
    np.testing.assert_array_equal(figures[:, :-1].sum(axis=1), figures[:, -1])
    signs = np.array([line.sign for line in LINES.values()])
    for position in np.flatnonzero(signs == 0):
        np.testing.assert_array_equal(signs[:position] @ figures[:position], figures[position])
    true = np.array([result.finance.lines[name][:PERIODS] for name in LINES])
    np.testing.assert_allclose(figures[:, -1], true.sum(axis=1), atol=1.0)
    assert figures[-1, -1] == np.floor(true[-1].sum() + 0.5)
    assert np.abs(figures[signs != 0, :-1] - true[signs != 0]).max() < 1.0 + 1e-9


def test_a_year_with_booked_months_adds_up_to_its_key_figures() -> None:
    """October to December are booked: their columns come first, and EBITDA adds up to the KPI of the fiscal year."""
    booked = booked_workspace()
    rows = _sheet(booked.workbook("base"), "P&L")
    start = next(row for row, cells in enumerate(rows) if "FY 2025/26" in str(cells[0]))
    block = _block(rows[start:], "Line")
    assert block[0][1:5] == ["2025-10", "2025-11", "2025-12", "2026-01"]
    figures = {row[0]: [float(str(cell)) for cell in row[1:]] for row in block[1:]}
    assert figures["EBITDA"][:3] == [4000.0] * 3
    expected = booked.kpis(booked.plan("base"), "fiscal_year").ebitda
    assert sum(figures["EBITDA"][:-1]) == figures["EBITDA"][-1] == np.floor(expected + 0.5)


def test_cash_walks_from_ebitda_to_the_closing_balance(data: bytes, result: PlanResult) -> None:
    """Closing cash of a month is that of the month before plus the shown change; the last one is the plan's."""
    block = _block(_sheet(data, "Cash"), "Line")
    figures = {row[0]: np.array(row[1 : PERIODS + 1], dtype=float) for row in block[1:]}
    closing = figures["Closing cash"]
    np.testing.assert_array_equal(np.diff(closing), figures["Change of cash"][1:])
    assert closing[-1] == np.floor(result.finance.cash["closing_cash"][PERIODS - 1] + 0.5)
    np.testing.assert_allclose(closing, result.finance.cash["closing_cash"][:PERIODS], atol=len(block))


def test_demand_totals_are_sums_of_what_is_shown(data: bytes, result: PlanResult) -> None:
    """Months add up to the row's total, rows to the column's, all of it to the rounded demand of the plan."""
    block = _block(_sheet(data, "Demand"), "Item")
    assert block[1][:4] == ["Kettle", "Kettles", "UK", "piece"]
    body = np.array([row[4:] for row in block[1:-1]], dtype=float)
    total = np.array(block[-1][4:], dtype=float)
    np.testing.assert_array_equal(body[:, :-1].sum(axis=1), body[:, -1])
    np.testing.assert_array_equal(body.sum(axis=0), total)
    assert total[-1] == np.floor(result.demand.planned[..., :PERIODS].sum() + 0.5)
    assert body[0, 0] == 375.0  # 300 kettles in the UK, 25 % more


def test_shortages_are_listed_by_item_and_market(data: bytes, result: PlanResult) -> None:
    """What the plan cannot serve is on the sheet, and nothing else."""
    block = _block(_sheet(data, "Shortages"), "Item")
    short = result.supply.short[..., :PERIODS].sum(axis=2)
    assert short.max() > 1
    told = {(row[0], row[1]): row[-1] for row in block[1:] if str(row[2]).startswith("short")}
    items, markets = result.parameters.labels("item"), result.parameters.labels("market")
    expected = {(items[i], markets[m]): short[i, m] for i, m in np.argwhere(short > 1e-6)}
    assert told == pytest.approx(expected, abs=0.5)


def test_supply_shows_operations_stock_and_load(data: bytes, result: PlanResult) -> None:
    """Levels, closing stock and required load in percent are the plan's."""
    rows = _sheet(data, "Supply")
    made = _block(rows, "Operation")[1]
    assert made[:3] == ["make kettle", "make", "Kettle"]
    np.testing.assert_allclose(np.array(made[3 : 3 + PERIODS], dtype=float), result.supply.level[0, :PERIODS], atol=1.0)
    load = rows[next(n for n, row in enumerate(rows) if str(row[0]).startswith("Load required")) + 2]
    may = 100 * (1250 * 0.2 + 250 * 0.16) / 160  # hours needed in May / hours there are
    assert load[2] == "Line"
    assert load[3 + 4] == pytest.approx(may, abs=0.051)


def test_charts_are_native_and_point_at_cells_with_figures(data: bytes) -> None:
    """Demand against supply, load, and EBITDA per month: every series refers to a row of numbers."""
    references, titles = [], []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/charts/chart"):
                text = archive.read(name).decode()
                references += re.findall(r"<c:val><c:numRef><c:f>([^<]+)</c:f>", text)
                titles += re.findall(r"<a:t>([^<]+)</a:t>", text)
    assert {"Demand and supply", "Load required by demand, by resource", "EBITDA per bucket"} <= set(titles)
    assert len(references) == 5
    for reference in references:
        sheet, first, row, last = re.fullmatch(r"'?([^'!]+)'?!\$([A-Z]+)\$(\d+):\$([A-Z]+)\$\d+", reference).groups()
        cells = _sheet(data, sheet.replace("&amp;", "&"))[int(row) - 1][ord(first) - 65 : ord(last) - 64]
        assert len(cells) == PERIODS
        assert all(isinstance(cell, float) for cell in cells)


def test_units_that_differ_are_never_added() -> None:
    """Kettles in pieces and toasters in cases get no total; the chart then compares money."""
    tables = small_company()
    items = tables["items"].assign(unit=["piece", "case"])
    store = Repository()
    store.add_inputs(Inputs.of({**tables, "items": items}), "here", datetime(2026, 1, 5))
    workspace = Workspace(store)
    workspace.ensure_model()
    rows = _sheet(workspace.workbook("base"), "Demand")
    block = _block(rows, "Item")
    assert "Total" not in [row[0] for row in block]
    compared = rows[next(n for n, row in enumerate(rows) if row[0] == "Demand and supply") + 2]
    assert compared[2:4] == ["EUR", "Demand"]
    assert compared[4] == 500 * 40 + 250 * 30


amounts = st.floats(-1e7, 1e7).map(lambda value: round(value, 3))


@settings(max_examples=100, deadline=None)
@given(arrays(np.float64, st.tuples(st.integers(4, 7), st.integers(1, 8)), elements=amounts))
def test_any_rounded_statement_adds_up(values: np.ndarray) -> None:
    """Whole figures; lines near the truth; subtotals exact sums; their totals the rounded true ones."""
    signs = (1, -1, 0, -1, 1, -1, 0)[: len(values)]
    for line, sign in enumerate(signs):
        if not sign:
            values[line] = np.array(signs[:line], dtype=float) @ values[:line]
    shown = round_statement(values, signs)
    assert (shown == np.round(shown)).all()
    for line, sign in enumerate(signs):
        if sign:
            assert np.abs(shown[line] - values[line]).max() <= 2.0
        else:
            np.testing.assert_array_equal(np.array(signs[:line]) @ shown[:line], shown[line])
            assert abs(shown[line].sum() - values[line].sum()) <= 0.5 + 1e-6
    assert abs(shown[0].sum() - values[0].sum()) <= 0.5 + 1e-6


@settings(max_examples=100, deadline=None)
@given(arrays(np.float64, st.integers(1, 12), elements=amounts), st.integers(0, 2))
def test_rounded_parts_add_up_to_the_rounded_total(values: np.ndarray, digits: int) -> None:
    """Each part moves by less than one unit of the last digit."""
    shown = round_to_total(values, digits)
    unit = 10.0**-digits
    assert abs(shown.sum() - values.sum()) <= 0.5 * unit + 1e-6
    assert np.abs(shown - values).max() < unit + 1e-6
