"""Demand sensing: what the first planned bucket has sold so far replaces its elapsed part; the rest is kept.

    sensed = sold to date + max(forecast x (1 - elapsed), open orders for the rest)

The error of the first days is not carried forward over the rest of the bucket, nor into later ones: carried in full it
was measured to hurt. ``elapsed`` is the share of the bucket's days the sales cover.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from sop.domain.inputs import Inputs, rows
from sop.domain.parameters import Array, Axis


def sensed(forecast: Array, sold: Array, open_orders: Array, elapsed: Array) -> Array:
    """Demand of a bucket that has begun [...]; where ``sold`` is NaN nothing is known and the forecast stays.

    >>> sensed(np.array([300.0]), np.array([120.0]), np.array([0.0]), np.array([1 / 3])).tolist()
    [320.0]
    """
    rest = np.maximum(forecast * (1.0 - elapsed), open_orders)
    return np.where(np.isnan(sold), forecast, sold + rest)


def sales_to_date(inputs: Inputs, items: Axis, markets: Axis) -> tuple[Array, Array, Array]:
    """Sold, open orders and elapsed share [I, M] of the first planned bucket; sold is NaN where nothing is told, and
    where the day lies outside that bucket."""
    shape = (len(items), len(markets))
    sold, open_orders, elapsed = np.full(shape, np.nan), np.zeros(shape), np.zeros(shape)
    start, end = inputs.horizon.start(0), inputs.horizon.start(1)
    columns = ("item", "market", "through", "sold", "open_orders")
    for item, market, through, units, still_open in rows(inputs["sales_to_date"], *columns):
        after = through.date() + timedelta(days=1)
        if not start < after <= end:
            continue
        cell = items.index[item], markets.index[market] if market else 0
        sold[cell], open_orders[cell] = units, still_open
        elapsed[cell] = (after - start).days / (end - start).days
    return sold, open_orders, elapsed
