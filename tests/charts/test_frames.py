"""Plans as frames: figures from the small company's hand arithmetic."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from sop.charts import frames
from sop.charts.view import VALUE, View
from sop.domain.inputs import Inputs
from sop.domain.plans import PlanResult
from sop.domain.scenario import BASE, Override, Scenario
from tests.companies import small_inputs
from tests.workspaces import small_workspace

PIECES = View((), "piece")


@cache
def plan(*overrides: Override) -> PlanResult:
    """The small company's plan: Base, or with levers turned."""
    scenario = Scenario(id="turned", name="Turned", overrides=overrides) if overrides else BASE
    return small_workspace().plan(scenario)


@cache
def inputs() -> Inputs:
    """The small company."""
    return small_inputs()


def at(frame: pd.DataFrame, column: str, **where: object) -> list[float]:
    """Values of a column in the rows that match."""
    for name, value in where.items():
        frame = frame[frame[name] == value]
    return [float(value) for value in frame[column]]


def test_demand_is_added_up_in_the_unit_of_the_view() -> None:
    """500 kettles and 250 toasters a month, 1,000 kettles in May; 27,500 in money at 40 and 30."""
    assert frames.expected_demand(inputs(), plan(), PIECES) == pytest.approx([750, 750, 750, 750, 1250, 750])
    assert frames.expected_demand(inputs(), plan(), View((), VALUE))[0] == pytest.approx(27_500)
    kettles_uk = View((("family", "Kettles"), ("market", "UK")), "piece")
    assert frames.expected_demand(inputs(), plan(), kettles_uk)[0] == pytest.approx(300)


def test_the_band_of_a_total_is_that_of_a_sum_not_a_sum_of_bands() -> None:
    """Kettles and toasters in two markets, nothing known of their errors: correlation 0.25 between the markets of an
    item, 0.10 between families; P90 of the total is that of a log-normal with the mean and deviation of the sum."""
    result = plan()
    sold = (result.demand.expected > 0).any(axis=2)
    sigma, item = result.demand.sigma[sold][:, :6], np.nonzero(sold)[0]
    matrix = np.where(item[:, None] == item, 0.25, 0.10)
    np.fill_diagonal(matrix, 1.0)
    mean = result.demand.expected.sum(axis=(0, 1))[:6]
    spread = np.sqrt(np.log1p(np.einsum("st,su,ut->t", sigma, matrix, sigma) / mean**2))
    low, high = frames.demand_band(inputs(), result, PIECES)
    assert high == pytest.approx(mean * np.exp(1.2815515655 * spread - spread**2 / 2))
    assert low == pytest.approx(mean * np.exp(-1.2815515655 * spread - spread**2 / 2))
    assert (high < result.demand.high.sum(axis=(0, 1))[:6]).all()


def test_the_band_of_one_series_is_its_own() -> None:
    """One item in one market shows its own P10 and P90."""
    result = plan()
    low, high = frames.demand_band(inputs(), result, View((("item", "Kettle"), ("market", "UK")), "piece"))
    assert low == pytest.approx(result.demand.low[0, 0, :6])
    assert high == pytest.approx(result.demand.high[0, 0, :6])


def test_base_beside_itself_is_one_line_with_a_band() -> None:
    """No history here, and nothing differs: six rows, each with its band, the first one today."""
    frame = frames.forecast_frame(inputs(), plan(), plan(), PIECES)
    assert list(frame["series"].unique()) == ["Base"]
    assert len(frame) == 6
    assert frame["high"].notna().all()
    assert frame["today"].tolist() == [True] + [False] * 5


def test_months_in_which_demand_was_turned_are_marked() -> None:
    """A demand lever in March and April shades these months; one for all months, or of capacity, shades none."""
    march = Override(lever="demand", value=10, first="2026-03", last="2026-04")
    assert frames.turned_buckets(plan(march)) == [False, False, True, True, False, False]
    assert not any(frames.turned_buckets(plan(Override(lever="demand", value=10))))
    assert not any(frames.turned_buckets(plan(Override(lever="capacity", value=10, first="2026-03"))))


def test_change_by_driver_is_the_change_of_demand() -> None:
    """Growth of 10 % brings 75 pieces a month and 125 in May, all of it from growth."""
    turned = plan(Override(lever="demand", value=10))
    frame = frames.driver_change_frame(inputs(), plan(), turned, PIECES)
    assert at(frame, "value", driver="growth") == pytest.approx([75, 75, 75, 75, 125, 75])
    assert set(frame["driver"]) == {"growth"}
    assert frames.driver_change_frame(inputs(), plan(), plan(), PIECES).empty


