"""Ties are broken the same way every time: by costs too small to be seen in any figure.

A unit made, shipped or kept costs at most a ten-millionth of the mean price more the later it stands in its table.
Between plans of equal value the one that builds later, ships over the earlier lane row, uses the earlier operation and
serves the earlier item and market wins. Z is always computed without these costs.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sop.domain.parameters import Array
from sop.domain.plans import Index
from sop.supply.structure import Structure

SHARE = 1e-7


def tie_break(structure: Structure, columns: Mapping[str, Index], size: int) -> Array:
    """Extra cost of every solver column."""
    prices = structure.base["price"]
    scale = SHARE * float(prices[prices > 0].mean()) if (prices > 0).any() else SHARE
    result = np.zeros(size)
    for family in ("level", "shipped"):
        at = columns[family]
        result[at] = scale * np.linspace(0.0, 1.0, len(at))[:, None]
    for family in ("protected", "free"):
        result[columns[family]] = scale
    return result
