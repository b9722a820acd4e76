"""Sides and bounds of what is limited in money: inventory value and closing cash."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from sop.domain.credit import run_off
from sop.domain.parameters import Array
from sop.supply.case import Case
from sop.supply.constraints.cash import net_price
from sop.supply.spend import fixed_at_once
from sop.supply.variables import SIGNED

Columns = tuple[Array | float, Array | float, Array | float]  # cost, lower, upper
Sides = tuple[Array | float, Array | float]  # least and most of a row's left side
_OUTSIDE = ("tax", "capital_expenditure", "interest", "dividend", "loan_repayment")


def of_either_sign(c: Case) -> Columns:
    """Amounts of a bucket: free in themselves."""
    return 0.0, -np.inf, np.inf


def taxed(c: Case) -> Columns:
    """Positive EBITDA: free in itself (the balance of cash pays the tax)."""
    return 0.0, 0.0, np.inf


def cash(c: Case) -> Columns:
    """Closing cash, not below its limit in the reported buckets."""
    within = np.arange(c.structure.total) < c.structure.base.horizon.periods
    return 0.0, np.where(within, c.parameters["cash_limit"], -np.inf)[None, :], np.inf


def inventory_value(c: Case) -> Sides:
    """The limit less the standard cost of what was under way at the start and still is [1, T]."""
    return -np.inf, (c.parameters["inventory_limit"] - _under_way(c))[None, :]


def invoiced_revenue(c: Case) -> Sides:
    """What the opening backlog was booked at less today's price, in the first bucket [1, T]."""
    s, item_market = c.structure, tuple(c.structure.pairs.T)
    result = np.zeros((1, s.total))
    kept = 1.0 - c.parameters["rebate"][item_market]
    booked = kept * s.opening_backlog_value[item_market]
    result[0, 0] = (booked - net_price(s, c.parameters)[:, 0] * s.opening_backlog[item_market]).sum()
    return result, result


def spent_on_credit(c: Case) -> Sides:
    """Open purchase orders, on receipt [1, T]."""
    return c.structure.receipt_cost[None, :], c.structure.receipt_cost[None, :]


def spent_at_once(c: Case) -> Sides:
    """Fixed costs, marketing, promotions and shifts [1, T]."""
    fixed = fixed_at_once(c.structure, c.parameters)[None, :]
    return fixed, fixed


def stock_at_cost(c: Case) -> Sides:
    """Standard cost of what was under way at the start and still is [1, T]."""
    return _under_way(c)[None, :], _under_way(c)[None, :]


def taxed_result(c: Case) -> Sides:
    """Opening inventory in the first bucket [1, T]."""
    s, most = c.structure, np.zeros((1, c.structure.total))
    on_hand = (c.standard_cost * s.opening_stock).sum()
    most[0, 0] = on_hand + (c.parameters["standard_cost"] * s.opening_in_transit).sum()
    return -np.inf, most


def cash_balance(c: Case) -> Sides:
    """Opening receivables and payables as they are paid, less what is paid besides; opening cash in the first bucket
    [1, T]."""
    chosen, horizon = c.structure.inputs.settings, c.structure.base.horizon
    received = chosen.opening_receivables * run_off(horizon, chosen.dso)
    paid = chosen.opening_payables * run_off(horizon, chosen.dpo)
    result = received - paid - sum((c.parameters[name] for name in _OUTSIDE), np.zeros(horizon.total))
    result[0] += chosen.opening_cash
    return result[None, :], result[None, :]


def _under_way(c: Case) -> Array:
    """Standard cost of what was owned and under way at the start and has not arrived [T]."""
    s = c.structure
    opening = s.opening_in_transit[:, None] - np.cumsum(s.transit_receipts, axis=1)
    return np.asarray((c.parameters["standard_cost"][:, None] * opening).sum(axis=0))


COLUMNS: Mapping[str, Callable[[Case], Columns]] = {
    **dict.fromkeys(SIGNED, of_either_sign),
    **dict.fromkeys(("stocked", "taxed"), taxed),
    "cash": cash,
}
ROWS: Mapping[str, Callable[[Case], Sides]] = {
    function.__name__: function
    for function in (
        *(inventory_value, invoiced_revenue, spent_on_credit, spent_at_once),
        *(stock_at_cost, taxed_result, cash_balance),
    )
}
