"""Editing on the demand page: grid, corrections, assumptions, engines; every figure against hand arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from sop.charts.view import View
from sop.domain.base import base_parameters
from sop.domain.inputs import Inputs, typed
from sop.ui import assumptions, corrections, demand_exceptions, editing, engines
from sop.ui.consensus_grid import (
    Sheet,
    base_unit,
    grid,
    lines_frame,
    preview,
    says,
    totals_frame,
    weights_frame,
    weights_said,
)
from sop.ui.demand_review import by_family, in_use, swing_frame, trend_frame
from sop.workspace import Workspace
from sop.workspace.demand_review import Say, Signed
from sop.workspace.editing import Edit
from tests.companies import small_company, small_inputs
from tests.workspaces import small_workspace

ANN = Signed("Ann", "new listing")
FEBRUARY = date(2026, 2, 1)


@pytest.fixture
def small() -> Workspace:
    """Kettles sell 300 + 200 a month at 40 (in May twice that), toasters 100 + 150 at 30."""
    return small_workspace()


# --- the grid -------------------------------------------------------------------------------------------------------


def test_a_grid_shows_families_in_units_money_and_per_cent(small: Workspace) -> None:
    """February: sales says 600 kettles instead of 500: 600, 24,000, +20 %; toasters 250, 7,500, 0 %."""
    small.say("sales", [Say(FEBRUARY, 600.0, family="Kettles")], ANN)
    views = small.views()
    for basis, kettles, toasters in (("units", 600, 250), ("value", 24_000, 7_500), ("percent", 20, 0)):
        frame = grid(views, Sheet("sales", "family", basis))
        assert frame.index.tolist() == ["Kettles", "Toasters"]
        assert frame["2026-02"].tolist() == pytest.approx([kettles, toasters])
    assert list(frame) == [f"2026-0{month}" for month in range(1, 7)]


def test_a_grid_of_items_in_one_market_shows_that_market_alone(small: Workspace) -> None:
    """UK: 300 kettles and 100 toasters; a family filter leaves its items."""
    frame = grid(small.views(), Sheet("statistical", "item", "units", market="UK"))
    assert frame["2026-02"].to_dict() == pytest.approx({"Kettle": 300.0, "Toaster": 100.0})
    assert grid(small.views(), Sheet("statistical", "item", "units", family="Toasters")).index.tolist() == ["Toaster"]


@pytest.mark.parametrize("basis", ["units", "value", "percent"])
@pytest.mark.parametrize("by", ["family", "item"])
@pytest.mark.parametrize("market", ["", "UK"])
def test_what_is_typed_into_a_grid_is_what_it_shows_afterwards(
    small: Workspace, basis: str, by: str, market: str
) -> None:
    """Spread by share and added up again, a cell holds the typed amount, and no other cell of the month moves."""
    sheet = Sheet("finance", by, basis, market=market)
    before = grid(small.views(), sheet)
    typed_in = 777.0 if basis != "percent" else 12.5
    small.say("finance", says(small.views(), sheet, {0: {"2026-03": typed_in}}), ANN)
    after = grid(small.views(), sheet)
    assert after.iloc[0, 2] == pytest.approx(typed_in)
    after.iloc[0, 2] = before.iloc[0, 2]
    pd.testing.assert_frame_equal(after, before)


def test_cells_become_rows_with_their_scope_and_a_cleared_one_goes_back(small: Workspace) -> None:
    """Two months of toasters in the UK; the cleared one is 0 % off the statistical forecast."""
    sheet = Sheet("sales", "item", "units", market="UK")
    found = says(small.views(), sheet, {1: {"2026-03": None, "2026-02": 120.0}})
    assert found == [
        Say(FEBRUARY, 120.0, "units", item="Toaster", market="UK"),
        Say(date(2026, 3, 1), 0.0, "percent", item="Toaster", market="UK"),
    ]


def test_layers_are_told_side_by_side_with_what_base_is_planned_from(small: Workspace) -> None:
    """Six months of 500 kettles and 500 more in May, 250 toasters: 5,000; sales 100 kettles, 4,000 money, 2 % more."""
    small.say("sales", [Say(FEBRUARY, 600.0, family="Kettles")], ANN)
    small.plan_from("sales", ANN)
    frame = totals_frame(small.views(), Sheet("sales", "family", "units")).set_index("layer")
    assert frame.loc["statistical", ["units", "money"]].tolist() == pytest.approx([5_000.0, 185_000.0])
    assert frame.loc["sales", ["units", "money"]].tolist() == pytest.approx([5_100.0, 189_000.0])
    assert frame.loc["sales", "share"] == pytest.approx(0.02)
    assert frame.index[frame["base"]].tolist() == ["sales"]
    lines = lines_frame(small.views(), Sheet("sales", "family", "percent"))
    february = lines[lines["period"] == "2026-02"].set_index("series")["value"]
    assert february.to_dict() == pytest.approx({"statistical": 750.0, "sales": 850.0, "consensus": 850.0})


def test_a_change_is_told_before_it_is_saved(small: Workspace) -> None:
    """100 kettles more: 5.00k to 5.10k pieces, 185k to 189k; Base stays while it is planned from statistics."""
    told = preview(small.views(), Sheet("sales", "family", "units"), [Say(FEBRUARY, 600.0, family="Kettles")], "EUR")
    assert "5.00k piece → 5.10k piece, 185k EUR → 189k EUR (+2.2 %)" in told
    assert "Base stays: it is planned from statistical." in told


def test_units_that_do_not_add_up_are_not_added(small: Workspace) -> None:
    """Kettles in pieces and toasters in cases have no unit in common; one of them alone has."""
    assert base_unit(small.views(), Sheet("sales", "family", "units")) == "piece"
    tables = small_company()
    tables["items"].loc[1, "unit"] = "case"
    views = replace(small.views(), inputs=Inputs.of(tables))
    assert base_unit(views, Sheet("sales", "family", "units")) == ""
    assert base_unit(views, Sheet("sales", "family", "units", family="Toasters")) == "case"


def test_weights_change_family_by_family(small: Workspace) -> None:
    """A pick of finance for toasters, then half taken for sales; clearing all gives the usual weights back."""
    said = weights_said(weights_frame(small.views()), {2: {"finance": 1.0}})
    assert said == {"Toasters": {"finance": 1.0}}
    small.weigh(said, ANN)
    frame = weights_frame(small.views())
    assert frame.loc["Toasters", "finance"] == 1.0
    assert weights_said(frame, {2: {"sales": 1.0}}) == {"Toasters": {"sales": 1.0, "finance": 1.0}}
    small.weigh(weights_said(frame, {2: {"finance": None}}), ANN)
    assert small.inputs["forecast_weights"].empty


# --- exceptions, effects, engines -----------------------------------------------------------------------------------


def test_the_largest_change_in_money_comes_first_and_what_is_new_is_called_new() -> None:
    """-900 before +500, a launch has no percentage, what did not move is no exception."""
    changes = pd.DataFrame(
        {
            "item": ["A", "B", "C", "D"],
            "market": "UK",
            "money": [-900.0, 500.0, 100.0, 0.0],
            "share": [-0.25, 0.1, np.nan, 0.0],
        }
    )
    found = demand_exceptions.largest_changes(changes, "the import")
    assert found["item"].tolist() == ["A", "B", "C"]
    assert found["said"].tolist() == ["−25.0 %", "+10.0 %", "new"]


def test_bias_counts_by_the_money_it_concerns() -> None:
    """4 % too high on 10,000 is 400 and goes before 10 % too low on 1,000; other engines do not count."""
    accuracy = pd.DataFrame(
        {
            "level": "series",
            "item": ["A", "B", "B"],
            "market": "UK",
            "engine": ["theta", "theta", "ets"],
            "bias": [-0.1, 0.04, 0.9],
            "best": [False, False, True],
        }
    )
    demanded = pd.DataFrame({"item": ["A", "B"], "market": "UK", "money": [1_000.0, 10_000.0]})
    found = demand_exceptions.worst_bias(in_use(accuracy, "theta"), demanded)
    assert found["money"].tolist() == pytest.approx([400.0, -100.0])
    assert found["said"].tolist() == ["4.0 % too high", "10.0 % too low"]
    assert demand_exceptions.worst_bias(pd.DataFrame(), demanded).empty


def test_cleaned_months_of_the_last_year_count_at_their_price() -> None:
    """An outlier of 900 learned from as 300 kettles is 600 x 40 = 24,000; events and older months do not count."""
    cleaned = pd.DataFrame(
        {
            "item": "Kettle",
            "market": "UK",
            "period": ["2025-11", "2025-10", "2024-11"],
            "date": pd.to_datetime(["2025-11-01", "2025-10-01", "2024-11-01"]),
            "recorded": [900.0, 100.0, 900.0],
            "used": [300.0, 300.0, 300.0],
            "why": ["outlier: a one-off no driver explains", "event or promotion taken out", "outlier: a one-off"],
        }
    )
    base = base_parameters(small_inputs())
    found = demand_exceptions.cleaned_year(cleaned, base, base.horizon)
    assert found["money"].tolist() == pytest.approx([-24_000.0])
    assert found["said"].tolist() == ["2025-11: outlier"]
    assert demand_exceptions.cleaned_year(cleaned.iloc[:0], base, base.horizon).empty


def test_a_family_of_effects_has_the_interval_of_a_typical_series() -> None:
    """-1.0 ± 0.1645 and -2.0 ± 0.329: the middle between -1.1645 and -2.329, and between -0.8355 and -1.671."""
    effects = pd.DataFrame(
        {
            "driver": "price",
            "family": "Kettles",
            "estimate": [-1.0, -2.0],
            "standard_error": [0.1, 0.2],
            "source": ["fitted", "pooled"],
        }
    )
    row = by_family(effects).iloc[0]
    assert row[["estimate", "lowest", "highest"]].tolist() == pytest.approx([-1.5, -1.747, -1.253], abs=1e-3)
    assert row["source"] == "fitted, pooled"


def _accuracy() -> pd.DataFrame:
    rows = [("ensemble", 0.10, 0.02, 0.05), ("theta", 0.09, 0.00, 0.06), ("seasonal naive", 0.15, 0.01, 0.0)]
    frame = pd.DataFrame(rows, columns=["engine", "wape", "bias", "fva"])
    return frame.assign(level="total", best=frame["engine"] == "theta", mase=0.8, coverage=0.8, family="")


def test_prophet_taken_apart_is_drawn_over_history_and_plan() -> None:
    """Three lines: learned from up to December, forecast and trend over all months, today's mark in January; of the
    swings only the season, for there are no holidays."""
    apart = pd.DataFrame(
        {
            "period": ["2025-12", "2026-01"],
            "cleaned": [90.0, np.nan],
            "trend": [100.0, 101.0],
            "yearly": [-8.0, 4.0],
            "holidays": [0.0, 0.0],
            "total": [92.0, 105.0],
        }
    )
    lines = trend_frame(apart)
    assert lines.groupby("series")["value"].apply(list).to_dict() == {
        "Learned from": [90.0],
        "Prophet": [92.0, 105.0],
        "Trend": [100.0, 101.0],
    }
    assert lines.loc[lines["today"], ["period", "series"]].to_numpy().tolist() == [["2026-01", "Trend"]]
    assert swing_frame(apart).to_numpy().tolist() == [["2025-12", "yearly", -8.0], ["2026-01", "yearly", 4.0]]


def test_all_engines_stand_side_by_side_with_how_far_they_are_behind() -> None:
    """Theta is 1 point better than the ensemble that plans, the naive 5 points worse; best first."""
    frame = engines.compared(_accuracy(), "ensemble", View())
    assert frame["engine"].tolist() == ["theta", "ensemble", "seasonal naive"]
    assert frame["behind"].tolist() == pytest.approx([-0.01, 0.0, 0.05])
    assert frame["plans"].tolist() == [False, True, False]


def test_the_best_engine_is_offered_unless_it_plans() -> None:
    """Theta is best: offered to a company planned with the ensemble, not to one that has it, nor before a backtest."""
    assert engines.better(_accuracy(), "ensemble") == "theta"
    assert engines.better(_accuracy(), "theta") == ""
    assert engines.better(pd.DataFrame(), "ensemble") == ""


def test_one_click_adopts_the_best_engine(small: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The button names the engine; pressed, the company is planned with it, with the reason where none is given."""
    done: list[str] = []
    monkeypatch.setattr(engines.editing, "perform", lambda workspace, by, act: done.append(act(None).what))
    monkeypatch.setattr(small, "accuracy", _accuracy)
    told = SimpleNamespace(workspace=small, inputs=small.inputs)

    def page(answer: object) -> None:
        from sop.charts.view import View
        from sop.ui import engines

        engines.show(answer, View())  # type: ignore[arg-type]

    app = AppTest.from_function(page, default_timeout=30, args=(told,)).run()
    app.text_input[0].set_value("Ann")
    button = app.button(key="adopt_engine")
    assert button.label == "Plan with theta"
    button.click().run()
    assert done == ["Ann: the company planned with theta (best in the backtest)"]
    assert small.inputs.settings.engine == "theta"


