"""The cockpit: levers in, figures out, nothing shared between sessions, errors people can act on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from sop.analysis.relaxations import Relaxation
from sop.domain.inputs import Inputs
from sop.domain.plans import Conflict
from sop.domain.scenario import BASE_ID, Override
from sop.store import Repository
from sop.ui import frame
from sop.ui.glossary import IN_VIEW
from sop.workspace import Workspace
from sop.workspace.fitting import fitted
from tests.companies import small_company, small_inputs
from tests.pages.conftest import ROOT, pnl_plan
from tests.workspaces import booked_workspace, scenario


def figures(app: AppTest) -> dict[str, str]:
    """The KPIs on screen, without the remark beside them."""
    return {metric.label: metric.value.split(" ")[0] for metric in app.metric}


def _as_files(tables: Mapping[str, pd.DataFrame]) -> dict[str, bytes]:
    """Tables as CSV files to upload."""
    return {f"{name}.csv": table.to_csv(index=False).encode() for name, table in tables.items()}


def test_it_starts_on_base_with_six_figures(app: AppTest) -> None:
    """Revenue of 6 x 27,500 and 20,000 more in May is 185k; all of it is demanded and met."""
    assert not app.exception
    assert list(figures(app)) == [
        "Net revenue",
        "Gross margin",
        "EBITDA",
        "Expected fill rate",
        "Inventory",
        "Cash low point",
    ]
    assert figures(app)["Net revenue"] == "185k"


def test_every_figure_carries_its_definition(app: AppTest) -> None:
    """Nobody has to ask what a number means."""
    assert all(metric.help for metric in app.metric)


def test_moving_a_lever_changes_the_figures_and_shows_a_chip(app: AppTest) -> None:
    """+10 % demand brings more revenue than Base and is listed as a removable override."""
    app.slider(key="lever_demand").set_value(10).run()
    assert not app.exception
    assert app.metric[0].delta.startswith("+")
    assert [button.label for button in app.button if "Demand +10 %" in button.label]


def test_taking_the_chip_away_restores_base(app: AppTest) -> None:
    """One click and the figures are Base's again, the slider is back."""
    before = figures(app)
    app.slider(key="lever_demand").set_value(10).run()
    next(button for button in app.button if "Demand +10 %" in button.label).click().run()
    assert figures(app) == before
    assert app.slider(key="lever_demand").value == 0


def test_the_neutral_value_is_no_override(app: AppTest) -> None:
    """Back to zero by hand leaves nothing to save."""
    app.slider(key="lever_demand").set_value(10).run()
    app.slider(key="lever_demand").set_value(0).run()
    assert not [button.label for button in app.button if "Demand" in button.label]


def test_undo_and_redo(app: AppTest) -> None:
    """Undo takes the last turn back, redo turns it again."""
    app.slider(key="lever_demand").set_value(10).run()
    app.slider(key="lever_price").set_value(2.0).run()
    app.button(key="undo").click().run()
    assert (app.slider(key="lever_demand").value, app.slider(key="lever_price").value) == (10, 0.0)
    app.button(key="redo").click().run()
    assert app.slider(key="lever_price").value == 2.0


def test_scope_and_months_make_turns_of_their_own(app: AppTest) -> None:
    """The price of kettles in March is turned; everywhere it still reads zero, with a hint that it is turned
    elsewhere."""
    app.selectbox(key="scope").set_value("family=Kettles").run()
    app.select_slider(key="months").set_value(("2026-03", "2026-03")).run()
    app.slider(key="lever_price").set_value(5.0).run()
    assert [button.label for button in app.button if "Net price +5 % · Kettles · Mar" in button.label]
    app.selectbox(key="scope").set_value("*").run()
    assert app.slider(key="lever_price").value == 0.0
    assert app.slider(key="lever_price").label.endswith("•")


def test_a_lever_that_cannot_take_the_scope_is_off(app: AppTest) -> None:
    """A resource has capacity but no price."""
    app.selectbox(key="scope").set_value("resource=Line").run()
    assert app.slider(key="lever_price").disabled
    assert not app.slider(key="lever_capacity").disabled


def test_two_sessions_do_not_see_each_others_levers(app: AppTest, store: Workspace) -> None:
    """What one turns and does not save stays with him."""
    other = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    app.slider(key="lever_demand").set_value(10).run()
    other.run()
    assert other.slider(key="lever_demand").value == 0
    assert figures(other) != figures(app)


def test_saving_keeps_the_scenario_for_all(app: AppTest, store: Workspace) -> None:
    """Save under a name: it is in the store with its lever, open here, and offered to others."""
    app.slider(key="lever_demand").set_value(10).run()
    app.text_input(key="save_name_base").set_value("Strong year").run()
    next(button for button in app.button if button.label == "Save as new scenario").click().run()
    assert not app.exception
    saved = store.scenario("strong-year")
    assert [(override.lever, override.value) for override in saved.overrides] == [("demand", 10.0)]
    assert app.selectbox(key="picked").value == "strong-year"
    other = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    assert "Strong year" in other.selectbox(key="picked").options


