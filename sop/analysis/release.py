"""The plan as orders to release: by item, plant and period, split to ISO weeks by the working days of each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from sop.domain.horizon import Horizon
from sop.domain.inputs import Inputs
from sop.domain.parameters import Array, Mask
from sop.domain.plans import PlanResult

COLUMNS = (
    *("item", "plant", "operation", "kind", "supplier", "unit"),
    *("period", "week", "week_start", "working_days", "quantity", "period_quantity"),
)
THOUSANDTHS = 1000.0


@dataclass(frozen=True, eq=False)
class Weeks:
    """ISO weeks of a horizon's buckets: ``bucket`` and first day (Monday) of each part, and its working days."""

    bucket: list[int]
    monday: list[date]
    days: Array


def release(
    inputs: Inputs, result: PlanResult, *, whole_units: bool = False, closed: Collection[date] = ()
) -> pd.DataFrame:
    """One row per operation, bucket and week in which the plan does something; columns as in COLUMNS.

    ``quantity`` is in good units: what is made by the bucket it starts in, what is bought or made outside by the bucket
    it arrives in. A bucket's quantity is split by the working days (Monday to Friday, less ``closed`` ones) of its
    weeks. Figures are in whole units for operations that run in whole units (all with ``whole_units``), else in
    thousandths, by largest remainder: the weeks of a bucket add up to ``period_quantity``, and these over the horizon
    to the plan's rounded total. A week that lies in two months has a row in each.
    """
    table, periods = inputs["operations"], result.horizon.periods
    good = result.supply.level[:, :periods] * table["yield"].to_numpy(dtype=np.float64)[:, None]
    scale = np.where(_runs_whole(inputs) | whole_units, 1.0, THOUSANDTHS)[:, None]
    by_period = shared_out(np.maximum(good, 0.0) * scale)
    weeks = weeks_of(result.horizon, closed)
    return _rows(inputs, result, weeks, by_period, scale)


def weeks_of(horizon: Horizon, closed: Collection[date] = ()) -> Weeks:
    """The weeks of every reported bucket that have working days; all of its weeks where none has any."""
    bucket, monday, days = [], [], []
    for at in range(horizon.periods):
        first, end = horizon.start(at), horizon.start(at + 1)
        found = [
            (day, _working_days(max(day, first), min(day + timedelta(7), end), closed)) for day in _mondays(first, end)
        ]
        counted = [(day, count) for day, count in found if count] or [(day, 1) for day, _ in found]
        bucket += [at] * len(counted)
        monday += [day for day, _ in counted]
        days += [float(count) for _, count in counted]
    return Weeks(bucket, monday, np.array(days))


def shared_out(values: Array) -> Array:
    """``values`` [..., n] in whole numbers that add up to their rounded sum along the last axis: largest remainder, of
    equal ones the earlier.

    >>> shared_out(np.array([[1.5, 1.5, 1.5], [0.2, 0.2, 0.2]])).tolist()
    [[2.0, 2.0, 1.0], [1.0, 0.0, 0.0]]
    """
    steady = np.round(values, 6)  # the solver's dust must not decide who gets the last unit
    lower = np.floor(steady)
    missing = np.floor(steady.sum(axis=-1, keepdims=True) + 0.5) - lower.sum(axis=-1, keepdims=True)
    order = np.argsort(-np.round(steady - lower, 6), axis=-1, kind="stable")
    rank = np.argsort(order, axis=-1, kind="stable")
    return np.asarray(lower + (rank < missing))


def _rows(inputs: Inputs, result: PlanResult, weeks: Weeks, by_period: Array, scale: Array) -> pd.DataFrame:
    table, horizon = inputs["operations"], result.horizon
    by_week = _by_week(by_period, weeks)
    operation, part = np.nonzero(by_week)
    bucket = np.array(weeks.bucket, dtype=np.int64)[part]
    chosen, each = table.iloc[operation], scale[operation, 0]
    unit = dict(zip(inputs["items"]["item"], inputs["items"]["unit"], strict=True))
    frame = pd.DataFrame(
        {
            "item": chosen["item"].to_numpy(),
            "plant": chosen["location"].to_numpy(),
            **{name: chosen[name].to_numpy() for name in ("operation", "kind", "supplier")},
            "unit": [unit[item] for item in chosen["item"]],
            "period": np.array(horizon.labels, dtype=object)[bucket],
            "week": np.array([_week(day) for day in weeks.monday], dtype=object)[part],
            "week_start": np.array([day.isoformat() for day in weeks.monday], dtype=object)[part],
            "working_days": weeks.days[part],
            "quantity": by_week[operation, part] / each,
            "period_quantity": by_period[operation, bucket] / each,
        },
        columns=list(COLUMNS),
    )
    return frame.sort_values(["item", "plant", "operation", "period", "week_start"], kind="stable", ignore_index=True)


def _by_week(by_period: Array, weeks: Weeks) -> Array:
    """[O, T] whole numbers -> [O, W], bucket by bucket in proportion to working days."""
    result = np.zeros((len(by_period), len(weeks.bucket)))
    of = np.array(weeks.bucket, dtype=np.int64)
    for bucket in range(by_period.shape[1]):
        parts = np.flatnonzero(of == bucket)
        share = weeks.days[parts] / weeks.days[parts].sum()
        result[:, parts] = shared_out(by_period[:, bucket : bucket + 1] * share)
    return result


def _runs_whole(inputs: Inputs) -> Mask:
    """Operations [O] that run in whole units of a whole yield."""
    table = inputs["operations"]
    return np.asarray(table["whole"].to_numpy(dtype=bool) & (table["yield"].to_numpy(dtype=np.float64) % 1.0 == 0.0))


def _mondays(first: date, end: date) -> list[date]:
    start = first - timedelta(days=first.weekday())
    return [start + timedelta(weeks=number) for number in range(((end - start).days + 6) // 7)]


def _working_days(first: date, end: date, closed: Collection[date]) -> int:
    return int(np.busday_count(first, end, holidays=sorted(closed)))


def _week(monday: date) -> str:
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02d}"
