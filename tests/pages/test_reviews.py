"""What the review pages put first, and that their figures are the plan's."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from sop.charts.stock_frames import heads_frame, stock_by_family_frame
from sop.charts.view import View
from sop.domain.scenario import BASE, BASE_ID
from sop.ui.demand_review import at_stake, with_interval
from sop.ui.finance_review import walk_steps
from sop.ui.supply_review import plural
from sop.workspace import Workspace


def _backtest() -> pd.DataFrame:
    rows = [
        ("family", "Kettles", "", "", 0.10, True),
        ("family", "Kettles", "", "", 0.12, False),
        ("family", "Toasters", "", "", 0.05, True),
        ("series", "Kettles", "Kettle", "UK", 0.20, True),
        ("series", "Kettles", "Kettle", "DACH", 0.10, True),
        ("series", "Kettles", "Kettle", "DACH", 0.30, False),
    ]
    frame = pd.DataFrame(rows, columns=["level", "family", "item", "market", "wape", "best"])
    return frame.assign(engine="naive", bias=0.0, fva=0.0, coverage=0.8, demand=1.0)


DEMANDED = pd.DataFrame(
    {
        "item": ["Kettle", "Kettle", "Toaster"],
        "family": ["Kettles", "Kettles", "Toasters"],
        "market": ["UK", "DACH", "UK"],
        "money": [100.0, 300.0, 1000.0],
    }
)


def test_families_are_sorted_by_the_money_their_errors_put_at_stake() -> None:
    """5 % of 1,000 is more than 10 % of 400; each family once, with its best engine."""
    frame = at_stake(_backtest(), View(), DEMANDED)
    assert frame["family"].tolist() == ["Toasters", "Kettles"]
    assert frame["money"].tolist() == pytest.approx([50.0, 40.0])


def test_a_family_opens_into_its_series_and_a_series_into_its_engines() -> None:
    """10 % of 300 in DACH before 20 % of 100 in the UK; one series shows every engine tried."""
    series = at_stake(_backtest(), View((("family", "Kettles"),)), DEMANDED)
    assert list(zip(series["market"], series["money"], strict=True)) == [("DACH", 30.0), ("UK", 20.0)]
    engines = at_stake(_backtest(), View((("item", "Kettle"), ("market", "DACH"))), DEMANDED)
    assert sorted(engines["wape"]) == [0.10, 0.30]


def test_an_effect_has_an_interval_unless_it_is_assumed() -> None:
    """-1.5 with a standard error of 0.2 lies between -1.83 and -1.17 nine times in ten."""
    effects = pd.DataFrame({"estimate": [-1.5, -1.2], "standard_error": [0.2, float("nan")]})
    found = with_interval(effects)
    assert found.loc[0, ["lowest", "highest"]].tolist() == pytest.approx([-1.829, -1.171], abs=1e-3)
    assert found.loc[1, ["lowest", "highest"]].isna().all()


def test_exceptions_come_first_on_the_supply_page(app: AppTest) -> None:
    """May needs 240 of 176 hours: the page opens with what customers lose and the line that is full."""
    app.switch_page("pages/3_Supply.py").run()
    first = {metric.label: metric.value for metric in app.metric}
    assert list(first) == ["Demand not met", "Still full after planning", "Stock under its target"]
    assert "Line" in first["Still full after planning"] or first["Still full after planning"] == "none"
    assert plural(1, "line") == "1 line"
    assert plural(2, "line") == "2 lines"


def test_stock_by_family_adds_up_to_the_inventory(store: Workspace) -> None:
    """Every family's stock together is the inventory of the balance, month by month."""
    result = store.plan(BASE)
    by_month = stock_by_family_frame(result).groupby("period")["value"].sum()
    assert by_month.to_numpy() == pytest.approx(result.finance.inventory_value[:6])
    assert heads_frame(result).empty


def test_a_month_of_the_finance_page_adds_up(app: AppTest) -> None:
    """The months of the statement are its last column."""
    app.switch_page("pages/4_Finance.py").run()
    table = next(frame.value for frame in app.dataframe if "total" in frame.value)
    months = [name for name in table if str(name).startswith("20")]
    assert (table[months].sum(axis=1) == table["total"]).all()


def test_the_walk_counts_ebitda_once(store: Workspace) -> None:
    """From the objective to EBITDA as in the P&L, and on to what cash changes by: each total is the sum before it."""
    plan = store.plan(BASE_ID).finance
    told = walk_steps(plan)
    totals = [place for place, (_, _, is_total) in enumerate(told) if is_total]
    assert [told[place][0] for place in totals] == ["Objective", "EBITDA", "Change of cash"]
    for start, end in pairwise(totals):
        assert told[end][1] == pytest.approx(sum(amount for _, amount, _ in told[start:end]), abs=0.01)
    assert told[totals[1]][1] == pytest.approx(plan.lines["ebitda"].sum())
    assert told[-1][1] == pytest.approx(plan.cash["closing_cash"][-1] - store.inputs.settings.opening_cash)
