"""Cleaning of history, visible and reversible: what was recorded, what is learned from instead, and why.

A bucket is an outlier when demand lies off what level, trend, season and drivers explain by more than FARTHEST robust
standard deviations of its series and by more than LEAST_OFF, for at most LONGEST_RUN buckets in a row, and not
in the same place of another season too (that is a season, not a one-off). What stands off at the end of a series may
as well be a new level: it stays, and a note asks the planner (of 28 such ends among the M1 and M3 monthly series,
Theta's next six months erred by 22 % with them and by 30 % without). Outliers are bridged like stock-outs. In a
stock-out at least what was sold is demand. The planner overrules all of it bucket by bucket (history_corrections).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from sop.demand.coefficients import evidence
from sop.demand.effects import estimate, prepare
from sop.demand.history import AS_RECORDED, EVENT, KEPT, MISSING, OUTLIER, REPLACED, STOCK_OUT, History
from sop.demand.material import Material, gather
from sop.demand.model import DemandModel
from sop.demand.response import shaped
from sop.demand.under_way import on_their_ramp
from sop.domain.horizon import Horizon
from sop.domain.inputs import Inputs, rows
from sop.domain.parameters import Array, Mask

FARTHEST = 5.0
LEAST_OFF = float(np.log(1.5))
LONGEST_RUN = 2
FEWEST_TO_JUDGE = 12
MOST_NAMED = 3
REASONS = {
    AS_RECORDED: "",
    EVENT: "event or promotion taken out",
    STOCK_OUT: "stock-out: more would have been ordered",
    OUTLIER: "outlier: a one-off no driver explains",
    MISSING: "no data",
    KEPT: "kept as recorded by the planner",
    REPLACED: "replaced by the planner",
}


def clean_material(inputs: Inputs) -> Material:
    """What fitting works on: corrected by the planner, without outliers, drivers in the shape history asks for."""
    material = gather(inputs)
    if material.history is None:
        return material
    corrected = on_their_ramp(replace(material, history=_corrected(material, material.history)))
    return shaped(replace(corrected, history=_without_outliers(corrected)), evidence)


def _corrected(material: Material, history: History) -> History:
    """History with every row of history_corrections applied; rows outside history say nothing."""
    table = material.inputs["history_corrections"]
    if table.empty:
        return history
    clean, why = history.clean.copy(), history.reasons.copy()
    items, markets = material.base.axis("item"), material.base.axis("market")
    for item, market, day, action, quantity in rows(table, "item", "market", "date", "action", "quantity"):
        bucket = material.inputs.horizon.index_of(day.date()) - history.first
        if not 0 <= bucket < history.buckets:
            continue
        cells = (items.index[item], markets.index[market] if market else slice(None), bucket)
        replaced = action == "replace"
        clean[cells] = quantity if replaced else history.demand[cells]
        why[cells] = REPLACED if replaced else KEPT
    return replace(history, clean=clean, why=why)


def _without_outliers(material: Material) -> History:
    history, found = material.history, evidence(material)
    assert history is not None
    if found is None:
        return history
    prepared = prepare(found)
    effects = estimate(prepared)
    known = prepared.controls.known & (prepared.controls.known.sum(axis=1) >= FEWEST_TO_JUDGE)[:, None]
    error = prepared.demand - np.einsum(
        "ksh,sk->sh", prepared.drivers, effects.pooled.series.mean * effects.informed * prepared.scale
    )
    judged_of = np.where(known, error, np.nan)
    off = outliers(judged_of, found.season_length)
    flagged = off & ~_at_the_end(judged_of, off)
    rows_ = history.sold
    clean, why = history.clean.copy(), history.reasons.copy()
    judged = flagged & ~np.isin(why[rows_], (KEPT, REPLACED))
    clean[rows_] = np.where(judged, np.nan, clean[rows_])
    why[rows_] = np.where(judged, OUTLIER, why[rows_])
    open_ends = off & ~flagged & ~np.isin(why[rows_], (KEPT, REPLACED))
    return replace(history, clean=clean, why=why, notes=(*history.notes, *_asked(material, rows_, open_ends)))


def _at_the_end(error: Array, off: Mask) -> Mask:
    """Buckets of runs of ``off`` [S, H] that reach the last known one of a series (NaN errors are unknown)."""
    known = ~np.isnan(error)
    later_known = np.flip(np.cumsum(np.flip(known & ~off, axis=1), axis=1), axis=1)
    return np.asarray(off & (later_known == 0))


def _asked(material: Material, rows_: Mask, open_ends: Mask) -> tuple[str, ...]:
    """A sentence on series whose latest buckets [S, H] stand off from all before."""
    if not open_ends.any():
        return ()
    places = np.argwhere(rows_)[open_ends.any(axis=1)]
    items, markets = material.base.labels("item"), material.base.labels("market")
    named = ", ".join(f"{items[i]} in {markets[m]}" for i, m in places[:MOST_NAMED])
    more = f" and {len(places) - MOST_NAMED} more" if len(places) > MOST_NAMED else ""
    return (
        f"The latest sales of {named}{more} stand far off from all before. They are learned from, as they may be a new "
        "level: replace them in the history where they were one-offs.",
    )


def outliers(error: Array, season_length: int) -> Mask:
    """Which errors of log demand [S, H] (NaN = unknown) are one-offs; see the module."""
    told = np.where(np.isnan(error).all(axis=1, keepdims=True), 0.0, error)
    middle = np.nanmedian(told, axis=1, keepdims=True)
    scale = 1.4826 * np.nanmedian(np.abs(told - middle), axis=1, keepdims=True)
    away = np.nan_to_num(error - middle)
    far = (np.abs(away) > FARTHEST * scale) & (np.abs(away) > LEAST_OFF)
    return np.asarray(far & ~_in_long_runs(far) & ~_again(away, far, season_length))


def _in_long_runs(far: Mask) -> Mask:
    """Buckets of runs longer than LONGEST_RUN: demand has changed, that is no one-off."""
    number, count = far.shape
    length = np.zeros((number, count + 1), dtype=np.int64)
    for bucket in range(count):
        length[:, bucket] = np.where(far[:, bucket], length[:, bucket - 1] + 1, 0)
    for bucket in range(count - 2, -1, -1):
        goes_on = far[:, bucket] & far[:, bucket + 1]
        length[:, bucket] = np.where(goes_on, length[:, bucket + 1], length[:, bucket])
    return np.asarray(far & (length[:, :count] > LONGEST_RUN))


def _again(away: Array, far: Mask, season_length: int) -> Mask:
    """Whether half as much went the same way in the same place of the season before or after, a bucket off or not."""
    result = np.zeros_like(far)
    for shift in (season_length - 1, season_length, season_length + 1):
        if 0 < shift < away.shape[1]:
            alike = away[:, shift:] * np.sign(away[:, :-shift]) > np.abs(away[:, :-shift]) / 2
            result[:, :-shift] |= alike
            alike = away[:, :-shift] * np.sign(away[:, shift:]) > np.abs(away[:, shift:]) / 2
            result[:, shift:] |= alike
    return np.asarray(far & result)


def cleaning_table(model: DemandModel, horizon: Horizon) -> pd.DataFrame:
    """Every bucket of history that is not learned from as recorded: item, market, period, date (its first day),
    recorded and used (units; recorded is blank where nothing is), why. Newest first."""
    item, market, column = np.nonzero(model.why)
    buckets = column + model.first
    frame = pd.DataFrame(
        {
            "item": np.array(model.items, dtype=object)[item],
            "market": np.array(model.markets, dtype=object)[market],
            "period": [horizon.label(int(bucket)) for bucket in buckets],
            "date": pd.to_datetime([horizon.start(int(bucket)) for bucket in buckets]),
            "recorded": model.history[item, market, column],
            "used": model.used[item, market, column],
            "why": [REASONS[int(code)] for code in model.why[item, market, column]],
        }
    )
    return frame.sort_values(
        ["date", "item", "market"], ascending=[False, True, True], kind="stable", ignore_index=True
    )
