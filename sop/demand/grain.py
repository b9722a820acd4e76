"""Sales dated finer than the planning bucket: weeks spread over months, buckets the data cover only in part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from sop.domain.horizon import Horizon
from sop.domain.parameters import Array

WEEK = 7
FEWEST_WEEKS = 8
FINER = 4
"""Days with sales in a usual bucket from which on the dates count as finer than the bucket."""
TOLERATED = 0.05
"""Share of a bucket's days that may be missing at its start or end."""
USUAL = 0.9


@dataclass(frozen=True, eq=False)
class Dated:
    """Rows of a history, the bucket of each, and what was done to them, in sentences."""

    rows: pd.DataFrame
    bucket: npt.NDArray[np.int64]
    notes: tuple[str, ...] = ()


def dated(table: pd.DataFrame, horizon: Horizon) -> Dated:
    """``table`` (date, ordered, shipped and more columns) in buckets.

    Where all dates are whole weeks apart and buckets are months, a row stands for the 7 days from its date and is
    spread over buckets by days. The first and the last bucket are left out, and a note says so, where dates are finer
    than buckets and days are missing at the history's ends.
    """
    days = pd.Series(np.sort(table["date"].unique()))
    weekly = horizon.bucket == "month" and _is_weekly(days)
    rows, bucket = _by_days(table, horizon) if weekly else (table, horizon.index_of_dates(table["date"]))
    cut = _partly_covered(_covered(days) if weekly else days, horizon)
    kept = ~np.isin(bucket, list(cut))
    return Dated(rows[kept], bucket[kept], tuple(cut.values()))


def _is_weekly(days: pd.Series) -> bool:
    """Whether sorted distinct dates lie 7 days apart, now and then a multiple."""
    apart = np.diff(days.to_numpy(dtype="datetime64[D]")).astype(np.int64)
    return len(days) >= FEWEST_WEEKS and bool((apart % WEEK == 0).all()) and float(np.median(apart)) == WEEK


def _by_days(table: pd.DataFrame, horizon: Horizon) -> tuple[pd.DataFrame, npt.NDArray[np.int64]]:
    """Weeks that reach into the next bucket split in two, in proportion to their days on either side."""
    last_day = table["date"] + pd.Timedelta(days=WEEK - 1)
    bucket, after = horizon.index_of_dates(table["date"]), horizon.index_of_dates(last_day)
    known, place = np.unique(after, return_inverse=True)
    starts = np.array([horizon.start(int(index)) for index in known], dtype="datetime64[D]")[place]
    share = ((last_day.to_numpy(dtype="datetime64[D]") - starts).astype(np.float64) + 1.0) / WEEK
    split = after != bucket
    before, beyond = _scaled(table, np.where(split, 1.0 - share, 1.0)), _scaled(table[split], share[split])
    return pd.concat([before, beyond], ignore_index=True), np.concatenate([bucket, after[split]])


def _scaled(table: pd.DataFrame, share: Array) -> pd.DataFrame:
    return table.assign(ordered=table["ordered"] * share, shipped=table["shipped"] * share)


def _covered(weeks: pd.Series) -> pd.Series:
    """Every day of the weeks that begin on the given dates."""
    days = weeks.to_numpy(dtype="datetime64[D]")[:, None] + np.arange(WEEK)
    return pd.Series(days.ravel().astype("datetime64[ns]"))


def _partly_covered(days: pd.Series, horizon: Horizon) -> dict[int, str]:
    """First and last bucket of history where days are missing at its very start or end, with a note on each.

    Missing counts when it is more than TOLERATED of the bucket, more than in nine of ten other buckets, and more than
    in the same bucket of the year next to it (a company may close over Christmas).
    """
    if days.empty:
        return {}
    found = days.groupby(horizon.index_of_dates(days)).agg(["min", "max", "size"])
    buckets = [int(index) for index in found.index]
    if len(found) < 3 or found["size"].iloc[1:-1].median() < FINER:
        return {}
    start = pd.Series([pd.Timestamp(horizon.start(index)) for index in buckets], found.index)
    end = pd.Series([pd.Timestamp(horizon.start(index + 1)) for index in buckets], found.index)
    length, year = (end - start).dt.days, horizon.periods_per_year
    lead, trail = (found["min"] - start).dt.days, (end - found["max"]).dt.days - 1
    notes = {}
    for bucket, missing, neighbour, word, day in (
        (buckets[0], lead, buckets[0] + year, "begin", found["min"].iloc[0]),
        (buckets[-1], trail, buckets[-1] - year, "end", found["max"].iloc[-1]),
    ):
        usual = max(float(missing.iloc[1:-1].quantile(USUAL)), float(missing.get(neighbour, 0)))
        if bucket < 0 and missing[bucket] > max(usual, TOLERATED * length[bucket]):
            notes[bucket] = f"Sales of {horizon.label(bucket)} {word} on {day.date()}: the bucket is taken as unknown."
    return notes
