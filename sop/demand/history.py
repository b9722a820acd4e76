"""Sales history as demand in buckets: what customers ordered, cleaned of events and stock-outs.

Index letters: I items, M markets, H history buckets (the last column is bucket -1, the one before the first planned).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from sop.demand.grain import Dated, dated
from sop.domain.inputs import Inputs
from sop.domain.parameters import Array, Axis, Mask
from sop.domain.promotions import promoted, promotion_factor, promotions

LONGEST_SEASONS = 12
RARE_GAPS = 0.2
AS_RECORDED, EVENT, STOCK_OUT, OUTLIER, MISSING, KEPT, REPLACED = range(7)
"""Why a bucket is not learned from as recorded, or is by the planner's will (cleaning.py)."""
LONGEST_PULL = 12
"""Buckets a past promotion may reach into the plan."""


@dataclass(frozen=True, eq=False)
class History:
    """Demand in history buckets ``first`` to ``last`` - 1 (normally -1).

    ``demand`` [I, M, H] is what was ordered (never negative; NaN before a series begins, in gaps and after the data
    end). ``clean`` is demand with the uplift of known events divided out, NaN in every bucket that says nothing about
    ordinary demand. ``ended`` counts the buckets between the last data of the company and the first planned bucket.
    ``notes`` say in sentences what of the data could not be used. ``why`` [I, M, H] is the reason code of every bucket
    (AS_RECORDED to REPLACED). ``stated`` [I, M, H] is what events and promotions did to demand as far as it is stated
    (a factor; NaN: an event of unknown uplift).
    """

    first: int
    demand: Array
    clean: Array
    ended: int
    notes: tuple[str, ...] = ()
    why: npt.NDArray[np.int8] | None = None
    stated: Array | None = None

    @property
    def reasons(self) -> npt.NDArray[np.int8]:
        """Reason codes [I, M, H]; all as recorded where none were noted."""
        return np.zeros(self.demand.shape, dtype=np.int8) if self.why is None else self.why

    @property
    def known(self) -> Mask:
        """Buckets to learn from [I, M, H]."""
        return ~np.isnan(self.clean)

    @property
    def sold(self) -> Mask:
        """Series that have any history [I, M]."""
        return np.asarray(self.known.any(axis=2))

    @property
    def buckets(self) -> int:
        """Number of history buckets H."""
        return int(self.demand.shape[2])

    @property
    def last(self) -> int:
        """Bucket after the last one of history."""
        return self.first + self.buckets


def sales_history(inputs: Inputs, items: Axis, markets: Axis) -> History | None:
    """Sum the sales history to buckets; None when no row lies before the first planned bucket.

    Demand is ``ordered`` (blank = shipped). A bucket with a stock-out in which no more was ordered than shipped
    understates demand and is bridged; so are events of unknown uplift. A series begins at its first demand. A gap
    without rows inside a series that rarely has gaps is missing data; any other gap is no demand. Weeks are spread over
    months by days, and a bucket covered only in part at either end of history is unknown (grain.py).
    """
    past = _past(inputs)
    table, bucket = past.rows, past.bucket
    if not len(table):
        return None
    first = int(bucket.min())
    shape = (len(items), len(markets), -first)
    cell = _cells(table, bucket - first, items, markets, shape)
    ordered = table["ordered"].fillna(table["shipped"]).fillna(0.0).to_numpy(dtype=np.float64)
    ended = int(-1 - bucket.max())
    total = np.maximum(_sum(cell, ordered, shape), 0.0)
    reported = _sum(cell, np.ones(len(table)), shape) > 0
    demand = np.where(_begun(total) & ~_missing(reported, total) & ~_after(shape[2], ended), total, np.nan)
    censored = _sum(cell, _understated(table).astype(np.float64), shape) > 0
    ran = promotions(inputs, items, markets, first, 0)
    uplift = event_factors(inputs, items, markets, first, 0)
    uplift *= promotion_factor(ran.uplift, ran.pull_forward, ran.over)
    with np.errstate(divide="ignore", invalid="ignore"):
        clean = np.where(censored | ~(uplift > 0), np.nan, demand / uplift)
    why = _reasons(demand, clean, uplift, censored, reported)
    return History(first, demand, clean, ended, past.notes, why, uplift)


def _reasons(demand: Array, clean: Array, uplift: Array, censored: Mask, reported: Mask) -> npt.NDArray[np.int8]:
    """Reason code of every bucket: a stock-out goes before an event, a gap in the data before all."""
    begun = np.maximum.accumulate(demand > 0, axis=2)
    later = np.flip(np.maximum.accumulate(np.flip(reported, axis=2), axis=2), axis=2)
    code = np.where(begun & (uplift != 1.0), EVENT, AS_RECORDED)
    code = np.where(begun & censored, STOCK_OUT, code)
    return np.where(begun & later & np.isnan(demand), MISSING, code).astype(np.int8)


