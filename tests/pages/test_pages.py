"""The review pages draw without error, on Base and on a scenario that differs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from sop.domain.scenario import Override
from sop.workspace import Workspace
from tests.pages.conftest import ROOT
from tests.workspaces import scenario

PAGES = sorted(f"pages/{path.name}" for path in (ROOT / "pages").glob("*.py"))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("turned", [False, True])
def test_every_page_draws(app: AppTest, store: Workspace, page: str, turned: bool) -> None:
    """No page fails, whether there is something to show or not."""
    if turned:
        app.slider(key="lever_capacity").set_value(-40).run()
    app.switch_page(page).run()
    assert not app.exception
    assert not app.error


def test_unsaved_levers_travel_to_the_other_pages(app: AppTest) -> None:
    """The finance page tells about the plan that is on the desk."""
    app.slider(key="lever_demand").set_value(10).run()
    app.switch_page("pages/4_Finance.py").run()
    assert [button.label for button in app.button if "Demand +10 %" in button.label]


def test_compare_shows_each_scenario_and_what_it_turns(app: AppTest, store: Workspace) -> None:
    """Two scenarios: key figures of both, the lever of the one that has it."""
    store.save(scenario("Plan B", Override(lever="demand", value=5)))
    app.switch_page("pages/5_Compare.py").run()
    assert app.multiselect(key="compared").value == ["base", "plan-b"]
    assert list(app.table[0].value.columns) == ["", "Base", "Plan B"]
    assert app.dataframe[0].value["Plan B"].tolist() == ["+5 %"]


def test_compare_knows_the_unsaved_scenario(app: AppTest) -> None:
    """What is on the desk can be compared before it is saved."""
    app.slider(key="lever_demand").set_value(10).run()
    app.switch_page("pages/5_Compare.py").run()
    assert app.multiselect(key="compared").value == ["base", "what-if"]


def test_only_what_differs_hides_equal_lines(app: AppTest, store: Workspace) -> None:
    """Fixed costs are equal in both and go away."""
    store.save(scenario("Plan B", Override(lever="demand", value=5)))
    app.switch_page("pages/5_Compare.py").run()
    assert "Fixed costs" in app.dataframe[1].value["title"].tolist()
    app.toggle(key="only_different").set_value(True).run()
    assert "Fixed costs" not in app.dataframe[1].value["title"].tolist()


def test_notes_of_the_fit_stand_beside_the_accuracy(
    app: AppTest, store: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fitting left out of history, or would rather plan with, is told on the demand page."""
    told = "Sales of 2023-03 begin on 2023-03-28: the bucket is taken as unknown."
    model = replace(store.planner.model, notes=(told,))
    monkeypatch.setattr(store._models, "read", lambda inputs_id: model)
    app.switch_page("pages/2_Demand.py").run()
    assert [caption.value for caption in app.caption if "the bucket is taken as unknown" in caption.value]


def test_the_walk_is_one_click_away(app: AppTest) -> None:
    """From the plan's objective to EBITDA to cash, on the finance page."""
    app.switch_page("pages/4_Finance.py").run()
    next(group for group in app.get("button_group") if group.key == "statement").set_value("From objective to cash")
    app.run()
    assert not app.exception


def test_data_lists_tables_with_their_rows(app: AppTest) -> None:
    """Filled tables first: two items, eleven settings kept as rows."""
    app.switch_page("pages/1_Data.py").run()
    overview = app.dataframe[0].value.set_index("table")["rows"]
    assert overview["items"] == 2
    assert overview["forecasts"] == 24
    assert overview.iloc[-1] == 0


def test_a_name_with_markup_is_shown_letter_by_letter(app: AppTest, store: Workspace) -> None:
    """A scenario called like a link is no link: not in the table of key figures either."""
    store.save(scenario("A", Override(lever="demand", value=5)).model_copy(update={"name": "[x](http://y)"}))
    app.run()
    app.switch_page("pages/5_Compare.py").run()
    assert app.table[0].value.columns[-1].startswith(r"\[x\]")