def test_what_plans_is_marked_by_family_and_series() -> None:
    """Toasters have an engine of their own: it, and not the company's, plans them, and biases are taken from it."""
    own = [("Kettles", "ensemble", True), ("Kettles", "theta", False), ("Toasters", "ensemble", False)]
    own.append(("Toasters", "theta", True))
    rows = [{"level": "family", "family": f, "engine": e, "plans": p, "wape": 0.1, "best": False} for f, e, p in own]
    rows.append({"level": "total", "family": "", "engine": "mixed", "plans": True, "wape": 0.1, "best": False})
    found = pd.DataFrame(rows).assign(mase=1.0, bias=0.0, fva=0.0, coverage=0.8)
    shown = engines.compared(found, "ensemble", View((("family", "Toasters"),)))
    assert shown.set_index("engine")["plans"].to_dict() == {"ensemble": False, "theta": True}
    marked = in_use(found, "ensemble")
    assert marked.loc[marked["best"], "engine"].tolist() == ["ensemble", "theta", "mixed"]


def test_the_verdict_says_which_engine_plans_and_what_another_would_gain() -> None:
    """Ensemble 10 % + 2 % bias against theta's 9 %: 3 points."""
    told = engines.verdict(_accuracy(), "ensemble")
    assert told.startswith("Planned with ensemble: WMAPE 10.0 %, +5.0 pp better than repeating last year.")
    assert "theta is 3.00 points ahead" in told
    assert engines.verdict(_accuracy(), "theta").endswith("It has the least error and bias of all.")
    assert engines.verdict(_accuracy(), "prophet") == "Planned with prophet."


