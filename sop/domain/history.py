"""Prices and drivers by item, market and bucket: one reading of the tables for the past and for the plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from sop.domain.inputs import Inputs
from sop.domain.launches import below_full_volume
from sop.domain.parameters import Array, Axis, Mask

RESERVED_DRIVERS = ("price", "promotion", "marketing")


@dataclass(frozen=True, eq=False)
class Drivers:
    """What moves demand in buckets [first, last): price, promotion, marketing [I, M, t], index [D, I, M, t].

    Unknown prices are NaN; promotion and marketing are 0 where nothing is said; an index keeps its last known value.
    ``index_is_log`` [D]: an index that is always positive acts through its logarithm, any other one linearly.
    """

    price: Array
    promotion: Array
    marketing: Array
    index: Array
    index_names: tuple[str, ...]
    index_is_log: Mask


def index_names(inputs: Inputs) -> tuple[str, ...]:
    """Names of the external indices, in order of first appearance."""
    names = inputs["drivers"]["driver"]
    return tuple(dict.fromkeys(names[~names.isin(RESERVED_DRIVERS)]))


def drivers(inputs: Inputs, items: Axis, markets: Axis, first: int, last: int) -> Drivers:
    """All drivers for buckets ``first`` to ``last`` - 1 (negative = history)."""
    reader = _DriverReader(inputs, items, markets, first, last)
    names = index_names(inputs)
    earliest = _earliest(inputs, first)
    whole = _DriverReader(inputs, items, markets, earliest, last)
    index = [_carried_forward(whole.mean(name))[:, :, first - earliest :] for name in names]
    cube = np.stack(index) if index else np.zeros((0, len(items), len(markets), last - first))
    table = inputs["drivers"]
    is_log = np.array([bool((table.loc[table["driver"] == name, "value"] > 0).all()) for name in names], dtype=bool)
    listed = list_prices(inputs, items, markets, first, last)
    charged = reader.mean("price")
    return Drivers(
        price=np.where(np.isnan(charged), listed, charged),
        promotion=np.nan_to_num(reader.mean("promotion")),
        marketing=reader.allocated("marketing"),
        index=cube,
        index_names=names,
        index_is_log=is_log,
    )


def _earliest(inputs: Inputs, first: int) -> int:
    """Bucket of the first row of the drivers table, at most ``first``: an index is carried forward from there."""
    table = inputs["drivers"]
    return min(first, int(inputs.horizon.index_of_dates(table["date"]).min())) if len(table) else first


def list_prices(inputs: Inputs, items: Axis, markets: Axis, first: int, last: int) -> Array:
    """Net list price [I, M, t]: the row valid on the bucket's first day, market-specific before general.

    Buckets before the first dated row take that row's price; NaN where the item has no price.
    """
    starts = np.array([inputs.horizon.start(index) for index in range(first, last)], dtype="datetime64[D]")
    table = inputs["prices"].sort_values("valid_from", kind="stable", na_position="first")
    general = np.full((len(items), last - first), np.nan)
    specific = np.full((len(items), len(markets), last - first), np.nan)
    net = table["list_price"] * (1.0 - table["discount"])
    rows = zip(table["item"], table["market"], table["valid_from"].to_numpy("datetime64[D]"), net, strict=True)
    for item, market, since, price in rows:
        target = specific[items.index[item], markets.index[market]] if market else general[items.index[item]]
        valid = np.ones(len(starts), dtype=bool) if np.isnat(since) or np.isnan(target).all() else starts >= since
        target[valid] = price
    return np.where(np.isnan(specific), general[:, None, :], specific)


def sold(inputs: Inputs, items: Axis, markets: Axis) -> Mask:
    """Which item is (or will be) sold in which market [I, M].

    Where history, forecasts or past-due orders say so; launches where the like item is sold (everywhere without one).
    A launch ahead or on its ramp goes there too where some market has sold it already, if it has a price there.
    """
    mask = np.zeros((len(items), len(markets)), dtype=bool)
    for name in ("sales_history", "forecasts", "sales_orders"):
        table = inputs[name][["item", "market"]].drop_duplicates()
        mask[_positions(table["item"], items), _positions(table["market"], markets)] = True
    return mask | _launched(inputs, items, markets, mask)


def _launched(inputs: Inputs, items: Axis, markets: Axis, mask: Mask) -> Mask:
    table, ahead = inputs["items"], below_full_volume(inputs)
    result, begun = np.zeros_like(mask), np.zeros(len(items), dtype=bool)
    for item, launch, like in zip(table["item"], table["launch"], table["like_item"], strict=True):
        position = items.index[item]
        begun[position] = mask[position].any()
        if pd.isna(launch) or (begun[position] and not ahead[position]):
            continue
        result[position] = mask[items.index[like]] if like in items.index and mask[items.index[like]].any() else True
    if (result & begun[:, None]).any():
        result &= ~begun[:, None] | ~np.isnan(list_prices(inputs, items, markets, 0, 1))[:, :, 0]
    return result


def _positions(labels: pd.Series, axis: Axis) -> npt.NDArray[np.int64]:
    """Axis position of each label; a blank stands for the only element."""
    return np.asarray(labels.map(lambda label: axis.index[label] if label else 0), dtype=np.int64)


def _carried_forward(values: Array) -> Array:
    """Gaps along the last axis take the last known value, leading gaps the first; all-NaN becomes 1."""
    count = values.shape[-1]
    flat = values.reshape(-1, count)
    known = ~np.isnan(flat)
    last_known = np.maximum.accumulate(np.where(known, np.arange(count), -1), axis=1)
    first_known = np.where(known.any(axis=1), known.argmax(axis=1), 0)
    source = np.where(last_known < 0, first_known[:, None], last_known)
    filled = np.take_along_axis(flat, source, axis=1)
    return np.where(np.isnan(filled), 1.0, filled).reshape(values.shape)


class _DriverReader:
    """Rows of the drivers table resolved onto [I, M, t]: all < family < item, and a market before no market."""

    def __init__(self, inputs: Inputs, items: Axis, markets: Axis, first: int, last: int) -> None:
        table = inputs["drivers"]
        bucket = inputs.horizon.index_of_dates(table["date"]) if len(table) else np.zeros(0, dtype=np.int64)
        inside = (bucket >= first) & (bucket < last)
        self._table = table[inside]
        self._bucket = bucket[inside] - first
        self._items, self._markets, self._count = items, markets, last - first
        self._family_of, self._families = items.codes("family")
        self._products = np.array([kind == "product" for kind in items.groups["kind"]], dtype=bool)

    def mean(self, driver: str) -> Array:
        """Mean of a driver's rows in each bucket, the most specific rows winning; NaN where none."""
        result = np.full((len(self._items), len(self._markets), self._count), np.nan)
        for level in ("all", "family", "item"):
            for with_market in (False, True):
                total, rows, _ = self._level(driver, level, with_market)
                with np.errstate(invalid="ignore"):
                    mean = np.where(rows > 0, total / np.maximum(rows, 1), np.nan)
                result = np.where(np.isnan(mean), result, mean)
        return result

    def allocated(self, driver: str) -> Array:
        """Money of a driver's rows, each spread evenly over the products and markets it covers: totals are kept."""
        result = np.zeros((len(self._items), len(self._markets), self._count))
        for level in ("all", "family", "item"):
            for with_market in (False, True):
                total, _, covered = self._level(driver, level, with_market)
                result += total / np.maximum(covered, 1)
        return result * self._products[:, None, None] if self._products.any() else result

    def _level(self, driver: str, level: str, with_market: bool) -> tuple[Array, Array, Array]:
        """Sum of values, number of rows and number of series covered, spread to [I, M, t] for one kind of row."""
        rows = self._rows(driver, level, with_market)
        values = self._table["value"].to_numpy()[rows]
        group, group_of_item = self._groups(level, rows)
        market = _positions(self._table["market"][rows], self._markets) if with_market else np.zeros(len(values), int)
        shape = (int(group_of_item.max(initial=0)) + 1, len(self._markets) if with_market else 1, self._count)
        total, number = np.zeros(shape), np.zeros(shape)
        np.add.at(total, (group, market, self._bucket[rows]), values)
        np.add.at(number, (group, market, self._bucket[rows]), 1.0)
        size = np.bincount(group_of_item[self._products], minlength=shape[0]).astype(np.float64)
        covered = (size * (1 if with_market else len(self._markets)))[group_of_item][:, None, None]
        full = (len(self._items), len(self._markets), self._count)
        return (
            np.broadcast_to(total[group_of_item], full),
            np.broadcast_to(number[group_of_item], full),
            np.broadcast_to(covered, full),
        )

    def _rows(self, driver: str, level: str, with_market: bool) -> Mask:
        table = self._table
        by_item, by_family = table["item"] != "", table["family"] != ""
        kind = {"item": by_item, "family": by_family & ~by_item, "all": ~by_item & ~by_family}[level]
        chosen = (table["driver"] == driver) & kind & ((table["market"] != "") == with_market)
        return np.asarray(chosen, dtype=bool)

    def _groups(self, level: str, rows: Mask) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        if level == "item":
            return _positions(self._table["item"][rows], self._items), np.arange(len(self._items))
        if level == "family":
            position = {name: number for number, name in enumerate(self._families)}
            return np.asarray(self._table["family"][rows].map(position), dtype=np.int64), self._family_of
        return np.zeros(int(rows.sum()), dtype=np.int64), np.zeros(len(self._items), dtype=np.int64)
