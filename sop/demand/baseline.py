"""Base paths: history freed of drivers, carried on by an engine; given forecasts; launches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from sop.demand.effects import Effects
from sop.demand.engines import Engine, Report
from sop.demand.history import STOCK_OUT, bridged, event_factors, pulled_forward
from sop.demand.lifecycle import launch_paths, ramp_down
from sop.demand.material import Material, season_positions
from sop.demand.model import GIVEN, LAUNCH, STATISTICAL
from sop.demand.under_way import scaled_by_sales
from sop.domain.launches import end_positions
from sop.domain.parameters import Array, Mask

Index = npt.NDArray[np.int64]


RECENT = 3
"""Known buckets whose middle price an unmeasured price is held against: a rise two buckets old is the price now."""


def references(material: Material, acts: Mask | None = None, unseen: Mask | None = None) -> Array:
    """Level of every driver the base path stands for [K, I, M, T].

    With history: mean price, marketing and indices of its last season, and no promotion. A launch: the planned price
    bucket by bucket, mean planned marketing, indices as last season, and no promotion. A given forecast stands for what
    Base plans, bucket by bucket, so that Base gives it back unchanged; so does any base where a driver does not act
    (``acts`` [K, I, M], everywhere unless given). Where the backtest could not measure a driver (``unseen`` [K, I, M])
    history is left as it is and ends at its latest price, so that Base is held against that.
    """
    statistical, launching = material.origin == STATISTICAL, material.origin == LAUNCH
    known = None if material.history is None else material.history.known
    usual = _last_season(material, np.ones_like(material.past[0], dtype=bool))
    own = usual if known is None else np.where(statistical, _last_season(material, known), usual)
    own[1:3] = 0.0
    own[3] = np.where(launching, material.planned[3].mean(axis=2), own[3])
    result = np.where((statistical | launching)[None, :, :, None], own[..., None], material.planned)
    result[0] = np.where(statistical[:, :, None], own[0][:, :, None], material.planned[0])
    if unseen is not None and unseen[0].any():
        latest = statistical & unseen[0]
        result[0] = np.where(latest[:, :, None], _latest(material, own[0])[:, :, None], result[0])
    holds = acts if unseen is None or acts is None else acts | unseen
    return result if holds is None else np.where(holds[..., None], result, material.planned)


def _latest(material: Material, otherwise: Array) -> Array:
    """Median log price of the last RECENT buckets learned from [I, M]; ``otherwise`` where there are none."""
    if material.history is None:
        return otherwise
    known = material.history.known & ~np.isnan(material.past[0])
    number = np.flip(np.flip(known, axis=2).cumsum(axis=2), axis=2)
    prices = np.where(known & (number <= RECENT), material.past[0], np.nan)
    told = known.any(axis=2)
    return np.where(told, np.nanmedian(np.where(told[:, :, None], prices, 0.0), axis=2), otherwise)


def _last_season(material: Material, counted: Mask) -> Array:
    """Mean of every driver [K, I, M] over the ``counted`` [I, M, H] buckets of the last season; the first planned
    bucket's level where there are none."""
    season = material.inputs.horizon.periods_per_year
    past = material.past[..., -season:]
    seen = counted[:, :, -season:] & ~np.isnan(past)
    number = seen.sum(axis=3)
    total = np.where(seen, past, 0.0).sum(axis=3)
    return np.where(number > 0, total / np.maximum(number, 1), material.planned[..., 0])


def remainder(material: Material, effects: Effects | None, coefficient: Array, reference: Array) -> Array:
    """History as it would have been at the reference level of every driver, gaps bridged [I, M, H]."""
    history = material.history
    if history is None or effects is None:
        return np.full((*material.origin.shape, 0 if history is None else history.buckets), np.nan)
    rows = history.sold
    effect = driven(material, coefficient, reference)
    result = np.full_like(history.clean, np.nan)
    profile = effects.profile(season_positions(material.inputs, history.first, history.last))
    result[rows] = bridged((history.clean / effect)[rows], profile)
    sold_out = history.reasons == STOCK_OUT
    return np.where(sold_out, np.fmax(result, history.demand / effect), result)