def test_a_family_with_an_engine_of_its_own_is_told() -> None:
    """Toasters have theta, kettles the company's."""
    tables = small_company()
    tables["items"].loc[1, "engine"] = "theta"
    frame = engines.own_engines(Inputs.of(tables)).set_index("family")
    assert frame["engine"].to_dict() == {"Kettles": "as the company", "Toasters": "theta"}
    assert frame["items"].tolist() == [1, 1]


def test_drivers_are_listed_with_what_decided_them() -> None:
    """All together first, then by gain: price 9 to 6 %, marketing off at 6 against 7 %."""
    acceptance = pd.DataFrame(
        {
            "level": ["total", "driver", "driver", "series", "series"],
            "driver": ["", "marketing", "price", "", ""],
            "wape_without": [0.09, 0.06, 0.09, 0.1, 0.1],
            "wape_with": [0.06, 0.07, 0.06, 0.2, 0.1],
            "on": [True, False, True, False, True],
        }
    )
    found = assumptions.switches(acceptance)
    assert found["driver"].tolist() == ["all that are on", "price", "marketing"]
    assert found["gain"].tolist() == pytest.approx([0.03, 0.03, -0.01])
    assert assumptions.series_off(acceptance) == 1
    assert assumptions.switches(pd.DataFrame()).empty


