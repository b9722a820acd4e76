"""Engines behind one interface: sane on every history, right on histories whose future is known."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from sop.demand import DemandModel, fit, forecast
from sop.demand.controls import season_order
from sop.demand.decomposition import decomposition_table
from sop.demand.engines import (
    MOST_ABOVE_HISTORY,
    NAMES,
    Engine,
    Ensemble,
    Prophet,
    SeasonalNaive,
    Theta,
    sparse_method,
)
from sop.demand.members import season_factors
from sop.domain.base import base_parameters
from sop.domain.countries import COUNTRIES
from sop.domain.inputs import Inputs, typed
from sop.domain.scenario import Override, apply
from tests.demand.simulated import simulated

NAN = np.nan
STARTS = tuple(day.date() for day in pd.date_range("2020-01-01", periods=120, freq="MS"))
ENGINES = [SeasonalNaive(), Theta(), Ensemble(), Prophet(STARTS)]


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_awkward_histories(engine: Engine) -> None:
    """Nothing sold forecasts 0, a constant stays, a short series its mean, gaps and late starts are no obstacle."""
    season = 100.0 + 30.0 * np.sin(np.arange(36) * 2 * np.pi / 12)
    history = np.full((5, 36), NAN)
    history[0] = 0.0
    history[1] = 40.0
    history[2, -3:] = [10.0, 20.0, 30.0]
    history[3] = np.where(np.arange(36) % 7 == 3, NAN, season)
    ahead = engine.forecast(history, 6, 12)
    assert ahead.shape == (5, 6)
    assert (ahead[[0, 4]] == 0).all()
    np.testing.assert_allclose(ahead[1], 40.0, rtol=1e-6)
    np.testing.assert_allclose(ahead[2], 20.0)
    assert ((ahead[3] > 60.0) & (ahead[3] < 140.0)).all()


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_never_negative_never_wild(engine: Engine) -> None:
    """A collapsing series ends at 0 or above, an exploding one within three times its largest bucket."""
    time = np.arange(30)
    ahead = engine.forecast(np.stack([np.maximum(300.0 - 10.0 * time, 1.0), np.exp(0.3 * time)]), 24, 12)
    assert (ahead >= 0).all()
    assert (ahead[1] <= MOST_ABOVE_HISTORY * np.exp(0.3 * 29) * (1 + 1e-9)).all()


def test_what_has_ended_stays_ended() -> None:
    """No demand for a whole season forecasts 0."""
    history = np.concatenate([np.full((1, 24), 50.0), np.zeros((1, 12))], axis=1)
    assert (Ensemble().forecast(history, 6, 12) == 0).all()


def test_seasonal_naive_repeats_the_year() -> None:
    """Bucket t takes the value of t - 12, over more than one year."""
    history = np.arange(1.0, 31.0)[None]
    expected = [*range(19, 31), 19, 20]
    assert SeasonalNaive().forecast(history, 14, 12)[0].tolist() == expected


@pytest.mark.parametrize("engine", [Ensemble(), Prophet(STARTS)], ids=["ensemble", "prophet"])
def test_trend_and_season_are_carried_on(engine: Engine) -> None:
    """On a noiseless trend with season the next year is met within 5 % of demand."""
    time = np.arange(72)
    demand = (200.0 + 1.0 * time) * (1.0 + 0.3 * np.sin(2 * np.pi * time / 12))
    ahead = engine.forecast(demand[None, :60], 12, 12)[0]
    assert np.abs(ahead - demand[60:]).sum() / demand[60:].sum() < 0.05


def test_baseline_is_a_mean_not_a_median() -> None:
    """Log-normal noise with s = 0.5: forecasts average exp(s^2 / 2) = 1.13 times the median, within 4 %."""
    rng = np.random.default_rng(3)
    history = 100.0 * np.exp(rng.normal(0, 0.5, (60, 60)))
    ahead = Ensemble().forecast(history, 6, 1)
    assert ahead.mean() == pytest.approx(100.0 * np.exp(0.125), rel=0.04)


def test_progress_is_told_to_the_end() -> None:
    """The listener hears growing shares that end at 1."""
    heard: list[float] = []
    Ensemble().forecast(np.ones((3, 20)), 2, 12, heard.append)
    assert heard == [1 / 3, 2 / 3, 1.0]


def _company(**settings: str) -> Inputs:
    return simulated(seed=4, items=3, markets=1, months=36, **settings)[0]


def test_the_setting_chooses_the_engine_that_plans() -> None:
    """With engine = prophet the base path is Prophet's: another than the ensemble's, the same as asking by name."""
    by_setting, blank = fit(_company(engine="prophet")), fit(_company())
    assert (by_setting.engine, blank.engine) == ("prophet", "ensemble")
    np.testing.assert_array_equal(by_setting.base, fit(_company(), engine="prophet").base)
    assert np.abs(by_setting.base / blank.base - 1.0).max() > 0.005


def test_prophets_baseline_is_what_prophet_says() -> None:
    """The base path of a series alone in its family is Prophet fitted, here and directly, to its cleaned history."""
    from prophet import Prophet as Library

    model = fit(_company(engine="prophet"))
    months = pd.date_range("2023-01-01", periods=36 + model.base.shape[2], freq="MS")
    library = Library(
        seasonality_mode="multiplicative",
        yearly_seasonality=season_order(12),
        weekly_seasonality=False,
        daily_seasonality=False,
        uncertainty_samples=0,
        n_changepoints=9,
        changepoint_prior_scale=0.03,
    )
    library.fit(pd.DataFrame({"ds": months[:36], "y": model.cleaned[0, 0]}), seed=1)
    expected = library.predict(pd.DataFrame({"ds": months[36:]}))["yhat"].to_numpy()
    np.testing.assert_allclose(model.base[0, 0], expected, rtol=1e-9)
    inputs = _company(engine="prophet")
    turned = apply(base_parameters(inputs), [Override(lever="price", value=5.0)])
    change = np.log(turned["price"][0, 0] / base_parameters(inputs)["price"][0, 0])
    effect = np.exp(model.coefficient[0, 0, 0] * change)
    plain = forecast(model, base_parameters(inputs)).expected[0, 0]
    np.testing.assert_allclose(forecast(model, turned).expected[0, 0], plain * effect, rtol=1e-9)


def test_a_model_planned_with_prophet_keeps_its_parts() -> None:
    """Trend, season and holidays add up to the base path to 1e-9, series by series and for all at 2, 3 and 1 a unit,
    also after the model was stored; in another engine's model there are none."""
    inputs = _company(engine="prophet")
    model = DemandModel.from_bytes(fit(inputs).to_bytes())
    for weight in (*np.eye(3)[:, :, None], np.array([[2.0], [3.0], [1.0]])):
        table = decomposition_table(model, inputs.horizon, weight)
        ahead = table[table["cleaned"].isna()]
        np.testing.assert_allclose(ahead["total"], (model.base * weight[:, :, None]).sum(axis=(0, 1)), rtol=1e-9)
        np.testing.assert_allclose(table[["trend", "yearly", "holidays"]].sum(axis=1), table["total"], rtol=1e-9)
        known = table["cleaned"].dropna()
        np.testing.assert_allclose(known, np.nansum(model.cleaned * weight[:, :, None], axis=(0, 1)), rtol=1e-9)
    other = fit(_company(), engine="theta")
    assert decomposition_table(other, inputs.horizon, np.ones((3, 1))).empty


