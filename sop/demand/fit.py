"""Fit once per Inputs: effects first, then the baseline on what they leave, then the spread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sop.demand.effects import ASSUMED, FITTED, POOLED, SOURCES, Effects, Evidence, fit_effects
from sop.demand.engines import Engine, Ensemble
from sop.demand.features import (
    driver_names,
    index_level,
    log_price,
    marketing_response,
    promotion_after,
    usual_spend,
)
from sop.demand.given import given_forecast
from sop.demand.history import History, bridged, event_factors, sales_history
from sop.demand.lifecycle import end_positions, launch_paths, launch_positions, ramp_down
from sop.demand.model import GIVEN, LAUNCH, NOT_SOLD, STATISTICAL, Codes, DemandModel
from sop.domain.base import base_parameters
from sop.domain.history import Drivers, drivers, sold
from sop.domain.inputs import Inputs
from sop.domain.parameters import Array, Mask, Parameters

Progress = Callable[[float, str], None]

ASSUMED_SPREAD = 0.2


@dataclass(frozen=True, eq=False)
class Material:
    """What fitting works on: the past, drivers past and planned on the model's scale, and where series come from."""

    inputs: Inputs
    base: Parameters
    history: History | None
    past: Array  # [K, I, M, H]
    planned: Array  # [K, I, M, T]
    names: tuple[str, ...]
    index_is_log: Mask  # [D]
    depth_before: Array  # [I, M, n]
    usual_spend: Array  # [I, M, 1]
    given: Array  # [I, M, T] units; NaN where no forecast version speaks
    origin: Codes  # [I, M]


def fit(inputs: Inputs, progress: Progress | None = None, engine: Engine | None = None) -> DemandModel:
    """Fit effects, baselines and spread for ``inputs``; ``progress`` hears the share done and what is being done.

    Raises InputError when something sold has no price.
    """
    tell = progress or (lambda share, doing: None)
    tell(0.0, "Reading history")
    material = gather(inputs)
    tell(0.05, "Fitting driver effects")
    effects = series_effects(material)
    coefficient, covariance, source = coefficients(material, effects)
    reference = references(material)
    tell(0.15, "Fitting baselines")
    chosen = engine or Ensemble()
    cleaned = remainder(material, effects, coefficient, reference)
    base = _base(material, cleaned, chosen, lambda share: tell(0.15 + 0.75 * share, "Fitting baselines"))
    tell(0.9, "Measuring spread")
    return _model(material, effects, chosen.name, base, cleaned, (coefficient, covariance, source), reference)


def gather(inputs: Inputs) -> Material:
    """Read history, drivers and forecast versions onto arrays."""
    base = base_parameters(inputs)
    items, markets, total = base.axis("item"), base.axis("market"), inputs.horizon.total
    history = sales_history(inputs, items, markets)
    first = history.first if history is not None else -1
    past = drivers(inputs, items, markets, first, 0)
    planned = drivers(inputs, items, markets, 0, total)
    n = inputs.settings.pull_forward_months
    nothing = np.zeros((*past.promotion.shape[:2], n))
    before = np.concatenate([nothing, past.promotion], axis=2)[:, :, past.promotion.shape[2] :]
    usual = _usual(past.marketing, planned.marketing)
    given = given_forecast(inputs, items, markets)
    return Material(
        inputs,
        base,
        history,
        _levels(past, nothing, usual),
        _levels(planned, before, usual),
        driver_names(past.index_names),
        past.index_is_log,
        before,
        usual,
        given,
        _origins(inputs, history, given, sold(inputs, items, markets)),
    )


def _levels(moved: Drivers, before: Array, usual: Array) -> Array:
    own = (
        log_price(moved.price),
        moved.promotion,
        promotion_after(moved.promotion, before),
        marketing_response(moved.marketing, usual),
    )
    return np.concatenate([np.stack(own), index_level(moved.index, moved.index_is_log)])


def _usual(past: Array, planned: Array) -> Array:
    """Usual spend of each series [I, M, 1]: of the past, else of the plan, else the mean of all series, else 1."""
    spent, planning = (past > 0).any(axis=2, keepdims=True), (planned > 0).any(axis=2, keepdims=True)
    own = np.where(spent, usual_spend(past), usual_spend(planned))
    known = spent | planning
    return np.asarray(np.where(known, own, own[known].mean() if known.any() else 1.0))


def _origins(inputs: Inputs, history: History | None, given: Array, is_sold: Mask) -> Codes:
    """Where each series' base path comes from [I, M]: a chosen version goes first, else history, else any version."""
    has_given = ~np.isnan(given).all(axis=2)
    learned = history.sold if history is not None else np.zeros_like(has_given)
    launching = (is_sold & ~learned & ~has_given) & inputs["items"]["launch"].notna().to_numpy()[:, None]
    origin = np.where(launching, LAUNCH, NOT_SOLD)
    if inputs.settings.forecast_version:
        origin = np.where(has_given, GIVEN, np.where(learned, STATISTICAL, origin))
    else:
        origin = np.where(learned, STATISTICAL, np.where(has_given, GIVEN, origin))
    return np.asarray(origin, dtype=np.int8)


