"""The bar: chips that fit, references that are no plans, and ready-made scenarios."""

from __future__ import annotations

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from sop.domain.inputs import Inputs, typed
from sop.domain.scenario import BASE_ID, Override
from sop.store import Repository
from sop.ui import frame
from sop.ui.topbar import fitting
from sop.workspace import Workspace
from sop.workspace.fitting import fitted
from tests.companies import small_company
from tests.pages.conftest import ROOT
from tests.workspaces import scenario


@pytest.mark.parametrize(
    ("lengths", "room", "shown"),
    [([], 300, 0), ([20, 20], 360, 2), ([20, 20], 350, 1), ([90], 300, 0), ([10] * 9, 420, 2)],
)
def test_chips_are_shown_as_far_as_they_fit(lengths: list[int], room: int, shown: int) -> None:
    """A chip takes 44 pixels and 6.6 a letter, the button with the list of all 110: 20 letters are 176 pixels."""
    assert fitting(["x" * length for length in lengths], room) == shown


def test_a_chip_that_is_too_long_is_in_the_list(app: AppTest) -> None:
    """No name is cut: what does not fit the bar is one click away, removable there."""
    app.selectbox(key="scope").set_value("family=Kettles").run()
    app.select_slider(key="months").set_value(("2026-03", "2026-04")).run()
    for name in ("demand", "price", "promotion"):
        app.number_input(key=f"typed_{name}").set_value(5.0).run()
    listed = [button for button in app.button if str(button.key).startswith("listed-")]
    assert len(listed) == 3
    listed[0].click().run()
    assert not app.exception
    assert app.slider(key="lever_demand").value == 0


def test_ready_made_scenarios_are_told_and_opened_with_one_click(app: AppTest, store: Workspace) -> None:
    """The list gives each scenario's story; its button opens it and closes the list."""
    store.save(scenario("Plan B", Override(lever="demand", value=5), purpose="A strong year in every market."))
    app.session_state["ready_made"] = True
    app.run()
    assert "A strong year in every market." in [caption.value for caption in app.caption]
    app.button(key="open-plan-b").click().run()
    assert not app.exception
    assert app.selectbox(key="picked").value == "plan-b"
    assert app.slider(key="lever_demand").value == 5
    assert app.session_state["ready_made"] is False


def test_a_ready_made_scenario_that_was_deleted_meanwhile_is_said_to_be_gone(app: AppTest, store: Workspace) -> None:
    """The list was drawn before it was deleted in another session."""
    store.save(scenario("Plan B", Override(lever="demand", value=5)))
    app.session_state["ready_made"] = True
    app.run()
    store.delete("plan-b")
    app.button(key="open-plan-b").click().run()
    assert not app.exception
    assert "plan-b" in app.warning[0].value


@pytest.fixture
def budgeted(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The small company with a budget of 30,000 revenue a month, 180,000 in its six months; nothing else."""
    months = [f"2026-0{month}-01" for month in range(1, 7)]
    budget = {"line": ["net_revenue"] * 6, "period": months, "amount": [30_000.0] * 6}
    inputs = Inputs.of({**small_company(), "budget": typed("budget", pd.DataFrame(budget))})
    repository = Repository()
    repository.add_inputs(inputs, "by hand", pd.Timestamp("2026-01-05").to_pydatetime(), model=fitted(inputs))
    shared = Workspace(repository)
    monkeypatch.setattr(frame, "workspace", lambda: shared)
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()


def test_the_budget_can_be_the_reference(budgeted: AppTest) -> None:
    """185k planned against 180k budgeted is +5k (+2.8 %); what is not budgeted shows a dash, not a zero."""
    budgeted.selectbox(key="reference").set_value("@budget").run()
    assert not budgeted.exception
    deltas = {metric.label: metric.delta for metric in budgeted.metric}
    assert deltas["Net revenue"] == "+5k (+2.8 %)"
    assert deltas["Inventory"] == "–"
    assert deltas["Cash low point"] == "–"


def test_base_is_the_reference_where_there_is_nothing_else(app: AppTest) -> None:
    """No budget, no history: no empty promises in the picker."""
    assert app.selectbox(key="reference").value == BASE_ID
    assert app.selectbox(key="reference").options == ["vs Base"]


def test_a_picker_drawn_anew_names_the_scenario_that_is_shown(store: Workspace) -> None:
    """A browser that comes from another page goes by the picker's default, told or not: it is the same scenario."""
    store.save(scenario("Plan B", Override(lever="demand", value=5)))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    app.query_params["scenario"] = "plan-b"
    for _ in range(3):
        picker = app.run().selectbox(key="picked")
        told = picker.proto.raw_value if picker.proto.set_value else picker.options[picker.proto.default]
        assert told == "Plan B"
