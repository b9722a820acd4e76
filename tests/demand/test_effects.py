"""Known elasticities are found again, signs are kept, silence stays silence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sop.demand import DemandModel, fit
from sop.demand.coefficients import coefficients, learn, series_effects
from sop.demand.effects import ASSUMED, SOURCES
from sop.demand.engines import SeasonalNaive
from sop.demand.material import gather
from sop.demand.pooling import Normal, pool, truncated
from sop.demo import aldermoor, truth
from sop.domain.inputs import Inputs, typed
from tests.demand.simulated import Truth, simulated


def _truth(made: Truth) -> np.ndarray:
    index = np.full(len(made.price), made.index)
    return np.stack([made.price, made.promotion, made.after, made.marketing, index])


def test_known_elasticities_are_recovered(company: tuple[Inputs, Truth], fitted: DemandModel) -> None:
    """Mean absolute error of price, promotion and what follows it at most 0.2, of marketing 0.05, of the index 0.3; the
    model plans with them where the backtest bears them out, and with nothing where not."""
    effects = series_effects(gather(company[0]))
    assert effects is not None
    most = np.array([0.2, 0.2, 0.2, 0.05, 0.3])
    assert (np.abs(effects.pooled.series.mean.T - _truth(company[1])).mean(axis=1) <= most).all()
    planned = np.abs(fitted.coefficient.reshape(5, -1) - _truth(company[1])).mean(axis=1)
    table = fitted.acceptance_table().set_index("driver")["on"]
    on = np.array([table[name] for name in ("price", "promotion", "promotion", "marketing", "economy")])
    assert on[:3].all()
    assert (planned[on] <= most[on]).all()
    assert (fitted.coefficient.reshape(5, -1)[~on] == 0).all()


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_intervals_cover_the_truth(seed: int) -> None:
    """About 95 % of the 95 % intervals hold the true coefficient: between 85 % and all of 180."""
    inputs, made = simulated(seed=seed)
    effects = series_effects(gather(inputs))
    assert effects is not None
    error = np.sqrt(np.einsum("skk->sk", effects.pooled.series.covariance))
    inside = np.abs(effects.pooled.series.mean - _truth(made).T) <= 1.96 * error
    assert inside.mean() >= 0.85


def test_pooling_beats_every_series_on_its_own(company: tuple[Inputs, Truth], fitted: DemandModel) -> None:
    """Leaning on the family takes at least a third off the error of price elasticities."""
    effects = series_effects(gather(company[0]))
    assert effects is not None
    alone = np.abs(effects.own[:, 0] - company[1].price).mean()
    pooled = np.abs(fitted.coefficient[0].ravel() - company[1].price).mean()
    assert pooled < alone * 2 / 3


def test_the_demo_companys_true_elasticities_are_recovered() -> None:
    """96 series made from its coefficients: mean absolute error at most 0.2 for price and 0.25 for promotions and
    what follows them, and nine of ten 95 % intervals hold the truth."""
    inputs = Inputs.of({name: typed(name, frame) for name, frame in aldermoor().items()})
    table = fit(inputs, engine=SeasonalNaive()).effects_table()
    true = {
        "price": table["family"].map(truth.PRICE_ELASTICITY),
        "promotion": table["family"].map(truth.PROMOTION_UPLIFT),
        "promotion_after": -truth.PROMOTION_PAYBACK,
        "marketing": truth.MARKETING_RESPONSE,
    }
    inside = []
    for driver, most in (("price", 0.2), ("promotion", 0.25), ("promotion_after", 0.25), ("marketing", 0.03)):
        error = (table["estimate"] - true[driver])[table["driver"] == driver]
        inside.append(error.abs() <= 1.96 * table["standard_error"][error.index])
        assert error.abs().mean() <= most
    assert pd.concat(inside).mean() >= 0.9


def test_signs_are_kept_even_against_the_data() -> None:
    """Demand made to rise with price: unconstrained it comes out positive, constrained every estimate is negative."""
    inputs, made = simulated(seed=4, items=6, markets=2)
    history = inputs["sales_history"].copy()
    prices = inputs["drivers"][inputs["drivers"]["driver"] == "price"].reset_index(drop=True)
    start = prices.groupby(["item", "market"])["value"].transform("first")
    turned = np.repeat(1.0 - made.price, 48)
    history["ordered"] = history["ordered"] * (prices["value"] / start).to_numpy() ** turned
    material = gather(Inputs.of({**inputs.tables, "sales_history": history}))
    free, held = series_effects(material, signs=False), series_effects(material)
    assert free is not None
    assert held is not None
    assert (free.pooled.series.mean[:, 0] > 0).all()
    assert (held.pooled.series.mean[:, 0] < 0).all()
    assert (held.pooled.series.mean[:, 1] > 0).all()
    assert (held.pooled.series.mean[:, 2] < 0).all()


def test_prices_that_never_moved_take_the_assumed_elasticity() -> None:
    """Without price changes the setting's elasticity holds, the planner's own goes before it, both called assumed."""
    inputs, _ = simulated(seed=5, items=3, markets=1, price_moves=False, price_elasticity=-0.7)
    items = inputs["items"].assign(price_elasticity=[-1.3, np.nan, np.nan])
    model = fit(Inputs.of({**inputs.tables, "items": items}))
    table = model.effects_table()
    price = table[table["driver"] == "price"].set_index("item")
    assert price["estimate"].to_dict() == {"I00": -1.3, "I01": -0.7, "I02": -0.7}
    assert set(price["source"]) == {ASSUMED}
    assert price["standard_error"].isna().all()


def test_planners_elasticity_gives_way_to_data(company: tuple[Inputs, Truth], fitted: DemandModel) -> None:
    """An item whose price moved keeps its fitted elasticity whatever the planner wrote."""
    inputs = company[0]
    items = inputs["items"].assign(price_elasticity=-9.0)
    material = gather(Inputs.of({**inputs.tables, "items": items}))
    found = coefficients(material, learn(material))
    np.testing.assert_array_equal(found.mean[0], fitted.coefficient[0])
    assert (found.source[0] != SOURCES.index(ASSUMED)).all()


def test_an_item_whose_price_never_moved_leans_on_its_family(company: tuple[Inputs, Truth]) -> None:
    """One item's prices frozen: it takes what its family taught and says so."""
    inputs = company[0]
    drivers = inputs["drivers"]
    frozen = (drivers["driver"] == "price") & (drivers["item"] == "I00")
    drivers = drivers.assign(value=drivers["value"].where(~frozen, 20.0))
    material = gather(Inputs.of({**inputs.tables, "drivers": typed("drivers", drivers)}))
    found = coefficients(material, learn(material))
    family = np.arange(12) % 3 == 0
    assert (np.array(SOURCES)[found.source[0, 0]] == "pooled").all()
    assert found.mean[0, 0].mean() == pytest.approx(found.mean[0, family][1:].mean(), abs=0.15)


