"""Stock against its band, the folded bridge, margin by family, products on a resource: hand arithmetic."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sop.charts import frames
from sop.charts.money_frames import OTHER, family_frame, largest_steps
from sop.charts.routes import products_of, products_on, resources_of
from sop.charts.stock_frames import DAYS, stock_band, stock_band_frame
from sop.charts.view import VALUE, View
from sop.demand import DemandModel
from sop.domain.inputs import Inputs, typed
from sop.domain.plans import PlanResult
from sop.domain.scenario import BASE, Override
from sop.planning import Planner
from sop.workspace.fitting import fitted
from tests.charts.test_frames import inputs, plan
from tests.companies import small_company


def _steps(*amounts: float) -> pd.DataFrame:
    return pd.DataFrame({"title": [f"Cause {number}" for number in range(len(amounts))], "amount": amounts})


def test_a_bridge_of_seven_causes_keeps_them_all() -> None:
    """Gains first, losses last, nothing folded."""
    folded = largest_steps(_steps(-5.0, 30.0, 2.0, -1.0, 9.0, 4.0, 1.0))
    assert folded["amount"].tolist() == [30.0, 9.0, 4.0, 2.0, 1.0, -1.0, -5.0]
    assert OTHER not in folded["step"].tolist()


def test_a_bridge_of_more_causes_folds_the_smallest_and_still_adds_up() -> None:
    """Nine causes: six bars and the rest, 1 - 2 + 3 = 2, called Other; 100 in all."""
    folded = largest_steps(_steps(40.0, 1.0, -2.0, 3.0, 60.0, -30.0, 20.0, -10.0, 18.0))
    assert len(folded) == 7
    assert folded["step"].iloc[-1] == OTHER
    assert folded["amount"].tolist() == [60.0, 40.0, 20.0, 18.0, -10.0, -30.0, 2.0]
    assert folded["amount"].sum() == 100.0


def test_causes_too_small_to_show_stay_in_the_sum() -> None:
    """Thirty cents have no bar of their own; together with two more of their size they are Other."""
    folded = largest_steps(_steps(10.0, 0.3, 0.0))
    assert folded["step"].tolist() == ["Cause 0"]
    assert folded["amount"].sum() == pytest.approx(10.3)
    assert largest_steps(_steps(10.0, 0.3, 0.3, 0.3))["step"].tolist() == ["Cause 0", OTHER]
    assert largest_steps(_steps(0.2, -0.1)).empty


def test_margin_by_family_is_price_less_standard_cost() -> None:
    """January: 500 kettles at 40 less 15, 250 toasters at 30 less 12; the larger family first."""
    frame = family_frame(plan(), plan(), slice(0, 1))
    assert frame["family"].tolist() == ["Kettles", "Toasters"]
    assert frame["value"].tolist() == pytest.approx([12_500.0, 4_500.0])
    assert frame["reference"].tolist() == frame["value"].tolist()


def test_stock_value_and_its_days() -> None:
    """Stock in money is pieces at cost; days are money over the daily cost of the three months that follow."""
    result = plan()
    money, target, enough = stock_band(inputs(), result, View(), VALUE)
    pieces, _ = frames.stock(inputs(), result, View((("item", "Kettle"),), "piece"))
    toasters, _ = frames.stock(inputs(), result, View((("item", "Toaster"),), "piece"))
    assert money == pytest.approx(15 * pieces + 12 * toasters)
    assert (target == 0).all()
    assert (enough == 0).all()
    days, _, _ = stock_band(inputs(), result, View(), DAYS)
    cost = 500 * 15.0 + 250 * 12.0
    assert days[0] == pytest.approx(money[0] / ((3 * cost) / (28 + 31 + 30)))
    assert days[1] == pytest.approx(money[1] / ((3 * cost + 500 * 15.0) / (31 + 30 + 31)))


def test_the_band_runs_from_the_target_to_twice_it_and_not_beyond_the_ceiling() -> None:
    """60 kettles of safety stock: 60 to 120; where the ceiling is 100, to 100."""
    tables = small_company()
    policy = {"location": ["Plant"], "item": ["Kettle"], "safety_stock": [60.0], "maximum": [np.nan]}
    for maximum, top in ((np.nan, 120.0), (100.0, 100.0)):
        policy["maximum"] = [maximum]
        changed = Inputs.of({**tables, "stock_policy": typed("stock_policy", pd.DataFrame(policy))})
        _, low, high = stock_band(changed, _planned(changed), View((), "piece"), "piece")
        assert low == pytest.approx([60.0] * 6)
        assert high == pytest.approx([top] * 6)


def _planned(changed: Inputs) -> PlanResult:
    return Planner(changed, DemandModel.from_bytes(fitted(changed))).plan(BASE, ())


def test_a_scenario_brings_its_own_band_and_the_reference_a_line() -> None:
    """The band belongs to the scenario."""
    frame = stock_band_frame(inputs(), plan(), plan(Override(lever="demand", value=10)), View(), VALUE)
    assert frame.loc[frame["series"] == "Base", "low"].isna().all()
    assert frame.loc[frame["series"] == "Turned", "low"].notna().all()


def test_products_pass_a_resource_themselves_or_with_what_they_are_made_of() -> None:
    """A kettle needs an element that is made in the press shop; a toaster does not."""
    tables = small_company()
    items = pd.DataFrame({"item": ["Element"], "family": ["Parts"], "kind": ["component"]})
    operation = pd.DataFrame({"operation": ["press"], "location": ["Plant"], "item": ["Element"], "unit_cost": [1.0]})
    routing = pd.DataFrame({"operation": ["press"], "resource": ["Press"], "hours": [0.01]})
    press = pd.DataFrame({"resource": ["Press"], "location": ["Plant"], "days": [20.0]})
    material = pd.DataFrame({"operation": ["make kettle"], "item": ["Element"], "quantity": [1.0]})
    more = {"items": items, "operations": operation, "routings": routing, "resources": press}
    changed = {name: pd.concat([tables[name], typed(name, rows)], ignore_index=True) for name, rows in more.items()}
    company = Inputs.of({**tables, **changed, "materials": typed("materials", material)})
    assert products_on(company, "Press") == ("Kettle",)
    assert products_on(company, "Line") == ("Kettle", "Toaster")
    assert resources_of(company, products_of(company, "Toasters")) == ("Line",)
    assert resources_of(company, ("Kettle",)) == ("Line", "Press")


def test_a_view_of_some_products_counts_only_them() -> None:
    """Kettles alone: 500 a month, in history, demand and stock alike."""
    view = View((), "piece", ("Kettle",), "on Line")
    assert frames.expected_demand(inputs(), plan(), view)[0] == pytest.approx(500)
    assert view.title() == "All items on Line"
    nothing = View((("family", "Toasters"),), "piece", ("Kettle",), "on Line")
    assert frames.expected_demand(inputs(), plan(), nothing) == pytest.approx([0.0] * 6)
