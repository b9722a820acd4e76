"""Prophet as an engine, and its forecast taken apart."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from sop.demand.controls import season_order
from sop.demand.guards import guarded
from sop.demand.intermittent import MEAN
from sop.demand.reports import Report, silent
from sop.domain.countries import COUNTRIES
from sop.domain.parameters import Array

DAYS_OF_A_WEEK = 7
PARTS = ("trend", "yearly", "holidays")


@dataclass(frozen=True)
class Prophet:
    """Prophet: piecewise linear trend with changepoints, multiplicative yearly season, holidays in weekly buckets.

    ``starts``: first day of every history and forecast bucket, in order; ``country`` for holidays of weekly buckets.
    """

    starts: tuple[date, ...]
    country: str = ""
    sparse: str = MEAN
    name = "prophet"

    def forecast(self, history: Array, horizon: int, season_length: int, report: Report = silent) -> Array:
        """See Engine."""
        result = np.zeros((len(history), horizon))
        for row, values in enumerate(history):

            def fit(known: Array) -> Array:
                return self._predicted(known, history.shape[1], horizon, season_length)["yhat"][len(known) :]

            result[row] = guarded(values, horizon, season_length, fit, self.sparse)
            report((row + 1) / len(history))
        return result

    def parts(self, values: Array, horizon: int, season_length: int) -> Mapping[str, Array]:
        """Prophet's own fit and forecast of one series taken apart [n + horizon] each: ``trend`` in units, ``yearly``
        and ``holidays`` as shares of the trend (0 where the model has none): yhat = trend x (1 + yearly + holidays).

        NaN before the series begins.
        """
        known = values[int(np.argmax(~np.isnan(values))) :]
        there = np.flatnonzero(~np.isnan(known))
        line = np.interp(np.arange(len(known)), there, known[there])
        found = self._predicted(line, len(values), horizon, season_length)
        before = np.full(len(values) - len(known), np.nan)
        absent = np.zeros(len(known) + horizon)
        return {name: np.concatenate([before, found.get(name, absent)]) for name in ("yhat", *PARTS)}

    def _predicted(self, values: Array, count: int, horizon: int, season_length: int) -> dict[str, Array]:
        first = count - len(values)
        starts = pd.to_datetime(pd.Series(self.starts[first : count + horizon]))
        model = self._model(len(values), season_length, starts)
        model.fit(pd.DataFrame({"ds": starts[: len(values)].to_numpy(), "y": values}), seed=1)
        answer = model.predict(pd.DataFrame({"ds": starts.to_numpy()}))
        return {name: answer[name].to_numpy(dtype=np.float64) for name in ("yhat", *PARTS) if name in answer}

    def _model(self, count: int, season_length: int, starts: pd.Series) -> Any:
        for name in ("cmdstanpy", "prophet", "prophet.plot"):
            _quiet(name)
        from prophet import Prophet as Model

        long_enough = count >= 1.5 * season_length and season_length > 1
        weekly = (self.starts[1] - self.starts[0]).days <= DAYS_OF_A_WEEK
        return Model(
            seasonality_mode="multiplicative",
            yearly_seasonality=season_order(season_length) if long_enough else False,
            weekly_seasonality=False,
            daily_seasonality=False,
            uncertainty_samples=0,
            n_changepoints=min(10, count // 4),
            changepoint_prior_scale=0.03,
            holidays=_in_buckets(self.country, starts) if self.country in COUNTRIES and weekly else None,
        )


def _in_buckets(country: str, starts: pd.Series) -> pd.DataFrame:
    """Public holidays of a country dated at the start of the bucket they fall into: ds, holiday.

    Prophet sees a holiday only on a date it is given, so those on other days of a week would be lost.
    """
    from prophet.make_holidays import make_holidays_df

    last = starts.iloc[-1] + (starts.iloc[-1] - starts.iloc[-2])
    years = list(range(starts.iloc[0].year, last.year + 1))
    days = make_holidays_df(years, country)
    days = days[(days["ds"] >= starts.iloc[0]) & (days["ds"] < last)]
    bucket = np.searchsorted(starts.to_numpy(), days["ds"].to_numpy(), side="right") - 1
    dated: pd.DataFrame = days.assign(ds=starts.to_numpy()[bucket])
    return dated.drop_duplicates(["ds", "holiday"])


def _quiet(name: str) -> None:
    """Keep a library that logs every fit from writing to the console (stdout carries the worker's progress)."""
    logger = logging.getLogger(name)
    logger.addHandler(logging.NullHandler())
    logger.setLevel(logging.CRITICAL)
    logger.propagate = False
