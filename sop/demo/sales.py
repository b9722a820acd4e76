"""Sales history made from the true coefficients, and the demand they would expect in the plan."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sop.demo import truth
from sop.demo.drivers import HISTORY, MONTHS, Drivers, net_prices, reference_prices
from sop.demo.products import FAMILIES, MARKETS, Product
from sop.domain.parameters import Array

STRIKE_MONTH, STRIKE_LOSS = "2024-03-01", 0.30
"""A port strike took this share of demand in the UK."""

RAMP = 3
"""Months a launched item takes to its full volume."""


def expected_demand(range_: Sequence[Product], drawn: Drivers) -> Array:
    """Mean demand [I, M, t] over MONTHS by the true coefficients, launch and phase-out included."""
    family = [[one.name for one in FAMILIES].index(product.family) for product in range_]
    names = [product.family for product in range_]
    usual = drawn.spend[:, :, :HISTORY].mean(axis=2, keepdims=True)
    price = net_prices(drawn) / reference_prices(range_)[:, :, None]
    factors = (
        price ** _column(truth.PRICE_ELASTICITY, names)
        * truth.promotion_factor(drawn.depth[family], _column(truth.PROMOTION_UPLIFT, names))
        * truth.marketing_factor(drawn.spend, usual)[family]
        * (drawn.index / 100.0) ** truth.INDEX_SENSITIVITY
    )
    return np.asarray(_undisturbed(range_, names) * factors * _life_cycle(range_) * _strike())


def _column(by_family: dict[str, float], names: Sequence[str]) -> Array:
    return np.array([by_family[name] for name in names])[:, None, None]


def _undisturbed(range_: Sequence[Product], names: Sequence[str]) -> Array:
    """Volume x market share x season x growth [I, M, t]."""
    volume = np.array([product.volume for product in range_])[:, None, None]
    share = np.array([market.share for market in MARKETS])[:, None]
    season = np.array([truth.SEASON[name] for name in names])[:, MONTHS.month - 1][:, None, :]
    years = (np.arange(len(MONTHS)) - HISTORY - 6) / 12.0
    return np.asarray(volume * share * season * (1.0 + _column(truth.GROWTH, names)) ** years)


def _life_cycle(range_: Sequence[Product]) -> Array:
    """1 while on sale, 0 otherwise, rising over the ramp of a launch [I, 1, t]."""
    result = np.ones((len(range_), 1, len(MONTHS)))
    starts = MONTHS.to_numpy()
    for position, product in enumerate(range_):
        if product.launch:
            since = np.cumsum(starts >= np.datetime64(product.launch))
            result[position, 0] = np.clip(since / RAMP, 0.0, 1.0)
        if product.phase_out:
            result[position, 0, starts > np.datetime64(product.phase_out)] = 0.0
    return result


def _strike() -> Array:
    hit = np.outer([market.market == "UK" for market in MARKETS], MONTHS == STRIKE_MONTH)
    return np.where(hit, 1.0 - STRIKE_LOSS, 1.0)


def actual_orders(expected: Array, rng: np.random.Generator) -> Array:
    """Orders of the past [I, M, HISTORY]: expected demand with noise of mean one, in whole units."""
    past = expected[:, :, :HISTORY]
    noise = rng.normal(-(truth.NOISE**2) / 2.0, truth.NOISE, past.shape)
    return np.asarray(np.round(past * np.exp(noise)))


def history_table(range_: Sequence[Product], orders: Array) -> pd.DataFrame:
    """The `sales_history` table; kettles ran short in one market in autumn 2025, so less was shipped than ordered."""
    item, market, month = np.nonzero(orders)
    ordered = orders[item, market, month].astype(int)
    frame = pd.DataFrame(
        {
            "date": MONTHS[month].strftime("%Y-%m-%d"),
            "item": np.array([product.item for product in range_])[item],
            "market": np.array([one.market for one in MARKETS])[market],
            "ordered": ordered,
            "shipped": ordered,
        }
    )
    short = (
        frame["item"].isin(["ALD-K1", "ALD-K2"])
        & (frame["market"] == "Online")
        & frame["date"].between("2025-10-01", "2025-11-30")
    )
    frame["shipped"] = frame["shipped"].where(~short, (ordered * 0.9).astype(int))
    return frame