def test_a_family_with_prophet_of_its_own_is_taken_apart_too() -> None:
    """Where one item of three asks for Prophet, its parts alone are kept."""
    inputs = _company(engine="theta")
    items = inputs["items"].assign(engine=["prophet", "", ""])
    model = fit(Inputs.of({**inputs.tables, "items": items}))
    table = decomposition_table(model, inputs.horizon, np.ones((3, 1)))
    np.testing.assert_allclose(table["total"][table["cleaned"].isna()], model.base[0, 0], rtol=1e-9)


def test_an_unknown_engine_is_refused() -> None:
    """A name nobody has is a mistake of the caller, told with the names there are."""
    with pytest.raises(ValueError, match="seasonal naive and intermittent"):
        fit(_company(), engine="oracle")


MODELS = [engine for engine in ENGINES if engine.name != "seasonal naive"]


@pytest.mark.parametrize("engine", MODELS, ids=lambda engine: engine.name)
@pytest.mark.parametrize("last", range(5))
def test_sparse_demand_is_forecast_at_its_mean(engine: Engine, last: int) -> None:
    """50 units every fifth month are 10 a month, wherever in the five months history ends."""
    history = np.where(np.arange(60) % 5 == 4 - last, 50.0, 0.0)
    ahead = engine.forecast(history[None, :], 20, 12)[0]
    assert ahead.mean() == pytest.approx(10.0, rel=0.1)


def test_sparse_demand_by_chance_is_unbiased() -> None:
    """1,000 made-up series that sell in one month of five, 20 to 80 units: 10 a month on average."""
    rng = np.random.default_rng(5)
    history = np.where(rng.random((1000, 60)) < 0.2, rng.uniform(20.0, 80.0, (1000, 60)), 0.0)
    assert Theta().forecast(history, 12, 12).mean() == pytest.approx(10.0, rel=0.1)


