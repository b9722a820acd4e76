"""Launches under way: items whose ramp goes on beyond the end of history, and samples sold before a launch.

An engine would carry on the little such an item has sold so far. Where its launch date + ramp lies ahead of the end of
history it goes on along its ramp instead, in each market to the full volume planned there, scaled by what it has sold:

    scale = 1 - reached + reached x sold / expected

``reached`` is the share of full volume its ramp has come to, so that what has sold counts the more the further up the
ramp it is; ``expected`` is what the ramp (and the pipeline fill) should have brought in the same buckets, at most
MOST_OFF off. Without a planned volume or like item the full volume is sold / ramp.

What was sold before the launch date is taken for samples, unless it is LEAST_SOLD of the full volume over a whole
season: such an item is forecast from its sales, and the model says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from sop.demand.lifecycle import ramp_up
from sop.demand.material import Material
from sop.demand.model import GIVEN, LAUNCH, STATISTICAL
from sop.domain.errors import Fault
from sop.domain.inputs import Inputs
from sop.domain.launches import below_full_volume, launch_positions
from sop.domain.parameters import Array, Mask

LEAST_SOLD = 0.1
MOST_OFF = 3.0


def on_their_ramp(material: Material) -> Material:
    """``material`` whose launches ahead or under way are launches (or given forecasts), their sales in ``begun``."""
    history = material.history
    if history is None:
        return material
    ahead = below_full_volume(material.inputs, -history.ended)
    series = (material.origin == STATISTICAL) & ahead[:, None]
    if not series.any():
        return material
    volume, earlier = _full_volume(material), _sold_before(material)
    earnest = series & (earlier > LEAST_SOLD * volume)
    series &= ~earnest
    origin = np.where(series, np.where(np.isnan(material.given).all(axis=2), LAUNCH, GIVEN), material.origin)
    clean = np.where(series[:, :, None], np.nan, history.clean)
    notes = (*history.notes, *_sold_in_earnest(material, earnest, earlier))
    begun = np.where((origin == LAUNCH)[:, :, None] & series[:, :, None], history.clean, np.nan)
    return replace(
        material, history=replace(history, clean=clean, notes=notes), origin=origin.astype(np.int8), begun=begun
    )


def scaled_by_sales(material: Material, path: Array) -> Array:
    """Full volume ``path`` [I, M, T] of launches, with what those under way have sold so far; see the module."""
    history, begun = material.history, material.begun
    if history is None or begun is None:
        return path
    launch, ramp = launch_positions(material.inputs), _ramp(material.inputs)
    up = _past_ramp(material)[:, None, :]
    known = ~np.isnan(begun) & (up > 0)
    sold, ramped = np.where(known, begun, 0.0).sum(axis=2), np.where(known, up, 0.0).sum(axis=2)
    found = np.divide(sold, ramped, out=np.zeros_like(sold), where=ramped > 0)
    unplanned = (material.origin == LAUNCH) & ~path.any(axis=2)
    path = np.where(unplanned[:, :, None], found[:, :, None], path)
    expected = np.where(known, _past_level(material, path) * up + _past_fill(material, path, launch), 0.0).sum(axis=2)
    ratio = np.divide(sold, expected, out=np.ones_like(sold), where=expected > 0)
    reached = np.clip((-history.ended - launch) / ramp, 0.0, 1.0)[:, None]
    scale = 1.0 + reached * (np.clip(ratio, 0.0, MOST_OFF) - 1.0)
    return np.asarray(path * np.where(unplanned, 1.0, scale)[:, :, None])


def ramp_notes(material: Material, base: Array) -> Iterator[str]:
    """A sentence for every launch under way: what it has sold, and the full volume it goes on to (``base``)."""
    if material.history is None or material.begun is None:
        return
    since = _past_ramp(material) > 0
    sold = np.nansum(np.where(since[:, None, :], material.begun, np.nan), axis=(1, 2))
    bucket = material.inputs.horizon.bucket
    for item in np.flatnonzero(sold > 0):
        planned = float(material.inputs["items"]["launch_volume"].iloc[item])
        where = material.origin[item] == LAUNCH
        full = float(base[item][where].sum(axis=0).mean())
        against = "" if np.isnan(planned) else f" (planned: {planned:,.6g})"
        came = f"{material.base.labels('item')[item]} has sold {sold[item]:,.6g} since its launch"
        yield f"{came}: it goes on along its ramp, to {full:,.6g} a {bucket}{against}."


def _sold_in_earnest(material: Material, earnest: Mask, earlier: Array) -> Iterator[str]:
    table, bucket = material.inputs["items"], material.inputs.horizon.bucket
    for item in np.flatnonzero(earnest.any(axis=1)):
        day = str(table["launch"].iloc[item].date())
        told = f"{table['item'].iloc[item]} sold {earlier[item].sum():,.4g} a {bucket} before its launch: "
        told += "it is forecast from its sales, without the launch."
        yield str(Fault("items", 0, "launch", day, told, "Correct the date, or say its launch_volume."))


def _full_volume(material: Material) -> Array:
    """About what each series [I, M] should sell a bucket at full volume: given, planned, or sold / ramp."""
    items, history = material.inputs["items"], material.history
    assert history is not None
    season = material.inputs.horizon.periods_per_year
    usual = _mean(history.demand[:, :, -season:])
    index = {label: position for position, label in enumerate(items["item"])}
    like = np.array([index.get(label, -1) for label in items["like_item"]])
    level = np.where((like >= 0)[:, None], usual[like], 0.0)
    planned = items["launch_volume"].to_numpy(dtype=np.float64)[:, None]
    even = np.where(level.sum(axis=1, keepdims=True) > 0, level, 1.0)
    volume = np.where(np.isnan(planned), level, planned * even / even.sum(axis=1, keepdims=True))
    up = np.where(np.isnan(history.clean), 0.0, _past_ramp(material)[:, None, :])
    sold = np.where(up > 0, np.nan_to_num(history.clean), 0.0).sum(axis=2)
    found = np.divide(sold, up.sum(axis=2), out=np.zeros_like(sold), where=up.sum(axis=2) > 0)
    given = _mean(material.given)
    return np.where(given > 0, given, np.where(volume > 0, volume, found))


def _sold_before(material: Material) -> Array:
    """Sales per bucket over the season before the launch [I, M]."""
    history, season = material.history, material.inputs.horizon.periods_per_year
    assert history is not None
    until = np.minimum(np.floor(launch_positions(material.inputs)), history.last - history.ended)[:, None]
    bucket = np.arange(history.first, history.last)
    before = (bucket < until) & (bucket >= until - season)
    return np.asarray(np.where(before[:, None, :], np.nan_to_num(history.demand), 0.0).sum(axis=2) / season)


def _past_ramp(material: Material) -> Array:
    """Share of full volume [I, H] of launches in the buckets of history."""
    history = material.history
    assert history is not None
    since = launch_positions(material.inputs) - history.first
    return ramp_up(since, _ramp(material.inputs), history.buckets)


def _past_level(material: Material, path: Array) -> Array:
    """Full volume in the buckets of history [I, M, H]: the same place of the season in ``path``, or its mean."""
    history, total = material.history, path.shape[2]
    assert history is not None
    place = np.arange(history.first, history.last) % material.inputs.horizon.periods_per_year
    return np.where(place < total, path[:, :, np.minimum(place, total - 1)], path.mean(axis=2, keepdims=True))


def _past_fill(material: Material, path: Array, launch: Array) -> Array:
    """Pipeline fill [I, M, H] of launches in history: in their bucket, by market shares of ``path``."""
    history = material.history
    assert history is not None
    level = path.mean(axis=2)
    share = np.divide(level, level.sum(axis=1, keepdims=True), out=np.zeros_like(level), where=level > 0)
    here = np.arange(history.first, history.last) == np.floor(launch)[:, None]
    fill = material.base["pipeline_fill"][:, None] * here
    return np.asarray(share[:, :, None] * fill[:, None, :])


def _ramp(inputs: Inputs) -> Array:
    return inputs["items"]["ramp_periods"].to_numpy(dtype=np.float64)


def _mean(values: Array) -> Array:
    """Mean of what is known along the last axis; 0 where nothing is."""
    number = (~np.isnan(values)).sum(axis=2)
    return np.asarray(np.nansum(values, axis=2) / np.maximum(number, 1))
