"""Coefficients of every series: what its own data, its family's or the company's say, or an assumption."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from sop.demand.acceptance import COMPANY, FAMILY, SERIES, Score, Verdict, accept, at_level, unmeasured
from sop.demand.effects import ASSUMED, FITTED, POOLED, SOURCES, Effects, Evidence, estimate, prepare, settled
from sop.demand.features import RIVALS, rivals_bounded, switched
from sop.demand.material import Material, season_positions
from sop.demand.model import LEAST_DEVIATIONS, NOT_SOLD, Codes
from sop.domain.parameters import Array, Mask

NOISE_STEPS = 32.0
"""Coefficients of the season's harmonics are stated to about this part of the noise."""


@dataclass(frozen=True, eq=False)
class Learned:
    """Effects of the series with history, in row order of the history mask, and which of them to believe."""

    effects: Effects
    verdict: Verdict


def series_effects(material: Material, signs: bool = True) -> Effects | None:
    """Effects of all series with history, in row order of the history mask; None without history."""
    found = evidence(material)
    return None if found is None else estimate(prepare(found), signs=signs)


def learn(material: Material) -> Learned | None:
    """Effects of all series with history and the backtest's verdict on them; None without history."""
    found = evidence(material)
    if found is None:
        return None
    prepared = prepare(found)
    judge = accept if prepared.informed.any() else unmeasured
    verdict = judge(found, switched(found.names))
    effects = estimate(prepared, verdict.on)
    acting = at_level(effects, found.family, verdict.level) * effects.informed * verdict.keeps[:, None]
    acting = rivals_bounded(found.names, acting)
    effects = settled(prepared, effects, acting)
    step = _season_step(effects)
    return Learned(replace(effects, season=np.round(effects.season / step) * step), verdict)


def _season_step(effects: Effects) -> float:
    """The power of two next below a part in NOISE_STEPS of the usual noise of log demand; see ``stated``."""
    noise = float(np.median(effects.deviation)) if len(effects.deviation) else 1.0
    return float(2.0 ** np.floor(np.log2(noise / NOISE_STEPS)))


def evidence(material: Material) -> Evidence | None:
    """What the regression learns from; None without history."""
    history = material.history
    if history is None or not history.sold.any():
        return None
    rows = history.sold
    return Evidence(
        history.clean[rows],
        material.past[:, rows],
        material.names,
        _families(material, rows)[1],
        season_positions(material.inputs, history.first, history.last),
        material.inputs.horizon.periods_per_year,
        material.inputs.settings.price_elasticity,
    )


def _families(material: Material, rows: Mask) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Codes of the families with history, and the position of each series' family among them [S]."""
    family, _ = material.base.axis("item").codes("family")
    return np.unique(np.broadcast_to(family[:, None], rows.shape)[rows], return_inverse=True)


@dataclass(frozen=True, eq=False)
class Coefficients:
    """``mean`` [K, I, M], ``covariance`` [I, M, K, K], ``source`` [K, I, M] (position in SOURCES).

    ``acts`` [K, I, M]: the driver is taken out of history and moves Base. ``unseen`` [K, I, M]: the backtest could not
    measure it; history stays as it is, and Base moves as assumed when the plan leaves the latest level. Where neither,
    the backtest was against it: history stays as it is, Base stands for whatever the plan says, and ``mean`` only
    answers what a scenario changes.
    """

    mean: Array
    covariance: Array
    source: Codes
    acts: Mask
    unseen: Mask

    @property
    def acting(self) -> Array:
        """``mean`` where the driver acts on history and Base, else 0 [K, I, M]."""
        return np.where(self.acts, self.mean, 0.0)

    @property
    def moving(self) -> Array:
        """``mean`` where the driver moves Base, else 0 [K, I, M]."""
        return np.where(self.acts | self.unseen, self.mean, 0.0)


def coefficients(material: Material, learned: Learned | None) -> Coefficients:
    """Coefficients of every series.

    What its data say where its backtest bears drivers out (its own price, or with LEAST_DEVIATIONS of certainty where
    the planner says otherwise); else the planner's elasticity (price), else the pooled one of its family or company,
    else assumed: the setting's price elasticity, a promotion acting like a price cut, nothing for others. Rivals'
    prices act only beside an own price that is not assumed.
    """
    shape, count = material.origin.shape, len(material.names)
    mean, covariance = np.zeros((*shape, count)), np.zeros((*shape, count, count))
    source = np.full((*shape, count), SOURCES.index(ASSUMED), dtype=np.int8)
    acts, speaks = np.ones((*shape, count), dtype=bool), np.zeros(shape, dtype=bool)
    unseen = np.zeros((*shape, count), dtype=bool)
    mean[:, :, 0] = material.inputs.settings.price_elasticity
    if learned is not None:
        mean, covariance, source = _learned(material, learned, mean)
        acts, speaks = _acting(material, learned)
        speaks &= mean[:, :, 0] ** 2 >= LEAST_DEVIATIONS**2 * covariance[:, :, 0, 0]
        unseen |= ~learned.verdict.seen
    planner = material.inputs["items"]["price_elasticity"].to_numpy(dtype=np.float64)[:, None]
    takes_planner = ~np.isnan(planner) & ~speaks
    mean[:, :, 0] = np.where(takes_planner, planner, mean[:, :, 0])
    source[:, :, 0] = np.where(takes_planner, SOURCES.index(ASSUMED), source[:, :, 0])
    assumed = source == SOURCES.index(ASSUMED)
    mean[:, :, 1] = np.where(assumed[:, :, 1] & ~_known(learned, 1), -mean[:, :, 0], mean[:, :, 1])
    mean = rivals_bounded(material.names, mean * (material.origin != NOT_SOLD)[:, :, None])
    if RIVALS in material.names:
        mean[:, :, material.names.index(RIVALS)] *= ~assumed[:, :, 0]
    covariance *= ~assumed[:, :, :, None] & ~assumed[:, :, None, :]
    return Coefficients(
        np.moveaxis(mean, 2, 0),
        covariance,
        np.moveaxis(source, 2, 0),
        np.moveaxis(acts, 2, 0),
        np.moveaxis(unseen, 2, 0),
    )