def test_a_new_version_replaces_what_it_was(app: AppTest, store: Workspace) -> None:
    """Opened, turned further, saved as a new version: one scenario with the new value."""
    store.save(scenario("Plan B", Override(lever="demand", value=5)))
    app.run()
    app.selectbox(key="picked").set_value("plan-b").run()
    app.slider(key="lever_demand").set_value(8).run()
    next(button for button in app.button if button.label.startswith("Save as new version")).click().run()
    assert store.scenario("plan-b").overrides[0].value == 8.0
    assert [one.id for one in store.scenarios()] == [BASE_ID, "plan-b"]


def test_a_name_is_given_once(app: AppTest, store: Workspace) -> None:
    """Two scenarios of one name would be taken for each other: the second is refused, the first stays as it was."""
    store.save(scenario("Plan B", Override(lever="demand", value=5)))
    app.slider(key="lever_demand").set_value(10).run()
    app.text_input(key="save_name_base").set_value("Plan B").run()
    next(button for button in app.button if button.label == "Save as new scenario").click().run()
    assert "Plan B" in app.warning[0].value
    assert [one.id for one in store.scenarios()] == [BASE_ID, "plan-b"]


def test_a_link_opens_its_scenario(store: Workspace) -> None:
    """?scenario=plan-b shows plan B in a fresh session."""
    store.save(scenario("Plan B", Override(lever="demand", value=5)))
    session = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    session.query_params["scenario"] = "plan-b"
    session.run()
    assert session.selectbox(key="picked").value == "plan-b"
    assert session.slider(key="lever_demand").value == 5
    assert session.text_input(key="save_name_plan-b").value == "Plan B"


def test_a_link_to_something_that_is_not_there_says_so(store: Workspace) -> None:
    """Base opens, with a word about the missing scenario; no stack trace."""
    session = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    session.query_params["scenario"] = "gone"
    session.run()
    assert not session.exception
    assert "gone" in session.warning[0].value
    assert session.selectbox(key="picked").value == BASE_ID


def test_a_scenario_deleted_by_somebody_else_is_said_to_be_gone(app: AppTest, store: Workspace) -> None:
    """Opening it from a list drawn before ends in a message, not in an error."""
    store.save(scenario("Plan B", Override(lever="demand", value=5)))
    app.run()
    store.delete("plan-b")
    app.selectbox(key="picked").set_value("plan-b").run()
    assert not app.exception
    assert app.selectbox(key="picked").value == BASE_ID


def test_a_scenario_deleted_while_it_is_open_leaves_its_levers(app: AppTest, store: Workspace) -> None:
    """Somebody deletes what I work on, and my reference: I am told, keep my levers unsaved, and compare with Base."""
    store.save(scenario("Plan B", Override(lever="demand", value=5)))
    store.save(scenario("Plan C", Override(lever="demand", value=3)))
    app.run()
    app.selectbox(key="picked").set_value("plan-b").run()
    app.selectbox(key="reference").set_value("plan-c").run()
    store.delete("plan-b")
    store.delete("plan-c")
    app.run()
    assert not app.exception
    assert "deleted" in app.warning[0].value
    assert (app.selectbox(key="picked").value, app.selectbox(key="reference").value) == (BASE_ID, BASE_ID)
    assert app.slider(key="lever_demand").value == 5


def test_the_main_levers_are_in_view(app: AppTest) -> None:
    """Eight sliders, read off the catalogue."""
    assert [slider.key.removeprefix("lever_") for slider in app.slider if slider.key.startswith("lever_")] == list(
        IN_VIEW
    )