def test_series_that_hardly_sell_teach_nothing(company: tuple[Inputs, Truth]) -> None:
    """A series sold in one month of four has no usable logarithm; it leans on the others."""
    history = company[0]["sales_history"]
    months = history["date"].dt.month % 4 != 0
    rare = (history["item"] == "I01") & (history["market"] == "M0") & months
    material = gather(Inputs.of({**company[0].tables, "sales_history": history[~rare].reset_index(drop=True)}))
    effects = series_effects(material)
    assert effects is not None
    assert not effects.regular[3]
    assert not effects.informed[3].any()
    assert effects.regular[4]


def test_pooling_equals_the_joint_posterior() -> None:
    """Collapsing and conditioning gives the same means as solving the whole hierarchy as one normal system."""
    rng = np.random.default_rng(0)
    count, series, families = 2, 5, 2
    family = np.array([0, 0, 1, 1, 1])
    root = rng.normal(size=(series, 4, count))
    information = np.einsum("sak,saj->skj", root, root)
    own = rng.normal(size=(series, count))
    moment = np.einsum("skj,sj->sk", information, own)
    prior = Normal(np.array([0.3, -0.2]), np.diag([4.0, 1.0]))
    result = pool(information, moment, family, prior)
    spread = _converged_spreads(result, information, family)
    size = (1 + families + series) * count
    system, right = np.zeros((size, size)), np.zeros(size)
    system[:count, :count] += np.linalg.inv(prior.covariance)
    right[:count] += np.linalg.inv(prior.covariance) @ prior.mean
    for number in range(families):
        _link(system, 0, 1 + number, spread[1], count)
    for number in range(series):
        _link(system, 1 + family[number], 1 + families + number, spread[0], count)
        own = slice((1 + families + number) * count, (2 + families + number) * count)
        system[own, own] += information[number]
        right[own] += moment[number]
    joint = np.linalg.solve(system, right).reshape(-1, count)
    covariance = np.linalg.inv(system)
    np.testing.assert_allclose(result.company.mean, joint[0], rtol=1e-4)
    np.testing.assert_allclose(result.families.mean, joint[1 : 1 + families], rtol=1e-4)
    np.testing.assert_allclose(result.series.mean, joint[1 + families :], rtol=1e-4)
    np.testing.assert_allclose(result.series.covariance[4], covariance[-count:, -count:], rtol=1e-3, atol=1e-6)


