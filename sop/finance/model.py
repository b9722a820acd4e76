"""The financial plan: quantities x parameters, never read off the solver's objective."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from sop.domain.base import base_parameters
from sop.domain.credit import payment_matrix, run_off
from sop.domain.inputs import Inputs, rows
from sop.domain.levers import LEVERS
from sop.domain.parameters import Array, Mask, Parameters
from sop.domain.plans import DemandPlan, FinancialPlan, Index, SupplyPlan
from sop.finance.lines import VARIANCES
from sop.finance.revenue import OpeningOrders, delivered_revenue, opening_orders, order_backlog_value

_PAID_ON_CREDIT = ("material", "subcontract", "freight")
_GOAL_COST = float(LEVERS["goal"].choices.index("cost"))

Lines = dict[str, Array]


@dataclass(frozen=True, eq=False)
class _Costing:
    """What one unit of level adds to inventory at standard cost, and what the tables say it costs."""

    items: Array  # standard cost c [I]
    made: Array  # sum of c x signed quantities per level [O]
    hours: Array  # routed hours at Base's hourly cost per level [O]
    buys: Mask  # [O]
    subcontracts: Mask  # [O]
    order_premium: Array  # paid for open purchase orders above standard cost, on receipt [T]
    pool_resource: Index  # [P]


class FinanceModel:
    """Everything about money that levers do not touch, worked out once per Inputs."""

    def __init__(self, inputs: Inputs, base: Parameters) -> None:
        chosen = inputs.settings
        self._settings = chosen
        self._costing = _costing(inputs, base)
        self._opening_orders = opening_orders(inputs, base)
        self._collected = payment_matrix(inputs.horizon, chosen.dso)
        self._paid = payment_matrix(inputs.horizon, chosen.dpo)
        self._opening_receipts = chosen.opening_receivables * run_off(inputs.horizon, chosen.dso)
        self._opening_payments = chosen.opening_payables * run_off(inputs.horizon, chosen.dpo)

    @property
    def opening_orders(self) -> OpeningOrders:
        """Past-due orders as FIFO pieces."""
        return self._opening_orders

    def report(self, parameters: Parameters, demand: DemandPlan, supply: SupplyPlan) -> FinancialPlan:
        """P&L, inventory, cash and the walk from the plan's objective, per bucket, tail included, in money.

        net revenue - rebates - promotion - COGS - variances = gross margin; less freight, storage, marketing and
        fixed costs = EBITDA. Variances are spend at the scenario's rates less what operations add at standard cost.
        """
        cost, price = self._costing.items, parameters["price"]
        revenue = delivered_revenue(price, supply.accepted, supply.delivered, supply.backlog, self._opening_orders)
        delivered = supply.delivered.sum(axis=1)
        inventory = cost[:, None] * _stock_by_item(supply, len(cost))
        opening = float(cost @ _opening_stock_by_item(supply, len(cost)))
        spent = self.spend(parameters, supply)
        lines = self._lines(parameters, supply, revenue, spent)
        value = inventory.sum(axis=0)
        return FinancialPlan(
            lines=MappingProxyType(lines),
            cash=MappingProxyType(self._cash(parameters, lines, spent, np.diff(value, prepend=opening))),
            inventory_value=value,
            opening_inventory_value=opening,
            revenue_by_item=revenue.sum(axis=1),
            demanded_revenue_by_item=np.einsum("imt,imt->it", price, demand.planned),
            cogs_by_item=cost[:, None] * delivered,
            inventory_by_item=inventory,
            standard_cost=cost,
            walk=MappingProxyType(self._walk(parameters, supply, lines, float(value[-1]) - opening)),
            spend=MappingProxyType(spent),
        )

    def _lines(self, parameters: Parameters, supply: SupplyPlan, revenue: Array, spent: Lines) -> Lines:
        """P&L lines in order [T] each."""
        lines = {
            "net_revenue": revenue.sum(axis=(0, 1)),
            "rebates": np.einsum("im,imt->t", parameters["rebate"], revenue),
            "promotion": _promotion(parameters, supply),
            "cogs": self._costing.items @ supply.delivered.sum(axis=1),
            "write_offs": _paid(self._costing.items[supply.network.node_item][:, None], supply, "scrapped"),
            **self._variances(spent, supply),
        }
        below = {
            "freight": spent["freight"],
            "storage": spent["storage"],
            "marketing": parameters["marketing"].sum(axis=(0, 1)),
            "fixed_costs": np.asarray(parameters["fixed_costs"]),
        }
        earned, *costs = lines.values()
        margin = _less(earned, *costs)
        return {**lines, "gross_margin": margin, **below, "ebitda": _less(margin, *below.values())}

    def spend(self, parameters: Parameters, supply: SupplyPlan) -> Lines:
        """What is paid at the scenario's rates, by nature [T] each (``lines.SPEND``)."""
        costing, rate = self._costing, parameters["labour_rate"]
        made = parameters["operation_cost"] * supply.level
        pools = rate[costing.pool_resource]
        premium = parameters["overtime_cost"] * supply.overtime
        shifts = parameters["shift_cost"][:, None] * (parameters["shifts"] - parameters["base_shifts"])
        return {
            "material": (parameters["material_cost"] * supply.level).sum(axis=0)
            + costing.items @ supply.receipts
            + costing.order_premium,
            "subcontract": made[costing.subcontracts].sum(axis=0),
            "conversion": made[~costing.subcontracts].sum(axis=0),
            "labour": (parameters["hour_cost"][:, None] * rate * supply.load).sum(axis=0)
            + (parameters["pool_wage"] * pools * supply.heads).sum(axis=0),
            "overtime": (premium * rate).sum(axis=0)
            + (parameters["pool_overtime_cost"] * pools * supply.pool_overtime).sum(axis=0),
            "extra_capacity": (parameters["extra_cost"] * supply.extra_hours).sum(axis=0) + (shifts * rate).sum(axis=0),
            "hiring": (parameters["pool_hire_cost"] * supply.hires).sum(axis=0)
            + (parameters["pool_layoff_cost"] * supply.layoffs).sum(axis=0),
            "setup": (parameters["setup_cost"] * supply.runs).sum(axis=0)
            + _paid(parameters["startup_cost"], supply, "starts"),
            "freight": _freight(parameters, supply) + _paid(parameters["lane_fixed_cost"], supply, "lanes_used"),
            "storage": _storage(parameters, supply),
        }

    def _variances(self, spent: Lines, supply: SupplyPlan) -> Lines:
        """K - G, one line each, adding up to spend less what is made at standard cost."""
        costing, level = self._costing, supply.level
        bought = (costing.made - costing.hours) * costing.buys
        outside = (costing.made - costing.hours) * costing.subcontracts
        absorbed = (costing.made - bought - outside) @ level
        received = costing.items @ supply.receipts
        return {
            "purchase_price_variance": spent["material"] - bought @ level - received,
            "subcontract_variance": spent["subcontract"] - outside @ level,
            "labour_variance": spent["labour"] + spent["conversion"] - absorbed,
            **{name: spent[name] for name in VARIANCES[3:]},
        }

    def _cash(self, parameters: Parameters, lines: Lines, spent: Lines, inventory_change: Array) -> Lines:
        """Cash statement, both ways: receipts less payments, and EBITDA less what it ties up."""
        invoiced = lines["net_revenue"] - lines["rebates"]
        on_credit = sum((spent[name] for name in _PAID_ON_CREDIT), np.zeros_like(invoiced))
        receipts = invoiced @ self._collected + self._opening_receipts
        payments = on_credit @ self._paid + self._opening_payments
        at_once = sum((spent[name] for name in spent if name not in _PAID_ON_CREDIT), np.zeros_like(invoiced))
        outside = {
            name: np.asarray(parameters[name])
            for name in ("capital_expenditure", "interest", "dividend", "loan_repayment")
        }
        tax = self._settings.tax_rate * np.maximum(lines["ebitda"], 0.0) + parameters["tax"]
        change = _less(lines["ebitda"] - inventory_change, invoiced - receipts, payments - on_credit, tax)
        change = _less(change, *outside.values())
        return {
            "ebitda": lines["ebitda"],
            "receivables_change": invoiced - receipts,
            "inventory_change": inventory_change,
            "payables_change": on_credit - payments,
            "tax": tax,
            **outside,
            "change": change,
            "closing_cash": self._settings.opening_cash + np.cumsum(change),
            "receipts": receipts,
            "supplier_payments": payments,
            "other_payments": at_once + lines["promotion"] + lines["marketing"] + lines["fixed_costs"],
            "receivables": self._settings.opening_receivables + np.cumsum(invoiced - receipts),
            "payables": self._settings.opening_payables + np.cumsum(on_credit - payments),
        }

    def _walk(self, parameters: Parameters, supply: SupplyPlan, lines: Lines, inventory: float) -> dict[str, float]:
        """Objective Z to EBITDA, term by term over all buckets; the terms before ``ebitda`` add up to it.

        Z is booked revenue less cost. With the goal *cost* the objective is the cost alone, so booked revenue is added.
        """
        price, orders = parameters["price"], self._opening_orders
        booked = float(np.einsum("imt,imt->", price, supply.accepted))
        owed_before = float((orders.quantity * orders.price).sum())
        owed = order_backlog_value(price, supply.accepted, supply.backlog[..., -1], orders)
        lowest_cost = float(parameters["goal"]) == _GOAL_COST
        start = {"booked_revenue": booked} if lowest_cost else {}
        return {
            **start,
            "objective": -supply.objective if lowest_cost else supply.objective,
            "order_backlog": owed_before - owed,
            "inventory_change": inventory,
            **{f"penalty_{name}": float(values.sum()) for name, values in supply.penalties.items()},
            **{name: -float(lines[name].sum()) for name in ("rebates", "promotion", "marketing", "fixed_costs")},
            "ebitda": float(lines["ebitda"].sum()),
        }


