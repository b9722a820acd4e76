"""What every item and market agreed on: prices of late and lost units, limits on what may wait, quotas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sop.domain.inputs import Inputs, rows
from sop.domain.parameters import Array, Parameters
from sop.domain.plans import Index

UNLIMITED = np.inf


@dataclass(frozen=True, eq=False)
class Terms:
    """Terms by item and market; NaN = not given."""

    lost_cost: Array  # [I, M, T] NaN = by the goal
    late_cost: Array  # [I, M, T] NaN = by the setting
    maximum_backlog: Array  # [I, M, T] most owed at the end of a bucket
    closing_backlog: Array  # [I, M] most owed at the end of the horizon
    quota: Array  # [I, M, T] units served before others of the same priority get more


def market_terms(inputs: Inputs, base: Parameters) -> Terms:
    """The markets table, and over it market_terms: a market's general rows, then those of an item, then those naming a
    bucket, cell by cell."""
    table = inputs["markets"]
    firm = table["firm"].to_numpy(dtype=bool)
    closing = table["closing_backlog"].to_numpy(dtype=np.float64)
    closing = np.where(np.isnan(closing), np.where(firm, 0.0, UNLIMITED), closing)
    unlimited = np.full(len(table), UNLIMITED)
    return Terms(
        lost_cost=_cells(inputs, base, "lost_cost", table["lost_cost"].to_numpy(dtype=np.float64)),
        late_cost=_cells(inputs, base, "late_cost", table["late_cost"].to_numpy(dtype=np.float64)),
        maximum_backlog=_cells(inputs, base, "maximum_backlog", unlimited),
        closing_backlog=_cells(inputs, base, "closing_backlog", closing)[:, :, -1],
        quota=_cells(inputs, base, "quota", np.zeros(len(table))),
    )


def _cells(inputs: Inputs, base: Parameters, name: str, general: Array) -> Array:
    """[I, M, T] of one column: ``general`` by market, then market_terms from general to specific rows."""
    items, markets, horizon = base.axis("item"), base.axis("market"), base.horizon
    result = np.empty((len(items), len(markets), horizon.total))
    result[:] = general[None, :, None]
    table = inputs["market_terms"]
    order = (table["item"] != "").astype(int) * 2 + table["period"].notna().astype(int)
    ranked = table.iloc[np.argsort(order.to_numpy(), kind="stable")].dropna(subset=[name])
    for item, market, since, value in rows(ranked, "item", "market", "period", name):
        bucket = slice(None) if pd.isna(since) else _bucket(horizon.index_of(since.date()), horizon.total)
        result[items.index[item] if item else slice(None), markets.index[market], bucket] = value
    return result


@dataclass(frozen=True, eq=False)
class GroupTerms:
    """Terms by customer group and item: ``of_market`` [M] is the group of every market."""

    labels: tuple[str, ...]
    of_market: Index
    minimum: Array  # [G, I, T] units accepted over the group's markets
    quota: Array  # [G, I, T] units served before others of the same priority get more


def group_terms(inputs: Inputs, base: Parameters) -> GroupTerms:
    """The group_terms table: general rows, then those of an item, then those naming a bucket, cell by cell."""
    of_market, labels = base.axis("market").codes("customer_group")
    table, items, horizon = inputs["group_terms"], base.axis("item"), base.horizon
    cells = {name: np.zeros((len(labels), len(items), horizon.total)) for name in ("minimum", "quota")}
    order = (table["item"] != "").astype(int) * 2 + table["period"].notna().astype(int)
    ranked = table.iloc[np.argsort(order.to_numpy(), kind="stable")]
    for name, result in cells.items():
        given = ranked.dropna(subset=[name])
        for group, item, since, value in rows(given, "customer_group", "item", "period", name):
            bucket = slice(None) if pd.isna(since) else _bucket(horizon.index_of(since.date()), horizon.total)
            result[labels.index(group), items.index[item] if item else slice(None), bucket] = value
    return GroupTerms(labels, of_market.astype(np.int64), cells["minimum"], cells["quota"])


def _bucket(index: int, total: int) -> slice:
    return slice(index, index + 1) if 0 <= index < total else slice(0, 0)