def test_elasticities_are_shown_with_their_source_and_edited_by_item(small: Workspace) -> None:
    """-1.5 and -1.0 are assumed; toasters typed -0.7, kettles cleared."""
    shown = assumptions.elasticities(small.inputs, small.planner.model, View())
    assert shown[["item", "used", "source", "planner"]].to_numpy().tolist() == [
        ["Kettle", -1.5, "assumed", -1.5],
        ["Toaster", -1.0, "assumed", -1.0],
    ]
    changed = assumptions.assumed(shown, {0: {"planner": None}, 1: {"planner": -0.7}})
    assert changed["Toaster"] == -0.7
    assert np.isnan(changed["Kettle"])


# --- corrections ----------------------------------------------------------------------------------------------------


def _cleaned() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "item": ["Kettle", "Toaster"],
            "market": ["UK", "UK"],
            "period": ["2025-11", "2025-10"],
            "date": pd.to_datetime(["2025-11-01", "2025-10-01"]),
            "recorded": [900.0, 100.0],
            "used": [300.0, 200.0],
            "why": ["outlier", "stock-out"],
        }
    )


def test_cleaned_months_carry_what_the_planner_decided() -> None:
    """One correction entered for any day of November in all markets; October is left to the cleaning."""
    table = typed(
        "history_corrections",
        pd.DataFrame({"item": ["Kettle"], "date": ["2025-11-20"], "reason": ["trade fair"], "author": ["Ann"]}),
    )
    inputs = Inputs.of({**small_company(), "history_corrections": table})
    shown = corrections.cleaned_months(inputs, _cleaned(), View())
    assert shown["action"].tolist() == ["keep", "as cleaned"]
    assert shown["reason"].tolist() == ["trade fair", ""]
    assert shown["author"].tolist() == ["Ann", ""]
    assert corrections.cleaned_months(inputs, _cleaned(), View((("family", "Toasters"),)))["item"].tolist() == [
        "Toaster"
    ]


