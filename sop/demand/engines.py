"""Baseline engines behind one interface: histories in, means of the coming buckets out.

Heavy libraries are imported where an engine runs, never when the room is imported. No engine forks or starts threads.
Every engine works series by series, so that series can be forecast anywhere, in any order, and kept (places.py).
"""

from __future__ import annotations

import logging
import warnings
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Protocol

import numpy as np

from sop.demand.guards import MOST_ABOVE_HISTORY, bounded, guarded, is_sparse, trimmed
from sop.demand.intermittent import MEAN, best_method, demand_rate
from sop.demand.members import LONGEST_MODELLED_SEASON, MEMBERS, without_season
from sop.demand.prophet_engine import Prophet
from sop.demand.reports import Report, silent
from sop.domain.parameters import Array

__all__ = [
    "MOST_ABOVE_HISTORY",
    "NAMES",
    "Ces",
    "Engine",
    "Ensemble",
    "Ets",
    "Intermittent",
    "Prophet",
    "Report",
    "SeasonalNaive",
    "Theta",
    "named",
    "silent",
    "sparse_method",
]


class Engine(Protocol):
    """Forecasts series without drivers."""

    @property
    def name(self) -> str:
        """What the settings call it."""
        ...

    def forecast(self, history: Array, horizon: int, season_length: int, report: Report = silent) -> Array:
        """Mean of the next ``horizon`` buckets [S, horizon] after ``history`` [S, H].

        NaN = missing (buckets before a series begins, gaps). Never negative, never above MOST_ABOVE_HISTORY times the
        largest bucket; a series without demand in its last season forecasts 0, a sparse one its rate (guards.py).
        ``report`` hears the share done.
        """
        ...


@dataclass(frozen=True)
class SeasonalNaive:
    """The same bucket one season ago; the mean of what there is while history is shorter than a season."""

    name = "seasonal naive"

    def forecast(self, history: Array, horizon: int, season_length: int, report: Report = silent) -> Array:
        """See Engine."""
        result = np.zeros((len(history), horizon))
        for row, values in enumerate(history):
            result[row] = _seasonal_naive(trimmed(values), horizon, season_length)
        report(1.0)
        return result


@dataclass(frozen=True)
class Ensemble:
    """Mean of damped exponential smoothing, dynamic optimised Theta and complex exponential smoothing, each clipped.

    None of them carries a season of 52 weeks: the caller takes such a season out first. ``sparse``: method for series
    that sell in less than half of their buckets.
    """

    sparse: str = MEAN
    name = "ensemble"
    members: ClassVar[tuple[str, ...]] = ("ets", "theta", "ces")

    def forecast(self, history: Array, horizon: int, season_length: int, report: Report = silent) -> Array:
        """See Engine."""
        result = np.zeros((len(history), horizon))
        modelled = season_length if season_length <= LONGEST_MODELLED_SEASON else 1
        for row, values in enumerate(history):
            result[row] = guarded(
                values, horizon, season_length, lambda known: self._mean(known, horizon, modelled), self.sparse
            )
            report((row + 1) / len(history))
        return result

    def _mean(self, values: Array, horizon: int, season_length: int) -> Array:
        """Mean of the members that could be fitted (one that fails abstains), each held within bounds."""
        level, season = without_season(values, horizon, season_length)
        answers = []
        for name in self.members:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    answer = MEMBERS[name](level, horizon) * season
            except Exception as fault:
                logging.getLogger(__name__).info("%s abstains: %s", name, fault)
                continue
            if np.isfinite(answer).all():
                answers.append(bounded(np.asarray(answer, dtype=np.float64), values))
        return np.mean(answers, axis=0) if answers else np.full(horizon, values.mean())


@dataclass(frozen=True)
class Ets(Ensemble):
    """Damped exponential smoothing alone."""

    name = "ets"
    members: ClassVar[tuple[str, ...]] = ("ets",)


@dataclass(frozen=True)
class Theta(Ensemble):
    """Dynamic optimised Theta alone: the cheapest member of the ensemble."""

    name = "theta"
    members: ClassVar[tuple[str, ...]] = ("theta",)


@dataclass(frozen=True)
class Ces(Ensemble):
    """Complex exponential smoothing alone."""

    name = "ces"
    members: ClassVar[tuple[str, ...]] = ("ces",)


@dataclass(frozen=True)
class Intermittent:
    """The rate of demand, whatever the series: for companies and families of spare parts (intermittent.py)."""

    sparse: str = MEAN
    name = "intermittent"

    def forecast(self, history: Array, horizon: int, season_length: int, report: Report = silent) -> Array:
        """See Engine."""
        result = np.zeros((len(history), horizon))
        for row, values in enumerate(history):

            def rate(known: Array) -> Array:
                return demand_rate(known, horizon, season_length, self.sparse)

            result[row] = guarded(values, horizon, season_length, rate, self.sparse)
        report(1.0)
        return result


NAMES = ("ensemble", "ets", "theta", "ces", "prophet", "seasonal naive", "intermittent")
"""What the settings may call an engine."""


def named(name: str, starts: tuple[date, ...], country: str = "", sparse: str = MEAN) -> Engine:
    """The engine called ``name``; blank = ensemble. ``starts`` as in Prophet. Raises ValueError for another name."""
    plain = (Ensemble, Ets, Theta, Ces, Intermittent)
    engines = {engine.name: engine for engine in plain}
    if name == Prophet.name:
        return Prophet(starts, country, sparse)
    if name == SeasonalNaive.name:
        return SeasonalNaive()
    if name and name not in engines:
        raise ValueError(f"no engine is called {name!r}; there are {', '.join(NAMES[:-1])} and {NAMES[-1]}")
    return engines[name or Ensemble.name](sparse)


def sparse_method(history: Array, season_length: int) -> str:
    """The method that tells the sparse ones among the series ``history`` [S, H] best, as a whole."""
    series = (trimmed(values) for values in history)
    return best_method([values for values in series if len(values) and is_sparse(values)], season_length)


def _seasonal_naive(values: Array, horizon: int, season_length: int) -> Array:
    if not len(values):
        return np.zeros(horizon)
    if len(values) < season_length:
        return np.full(horizon, max(float(values.mean()), 0.0))
    last = values[-season_length:]
    return np.maximum(last[np.arange(horizon) % season_length], 0.0)
