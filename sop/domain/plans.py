"""What planning returns: demand, supply and financial plan of one scenario. Arrays are float64, read-only by custom.

Index letters: I items, M markets, L locations, T buckets (``horizon.total``, tail included), O operations, R resources,
P workforce pools, N nodes (a location and an item stored or passing there), A arcs (a lane and an item on it).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
import numpy.typing as npt

from sop.domain.horizon import Horizon
from sop.domain.parameters import Array, Mask, Parameters
from sop.domain.scenario import Override, Scenario
from sop.domain.uncertainty import CommonErrors, independent, log_normal_band

Index = npt.NDArray[np.int64]

DEMAND_COMPONENTS = ("baseline", "growth", "price", "promotion", "marketing", "index", "life_cycle", "planner")


@dataclass(frozen=True, eq=False)
class DemandPlan:
    """Unconstrained demand, base units, [I, M, T].

    ``expected`` is the mean; ``planned`` what the plan runs on (the mean, or the quantile the lever chose).
    ``components`` holds the signed contribution of each of DEMAND_COMPONENTS in units, adding up to ``expected``.
    ``low``/``median``/``high`` are P10/P50/P90 of each series, ``sigma`` its standard deviation. ``extrapolated`` marks
    prices outside history. ``common`` says how far series err together; None = not at all. ``certain`` [I, M] are units
    of the first bucket that are sold already: the band lies around the rest. ``gate`` is the part of ``sigma`` that
    launches which may not come have of it, common to an item's markets and to nothing else; None = none.
    """

    expected: Array
    planned: Array
    low: Array
    median: Array
    high: Array
    sigma: Array
    components: Mapping[str, Array]
    extrapolated: Mask
    common: CommonErrors | None = None
    certain: Array | None = None
    gate: Array | None = None

    def deviation(self, weights: Array | Mask | None = None) -> Array:
        """Standard deviation [T] of demand added up with ``weights`` [I, M] or [I, M, T] (None: everything)."""
        sigma = self._ungated if weights is None else self._ungated * _by_bucket(weights)
        result = independent(sigma) if self.common is None else self.common.deviation(sigma)
        if self.gate is None:
            return result
        gate = self.gate if weights is None else self.gate * _by_bucket(weights)
        return np.asarray(np.sqrt(result**2 + (gate.sum(axis=1) ** 2).sum(axis=0)))

    def item_deviation(self) -> Array:
        """Standard deviation [I, T] of each item's demand over all markets."""
        sigma = self._ungated
        own = np.einsum("imt,imt->it", sigma, sigma) if self.common is None else self.common.item_deviation(sigma) ** 2
        gate = 0.0 if self.gate is None else self.gate.sum(axis=1) ** 2
        return np.asarray(np.sqrt(own + gate))

    @property
    def _ungated(self) -> Array:
        """Standard deviation [I, M, T] but for launches that may not come."""
        if self.gate is None:
            return self.sigma
        return np.asarray(np.sqrt(np.maximum(self.sigma**2 - self.gate**2, 0.0)))

    def band(self, weights: Array | Mask | None = None) -> tuple[Array, Array, Array]:
        """P10, P50 and P90 [T] of demand added up with ``weights`` [I, M] or [I, M, T], such as a mask of the series
        of a family, market or item; None adds everything up. Not the sum of quantiles; of one series its own, unless
        it is a launch that may not come: sums of these are taken for log-normal too."""
        expected = self.expected if weights is None else self.expected * _by_bucket(weights)
        fixed = self._certain(weights)
        low, median, high = log_normal_band(expected.sum(axis=(0, 1)) - fixed, self.deviation(weights))
        return low + fixed, median + fixed, high + fixed

    def _certain(self, weights: Array | Mask | None) -> Array:
        """What is sold already [T] of demand added up with ``weights``."""
        result = np.zeros(self.expected.shape[2])
        if self.certain is not None:
            weighed = self.certain if weights is None else self.certain * _by_bucket(weights)[:, :, 0]
            result[0] = weighed.sum()
        return result


def _by_bucket(weights: Array | Mask) -> Array:
    values = np.asarray(weights, dtype=np.float64)
    return values[:, :, None] if values.ndim == 2 else values


class SolveStatus(Enum):
    """How solving ended; anything but OPTIMAL carries no figures to be trusted."""

    OPTIMAL = "optimal"
    TIME_LIMIT = "time limit"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    ERROR = "error"


@dataclass(frozen=True)
class Conflict:
    """One hard limit that collides with others, in the planner's words, and the least relaxation that would do."""

    limit: str
    relaxation: float
    unit: str


@dataclass(frozen=True, eq=False)
class Network:
    """What flows where: built once per Inputs. Positions refer to the axes of the Parameters."""

    node_location: Index  # [N]
    node_item: Index  # [N]
    arc_lane: Index  # [A] lane, or -1 for a market's free lane from served_from
    arc_item: Index  # [A]
    arc_from: Index  # [A] location
    arc_to_location: Index  # [A] location, or -1
    arc_to_market: Index  # [A] market, or -1
    arc_lead: Index  # [A] buckets
    arc_share: Array  # [A] share of what leaves on its lane; below 1 where a lead time has a fraction (two arcs)


