"""Rounding for display such that shown parts add up to the shown total."""

from __future__ import annotations

import numpy as np

from sop.domain.parameters import Array


def round_to_total(values: Array, digits: int = 0, total: float | None = None) -> Array:
    """``values`` [n] rounded to ``digits`` so that they add up to ``total``, their rounded sum unless given.

    Largest remainder: every value moves by less than one unit of the last digit (as long as ``total`` is within reach);
    ties go to the earlier value.

    >>> round_to_total(np.array([1.4, 1.4, 1.4])).tolist()
    [2.0, 1.0, 1.0]
    >>> round_to_total(np.array([1.4, 2.0]), total=4.0).tolist()
    [2.0, 2.0]
    """
    scaled = np.asarray(values, dtype=np.float64) * 10.0**digits
    lower = np.floor(scaled)
    wanted = scaled.sum() if total is None else total * 10.0**digits
    everywhere, missing = divmod(int(np.floor(wanted + 0.5) - lower.sum()), max(len(scaled), 1))
    lower += everywhere  # only when the total is out of reach of single steps
    order = np.argsort(-(scaled - lower), kind="stable")
    lower[order[:missing]] += 1.0
    return np.asarray(lower / 10.0**digits, dtype=np.float64)
