"""A scenario's forecast by hand arithmetic on a model whose numbers are plain."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sop.demand import DemandModel, fit, forecast
from sop.domain.base import base_parameters
from sop.domain.inputs import Inputs, typed
from sop.domain.parameters import Parameters
from sop.domain.plans import DEMAND_COMPONENTS
from sop.domain.scenario import Override, apply
from tests.companies import QUANTITIES, small_company, small_inputs
from tests.demand.simulated import Truth

KETTLE, TOASTER, UK, DACH, MAY = 0, 1, 0, 1, 4


@pytest.fixture(scope="module")
def small() -> tuple[DemandModel, Parameters]:
    """The hand-made company: elasticity -1.5 for kettles, -1.0 for toasters."""
    inputs = small_inputs()
    return fit(inputs), base_parameters(inputs)


def _turned(base: Parameters, *overrides: Override) -> Parameters:
    return apply(base, overrides)


def test_given_forecast_comes_back(small: tuple[DemandModel, Parameters]) -> None:
    """Planned from a forecast version, Base is that forecast to the last digit."""
    plan = forecast(*small)
    for (item, market), units in QUANTITIES.items():
        row = plan.expected[("Kettle", "Toaster").index(item), ("UK", "DACH").index(market)]
        factor = 2.0 if item == "Kettle" else 1.0
        assert row.tolist() == [units, units, units, units, units * factor, units]
    assert plan.planned is plan.expected


def test_price_acts_through_elasticity(small: tuple[DemandModel, Parameters]) -> None:
    """+4 % at elasticity -1.5 leaves 1.04^-1.5 of 300 kettles; toasters are not in scope."""
    model, base = small
    plan = forecast(model, _turned(base, Override(lever="price", value=4, scope="family=Kettles")))
    assert plan.expected[KETTLE, UK, 0] == pytest.approx(300 * 1.04**-1.5)
    assert plan.components["price"][KETTLE, UK, 0] == pytest.approx(300 * (1.04**-1.5 - 1))
    assert plan.expected[TOASTER, DACH, 0] == 150.0


def test_assumed_promotion_acts_like_a_price_cut(small: tuple[DemandModel, Parameters]) -> None:
    """Ten points of depth at an assumed elasticity of -1.5 lift kettles by exp(0.15); nothing is assumed to follow."""
    model, base = small
    turned = _turned(base, Override(lever="promotion", value=10, first="2026-05", last="2026-05"))
    plan = forecast(model, turned)
    assert plan.expected[KETTLE, DACH, MAY] == pytest.approx(400 * np.exp(0.15))
    assert plan.expected[KETTLE, DACH, MAY + 1] == pytest.approx(200)


def test_promotion_pulls_forward_what_follows(small: tuple[DemandModel, Parameters]) -> None:
    """With -0.9 after a promotion, 20 % in January leaves exp(-0.9 x 0.1) in February and March; 40 % in December
    before the plan does the same to January and February."""
    model, base = small
    coefficient = model.coefficient.copy()
    coefficient[2] = -0.9
    model = replace(model, coefficient=coefficient)
    plan = forecast(model, _turned(base, Override(lever="promotion", value=20, first="2026-01", last="2026-01")))
    np.testing.assert_allclose(plan.expected[TOASTER, UK, 1:3], 100 * np.exp(-0.09))
    assert plan.expected[TOASTER, UK, 3] == pytest.approx(100)
    before = model.depth_before.copy()
    before[:, :, -1] = 0.4
    plan = forecast(replace(model, depth_before=before), base)
    np.testing.assert_allclose(plan.expected[TOASTER, UK, :2], 100 * np.exp(-0.18))
    assert plan.expected[TOASTER, UK, 2] == pytest.approx(100)


def test_growth_and_planner_come_last(small: tuple[DemandModel, Parameters]) -> None:
    """+10 % on 300 and then 25 units: 355, of which 30 are growth and 25 the planner's; never below 0."""
    model, base = small
    turned = _turned(
        base,
        Override(lever="demand", value=10),
        Override(lever="planner_units", value=25, scope="market=UK"),
        Override(lever="planner_units", value=-1000, scope="market=DACH"),
    )
    plan = forecast(model, turned)
    assert plan.expected[KETTLE, UK, 0] == pytest.approx(355)
    assert plan.components["growth"][KETTLE, UK, 0] == pytest.approx(30)
    assert plan.components["planner"][KETTLE, UK, 0] == pytest.approx(25)
    assert plan.expected[KETTLE, DACH, 0] == 0.0
    assert plan.components["planner"][KETTLE, DACH, 0] == pytest.approx(-220)


