"""Ties are broken the same way every time: by costs too small to be seen in any figure.

A unit costs at most a ten-millionth of the mean price more for standing later in its table, for being in stock, and for
being late; a tenth of that spreads over all columns by the golden ratio, so that no two are alike. Between plans of
equal value the one that builds later, delivers earlier, ships over the earlier lane row and uses the earlier operation
wins. Amounts of money have none. Z is always computed without these costs.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sop.domain.parameters import Array
from sop.domain.plans import Index
from sop.supply.structure import Structure
from sop.supply.variables import IN_MONEY

SHARE = 1e-7
_GOLDEN = (5.0**0.5 - 1.0) / 2.0


def tie_break(structure: Structure, columns: Mapping[str, Index], size: int) -> Array:
    """Extra cost of every solver column."""
    prices = structure.base["price"]
    scale = SHARE * float(prices[prices > 0].mean()) if (prices > 0).any() else SHARE
    weight = np.zeros(size)
    for family in ("level", "shipped"):
        at = columns[family]
        weight[at] = np.linspace(0.0, 1.0, len(at))[:, None]
    for family in ("protected", "free", "backlog"):
        weight[columns[family]] = 1.0
    result = scale * (weight + 0.1 * ((np.arange(size) * _GOLDEN) % 1.0))
    for family in IN_MONEY:
        result[columns[family]] = 0.0
    return np.asarray(result)
