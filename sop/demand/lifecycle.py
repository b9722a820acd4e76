"""Launches and phase-outs: how much of its full volume an item sells in each bucket, and how a launch's volume is made.

    launch      clip((t + 1 - launch) / ramp, 0, 1)      launch: bucket of the first day on sale
    phase-out   clip((end - t) / ramp, 0, 1)             end: bucket after the last day on sale

Both positions are in buckets with days as fractions: an item launched in the middle of a month sells half of its first
step in it. Shifts move the positions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sop.domain.inputs import Inputs
from sop.domain.launches import FAR
from sop.domain.parameters import Array, Mask, Parameters


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
    ``end``, ``ramp`` and number of the ``family`` [I]; ``reached`` [I] the share of full volume a launch under way had
    come to when history ended, 0 for launches ahead."""

    launching: Mask
    learned: Mask
    launch: Array
    end: Array
    ramp: Array
    family: npt.NDArray[np.int64]
    reached: Array


def lived(path: Array, course: Course, parameters: Parameters) -> Array:
    """Demand [I, M, T] of items at full volume ``path`` as they are launched, taken from, phased out and succeeded.

        launch       path x ramp up x volume x ramp down x probability, and pipeline fill x probability in its bucket
        others       path x ramp down, less what launches of their family take from them: cannibalisation x launch
                     (not x pipeline fill: full shelves take no customers), in proportion to their demand in that market
                     and bucket, never more than there is
        successor    + transfer x what the item phased out would still sell, in markets where both are sold

    A successor takes over what is lost while it is on sale itself: from its own launch (at its probability, without its
    ramp: these customers are there) to its own end, after which it hands on what it took over along with its own.
    Given forecasts speak for themselves: nothing is taken from them and nothing transferred to them.
    A launch under way has passed its gate: its probability is 1, and what it took from its family by the end of history
    is in theirs, so only what it sells beyond that takes more.
    """
    total, launching = path.shape[2], course.launching[:, :, None]
    down = ramp_down(course.end, course.ramp, total)[:, None, :]
    if not launching.any():
        return _handed_over(path * down, path, down, course, parameters)
    chance = np.where(course.reached > 0, 1.0, parameters["launch_probability"])
    rising = ramp_up(course.launch, course.ramp, total) * (parameters["launch_volume"] * chance)[:, None]
    whole = np.where(launching, path * rising[:, None, :], path)
    result = whole * down
    result *= _left(result, course, _taking(course, parameters["cannibalisation"], total))
    if parameters["pipeline_fill"].any():
        on_sale = ramp_down(course.end, np.ones_like(course.end), total) * chance[:, None]
        result += _fill(path, course.launch, parameters) * on_sale[:, None, :] * launching
    return _handed_over(result, whole, down, course, parameters)


def _handed_over(result: Array, whole: Array, down: Array, course: Course, parameters: Parameters) -> Array:
    """``result`` [I, M, T] and what successors take over of ``whole`` as it runs ``down`` [I, 1, T]."""
    after = parameters["successor"].astype(np.int64)
    rounds = generations(after, course.end < FAR)
    if not rounds:
        return result
    there, received = course.learned | course.launching, np.zeros_like(result)
    opened = _opened(course, parameters["launch_probability"], whole.shape[2])
    for giving in rounds:
        heir, lost = after[giving], 1.0 - down[giving]
        takes = (there[giving] & there[heir])[:, :, None] * parameters["transfer"][giving][:, None, None]
        at_once = (course.ramp[giving] == 1.0)[:, None, None]
        met = np.where(at_once, np.minimum(lost, opened[heir]), lost * opened[heir])
        np.add.at(received, heir, takes * (whole[giving] * met + received[giving] * lost * opened[heir]))
    return np.asarray(result + received * down)


def generations(after: npt.NDArray[np.int64], ending: Mask) -> list[npt.NDArray[np.int64]]:
    """Items that hand over, in rounds: nobody takes over from an item of a later round. Items in a circle are left out.

    >>> [items.tolist() for items in generations(np.array([1, 2, -1, 2]), np.array([True, True, True, True]))]
    [[0, 3], [1]]
    """
    giving = np.flatnonzero(ending & (after >= 0) & (after != np.arange(len(after))))
    rounds = []
    while len(giving):
        waits = np.isin(giving, after[giving])
        if waits.all():
            break
        rounds.append(giving[~waits])
        giving = giving[waits]
    return rounds


def _opened(course: Course, probability: Array, total: int) -> Array:
    """Share of each bucket in which a series can take over [I, M, T]: a launch from its first day, if it comes."""
    chance = np.where(course.reached > 0, 1.0, probability)
    since = ramp_up(course.launch, np.ones_like(course.launch), total) * chance[:, None]
    return np.where(course.launching[:, :, None], since[:, None, :], 1.0)


def _fill(path: Array, launch: Array, parameters: Parameters) -> Array:
    """Pipeline fill [I, M, T]: in the bucket of the launch, by market shares of the path."""
    result = np.zeros_like(path)
    for item in np.flatnonzero(parameters["pipeline_fill"]):
        bucket = int(np.floor(launch[item]))
        if 0 <= bucket < path.shape[2] and path[item, :, bucket].sum() > 0:
            share = path[item, :, bucket] / path[item, :, bucket].sum()
            result[item, :, bucket] = share * parameters["pipeline_fill"][item]
    return result


def _taking(course: Course, cannibalisation: Array, total: int) -> Array:
    """Share of a launch's demand [I, T] that its family loses: of one under way only what goes beyond ``reached``."""
    if not course.reached.any():
        return np.repeat(cannibalisation[:, None], total, axis=1)
    up = np.maximum(ramp_up(course.launch, course.ramp, total), 1e-9)
    return np.asarray(cannibalisation[:, None] * np.maximum(1.0 - course.reached[:, None] / up, 0.0))


def _left(level: Array, course: Course, taking: Array) -> Array:
    """Share of demand the launches of its family leave to each item [I, M, T], of ``level`` without pipeline fill, when
    they take ``taking`` [I, T] of theirs from it."""
    if not taking.any():
        return np.ones_like(level)
    member = (np.arange(int(course.family.max()) + 1)[:, None] == course.family).astype(np.float64)
    launched = level * course.launching[:, :, None] * taking[:, None, :]
    taken = np.einsum("fi,imt->fmt", member, launched)
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
