"""Promotions with an uplift given by the planner: what they do to demand now and after, and what they cost.

In bucket k of a promotion demand is 1 + u times as high; each of the n buckets after it loses the share f, bought
early:

    factor[t] = (1 + u[t]) x product over lags j = 1 .. n of (1 - f[t - j])
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sop.domain.inputs import Inputs, rows
from sop.domain.parameters import Array, Axis, Mask


@dataclass(frozen=True, eq=False)
class Promotions:
    """Promotions in buckets ``first`` to ``last`` - 1: ``uplift``, ``pull_forward`` (shares), ``over`` (buckets after,
    the setting where nothing is said) and ``discount`` (share of price) [I, M, t]; ``cost`` money [t]."""

    uplift: Array
    pull_forward: Array
    over: Array
    discount: Array
    cost: Array


def promotions(inputs: Inputs, items: Axis, markets: Axis, first: int, last: int) -> Promotions:
    """The promotions table in buckets ``first`` to ``last`` - 1.

    Uplifts of one bucket compound, of shares bought early the largest counts, over its own number of buckets (of equal
    ones the longest), discounts add up. A promotion of several buckets pulls demand forward from those after its last.
    """
    shape = (len(items), len(markets), last - first)
    raised, pull, discount, cost = np.ones(shape), np.full(shape, -1.0), np.zeros(shape), np.zeros(shape[2])
    usual = float(inputs.settings.pull_forward_months)
    over = np.full(shape, usual)
    for item, family, market, since, until, uplift, early, periods, off, paid in rows(
        inputs["promotions"],
        *("item", "family", "market", "first_day", "last_day", "uplift"),
        *("pull_forward", "pull_forward_periods", "discount", "cost"),
    ):
        start = inputs.horizon.index_of(since.date()) - first
        end = start if pd.isna(until) else inputs.horizon.index_of(until.date()) - first
        if 0 <= start < shape[2]:
            cost[start] += paid
        chosen = promoted(items, item, family)[:, None] & (markets.mask("market", market) if market else True)
        cells = np.broadcast_to(chosen, shape[:2])
        span = slice(max(start, 0), max(end + 1, 0))
        raised[cells, span] *= 1.0 + uplift
        discount[cells, span] = np.minimum(discount[cells, span] + off, 0.95)
        closing = slice(max(end, 0), max(end + 1, 0))
        long, most = usual if np.isnan(periods) else periods, pull[cells, closing]
        over[cells, closing] = np.where(
            early > most, long, np.where(early == most, np.maximum(over[cells, closing], long), over[cells, closing])
        )
        pull[cells, closing] = np.maximum(most, early)
    return Promotions(raised - 1.0, np.maximum(pull, 0.0), over, discount, cost)


def promoted(items: Axis, item: str, family: str) -> Mask:
    """Items a row means [I]: the item, else the family, else every product (everything where there are none)."""
    if item:
        return items.mask("item", item)
    products = items.mask("kind", "product")
    return items.mask("family", family) if family else (products if products.any() else ~products)


def promotion_factor(uplift: Array, pull_forward: Array, over: Array) -> Array:
    """Demand over demand without promotions [..., t], all arguments of that shape.

    >>> u, f, n = np.array([[0.5, 0, 0, 0], [0.2, 0, 0, 0], [2.0, 0, 0, 0]])
    >>> promotion_factor(u, f, n).tolist()
    [1.5, 0.8, 0.8, 1.0]
    """
    result = 1.0 + uplift
    for lag in range(1, min(int(over.max(initial=0.0)), uplift.shape[-1] - 1) + 1):
        early = np.where(over[..., :-lag] >= lag, pull_forward[..., :-lag], 0.0)
        result[..., lag:] *= 1.0 - early
    return np.asarray(result)
