"""What really drives demand at Aldermoor: the coefficients its history is made with, for tests to find again.

demand = volume x share(market) x season(family) x (1 + growth)^years
         x (price / reference price)^elasticity
         x exp(uplift x depth) x exp(-payback x mean depth of the two months before)
         x (1 + spend / usual spend)^response x (index / 100)^sensitivity x noise
"""

from __future__ import annotations

import numpy as np

from sop.domain.parameters import Array

PRICE_ELASTICITY = {
    "Kettles": -1.4,
    "Toasters": -1.5,
    "Coffee": -1.2,
    "Blenders": -1.7,
    "Fans": -1.1,
    "Heaters": -0.9,
}
"""Own-price elasticity by family."""

PROMOTION_UPLIFT = {
    "Kettles": 1.8,
    "Toasters": 1.8,
    "Coffee": 1.6,
    "Blenders": 2.0,
    "Fans": 1.4,
    "Heaters": 1.2,
}
"""Log uplift in the month of a promotion, per unit of depth (0.15 deep x 1.8 = +31 %)."""

PROMOTION_PAYBACK = 0.9
"""Log loss per unit of mean depth over the two months before: what a promotion pulled forward."""

MARKETING_RESPONSE = 0.06
"""Exponent on (1 + spend / usual spend), usual = the mean of history for the item in its market."""

INDEX_SENSITIVITY = 0.7
"""Exponent on the consumer confidence index over 100."""

NOISE = 0.06
"""Standard deviation of the log of the month-to-month noise of one item in one market."""

SEASON = {
    "Kettles": (0.921, 0.939, 0.916, 0.922, 0.908, 0.897, 0.926, 1.031, 1.264, 1.333, 1.057, 0.887),
    "Toasters": (0.976, 0.945, 0.988, 1.011, 0.985, 0.949, 0.910, 0.962, 1.100, 1.115, 1.042, 1.017),
    "Coffee": (0.925, 0.947, 0.922, 0.928, 0.938, 0.940, 0.958, 1.012, 1.165, 1.265, 1.085, 0.915),
    "Blenders": (1.010, 0.978, 1.014, 1.094, 1.121, 1.088, 0.983, 0.908, 0.939, 0.954, 0.933, 0.979),
    "Fans": (0.357, 0.445, 0.703, 1.151, 1.797, 2.199, 2.013, 1.381, 0.715, 0.439, 0.411, 0.390),
    "Heaters": (1.084, 1.018, 0.837, 0.709, 0.662, 0.704, 0.804, 1.005, 1.400, 1.545, 1.201, 1.029),
}
"""Demand of a calendar month over that of the average month (sell-in to trade, so Christmas sells in autumn)."""

GROWTH = {"Kettles": 0.01, "Toasters": 0.0, "Coffee": 0.015, "Blenders": 0.01, "Fans": 0.01, "Heaters": 0.005}
"""Yearly growth of demand, everything else equal."""


def marketing_factor(spend: Array, usual: Array) -> Array:
    """Demand over demand without marketing; ``usual`` spend broadcasts to ``spend``."""
    return np.asarray((1.0 + spend / usual) ** MARKETING_RESPONSE)


def promotion_factor(depth: Array, uplift: Array) -> Array:
    """Demand over demand without promotions; ``depth`` [..., t] as a share of price, ``uplift`` broadcasting to it."""
    before = np.zeros_like(depth)
    before[..., 1:] += depth[..., :-1] / 2.0
    before[..., 2:] += depth[..., :-2] / 2.0
    return np.asarray(np.exp(uplift * depth - PROMOTION_PAYBACK * before))