def test_components_add_up_to_the_total() -> None:
    """Whatever demand is made of, the parts add up to it."""
    turned = plan(Override(lever="price", value=5), Override(lever="demand", value=10))
    frame = frames.decomposition_frame(inputs(), turned, PIECES)
    parts = frame.groupby("period")["value"].sum()
    totals = frame.groupby("period")["total"].first()
    assert parts.to_numpy() == pytest.approx(totals.to_numpy())


@pytest.mark.parametrize(("demand", "capacity"), [(0.0, 0.0), (30.0, -40.0)])
def test_every_unit_of_demand_is_on_time_late_short_or_declined(demand: float, capacity: float) -> None:
    """The four states add up to planned demand in every month, however much of it there is."""
    result = plan(Override(lever="demand", value=demand), Override(lever="capacity", value=capacity))
    frame = frames.fulfilment_frame(inputs(), result, PIECES)
    assert frame.groupby("period")["value"].sum().to_numpy() == pytest.approx(
        frame.groupby("period")["demand"].first().to_numpy(), abs=1e-6
    )
    assert (frame["value"] > -1e-6).all()


def test_required_load_is_what_demand_needs_when_due() -> None:
    """500 x 0.2 h + 250 x 0.16 h = 140 of 160 hours are 87.5 %; in May 240 hours are 150 %."""
    frame = frames.load_frame(plan(), plan())
    assert at(frame, "required", resource="Line") == pytest.approx([87.5, 87.5, 87.5, 87.5, 150.0, 87.5])
    assert (frame["used"] <= 110.0 + 1e-6).all()


def test_a_resource_with_all_overtime_used_is_outlined() -> None:
    """With 30 % more demand May needs 312 hours: its 160 hours and 16 of overtime are all used."""
    frame = frames.load_frame(plan(), plan(Override(lever="demand", value=30)))
    assert bool(frame.loc[frame["period"] == "2026-05", "full"].iloc[0])


def test_stock_counts_pieces_or_standard_cost() -> None:
    """A view of kettles holds no toasters; money is pieces at 15."""
    kettles, _ = frames.stock(inputs(), plan(), View((("item", "Kettle"),), "piece"))
    money, _ = frames.stock(inputs(), plan(), View((("item", "Kettle"),), VALUE))
    assert money == pytest.approx(kettles * 15.0)


def test_shortages_are_listed_by_money_and_only_where_something_is_missing() -> None:
    """With no capacity lost everything is served; with 40 % less, somebody goes short, worst first."""
    assert frames.shortage_frame(small_inputs(), plan(), 0, 6).empty
    tight = plan(Override(lever="capacity", value=-40))
    frame = frames.shortage_frame(small_inputs(), tight, 0, 6)
    missing = ((tight.supply.short + tight.supply.declined) * tight.parameters["price"])[:, :, :6]
    assert frame["value"].is_monotonic_decreasing
    assert frame["value"].sum() == pytest.approx(missing.sum())


def test_cash_is_labelled_at_its_lowest_month_of_the_window() -> None:
    """The label stands at the minimum of the window's months and nowhere else."""
    closing = plan().finance.cash["closing_cash"][2:5]
    frame = frames.cash_frame(plan(), plan(), 2, 5, "low")
    marked = frame[frame["low"]]
    assert marked["value"].tolist() == [pytest.approx(closing.min())]
    assert marked["label"].tolist() == ["low"]


def test_a_waterfall_steps_from_total_to_total() -> None:
    """10, less 3, is 7."""
    frame = frames.waterfall([("Z", 10.0, True), ("freight", -3.0, False), ("EBITDA", 7.0, True)], ["10", "−3", "7"])
    assert frame["start"].tolist() == [0.0, 10.0, 0.0]
    assert frame["end"].tolist() == [10.0, 7.0, 7.0]
    assert frame["kind"].tolist() == ["total", "down", "total"]


def test_what_is_made_serves_what_is_sold() -> None:
    """Everything here is made: over the plan, made = sold less the opening 60 kettles plus what is left."""
    frame = frames.sourcing_frame(inputs(), plan(), PIECES)
    on_hand, _ = frames.stock(inputs(), plan(), PIECES)
    sold = plan().supply.delivered.sum(axis=(0, 1))[:6].sum()
    assert set(frame["source"]) == {"Made"}
    assert frame["value"].sum() == pytest.approx(sold - 60.0 + on_hand[-1])


def test_a_budget_takes_the_place_of_the_reference_where_it_has_figures() -> None:
    """Base against a budget of 800 pieces, unknown in June: two lines, the band stays the plan's."""
    budget = np.array([800.0] * 5 + [np.nan])
    frame = frames.forecast_frame(inputs(), plan(), plan(), PIECES, instead=("Budget", budget))
    assert list(frame["series"].unique()) == ["Budget", "Base"]
    assert at(frame, "value", series="Budget") == pytest.approx(budget, nan_ok=True)
    assert frame.loc[frame["series"] == "Base", "high"].notna().all()
    assert frame["today"].sum() == 1