def stated(coefficient: Array) -> Array:
    """Coefficients as far as they can be known: to 0.01, small ones to two digits.

    A month corrected in one series moves what all series have in common by far less than anybody could know it. Stated
    so, other families' forecasts stay exactly as they were, and need not be made again.

    >>> stated(np.array([-1.8349, 0.0517, 0.0])).tolist()
    [-1.83, 0.052000000000000005, 0.0]
    """
    size = np.floor(np.log10(np.maximum(np.abs(coefficient), 1e-300)))
    step = 10.0 ** np.minimum(size - 1.0, -2.0)
    return np.asarray(np.round(coefficient / step) * step)


def _known(learned: Learned | None, driver: int) -> bool:
    return learned is not None and bool(learned.effects.known[driver])


def _acting(material: Material, learned: Learned) -> tuple[Mask, Mask]:
    """Which drivers act on history and Base [I, M, K], and where the series' own prices speak [I, M]."""
    assert material.history is not None
    rows, verdict = material.history.sold, learned.verdict
    acts = np.broadcast_to(verdict.on, (*rows.shape, len(material.names))).copy()
    acts[rows] &= verdict.keeps[:, None]
    speaks = np.zeros(rows.shape, dtype=bool)
    speaks[rows] = learned.effects.informed[:, 0] & verdict.keeps
    return acts, speaks


def _learned(material: Material, learned: Learned, assumed: Array) -> tuple[Array, Array, Codes]:
    """Mean, covariance and source [I, M, ...]: the company's posterior, the family's over it, the series' own last."""
    assert material.history is not None
    effects, verdict = learned.effects, learned.verdict
    rows, pooled, known = material.history.sold, effects.pooled, effects.known
    family, _ = material.base.axis("item").codes("family")
    codes, compact = _families(material, rows)
    mean = np.where(known, pooled.company.mean, assumed)
    covariance = np.broadcast_to(_covariance(effects, COMPANY), (*assumed.shape, assumed.shape[-1])).copy()
    for number, code in enumerate(codes):
        mean[family == code] = np.where(known, pooled.families.mean[number], mean[family == code])
        covariance[family == code] = _covariance(effects, FAMILY)[number]
    used = at_level(effects, compact, verdict.level)
    mean[rows] = np.where(known, used, mean[rows])
    mean = np.where(known, stated(mean), mean)
    covariance[rows] = _around(effects, used)
    everywhere = np.where(known, SOURCES.index(POOLED), SOURCES.index(ASSUMED))
    source = np.broadcast_to(everywhere, assumed.shape).astype(np.int8)
    own = effects.informed & (verdict.level == SERIES)[:, None]
    source[rows] = np.where(own, SOURCES.index(FITTED), source[rows])
    source[rows] = np.where(verdict.keeps[:, None], source[rows], SOURCES.index(ASSUMED))
    return mean, covariance, source


def _around(effects: Effects, used: Array) -> Array:
    """Expected square of what each series' own coefficients are away from those ``used`` [S, K]: [S, K, K].

    Its posterior covariance, and its posterior mean's distance where the family's or the company's are used.
    """
    away = effects.pooled.series.mean - used
    return np.asarray(effects.pooled.series.covariance + away[:, :, None] * away[:, None, :])


def _covariance(effects: Effects, level: int) -> Array:
    """What is not known of a series from its family [F, K, K] or company [K, K] alone: the parent's own uncertainty and
    how far series stray from it."""
    between_series, between_families = effects.pooled.spreads
    if level == FAMILY:
        return np.asarray(effects.pooled.families.covariance + np.diag(between_series))
    return np.asarray(effects.pooled.company.covariance + np.diag(between_series + between_families))


def acceptance_records(material: Material, learned: Learned | None) -> tuple[dict[str, Any], ...]:
    """The verdict's scores as records for the screen: level (total, driver, family, series), driver, family, item,
    market, wape_without, wape_with, on, pooling."""
    if learned is None or material.history is None:
        return ()
    rows = material.history.sold
    items, markets = material.base.axis("item"), material.base.axis("market")
    codes, _ = _families(material, rows)
    names = [items.codes("family")[1][code] for code in codes]
    place = [(items.groups["family"][i], items.labels[i], markets.labels[m]) for i, m in np.argwhere(rows)]
    return tuple(_record(score, names, place) for score in learned.verdict.scores)


def _record(score: Score, families: list[str], series: list[tuple[str, str, str]]) -> dict[str, Any]:
    family, item, market = "", "", ""
    if score.level == "family":
        family = families[score.group]
    elif score.level == "series":
        family, item, market = series[score.group]
    return {
        "level": score.level,
        "driver": score.driver,
        "family": family,
        "item": item,
        "market": market,
        "wape_without": score.without,
        "wape_with": score.with_,
        "on": score.on,
        "pooling": score.pooling,
    }