def report(inputs: Inputs, parameters: Parameters, demand: DemandPlan, supply: SupplyPlan) -> FinancialPlan:
    """The financial plan of one supply plan; use ``FinanceModel`` where many follow each other."""
    return FinanceModel(inputs, base_parameters(inputs)).report(parameters, demand, supply)


def _less(start: Array, *parts: Array) -> Array:
    result = start.copy()
    for part in parts:
        result -= part
    return result


def _costing(inputs: Inputs, base: Parameters) -> _Costing:
    operations, cost = inputs["operations"], np.asarray(base["standard_cost"])
    kind = operations["kind"]
    pools, resources = base.axis("pool"), base.axis("resource")
    return _Costing(
        items=cost,
        made=_made(inputs, base, cost),
        hours=_routed_cost(inputs, base),
        buys=np.asarray(kind == "buy", dtype=bool),
        subcontracts=np.asarray(kind == "subcontract", dtype=bool),
        order_premium=_order_premium(inputs, base, cost),
        pool_resource=np.array([resources.index[name] for name in pools.groups["resource"]], dtype=np.int64),
    )


def _made(inputs: Inputs, base: Parameters, cost: Array) -> Array:
    """Standard cost one unit of level adds to inventory [O]: yield and co-products less materials."""
    item, operation = base.axis("item").index, base.axis("operation").index
    table = inputs["operations"]
    result = table["yield"].to_numpy(dtype=np.float64) * cost[table["item"].map(item).to_numpy(dtype=np.int64)]
    for name, sign in (("materials", -1.0), ("coproducts", 1.0)):
        part = inputs[name]
        place = part["operation"].map(operation).to_numpy(dtype=np.int64)
        value = part["quantity"].to_numpy(dtype=np.float64) * cost[part["item"].map(item).to_numpy(dtype=np.int64)]
        np.add.at(result, place, sign * value)
    return np.asarray(result, dtype=np.float64)


