"""Demand of series that sell in less than half of their buckets: a rate, and which method tells it best.

The mean is the expected demand whatever the sizes and gaps, as long as nothing changes. Syntetos and Boylan's
approximation (2005), Teunter, Syntetos and Babai's method (2011, follows items that fade) and forecasts of aggregated
buckets (ADIDA, Nikolopoulos and others 2011; IMAPA, Petropoulos and Kourentzes 2015) learn from the last few. One
method is chosen for all sparse series of a company, by what it would have forecast for the totals of held-out buckets.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from sop.domain.parameters import Array

MEAN = "mean"
METHODS = (MEAN, "sba", "tsb", "adida", "imapa")
RECURRING = 2.0 / 3.0
FEWEST_SPARSE = 8
CLEARLY_BETTER = 0.05
"""Share of the mean's squared error by which another method must be ahead."""
_DEMAND_SMOOTHING, _CHANCE_SMOOTHING = 0.1, 0.1


def demand_rate(history: Array, horizon: int, season_length: int, method: str = MEAN) -> Array:
    """Forecast [horizon] of a sparse ``history`` [n] without gaps: each place in the season at its mean where demand
    keeps to the season, else the same rate in every bucket by ``method``, one of METHODS."""
    seasons = len(history) // season_length
    if season_length > 1 and seasons >= 2:
        by_season = history[len(history) - seasons * season_length :].reshape(seasons, season_length)
        sold = by_season > 0
        if sold[1:].any() and (sold[:-1] & sold[1:]).sum() >= RECURRING * sold[1:].sum():
            return np.asarray(by_season.mean(axis=0)[np.arange(horizon) % season_length])
    return np.full(horizon, _rate(history, method))


def best_method(histories: list[Array], season_length: int, ahead: int = 6) -> str:
    """The method with the least squared error of totals over the last ``ahead`` buckets and the ``ahead`` before them;
    the mean unless another is CLEARLY_BETTER on FEWEST_SPARSE series or more. ``histories``: sparse ones, trimmed."""
    tried = [history for history in histories if len(history) >= 4 * ahead]
    if len(tried) < FEWEST_SPARSE:
        return MEAN
    wrong = {method: sum(_misses(history, season_length, ahead, method) for history in tried) for method in METHODS}
    best = min(METHODS, key=lambda method: wrong[method])
    return best if wrong[best] < (1.0 - CLEARLY_BETTER) * wrong[MEAN] else MEAN


def _misses(history: Array, season_length: int, ahead: int, method: str) -> float:
    """Squared error of the totals of two held-out stretches, relative to the series' size."""
    size = max(float(history.sum()) / len(history) * ahead, 1e-9)
    total = 0.0
    for origin in (len(history) - ahead, len(history) - 2 * ahead):
        forecast = demand_rate(history[:origin], ahead, season_length, method).sum()
        total += ((forecast - history[origin : origin + ahead].sum()) / size) ** 2
    return total


def _rate(history: Array, method: str) -> float:
    if method == MEAN or not (history > 0).any():
        return float(history.mean())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        answer = float(_model(method).forecast(y=history, h=1)["mean"][0])
    return answer if np.isfinite(answer) else float(history.mean())


def _model(method: str) -> Any:
    from statsforecast.models import ADIDA, IMAPA, TSB, CrostonSBA

    if method == "tsb":
        return TSB(alpha_d=_DEMAND_SMOOTHING, alpha_p=_CHANCE_SMOOTHING)
    return {"sba": CrostonSBA, "adida": ADIDA, "imapa": IMAPA}[method]()
