"""Closing cash, stated only where there is a limit on it: what is invoiced, spent and taxed, and when it is paid.

Coefficients that are prices or rates are the scenario's (``at``; Base's by default): these rows alone are restated
when a lever turns a price or a rate.
"""

from __future__ import annotations

import numpy as np

from sop.domain.credit import payment_matrix
from sop.domain.parameters import Array, Parameters
from sop.domain.plans import Index
from sop.supply.constraints.money import add_stock_value
from sop.supply.constraints.rows import Rows
from sop.supply.spend import Rates, arrivals, at_once, on_credit, promotion
from sop.supply.structure import Structure
from sop.supply.variables import Variables


def invoiced_revenue(v: Variables, s: Structure, at: Parameters | None = None) -> Rows:
    """invoiced[t] - sum (1 - rebate) price[t] arrivals L[a,t-lead] + sum (1 - rebate) (price[t] - price[t-1]) B[d,t-1]
    = 0   (t = 0: what the opening backlog was booked at less today's price)

    What is delivered late earns the price it was due at: exact as long as nothing waits for more than a bucket or
    prices stand still. Dual: what one more unit of money invoiced is worth.
    """
    rows = Rows(_stated(s), s.total)
    if not len(rows.entities):
        return rows
    kept = net_price(s, at or s.base)
    rows.add(0, v["invoiced"], 1.0)
    arcs = s.market_arcs[:, 0]
    rows.add(0, v["shipped"][arcs], -arrivals(s, kept), delay=s.network.arc_lead[arcs])
    rows.add(0, v["backlog"][:, :-1], np.diff(kept, axis=1), delay=1)
    return rows


def spent_on_credit(v: Variables, s: Structure, at: Parameters | None = None) -> Rows:
    """on_credit[t] - sum material cost x[o,t] - sum subcontract fee x[o,t] - sum freight L[a,t] - sum lane cost z[k,t]
    = cost of open purchase orders[t]

    Dual: what one unit of money less spent on the suppliers' terms is worth.
    """
    rows = Rows(_stated(s), s.total)
    if len(rows.entities):
        rows.add(0, v["on_credit"], 1.0)
        _add_rates(rows, v, s, on_credit(s, at or s.base))
    return rows


def spent_at_once(v: Variables, s: Structure, at: Parameters | None = None) -> Rows:
    """at_once[t] - sum rate x of everything paid when incurred = fixed costs, marketing, promotions, shifts[t]

    Making, hours, overtime, people, set-ups, storage, and what promotions give away on what arrives. Dual: what one
    unit of money less spent at once is worth.
    """
    rows = Rows(_stated(s), s.total)
    if len(rows.entities):
        rows.add(0, v["at_once"], 1.0)
        _add_rates(rows, v, s, at_once(s, at or s.base))
        arcs = s.market_arcs[:, 0]
        rows.add(0, v["shipped"][arcs], -promotion(s, at or s.base), delay=s.network.arc_lead[arcs])
    return rows


def stock_at_cost(v: Variables, s: Structure) -> Rows:
    """stocked[t] - sum standard_cost (I[n,t] + on lanes + in work) = what was under way at the start and still is[t]

    Only where results are taxed: EBITDA is cash earned plus the change of inventory. Dual: none is shown.
    """
    rows = Rows(_stated(s) if s.taxed else _nothing(), s.total)
    if len(rows.entities):
        rows.add(0, v["stocked"], 1.0)
        add_stock_value(rows, v, s, -1.0)
    return rows


def taxed_result(v: Variables, s: Structure) -> Rows:
    """invoiced[t] - on_credit[t] - at_once[t] + stocked[t] - stocked[t-1] - taxed[t] <= 0   (t = 0: opening inventory)

    What is taxed is EBITDA where it is positive; only where results are taxed. Dual: none is shown.
    """
    rows = Rows(_stated(s) if s.taxed else _nothing(), s.total)
    if len(rows.entities):
        for family, sign in (("invoiced", 1.0), ("on_credit", -1.0), ("at_once", -1.0), ("stocked", 1.0)):
            rows.add(0, v[family], sign)
        rows.add(0, v["stocked"], -1.0, delay=1)
        rows.add(0, v["taxed"], -1.0)
    return rows


def cash_balance(v: Variables, s: Structure) -> Rows:
    """cash[t] - cash[t-1] - sum over u collected[u,t] invoiced[u] + sum over u paid[u,t] on_credit[u] + at_once[t]
    + tax_rate taxed[t] = opening receivables and payables run off, tax, capital expenditure, interest ...[t]

    collected and paid: shares of bucket u's amount that turn to cash in bucket t (DSO, DPO). The limit is a bound of
    cash[t]. Dual: what one more unit of cash in the bucket is worth.
    """
    rows = Rows(_stated(s), s.total)
    if not len(rows.entities):
        return rows
    chosen = s.inputs.settings
    rows.add(0, v["cash"], 1.0)
    rows.add(0, v["cash"], -1.0, delay=1)
    _add_spread(rows, v["invoiced"], -payment_matrix(s.base.horizon, chosen.dso))
    _add_spread(rows, v["on_credit"], payment_matrix(s.base.horizon, chosen.dpo))
    rows.add(0, v["at_once"], 1.0)
    if s.taxed:
        rows.add(0, v["taxed"], chosen.tax_rate)
    return rows


PRICED = {function.__name__: function for function in (invoiced_revenue, spent_on_credit, spent_at_once)}
"""Families whose coefficients are the scenario's prices and rates."""


def net_price(s: Structure, p: Parameters) -> Array:
    """Price less rebate of every pair [D, T]."""
    item, market = s.pairs.T
    return np.asarray((p["price"] * (1.0 - p["rebate"])[:, :, None])[item, market])


def _stated(s: Structure) -> Index:
    return np.zeros(1 if s.cash_limited else 0, dtype=np.int64)


def _nothing() -> Index:
    return np.zeros(0, dtype=np.int64)


def _add_rates(rows: Rows, v: Variables, s: Structure, rates: Rates) -> None:
    for family, rate in rates.items():
        rows.add(0, v[family], -rate, delay=s.total - 1 if family == "closing" else 0)


def _add_spread(rows: Rows, columns: Index, shares: Array) -> None:
    """Every bucket's amount into the buckets it is paid in."""
    for delay in range(shares.shape[0]):
        later = np.diagonal(shares, delay)
        if later.any():
            rows.add(0, columns[:, : len(later)], later[None, :], delay=delay)