def driven(material: Material, coefficient: Array, reference: Array) -> Array:
    """What past drivers did to demand against their reference level: a factor [I, M, H]."""
    change = np.nan_to_num(material.past - reference[..., :1])
    return np.asarray(np.exp(np.einsum("kimh,kim->imh", change, coefficient)))


def base_paths(  # noqa: PLR0917 - what was found, then how it is carried on
    material: Material,
    effects: Effects | None,
    cleaned: Array,
    engine: Engine,
    report: Report,
    others: Mapping[str, Engine] = MappingProxyType({}),
) -> Array:
    """Base path of every series [I, M, T]: engine, given forecast, or launch.

    ``others``: engines of the items that have one of their own, by name.
    """
    inputs, total = material.inputs, material.inputs.horizon.total
    base = np.zeros((*material.origin.shape, total))
    statistical, history = material.origin == STATISTICAL, material.history
    if history is not None and effects is not None and statistical.any():
        count = history.buckets - history.ended
        season, own = season_of(material, effects, history.first, total), _own_engines(material)
        done, whole = 0.0, float(statistical.sum())
        for name, one in (("", engine), *others.items()):
            rows = statistical & (own == name)[:, None]
            if rows.any():
                tell = _part(report, done, rows.sum() / whole)
                ahead = carried_on(cleaned[rows][:, :count], season.of(rows[history.sold]), one, tell)
                base[rows] = ahead[:, history.ended :]
                done += rows.sum() / whole
    given, launching = material.origin == GIVEN, material.origin == LAUNCH
    base[given] = _before_phase_out(material)[given]
    if launching.any():
        planned = launch_paths(inputs, base, launching.any(axis=1))
        base = np.where(launching[:, :, None], scaled_by_sales(material, planned), base)
    return np.where(given[:, :, None], base, base * _known_ahead(material))


def _known_ahead(material: Material) -> Array:
    """What planned events and past promotions do to the planned buckets of each series [I, M, T]: its own, not those
    of the item a launch follows. Given forecasts have them in already."""
    inputs, items, markets = material.inputs, material.base.axis("item"), material.base.axis("market")
    factor = np.nan_to_num(event_factors(inputs, items, markets, 0, inputs.horizon.total), nan=1.0)
    return factor * pulled_forward(inputs, items, markets) if len(inputs["promotions"]) else factor


def _own_engines(material: Material) -> npt.NDArray[np.str_]:
    """Name of the engine each item asks for [I], blank = the company's."""
    return np.asarray(material.inputs["items"]["engine"].to_numpy(dtype=str))


@dataclass(frozen=True, eq=False)
class Season:
    """What is known of the season before an engine runs.

    ``profile`` [S, n + h]: factor on demand over history and horizon; ``trusted`` [S]: series whose season is taken out
    with it; the others keep theirs and the engine looks for it; ``length`` buckets.
    """

    profile: Array
    trusted: Mask
    length: int

    def of(self, rows: Mask | Index) -> Season:
        """The season of some of the series."""
        return Season(self.profile[rows], self.trusted[rows], self.length)


def season_of(material: Material, effects: Effects, first: int, last: int) -> Season:
    """Season of all series with history over buckets ``first`` to ``last`` - 1."""
    profile = effects.profile(season_positions(material.inputs, first, last))
    return Season(profile, effects.season_shared, material.inputs.horizon.periods_per_year)


def carried_on(history: Array, season: Season, engine: Engine, report: Report) -> Array:
    """``history`` [S, n] continued by ``engine`` over the buckets the season reaches beyond it [S, h].

    Series of a family share most of their season: taking it out pooled leaves the engine less to guess.
    """
    count = history.shape[1]
    result = np.zeros((len(history), season.profile.shape[1] - count))
    share, done = float(season.trusted.mean()) if len(history) else 0.0, 0.0
    for rows, pooled in ((season.trusted, True), (~season.trusted, False)):
        profile = season.profile[rows] if pooled else np.ones_like(season.profile[rows])
        weight = share if pooled else 1.0 - share
        ahead = engine.forecast(
            history[rows] / profile[:, :count],
            result.shape[1],
            1 if pooled else season.length,
            _part(report, done, weight),
        )
        result[rows] = ahead * profile[:, count:]
        done += weight
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
