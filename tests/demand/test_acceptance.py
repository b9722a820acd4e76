"""Drivers are on, and finely pooled, only where rolling origins bear them out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sop.demand import fit, forecast
from sop.demand.acceptance import COMPANY, FAMILY, SERIES, Verdict, accept
from sop.demand.baseline import references
from sop.demand.coefficients import Learned, coefficients, evidence, learn
from sop.demand.effects import ASSUMED, SOURCES, Evidence
from sop.demand.engines import Ets
from sop.demand.features import RIVALS
from sop.demand.material import gather
from sop.demand.pooling import Normal
from sop.demand.remarks import remarks
from sop.domain.base import base_parameters
from sop.domain.inputs import Inputs, typed
from sop.domain.scenario import Override, apply
from tests.demand.simulated import Truth

GROUPS = (("price", (0,)), ("noise", (1,)))


def _made(elasticity: np.ndarray, seed: int = 3, months: int = 48, noise: float = 0.05) -> Evidence:
    """Series of two families (halves) with ``elasticity`` [S] to a price that moves by 10 %, and a driver of noise."""
    rng = np.random.default_rng(seed)
    shape = (len(elasticity), months)
    price, idle = rng.normal(0, 0.1, shape), rng.normal(0, 0.1, shape)
    demand = np.exp(6.0 + elasticity[:, None] * price + rng.normal(0, noise, shape))
    family = np.arange(len(elasticity)) * 2 // len(elasticity)
    return Evidence(demand, np.stack([price, idle]), ("price", "noise"), family, np.arange(months) * 1.0, 12, -1.0)


def _total(verdict: Verdict, driver: str = "") -> tuple[float, float, bool]:
    one = next(s for s in verdict.scores if s.level in ("total", "driver") and s.driver == driver)
    return one.without, one.with_, one.on


def test_a_driver_is_on_only_where_it_improves_the_backtest() -> None:
    """Over 6 samples price is always on; a driver that does nothing is on only in samples where its WAPE fell, and
    that is at most half of them; whatever is off leaves a WAPE no higher than with it."""
    idle = []
    for seed in range(6):
        verdict = accept(_made(np.full(8, -1.5), seed), GROUPS)
        for name in ("price", "noise"):
            without, with_, on = _total(verdict, name)
            assert on == (with_ < without)
        assert verdict.on[0]
        idle.append(bool(verdict.on[1]))
    assert np.mean(idle) <= 0.5


def test_wape_with_price_is_near_the_noise() -> None:
    """Noise of 5 % alone makes a WAPE of 5 % x sqrt(2 / pi) = 4 %, with the level's own error about 4.4 %; price moves
    of 10 % at elasticity -1.5 add 15 %: without them about 12 %."""
    without, with_, on = _total(accept(_made(np.full(8, -1.5)), GROUPS))
    assert on
    assert with_ == pytest.approx(0.044, abs=0.008)
    assert without == pytest.approx(0.158 * np.sqrt(2 / np.pi), abs=0.02)


def test_pooling_is_as_fine_as_the_data_ask() -> None:
    """One elasticity for all: in some of four samples a family stays with the company's. Families that differ take
    their own at least; series that differ within a family take theirs."""
    assert any((accept(_made(np.full(8, -1.5), seed), GROUPS).level == COMPANY).any() for seed in range(4))
    families = accept(_made(np.repeat([-0.5, -3.0], 6)), GROUPS)
    assert (families.level >= FAMILY).all()
    series = accept(_made(np.tile([-0.3, -3.0], 6)), GROUPS)
    assert (series.level == SERIES).all()


def test_no_series_keeps_drivers_that_make_its_backtest_worse() -> None:
    """One of eight series turns its answer to price round in the last two years: it loses its drivers, the others keep
    theirs, and no series or family is on with a higher WAPE than without."""
    made = _made(np.full(8, -2.0))
    demand = made.demand.copy()
    demand[3, 24:] *= np.exp(4.0 * made.drivers[0, 3, 24:])
    verdict = accept(replace(made, demand=demand), GROUPS)
    assert verdict.keeps.tolist() == [True, True, True, False, True, True, True, True]
    assert all(s.with_ <= s.without + 1e-12 for s in verdict.scores if s.level in ("series", "family"))


def test_short_histories_are_tried_bucket_by_bucket() -> None:
    """With 11 buckets no holdout of 4 has the 8 behind it that a regression needs: three single buckets are held out,
    prices that move by 10 % at elasticity -1.5 prove themselves, and the WAPE is told."""
    verdict = accept(_made(np.full(8, -1.5), months=11), GROUPS)
    without, with_, on = _total(verdict, "price")
    assert on
    assert verdict.on[0]
    assert with_ < without


def test_without_a_holdout_no_driver_is_on() -> None:
    """With the 8 buckets a regression needs and none to hold out, both drivers are off and told without a WAPE."""
    verdict = accept(_made(np.full(4, -1.5), months=8), GROUPS)
    assert not verdict.on.any()
    assert not verdict.seen.any()
    assert verdict.keeps.all()
    assert [(one.driver, one.on, np.isnan(one.with_)) for one in verdict.scores] == [
        ("price", False, True),
        ("noise", False, True),
    ]


def _stepped(step: int, after: float = 100.0, elasticity: float | None = None, seed: int = 0) -> Inputs:
    """Eight series of 36 months at 100 (``after`` from the step on) with 5 % of noise; every list price rises by 6 % in
    month ``step``, and stays so."""
    rng = np.random.default_rng(seed)
    months = pd.date_range("2023-01-01", periods=36, freq="MS")
    level = np.where(np.arange(36) < step, 100.0, after)
    items = [f"I{number}" for number in range(8)]
    sold = [
        pd.DataFrame({"item": item, "market": "M", "date": months, "ordered": level * np.exp(rng.normal(0, 0.05, 36))})
        for item in items
    ]
    price = [("2023-01-01", 10.0), (str(months[step].date()), 10.6)]
    tables = {
        "settings": {"key": ["first_period", "horizon"], "value": ["2026-01-01", "6"]},
        "items": {"item": items, "family": "F", "price_elasticity": elasticity},
        "markets": {"market": ["M"]},
        "prices": [{"item": item, "list_price": value, "valid_from": day} for item in items for day, value in price],
        "sales_history": pd.concat(sold),
    }
    return Inputs.of({name: typed(name, pd.DataFrame(table)) for name, table in tables.items()})


@pytest.mark.parametrize("seed", range(3))
def test_a_price_no_backtest_has_seen_does_not_move_base(seed: int) -> None:
    """Every price rose by 6 % four months ago and demand did not react: the three origins are 6 months apart, so none
    has it behind it. The price is off, and Base is what it is without any price in history."""
    stepped = _stepped(32, seed=seed)
    plain = Inputs.of({**stepped.tables, "prices": stepped["prices"].query("list_price == 10.6")})
    base, bare = (forecast(fit(one, engine=Ets()), base_parameters(one)).expected for one in (stepped, plain))
    np.testing.assert_allclose(base, bare, rtol=1e-9)
    assert abs(base.mean() / 100 - 1) < 0.03


def test_where_no_backtest_speaks_the_planner_does_and_the_plan_says_so() -> None:
    """The planner's -0.3 goes before what four months say: all prices 10 % higher make 1.1 ^ -0.3 = 0.972 of demand.
    A rise in Base's own plan acts the same way, from the latest price on. The model says what was not measured."""
    inputs = _stepped(32, elasticity=-0.3)
    model, base = fit(inputs, engine=Ets()), base_parameters(inputs)
    ten = Override(lever="price", value=10)
    before, after = forecast(model, base).expected, forecast(model, apply(base, [ten])).expected
    np.testing.assert_allclose(after, before * 1.1**-0.3, rtol=1e-9)
    dearer = pd.DataFrame({"item": inputs["items"]["item"], "list_price": 11.66, "valid_from": "2026-03-01"})
    raised = Inputs.of({**inputs.tables, "prices": pd.concat([inputs["prices"], typed("prices", dearer)])})
    planned = forecast(fit(raised, engine=Ets()), base_parameters(raised)).expected
    np.testing.assert_allclose(planned[..., :2], before[..., :2], rtol=1e-9)
    np.testing.assert_allclose(planned[..., 2:], before[..., 2:] * 1.1**-0.3, rtol=1e-9)
    assert any(told.startswith("No backtest could measure price") for told in remarks(inputs, model, base))
    assert model.acceptance_table().query("driver == 'price'")["on"].tolist() == [False]