def test_changed_rows_become_corrections_and_can_be_left_to_the_cleaning_again() -> None:
    """Keep November, replace October by 150 (typing a figure is enough), and back to the cleaning."""
    shown = corrections.cleaned_months(small_inputs(), _cleaned(), View())
    first, second = corrections.corrections(shown, {0: {"action": "keep", "reason": "real"}, 1: {"quantity": 150.0}})
    assert (first.action, first.day, first.reason) == ("keep", date(2025, 11, 1), "real")
    assert (second.action, second.quantity) == ("replace", 150.0)
    kept = shown.assign(action="keep")
    assert [one.action for one in corrections.corrections(kept, {0: {"action": "as cleaned"}})] == [""]


def test_any_past_month_can_be_named() -> None:
    """December 2025 is the last before the plan, January 2023 the 36th back."""
    months = corrections.past_months(small_inputs())
    assert next(iter(months.items())) == ("2025-12", date(2025, 12, 1))
    assert list(months.items())[-1] == ("2023-01", date(2023, 1, 1))


# --- the page -------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(app: AppTest) -> AppTest:
    """A browser session on the demand page."""
    return app.switch_page("pages/2_Demand.py").run()


def _open(page: AppTest, part: str) -> AppTest:
    next(group for group in page.get("button_group") if group.key == "demand_part").set_value(part)
    return page.run()


def test_every_part_of_the_page_draws(page: AppTest) -> None:
    """Forecast, consensus, history, drivers, accuracy: none ends in an error."""
    for part in ("Forecast", "Consensus", "History", "Drivers", "Accuracy"):
        _open(page, part)
        assert not page.exception
        assert not page.error, part


def test_exceptions_come_first_on_the_demand_page(page: AppTest) -> None:
    """What changed, what is biased and what was cleaned stand above everything else."""
    labels = [metric.label for metric in page.metric]
    assert labels == ["Largest change since last year", "Worst bias", "Outliers and stock-outs, last year"]


