"""Statements as tables: P&L, cash, spend by nature, and the gap to budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sop.domain.catalogue import BUDGET_LINES
from sop.domain.inputs import Inputs
from sop.domain.parameters import Array
from sop.domain.plans import PlanResult
from sop.finance.kpis import booked, elapsed
from sop.finance.lines import CASH_LINES, LINES, SPEND, Line
from sop.finance.windows import Window

BOOKED = ("net_revenue", "gross_margin", "ebitda", "marketing", "fixed_costs")
ACTUAL_NAMES = {"fixed_costs": "fixed"}
_NOT_SPLIT = (
    ("booked_cost", "Booked costs of sales", "gross_margin"),
    ("booked_overhead", "Other booked costs", "ebitda"),
)
_CLOSING = ("inventory", "closing_cash")
_TITLES = {
    "volume": "Volume delivered",
    "inventory": "Inventory",
    "closing_cash": "Closing cash",
    "fixed": "Fixed costs",
}


def statement(result: PlanResult, window: Window) -> pd.DataFrame:
    """P&L of the window's planned buckets: line, title, sign (+1, -1, 0 = subtotal), value, definition.

    Costs are positive amounts. Elapsed buckets are booked by line only in ``actuals`` and are not in here.
    """
    return _table(LINES, result.finance.lines, window)


def statement_with_actuals(inputs: Inputs, result: PlanResult, window: Window) -> pd.DataFrame:
    """``statement`` with columns ``actual`` and ``plan`` beside their sum ``value``.

    Actuals are booked for subtotals and a few lines only; what they leave open stands in the lines *booked_cost*
    (between net revenue and gross margin) and *booked_overhead* (between gross margin and EBITDA), so that the column
    adds up; a window without elapsed buckets has neither. Lines and subtotals without actuals count as 0.
    """
    frame = statement(result, window).rename(columns={"value": "plan"})
    past = {line: elapsed(inputs, ACTUAL_NAMES.get(line, line), window) for line in BOOKED}
    past["booked_cost"] = past["net_revenue"] - past["gross_margin"]
    past["booked_overhead"] = past["gross_margin"] - past["ebitda"] - past["marketing"] - past["fixed_costs"]
    for name, title, subtotal in _NOT_SPLIT if window.first < 0 else ():
        at = int(frame.index[frame["line"] == subtotal][0])
        row = {
            "line": name,
            "title": title,
            "sign": -1,
            "plan": 0.0,
            "definition": "Booked before the plan, not split.",
        }
        frame = pd.concat([frame[:at], pd.DataFrame([row]), frame[at:]], ignore_index=True)
    frame["actual"] = frame["line"].map(past).fillna(0.0)
    frame["value"] = frame["plan"] + frame["actual"]
    return frame[["line", "title", "sign", "value", "actual", "plan", "definition"]]


def spend_statement(result: PlanResult, window: Window) -> pd.DataFrame:
    """What the plan pays at the scenario's rates, by nature; columns as ``statement``."""
    return _table(SPEND, result.finance.spend, window)


def cash_statement(result: PlanResult, window: Window) -> pd.DataFrame:
    """EBITDA to change of cash over the window's planned buckets; the last row is closing cash at its end."""
    frame = _table(CASH_LINES, result.finance.cash, window)
    frame.loc[frame["line"] == "closing_cash", "value"] = result.finance.cash["closing_cash"][window.last - 1]
    return frame


def by_period(result: PlanResult, lines: Mapping[str, Line], values: Mapping[str, Array]) -> pd.DataFrame:
    """One row per line, one column per reported bucket, in table order."""
    labels = list(result.horizon.labels[: result.horizon.periods])
    frame = pd.DataFrame([values[name][: len(labels)] for name in lines], columns=labels)
    frame.insert(0, "title", [line.title for line in lines.values()])
    frame.insert(0, "line", list(lines))
    return frame


def budget_gap(inputs: Inputs, result: PlanResult, window: Window, lines: Sequence[str] = BUDGET_LINES) -> pd.DataFrame:
    """Plan against budget for ``lines``: line, title, family ("" = company), buckets, budget, plan, gap, gap_pct.

    Only buckets of the window that have both a budget and a figure (planned, or booked for elapsed ones) are compared;
    inventory and closing cash are compared at the last of them. A line budgeted by family only is added up for the
    company. gap = plan - budget; gap_pct in percent of the budget, NaN where the budget is 0.
    """
    table = inputs["budget"][inputs["budget"]["line"].isin(lines)]
    table = table.assign(bucket=[inputs.horizon.index_of(day.date()) for day in table["period"]])
    inside = table[(table["bucket"] >= window.first) & (table["bucket"] < window.last)]
    found = []
    for line in lines:
        for family, budget in _budgets(inside[inside["line"] == line]).items():
            figures = _figures(inputs, result, line, family)
            row = _gap(line, family, budget, figures) if figures is not None else None
            found += [row] if row else []
    columns = ["line", "title", "family", "buckets", "budget", "plan", "gap", "gap_pct"]
    return pd.DataFrame(found, columns=columns)


def _table(lines: Mapping[str, Line], values: Mapping[str, Array], window: Window) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "line": list(lines),
            "title": [line.title for line in lines.values()],
            "sign": [line.sign for line in lines.values()],
            "value": [float(values[name][window.planned].sum()) for name in lines],
            "definition": [line.definition for line in lines.values()],
        }
    )


def _budgets(table: pd.DataFrame) -> dict[str, pd.Series]:
    """Budget by bucket of the company ("") and of every family that has one."""
    families = {str(name): rows.groupby("bucket")["amount"].sum() for name, rows in table.groupby("family") if name}
    company = table if not (table["family"] == "").any() else table[table["family"] == ""]
    return {"": company.groupby("bucket")["amount"].sum(), **families} if len(table) else {}


def _gap(line: str, family: str, budget: pd.Series, figures: pd.Series) -> tuple[object, ...] | None:
    both = budget.index.intersection(figures.index)
    if both.empty:
        return None
    shared = both[-1:] if line in _CLOSING else both
    target, plan = float(budget[shared].sum()), float(figures[shared].sum())
    percent = 100.0 * (plan - target) / abs(target) if target else np.nan
    title = LINES[line].title if line in LINES else _TITLES[line]
    return line, title, family, len(shared), target, plan, plan - target, percent


def _figures(inputs: Inputs, result: PlanResult, line: str, family: str) -> pd.Series | None:
    """Planned (and, for the company, booked) figure by bucket; None where a line does not split by family."""
    if family:
        planned = _family_line(result, line, family)
        return None if planned is None else pd.Series(planned)
    past = {bucket: amount for bucket, amount in booked(inputs, line) if bucket < 0}
    return pd.concat([pd.Series(past, dtype=np.float64), pd.Series(_company_line(result, line))]).sort_index()


def _company_line(result: PlanResult, line: str) -> Array:
    finance = result.finance
    if line == "volume":
        return np.asarray(result.supply.delivered.sum(axis=(0, 1)))
    other = {
        "inventory": finance.inventory_value,
        "closing_cash": finance.cash["closing_cash"],
        "fixed": finance.lines["fixed_costs"],
    }
    return other[line] if line in other else finance.lines[line]


def _family_line(result: PlanResult, line: str, family: str) -> Array | None:
    chosen = result.parameters.axis("item").mask("family", family)
    by_item = {
        "net_revenue": result.finance.revenue_by_item,
        "volume": result.supply.delivered.sum(axis=1),
        "inventory": result.finance.inventory_by_item,
    }
    return np.asarray(by_item[line][chosen].sum(axis=0)) if line in by_item else None