@pytest.mark.parametrize("engine", MODELS, ids=lambda engine: engine.name)
def test_what_sells_in_december_only_is_forecast_for_december(engine: Engine) -> None:
    """Sparse, but the same months every year: 90 in November, 200 in December, nothing in spring."""
    year = np.array([0.0] * 10 + [90.0, 200.0])
    ahead = engine.forecast(np.tile(year, 4)[None, :], 12, 12)[0]
    np.testing.assert_allclose(ahead, year, atol=1e-9)


def test_a_sparse_item_is_planned_at_its_mean() -> None:
    """Fitted whole, with a regular item beside it: 50 every fifth month are 10 a month in the plan."""
    months = pd.date_range("2021-01-01", "2025-12-01", freq="MS")
    sold = {"Spare": np.where(np.arange(60) % 5 == 2, 50.0, 0.0), "Regular": np.full(60, 300.0) + np.arange(60) % 7}
    tables = {
        "settings": pd.DataFrame({"key": ["first_period", "horizon"], "value": ["2026-01-01", "20"]}),
        "items": pd.DataFrame({"item": list(sold), "family": ["F", "F"]}),
        "prices": pd.DataFrame({"item": list(sold), "list_price": [9.0, 9.0]}),
        "sales_history": pd.DataFrame(
            {
                "date": np.tile(months, 2),
                "item": np.repeat(list(sold), 60),
                "ordered": np.concatenate(list(sold.values())),
            }
        ),
    }
    model = fit(Inputs.of({name: typed(name, table) for name, table in tables.items()}))
    assert model.base[0, 0].mean() == pytest.approx(10.0, rel=0.1)


def test_items_may_have_an_engine_of_their_own() -> None:
    """A planner gives one item the seasonal naive: its own last year goes on; the others keep theirs."""
    inputs = _company()
    items = inputs["items"].assign(engine=["seasonal naive", "", ""])
    own = fit(Inputs.of({**inputs.tables, "items": typed("items", items)}), engine="theta")
    plain, naive = fit(inputs, engine="theta"), fit(inputs, engine="seasonal naive")
    np.testing.assert_allclose(own.base[0], naive.base[0], rtol=1e-12)
    np.testing.assert_allclose(own.base[1:], plain.base[1:], rtol=1e-12)
    assert own.engine == "theta"


def test_the_catalogue_names_the_engines_there_are() -> None:
    """Setting and column accept exactly the engines that exist."""
    from sop.domain.catalogue import SETTINGS, TABLES

    setting = next(column for column in SETTINGS if column.name == "engine")
    column = next(column for column in TABLES["items"].columns if column.name == "engine")
    assert tuple(setting.choices) == tuple(column.choices) == NAMES


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_one_or_two_points_and_returns(engine: Engine) -> None:
    """One or two buckets forecast their mean; buckets of net returns count as no demand, never as negative."""
    history = np.full((3, 24), NAN)
    history[0, -1] = 30.0
    history[1, -2:] = [20.0, 40.0]
    history[2] = np.where(np.arange(24) % 3 == 0, -50.0, 60.0)
    ahead = engine.forecast(history, 6, 12)
    np.testing.assert_allclose(ahead[:2], 30.0)
    assert (ahead[2] >= 0).all()
    assert ahead[2].mean() == pytest.approx(40.0, rel=0.25)


def test_items_that_fade_make_the_company_choose_a_method_that_follows() -> None:
    """Forty spare parts that sell ever more rarely: a method that follows is chosen over the mean of all time; where
    nothing changes, the mean stays."""
    rng = np.random.default_rng(8)
    months = np.arange(60)
    chance = np.where(months < 30, 0.45, 0.08)
    fading = np.where(rng.random((40, 60)) < chance, 20.0, 0.0)
    fading[:, 0] = 20.0
    steady = np.where(rng.random((40, 60)) < 0.3, 20.0, 0.0)
    steady[:, 0] = 20.0
    assert sparse_method(fading, 12) != "mean"
    assert sparse_method(steady, 12) == "mean"


def test_a_season_is_met_and_chance_is_not_taken_for_one() -> None:
    """A noiseless season of 50 % on a level of 200 is met within 1 %; where demand is noise of 10 units around 100, the
    means of three ratios stray by 0.8 x 5.8 / sqrt(3) = 2.7 % on average, and less than a third of that is kept."""
    season = 1.0 + 0.5 * np.sin(2 * np.pi * np.arange(12) / 12)
    np.testing.assert_allclose(season_factors(200.0 * np.tile(season, 4), 12), season, rtol=0.01)
    noise = np.random.default_rng(3).uniform(90, 110, (100, 48))
    strays = np.abs(np.array([season_factors(values, 12) for values in noise]) - 1.0)
    assert strays.mean() < 0.027 / 3


