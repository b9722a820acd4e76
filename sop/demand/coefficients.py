"""Coefficients of every series: its own posterior, its family's, the company's, or an assumption."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sop.demand.effects import ASSUMED, FITTED, POOLED, SOURCES, Effects, Evidence, fit_effects
from sop.demand.material import Material, season_positions
from sop.demand.model import NOT_SOLD, Codes
from sop.domain.parameters import Array


def series_effects(material: Material, signs: bool = True) -> Effects | None:
    """Effects of all series with history, in row order of the history mask; None without history."""
    history = material.history
    if history is None or not history.sold.any():
        return None
    family, _ = material.base.axis("item").codes("family")
    rows = history.sold
    _, compact = np.unique(np.broadcast_to(family[:, None], rows.shape)[rows], return_inverse=True)
    evidence = Evidence(
        history.clean[rows],
        material.past[:, rows],
        material.names,
        compact,
        season_positions(material.inputs, history.first, history.last),
        material.inputs.horizon.periods_per_year,
        material.inputs.settings.price_elasticity,
    )
    return fit_effects(evidence, signs)


@dataclass(frozen=True, eq=False)
class Coefficients:
    """``mean`` [K, I, M], ``covariance`` [I, M, K, K], ``source`` [K, I, M] (position in SOURCES)."""

    mean: Array
    covariance: Array
    source: Codes


def coefficients(material: Material, effects: Effects | None) -> Coefficients:
    """Coefficients of every series.

    Its own posterior where its data speak; else the planner's elasticity (price), else the pooled one of its family
    or company, else assumed: the setting's price elasticity, a promotion acting like a price cut, nothing for others.
    """
    shape, count = material.origin.shape, len(material.names)
    mean, covariance = np.zeros((*shape, count)), np.zeros((*shape, count, count))
    source = np.full((*shape, count), SOURCES.index(ASSUMED), dtype=np.int8)
    mean[:, :, 0] = material.inputs.settings.price_elasticity
    if effects is not None:
        mean, covariance, source = _learned(material, effects, mean)
    planner = material.inputs["items"]["price_elasticity"].to_numpy(dtype=np.float64)[:, None]
    takes_planner = ~np.isnan(planner) & (source[:, :, 0] != SOURCES.index(FITTED))
    mean[:, :, 0] = np.where(takes_planner, planner, mean[:, :, 0])
    source[:, :, 0] = np.where(takes_planner, SOURCES.index(ASSUMED), source[:, :, 0])
    assumed = source == SOURCES.index(ASSUMED)
    mean[:, :, 1] = np.where(assumed[:, :, 1], -mean[:, :, 0], mean[:, :, 1])
    mean *= (material.origin != NOT_SOLD)[:, :, None]
    covariance *= ~assumed[:, :, :, None] & ~assumed[:, :, None, :]
    return Coefficients(np.moveaxis(mean, 2, 0), covariance, np.moveaxis(source, 2, 0))


def _learned(material: Material, effects: Effects, assumed: Array) -> tuple[Array, Array, Codes]:
    """Mean, covariance and source [I, M, ...]: the company's posterior, the family's over it, the series' own last."""
    assert material.history is not None
    rows, pooled, known = material.history.sold, effects.pooled, effects.known
    family, _ = material.base.axis("item").codes("family")
    mean = np.where(known, pooled.company.mean, assumed)
    covariance = np.broadcast_to(pooled.company.covariance, (*assumed.shape, assumed.shape[-1])).copy()
    for number, code in enumerate(np.unique(np.broadcast_to(family[:, None], rows.shape)[rows])):
        mean[family == code] = np.where(known, pooled.families.mean[number], mean[family == code])
        covariance[family == code] = pooled.families.covariance[number]
    mean[rows] = np.where(known, pooled.series.mean, mean[rows])
    covariance[rows] = pooled.series.covariance
    everywhere = np.where(known, SOURCES.index(POOLED), SOURCES.index(ASSUMED))
    source = np.broadcast_to(everywhere, assumed.shape).astype(np.int8)
    source[rows] = np.where(effects.informed, SOURCES.index(FITTED), source[rows])
    return mean, covariance, source