def _types_into(monkeypatch: pytest.MonkeyPatch, name: str, cells: dict[int, dict[str, Any]]) -> None:
    """A browser would report the edits of a grid: here they are told to the page."""
    drawn: Callable[..., editing.Edited] = editing.grid
    done: list[str] = []

    def grid_with_edits(frame: pd.DataFrame, *, key: str, **more: Any) -> editing.Edited:
        drawn(frame, key=key, **more)
        if key.startswith(name) and (not done or done[0] == key):
            done[:] = [key]
            return cells
        return {}

    monkeypatch.setattr(editing, "grid", grid_with_edits)


def test_a_cell_is_saved_planned_from_and_taken_back(
    page: AppTest, store: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """600 kettles in February by Ann: saved, Base stays; planned from sales, Base gains 100; undo takes it back."""
    start = store.inputs.id
    _types_into(monkeypatch, "grid_sales", {0: {"2026-02": 600.0}})
    _open(page, "Consensus")
    page.text_input(key="consensus_author_0").input("Ann")
    page.text_input(key="consensus_reason_0").input("new listing")
    page.button(key="save_layer").click().run()
    assert store.inputs["forecast_layers"]["amount"].tolist() == [600.0]
    assert any("Base did not change: it is planned from the statistical forecast" in box.value for box in page.info)
    page.selectbox(key="planned_from_1").select("sales")
    page.text_input(key="plan_from_author_1").input("Ann")
    page.run()
    page.button(key="plan_from").click().run()
    assert store.inputs.settings.forecast_layer == "sales"
    told = next(box.value for box in page.info)
    assert "5,000 → 5,100 piece (+2.00 %)" in told
    assert "185,000 → 189,000 EUR (+2.16 %)" in told
    page.button(key="undo_edit").click().run()
    page.button(key="undo_edit").click().run()
    assert store.inputs.id == start
    assert page.button(key="undo_edit").disabled
    page.button(key="redo_edit").click().run()
    assert len(store.inputs["forecast_layers"]) == 1
    assert not any("were replaced" in box.value for box in page.warning)


def test_a_change_without_a_name_is_refused_in_words(
    page: AppTest, store: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is stored, and the page says what is missing."""
    start = store.inputs.id
    _types_into(monkeypatch, "grid_sales", {0: {"2026-02": 600.0}})
    _open(page, "Consensus")
    page.button(key="save_layer").click().run()
    assert store.inputs.id == start
    assert any("A change needs a name" in box.value for box in page.warning)


def test_an_elasticity_typed_on_the_page_is_planned_with(
    page: AppTest, store: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """-0.5 for kettles, by Ann."""
    _types_into(monkeypatch, "elasticities", {0: {"planner": -0.5}})
    _open(page, "Drivers")
    page.text_input(key="elasticities_author_0").input("Ann")
    page.run()
    page.button(key="save_elasticities").click().run()
    assert store.inputs["items"]["price_elasticity"].tolist() == [-0.5, -1.0]
    effects = store.planner.model.effects_table()
    assert set(effects.loc[effects["item"] == "Kettle", "estimate"]) >= {-0.5}


def test_effect_and_log_of_an_edit_are_told(small: Workspace) -> None:
    """Twice the units and money is +100 %; the list has the newest first."""
    told = editing.effect({"piece": 100.0, "value": 1_000.0}, {"piece": 200.0, "value": 2_000.0}, small)
    assert told == "Demand of Base over the plan: 100 → 200 piece (+100.00 %), 1,000 → 2,000 EUR (+100.00 %)."
    at = datetime(2026, 1, 5, 9, 30)
    log = editing.log((Edit("Ann: a", at, "1", "2"), Edit("Ben: b", at, "2", "3")))
    assert log["What, who and why"].tolist() == ["Ben: b", "Ann: a"]
    assert log["When, UTC"].tolist() == ["05 Jan 2026 09:30"] * 2
