"""Baseline engines behind one interface: histories in, means of the coming buckets out.

Heavy libraries are imported where an engine runs, never when the room is imported. No engine forks or starts threads.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from datetime import date
from typing import Protocol

import numpy as np
import pandas as pd

from sop.demand.controls import season_order
from sop.domain.parameters import Array

Report = Callable[[float], None]
FEWEST_FOR_MODELS = 6
LONGEST_MODELLED_SEASON = 24
MOST_ABOVE_HISTORY = 3.0
SPARSE = 0.5
"""Share of buckets without demand above which a series is sparse: models of level and trend swing with its last few."""
RECURRING = 2.0 / 3.0


class Engine(Protocol):
    """Forecasts series without drivers."""

    name: str

    def forecast(self, history: Array, horizon: int, season_length: int, report: Report | None = None) -> Array:
        """Mean of the next ``horizon`` buckets [S, horizon] after ``history`` [S, H].

        NaN = missing (buckets before a series begins, gaps). Never negative, never above MOST_ABOVE_HISTORY times the
        largest bucket; a series without demand in its last season forecasts 0, a sparse one its mean. ``report`` hears
        the share done.
        """
        ...


class SeasonalNaive:
    """The same bucket one season ago; the mean of what there is while history is shorter than a season."""

    name = "seasonal naive"

    def forecast(self, history: Array, horizon: int, season_length: int, report: Report | None = None) -> Array:
        """See Engine."""
        result = np.zeros((len(history), horizon))
        for row, values in enumerate(history):
            result[row] = _seasonal_naive(_trimmed(values), horizon, season_length)
        return result


class Ensemble:
    """Mean of damped exponential smoothing, dynamic optimised Theta and complex exponential smoothing.

    Exponential smoothing and Theta carry no season of 52 weeks: the caller takes such a season out first.
    """

    name = "ensemble"

    def forecast(self, history: Array, horizon: int, season_length: int, report: Report | None = None) -> Array:
        """See Engine."""
        return _each(history, horizon, season_length, _models(season_length), report)


class Theta:
    """Dynamic optimised Theta alone: the cheapest member of the ensemble."""

    name = "theta"

    def forecast(self, history: Array, horizon: int, season_length: int, report: Report | None = None) -> Array:
        """See Engine."""
        return _each(history, horizon, season_length, _models(season_length)[1:2], report)


class Prophet:
    """Prophet: piecewise linear trend with changepoints, multiplicative yearly season, holidays in weekly buckets."""

    name = "prophet"

    def __init__(self, starts: tuple[date, ...], country: str = "") -> None:
        """``starts``: first day of every history and forecast bucket, in order; ``country`` for weekly holidays."""
        self._starts = pd.to_datetime(pd.Series(starts))
        self._country = country

    def forecast(self, history: Array, horizon: int, season_length: int, report: Report | None = None) -> Array:
        """See Engine."""
        result = np.zeros((len(history), horizon))
        for row, values in enumerate(history):
            result[row] = _guarded(
                values, horizon, season_length, lambda y: self._fitted(y, history.shape[1], horizon, season_length)
            )
            if report is not None:
                report((row + 1) / len(history))
        return result

    def _fitted(self, values: Array, count: int, horizon: int, season_length: int) -> Array:
        for name in ("cmdstanpy", "prophet", "prophet.plot"):
            _quiet(name)
        from prophet import Prophet as Model

        seasons = len(values) / season_length
        model = Model(
            seasonality_mode="multiplicative",
            yearly_seasonality=season_order(season_length) if seasons >= 1.5 and season_length > 1 else False,
            weekly_seasonality=False,
            daily_seasonality=False,
            uncertainty_samples=0,
            n_changepoints=min(10, len(values) // 4),
            changepoint_prior_scale=0.03,
        )
        if self._country and season_length > LONGEST_MODELLED_SEASON:
            model.add_country_holidays(country_name=self._country)
        first = count - len(values)
        model.fit(pd.DataFrame({"ds": self._starts[first:count].to_numpy(), "y": values}), seed=1)
        ahead = model.predict(pd.DataFrame({"ds": self._starts[count : count + horizon].to_numpy()}))
        return np.asarray(ahead["yhat"].to_numpy(dtype=np.float64))


def _quiet(name: str) -> None:
    """Keep a library that logs every fit from writing to the console (stdout carries the worker's progress)."""
    logger = logging.getLogger(name)
    logger.addHandler(logging.NullHandler())
    logger.setLevel(logging.CRITICAL)
    logger.propagate = False


def _each(history: Array, horizon: int, season_length: int, models: list[object], report: Report | None) -> Array:
    result = np.zeros((len(history), horizon))
    for row, values in enumerate(history):
        result[row] = _guarded(values, horizon, season_length, lambda y: _mean_of(models, y, horizon))
        if report is not None:
            report((row + 1) / len(history))
    return result


def _models(season_length: int) -> list[object]:
    from statsforecast.models import AutoCES, AutoETS, DynamicOptimizedTheta

    season_length = season_length if season_length <= LONGEST_MODELLED_SEASON else 1
    return [
        AutoETS(season_length=season_length, damped=True),
        DynamicOptimizedTheta(season_length=season_length),
        AutoCES(season_length=season_length),
    ]


def _mean_of(models: list[object], values: Array, horizon: int) -> Array:
    """Mean of the models that could be fitted (one that fails abstains), each held within bounds."""
    answers = []
    for model in models:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                answer = model.forecast(y=values, h=horizon)["mean"]  # type: ignore[attr-defined]
        except Exception as fault:
            logging.getLogger(__name__).info("%s abstains: %s", type(model).__name__, fault)
            continue
        if np.isfinite(answer).all():
            answers.append(_bounded(np.asarray(answer, dtype=np.float64), values))
    return np.mean(answers, axis=0) if answers else np.full(horizon, values.mean())


def _guarded(values: Array, horizon: int, season_length: int, fit: Callable[[Array], Array]) -> Array:
    """Forecast of one series, around the histories no model should see: empty, constant, too short, sparse."""
    history = _trimmed(values)
    if not len(history) or history[-max(season_length, FEWEST_FOR_MODELS) :].max() <= 0:
        return np.zeros(horizon)
    if np.ptp(history) == 0 or len(history) < FEWEST_FOR_MODELS:
        return np.full(horizon, history[-season_length:].mean())
    if (history <= 0).mean() > SPARSE:
        return _demand_rate(history, horizon, season_length)
    return _bounded(fit(history), history)


def _demand_rate(history: Array, horizon: int, season_length: int) -> Array:
    """Mean demand of a sparse series: of the whole history, or of each place in the season where demand keeps to it.

    The mean is the expected demand whatever the sizes and gaps; Croston's method is biased and smooths towards the last
    few (Syntetos and Boylan 2005, The accuracy of intermittent demand estimates).
    """
    seasons = len(history) // season_length
    if season_length > 1 and seasons >= 2:
        by_season = history[len(history) - seasons * season_length :].reshape(seasons, season_length)
        sold = by_season > 0
        if sold[1:].any() and (sold[:-1] & sold[1:]).sum() >= RECURRING * sold[1:].sum():
            return np.asarray(by_season.mean(axis=0)[np.arange(horizon) % season_length])
    return np.full(horizon, history.mean())


def _bounded(answer: Array, history: Array) -> Array:
    return np.asarray(np.clip(answer, 0.0, MOST_ABOVE_HISTORY * history.max()))


def _trimmed(values: Array) -> Array:
    """From the first known bucket on; inner gaps filled by straight lines."""
    known = np.flatnonzero(~np.isnan(values))
    if not len(known):
        return np.zeros(0)
    return np.interp(np.arange(known[0], len(values)), known, values[known])


def _seasonal_naive(values: Array, horizon: int, season_length: int) -> Array:
    if not len(values):
        return np.zeros(horizon)
    if len(values) < season_length:
        return np.full(horizon, max(float(values.mean()), 0.0))
    last = values[-season_length:]
    return np.maximum(last[np.arange(horizon) % season_length], 0.0)
