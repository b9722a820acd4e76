"""What moved and will move demand at Aldermoor: price lists, promotions, marketing, consumer confidence. All seeded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sop.demo.products import FAMILIES, MARKETS, Product
from sop.domain.parameters import Array

HISTORY, PLANNED = 48, 21
"""Months of history, and months of plans made (horizon and the longest lead time)."""

MONTHS = pd.date_range("2022-01-01", periods=HISTORY + PLANNED, freq="MS")
INDEX = "consumer_confidence"
_YEARLY_DRIFT = 0.01
_WIDEST, _ALWAYS_SEEN = 0.09, 0.055
_NOVEMBER, _DEPTH_2026 = 11, 0.12
_PUSH = np.array([0.8, 0.8, 0.9, 1.1, 1.0, 0.9, 0.7, 0.8, 1.2, 1.5, 1.3, 1.0])
_MARKETING_A_MONTH = {
    "Kettles": 56_000,
    "Toasters": 36_000,
    "Coffee": 96_000,
    "Blenders": 42_000,
    "Fans": 30_000,
    "Heaters": 40_000,
}
_SPRING_2026 = {"Kettles": 3, "Toasters": 4, "Coffee": 5, "Blenders": 4, "Fans": 5, "Heaters": 2}
"""Month of the spring promotion planned for each family."""


@dataclass(frozen=True, eq=False)
class Drivers:
    """Drivers over MONTHS: ``list_price`` [I, M, t]; ``depth`` and ``spend`` [F, M, t]; ``index`` [t]."""

    list_price: Array
    depth: Array
    spend: Array
    index: Array


def drivers(range_: Sequence[Product], rng: np.random.Generator) -> Drivers:
    """Draw all drivers of a range of products."""
    return Drivers(_list_prices(range_, rng), _depths(rng), _spend(rng), _confidence(rng))


def net_prices(drawn: Drivers) -> Array:
    """List price less the market's discount [I, M, t]."""
    discount = np.array([market.discount for market in MARKETS])
    return drawn.list_price * (1.0 - discount[:, None])


def reference_prices(range_: Sequence[Product]) -> Array:
    """Net price at which an item sells its reference volume [I, M]."""
    level = np.array([market.level for market in MARKETS])
    return np.asarray(np.array([product.price for product in range_])[:, None] * level)


def _list_prices(range_: Sequence[Product], rng: np.random.Generator) -> Array:
    discount = np.array([market.discount for market in MARKETS])
    gross = reference_prices(range_) / (1.0 - discount)
    paths = np.stack([[_price_path(rng) for _ in MARKETS] for _ in range_])
    return np.asarray(np.round(gross[:, :, None] * paths, 1))


def _price_path(rng: np.random.Generator) -> Array:
    """Factor on the reference price: steps of 2 to 8 % at months of its own in the past, yearly lists in the plan.

    Paths that never went as far as a scenario may want to go are drawn again.
    """
    path = _past_path(rng)
    while path.max() < 1.0 + _ALWAYS_SEEN or path.min() > 1.0 - _ALWAYS_SEEN:
        path = _past_path(rng)
    planned = np.ones(PLANNED)
    planned[12:] = 1.01
    return np.concatenate([path, planned])


def _past_path(rng: np.random.Generator) -> Array:
    path = np.ones(HISTORY)
    month, deviation = 0, float(rng.uniform(-0.06, 0.06))
    while month < HISTORY:
        following = month + int(rng.integers(5, 10))
        year = month // 12 - HISTORY // 12
        path[month:following] = (1.0 + deviation) * (1.0 + _YEARLY_DRIFT * year)
        month, deviation = following, _next_deviation(deviation, rng)
    return path


def _next_deviation(deviation: float, rng: np.random.Generator) -> float:
    step = float(rng.uniform(0.02, 0.08))
    direction = (
        -1.0 if deviation + step > _WIDEST else 1.0 if deviation - step < -_WIDEST else float(rng.choice([-1.0, 1.0]))
    )
    return deviation + direction * step