def test_an_error_nobody_foresaw_is_a_sentence_not_a_stack_trace(
    app: AppTest, store: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bar stays, so that the cause can be taken back; the log has the rest."""

    def broken(*_: object) -> None:
        raise RuntimeError("inside")

    monkeypatch.setattr(store, "kpis", broken)
    app.run()
    assert not app.exception
    assert "log of the server" in app.error[0].value
    assert app.selectbox(key="picked").value == BASE_ID


def test_a_busy_store_is_said_to_be_busy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Another process holds the store: title and remedy, no stack trace."""
    from sop.domain.errors import StoreBusy

    def held() -> Workspace:
        raise StoreBusy("The store is held by another process.", "Close it there, or choose another with SOP_STORE.")

    monkeypatch.setattr(frame, "workspace", held)
    session = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    assert not session.exception
    assert "Close it there" in session.error[0].value


def test_names_with_commas_and_equal_signs_can_be_scoped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A family called "Fans, small=1" is drawn, offered as a scope, and its lever shows as a chip."""
    inputs = small_inputs()
    items = inputs["items"].assign(family=["Fans, small=1", "Toasters"])
    renamed = Inputs.of({**inputs.tables, "items": items})
    repository = Repository()
    repository.add_inputs(renamed, "by hand", datetime(2026, 1, 5), model=fitted(renamed))
    shared = Workspace(repository)
    monkeypatch.setattr(frame, "workspace", lambda: shared)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    assert not app.exception
    app.selectbox(key="scope").set_value("family=Fans, small=1").run()
    app.slider(key="lever_demand").set_value(10).run()
    assert not app.exception
    assert [button.label for button in app.button if "Fans, small=1" in button.label]


def test_a_turn_on_top_of_the_parents_is_a_chip_of_its_own(app: AppTest, store: Workspace) -> None:
    """Parent +5 %, child 2 points more of the same lever: two chips; taking the child's away leaves the parent's."""
    store.save(scenario("Parent", Override(lever="demand", value=5)))
    store.save(scenario("Child", Override(lever="demand", value=2, operation="add"), parent="parent"))
    app.query_params["scenario"] = "child"
    app.run()
    assert not app.exception
    next(button for button in app.button if "Demand +2 % on top" in button.label).click().run()
    assert not app.exception
    assert [button.label for button in app.button if "Demand +" in button.label] == ["Demand +5 %"]


def test_the_pnl_says_what_the_key_figure_says_where_months_are_booked(monkeypatch: pytest.MonkeyPatch) -> None:
    """12,000 booked and 84,400 planned: EBITDA is 96.4k in the tile and in the P&L, with the booked costs as lines."""
    shared = booked_workspace()
    monkeypatch.setattr(frame, "workspace", lambda: shared)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    assert not app.exception
    assert figures(app)["EBITDA"] == "96.4k"
    assert pnl_plan(app)["EBITDA"] == "96.4k"
    assert {"Booked costs of sales", "Other booked costs"} <= set(pnl_plan(app))


def test_file_text_is_no_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    """A company called "5 $ *Co* [x](y) $" is shown letter by letter, and so is an item with such a name."""
    inputs = small_inputs()
    settings = inputs["settings"].replace("Small & Co", "5 $ *Co* [x](y) $")
    items = inputs["items"].assign(family=["A_b_ <i>", "Toasters"])
    odd = Inputs.of({**inputs.tables, "settings": settings, "items": items})
    repository = Repository()
    repository.add_inputs(odd, "by hand", datetime(2026, 1, 5), model=fitted(odd))
    shared = Workspace(repository)
    monkeypatch.setattr(frame, "workspace", lambda: shared)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    assert app.sidebar.markdown[0].value == r"**5 \$ \*Co\* \[x\](y) \$**"
    app.slider(key="lever_capacity").set_value(-40).run()
    assert not app.exception
    assert any(r"a_b\_ \<i\> short" in one.value.lower() for one in app.markdown)


def test_a_scenario_saved_anew_by_somebody_else_is_shown_as_it_is_now(app: AppTest, store: Workspace) -> None:
    """What is open follows the store, with a word about it; unsaved levers stay and are told what they stand on."""
    store.save(scenario("Plan B", Override(lever="demand", value=5)))
    app.query_params["scenario"] = "plan-b"
    app.run()
    store.save(scenario("Plan B", Override(lever="demand", value=7)))
    app.run()
    assert app.slider(key="lever_demand").value == 7
    assert "new version" in app.warning[0].value
    app.slider(key="lever_price").set_value(2.0).run()
    store.save(scenario("Plan B", Override(lever="demand", value=9)))
    app.run()
    assert "version before" in app.warning[0].value
    assert (app.slider(key="lever_demand").value, app.slider(key="lever_price").value) == (7, 2.0)


def test_new_data_are_said_to_be_new_and_unsaved_levers_move_along(app: AppTest, store: Workspace) -> None:
    """Another session imports the company again with a longer plan: nothing on screen is of the old data."""
    app.slider(key="lever_demand").set_value(10).run()
    tables = small_company()
    settings = tables["settings"].assign(value=tables["settings"]["value"].replace("6", "5"))
    store.import_uploads(_as_files({**tables, "settings": settings}))
    store.ensure_model()
    app.run()
    assert not app.exception
    assert "data were replaced" in app.warning[0].value
    assert app.slider(key="lever_demand").value == 10
    assert app.select_slider(key="months").value == ("2026-01", "2026-05")


def test_colliding_limits_are_named_with_the_least_that_would_do(
    app: AppTest, store: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence gives way to what collides; where levers are known that would do, one click turns them."""
    result = store.plan(BASE_ID)
    conflict = Conflict("Minimum head-count of Line", 3.0, "heads")
    broken = replace(result, supply=replace(result.supply, conflicts=(conflict,)))
    real = store.plan
    monkeypatch.setattr(store, "plan", lambda asked: broken if getattr(asked, "id", "") == BASE_ID else real(asked))
    app.run()
    assert not app.exception
    assert any("Hard limits collide" in one.value for one in app.markdown)
    turns = (Override(lever="capacity", value=5, scope="resource=Line"),)
    relief = Relaxation("More hours of Line", 8.0, "hours", turns, confirmed=True)
    monkeypatch.setattr(store, "relaxations", lambda _: [relief])
    app.session_state["collides"] = True
    app.run()
    assert any("Minimum head-count of Line: 3 heads" in one.value for one in app.markdown)
    app.button(key="relax").click().run()
    assert not app.exception
    assert [button.label for button in app.button if "Available capacity +5 % · Line" in button.label]
    assert not any("Hard limits collide" in one.value for one in app.markdown)
