"""Finance review: P&L by month, why it differs, cash, inventory, the gap to budget, and the walk to cash."""

import streamlit as st

from sop.charts import finance, frames
from sop.finance import CASH_LINES, LINES, budget_gap, by_period
from sop.ui import finance_tables, panes, tables, topbar
from sop.ui.drawing import draw
from sop.ui.frame import frame, guarded
from sop.ui.glossary import GLOSSARY
from sop.ui.question import ask

workspace = frame("Finance")
topbar.show(workspace)
with guarded():
    answer = ask(workspace)
    left, right = st.columns(2)
    with left:
        draw(
            finance.money_by_month,
            frames.line_frame(answer.reference, answer.result, "ebitda"),
            key="ebitda_by_month",
            height=220,
            alt="EBITDA by month, reference as a tick",
            title=f"EBITDA by month, {answer.reference.scenario.name} as a tick",
            unit=answer.currency,
            colour=answer.colour,
        )
        panes.cash(answer, 220)
    with right:
        panes.bridge(answer, 220)
        gap = budget_gap(answer.inputs, answer.result, answer.window)
        st.subheader(f"Gap to budget, {answer.window.title}", help=GLOSSARY["Budget"])
        tables.show(
            gap,
            key="budget_gap",
            alt="Plan against budget",
            empty="There is no budget for these months in the data.",
            columns=finance_tables.BUDGET_COLUMNS,
            height=190,
        )
    shown = st.segmented_control(
        "Statement", ("P&L by month", "Cash by month", "From objective to cash"), default="P&L by month", required=True
    )
    if shown == "P&L by month":
        statement = by_period(answer.result, LINES, answer.result.finance.lines)
        tables.show(statement, key="pnl_by_month", alt="P&L by month", columns=finance_tables.months(statement))
    elif shown == "Cash by month":
        statement = by_period(answer.result, CASH_LINES, answer.result.finance.cash)
        tables.show(statement, key="cash_by_month", alt="Cash by month", columns=finance_tables.months(statement))
    else:
        finance_tables.walk(answer)
