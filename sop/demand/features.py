"""Driver levels as the demand model sees them: one array per driver, in the unit its coefficient is stated in.

    price             log of net price                          coefficient: elasticity
    promotion         depth, as a share of price                coefficient: log uplift per unit of depth
    promotion_after   mean depth of the buckets before          coefficient: log uplift per unit of depth
    marketing         log(1 + spend / usual spend)              coefficient: log uplift per unit
    rivals_price      mean log price of the family's others     coefficient: cross-price elasticity (response.py)
    an index          its logarithm (always positive) or value  coefficient: elasticity, or log uplift per unit

Index letters: K drivers, I items, M markets, t buckets.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sop.domain.parameters import Array, Mask

RIVALS = "rivals_price"
OWN_DRIVERS = ("price", "promotion", "promotion_after", "marketing")
SIGNS = {"price": -1, "promotion": 1, "promotion_after": -1, "marketing": 1, RIVALS: 1}
WIDEST = float(np.log(3.0))
Index = npt.NDArray[np.int64]


def driver_names(index_names: tuple[str, ...]) -> tuple[str, ...]:
    """All drivers in the order of axis K."""
    return OWN_DRIVERS + index_names


def switched(names: tuple[str, ...]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Drivers that are switched on and off together, as positions in ``names``: a promotion and what follows it."""
    alone = [(name, (k,)) for k, name in enumerate(names) if not name.startswith("promotion")]
    return (("promotion", tuple(k for k, name in enumerate(names) if name in OWN_DRIVERS[1:3])), *alone)


def rivals_bounded(names: tuple[str, ...], coefficient: Array) -> Array:
    """``coefficient`` [..., K] where rivals' prices give no more than the own price takes.

    Own and rivals' prices are confined to their signs one by one; together they must be too: when all prices of a
    family rise, demand never does.

    >>> rivals_bounded(("price", "rivals_price"), np.array([[-0.8, 2.7], [-2.0, 0.5]])).tolist()
    [[-0.8, 0.8], [-2.0, 0.5]]
    """
    if RIVALS not in names:
        return coefficient
    rivals, result = names.index(RIVALS), coefficient.copy()
    result[..., rivals] = np.minimum(coefficient[..., rivals], np.maximum(-coefficient[..., 0], 0.0))
    return result


def log_price(price: Array) -> Array:
    """Logarithm of price; NaN where it is 0 or unknown, because no elasticity speaks about that."""
    with np.errstate(divide="ignore", invalid="ignore"):
        result: Array = np.log(price)
    result[~(price > 0)] = np.nan
    return result


def promotion_after(depth: Array, before: Array) -> Array:
    """Mean depth of the n buckets before each bucket [..., t]; ``before`` [..., n] are the n depths before the first.

    >>> promotion_after(np.array([0.0, 0.0]), np.array([0.0, 0.2])).tolist()
    [0.1, 0.1]
    """
    n, count = before.shape[-1], depth.shape[-1]
    total = np.zeros_like(depth)
    run = np.concatenate([before, depth], axis=-1)
    for lag in range(n):
        total += run[..., lag : lag + count]
    return np.asarray(total / max(n, 1))


def marketing_response(spend: Array, usual: Array) -> Array:
    """log(1 + spend / usual): each further unit of money does less. ``usual`` broadcasts against ``spend``."""
    return np.asarray(np.log(1.0 + spend / usual))


def index_level(index: Array, is_log: Mask) -> Array:
    """Indices [D, ...] on the scale they act: logarithm where always positive, else as they are."""
    if not len(index):
        return index
    result = index.copy()
    result[is_log] = np.log(np.maximum(index[is_log], 1e-9))
    return result


def usual_spend(spend: Array) -> Array:
    """Mean spend [..., 1] over the buckets of ``spend`` [..., t] that have any; 1 where there is none."""
    number = (spend > 0).sum(axis=-1, keepdims=True)
    total = spend.sum(axis=-1, keepdims=True)
    return np.asarray(np.where(number > 0, total / np.maximum(number, 1), 1.0))


def carried(spend: Array, carry: float, before: Array) -> Array:
    """Stock of marketing [..., t] that ``spend`` [..., t] builds on ``before`` [...], the stock one bucket earlier.

    >>> carried(np.array([100.0, 0.0, 0.0]), 0.5, np.array(0.0)).tolist()
    [50.0, 25.0, 12.5]
    """
    stock, last = np.empty_like(spend), before
    for bucket in range(spend.shape[-1]):
        last = carry * last + (1.0 - carry) * spend[..., bucket]
        stock[..., bucket] = last
    return stock


def rival_price(price: Array, family: Index, weight: Array) -> Array:
    """Mean log price of the family's other items in the same market [I, M, t], weighed by ``weight`` [I, M].

    ``price`` [I, M, t] is a logarithm, NaN where unknown; 0 where there are no others.
    """
    known = np.where(np.isnan(price), 0.0, weight[:, :, None])
    worth = np.nan_to_num(price) * known
    total, size = (_others(values, family) for values in (worth, known))
    return np.divide(total, size, out=np.zeros_like(total), where=size > 1e-12 * max(float(weight.sum()), 1e-300))


def _others(values: Array, family: Index) -> Array:
    """Sum over the family's other items [I, M, t]."""
    total = np.zeros((int(family.max(initial=0)) + 1, *values.shape[1:]))
    np.add.at(total, family, values)
    return np.asarray(total[family] - values)


def effective_price(price: Array, depth: Array) -> Array:
    """Logarithm of price x (1 - promotion depth), from the logarithm of price."""
    return np.asarray(price + np.log1p(-np.minimum(depth, 0.95)))
