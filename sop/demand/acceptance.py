"""Which drivers to believe, how finely pooled, and for which series: rolling origins decide.

Up to FOLDS origins; at each, effects are fitted again on what was known then and the next buckets are forecast with
their drivers as they came. The baseline is the same light one for every choice, so that only drivers are compared: the
series' recent level (weights falling by KEPT a bucket) times its season.

    WAPE = sum |error| / sum demand over all held-out buckets

1. Company: starting from all drivers, the one whose absence lowers WAPE most is dropped, until none does. Rivals' price
   goes with the own price.
2. Family: coefficients are the company's; the family's or each series' own only where WAPE of the family falls.
3. Series: drivers are kept unless they make its WAPE worse; where another pooling does not, that is taken.

History too short for whole holdouts is tried bucket by bucket. A driver that had not moved before any origin is not
measured, and so is off: nothing bears it out, and what is assumed about it speaks instead (coefficients.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from sop.demand.controls import harmonics
from sop.demand.effects import FEWEST_BUCKETS, Effects, Evidence, Prepared, estimate, prepare
from sop.demand.features import RIVALS, rivals_bounded
from sop.domain.parameters import Array, Mask

FOLDS = 3
FEWEST_AHEAD, MOST_AHEAD = 4, 12
KEPT = 0.8
COMPANY, FAMILY, SERIES = 0, 1, 2
POOLING = ("company", "family", "series")
Level = npt.NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Verdict:
    """What was decided: drivers ``on`` [K]; for each series the pooling ``level`` [S] and whether it ``keeps`` [S] its
    drivers. ``scores`` tells how it came about, one record each for the company, every driver, family and series.
    ``seen`` [K]: drivers the backtest could measure.
    """

    on: Mask
    seen: Mask
    level: Level
    keeps: Mask
    scores: tuple[Score, ...]


@dataclass(frozen=True)
class Score:
    """WAPE ``without`` and ``with_`` drivers (one driver where named; NaN: moved, but not where it could be measured),
    and whether they are ``on``.

    ``group`` is the number of the family or series; ``pooling`` the level coefficients are taken from.
    """

    level: str
    driver: str
    group: int
    without: float
    with_: float
    on: bool
    pooling: str = ""


@dataclass(frozen=True, eq=False)
class _Fold:
    """One origin: what was known, what came (units [S, n], NaN = unknown) and the drivers then [K, S, n]."""

    prepared: Prepared
    effects: Effects
    actual: Array
    ahead: Array
    position: Array


def accept(evidence: Evidence, groups: tuple[tuple[str, tuple[int, ...]], ...]) -> Verdict:
    """Decide on the drivers of ``evidence``; ``groups`` name the drivers that are switched together."""
    folds = list(_folds(evidence))
    if not folds:
        return unmeasured(evidence, groups)
    count = len(evidence.names)
    actual = np.concatenate([fold.actual for fold in folds], axis=1)
    none = _errors(actual, _forecasts(folds, np.zeros(count, dtype=bool), SERIES))
    seen: Mask = np.asarray(np.any([fold.effects.known for fold in folds], axis=0), dtype=bool)
    on, told = _company(folds, actual, _members(groups, seen), none)
    by_level = np.stack([_errors(actual, _forecasts(folds, on, level)) for level in (COMPANY, FAMILY, SERIES)])
    level = _family_level(by_level, evidence.family)[evidence.family]
    level, keeps = _series_level(by_level, none, level)
    chosen = np.where(keeps, np.take_along_axis(by_level, level[None].astype(int), axis=0)[0], none)
    demand = np.nansum(actual, axis=1)
    rows = _scores(demand, none, chosen, level, keeps, evidence.family)
    return Verdict(on, seen, level, keeps, (*told, *_unseen(evidence, groups, seen), *rows))


def unmeasured(evidence: Evidence, groups: tuple[tuple[str, tuple[int, ...]], ...]) -> Verdict:
    """The verdict where nothing can be held out or no driver ever moved: all off, so that what is assumed speaks."""
    series, count = len(evidence.demand), len(evidence.names)
    none: Mask = np.zeros(count, dtype=bool)
    told = tuple(_unseen(evidence, groups, none))
    return Verdict(none, none, np.full(series, SERIES, np.int8), np.ones(series, bool), told)


def _unseen(evidence: Evidence, groups: tuple[tuple[str, tuple[int, ...]], ...], seen: Mask) -> Iterator[Score]:
    """Drivers history could tell of, had they moved at any origin's back."""
    open_ = [(name, list(members)) for name, members in groups if not seen[list(members)].any()]
    moved = (np.ptp(np.nan_to_num(evidence.drivers), axis=2) > 0).any(axis=1)
    if any(moved[members].any() for _, members in open_):
        informed: Mask = np.asarray(prepare(evidence).informed.any(axis=0), dtype=bool)
        yield from (
            Score("driver", name, 0, np.nan, np.nan, on=False) for name, members in open_ if informed[members].any()
        )


