"""Launches and phase-outs: how much of its full volume an item sells in each bucket, and how a launch's volume is made.

    launch      clip((t + 1 - launch) / ramp, 0, 1)      launch: bucket of the first day on sale
    phase-out   clip((end - t) / ramp, 0, 1)             end: bucket after the last day on sale

Both positions are in buckets with days as fractions: an item launched in the middle of a month sells half of its first
step in it. Shifts move the positions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sop.domain.horizon import Horizon
from sop.domain.inputs import Inputs
from sop.domain.parameters import Array, Mask, Parameters

FAR = 1e6


def launch_positions(inputs: Inputs) -> Array:
    """Position of each item's launch [I]; far in the past where it has none."""
    return np.array([_position(inputs.horizon, day, -FAR) for day in inputs["items"]["launch"]], dtype=np.float64)


def end_positions(inputs: Inputs) -> Array:
    """Position after each item's last day on sale [I]; far in the future where it has none."""
    days = inputs["items"]["phase_out"]
    return np.array([_position(inputs.horizon, day, FAR, days_later=1) for day in days], dtype=np.float64)


def ramp_up(launch: Array, ramp: Array, total: int) -> Array:
    """Share of full volume [I, T] after launches at ``launch`` [I] over ``ramp`` [I] buckets.

    >>> ramp_up(np.array([1.0]), np.array([2.0]), 4).tolist()
    [[0.0, 0.5, 1.0, 1.0]]
    """
    return np.asarray(np.clip((np.arange(total) + 1.0 - launch[:, None]) / ramp[:, None], 0.0, 1.0))


def ramp_down(end: Array, ramp: Array, total: int) -> Array:
    """Share of full volume [I, T] before an end of sale at ``end`` [I] over ``ramp`` [I] buckets.

    >>> ramp_down(np.array([3.0]), np.array([2.0]), 4).tolist()
    [[1.0, 1.0, 0.5, 0.0]]
    """
    return np.asarray(np.clip((end[:, None] - np.arange(total)) / ramp[:, None], 0.0, 1.0))


def moved(path: Array, shift: Array) -> Array:
    """``path`` [I, M, T] moved later by ``shift`` [I] buckets, fractions interpolated.

    Buckets before the path begins are 0; buckets after it ends keep the last value.
    """
    total = path.shape[2]
    source = np.arange(total)[None, :] - shift[:, None]
    padded = np.concatenate([np.zeros((*path.shape[:2], 1)), path, path[:, :, -1:]], axis=2)
    low = np.clip(np.floor(source), -1, total - 1).astype(np.int64)
    share = np.clip(source - low, 0.0, 1.0)[:, None, :]
    here = np.take_along_axis(padded, (low + 1)[:, None, :], axis=2)
    there = np.take_along_axis(padded, (low + 2)[:, None, :], axis=2)
    return np.asarray(here * (1.0 - share) + there * share)


@dataclass(frozen=True, eq=False)
class Course:
    """Where items stand in their life: ``launching`` and ``learned`` (forecast from history) [I, M]; ``launch``,
    ``end``, ``ramp`` and number of the ``family`` [I]."""

    launching: Mask
    learned: Mask
    launch: Array
    end: Array
    ramp: Array
    family: npt.NDArray[np.int64]


