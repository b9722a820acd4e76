"""The lever widgets: slider, typed number and reset are one value."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from sop.domain.levers import LEVERS
from sop.domain.scenario import Override
from sop.ui.glossary import IN_VIEW
from sop.ui.lever import is_number_only
from sop.ui.turning import place
from sop.workspace import Workspace
from tests.workspaces import scenario

SPECIFIED = {
    "demand": (-30, 30, 1),
    "price": (-10, 10, 0.5),
    "promotion": (-20, 20, 5),
    "launch_shift": (-3, 6, 1),
    "capacity": (-40, 30, 1),
    "overtime_limit": (0, 25, 1),
    "material_cost": (-20, 40, 1),
    "safety_days": (-15, 15, 1),
}


def test_the_eight_in_view_have_the_bounds_and_steps_people_agreed_on(app: AppTest) -> None:
    """Sliders and numbers alike, in this order."""
    assert list(SPECIFIED) == list(IN_VIEW)
    for name, bounds in SPECIFIED.items():
        slider, number = app.slider(key=f"lever_{name}"), app.number_input(key=f"typed_{name}")
        assert (slider.min, slider.max, slider.step) == bounds
        assert (number.min, number.max, number.step) == bounds


def test_a_typed_number_moves_the_slider(app: AppTest) -> None:
    """7 typed beside demand: the slider stands at 7 and the chip says so."""
    app.number_input(key="typed_demand").set_value(7.0).run()
    assert not app.exception
    assert app.slider(key="lever_demand").value == 7
    assert [button.label for button in app.button if "Demand +7 %" in button.label]


def test_the_slider_moves_the_typed_number(app: AppTest) -> None:
    """Price at +2.5 % on the slider is 2.5 in the field; back and forth they stay one value."""
    app.slider(key="lever_price").set_value(2.5).run()
    assert app.number_input(key="typed_price").value == 2.5
    app.number_input(key="typed_price").set_value(-1.0).run()
    assert app.slider(key="lever_price").value == -1.0
    app.slider(key="lever_price").set_value(0.0).run()
    assert app.number_input(key="typed_price").value == 0.0


def test_a_typed_number_may_lie_between_the_steps(app: AppTest) -> None:
    """4.25 % demand is planned as typed; the slider shows the nearest whole step and does not change it."""
    app.number_input(key="typed_demand").set_value(4.25).run()
    app.run()
    assert app.number_input(key="typed_demand").value == 4.25
    assert app.slider(key="lever_demand").value == 4
    assert [button.label for button in app.button if "Demand +4.25 %" in button.label]


def test_reset_takes_one_lever_back(app: AppTest) -> None:
    """It shows where a lever is turned, and leaves the others alone."""
    app.slider(key="lever_demand").set_value(5).run()
    app.slider(key="lever_price").set_value(2.0).run()
    app.button(key="reset_demand").click().run()
    assert (app.slider(key="lever_demand").value, app.slider(key="lever_price").value) == (0, 2.0)
    assert "reset_demand" not in [button.key for button in app.button]


def test_an_idle_lever_says_why_and_cannot_be_turned(app: AppTest) -> None:
    """The small company launches nothing: no slider to play with, but a reason."""
    assert app.slider(key="lever_launch_shift").disabled
    assert "no effect: no launch here" in [caption.value for caption in app.caption]


def test_an_idle_lever_that_is_turned_can_still_be_taken_back(app: AppTest, store: Workspace) -> None:
    """Somebody saved a launch shift where nothing is launched: it has its reset."""
    store.save(scenario("Idle", Override(lever="launch_shift", value=2)))
    app.query_params["scenario"] = "idle"
    app.run()
    app.button(key="reset_launch_shift").click().run()
    assert not [button.label for button in app.button if "Launch shift +" in button.label]


def test_help_names_the_reference_and_what_is_turned_elsewhere(app: AppTest, store: Workspace) -> None:
    """Against a scenario with +5 % demand the mark is at 5; a turn in March is told in the help of the whole year."""
    store.save(scenario("Plan B", Override(lever="demand", value=5)))
    app.run()
    app.selectbox(key="reference").set_value("plan-b").run()
    app.select_slider(key="months").set_value(("2026-03", "2026-03")).run()
    app.slider(key="lever_demand").set_value(-2).run()
    app.select_slider(key="months").set_value(("2026-01", "2026-06")).run()
    help = app.slider(key="lever_demand").help
    assert "the reference: 5 %" in help
    assert "also turned: Demand −2 % · Mar" in help.replace("-2", "−2")
    assert "--mark:58.33%" in "".join(html.proto.body for html in app.get("html"))


@pytest.mark.parametrize(("number", "share"), [(-30, 0.0), (0, 50.0), (30, 100.0), (99, 100.0), (15, 75.0)])
def test_a_mark_stands_where_the_slider_would(number: float, share: float) -> None:
    """Demand goes from -30 to 30; what lies outside stands at the end."""
    assert place(LEVERS["demand"], number) == share


def test_every_other_lever_is_one_click_away(app: AppTest) -> None:
    """Opened, the list of more levers holds every lever that is not in view, each with a field."""
    app.session_state["more_levers"] = True
    app.run()
    assert not app.exception
    drawn = {one.key for one in (*app.slider, *app.number_input, *app.selectbox)}
    for lever in LEVERS.values():
        key = f"typed_{lever.name}" if is_number_only(lever) else f"lever_{lever.name}"
        assert key in drawn, lever.name


def test_a_browser_that_draws_late_shows_the_number_of_the_scenario(app: AppTest) -> None:
    """Drawn again without a turn, every slider and field carries its number as default, not its lowest one."""
    app.slider(key="lever_demand").set_value(5).run()
    app.run()
    assert not app.exception
    assert not app.warning
    assert list(app.slider(key="lever_demand").proto.default) == [5.0]
    assert app.number_input(key="typed_demand").proto.default == 5.0
    assert app.number_input(key="typed_price").proto.default == 0.0


def test_a_limit_base_does_not_have_is_blank_and_blank_again_when_cleared(app: AppTest) -> None:
    """No least cash in Base: the field says none; a number is a turn, an emptied field takes it back."""
    app.session_state["more_levers"] = True
    app.run()
    field = app.number_input(key="typed_cash_limit")
    assert (field.value, field.proto.placeholder) == (None, "none")
    field.set_value(-5000.0).run()
    assert not app.exception
    assert [button.label for button in app.button if "Least closing cash" in button.label]
    app.number_input(key="typed_cash_limit").set_value(None).run()
    assert not [button.label for button in app.button if "Least closing cash" in button.label]