@dataclass(frozen=True, eq=False)
class SupplyPlan:
    """The feasible plan. Quantities in base units, hours or heads; last axis T.

    ``accepted`` s is demand taken on (booked at its due month's price), ``delivered`` = s - change of ``backlog``;
    planned demand = accepted + short + declined. ``objective`` is Z (goal cost: the cost, as a positive number).
    ``penalties`` are the steering terms and the capital charge inside Z, positive = cost, by name (lost, late, safety,
    closing, capital; swing where operations have a price on change), each [T]. ``short`` could not be served under the
    limits, not even by a plan that serves first; ``declined`` could have been, and did not pay.
    ``extras``: starts [O, T] start-ups paid, lanes_used [corridors, T], services [R, T] machines in maintenance,
    scrapped [N, T] units written off, cash [1, T] closing cash as the plan's limit sees it (where there is one).
    ``exact``: set-ups, lots and whole numbers are planned as such, to within ``gap`` (share of
    the objective) of the best; else as shares.
    """

    status: SolveStatus
    goal: str
    objective: float
    network: Network
    level: Array  # [O, T] operation level; make: by start bucket, buy/subcontract: by receipt bucket
    runs: Array  # [O, T] 1 where a set-up was paid, else 0
    shipped: Array  # [A, T] by shipping bucket
    stock: Array  # [N, T] closing on hand
    opening_stock: Array  # [N]
    in_transit: Array  # [I, T] owned and under way or in work, closing
    opening_in_transit: Array  # [I]
    receipts: Array  # [I, T] bought on open purchase orders
    accepted: Array  # [I, M, T]
    delivered: Array  # [I, M, T]
    backlog: Array  # [I, M, T]
    opening_backlog: Array  # [I, M]
    short: Array  # [I, M, T] could not
    declined: Array  # [I, M, T] would not
    safety_target: Array  # [N, T]
    load: Array  # [R, T] hours used
    available: Array  # [R, T] regular hours (after downtime; head-count hours included)
    overtime: Array  # [R, T]
    overtime_limit: Array  # [R, T] hours
    extra_hours: Array  # [R, T] rented
    required_load: Array  # [R, T] hours demand would need in the bucket it is due
    heads: Array  # [P, T]
    hires: Array  # [P, T]
    layoffs: Array  # [P, T]
    pool_overtime: Array  # [P, T]
    penalties: Mapping[str, Array]
    conflicts: tuple[Conflict, ...] = ()
    extras: Mapping[str, Array] = field(default_factory=dict)
    exact: bool = False
    gap: float = 0.0
    seconds: float = 0.0
    iterations: int = 0


@dataclass(frozen=True, eq=False)
class FinancialPlan:
    """P&L, inventory, cash. Money per bucket.

    ``lines``: P&L lines in order -> [T]; costs are positive numbers, subtotals (net_revenue, gross_margin, ebitda)
    follow from them. ``cash``: cash statement lines -> [T]. ``revenue_by_item`` etc. [I, T] open the lines.
    ``walk``: objective -> EBITDA, term by term (each a total over the horizon, tail included), adding up to 0.01.
    ``spend``: what is paid at the scenario's rates, by nature (material, labour, overtime, freight ...) -> [T].
    """

    lines: Mapping[str, Array]
    cash: Mapping[str, Array]
    inventory_value: Array  # [T] closing
    opening_inventory_value: float
    revenue_by_item: Array  # [I, T]
    demanded_revenue_by_item: Array  # [I, T] planned demand at the price of its bucket
    cogs_by_item: Array  # [I, T]
    inventory_by_item: Array  # [I, T]
    standard_cost: Array  # [I]
    walk: Mapping[str, float]
    spend: Mapping[str, Array] = field(default_factory=dict)


@dataclass(frozen=True)
class Kpis:
    """The six figures of the cockpit and their companions over one window.

    Gross margin in percent (31.5), fill rates as shares (0.97), ``cash_low_period`` a bucket, the rest money or days.
    """

    net_revenue: float
    demanded_revenue: float
    gross_margin_pct: float
    ebitda: float
    fill_rate: float
    expected_fill_rate: float
    inventory_value: float
    inventory_days: float
    cash_low: float
    cash_low_period: int
    closing_cash: float


@dataclass(frozen=True, eq=False)
class PlanResult:
    """Everything one scenario answers. ``inputs_id`` and ``scenario_key`` say which question it answers."""

    inputs_id: str
    scenario: Scenario
    scenario_key: str
    overrides: tuple[Override, ...]
    horizon: Horizon
    parameters: Parameters
    demand: DemandPlan
    supply: SupplyPlan
    finance: FinancialPlan
    expected_fill: Array  # [I, T] expected fill rate, 0..1
    warnings: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