def lived(path: Array, course: Course, parameters: Parameters) -> Array:
    """Demand [I, M, T] of items at full volume ``path`` as they are launched, taken from, phased out and succeeded.

        launch       (path x ramp up x ramp down x volume + pipeline fill in its bucket) x probability
        others       path x ramp down, less what launches of their family take from them: cannibalisation x launch, in
                     proportion to their demand in that market and bucket, never more than there is
        successor    + transfer x path x (1 - ramp down) of the item phased out, in markets where it is sold

    Given forecasts speak for themselves: nothing is taken from them and nothing transferred to them.
    """
    total = path.shape[2]
    launching = course.launching[:, :, None]
    down = ramp_down(course.end, course.ramp, total)[:, None, :]
    result = path * down
    if course.launching.any():
        up = ramp_up(course.launch, course.ramp, total)[:, None, :]
        full = result * up * parameters["launch_volume"][:, None, None] + _fill(path, course.launch, parameters)
        launched = np.where(launching, full * parameters["launch_probability"][:, None, None], 0.0)
        result = np.where(launching, launched, result * _left(result, launched, course, parameters["cannibalisation"]))
    after = parameters["successor"].astype(np.int64)
    for item in np.flatnonzero((after >= 0) & (course.end < FAR)):
        takes = (course.learned | course.launching)[after[item]] & course.learned[item]
        lost = path[item] * (1.0 - down[item]) * parameters["transfer"][item]
        result[after[item]] += lost * takes[:, None]
    return np.asarray(result)


def _fill(path: Array, launch: Array, parameters: Parameters) -> Array:
    """Pipeline fill [I, M, T]: in the bucket of the launch, by market shares of the path."""
    result = np.zeros_like(path)
    for item in np.flatnonzero(parameters["pipeline_fill"]):
        bucket = int(np.floor(launch[item]))
        if 0 <= bucket < path.shape[2] and path[item, :, bucket].sum() > 0:
            share = path[item, :, bucket] / path[item, :, bucket].sum()
            result[item, :, bucket] = share * parameters["pipeline_fill"][item]
    return result


def _left(level: Array, launched: Array, course: Course, cannibalisation: Array) -> Array:
    """Share of demand the launches of its family leave to each item [I, M, T]."""
    if not cannibalisation.any():
        return np.ones_like(level)
    member = (np.arange(int(course.family.max()) + 1)[:, None] == course.family).astype(np.float64)
    taken = np.einsum("fi,imt->fmt", member, launched * cannibalisation[:, None, None])
    there = np.einsum("fi,imt->fmt", member, level * course.learned[:, :, None])
    share = np.divide(taken, there, out=np.zeros_like(taken), where=there > 0)
    kept = 1.0 - np.minimum(share, 1.0)[course.family]
    return np.where(course.learned[:, :, None], kept, 1.0)


def launch_paths(inputs: Inputs, base: Array, launching: Mask) -> Array:
    """Full volume [I, M, T] of items being launched: the like item's path, scaled to the launch volume.

    ``base`` [I, M, T] are the paths of items with history, ``launching`` [I] the items to do. Launch volume (over all
    markets, per bucket) is split by the like item's market shares and follows its seasonal profile; without a like
    item it is split evenly and stays level; without a volume the like item's own is taken.
    """
    result = np.zeros_like(base)
    items = inputs["items"]
    index = {label: position for position, label in enumerate(items["item"])}
    for position in np.flatnonzero(launching):
        like = index.get(items["like_item"].iloc[position], -1)
        volume = float(items["launch_volume"].iloc[position])
        path = base[like] if like >= 0 and base[like].any() else np.ones(base.shape[1:])
        if np.isnan(volume):
            result[position] = path if like >= 0 and base[like].any() else 0.0
        else:
            result[position] = path * (volume / _ordinary_level(path, inputs.horizon.periods_per_year))
    return result


def _ordinary_level(path: Array, season_length: int) -> float:
    """Mean per bucket over all markets of whole seasons of ``path`` [M, T] (of all of it when shorter)."""
    total = path.sum(axis=0)
    whole = len(total) // season_length * season_length
    return float(total[: whole or len(total)].mean())


def _position(horizon: Horizon, day: Any, blank: float, days_later: int = 0) -> float:
    if pd.isna(day):
        return blank
    when: date = day.date() + timedelta(days=days_later)
    index = horizon.index_of(when)
    start, end = horizon.start(index), horizon.start(index + 1)
    return index + (when - start).days / (end - start).days
