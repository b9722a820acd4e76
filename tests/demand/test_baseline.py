"""Base paths where the season is the point: weeks, short histories, families and loners."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sop.demand import fit, forecast
from sop.demand.baseline import Season, carried_on
from sop.demand.coefficients import series_effects
from sop.demand.engines import Ensemble, Prophet, SeasonalNaive
from sop.demand.material import gather
from sop.domain.base import base_parameters
from sop.domain.inputs import Inputs, typed


def company(demand: np.ndarray, dates: pd.DatetimeIndex, **settings: str) -> Inputs:
    """One family of as many items as ``demand`` has rows, NaN where there is no row of history."""
    items = [f"A{number}" for number in range(len(demand))]
    first = dates[-1] + (dates[-1] - dates[-2] if settings.get("bucket") == "week" else pd.DateOffset(months=1))
    keys = {"first_period": f"{first:%Y-%m-%d}", **settings}
    history = pd.DataFrame(
        {"date": np.tile(dates, len(items)), "item": np.repeat(items, len(dates)), "ordered": demand.ravel()}
    ).dropna()
    tables = {
        "settings": {"key": list(keys), "value": list(keys.values())},
        "items": {"item": items, "family": "F"},
        "prices": {"item": items, "list_price": 10.0},
        "sales_history": history,
    }
    return Inputs.of({name: typed(name, pd.DataFrame(columns)) for name, columns in tables.items()})


@pytest.mark.parametrize("engine", ["ensemble", "prophet", "seasonal naive"])
def test_weekly_season_is_carried(engine: str) -> None:
    """Three years of weeks swinging between 60 and 140: the year ahead is met within 10 % by every engine, where a
    flat forecast errs by 25 %."""
    dates = pd.date_range("2023-01-02", periods=156, freq="7D")
    truth = 100.0 + 40.0 * np.sin(2 * np.pi * np.arange(208) / 52.18)
    noise = np.random.default_rng(1).normal(0, 0.05, (2, 156))
    inputs = company(truth[:156] * np.exp(noise), dates, bucket="week", horizon="52")
    starts = tuple(inputs.horizon.start(index) for index in range(-156, 52))
    engines = {"ensemble": Ensemble(), "prophet": Prophet(starts), "seasonal naive": SeasonalNaive()}
    base = fit(inputs, engine=engines[engine]).base[:, 0]
    assert np.abs(base - truth[156:]).sum() / (2 * truth[156:].sum()) < 0.10


def test_short_history_borrows_its_familys_season() -> None:
    """An item with eight months of history, none of them in December, still gets its family's December peak."""
    dates = pd.date_range("2022-01-01", "2025-10-01", freq="MS")
    season = np.where(dates.month == 12, 3.0, 1.0)
    demand = np.outer([100.0, 200.0, 50.0, 80.0], season) * np.exp(
        np.random.default_rng(2).normal(0, 0.03, (4, len(dates)))
    )
    demand[3, :-8] = np.nan
    model = fit(company(demand, dates, horizon="12"))
    december = model.base[3, 0, 1]
    assert december / model.base[3, 0, 4] == pytest.approx(3.0, rel=0.15)
    assert model.base[3, 0, 4] == pytest.approx(80.0, rel=0.1)


def test_own_season_is_kept_within_a_family() -> None:
    """Three summer items and one winter item in a family: the winter item peaks in winter all the same."""
    dates = pd.date_range("2022-01-01", "2025-12-01", freq="MS")
    summer = 1.0 + 0.5 * np.cos(2 * np.pi * (dates.month.to_numpy() - 7) / 12)
    winter = 1.0 + 0.5 * np.cos(2 * np.pi * (dates.month.to_numpy() - 1) / 12)
    noise = np.exp(np.random.default_rng(3).normal(0, 0.03, (4, len(dates))))
    model = fit(company(100.0 * np.stack([summer, summer, summer, winter]) * noise, dates, horizon="12"))
    assert (model.base[:3, 0].argmax(axis=1) == 6).all()
    assert model.base[3, 0].argmax() == 0
    assert model.base[3, 0, 0] == pytest.approx(150.0, rel=0.12)


def test_a_loner_with_long_history_keeps_the_engines_season() -> None:
    """Alone in its family with four years on file, a series' season is left to the engine; two together share it."""
    dates = pd.date_range("2022-01-01", "2025-12-01", freq="MS")
    noise = np.exp(np.random.default_rng(4).normal(0, 0.1, (2, len(dates))))
    for count, shared in ((1, False), (2, True)):
        effects = series_effects(gather(company(100.0 * noise[:count], dates)))
        assert effects is not None
        assert (effects.season_shared == shared).all()


def test_pooled_season_is_taken_out_and_put_back() -> None:
    """With a level of 50 under a known profile, the forecast is 50 times the profile ahead."""
    profile = np.tile([0.5, 1.0, 1.5], 10)[None]
    season = Season(profile, np.array([True]), 3)
    ahead = carried_on(50.0 * profile[:, :24], season, SeasonalNaive(), lambda share: None)
    np.testing.assert_allclose(ahead, 50.0 * profile[:, 24:])


def test_an_index_keeps_its_last_value() -> None:
    """An index known only for the past goes on at its last value in the plan, so it adds nothing by falling silent."""
    dates = pd.date_range("2022-01-01", "2025-12-01", freq="MS")
    rng = np.random.default_rng(5)
    level = 100.0 * np.exp(np.cumsum(rng.normal(0, 0.03, len(dates))))
    demand = 100.0 * (level / 100.0) ** 0.8 * np.exp(rng.normal(0, 0.05, (3, len(dates))))
    inputs = company(demand, dates)
    drivers = pd.DataFrame({"driver": "economy", "date": dates, "value": level})
    inputs = Inputs.of({**inputs.tables, "drivers": typed("drivers", drivers)})
    base = base_parameters(inputs)
    assert (base["index"] == level[-1]).all()
    plan = forecast(fit(inputs), base)
    expected = (level[-1] / np.exp(np.log(level[-12:]).mean())) ** 0.8
    got = plan.expected / (plan.expected - plan.components["index"])
    np.testing.assert_allclose(got, expected, rtol=0.03)
