"""Editing the data: new versions, taken back and made again; the fitted model goes along where history stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from functools import cache

import numpy as np
import pandas as pd
import pytest

from sop.demand import DemandModel, fit
from sop.domain.errors import SopError
from sop.domain.inputs import Inputs, typed
from sop.store import Repository
from sop.workspace import Workspace, editing, fitting
from sop.workspace.carrying import AGREED, LEARNED_FROM, carried_over, carries_over
from sop.workspace.demand_review import Correction, Say, Signed, views_of
from tests.companies import QUANTITIES, small_company
from tests.workspaces import small_workspace

ANN = Signed("Ann", "new listing")


def with_history(first: str = "2026-01-01", months: int = 48, **tables: pd.DataFrame) -> Inputs:
    """The small company planned from history of its usual quantities: level, a small season, no noise."""
    given = {name: table for name, table in small_company().items() if name != "forecasts"}
    settings = given["settings"].query("key != 'forecast_version'").reset_index(drop=True)
    settings.loc[settings["key"] == "first_period", "value"] = first
    starts = pd.date_range(end=pd.Timestamp(first) - pd.Timedelta(days=1), periods=months, freq="MS")
    season = 1 + 0.1 * np.sin(2 * np.pi * starts.month.to_numpy() / 12)
    sales = [
        pd.DataFrame({"date": starts, "item": item, "market": market, "ordered": units * season})
        for (item, market), units in QUANTITIES.items()
    ]
    sold = typed("sales_history", pd.concat(sales, ignore_index=True))
    return Inputs.of({**given, "settings": settings, "sales_history": sold, **tables})


@cache
def _history() -> Inputs:
    return with_history()


@cache
def _fit(inputs: Inputs) -> DemandModel:
    return fit(inputs)


def layer_rows(**columns: list[object]) -> pd.DataFrame:
    """Rows of forecast_layers."""
    return typed("forecast_layers", pd.DataFrame(columns))


def changed_setting(inputs: Inputs, key: str, value: str) -> pd.DataFrame:
    """The settings table with one more key."""
    return pd.concat(
        [inputs["settings"], typed("settings", pd.DataFrame({"key": [key], "value": [value]}))], ignore_index=True
    )


def test_a_carried_model_is_the_model_a_new_fit_would_give() -> None:
    """A sales view, planned from, and other opening stock: nothing is learned anew, and every byte is as if it were."""
    before = _history()
    views = layer_rows(layer=["sales"], item=["Kettle"], period=["2026-02-01"], amount=[900.0])
    stock = typed("stock", pd.DataFrame({"location": ["Plant"], "item": ["Kettle"], "on_hand": [99.0]}))
    settings = changed_setting(before, "forecast_layer", "sales")
    after = Inputs.of({**before.tables, "forecast_layers": views, "stock": stock, "settings": settings})
    assert carries_over(before, after)
    model = _fit(before)
    carried = carried_over(model, after)
    assert carried.to_bytes() == fit(after).to_bytes()
    assert carried_over(carried, before).to_bytes() == model.to_bytes()


def test_the_note_that_a_layer_has_no_view_does_not_stay_when_it_has_one() -> None:
    """Planned from sales without a view is told; with a view it is no longer."""
    before = _history()
    without = Inputs.of({**before.tables, "settings": changed_setting(before, "forecast_layer", "sales")})
    told = carried_over(_fit(before), without)
    assert any("No layer called sales" in note for note in told.notes)
    views = layer_rows(layer=["sales"], item=["Kettle"], amount=[500.0])
    with_view = Inputs.of({**without.tables, "forecast_layers": views})
    assert not any("No layer" in note for note in carried_over(told, with_view).notes)


@pytest.mark.parametrize("name", ["sales_history", "prices", "items", "history_corrections", "events"])
def test_what_a_fit_learned_from_is_not_carried_over(name: str) -> None:
    """One row more or less of history, prices, items, corrections or events asks for a new fit."""
    before = _history()
    table = before[name]
    other = table.iloc[1:] if len(table) else typed(name, _one_row(name))
    assert not carries_over(before, Inputs.of({**before.tables, name: other.reset_index(drop=True)}))
    assert name in LEARNED_FROM
    assert name not in AGREED


def _one_row(name: str) -> pd.DataFrame:
    rows = {
        "history_corrections": {"item": ["Kettle"], "date": ["2025-05-01"]},
        "events": {"event": ["Fair"], "first_day": ["2025-05-01"]},
    }
    return pd.DataFrame(rows[name])


def test_other_settings_and_months_are_not_carried_over() -> None:
    """A longer horizon or another assumed elasticity changes what was fitted."""
    before = _history()
    for key, value in (("price_elasticity", "-2"), ("country", "DE")):
        assert not carries_over(before, Inputs.of({**before.tables, "settings": changed_setting(before, key, value)}))


def test_a_view_changes_base_once_base_is_planned_from_it() -> None:
    """Sales says 900 kettles in February instead of 500: nothing happens to Base until it is planned from sales."""
    store = small_workspace()
    store.say("sales", [Say(date(2026, 2, 1), 900.0, item="Kettle")], ANN)
    kettle = store.planner.base.axis("item").index["Kettle"]
    assert store.plan("base").demand.expected[kettle, :, 1].sum() == pytest.approx(500.0)
    store.plan_from("sales", ANN)
    demand = store.plan("base").demand.expected[kettle]
    assert demand[:, 1].tolist() == pytest.approx([540.0, 360.0])  # 900 in the shares 300 : 200
    assert demand[:, 2].sum() == pytest.approx(500.0)


def test_author_reason_and_day_are_kept_with_a_view() -> None:
    """The row of the table and the sentence of the edit name who and why."""
    store = small_workspace()
    edit = store.say("finance", [Say(date(2026, 2, 1), 7.5, "percent", family="Kettles")], ANN)
    row = store.inputs["forecast_layers"].iloc[-1]
    assert (row["layer"], row["basis"], row["amount"], row["author"], row["reason"]) == (
        "finance",
        "percent",
        7.5,
        "Ann",
        "new listing",
    )
    assert row["entered"].date() == edit.at.date()
    assert edit.what == "Ann: finance view of Kettles, 1 month (new listing)"


def test_edits_are_taken_back_and_made_again_and_survive_a_restart() -> None:
    """Two edits back, one forth; then a new edit leaves nothing to make again. A new workspace on the store agrees."""
    store = small_workspace()
    start = store.inputs.id
    first = store.say("sales", [Say(date(2026, 2, 1), 900.0, item="Kettle")], ANN)
    second = store.plan_from("sales", ANN)
    assert [edit.before for edit in store.desk().done] == [start, first.after]
    store.undo_edit()
    assert store.inputs.id == first.after
    store.undo_edit()
    assert store.inputs.id == start
    assert len(store.inputs["forecast_layers"]) == 0
    store.redo_edit()
    assert store.inputs.id == first.after
    again = Workspace(store._store)
    assert again.desk() == store.desk()
    assert [edit.after for edit in again.desk().undone] == [second.after]
    store.say("sales", [Say(date(2026, 3, 1), 5.0, "percent")], ANN)
    assert store.desk().undone == ()
    with pytest.raises(SopError, match="no edit to make again"):
        store.redo_edit()


def test_an_import_is_where_editing_begins_anew() -> None:
    """What was edited before an import cannot be taken back after it."""
    store = small_workspace()
    store.plan_from("final", ANN)
    store._store.add_inputs(with_history(), "files", datetime(2026, 2, 1))
    assert store.desk().done == ()
    with pytest.raises(SopError, match="no edit to take back"):
        Workspace(store._store).undo_edit()


def test_no_edit_refits_what_did_not_change(monkeypatch: pytest.MonkeyPatch) -> None:
    """Layers, weights and the layer planned from never start a fit; undoing finds the model that was there."""
    monkeypatch.setattr(fitting, "fitted", lambda *_: pytest.fail("fitted again"))
    store = small_workspace()
    store.say("sales", [Say(date(2026, 2, 1), 900.0, item="Kettle")], ANN)
    store.weigh({"Kettles": {"sales": 0.5, "statistical": 0.5}}, ANN)
    store.plan_from("consensus", ANN)
    kettle = store.planner.base.axis("item").index["Kettle"]
    assert store.plan("base").demand.expected[kettle, :, 1].sum() == pytest.approx(700.0)
    store.undo_edit()
    assert store.status().has_model


def test_what_cannot_be_is_refused_and_changes_nothing() -> None:
    """No name, no such item, less than nothing, a positive elasticity, an unknown engine, a month to come."""
    store = small_workspace()
    start = store.inputs.id
    month = date(2026, 2, 1)
    refused = (
        lambda: store.say("sales", [Say(month, 900.0, item="Kettle")], Signed(" ")),
        lambda: store.say("sales", [Say(month, 900.0, item="Pan")], ANN),
        lambda: store.say("sales", [Say(month, -1.0, item="Kettle")], ANN),
        lambda: store.say("sales", [Say(month, float("nan"))], ANN),
        lambda: store.say("sales", [], ANN),
        lambda: store.say("statistical", [Say(month, 1.0)], ANN),
        lambda: store.assume({"Kettle": 0.4}, ANN),
        lambda: store.use_engine("Kettles", "dice", ANN),
        lambda: store.use_engine("Pans", "theta", ANN),
        lambda: store.adopt_engine("dice", ANN),
        lambda: store.plan_from("gut", ANN),
        lambda: store.weigh({"Kettles": {"sales": -1.0}}, ANN),
        lambda: store.correct([Correction("Kettle", "UK", month, "keep")], ANN),
        lambda: store.correct([], ANN),
        lambda: store.plan_from("", ANN),
    )
    for change in refused:
        with pytest.raises(SopError):
            change()
    assert store.inputs.id == start
    assert store.desk().done == ()


def test_an_assumed_elasticity_is_what_the_screen_calls_assumed() -> None:
    """-0.5 instead of -1.5 for kettles: the effect's table says so, and other items keep theirs."""
    store = small_workspace()
    store.assume({"Kettle": -0.5}, ANN)
    effects = store.planner.model.effects_table().query("driver == 'price'").set_index(["item", "market"])
    assert effects.loc[("Kettle", "UK"), "estimate"] == -0.5
    assert effects.loc[("Toaster", "UK"), "estimate"] == -1.0
    assert set(effects["source"]) == {"assumed"}


