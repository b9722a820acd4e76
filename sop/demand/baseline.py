"""Base paths: history freed of drivers, carried on by an engine; given forecasts; launches."""

from __future__ import annotations

import numpy as np

from sop.demand.effects import Effects
from sop.demand.engines import Engine, Report
from sop.demand.history import bridged, event_factors
from sop.demand.lifecycle import end_positions, launch_paths, ramp_down
from sop.demand.material import Material, season_positions
from sop.demand.model import GIVEN, LAUNCH, STATISTICAL
from sop.domain.parameters import Array

SEASONS_TO_STAND_ALONE = 3.0


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
    profile = effects.profile(season_positions(material.inputs, history.first, history.last))
    result[rows] = bridged((history.clean / effect)[rows], profile)
    return result


def base_paths(material: Material, effects: Effects | None, cleaned: Array, engine: Engine, report: Report) -> Array:
    """Base path of every series [I, M, T]: engine, given forecast, or launch."""
    inputs, total = material.inputs, material.inputs.horizon.total
    base = np.zeros((*material.origin.shape, total))
    statistical, history = material.origin == STATISTICAL, material.history
    if history is not None and effects is not None and statistical.any():
        count = history.buckets - history.ended
        places = season_positions(inputs, history.first, total)
        profile = effects.profile(places)[statistical[history.sold]]
        seen = cleaned[statistical][:, :count]
        base[statistical] = carried_on(seen, profile, engine, inputs.horizon.periods_per_year, report)[
            :, history.ended :
        ]
        items, markets = material.base.axis("item"), material.base.axis("market")
        base *= np.nan_to_num(event_factors(inputs, items, markets, 0, total), nan=1.0)
    given = material.origin == GIVEN
    base[given] = _before_phase_out(material)[given]
    launching = material.origin == LAUNCH
    return np.where(launching[:, :, None], launch_paths(inputs, base, launching.any(axis=1)), base)


def carried_on(history: Array, profile: Array, engine: Engine, season_length: int, report: Report) -> Array:
    """``history`` [S, n] continued by ``engine`` over the buckets ``profile`` [S, n + h] reaches beyond it [S, h].

    The engine finds the season itself where a series shows it often enough; else the pooled season (a factor on
    demand) is taken out first and put back.
    """
    count = history.shape[1]
    shown = (~np.isnan(history)).sum(axis=1)
    alone = (shown >= SEASONS_TO_STAND_ALONE * season_length) & (season_length <= engine.longest_season)
    result = np.zeros((len(history), profile.shape[1] - count))
    share, done = alone.mean() if len(alone) else 0.0, 0.0
    for rows, length, weight in ((alone, season_length, share), (~alone, 1, 1.0 - share)):
        season = profile[rows] if length == 1 else np.ones_like(profile[rows])
        tell = _part(report, done, float(weight))
        ahead = engine.forecast(history[rows] / season[:, :count], result.shape[1], length, tell)
        result[rows] = ahead * season[:, count:]
        done += float(weight)
    return result


def _part(report: Report, start: float, weight: float) -> Report:
    return lambda share: report(start + weight * share)


def _before_phase_out(material: Material) -> Array:
    """Given forecasts with the phase-out they contain taken out, so that the end of sale can be moved [I, M, T]."""
    inputs, total = material.inputs, material.inputs.horizon.total
    ramp = inputs["items"]["ramp_periods"].to_numpy(dtype=np.float64)
    down = np.broadcast_to(ramp_down(end_positions(inputs), ramp, total)[:, None, :], material.given.shape)
    given = np.nan_to_num(material.given)
    full = np.where(down > 0, given / np.where(down > 0, down, 1.0), np.nan)
    last = np.maximum.accumulate(np.where(down > 0, np.arange(total), 0), axis=2)
    return np.nan_to_num(np.where(np.isnan(full), np.take_along_axis(full, last, axis=2), full))