def test_a_weak_estimate_leaves_the_word_to_the_planner(company: tuple[Inputs, Truth]) -> None:
    """An estimate one standard error from 0 gives way to the planner's -0.8; where no planner speaks it stands; one
    three away overrules the planner."""
    items = company[0]["items"].assign(price_elasticity=[-0.8] * 11 + [np.nan])
    material = gather(Inputs.of({**company[0].tables, "items": typed("items", items)}))
    learned = learn(material)
    assert learned is not None
    series, pooled = learned.effects.pooled.series, learned.effects.pooled
    variance, level = series.covariance.copy(), np.full(36, SERIES, np.int8)
    variance[:, 0, 0] = (series.mean[:, 0] / np.where(np.arange(36) < 3, 3.0, 1.0)) ** 2
    weak = replace(pooled, series=replace(series, covariance=variance))
    doubtful = Learned(replace(learned.effects, pooled=weak), replace(learned.verdict, level=level))
    found = coefficients(material, doubtful)
    assert (found.mean[0, 1:11] == -0.8).all()
    assert (np.array(SOURCES)[found.source[0, 1:11]] == ASSUMED).all()
    kept = learned.verdict.keeps.reshape(12, 3)
    np.testing.assert_allclose(found.mean[0, [0, 11]][kept[[0, 11]]], _own(series, [0, 11])[kept[[0, 11]]], atol=0.006)


