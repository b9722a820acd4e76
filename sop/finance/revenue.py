"""Revenue of what is delivered: the price of the bucket it was due, first due first out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sop.domain.inputs import Inputs
from sop.domain.parameters import Array, Mask, Parameters

_NOTHING = 1e-9  # units below which a backlog is solver noise


@dataclass(frozen=True, eq=False)
class OpeningOrders:
    """Past-due orders as FIFO pieces, oldest first: units and price [I, M, pieces]; no pieces without orders."""

    quantity: Array
    price: Array


def opening_orders(inputs: Inputs, base: Parameters) -> OpeningOrders:
    """Past-due orders by age; a blank price is Base's price of the first bucket, a blank market the only one."""
    table = inputs["sales_orders"].sort_values("due", kind="stable", na_position="first")
    items, markets = base.axis("item").index, base.axis("market").index
    row = table["item"].map(items).to_numpy(dtype=np.int64)
    column = table["market"].map(lambda name: markets[name] if name else 0).to_numpy(dtype=np.int64)
    place = table.groupby([row, column]).cumcount().to_numpy(dtype=np.int64)
    shape = (len(items), len(markets), int(place.max(initial=-1)) + 1)
    quantity, price = np.zeros(shape), np.zeros(shape)
    given = table["price"].to_numpy(dtype=np.float64)
    quantity[row, column, place] = table["quantity"].to_numpy(dtype=np.float64)
    price[row, column, place] = np.where(np.isnan(given), base["price"][row, column, 0], given)
    return OpeningOrders(quantity, price)


def delivered_revenue(price: Array, accepted: Array, delivered: Array, backlog: Array, opening: OpeningOrders) -> Array:
    """R = F(D) - F(D before) per item, market and bucket [I, M, T], in money.

    D is the running sum of units delivered; F interpolates the running sum of price x units due over that of units
    due, the opening orders being its first pieces. Without backlog that is price x delivered.
    """
    revenue = price * delivered
    late = _late(backlog, opening)
    if late.any():
        due = np.concatenate([opening.quantity[late], accepted[late]], axis=-1)
        worth = np.concatenate([opening.price[late], price[late]], axis=-1)
        revenue[late] = np.diff(_value_of_first(np.cumsum(delivered[late], axis=-1), due, worth), axis=-1, prepend=0.0)
    return np.asarray(revenue, dtype=np.float64)


def order_backlog_value(price: Array, accepted: Array, closing: Array, opening: OpeningOrders) -> float:
    """Value of ``closing`` backlog [I, M] at the prices it was due at: what is owed is what fell due last."""
    owed = closing > _NOTHING
    due = np.concatenate([opening.quantity[owed], accepted[owed]], axis=-1)
    worth = np.concatenate([opening.price[owed], price[owed]], axis=-1)
    younger = np.cumsum(due[:, ::-1], axis=-1)[:, ::-1] - due
    return float((np.clip(closing[owed][:, None] - younger, 0.0, due) * worth).sum())


def _late(backlog: Array, opening: OpeningOrders) -> Mask:
    return np.asarray((backlog > _NOTHING).any(axis=-1) | (opening.quantity > _NOTHING).any(axis=-1), dtype=bool)


def _value_of_first(units: Array, due: Array, price: Array) -> Array:
    """F: value of the first ``units`` [n, T] out of pieces of ``due`` units at ``price`` [n, K]."""
    before = np.cumsum(due, axis=-1) - due
    taken = np.clip(units[:, :, None] - before[:, None, :], 0.0, due[:, None, :])
    return np.asarray(np.einsum("ntk,nk->nt", taken, price))