def _members(groups: tuple[tuple[str, tuple[int, ...]], ...], seen: Mask) -> dict[str, list[int]]:
    """The measured drivers of every group that has any."""
    found = {name: [k for k in members if seen[k]] for name, members in groups}
    return {name: members for name, members in found.items() if members and (name != RIVALS or found.get("price"))}


def total_wape(evidence: Evidence) -> float | None:
    """WAPE of the company with all drivers, quickly estimated: to compare shapes of them. None where not measured."""
    folds = list(_folds(evidence, quick=True))
    if not folds:
        return None
    actual = np.concatenate([fold.actual for fold in folds], axis=1)
    ahead = _forecasts(folds, np.ones(len(evidence.names), dtype=bool), SERIES)
    return float(_errors(actual, ahead).sum() / max(float(np.nansum(actual)), 1e-9))


def _folds(evidence: Evidence, quick: bool = False) -> Iterator[_Fold]:
    """Origins from the earliest on, each with a full holdout behind it."""
    known = int(np.flatnonzero((~np.isnan(evidence.demand)).any(axis=0)).max(initial=-1)) + 1
    ahead = int(np.clip(known // 6, FEWEST_AHEAD, MOST_AHEAD))
    if known - ahead < FEWEST_BUCKETS:
        ahead = 1
    for origin in (known - ahead * number for number in range(FOLDS, 0, -1)):
        if origin < FEWEST_BUCKETS:
            continue
        past, coming = slice(0, origin), slice(origin, origin + ahead)
        prepared = prepare(
            replace(
                evidence,
                demand=evidence.demand[:, past],
                drivers=evidence.drivers[..., past],
                position=evidence.position[past],
            )
        )
        if prepared.controls.known.any():
            later = np.nan_to_num(evidence.drivers[..., coming])
            yield _Fold(
                prepared, estimate(prepared, quick=quick), evidence.demand[:, coming], later, evidence.position[coming]
            )


def _company(
    folds: list[_Fold], actual: Array, live: dict[str, list[int]], none: Array
) -> tuple[Mask, tuple[Score, ...]]:
    """Drivers on [K] of the groups ``live``, and what each of them does to the company's WAPE."""
    count = len(folds[0].effects.names)
    demand = max(float(np.nansum(actual)), 1e-9)
    memory: dict[tuple[str, ...], float] = {(): float(none.sum()) / demand}

    def wape(names: tuple[str, ...]) -> float:
        if names not in memory:
            memory[names] = float(_errors(actual, _forecasts(folds, _mask(names), SERIES)).sum()) / demand
        return memory[names]

    def _mask(names: tuple[str, ...]) -> Mask:
        return np.isin(np.arange(count), [k for name in names for k in live[name]])

    kept = tuple(live)
    while kept:
        fewer = {name: _without(kept, name) for name in kept}
        worst = min(fewer, key=lambda name: wape(fewer[name]))
        if wape(fewer[worst]) > wape(kept):
            break
        kept = fewer[worst]
    if kept and wape(kept) >= wape(()):
        kept = ()
    told = [Score("total", "", 0, wape(()), wape(kept), bool(kept))]
    for name in live:
        needed = {name, *kept} | ({"price"} if name == RIVALS else set())
        both = tuple(other for other in live if other in needed)
        told.append(Score("driver", name, 0, wape(_without(both, name)), wape(both), name in kept))
    return _mask(kept), tuple(told)


def _without(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    """``names`` less one; rivals' price means nothing where the own price does not act."""
    gone = {name, RIVALS} if name == "price" else {name}
    return tuple(other for other in names if other not in gone)


def _forecasts(folds: list[_Fold], on: Mask, level: int) -> Array:
    """Light forecasts of all held-out buckets [S, n] with the drivers ``on``, coefficients pooled to ``level``."""
    return np.concatenate([_forecast(fold, on, level) for fold in folds], axis=1)


def _forecast(fold: _Fold, on: Mask, level: int) -> Array:
    effects = fold.effects if on.all() else estimate(fold.prepared, on, like=fold.effects)
    evidence = fold.prepared.evidence
    coefficient = at_level(effects, evidence.family, np.full(len(evidence.demand), level, np.int8)) * effects.informed
    coefficient = rivals_bounded(evidence.names, coefficient)
    driven = np.einsum("ksh,sk->sh", np.nan_to_num(evidence.drivers), coefficient)
    length, order = evidence.season_length, effects.season.shape[1] // 2
    season = effects.season @ harmonics(evidence.position, length, order).T
    left = fold.prepared.log_demand - driven - season
    age = np.arange(left.shape[1])[::-1]
    weight = KEPT**age * fold.prepared.controls.known
    recent = (left * weight).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-300)
    ahead = np.einsum("ksh,sk->sh", fold.ahead, coefficient)
    ahead += effects.season @ harmonics(fold.position, length, order).T
    total = np.exp(recent[:, None] + ahead)
    taught: Mask = np.asarray(fold.prepared.controls.known.any(axis=1), dtype=bool)
    return np.asarray(np.where(taught[:, None], total, np.nan))


def at_level(effects: Effects, family: npt.NDArray[np.int64], level: Level) -> Array:
    """Coefficients [S, K] of each series, taken from the company, its family or itself."""
    pooled = effects.pooled
    by_family = pooled.families.mean[family]
    company = np.broadcast_to(pooled.company.mean, by_family.shape)
    return np.asarray(np.choose(level[:, None], [company, by_family, pooled.series.mean]))


def _errors(actual: Array, forecast: Array) -> Array:
    """Sum of absolute errors of each series [S]."""
    return np.asarray(np.nansum(np.abs(forecast - actual), axis=1))


def _family_level(errors: Array, family: npt.NDArray[np.int64]) -> Level:
    """Pooling of each family [F]: from the broadest on, finer where it errs less. ``errors`` [3, S]."""
    total = np.stack([np.bincount(family, weights=one) for one in errors])
    return np.asarray(total.argmin(axis=0), dtype=np.int8)


def _series_level(errors: Array, none: Array, level: Level) -> tuple[Level, Mask]:
    """Pooling [S] and whether drivers are kept [S]: never where they err more than ``none`` [S]."""
    own = np.take_along_axis(errors, level[None].astype(int), axis=0)[0]
    good = errors <= none
    other = np.where(good.any(axis=0), good.argmax(axis=0), level).astype(np.int8)
    return np.where(own <= none, level, other).astype(np.int8), np.asarray(good.any(axis=0))


def _scores(  # noqa: PLR0917 - one record of each
    demand: Array, none: Array, chosen: Array, level: Level, keeps: Mask, family: npt.NDArray[np.int64]
) -> Iterator[Score]:
    """What drivers do to each family and each series."""

    def score(kind: str, group: int, rows: Any) -> Score:
        per = max(float(demand[rows].sum()), 1e-9)
        pooling = POOLING[int(np.bincount(level[rows], minlength=3).argmax())]
        kept = bool(keeps[rows].any())
        return Score(kind, "", group, float(none[rows].sum()) / per, float(chosen[rows].sum()) / per, kept, pooling)

    for number in range(int(family.max(initial=-1)) + 1):
        yield score("family", number, family == number)
    for number in range(len(demand)):
        yield score("series", number, np.array([number]))
