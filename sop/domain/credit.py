"""Credit terms: when what is earned or spent in a bucket turns into cash."""

from __future__ import annotations

import numpy as np

from sop.domain.horizon import Horizon
from sop.domain.parameters import Array


def payment_matrix(horizon: Horizon, delay: float) -> Array:
    """Share of bucket t's amount (row) paid in bucket u (column) [T, T], ``delay`` in days.

    Amounts arise evenly over the days of their bucket and are paid ``delay`` days later, so a bucket's amount spreads
    over whole buckets and a fraction; what falls beyond the last bucket stays unpaid.

    >>> from datetime import date
    >>> payment_matrix(Horizon(date(2026, 6, 1), 2), 15.0).round(3).tolist()
    [[0.5, 0.5], [0.0, 0.516]]
    """
    edges = np.concatenate([[0.0], np.cumsum(horizon.days)])
    days = _overlap(edges[:-1] + delay, edges[1:] + delay, edges)
    return np.asarray(days / np.diff(edges)[:, None], dtype=np.float64)


def run_off(horizon: Horizon, delay: float) -> Array:
    """Share of an opening balance paid in each bucket [T]: evenly over the first ``delay`` days, at once when 0."""
    if delay <= 0:
        return np.asarray(np.eye(1, horizon.total)[0], dtype=np.float64)
    edges = np.concatenate([[0.0], np.cumsum(horizon.days)])
    return np.asarray(_overlap(np.zeros(1), np.full(1, delay), edges)[0] / delay, dtype=np.float64)


def _overlap(start: Array, end: Array, edges: Array) -> Array:
    """Days that intervals [n] share with the buckets between ``edges`` [n, T]."""
    low = np.maximum(start[:, None], edges[None, :-1])
    high = np.minimum(end[:, None], edges[None, 1:])
    return np.asarray(np.maximum(high - low, 0.0), dtype=np.float64)