def _historic(inputs: Inputs) -> Workspace:
    store = Repository()
    store.add_inputs(inputs, "by hand", datetime(2026, 1, 5), model=_fit(inputs).to_bytes())
    return Workspace(store)


def test_a_correction_is_learned_from_and_can_be_left_to_the_cleaning_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """December's 300 x season of kettles in the UK replaced by 777; blank gives the recorded month back."""
    engines: list[str] = []

    def here(inputs: Inputs, progress: object, keep: object, engine: str) -> bytes:
        engines.append(engine)
        return fit(inputs, engine=engine).to_bytes()

    monkeypatch.setattr(fitting, "fitted", here)
    store = _historic(_history())
    day = date(2025, 12, 15)
    recorded = store.planner.model.used[0, 0, -1]
    store.correct([Correction("Kettle", "UK", day, "replace", 777.0)], ANN)
    assert store.planner.model.used[0, 0, -1] == pytest.approx(777.0)
    row = store.inputs["history_corrections"].iloc[0]
    assert (row["date"], row["author"], row["reason"]) == (pd.Timestamp("2025-12-01"), "Ann", "new listing")
    store.correct([Correction("Kettle", "UK", day, "")], ANN)
    assert store.planner.model.used[0, 0, -1] == pytest.approx(recorded)
    assert store.inputs["history_corrections"].empty
    assert engines == ["ensemble", "ensemble"]