def test_planners_units_go_to_what_is_on_sale() -> None:
    """+10 everywhere reaches the four series with a forecast, not the component and not the market nobody serves."""
    tables = small_company()
    component = pd.DataFrame({"item": ["Motor"], "family": ["Parts"], "kind": ["component"]})
    tables["items"] = pd.concat([tables["items"], typed("items", component)], ignore_index=True)
    market = typed("markets", pd.DataFrame({"market": ["Nordics"]}))
    tables["markets"] = pd.concat([tables["markets"], market], ignore_index=True)
    inputs = Inputs.of(tables)
    base = base_parameters(inputs)
    plan = forecast(fit(inputs), _turned(base, Override(lever="planner_units", value=10)))
    assert plan.components["planner"][:, :, 0].tolist() == [[10, 10, 0], [10, 10, 0], [0, 0, 0]]
    assert plan.expected[2].sum() == plan.expected[:, 2].sum() == 0.0


def test_quantiles_are_log_normal_around_the_mean(small: tuple[DemandModel, Parameters]) -> None:
    """Spread 0.2 around a mean of 300: median 300 / exp(0.02), P90 times exp(1.2816 x 0.2)."""
    plan = forecast(*small)
    median = 300 / np.exp(0.02)
    assert plan.median[KETTLE, UK, 0] == pytest.approx(median)
    assert plan.high[KETTLE, UK, 0] == pytest.approx(median * np.exp(0.2563103), rel=1e-6)
    assert plan.low[KETTLE, UK, 0] == pytest.approx(median / np.exp(0.2563103), rel=1e-6)
    assert plan.sigma[KETTLE, UK, 0] == pytest.approx(300 * np.sqrt(np.exp(0.04) - 1))


@pytest.mark.parametrize(("choice", "name"), [(0, "expected"), (1, "low"), (2, "median"), (3, "high")])
def test_demand_case_chooses_what_is_planned(small: tuple[DemandModel, Parameters], choice: int, name: str) -> None:
    """The lever's position picks expected, P10, P50 or P90 as what the plan runs on."""
    model, base = small
    plan = forecast(model, _turned(base, Override(lever="quantile", value=choice)))
    np.testing.assert_array_equal(plan.planned, getattr(plan, name))


def test_prices_never_seen_are_marked(base: Parameters, fitted: DemandModel) -> None:
    """A price 5 % above the dearest of history is extrapolated, the dearest itself and 1 % above it are not."""
    dearest = np.repeat(fitted.highest_price, base.horizon.total, axis=2)
    for factor, marked in ((1.0, False), (1.01, False), (1.05, True)):
        plan = forecast(fitted, base.with_values({"price": dearest * factor}))
        assert plan.extrapolated.all() == marked
        assert plan.extrapolated.any() == marked


def test_highest_price_is_that_of_history(company: tuple[Inputs, Truth], fitted: DemandModel) -> None:
    """Bounds are the extremes of the driver table's prices, series by series."""
    table = company[0]["drivers"]
    prices = table[table["driver"] == "price"].groupby(["item", "market"])["value"]
    np.testing.assert_allclose(fitted.highest_price.ravel(), prices.max().to_numpy())
    np.testing.assert_allclose(fitted.lowest_price.ravel(), prices.min().to_numpy())


def test_fitted_price_effect_by_hand(base: Parameters, fitted: DemandModel) -> None:
    """With history too: +5 % price is 1.05 to the power of the fitted elasticity, in every bucket."""
    neutral, dearer = forecast(fitted, base), forecast(fitted, _turned(base, Override(lever="price", value=5)))
    expected = np.broadcast_to((1.05 ** fitted.coefficient[0])[:, :, None], neutral.expected.shape)
    np.testing.assert_allclose(dearer.expected / neutral.expected, expected, rtol=1e-12)


_lever = st.sampled_from(
    [("price", -9, 9), ("demand", -20, 20), ("promotion", -10, 20), ("marketing", -80, 90), ("index", -20, 20)]
)


@settings(max_examples=25, deadline=None)
@given(
    turns=st.lists(
        st.tuples(_lever, st.floats(0, 1), st.integers(0, 17)), max_size=4, unique_by=lambda turn: turn[0][0]
    )
)
def test_components_add_up_and_quantiles_are_in_order(
    base: Parameters, fitted: DemandModel, turns: list[tuple[tuple[str, int, int], float, int]]
) -> None:
    """Whatever is turned: components sum to expected, 0 <= P10 <= P50 <= P90, P50 below the mean."""
    overrides = [
        Override(lever=name, value=low + share * (high - low), first=base.horizon.labels[bucket])
        for (name, low, high), share, bucket in turns
    ]
    plan = forecast(fitted, _turned(base, *overrides))
    assert tuple(plan.components) == DEMAND_COMPONENTS
    np.testing.assert_allclose(sum(plan.components.values()), plan.expected, rtol=1e-9)
    assert (plan.low >= 0).all()
    assert (plan.low <= plan.median).all()
    assert (plan.median <= plan.high).all()
    assert (plan.median <= plan.expected).all()