def event_factors(inputs: Inputs, items: Axis, markets: Axis, first: int, last: int) -> Array:
    """Known effect of events on demand [I, M, t] in buckets ``first`` to ``last`` - 1: the product of 1 + uplift.

    NaN where an event of unknown uplift touches a past bucket; an unknown uplift of a planned event has no effect.
    """
    factors = np.ones((len(items), len(markets), last - first))
    table = inputs["events"]
    for item, family, market, since, until, uplift in zip(
        *(table[name] for name in ("item", "family", "market", "first_day", "last_day", "uplift")), strict=True
    ):
        start = inputs.horizon.index_of(since.date()) - first
        end = start if pd.isna(until) else inputs.horizon.index_of(until.date()) - first
        if end < 0 or start >= last - first or (np.isnan(uplift) and first >= 0):
            continue
        rows = promoted(items, item, family)[:, None] & (markets.mask("market", market) if market else True)
        factors[np.broadcast_to(rows, factors.shape[:2]), max(start, 0) : end + 1] *= 1.0 + uplift
    return factors


def pulled_forward(inputs: Inputs, items: Axis, markets: Axis) -> Array:
    """What past promotions leave of demand in the planned buckets [I, M, T]."""
    back, total = LONGEST_PULL, inputs.horizon.total
    ran = promotions(inputs, items, markets, -back, total)
    early = np.where(np.arange(-back, total) < 0, ran.pull_forward, 0.0)
    return promotion_factor(np.zeros_like(early), early, ran.over)[:, :, back:]


def bridged(clean: Array, shape: Array) -> Array:
    """``clean`` [S, H] with inner gaps filled: straight lines in the logarithm of demand over ``shape`` [S, H].

    ``shape`` is the ordinary profile (season) around which demand is interpolated, 1 where there is none. Buckets
    before a series begins stay NaN.
    """
    filled = clean.copy()
    for row in np.flatnonzero(np.isnan(clean).any(axis=1)):
        known = np.flatnonzero(~np.isnan(clean[row]))
        if not len(known):
            continue
        inside = np.arange(known[0], clean.shape[1])
        level = np.log1p(clean[row, known] / shape[row, known])
        line = np.expm1(np.interp(inside, known, level)) * shape[row, inside]
        filled[row, inside] = np.where(np.isnan(clean[row, inside]), line, clean[row, inside])
    return filled


def _past(inputs: Inputs) -> Dated:
    """Rows before the first planned bucket (at most LONGEST_SEASONS years back), in buckets."""
    found = dated(inputs["sales_history"], inputs.horizon)
    past = (found.bucket < 0) & (found.bucket >= -LONGEST_SEASONS * inputs.horizon.periods_per_year)
    return Dated(found.rows[past], found.bucket[past], found.notes)


def _cells(
    table: pd.DataFrame, column: npt.NDArray[np.int64], items: Axis, markets: Axis, shape: tuple[int, int, int]
) -> npt.NDArray[np.int64]:
    item = pd.Index(items.labels).get_indexer(pd.Index(table["item"]))
    market = np.where(table["market"] == "", 0, pd.Index(markets.labels).get_indexer(pd.Index(table["market"])))
    return np.asarray((item * shape[1] + market) * shape[2] + column, dtype=np.int64)


def _sum(cell: npt.NDArray[np.int64], values: Array, shape: tuple[int, int, int]) -> Array:
    total = np.bincount(cell, weights=values, minlength=int(np.prod(shape)))
    return np.asarray(total.reshape(shape), dtype=np.float64)


def _understated(table: pd.DataFrame) -> Mask:
    ordered = table["ordered"].fillna(table["shipped"])
    more_ordered = ordered > table["shipped"].fillna(ordered)
    return np.asarray(table["stock_out"] & ~more_ordered, dtype=bool)


def _begun(total: Array) -> Mask:
    return np.asarray(np.maximum.accumulate(total > 0, axis=2))


def _missing(reported: Mask, total: Array) -> Mask:
    """Buckets without rows, between buckets with rows, in series where that is rare."""
    later = np.flip(np.maximum.accumulate(np.flip(reported, axis=2), axis=2), axis=2)
    inside = _begun(total) & later
    gap = inside & ~reported
    share = gap.sum(axis=2, keepdims=True) / np.maximum(inside.sum(axis=2, keepdims=True), 1)
    return np.asarray(gap & (share <= RARE_GAPS))


def _after(count: int, ended: int) -> Mask:
    return np.arange(count) >= count - ended