def _routed_cost(inputs: Inputs, base: Parameters) -> Array:
    """Routed hours at Base's hourly cost per unit of level [O]."""
    routing = inputs["routings"]
    result = np.zeros(len(base.axis("operation")))
    place = routing["operation"].map(base.axis("operation").index).to_numpy(dtype=np.int64)
    resource = routing["resource"].map(base.axis("resource").index).to_numpy(dtype=np.int64)
    np.add.at(result, place, routing["hours"].to_numpy(dtype=np.float64) * base["hour_cost"][resource])
    return result


def _order_premium(inputs: Inputs, base: Parameters, cost: Array) -> Array:
    """Paid for open purchase orders above standard cost [T], on receipt; a blank price is standard cost.

    Past days count as the first bucket.
    """
    table = inputs["scheduled_receipts"]
    result = np.zeros(inputs.horizon.total)
    priced = table[(table["kind"] == "purchase") & table["unit_cost"].notna()]
    for item, due, quantity, price in rows(priced, "item", "due", "quantity", "unit_cost"):
        bucket = max(inputs.horizon.index_of(due.date()), 0)
        if bucket < inputs.horizon.total:
            result[bucket] += quantity * (price - cost[base.axis("item").index[item]])
    return result


def _paid(rate: Array, supply: SupplyPlan, extra: str) -> Array:
    """Rate x one of the plan's extras, added up over everything but buckets [T]; 0 where the plan has none of it."""
    quantity = supply.extras.get(extra)
    return np.zeros(supply.level.shape[1]) if quantity is None else np.asarray((rate * quantity).sum(axis=0))


def _freight(parameters: Parameters, supply: SupplyPlan) -> Array:
    """Freight rate x units shipped [T]; a market's free lane costs nothing."""
    paid = supply.network.arc_lane >= 0
    rate = parameters["freight"][supply.network.arc_lane[paid]]
    return np.asarray(np.einsum("at,at->t", rate, supply.shipped[paid]))


def _promotion(parameters: Parameters, supply: SupplyPlan) -> Array:
    """(Depth + discount) x price x delivered, and what promotions cost at once [T]."""
    given_away = (parameters["promotion"] + parameters["promotion_discount"]) * parameters["price"]
    return np.asarray((given_away * supply.delivered).sum(axis=(0, 1)) + parameters["promotion_cost"])


def _storage(parameters: Parameters, supply: SupplyPlan) -> Array:
    """Cash holding cost x closing stock [T]."""
    rate = parameters["holding_cost"][supply.network.node_location, supply.network.node_item]
    return np.asarray(np.einsum("nt,nt->t", rate, supply.stock))


def _stock_by_item(supply: SupplyPlan, items: int) -> Array:
    """On hand at all locations and in transit [I, T], closing."""
    return _by_item(supply, supply.stock, items) + supply.in_transit


def _opening_stock_by_item(supply: SupplyPlan, items: int) -> Array:
    return _by_item(supply, supply.opening_stock, items) + supply.opening_in_transit


def _by_item(supply: SupplyPlan, values: Array, items: int) -> Array:
    """Values of nodes [N, ...] added up to items [I, ...]."""
    total = np.zeros((items, *values.shape[1:]))
    np.add.at(total, supply.network.node_item, values)
    return total