def season_positions(inputs: Inputs, first: int, last: int) -> Array:
    """Place of buckets ``first`` to ``last`` - 1 within the year, in buckets; weeks by day of the year."""
    if inputs.horizon.bucket == "month":
        return np.arange(first, last, dtype=np.float64)
    days = [inputs.horizon.start(index).timetuple().tm_yday for index in range(first, last)]
    return np.array(days, dtype=np.float64) / 365.25 * inputs.horizon.periods_per_year


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
        season_positions(material.inputs, history.first, 0),
        material.inputs.horizon.periods_per_year,
        material.inputs.settings.price_elasticity,
    )
    return fit_effects(evidence, signs)


def coefficients(material: Material, effects: Effects | None) -> tuple[Array, Array, Codes]:
    """Coefficient [K, I, M], covariance [I, M, K, K] and source [K, I, M] of every series.

    Its own posterior where its data speak; else the planner's elasticity (price), else the pooled one of its family
    or company, else assumed: the setting's price elasticity, a promotion acting like a price cut, nothing for others.
    """
    shape, count = material.origin.shape, len(material.names)
    mean, covariance = np.zeros((*shape, count)), np.zeros((*shape, count, count))
    source = np.full((*shape, count), SOURCES.index(ASSUMED), dtype=np.int8)
    mean[:, :, 0] = material.inputs.settings.price_elasticity
    if effects is not None and material.history is not None:
        mean, covariance, source = _learned(material, material.history.sold, effects, mean, covariance, source)
    planner = material.inputs["items"]["price_elasticity"].to_numpy(dtype=np.float64)[:, None]
    takes_planner = ~np.isnan(planner) & (source[:, :, 0] != SOURCES.index(FITTED))
    mean[:, :, 0] = np.where(takes_planner, planner, mean[:, :, 0])
    source[:, :, 0] = np.where(takes_planner, SOURCES.index(ASSUMED), source[:, :, 0])
    unknown_promotion = source[:, :, 1] == SOURCES.index(ASSUMED)
    mean[:, :, 1] = np.where(unknown_promotion, -mean[:, :, 0], mean[:, :, 1])
    mean *= (material.origin != NOT_SOLD)[:, :, None]
    assumed = source == SOURCES.index(ASSUMED)
    covariance *= ~assumed[:, :, :, None] & ~assumed[:, :, None, :]
    return np.moveaxis(mean, 2, 0), covariance, np.moveaxis(source, 2, 0)


def _learned(
    material: Material, rows: Mask, effects: Effects, mean: Array, covariance: Array, source: Codes
) -> tuple[Array, Array, Codes]:
    """Company's posterior for everybody, the family's over it, the series' own last."""
    pooled, known = effects.pooled, effects.known
    family, _ = material.base.axis("item").codes("family")
    shown = np.unique(np.broadcast_to(family[:, None], rows.shape)[rows])
    mean = np.where(known, pooled.company.mean, mean)
    covariance = np.broadcast_to(pooled.company.covariance, covariance.shape).copy()
    for number, code in enumerate(shown):
        mean[family == code] = np.where(known, pooled.families.mean[number], mean[family == code])
        covariance[family == code] = pooled.families.covariance[number]
    mean[rows] = np.where(known, pooled.series.mean, mean[rows])
    covariance[rows] = pooled.series.covariance
    source = np.where(known, SOURCES.index(POOLED), source).astype(np.int8)
    source[rows] = np.where(effects.informed, SOURCES.index(FITTED), source[rows])
    return mean, covariance, source


def references(material: Material) -> Array:
    """Level of every driver the base path stands for [K, I, M, T].

    With history: mean price, marketing and indices of its last season, and no promotion. A given forecast and a launch
    stand for what Base plans, bucket by bucket, so that Base gives them back unchanged.
    """
    planned = material.planned.copy()
    if material.history is None:
        return planned
    season = material.inputs.horizon.periods_per_year
    known = material.history.known[:, :, -season:]
    recent = np.where(known & ~np.isnan(material.past[..., -season:]), material.past[..., -season:], np.nan)
    number = (~np.isnan(recent)).sum(axis=3)
    level = np.where(number > 0, np.nansum(recent, axis=3) / np.maximum(number, 1), planned[..., 0])
    level[1:3] = 0.0
    statistical = material.origin == STATISTICAL
    return np.asarray(np.where(statistical[None, :, :, None], level[..., None], planned))


def remainder(material: Material, effects: Effects | None, coefficient: Array, reference: Array) -> Array:
    """History as it would have been at the reference level of every driver, gaps bridged [I, M, H]."""
    history = material.history
    if history is None or effects is None:
        return np.full((*material.origin.shape, 0), np.nan)
    rows = history.sold
    change = np.nan_to_num(material.past - reference[..., :1])
    effect = np.exp(np.einsum("kimh,kim->imh", change, coefficient))
    result = np.full_like(history.clean, np.nan)
    profile = np.exp(effects.profile)
    result[rows] = bridged((history.clean / effect)[rows], profile)
    return result


