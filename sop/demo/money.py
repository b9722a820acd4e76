"""Aldermoor's settings, prices paid back, fixed costs, budget, booked year and cash."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sop.demo.drivers import HISTORY, MONTHS, Drivers, net_prices
from sop.demo.network import family_of, standard_cost
from sop.demo.products import FAMILIES, MARKETS, Product
from sop.domain.parameters import Array

DSO, DPO = 45, 40
OPENING_CASH, MINIMUM_CASH = 4_680_000, 3_000_000
BUDGET_REVENUE, BUDGET_EBITDA = 97_500_000, 10_500_000
FIXED_COSTS = {
    "Plant North overhead": 490_000,
    "Plant South overhead": 260_000,
    "Distribution centre": 160_000,
    "Sales and service": 623_000,
    "Development": 310_000,
    "Administration and IT": 400_000,
}
_TRADE_FAIR = ("Trade fair", "2026-02-01", 180_000)


def tables(range_: Sequence[Product], drawn: Drivers, expected: Array, orders: Array) -> dict[str, pd.DataFrame]:
    """Every table about money; ``expected`` [I, M, t] is true mean demand, ``orders`` [I, M, HISTORY] what was sold."""
    return {
        "settings": _settings(range_, drawn, orders),
        "markets": _markets(),
        "rebates": _rebates(),
        "fixed_costs": _fixed_costs(),
        "budget": _budget(range_, drawn, expected),
        "actuals": _actuals(range_, drawn, orders),
        "cash_flows": _cash_flows(),
    }


def _settings(range_: Sequence[Product], drawn: Drivers, orders: Array) -> pd.DataFrame:
    november, december = _revenue(drawn, orders).sum(axis=(0, 1))[-2:]
    cost = np.array([standard_cost(product) for product in range_])
    bought = float((orders[:, :, -1].sum(axis=1) * cost).sum()) * 0.75
    values = {
        "company": "Aldermoor Appliances",
        "currency": "EUR",
        "bucket": "month",
        "first_period": "2026-01-01",
        "horizon": 18,
        "fiscal_year_start": 1,
        "goal": "service",
        "unmet_demand": "lost",
        "lost_sales_penalty": 2,
        "safety_penalty": 0.15,
        "cost_of_capital": 0.09,
        "dso": DSO,
        "dpo": DPO,
        "tax_rate": 0.15,
        "opening_cash": OPENING_CASH,
        "opening_receivables": round(december + november * (DSO - 30) / 30, -3),
        "opening_payables": round(bought * DPO / 30, -3),
        "minimum_cash": MINIMUM_CASH,
        "price_elasticity": -1.2,
        "pull_forward_months": 2,
    }
    texts = [f"{value:.0f}" if isinstance(value, float) and value > 1 else str(value) for value in values.values()]
    return pd.DataFrame({"key": list(values), "value": texts})


def _markets() -> pd.DataFrame:
    columns = ["market", "description", "region", "channel", "customer_group", "priority"]
    return pd.DataFrame([[getattr(market, name) for name in columns] for market in MARKETS], columns=columns)


def _rebates() -> pd.DataFrame:
    return pd.DataFrame(
        [(market.market, "", market.rebate) for market in MARKETS], columns=["market", "item", "rebate"]
    )


def _fixed_costs() -> pd.DataFrame:
    rows = [(cost, "", amount) for cost, amount in FIXED_COSTS.items()]
    return pd.DataFrame([*rows, _TRADE_FAIR], columns=["cost", "period", "amount"])


def _revenue(drawn: Drivers, units: Array) -> Array:
    """Units at net price [I, M, t], counted from the first month."""
    return np.asarray(net_prices(drawn)[:, :, : units.shape[2]] * units)


def _budget(range_: Sequence[Product], drawn: Drivers, expected: Array) -> pd.DataFrame:
    """Monthly budget of 2026: revenue by family and in all, EBITDA with the year's profile of revenue."""
    year = slice(HISTORY, HISTORY + 12)
    revenue = _revenue(drawn, expected)[:, :, year].sum(axis=1)
    revenue *= BUDGET_REVENUE / revenue.sum()
    of_family = np.array([[family_of(product) is family for product in range_] for family in FAMILIES], dtype=float)
    parts = np.round(of_family @ revenue, -3)
    total = parts.sum(axis=0)
    fixed = sum(FIXED_COSTS.values()) + np.where(np.arange(12) == 1, _TRADE_FAIR[2], 0)
    earned = total * (BUDGET_EBITDA + fixed.sum()) / total.sum() - fixed
    lines = [("net_revenue", "", total), ("ebitda", "", _rounded_to(earned, BUDGET_EBITDA)), ("fixed", "", fixed)]
    lines += [("net_revenue", family.name, amounts) for family, amounts in zip(FAMILIES, parts, strict=True)]
    return pd.concat([_dated_lines(line, amounts, year).assign(family=family) for line, family, amounts in lines])[
        ["line", "family", "period", "amount"]
    ]


def _rounded_to(amounts: Array, total: float) -> Array:
    """Amounts in whole thousands that add up to ``total``: the last takes what rounding leaves."""
    result = np.round(amounts, -3)
    result[-1] += total - result.sum()
    return result


def _actuals(range_: Sequence[Product], drawn: Drivers, orders: Array) -> pd.DataFrame:
    """The booked year 2025."""
    year = slice(HISTORY - 12, HISTORY)
    units = orders[:, :, year]
    revenue = (net_prices(drawn)[:, :, year] * units).sum(axis=(0, 1))
    cost = np.array([standard_cost(product) for product in range_])
    margin = revenue * 0.945 - (units.sum(axis=1) * cost[:, None]).sum(axis=0)
    marketing = drawn.spend[:, :, year].sum(axis=(0, 1))
    fixed = np.full(12, sum(FIXED_COSTS.values()) * 0.98)
    lines = {
        "net_revenue": revenue,
        "gross_margin": margin,
        "ebitda": margin - revenue * 0.05 - marketing - fixed,
        "volume": units.sum(axis=(0, 1)),
        "marketing": marketing,
        "fixed": fixed,
    }
    return pd.concat([_dated_lines(line, np.round(amounts, -2), year) for line, amounts in lines.items()])


def _dated_lines(line: str, amounts: Array, months: slice) -> pd.DataFrame:
    periods = MONTHS[months].strftime("%Y-%m")
    return pd.DataFrame({"line": line, "period": periods, "amount": np.asarray(amounts).astype(int)})


def _cash_flows() -> pd.DataFrame:
    """Machines of the coffee launch are paid from August to October; a grant towards them comes in November."""
    rows = [
        ("capital_expenditure", "", 160_000),
        ("capital_expenditure", "2026-08", 800_000),
        ("capital_expenditure", "2026-09", 1_100_000),
        ("capital_expenditure", "2026-10", 1_000_000),
        ("capital_expenditure", "2026-11", -550_000),
        ("interest", "", 28_000),
        ("dividend", "2026-09", 1_800_000),
        ("loan_repayment", "2026-03", 400_000),
        ("loan_repayment", "2026-10", 400_000),
        ("loan_repayment", "2027-03", 400_000),
    ]
    return pd.DataFrame(rows, columns=["kind", "period", "amount"])