def _own(series: Normal, items: list[int]) -> np.ndarray:
    return series.mean[:, 0].reshape(12, 3)[items]


def test_rivals_never_give_more_than_the_own_price_takes() -> None:
    """Prices that follow a demand shock of the whole family make rivals look like +2.5 beside an own price of -0.8:
    all prices 10 % higher then sold 17 % more. Bounded, they sell no more than before; alone an item sells less, and
    the plan says what history cannot tell."""
    rng = np.random.default_rng(0)
    months, names = pd.date_range("2022-01-01", periods=48, freq="MS"), [f"I{number}" for number in range(6)]
    shock = rng.normal(0, 0.15, 48)
    sold, prices = [], []
    for name in names:
        own = rng.normal(0, 0.05, 48)
        ordered = 100 * np.exp(shock - own + rng.normal(0, 0.05, 48))
        sold.append(pd.DataFrame({"item": name, "market": "M", "date": months, "ordered": ordered}))
        paid = {"driver": "price", "item": name, "market": "M", "date": months, "value": 10 * np.exp(0.4 * shock + own)}
        prices.append(pd.DataFrame(paid))
    tables = {
        "settings": {"key": ["first_period", "horizon"], "value": ["2026-01-01", "6"]},
        "items": {"item": names, "family": "F"},
        "markets": {"market": ["M"]},
        "prices": {"item": names, "list_price": 10.0},
        "sales_history": pd.concat(sold),
        "drivers": pd.concat(prices),
    }
    inputs = Inputs.of({name: typed(name, pd.DataFrame(table)) for name, table in tables.items()})
    model, base = fit(inputs, engine=Ets()), base_parameters(inputs)
    before = forecast(model, base).expected
    assert RIVALS in model.drivers
    assert (model.coefficient[model.drivers.index(RIVALS)] > 0).any()
    assert (model.coefficient[0] + model.coefficient[model.drivers.index(RIVALS)] <= 1e-12).all()
    together = forecast(model, apply(base, [Override(lever="price", value=10)])).expected
    assert (together <= before * (1 + 1e-9)).all()
    alone = forecast(model, apply(base, [Override(lever="price", scope="item=I0", value=10)])).expected
    assert (alone[0] < before[0]).all()
    assert any(told.startswith("Prices of all items of F together") for told in remarks(inputs, model, base))


def test_a_series_without_its_drivers_answers_as_assumed(company: tuple[Inputs, Truth]) -> None:
    """Where the backtest takes a series' drivers away, history and Base are left alone; a scenario's price acts with
    the pooled elasticity, shown as assumed, or with the planner's own."""
    material = gather(company[0])
    learned = learn(material)
    assert learned is not None
    keeps = np.arange(36) > 0
    off = replace(learned, verdict=replace(learned.verdict, keeps=keeps))
    found, before = coefficients(material, off), coefficients(material, learned)
    assert not found.acts[:, 0, 0].any()
    assert (found.acting[:, 0, 0] == 0).all()
    assert (np.array(SOURCES)[found.source[:, 0, 0]] == ASSUMED).all()
    assert found.mean[0, 0, 0] == before.mean[0, 0, 0] < 0
    assert (references(material, found.acts)[:, 0, 0] == material.planned[:, 0, 0]).all()
    np.testing.assert_array_equal(found.acting[:, 1:], before.acting[:, 1:])
    items = company[0]["items"].assign(price_elasticity=[-0.8] + [np.nan] * 11)
    asked = gather(Inputs.of({**company[0].tables, "items": typed("items", items)}))
    assert coefficients(asked, off).mean[0, 0, 0] == -0.8


def test_evidence_covers_every_series_with_history(company: tuple[Inputs, Truth]) -> None:
    """36 series of 48 months and five drivers; each is told with its own score."""
    material = gather(company[0])
    found, learned = evidence(material), learn(material)
    assert found is not None
    assert learned is not None
    assert found.drivers.shape == (5, 36, 48)
    assert sum(score.level == "series" for score in learned.verdict.scores) == 36
    assert set(np.unique(learned.verdict.level)) <= {COMPANY, FAMILY, SERIES}
