"""Service: what the plan delivers on time, and what it can be expected to once demand scatters."""

from __future__ import annotations

import math

import numpy as np

from sop.domain.parameters import Array
from sop.domain.plans import DemandPlan, SupplyPlan

_ROOT_TWO, _ROOT_TWO_PI = math.sqrt(2.0), math.sqrt(2.0 * math.pi)
_erfc = np.frompyfunc(math.erfc, 1, 1)  # scipy has it too, for a quarter of a second of every start


def expected_shortage(mean: Array, sigma: Array, cover: Array) -> Array:
    """E[max(demand - cover, 0)] for normal demand, in its units; max(mean - cover, 0) where sigma is 0.

    The normal loss function sigma x (phi(z) - z x (1 - Phi(z))) with z = (cover - mean) / sigma; see Silver, Pyke and
    Thomas, Inventory and Production Management in Supply Chains, appendix on the unit normal.
    """
    spread = np.where(sigma > 0, sigma, 1.0)
    z = (cover - mean) / spread
    loss = np.exp(-0.5 * z * z) / _ROOT_TWO_PI - z * _upper_tail(z)
    return np.asarray(np.where(sigma > 0, spread * np.maximum(loss, 0.0), np.maximum(mean - cover, 0.0)))


def _upper_tail(z: Array) -> Array:
    """1 - Phi(z) of the unit normal."""
    return np.asarray(_erfc(z / _ROOT_TWO), dtype=np.float64) / 2.0


def on_time(supply: SupplyPlan) -> Array:
    """Units delivered in the bucket they were due [I, M, T]: what was accepted and is not owed at its end."""
    return np.maximum(supply.accepted - supply.backlog, 0.0)


def serving_stock(supply: SupplyPlan, items: int) -> Array:
    """Closing stock [I, T] at the locations that ship to markets."""
    network = supply.network
    places = int(max(network.node_location.max(initial=-1), network.arc_from.max(initial=-1))) + 1
    to_market = network.arc_to_market >= 0
    serving = np.zeros((places, items), dtype=bool)
    serving[network.arc_from[to_market], network.arc_item[to_market]] = True
    chosen = serving[network.node_location, network.node_item]
    result = np.zeros((items, supply.stock.shape[-1]))
    np.add.at(result, network.node_item[chosen], supply.stock[chosen])
    return result


def expected_fill(demand: DemandPlan, supply: SupplyPlan) -> Array:
    """Expected fill rate of every item and bucket [I, T], 0..1; 1 where there is no demand.

    Demand of an item scatters with the deviation of its markets together. Cover is what the plan delivers on time plus
    the stock it ends the bucket with where markets are served from.
    """
    mean = np.maximum(demand.expected.sum(axis=1), 0.0)
    sigma = demand.item_deviation()
    cover = on_time(supply).sum(axis=1) + serving_stock(supply, mean.shape[0])
    short = expected_shortage(mean, sigma, cover)
    return np.asarray(np.clip(1.0 - short / np.where(mean > 0, mean, np.inf), 0.0, 1.0))
