"""One question to the model: a scenario's parameters and demand, and what follows from them before solving."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sop.domain.levers import LEVERS
from sop.domain.parameters import Array, Parameters
from sop.domain.plans import DemandPlan
from sop.supply.explosion import Explosion, node_demand, pair_demand, required_load
from sop.supply.layers import Layers, stock_layers
from sop.supply.stock_targets import built_ahead, closing_targets, safety_targets
from sop.supply.structure import Structure

GOALS = LEVERS["goal"].choices
_SAFETY_SHARE_OF_MARGIN = 0.5
_RANK_BEFORE = 0.5
_LATER_COUNTS_LESS = 0.06  # a month: of two customers, the one of today is served before the one of autumn


@dataclass(frozen=True, eq=False)
class Case:
    """Everything the vectors are made of. ``goal`` is one of service, profit, cost."""

    structure: Structure
    explosion: Explosion
    parameters: Parameters
    demand: DemandPlan
    goal: str
    serve_all: bool = False  # what could be served, whatever markets say a lost unit costs

    @cached_property
    def wanted(self) -> Array:
        """Planned demand [I, M, T], never negative."""
        return np.maximum(self.demand.planned, 0.0)

    @cached_property
    def pair_demand(self) -> Array:
        """Planned demand of the pairs in the model [D, T]."""
        return pair_demand(self.structure, self.demand)

    @cached_property
    def available(self) -> Array:
        """Regular hours of resources [R, T]: capacity x shifts - downtime, not below 0 (people not counted)."""
        p = self.parameters
        return np.maximum(p["capacity"] * p["shifts"] - p["downtime"], 0.0)

    @cached_property
    def overtime_limit(self) -> Array:
        """Most overtime hours [R, T]."""
        return self.parameters["overtime_limit"] * self.available

    @cached_property
    def node_demand(self) -> Array:
        """Units demand asks of every node in the bucket it is due [N, T]."""
        return node_demand(self.explosion, self.structure, self.demand)

    @cached_property
    def required_load(self) -> Array:
        """Hours demand needs on every resource in the bucket it is due [R, T]."""
        return required_load(self.explosion, self.structure, self.demand)

    @cached_property
    def tightness(self) -> float:
        """Hours needed over hours available, people not counted; 0 where there are none."""
        available = float(self.available.sum())
        return float(self.required_load.sum()) / available if available > 0 else 0.0

    @cached_property
    def safety_target(self) -> Array:
        """Units [N, T]."""
        return safety_targets(self.structure, self.parameters, self.node_demand)

    @cached_property
    def built_ahead(self) -> Array:
        """Most stock of items with a limit on building ahead [N, T]; infinite for others."""
        return built_ahead(self.structure, self.node_demand, self.safety_target)

    @cached_property
    def closing_target(self) -> Array:
        """Units [N]."""
        return closing_targets(self.structure, self.parameters, self.node_demand, self.safety_target)

    @cached_property
    def layers(self) -> Layers:
        """Costs and bounds of stock, by layer."""
        return stock_layers(self)

    @cached_property
    def standard_cost(self) -> Array:
        """Money per unit of every node's item [N]."""
        return np.asarray(self.parameters["standard_cost"][self.structure.network.node_item])

    @cached_property
    def capital_rate(self) -> float:
        """Cost of capital per bucket."""
        horizon = self.structure.base.horizon
        return self.structure.inputs.settings.cost_of_capital / horizon.periods_per_year

    @cached_property
    def counts_revenue(self) -> float:
        """1.0 where booked revenue is part of what is optimised, 0.0 for lowest cost."""
        return 0.0 if self.goal == "cost" else 1.0

    @cached_property
    def lost_price(self) -> Array:
        """Steering price of a unit of demand not accepted [I, M, T], beside the revenue it would have earned.

        The market's lost_cost where given. Else nothing for goal profit; for service and cost lost_sales_penalty x
        value x weight of the market's priority, less 6 % for every month it lies ahead: what is scarce over many months
        is not kept from today's customers for later ones. The value of an item is the highest price any market pays in
        the bucket, or its standard cost where that is higher: the same for all markets, so that priority decides and
        not who pays more. Together with the price it is at least twice the standard cost, so that what can be served
        is. Where revenue is not counted the value is lost as well.

        Within an item, bucket and priority serving is worth the same in every market: the price of a lost unit makes up
        for what a market pays less than the best, and for its freight. Whoever is near or pays more is not preferred.
        """
        s, p = self.structure, self.parameters
        own = np.full(s.terms.lost_cost.shape, np.nan) if self.serve_all else s.terms.lost_cost
        if self.goal == "profit":
            return np.nan_to_num(own)
        value = np.maximum(p["price"], p["standard_cost"][:, None, None])
        steering = (
            s.inputs.settings.lost_sales_penalty * value.max(axis=1, keepdims=True) * s.priority_weight[None, :, None]
        )
        months = np.arange(s.total) * (12 / s.base.horizon.periods_per_year)
        steering = steering * (1.0 - _LATER_COUNTS_LESS) ** months
        best = p["price"].max(axis=1, keepdims=True)
        worth = np.maximum(2.0 * p["standard_cost"][:, None, None], best + steering)
        if self.counts_revenue:
            return np.where(np.isnan(own), np.maximum(worth - p["price"] + self.way_cost, 0.0), own)
        lost = np.maximum(worth - best + self.way_cost, 0.0)
        return np.where(np.isnan(own), lost + value.max(axis=1, keepdims=True), own + value)

    @cached_property
    def way_cost(self) -> Array:
        """Freight of the first lane of an item into a market [I, M, T], when goods arrive; 0 without freight."""
        s, net = self.structure, self.structure.network
        result = np.zeros(self.parameters["price"].shape)
        _, first = np.unique(s.market_arcs[:, 1], return_index=True)
        arcs, pairs = s.market_arcs[first, 0], s.pairs[s.market_arcs[first, 1]]
        paid = net.arc_lane[arcs] >= 0
        result[pairs[paid, 0], pairs[paid, 1]] = self.parameters["freight"][net.arc_lane[arcs[paid]]]
        return result

    @cached_property
    def pair_value(self) -> Array:
        """What taking on a unit of demand is worth to the pairs [D, T]: its price and the price of losing it."""
        pairs = self.structure.pairs
        price = self.parameters["price"][pairs[:, 0], pairs[:, 1]]
        return np.asarray(self.counts_revenue * price + self.lost_price[pairs[:, 0], pairs[:, 1]])

    @cached_property
    def late_price(self) -> Array:
        """Steering price of a unit owed at the end of a bucket [I, M, T]; the last bucket's also pays for never
        delivering: the revenue that was booked and the price of a lost unit."""
        s, p = self.structure, self.parameters
        default = s.inputs.settings.late_penalty * self._late_value
        own = s.terms.late_cost
        result = np.where(np.isnan(own), default, own)
        never = (self.counts_revenue * p["price"] + self.lost_price).max(axis=2)
        open_ended = ~np.isfinite(s.terms.closing_backlog)
        result[:, :, -1] += np.where(open_ended, never, 0.0)
        return np.asarray(result)

    @property
    def _late_value(self) -> Array:
        """What the late_penalty is a share of [I, M, T]: the price; for goals service and cost the best price any
        market pays, half as much again for every rank a market stands before the last, so that the first in priority
        is delivered first."""
        price = self.parameters["price"]
        if self.goal == "profit":
            return price
        rank = self.structure.priority_rank
        before = 1.0 + _RANK_BEFORE * (rank.max(initial=0.0) - rank)
        return np.asarray(price.max(axis=1, keepdims=True) * before[None, :, None])

    @cached_property
    def carrying_cost(self) -> Array:
        """Holding cost and capital charge of a unit in stock for one bucket [N, T]."""
        p, net = self.parameters, self.structure.network
        holding = p["holding_cost"][net.node_location, net.node_item]
        return np.asarray(holding + self.capital_rate * self.standard_cost[:, None])

    @cached_property
    def safety_price(self) -> Array:
        """Steering price of a unit missing from safety stock for one bucket [N, T].

        safety_penalty x standard cost. Goal profit: no more than what carrying the unit costs and, spread over all
        buckets, half of the least margin a unit of it earns: keeping a unit back for the whole horizon is then never
        worth more than selling it, and keeping it where nobody wants it now still is. Never below nothing: what is made
        beside something else may have a standard cost below 0.
        """
        price = self.structure.inputs.settings.safety_penalty * self.standard_cost[:, None]
        if self.goal != "profit":
            return np.repeat(np.maximum(price, 0.0), self.structure.total, axis=1)
        room = _SAFETY_SHARE_OF_MARGIN * self.node_margin / self.structure.total
        return np.maximum(np.minimum(price, self.carrying_cost + room[:, None]), 0.0)

    @cached_property
    def node_margin(self) -> Array:
        """Least positive margin per unit of a node [N]: price less standard cost of what is sold from it or made of it,
        over the markets and buckets it is sold in; infinite where nothing sold is."""
        pairs, p, used = self.structure.pairs, self.parameters, self.explosion.nodes.tocoo()
        margin = p["price"][pairs[:, 0], pairs[:, 1]] - p["standard_cost"][pairs[:, 0]][:, None]
        least = np.where(margin > 0, margin, np.inf).min(axis=1, initial=np.inf)
        result = np.full(used.shape[0], np.inf)
        np.minimum.at(result, used.row, least[used.col] / used.data)
        return result

    @cached_property
    def closing_price(self) -> Array:
        """Steering price of a unit missing from the closing target [N]: what replacing it costs at standard, and the
        price of going without for one bucket. Using stock up at the end is then never cheaper than making more."""
        return np.asarray(np.maximum(self.standard_cost, 0.0) + self.safety_price[:, -1])


def case_of(structure: Structure, explosion: Explosion, parameters: Parameters, demand: DemandPlan) -> Case:
    """The case of a scenario, with the goal its parameters choose."""
    return Case(structure, explosion, parameters, demand, GOALS[int(parameters["goal"])])
