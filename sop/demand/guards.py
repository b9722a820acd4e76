"""Histories no model should see, and answers no planner should: what every engine does around its models."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sop.demand.intermittent import MEAN, demand_rate
from sop.domain.parameters import Array

FEWEST_FOR_MODELS = 6
MOST_ABOVE_HISTORY = 3.0
SPARSE = 0.5
"""Share of buckets without demand above which a series is sparse: models of level and trend swing with its last few."""


def guarded(
    values: Array, horizon: int, season_length: int, fit: Callable[[Array], Array], sparse: str = MEAN
) -> Array:
    """Forecast [horizon] of one series by ``fit`` of its history, or what is due where no model should speak:

    nothing known, or no demand in the last season: 0; constant, or fewer than FEWEST_FOR_MODELS buckets (one or two
    points too): the mean; sparse: the method ``sparse`` (see intermittent.py). Never negative, never above
    MOST_ABOVE_HISTORY times the largest bucket.
    """
    history = trimmed(values)
    if not len(history) or history[-max(season_length, FEWEST_FOR_MODELS) :].max() <= 0:
        return np.zeros(horizon)
    if np.ptp(history) == 0 or len(history) < FEWEST_FOR_MODELS:
        return np.full(horizon, history[-season_length:].mean())
    if is_sparse(history):
        return bounded(demand_rate(history, horizon, season_length, sparse), history)
    return bounded(fit(history), history)


def is_modelled(values: Array, season_length: int) -> bool:
    """Whether ``guarded`` lets a model speak on ``values`` [n]."""
    history = trimmed(values)
    if not len(history) or history[-max(season_length, FEWEST_FOR_MODELS) :].max() <= 0:
        return False
    return bool(np.ptp(history) > 0 and len(history) >= FEWEST_FOR_MODELS and not is_sparse(history))


def is_sparse(history: Array) -> bool:
    """Whether demand shows in so few buckets of a trimmed ``history`` [n] that no model of level should be fitted."""
    return bool((history <= 0).mean() > SPARSE)


def bounded(answer: Array, history: Array) -> Array:
    """``answer`` held between 0 and MOST_ABOVE_HISTORY times the largest bucket."""
    return np.asarray(np.clip(answer, 0.0, MOST_ABOVE_HISTORY * history.max()))


def trimmed(values: Array) -> Array:
    """From the first known bucket on; inner gaps filled by straight lines, buckets of net returns taken as 0."""
    known = np.flatnonzero(~np.isnan(values))
    if not len(known):
        return np.zeros(0)
    return np.asarray(np.maximum(np.interp(np.arange(known[0], len(values)), known, values[known]), 0.0))