def test_a_family_is_forecast_with_the_engine_the_planner_picks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Last year's month again for kettles: January repeats January; toasters keep the company's engine."""
    monkeypatch.setattr(fitting, "fitted", lambda inputs, *_: fit(inputs).to_bytes())
    store = _historic(_history())
    toasters = store.planner.model.base[1]
    store.use_engine("Kettles", "seasonal naive", ANN)
    model = store.planner.model
    last_january = model.history[0, :, -12]
    assert model.base[0, :, 0] == pytest.approx(last_january, rel=1e-4)
    np.testing.assert_array_equal(model.base[1], toasters)


def test_the_company_is_planned_with_the_engine_adopted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The backtest's best, taken with one click: the setting says so, January repeats January everywhere, and undo goes
    back to what planned before."""
    monkeypatch.setattr(fitting, "fitted", lambda inputs, *_: fit(inputs).to_bytes())
    store = _historic(_history())
    before = store.planner.model
    done = store.adopt_engine("seasonal naive", ANN)
    assert "the company planned with seasonal naive" in done.what
    model = store.planner.model
    assert (store.inputs.settings.engine, model.engine) == ("seasonal naive", "seasonal naive")
    assert model.base[0, :, 0] == pytest.approx(model.history[0, :, -12], rel=1e-4)
    store.undo_edit()
    assert store.planner.model.engine == before.engine == "ensemble"
    np.testing.assert_array_equal(store.planner.model.base, before.base)


def test_what_a_change_would_do_is_known_before_it_is_stored() -> None:
    """5 % more of everything over 500 kettles and 250 toasters: 525 and 262.5, and nothing is stored."""
    store = small_workspace()
    views = store.views().with_says("sales", [Say(date(2026, 1, 1), 5.0, "percent")])
    assert views.layers["sales"][:, :, 0].sum(axis=1).tolist() == pytest.approx([525.0, 262.5])
    assert store.desk().done == ()


