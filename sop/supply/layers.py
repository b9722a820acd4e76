"""Stock in layers: what safety and closing targets protect is held in variables of its own, so that targets, minimum
and maximum are all bounds (and so all lever-proof), and no row is needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sop.domain.parameters import Array

if TYPE_CHECKING:
    from sop.supply.case import Case


@dataclass(frozen=True, eq=False)
class Layers:
    """Cost and bounds of the layers protected, closing, free: each [N, T] (closing is used in the last bucket)."""

    cost: tuple[Array, Array, Array]
    lower: tuple[Array, Array, Array]
    upper: tuple[Array, Array, Array]


def stock_limits(c: Case) -> tuple[Array, Array]:
    """Hard floor and ceiling of closing stock [N, T], those of the end of the horizon in its ``ends``."""
    p, net = c.parameters, c.structure.network

    def at_nodes(name: str) -> Array:
        return np.array(p[name][net.node_location, net.node_item])

    floor, ceiling = at_nodes("stock_minimum"), at_nodes("stock_maximum")
    ends = c.structure.base.horizon.ends
    floor[:, ends] = np.maximum(floor[:, ends], np.nan_to_num(at_nodes("closing_minimum")[:, -1:]))
    ceiling[:, ends] = np.minimum(ceiling[:, ends], at_nodes("closing_maximum")[:, -1:])
    return floor, np.minimum(ceiling, np.maximum(c.built_ahead, floor))


def stock_layers(c: Case) -> Layers:
    """The layers of a case, filled from the bottom: the lowest saves the highest penalty, so an optimum never leaves a
    lower layer empty to use a higher one."""
    floor, ceiling = stock_limits(c)
    carrying = c.carrying_cost
    first, second = c.safety_target.copy(), np.zeros(c.safety_target.shape)
    safety, closing = c.safety_target[:, -1], c.closing_target
    first[:, -1] = np.minimum(safety, closing)
    second[:, -1] = np.maximum(safety, closing) - first[:, -1]
    protected_cost = carrying - c.safety_price
    protected_cost[:, -1] -= np.where(closing > 0, c.closing_price, 0.0)
    between = np.where(closing > safety, c.closing_price, c.safety_price[:, -1])
    sizes = (first, second)
    lower, upper = [], []
    for size in sizes:
        upper.append(np.minimum(size, np.maximum(ceiling, 0.0)))
        lower.append(np.minimum(floor, upper[-1]))
        floor, ceiling = floor - lower[-1], ceiling - upper[-1]
    return Layers(
        cost=(protected_cost, carrying - between[:, None], carrying),
        lower=(lower[0], lower[1], floor),
        upper=(upper[0], upper[1], ceiling),
    )
