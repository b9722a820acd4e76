"""Parts of the finance review: EBITDA by month, gap to budget, statements by month, the walk to EBITDA and cash."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from sop import charts
from sop.analysis.wording import bucket_name, money, signed_money
from sop.charts import frames
from sop.domain.plans import FinancialPlan
from sop.finance import CASH_LINES, budget_gap, by_period, shown_by_bucket, statement_by_bucket
from sop.ui import tables
from sop.ui.drawing import draw
from sop.ui.glossary import GLOSSARY
from sop.ui.question import Answer

_BUDGET: dict[str, Any] = {
    "line": None,
    "title": tables.text("Line"),
    "family": tables.text("Family", "Blank = the company."),
    "buckets": None,
    "budget": tables.number("Budget"),
    "plan": tables.number("Plan"),
    "gap": tables.number("Gap"),
    "gap_pct": tables.decimal("Gap, %"),
}


def ebitda_by_month(answer: Answer) -> None:
    """Bars of EBITDA, the reference as a tick."""
    draw(
        charts.finance.money_by_month,
        frames.line_frame(answer.reference, answer.result, "ebitda").assign(hue=answer.colour),
        key="ebitda_by_month",
        height=220,
        alt="EBITDA by month, reference as a tick",
        title=f"EBITDA by month, {answer.reference.scenario.name} as a tick",
        unit=answer.currency,
    )


def budget(answer: Answer) -> None:
    """Plan against the annual operating plan over the window."""
    tables.show(
        budget_gap(answer.inputs, answer.result, answer.window),
        key="budget_gap",
        alt="Plan against budget",
        empty="There is no budget for these months in the data.",
        columns=_BUDGET,
        height=190,
    )


def _pnl(answer: Answer) -> None:
    statement = shown_by_bucket(statement_by_bucket(answer.inputs, answer.result, answer.window))
    if answer.window.first < 0:
        st.caption("Booked months come from the actuals; what the books do not split stands in two lines of its own.")
    used = (statement["sign"] == 0) | (statement.drop(columns=["line", "title", "sign"]) != 0).any(axis=1)
    _by_month(statement[used].drop(columns="sign"), "pnl_by_month", answer, answer.window.first)


def _cash(answer: Answer) -> None:
    statement = by_period(answer.result, CASH_LINES, answer.result.finance.cash)
    _by_month(statement, "cash_by_month", answer, 0)


def _by_month(statement: pd.DataFrame, key: str, answer: Answer, first: int) -> None:
    """One column per bucket from ``first`` on, booked ones marked, then the total if there is one."""
    labels = [str(name) for name in statement if name not in ("line", "title", "total")]
    months = {label: tables.number(_month(answer, bucket)) for bucket, label in enumerate(labels, start=first)}
    line = st.column_config.TextColumn("Line", pinned=True)
    columns = {"line": None, "title": line, **months, "total": tables.number(answer.window.title)}
    tables.show(statement, key=key, alt="Statement by month", columns=columns, height=600)


def _month(answer: Answer, bucket: int) -> str:
    return f"{bucket_name(answer.result.horizon, bucket)}{' booked' if bucket < 0 else ''}"


def walk_steps(plan: FinancialPlan) -> list[tuple[str, float, bool]]:
    """Title, amount and whether it is a total: objective, what leads to EBITDA, what leads to the change of cash."""
    (first, objective), *steps = ((title, amount) for title, amount in plan.walk.items() if title != "ebitda")
    cash = [
        (line.title, line.sign * float(plan.cash[name].sum()), False)
        for name, line in CASH_LINES.items()
        if line.sign and name != "ebitda" and abs(plan.cash[name]).sum() > 0
    ]
    return [
        (_spelled(first), objective, True),
        *((_spelled(title), amount, False) for title, amount in steps),
        ("EBITDA", plan.walk["ebitda"], True),
        *cash,
        ("Change of cash", float(plan.cash["change"].sum()), True),
    ]


def _spelled(title: str) -> str:
    return title.replace("_", " ").capitalize()


def _walk(answer: Answer) -> None:
    """Every step between the plan's objective, EBITDA and cash, whole horizon with its tail."""
    st.caption(f"{GLOSSARY['Objective']} Over all planned months, those after the last one shown included.")
    told = walk_steps(answer.result.finance)
    labels = [money(amount) if is_total else signed_money(amount) for _, amount, is_total in told]
    draw(
        charts.finance.walk,
        frames.waterfall(told, labels),
        key="walk",
        height=60 + 24 * len(told),
        alt="From the plan's objective to EBITDA to the change of cash",
        title="From objective to EBITDA to cash",
        unit=answer.currency,
    )


STATEMENTS: Mapping[str, Callable[[Answer], None]] = {
    "P&L by month": _pnl,
    "Cash by month": _cash,
    "From objective to cash": _walk,
}
