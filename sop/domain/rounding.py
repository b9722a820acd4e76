"""Rounding for display such that shown parts add up to the shown total."""

from __future__ import annotations

import numpy as np

from sop.domain.parameters import Array


def round_to_total(values: Array, digits: int = 0) -> Array:
    """``values`` [n] rounded to ``digits`` so that they add up to their rounded sum (largest remainder).

    Every value moves by less than one unit of the last digit; ties go to the earlier value.

    >>> round_to_total(np.array([1.4, 1.4, 1.4])).tolist()
    [2.0, 1.0, 1.0]
    """
    scaled = np.asarray(values, dtype=np.float64) * 10.0**digits
    lower = np.floor(scaled)
    missing = int(np.round(scaled.sum()) - lower.sum())
    order = np.argsort(-(scaled - lower), kind="stable")
    lower[order[:missing]] += 1.0
    return np.asarray(lower / 10.0**digits, dtype=np.float64)
