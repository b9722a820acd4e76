"""How far series err together: shares of error variance common to the company, a family, an item, by lead.

Forecast by the simplest method from every origin of history at once (exponential smoothing of log demand without its
season), every series' errors are set to mean 0 and variance 1 at each lead. The mean product of two series of
different families is then the company's share; of one family, that and the family's; of one item in two markets, that
and the item's. A share is known no better than the number of independent origins allows: it leans on ASSUMED_SHARES by
its standard error, and lies on one line over the leads.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from sop.demand.effects import Effects
from sop.demand.material import Material, season_positions
from sop.domain.parameters import Array

Index = npt.NDArray[np.int64]

SMOOTHING = 0.3
LONGEST_LEAD = 12
FEWEST_ORIGINS = 6
ASSUMED_SHARES = (0.1, 0.15, 0.25)
"""Correlation of errors between families, within a family, within an item, where history says nothing."""
PRIOR_DEVIATION = 0.15
MOST_SHARED = 0.95


def common_shares(material: Material, effects: Effects | None, cleaned: Array) -> Array:
    """Shares of error variance common to company, family and item [3, T], each on top of the one before.

    Without history ASSUMED_SHARES hold.
    """
    history, total = material.history, material.inputs.horizon.total
    if history is None or effects is None or not effects.regular.any():
        return _shares(np.tile(np.array(ASSUMED_SHARES)[:, None], total))
    rows = history.sold
    family, _ = material.base.axis("item").codes("family")
    item = np.broadcast_to(np.arange(len(rows))[:, None], rows.shape)[rows][effects.regular]
    profile = effects.profile(season_positions(material.inputs, history.first, history.last))
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log((cleaned[rows] / profile)[effects.regular])
    logs = logs[:, : history.buckets - history.ended]
    return shares_by_lead(np.where(np.isfinite(logs), logs, np.nan), family[item], item, total, history.ended)


def shares_by_lead(logs: Array, family: Index, item: Index, total: int, ended: int = 0) -> Array:
    """Shares [3, total] from log demand without season ``logs`` [S, H] (NaN = unknown) of series in ``family`` [S] and
    ``item`` [S]; the first bucket lies ``ended`` buckets behind the end of history."""
    longest = min(LONGEST_LEAD, logs.shape[1] // 3)
    if longest < 1:
        return _shares(np.tile(np.array(ASSUMED_SHARES)[:, None], total))
    level = _smoothed(logs)
    found = np.zeros((3, longest))
    for lead in range(1, longest + 1):
        error = _standardised(logs[:, FEWEST_ORIGINS + lead - 1 :] - level[:, FEWEST_ORIGINS - 1 : -lead])
        found[:, lead - 1] = _correlations(error, family, item)
    leads = np.arange(1, longest + 1)
    origins = np.maximum((logs.shape[1] - FEWEST_ORIGINS - leads + 1) / np.sqrt(leads), 1.0)
    groups = (np.zeros_like(family), family, item)
    leaning = [
        _leaning(mean, assumed, group, origins)
        for mean, assumed, group in zip(_lines(found, origins), ASSUMED_SHARES, groups, strict=True)
    ]
    return _shares(np.stack(leaning)[:, np.minimum(np.arange(total) + ended, longest - 1)])


def _smoothed(logs: Array) -> Array:
    """Level after every bucket [S, H]; NaN before a series begins."""
    level = np.full(logs.shape, np.nan)
    reached = np.full(len(logs), np.nan)
    for bucket in range(logs.shape[1]):
        value = logs[:, bucket]
        moved = np.where(np.isnan(reached), value, reached + SMOOTHING * (value - reached))
        reached = np.where(np.isnan(value), reached, moved)
        level[:, bucket] = reached
    return level


def _standardised(error: Array) -> Array:
    """Mean 0 and variance 1 for each series over the origins; 0 where unknown."""
    known = ~np.isnan(error)
    number = np.maximum(known.sum(axis=1, keepdims=True), 1)
    centred = np.where(known, error - np.nansum(error, axis=1, keepdims=True) / number, 0.0)
    scale = np.sqrt((centred**2).sum(axis=1, keepdims=True) / number)
    return np.asarray(np.where(scale > 0, centred / np.where(scale > 0, scale, 1.0), 0.0))


def _correlations(error: Array, family: Index, item: Index) -> Array:
    """Mean correlation [3] between series of different families, within families, within items; where there are no
    such pairs, the wider group's goes for the narrower one (and with one family, its own for the company)."""
    known = (error != 0).astype(np.float64)
    sums = [(error.sum(axis=0) ** 2).sum(), _square(error, family), _square(error, item), (error**2).sum()]
    pairs = [(known.sum(axis=0) ** 2).sum(), _square(known, family), _square(known, item), known.sum()]
    found = np.full(3, np.nan)
    for group in range(3):
        between = pairs[group] - pairs[group + 1]
        if between > 0:
            found[group] = (sums[group] - sums[group + 1]) / between
    wider = pd.Series(found).ffill().bfill()
    return np.asarray(wider.fillna(pd.Series(ASSUMED_SHARES)).clip(0.0, 1.0).to_numpy(dtype=np.float64))


def _square(values: Array, group: Index) -> float:
    """Sum over buckets and groups of the squared sum of ``values`` [S, O]."""
    total = np.zeros((int(group.max(initial=0)) + 1, values.shape[1]))
    np.add.at(total, group, values)
    return float((total**2).sum())


def _leaning(mean: Array, assumed: float, group: Index, origins: Array) -> Array:
    """Precision-weighted mean by lead of what was found and what is assumed.

    The square of a sum of n normal errors with correlation r has the relative deviation sqrt(2 / origins), so r is
    known to about sqrt(2 / origins) (r + (1 - r) / n) in one group, and better by the root of the number of groups.
    """
    sizes = np.bincount(group)
    sizes = sizes[sizes > 1]
    if not len(sizes):
        return mean
    near = np.clip(mean, 0.0, 1.0)
    variance = 2.0 / (origins * len(sizes)) * (near + (1.0 - near) / sizes.mean()) ** 2
    return np.asarray((mean * PRIOR_DEVIATION**2 + assumed * variance) / (PRIOR_DEVIATION**2 + variance))


def _lines(correlation: Array, weight: Array) -> Array:
    """Each row [L] of ``correlation`` as a straight line over the leads, by weighted least squares."""
    count = correlation.shape[1]
    if count < 3:
        return correlation
    lead = np.arange(count, dtype=np.float64)
    slopes = np.polyfit(lead, correlation.T, 1, w=np.sqrt(weight))
    return np.asarray(slopes[0][:, None] * lead + slopes[1][:, None])


def _shares(correlation: Array) -> Array:
    """Nested correlations [3, T] as what each group adds to the wider one."""
    widening = np.maximum.accumulate(np.clip(correlation, 0.0, MOST_SHARED), axis=0)
    return np.diff(widening, axis=0, prepend=0.0)
