"""Which levers can change anything where: said before they are turned."""

from __future__ import annotations

import pandas as pd
import pytest

from sop.domain.base import base_parameters
from sop.domain.inputs import Inputs, typed
from sop.domain.levers import LEVERS
from sop.planning import Planner
from sop.ui.effects import Effect, effects
from sop.ui.turning import Reach
from tests.companies import small_company
from tests.workspaces import small_workspace

EVERYWHERE = Reach()


@pytest.fixture(scope="module")
def planner() -> Planner:
    """The planner of the small company."""
    return small_workspace().planner


def of(planner: Planner, where: Reach = EVERYWHERE) -> dict[str, Effect]:
    """Every lever's effect in ``where``."""
    return effects(planner.base, planner.acts_on, where)


def test_levers_with_something_to_act_on_say_nothing(planner: Planner) -> None:
    """The small company sells, makes on one line with overtime, and holds stock."""
    found = of(planner)
    for name in ("demand", "price", "capacity", "overtime_limit", "safety_days", "goal", "unmet_demand"):
        assert found[name] == Effect(), name


def test_levers_without_anything_to_act_on_say_why(planner: Planner) -> None:
    """It launches nothing, buys nothing, has no supplier, lane, storage or marketing limits."""
    found = of(planner)
    assert found["launch_shift"].idle == "no launch here"
    assert found["material_cost"].idle == "nothing is bought here"
    assert found["marketing"].idle == "no marketing spend here"
    assert found["supplier_limit"].idle == "no supplier limit here"
    assert found["storage"].idle == "no storage limit here"


def test_a_lever_is_idle_in_a_scope_it_does_not_take(planner: Planner) -> None:
    """A line has no price, a market no capacity."""
    assert of(planner, Reach("resource=Line"))["price"].idle == "not turned by resource"
    assert of(planner, Reach("market=UK"))["capacity"].idle == "not turned by market"


def test_a_promotion_that_is_not_planned_can_be_started_but_not_cut(planner: Planner) -> None:
    """+10 points start one, -10 points change nothing: the lever works, with a remark."""
    found = of(planner)["promotion"]
    assert not found.idle
    assert "starts one" in found.remark


def test_a_promotion_counts_in_its_own_months_only() -> None:
    """20 % off kettles in March: deeper and shallower in March, only deeper in April."""
    promotion = {"driver": ["promotion"], "item": ["Kettle"], "market": ["UK"], "date": ["2026-03-01"]}
    inputs = Inputs.of({**small_company(), "drivers": typed("drivers", pd.DataFrame({**promotion, "value": [0.2]}))})
    parameters = base_parameters(inputs)
    march = effects(parameters, {}, Reach("*", "2026-03", "2026-03"))["promotion"]
    april = effects(parameters, {}, Reach("*", "2026-04", "2026-04"))["promotion"]
    assert (march.remark, bool(april.remark)) == ("", True)


def test_an_item_launched_in_the_past_has_no_launch_to_shift(planner: Planner) -> None:
    """Only items whose forecast is shaped by their launch are listed; the small company has none."""
    assert not planner.acts_on["launch_shift"].any()


def test_every_lever_of_the_catalogue_is_answered(planner: Planner) -> None:
    """Nothing is left out, whatever the scope and months."""
    for where in (Reach(), Reach("family=Kettles"), Reach("*", "2026-06", "2026-06")):
        assert list(of(planner, where)) == list(LEVERS)