def _depths(rng: np.random.Generator) -> Array:
    """Promotion depth [F, M, t]: Black Friday every November, spring promotions, and some of the market's own."""
    result = np.zeros((len(FAMILIES), len(MARKETS), len(MONTHS)))
    market_depth = np.array([market.depth for market in MARKETS])
    for month, day in enumerate(MONTHS[:HISTORY]):
        if day.month == _NOVEMBER:
            result[:, :, month] = rng.uniform(0.07, 0.18, (len(FAMILIES), 1)) * market_depth
        elif day.month not in (10, 12):
            runs = rng.random(result.shape[:2]) < (0.16 if day.month in (3, 4, 5) else 0.05)
            result[:, :, month] = runs * rng.uniform(0.06, 0.15, result.shape[:2])
    _plan_promotions(result, market_depth)
    return np.asarray(np.round(result, 2))


def _plan_promotions(depth: Array, market_depth: Array) -> None:
    for month, day in enumerate(MONTHS[HISTORY:], HISTORY):
        if day.month == _NOVEMBER:
            depth[:, :, month] = _DEPTH_2026 * market_depth
        for position, family in enumerate(FAMILIES):
            if day.month == _SPRING_2026[family.name]:
                depth[position, :, month] = 0.10 * market_depth


def _spend(rng: np.random.Generator) -> Array:
    """Marketing spend [F, M, t] in EUR: autumn push, noisy past, steady plan."""
    share = np.array([market.share for market in MARKETS])
    base = np.array([_MARKETING_A_MONTH[family.name] for family in FAMILIES])
    calm = base[:, None, None] * share[:, None] * _PUSH[MONTHS.month - 1]
    noise = np.exp(rng.normal(0.0, 0.45, calm.shape))
    noise[:, :, HISTORY:] = 1.0
    return np.asarray(np.round(calm * noise, -2))


def _confidence(rng: np.random.Generator) -> Array:
    """Consumer confidence [t]: a slow walk around 100, back to 100 over the plan."""
    shocks = rng.normal(0.0, 1.6, len(MONTHS))
    index = np.empty(len(MONTHS))
    level = 96.0
    for month in range(len(MONTHS)):
        level = 100.0 + 0.88 * (level - 100.0) + (shocks[month] if month < HISTORY else 0.0)
        index[month] = level
    return np.round(index, 1)


def price_table(range_: Sequence[Product], drawn: Drivers) -> pd.DataFrame:
    """The `prices` table: a row whenever a list price changes."""
    changed = np.ones(drawn.list_price.shape, dtype=bool)
    changed[:, :, 1:] = np.diff(drawn.list_price, axis=2) != 0.0
    changed[:, :, HISTORY] = True
    item, market, month = np.nonzero(changed)
    sold_from = np.array([HISTORY if product.launch else 0 for product in range_])
    kept = month >= sold_from[item]
    item, market, month = item[kept], market[kept], month[kept]
    return pd.DataFrame(
        {
            "item": np.array([product.item for product in range_])[item],
            "market": np.array([one.market for one in MARKETS])[market],
            "valid_from": MONTHS[month].strftime("%Y-%m-%d"),
            "list_price": drawn.list_price[item, market, month],
            "discount": np.array([one.discount for one in MARKETS])[market],
        }
    )


def driver_table(drawn: Drivers) -> pd.DataFrame:
    """The `drivers` table: promotions, marketing and the index, past and planned."""
    index = pd.DataFrame({"driver": INDEX, "date": MONTHS.strftime("%Y-%m-%d"), "value": drawn.index})
    return pd.concat(
        [_by_family("promotion", drawn.depth), _by_family("marketing", drawn.spend), index], ignore_index=True
    )[["driver", "family", "market", "date", "value"]]


def _by_family(driver: str, values: Array) -> pd.DataFrame:
    family, market, month = np.nonzero(values)
    return pd.DataFrame(
        {
            "driver": driver,
            "family": np.array([one.name for one in FAMILIES])[family],
            "market": np.array([one.market for one in MARKETS])[market],
            "date": MONTHS[month].strftime("%Y-%m-%d"),
            "value": values[family, market, month],
        }
    )