def test_change_since_last_year_where_there_was_no_round_before() -> None:
    """Twice last year's January to June, at 40 a kettle: the change is what was sold then, in units and money."""
    fair = {"event": ["Fair"], "item": ["Kettle"], "first_day": ["2026-01-01"], "last_day": ["2026-06-30"]}
    inputs = with_history(events=typed("events", pd.DataFrame({**fair, "uplift": [1.0]})))
    store = _historic(inputs)
    title, found = store.changed_since()
    assert title == "last year"
    sales = inputs["sales_history"]
    year = sales[(sales["date"] >= "2025-01-01") & (sales["date"] <= "2025-06-01") & (sales["item"] == "Kettle")]
    then = year.groupby("market")["ordered"].sum()
    row = found[(found["item"] == "Kettle") & (found["market"] == "UK")].iloc[0]
    assert row["before"] == pytest.approx(then["UK"])
    assert row["after"] == pytest.approx(2 * then["UK"], rel=1e-3)
    assert row["money"] == pytest.approx(40.0 * then["UK"], rel=1e-3)


def test_change_since_the_import_once_something_was_edited() -> None:
    """400 kettles more in February at 40 each: 16,000, spread 3 : 2 over the markets."""
    store = small_workspace()
    store.say("final", [Say(date(2026, 2, 1), 900.0, item="Kettle")], ANN)
    store.plan_from("final", ANN)
    title, found = store.changed_since()
    assert title == "the import"
    assert found.loc[found["item"] == "Kettle", "money"].tolist() == pytest.approx([9_600.0, 6_400.0])
    assert found.loc[found["item"] == "Toaster", "money"].tolist() == pytest.approx([0.0, 0.0])


def test_layers_of_the_last_round_are_held_against_sales_since() -> None:
    """January sold 200 kettles in the UK. Sales said 210, the statistical forecast 300, a year before 100 were sold.

    Over that one series: WAPE of sales 5 %, of the forecast 50 %, of the naive 50 %.
    """
    views = layer_rows(layer=["sales"], item=["Kettle"], market=["UK"], period=["2026-01-01"], amount=[210.0])
    tables = small_company()
    old = Inputs.of({**tables, "forecast_layers": views})
    sold = typed(
        "sales_history",
        pd.DataFrame(
            {
                "date": [*pd.date_range("2024-12-01", "2026-01-01", freq="MS")],
                "item": "Kettle",
                "market": "UK",
                "ordered": [100.0] * 13 + [200.0],
            }
        ),
    )
    settings = tables["settings"].copy()
    settings.loc[settings["key"] == "first_period", "value"] = "2026-02-01"
    new = Inputs.of({**tables, "settings": settings, "sales_history": sold})
    store = Repository()
    for inputs, at in ((old, datetime(2026, 1, 5)), (new, datetime(2026, 2, 5))):
        store.add_inputs(inputs, "files", at, model=fit(inputs).to_bytes())
    title, found = Workspace(store).value_added()
    assert title == "2026-01"
    total = found[found["family"] == ""].set_index("layer")
    assert total.loc["sales", "wape"] == pytest.approx(0.05)
    assert total.loc["statistical", "wape"] == pytest.approx(0.5)
    assert total.loc["naive", "wape"] == pytest.approx(0.5)
    assert total.loc["sales", ["fva", "step"]].tolist() == pytest.approx([0.45, 0.45])
    changed, _ = Workspace(store).changed_since()
    assert changed == "the round of 2026-01"


def test_without_an_earlier_round_no_view_has_a_worth_yet() -> None:
    """One import: nothing came true of a plan."""
    title, found = small_workspace().value_added()
    assert title == ""
    assert found.empty


def test_views_start_from_the_statistical_forecast_whatever_base_is_planned_from() -> None:
    """Planning Base from a view of 900 does not make 900 the statistical forecast."""
    store = small_workspace()
    store.say("final", [Say(date(2026, 2, 1), 900.0, item="Kettle")], ANN)
    store.plan_from("final", ANN)
    views = views_of(store.inputs, replace(store.planner.model))
    assert views.layers["statistical"][0, :, 1].sum() == pytest.approx(500.0)
    assert views.base_units[0, :, 1].sum() == pytest.approx(900.0)


def test_the_source_of_an_edit_names_the_import_it_came_from() -> None:
    """Two edits of "by hand" and one taken back: one ending, not three."""
    store = small_workspace()
    store.plan_from("sales", ANN)
    store.plan_from("final", ANN)
    assert store.status().source == "by hand" + editing.EDITED
    store.undo_edit()
    assert store.status().source == "by hand" + editing.TAKEN_BACK
