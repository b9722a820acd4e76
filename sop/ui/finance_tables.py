"""Tables of the finance review, and the walk from the plan's objective to EBITDA and cash."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from sop.analysis.wording import money, signed_money
from sop.charts import finance, frames
from sop.finance import CASH_LINES
from sop.ui import tables
from sop.ui.drawing import draw
from sop.ui.glossary import GLOSSARY
from sop.ui.question import Answer

BUDGET_COLUMNS: dict[str, Any] = {
    "line": None,
    "title": tables.text("Line"),
    "family": tables.text("Family", "Blank = the company."),
    "buckets": None,
    "budget": tables.number("Budget"),
    "plan": tables.number("Plan"),
    "gap": tables.number("Gap"),
    "gap_pct": st.column_config.NumberColumn("Gap, %", format="%.1f"),
}


def months(statement: pd.DataFrame) -> dict[str, Any]:
    """Column settings of a statement by month."""
    fixed: dict[str, Any] = {"line": None, "title": st.column_config.TextColumn("Line", pinned=True)}
    return {**fixed, **{name: tables.number(name) for name in statement.columns[2:]}}


def walk(answer: Answer) -> None:
    """The plan's objective, EBITDA and cash: every step between them, whole horizon with its tail."""
    plan = answer.result.finance
    st.caption(f"{GLOSSARY['Objective']} Over all planned months, those after the last one shown included.")
    steps = [(title.replace("_", " ").capitalize(), amount, False) for title, amount in plan.walk.items()]
    first, *rest = steps
    total = sum(amount for _, amount, _ in steps)
    cash = [
        (line.title, line.sign * float(plan.cash[name].sum()), False)
        for name, line in CASH_LINES.items()
        if line.sign and name != "ebitda" and abs(plan.cash[name]).sum() > 0
    ]
    change = total + sum(amount for _, amount, _ in cash)
    told = [(first[0], first[1], True), *rest, ("EBITDA", total, True), *cash, ("Change of cash", change, True)]
    labels = [money(amount) if is_total else signed_money(amount) for _, amount, is_total in told]
    draw(
        finance.walk,
        frames.waterfall(told, labels),
        key="walk",
        height=60 + 24 * len(told),
        alt="From the plan's objective to EBITDA to the change of cash",
        title="From objective to EBITDA to cash",
        unit=answer.currency,
    )
