"""A simulated company whose true elasticities, season and noise are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sop.domain.inputs import Inputs, typed

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Truth:
    """What demand was made from; coefficients [S], mean demand [S, H]."""

    items: list[str]
    price: Array
    promotion: Array
    after: Array
    marketing: Array
    index: float
    mean: Array


def simulated(  # noqa: PLR0917 - knobs of one simulation
    seed: int = 1,
    items: int = 12,
    markets: int = 3,
    months: int = 48,
    noise: float = 0.1,
    price_moves: bool = True,
    **settings: Any,
) -> tuple[Inputs, Truth]:
    """Monthly sales until 2025-12 of ``items`` in three families times ``markets``, with prices that move by item and
    market, promotions of random months, marketing by family and one index."""
    rng = np.random.default_rng(seed)
    names = [f"I{number:02d}" for number in range(items)]
    families = [f"F{number % 3}" for number in range(items)]
    places = [f"M{number}" for number in range(markets)]
    count = items * markets
    family = np.repeat(np.arange(items) % 3, markets)
    truth_price = -1.0 - 0.5 * family + rng.normal(0, 0.15, count)
    promotion, after = 2.5 + rng.normal(0, 0.2, count), -0.8 + rng.normal(0, 0.1, count)
    marketing, index = np.full(count, 0.15), 0.6
    time = np.arange(months)
    list_price = 20.0 + 5.0 * np.arange(count) % 40
    steps = np.cumsum(rng.normal(0, 0.07, (count, months)) * (rng.random((count, months)) < 0.3), axis=1)
    price = list_price[:, None] * np.exp(steps if price_moves else np.zeros_like(steps))
    depth = np.where(rng.random((count, months)) < 0.12, rng.choice([0.1, 0.2, 0.3], (count, months)), 0.0)
    before = np.concatenate([np.zeros((count, 2)), depth], axis=1)
    depth_after = (before[:, 1:-1] + before[:, :-2]) / 2
    spend = rng.uniform(500, 3000, (3, months))
    level = np.exp(np.cumsum(rng.normal(0, 0.02, months))) * 100
    per_series = spend / (items / 3 * markets)
    response = np.log1p(per_series / per_series.mean(axis=1, keepdims=True))[family]
    season = 0.25 * np.cos(2 * np.pi * (time[None, :] - 4 * family[:, None]) / 12)
    log_mean = (
        6.0
        + rng.normal(0, 0.5, count)[:, None]
        + season
        + 0.003 * time
        + truth_price[:, None] * np.log(price / list_price[:, None])
        + promotion[:, None] * depth
        + after[:, None] * depth_after
        + marketing[:, None] * response
        + index * np.log(level / 100)
    )
    error = rng.normal(0, noise, (count, months))
    quantity = np.exp(log_mean + error - noise**2 / 2)
    dates = pd.date_range("2026-01-01", periods=months + 1, freq="MS")[:-1] - pd.DateOffset(months=months)
    item = np.repeat(np.repeat(names, markets), months)
    market = np.repeat(np.tile(places, items), months)
    day = np.tile(dates, count)
    tables: dict[str, dict[str, Any]] = {
        "settings": {
            "key": ["first_period", "horizon", *settings],
            "value": ["2026-01-01", "18", *map(str, settings.values())],
        },
        "items": {"item": names, "family": families},
        "markets": {"market": places},
        "sales_history": {"date": day, "item": item, "market": market, "ordered": quantity.ravel()},
        "prices": {
            "item": np.repeat(names, markets),
            "market": np.tile(places, items),
            "list_price": list_price,
        },
    }
    shown = depth.ravel() > 0
    drivers = [
        pd.DataFrame({"driver": "price", "item": item, "market": market, "date": day, "value": price.ravel()}),
        pd.DataFrame({"driver": "promotion", "item": item, "market": market, "date": day, "value": depth.ravel()})[
            shown
        ],
        pd.DataFrame(
            {
                "driver": "marketing",
                "family": np.repeat(["F0", "F1", "F2"], months),
                "date": np.tile(dates, 3),
                "value": spend.ravel(),
            }
        ),
        pd.DataFrame({"driver": "economy", "date": dates, "value": level}),
    ]
    frames = {name: typed(name, pd.DataFrame(columns)) for name, columns in tables.items()}
    frames["drivers"] = typed("drivers", pd.concat(drivers, ignore_index=True))
    truth = Truth(names, truth_price, promotion, after, marketing, index, np.exp(log_mean))
    return Inputs.of(frames), truth