def test_season_factors_are_shrunk_by_james_and_stein() -> None:
    """Quarters 1, 3, 1, 3 ... around 2 times 80, 120 ... by year: k is worked out here from the ratios themselves."""
    values = np.array([80, 240, 80, 240, 120, 360, 120, 360, 80, 240, 80, 240, 100, 300, 110, 280], dtype=float)
    trend = np.array([(values[t - 2] / 2 + values[t - 1 : t + 2].sum() + values[t + 2] / 2) / 4 for t in range(2, 14)])
    ratio = (values[2:14] / trend).reshape(3, 4)  # places 2, 3, 0, 1
    mean = ratio.mean(axis=0)
    centred = mean / mean.mean()
    chance = ((ratio - centred) ** 2).sum() / (12 - 4) / 3
    kept = 1 - 1 / 3 * chance / (((centred - 1) ** 2).sum() / 3)
    np.testing.assert_allclose(season_factors(values, 4), np.roll(1 + kept * (centred - 1), 2), rtol=1e-9)


def test_short_histories_have_no_season() -> None:
    """Less than two seasons tell no season from a trend."""
    assert (season_factors(np.arange(1.0, 24.0), 12) == 1.0).all()


def test_prophet_taken_apart_adds_up() -> None:
    """Trend x (1 + season) is what Prophet predicts, to 1e-9, in history and ahead."""
    time = np.arange(60)
    demand = (200.0 + time) * (1.0 + 0.3 * np.sin(2 * np.pi * time / 12))
    parts = Prophet(STARTS).parts(demand, 12, 12)
    assert all(len(part) == 72 for part in parts.values())
    whole = parts["trend"] * (1.0 + parts["yearly"] + parts["holidays"])
    np.testing.assert_allclose(whole, parts["yhat"], rtol=1e-9)
    np.testing.assert_allclose(parts["yhat"][60:], Prophet(STARTS).forecast(demand[None], 12, 12)[0], rtol=1e-9)


def _weeks_with_easter(years: int = 6) -> tuple[tuple[date, ...], np.ndarray]:
    """Mondays from 2021 on, and which of these weeks have the Monday after Easter (1 = yes)."""
    starts = pd.date_range("2021-01-04", periods=52 * years, freq="7D")
    mondays = pd.to_datetime(["2021-04-05", "2022-04-18", "2023-04-10", "2024-04-01", "2025-04-21", "2026-04-06"])
    return tuple(day.date() for day in starts), starts.isin(mondays).astype(np.float64)


def test_holidays_count_in_the_week_they_fall_into() -> None:
    """Christmas on any day of a week, and Good Friday, which no season of the year knows: weeks that sold 50 % more are
    forecast so in the sixth year with the country's holidays (136 to 160 of 150), and missed without."""
    starts, easter = _weeks_with_easter()
    friday = np.roll(easter, -1)  # the week before the Monday after Easter
    christmas = np.array([day <= date(day.year, 12, 25) < day + timedelta(days=7) for day in starts])
    noise = np.exp(np.random.default_rng(0).normal(0.0, 0.02, len(starts)))
    demand = 100.0 * noise * (1.0 + 0.5 * friday + 0.5 * christmas)
    known, ahead = demand[None, :260], (friday + christmas)[260:] > 0
    found = {country: Prophet(starts, country).forecast(known, 52, 1)[0][ahead] for country in ("", "DE")}
    assert ahead.sum() == 2
    assert ((found["DE"] > 136) & (found["DE"] < 160)).all()
    assert (found[""] < 115).all()


def test_every_country_code_has_holidays_and_others_do_not_end_a_fit() -> None:
    """All two-letter codes a company may name are known to the library that knows the days. One it does not know (in
    data stored before codes were checked) is forecast as without a country."""
    import holidays

    assert set(holidays.list_supported_countries()) >= COUNTRIES
    starts = tuple(date(2023, 1, 2) + timedelta(weeks=number) for number in range(60))
    history = 100.0 + np.arange(56.0)[None] % 5
    told = [Prophet(starts, country).forecast(history, 4, 1) for country in ("XX", "")]
    np.testing.assert_allclose(told[0], told[1])


def test_months_have_no_holidays() -> None:
    """A month has about the same holidays every year: its season tells them, the country makes no difference."""
    demand = 100.0 + 10.0 * np.sin(np.arange(48) / 2.0)
    plain, with_country = (Prophet(STARTS, country).forecast(demand[None], 6, 12) for country in ("", "DE"))
    np.testing.assert_array_equal(plain, with_country)