def test_neutral_turns_give_base_exactly(base: Parameters, fitted: DemandModel) -> None:
    """Levers turned to where they are change no bit of the forecast."""
    turned = _turned(base, *(Override(lever=name, value=0) for name in ("price", "demand", "promotion", "index")))
    np.testing.assert_array_equal(forecast(fitted, turned).expected, forecast(fitted, base).expected)


def _with_life_cycle(**columns: list[object]) -> Inputs:
    tables = small_company()
    items = pd.DataFrame({"item": ["Kettle", "Toaster"], "family": ["Kettles", "Toasters"], **columns})
    return Inputs.of({**tables, "items": typed("items", items)})


def test_phase_out_inside_a_given_forecast_can_be_moved() -> None:
    """Toasters forecast at 100 are sold until April: one month later adds May, one earlier drops April."""
    inputs = _with_life_cycle(phase_out=[None, date(2026, 4, 30)])
    forecasts = inputs["forecasts"]
    ended = (forecasts["item"] == "Toaster") & (forecasts["period"] > "2026-04-30")
    inputs = Inputs.of({**inputs.tables, "forecasts": forecasts[~ended].reset_index(drop=True)})
    model, base = fit(inputs), base_parameters(inputs)
    assert forecast(model, base).expected[TOASTER, UK].tolist() == [100, 100, 100, 100, 0, 0]
    for shift, expected in ((1, [100, 100, 100, 100, 100, 0]), (-1, [100, 100, 100, 0, 0, 0])):
        plan = forecast(model, _turned(base, Override(lever="phase_out_shift", value=shift)))
        assert plan.expected[TOASTER, UK].tolist() == expected


def test_launch_inside_a_given_forecast_can_be_moved() -> None:
    """A launch forecast from March on moves to May with a shift of two."""
    inputs = _with_life_cycle(launch=[None, date(2026, 3, 1)])
    forecasts = inputs["forecasts"]
    early = (forecasts["item"] == "Toaster") & (forecasts["period"] < "2026-03-01")
    inputs = Inputs.of({**inputs.tables, "forecasts": forecasts[~early].reset_index(drop=True)})
    model, base = fit(inputs), base_parameters(inputs)
    assert forecast(model, base).expected[TOASTER, UK].tolist() == [0, 0, 100, 100, 100, 100]
    plan = forecast(model, _turned(base, Override(lever="launch_shift", value=2)))
    assert plan.expected[TOASTER, UK].tolist() == [0, 0, 0, 0, 100, 100]


def test_new_item_ramps_to_its_volume() -> None:
    """800 kettles' successor like the kettle: 300 : 200 of 500 a month, from March over two months, all life cycle;
    a 4 % dearer list acts with the pooled elasticity."""
    tables = small_company()
    items = {
        "item": ["Kettle", "Toaster", "Newcomer"],
        "family": ["Kettles", "Toasters", "Kettles"],
        "launch": [None, None, date(2026, 3, 1)],
        "like_item": ["", "", "Toaster"],
        "ramp_periods": [1, 1, 2],
        "launch_volume": [None, None, 500.0],
        "price_elasticity": [-1.5, -1.0, -2.0],
    }
    prices = {"item": ["Kettle", "Toaster", "Newcomer"], "list_price": [40.0, 30.0, 50.0]}
    inputs = Inputs.of(
        {**tables, "items": typed("items", pd.DataFrame(items)), "prices": typed("prices", pd.DataFrame(prices))}
    )
    model, base = fit(inputs), base_parameters(inputs)
    plan = forecast(model, base)
    np.testing.assert_allclose(plan.expected[2, UK], [0, 0, 100, 200, 200, 200])
    np.testing.assert_allclose(plan.expected[2, DACH], [0, 0, 150, 300, 300, 300])
    np.testing.assert_array_equal(plan.components["life_cycle"][2], plan.expected[2])
    later = forecast(model, _turned(base, Override(lever="launch_shift", value=1), Override(lever="price", value=4)))
    np.testing.assert_allclose(later.expected[2, UK], np.array([0, 0, 0, 100, 200, 200]) * 1.04**-2.0)


def test_the_way_there_does_not_matter(base: Parameters, fitted: DemandModel) -> None:
    """Forecasting other scenarios in between leaves no trace: the same turns give the same bits."""
    dearer = _turned(base, Override(lever="price", value=6), Override(lever="marketing", value=40))
    direct = forecast(fitted, dearer).expected
    for value in (-5, 3):
        forecast(fitted, _turned(base, Override(lever="price", value=value), Override(lever="index", value=value)))
    np.testing.assert_array_equal(forecast(fitted, dearer).expected, direct)
    fresh = DemandModel.from_bytes(fitted.to_bytes())
    np.testing.assert_array_equal(forecast(fresh, dearer).expected, direct)
