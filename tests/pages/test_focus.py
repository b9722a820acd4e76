"""One focus for all panes: family, month, resource; and tables that open beside figures."""

from __future__ import annotations

import io

import pandas as pd
from python_calamine import CalamineWorkbook
from streamlit.testing.v1 import AppTest

from sop.ui.focus import Focus, clicked, toggled
from sop.ui.opening import readable
from sop.ui.pnl import _better, _cells, _row, _sum
from sop.ui.tables import as_csv
from sop.workspace.tables import excel_table
from tests.pages.conftest import pnl_plan

SEP, OCT = {"period": "2026-09"}, {"period": "2026-10"}


def test_every_click_says_what_was_clicked() -> None:
    """A chart adds what is clicked, and takes it out at the next click: both are clicks on it."""
    assert clicked([], [SEP]) == SEP
    assert clicked([SEP], [SEP, OCT]) == OCT
    assert clicked([SEP, OCT], [OCT]) == SEP
    assert clicked([SEP, OCT], []) is None


def test_a_second_click_looks_at_everything_again() -> None:
    """On what is in focus it takes the focus away, elsewhere it moves it; other parts stay."""
    kettles = Focus(family="Kettles")
    september = toggled(kettles, SEP)
    assert september == Focus(family="Kettles", month="2026-09")
    assert toggled(september, OCT) == Focus(family="Kettles", month="2026-10")
    assert toggled(september, SEP) == kettles
    cell = {"resource": "Line 2", **OCT}
    assert toggled(september, cell) == Focus("Kettles", "2026-10", "Line 2")
    assert toggled(toggled(september, cell), cell) == kettles


def test_a_family_narrows_all_panes(app: AppTest) -> None:
    """The P&L pane then tells what kettles earn: six months of 500 and a double May at 40 are 140,000."""
    app.selectbox(key="focus_family").select("Kettles").run()
    assert pnl_plan(app)["Demanded at its price"] == "140k"
    assert any(caption.value.startswith("Kettles, ") for caption in app.caption)
    app.button(key="chip_family").click().run()
    assert app.selectbox(key="focus_family").value == "All families"


def test_a_month_narrows_the_statement(app: AppTest) -> None:
    """January: 500 kettles at 40 and 250 toasters at 30 are 27,500 of revenue."""
    app.session_state["focus"] = Focus(month="2026-01")
    app.run()
    assert pnl_plan(app)["Net revenue"] == "27.5k"
    assert app.button(key="chip_month").label == "Jan 2026"


def test_a_reference_that_is_no_plan_fills_the_lines_it_has() -> None:
    """A budget of revenue and EBITDA alone leaves dashes elsewhere; a line of several needs all of them."""
    assert _sum([3.0, 4.0]) == 7.0
    assert _sum([3.0, None]) is None
    assert _cells(110.0, None) == ("–", "110", "", "")
    assert _cells(110.0, 100.0) == ("100", "110", "+10.0", "+10.0")


def test_more_revenue_is_better_and_more_cost_is_worse() -> None:
    """The colour of a line's difference; none where there is no difference or nothing to differ from."""
    assert [_better(110.0, 100.0, sign) for sign in (0, 1, -1)] == [True, True, False]
    assert [_better(100.0, before, 0) for before in (100.0, None)] == [None, None]
    assert 'class="worse">+10.0<' in _row("Freight", 110.0, 100.0, -1)
    assert "class=subtotal" in _row("EBITDA", 110.0, 100.0, 0)


def test_key_figures_open_as_a_table(app: AppTest) -> None:
    """One click: the six by month, six months here, January's revenue 500 x 40 and 250 x 30."""
    app.button(key="open_kpis").click().run()
    assert not app.exception
    table = app.dataframe[0].value
    assert len(table) == 6
    assert table["Net revenue, Plan"].iloc[0] == 27_500
    assert table["Net revenue, Reference"].tolist() == table["Net revenue, Plan"].tolist()


def test_what_these_data_do_not_have_is_not_in_focus(app: AppTest) -> None:
    """A family of another company is forgotten."""
    app.session_state["focus"] = Focus(family="Kites", month="1999-01", resource="Loom")
    app.run()
    assert not app.exception
    assert app.selectbox(key="focus_family").value == "All families"
    assert not [button for button in app.button if str(button.key).startswith("chip_")]


def test_a_chart_opens_as_a_table_people_can_read() -> None:
    """Months down, series across, drawing aids left out."""
    frame = pd.DataFrame(
        {
            "period": ["2026-01", "2026-02"] * 2,
            "series": ["Base"] * 2 + ["Up"] * 2,
            "value": [1.0, 2.0, 3.0, 4.0],
            "low": [None, None, 2.5, 3.5],
            "focus": False,
            "today": True,
        }
    )
    table = readable(frame)
    assert list(table.columns) == ["Month", "Base", "Up", "Low"]
    assert table.iloc[1].tolist() == ["2026-02", 2.0, 4.0, 3.5]


def test_text_never_becomes_a_formula_in_a_download() -> None:
    """Excel keeps it as text, CSV gets an apostrophe before it; figures stay figures."""
    frame = pd.DataFrame({"Item": ["=1+1", "Kettle"], "=Units": [1234.5, 6.0]})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(excel_table("=Table", frame))).get_sheet_by_index(0).to_python()
    assert rows == [["=Table", ""], ["Item", "=Units"], ["=1+1", 1234.5], ["Kettle", 6.0]]
    assert b"'=1+1,1234.5" in as_csv(frame)
    assert b"'=Units" in as_csv(frame)