def _converged_spreads(result, information, family):  # type: ignore[no-untyped-def]
    """Spreads the posterior implies by the rule in the docstring: mean squared gap with two guesses of 0.05."""
    series = (result.series_gap.sum(axis=0) + 2 * 0.05**2) / (len(family) + 2)
    families = (result.family_gap.sum(axis=0) + 2 * 0.05**2) / (2 + 2)
    return series, families


def _link(system: np.ndarray, parent: int, child: int, variance: np.ndarray, count: int) -> None:
    up, down = slice(parent * count, (parent + 1) * count), slice(child * count, (child + 1) * count)
    inverse = np.diag(1.0 / variance)
    system[up, up] += inverse
    system[down, down] += inverse
    system[up, down] -= inverse
    system[down, up] -= inverse


@pytest.mark.parametrize(
    ("mean", "deviation", "sign"), [(-1.5, 0.3, -1), (0.4, 0.3, -1), (0.1, 0.2, 1), (-2.0, 0.1, 1)]
)
def test_truncated_normal_by_integration(mean: float, deviation: float, sign: int) -> None:
    """Mean and deviation of a half-normal agree with the integral over a fine grid."""
    grid = np.linspace(0, 6, 600_001) * sign
    log_weight = -((grid - mean) ** 2) / (2 * deviation**2)
    weight = np.exp(log_weight - log_weight.max())
    expected = (grid * weight).sum() / weight.sum()
    spread = np.sqrt((grid**2 * weight).sum() / weight.sum() - expected**2)
    got = truncated(np.array([mean]), np.array([deviation]), np.array([float(sign)]))
    assert got[0][0] == pytest.approx(expected, abs=1e-4)
    assert got[1][0] == pytest.approx(spread, abs=1e-3)


def test_effects_table_names_every_fitted_driver(fitted: DemandModel) -> None:
    """One row per series and driver that is on, with the columns the screen shows."""
    table = fitted.effects_table()
    assert list(table.columns) == ["family", "item", "market", "driver", "estimate", "standard_error", "source"]
    judged = fitted.acceptance_table().query("level == 'driver' and on")["driver"]
    on = {*judged, "promotion_after"}
    assert len(table) == 36 * len(on)
    assert set(table["driver"]) == on
    assert isinstance(table, pd.DataFrame)
    assert replace(fitted, accuracy=()).accuracy_table().empty
