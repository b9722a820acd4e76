"""How far demand strays from its forecast: standard deviation of log demand by series and lead.

Each series' own spread comes from the driver regression; how it grows with the lead is measured once for the company
by forecasting from earlier origins (with CES, the cheapest member of the ensemble):

    (80 % point of |error| at lead h / spread of the series / 1.28) squared = a + b (h - 1)

so that four in five months lie between P10 and P90 though some errors are far wilder than a normal curve allows.

A series with fewer than FEWEST_BUCKETS known leans on its family's spread (as if that were SPREAD_WEIGHT further
buckets), and is not taken to stray less than ASSUMED_SPREAD: one or two points tell next to nothing about it.

What the coefficients are unsure of is added: d' V d, with d the distance of Base's drivers from their reference.
So is what a pooled season is unsure of: its C coefficients, estimated on n buckets, err by C / n of the error variance
as far as series of the family err together (the rest averages out), in the forecast as well as, the other way, in the
buckets it was fitted on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sop.demand.baseline import Season, carried_on, season_of
from sop.demand.effects import FEWEST_BUCKETS, SPREAD_WEIGHT, Effects
from sop.demand.engines import Ces, Engine, silent
from sop.demand.material import Material
from sop.demand.together import common_shares
from sop.domain.parameters import Array, Mask

ASSUMED_SPREAD = 0.2
LARGEST_SPREAD = 1.0
MOST_SERIES = 120
FEWEST_ERRORS = 30
DEFAULT_GROWTH = (1.1, 0.05)
FEWEST_AT_LEAD = 10
LEAST_GROWN = 0.1
WITHIN, WITHIN_DEVIATIONS = 0.8, 1.2815515655446004
"""Share of errors to lie between P10 and P90, and how many standard deviations these lie off."""


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """``deviation`` of log demand [I, M, T], whether it is ``assumed`` [I, M], and the shares of its variance that
    company, family and item have in common, ``shared`` [3, T] (see together.py)."""

    deviation: Array
    assumed: Mask
    shared: Array


def uncertainty(
    material: Material, effects: Effects | None, cleaned: Array, engine: Engine | None = None
) -> Uncertainty:
    """How far series stray, alone and together, at Base's reference level of every driver; growth with the lead is
    measured with ``engine`` (CES)."""
    deviation, assumed = spread_by_lead(material, effects, cleaned, engine)
    shared = common_shares(material, effects, cleaned)
    if effects is None or material.history is None:
        return Uncertainty(deviation, assumed, shared)
    rows, doubt = material.history.sold, _season_doubt(material, effects, cleaned, shared)
    deviation[rows] = np.minimum(deviation[rows] * np.sqrt(1.0 + doubt.sum(axis=0)), LARGEST_SPREAD)
    added = np.stack([*doubt.mean(axis=1), np.zeros_like(shared[2])])
    return Uncertainty(deviation, assumed, (shared + added) / (1.0 + added.sum(axis=0)))


def _season_doubt(material: Material, effects: Effects, cleaned: Array, shared: Array) -> Array:
    """Error variance of the pooled season relative to that of demand, out of sample and in: what the company shares
    of it and what only the family does [2, S, T]."""
    assert material.history is not None
    rows = material.history.sold
    family, _ = material.base.axis("item").codes("family")
    family = np.broadcast_to(family[:, None], rows.shape)[rows]
    alone = (1.0 - shared[0] - shared[1]) / np.bincount(family)[family][:, None]
    known = np.maximum((~np.isnan(cleaned[rows])).sum(axis=1), 1)
    terms = np.minimum(effects.season.shape[1] / known, 0.5) * effects.season_shared
    parts = np.stack([np.broadcast_to(shared[0], alone.shape), shared[1] + alone])
    return np.asarray(2.0 * terms[:, None] * parts)


def spread_by_lead(
    material: Material, effects: Effects | None, cleaned: Array, engine: Engine | None = None
) -> tuple[Array, Mask]:
    """Standard deviation of log demand [I, M, T], and whether it is assumed [I, M].

    Without history it is ASSUMED_SPREAD at every lead: P10 and P90 lie about a quarter below and above the mean.
    """
    total = material.inputs.horizon.total
    spread = np.full((*material.origin.shape, total), ASSUMED_SPREAD)
    assumed = np.ones(material.origin.shape, dtype=bool)
    if effects is None or material.history is None:
        return spread, assumed
    rows, history = material.history.sold, material.history
    own = np.where(effects.regular, effects.deviation, _irregular(cleaned[rows], effects.deviation))
    level, growth = _growth(
        cleaned[rows], own, season_of(material, effects, history.first, history.last), engine or Ces()
    )
    lead = np.arange(total) + history.ended
    spread[rows] = np.minimum(own[:, None] * np.sqrt(level + growth * lead), LARGEST_SPREAD)
    number = (~np.isnan(cleaned[rows])).sum(axis=1)
    least = np.where(~effects.regular & (number < FEWEST_BUCKETS), ASSUMED_SPREAD, 0.0)
    spread[rows] = np.maximum(spread[rows], least[:, None])
    assumed[rows] = number < 2
    return spread, assumed


def unsure(covariance: Array, change: Array) -> Array:
    """Variance of log demand [I, M, t] from coefficients with ``covariance`` [I, M, K, K], for drivers ``change``
    [K, I, M, t] away from their reference."""
    distance = np.nan_to_num(change)
    return np.asarray(np.einsum("kimt,imkj,jimt->imt", distance, covariance, distance, optimize=True))


def _irregular(cleaned: Array, usual: Array) -> Array:
    """Log-normal spread with the coefficient of variation c of a series: sqrt(log(1 + c^2)) [S]; short ones lean on
    what is ``usual`` in their family [S]."""
    number = np.maximum((~np.isnan(cleaned)).sum(axis=1), 1)
    mean = np.nansum(cleaned, axis=1) / number
    square = np.nansum((cleaned - mean[:, None]) ** 2, axis=1)
    short, freedom = number < FEWEST_BUCKETS, number - 1
    variance = square / np.where(short, np.maximum(freedom, 1), number)
    own = np.log1p(variance / np.maximum(mean, 1e-9) ** 2)
    leaning = (freedom * own + SPREAD_WEIGHT * usual**2) / (freedom + SPREAD_WEIGHT)
    return np.asarray(np.sqrt(np.where(short, leaning, own)))


def _growth(cleaned: Array, own: Array, season: Season, engine: Engine) -> tuple[float, float]:
    """a and b of the module's formula, from up to three origins half a season apart and MOST_SERIES series."""
    chosen = np.unique(np.linspace(0, len(cleaned) - 1, min(len(cleaned), MOST_SERIES)).astype(int))
    cleaned, own, season = cleaned[chosen], own[chosen], season.of(chosen)
    count, step = cleaned.shape[1], max(season.length // 2, 1)
    apart: list[list[Array]] = [[] for _ in range(count)]
    for origin in range(count - step, max(count - 3 * step, season.length) - 1, -step):
        ahead = carried_on(cleaned[:, :origin], season, engine, silent)
        with np.errstate(divide="ignore", invalid="ignore"):
            error = np.log(cleaned[:, origin:] / ahead) / own[:, None]
        for lead in range(count - origin):
            apart[lead].append(np.abs(error[np.isfinite(error[:, lead]), lead]))
    return _line([np.concatenate(errors) for errors in apart if errors])


def _line(errors: list[Array]) -> tuple[float, float]:
    """Weighted least squares through the leads' 80 % points of ``errors`` [lead][n]; a >= LEAST_GROWN, b >= 0.

    a is often below 1: the spread of a series is measured around its trend over all history, while a forecast starts
    from where demand is now.
    """
    number = np.array([len(at_lead) for at_lead in errors], dtype=np.float64)
    lead = np.flatnonzero(number >= FEWEST_AT_LEAD)
    if number[lead].sum() < FEWEST_ERRORS:
        return DEFAULT_GROWTH
    square = np.array([(np.quantile(errors[at], WITHIN) / WITHIN_DEVIATIONS) ** 2 for at in lead])
    weight = number[lead] / number[lead].sum()
    middle, distance = float(weight @ lead), lead - float(weight @ lead)
    growth = max(float((weight * distance) @ square) / max(float(weight @ distance**2), 1e-9), 0.0)
    return max(float(weight @ square) - growth * middle, LEAST_GROWN), growth