def _base(material: Material, cleaned: Array, engine: Engine, report: Callable[[float], None]) -> Array:
    """Base path of every series [I, M, T]: engine, given forecast, or launch."""
    inputs, total = material.inputs, material.inputs.horizon.total
    base = np.zeros((*material.origin.shape, total))
    statistical, history = material.origin == STATISTICAL, material.history
    if history is not None and statistical.any():
        seen = cleaned[statistical][:, : cleaned.shape[2] - history.ended]
        ahead = engine.forecast(seen, history.ended + total, inputs.horizon.periods_per_year, report)
        base[statistical] = ahead[:, history.ended :]
        items, markets = material.base.axis("item"), material.base.axis("market")
        base *= np.nan_to_num(event_factors(inputs, items, markets, 0, total), nan=1.0)
    given = material.origin == GIVEN
    base[given] = _before_phase_out(material)[given]
    launching = (material.origin == LAUNCH).any(axis=1)
    paths = launch_paths(inputs, base, launching)
    return np.where((material.origin == LAUNCH)[:, :, None], paths, base)


def _before_phase_out(material: Material) -> Array:
    """Given forecasts with the phase-out they contain taken out, so that the end of sale can be moved [I, M, T]."""
    inputs, total = material.inputs, material.inputs.horizon.total
    ramp = inputs["items"]["ramp_periods"].to_numpy(dtype=np.float64)
    down = np.broadcast_to(ramp_down(end_positions(inputs), ramp, total)[:, None, :], material.given.shape)
    given = np.nan_to_num(material.given)
    full = np.where(down > 0, given / np.where(down > 0, down, 1.0), np.nan)
    last = np.maximum.accumulate(np.where(down > 0, np.arange(total), 0), axis=2)
    return np.nan_to_num(np.where(np.isnan(full), np.take_along_axis(full, last, axis=2), full))


def _model(
    material: Material,
    effects: Effects | None,
    engine: str,
    base: Array,
    cleaned: Array,
    found: tuple[Array, Array, Codes],
    reference: Array,
) -> DemandModel:
    inputs, items = material.inputs, material.base.axis("item")
    coefficient, covariance, source = found
    history = material.history
    lowest, highest = _price_range(material)
    spread, assumed = _spread(material, effects)
    return DemandModel(
        inputs_id=inputs.id,
        engine=engine,
        items=items.labels,
        families=tuple(items.groups["family"]),
        markets=material.base.labels("market"),
        drivers=material.names,
        origin=material.origin,
        base=base,
        coefficient=coefficient,
        covariance=covariance,
        source=source,
        reference=reference,
        depth_before=material.depth_before,
        usual_spend=material.usual_spend,
        index_is_log=material.index_is_log,
        spread=spread,
        spread_assumed=assumed,
        lowest_price=lowest,
        highest_price=highest,
        launch=launch_positions(inputs),
        end=end_positions(inputs),
        ramp=inputs["items"]["ramp_periods"].to_numpy(dtype=np.float64),
        first=history.first if history is not None else 0,
        history=history.demand if history is not None else np.full((*material.origin.shape, 0), np.nan),
        cleaned=cleaned,
    )


def _price_range(material: Material) -> tuple[Array, Array]:
    """Lowest and highest price of history [I, M, 1]; without history, of Base's plan; any where nothing is sold."""
    seen = material.planned[0]
    if material.history is not None:
        own = np.where(material.history.known, material.past[0], np.nan)
        has_own = ~np.isnan(own).all(axis=2, keepdims=True)
        padded = np.concatenate([own, np.where(has_own, np.nan, seen)], axis=2)
    else:
        padded = seen
    missing = np.isnan(padded).all(axis=2, keepdims=True) | (material.origin == NOT_SOLD)[:, :, None]
    low = np.nanmin(np.where(missing, 0.0, padded), axis=2, keepdims=True)
    high = np.nanmax(np.where(missing, 0.0, padded), axis=2, keepdims=True)
    return np.where(missing, -np.inf, np.exp(low)), np.where(missing, np.inf, np.exp(high))


def _spread(material: Material, effects: Effects | None) -> tuple[Array, Mask]:
    """Standard deviation of log demand [I, M, T], growing with the lead; assumed without history."""
    total = material.inputs.horizon.total
    spread = np.full((*material.origin.shape, total), ASSUMED_SPREAD)
    assumed = np.ones(material.origin.shape, dtype=bool)
    if effects is not None and material.history is not None:
        growing = np.sqrt(1.0 + 0.1 * np.arange(total))
        rows = material.history.sold
        spread[rows] = np.minimum(effects.deviation[:, None] * growing, 1.0)
        assumed[rows] = False
    return spread, assumed
