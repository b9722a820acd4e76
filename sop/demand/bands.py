"""P10, P50 and P90 of every series under a scenario: log-normal, but for what is certain and what may not come.

Units sold already are certain; the band lies around the rest of the first bucket. A launch whose gate is passed with
probability p sells 0 with probability 1 - p, else m / p, log-normal, where m is its mean over both:

    quantile(q) = 0 where q <= 1 - p, else the log-normal's at (q - (1 - p)) / p
    variance    = m^2 (1 / p - 1)  the gate's, common to all its markets
                + m^2 c^2 / p      the rest, with c the log-normal's coefficient of variation
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from sop.demand.model import LAUNCH, DemandModel
from sop.domain.parameters import Array, Parameters

QUANTILES = (0.1, 0.5, 0.9)


@dataclass(frozen=True, eq=False)
class Band:
    """``low``, ``median``, ``high`` and standard ``deviation`` [I, M, T]; ``gate`` [I, M, T] is the deviation gates of
    launches make up of it, None where there are none."""

    low: Array
    median: Array
    high: Array
    deviation: Array
    gate: Array | None = None


def band(model: DemandModel, parameters: Parameters, expected: Array) -> Band:
    """The band around ``expected`` [I, M, T]."""
    low, median, high, deviation = (expected * factor for factor in model.quantile_factors)
    gate = _gated(model, parameters["launch_probability"], expected, (low, median, high), deviation)
    if model.senses:
        sold, least = model.sold_so_far, model.sold_so_far + model.booked
        for values, factor in zip((low, median, high), model.quantile_factors, strict=False):
            first = values[:, :, 0]
            first += sold * (1.0 - factor[:, :, 0])
            np.maximum(first, least, out=first)
        deviation[:, :, 0] -= sold * model.quantile_factors[3][:, :, 0]
    return Band(low, median, high, deviation, gate)


def _gated(
    model: DemandModel, probability: Array, expected: Array, quantiles: tuple[Array, ...], deviation: Array
) -> Array | None:
    """Put the ``quantiles`` and ``deviation`` of launches that may not come in place; the gates' deviation."""
    rows = gated(model, probability)
    if not len(rows):
        return None
    gate = np.zeros_like(expected)
    for item in rows:
        chance, series = float(probability[item]), model.origin[item] == LAUNCH
        spread, mean = model.spread[item][series], expected[item][series]
        for share, values in zip(QUANTILES, quantiles, strict=True):
            left = (share - (1.0 - chance)) / chance
            reached = np.exp(NormalDist().inv_cdf(left) * spread - spread**2 / 2.0) / chance if left > 0 else 0.0
            values[item, series] = mean * reached
        gate[item, series] = mean * np.sqrt(1.0 / chance - 1.0)
        deviation[item, series] = mean * np.sqrt((1.0 + np.expm1(spread**2)) / chance - 1.0)
    return gate


def gated(model: DemandModel, probability: Array) -> npt.NDArray[np.int64]:
    """Items whose launch may come or not: a gate still ahead, and nothing sold."""
    ahead = (model.origin == LAUNCH).any(axis=1) & (model.reached == 0) & (model.sold_so_far.sum(axis=1) == 0)
    return np.flatnonzero(ahead & (probability > 0) & (probability < 1))
