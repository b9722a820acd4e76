"""Money: P&L, inventory, cash, KPIs, service, all computed from quantities and parameters."""

from sop.finance.by_bucket import shown_by_bucket, statement_by_bucket
from sop.finance.kpis import kpis
from sop.finance.lines import CASH_LINES, CASH_MEMO, KPI_LINES, LINES, SPEND, VARIANCES, Line
from sop.finance.model import FinanceModel, report
from sop.finance.service import expected_fill
from sop.finance.statement import (
    budget_gap,
    by_period,
    cash_statement,
    spend_statement,
    statement,
    statement_with_actuals,
)
from sop.finance.windows import DEFAULT_WINDOW, Window, windows

__all__ = [
    "CASH_LINES",
    "CASH_MEMO",
    "DEFAULT_WINDOW",
    "KPI_LINES",
    "LINES",
    "SPEND",
    "VARIANCES",
    "FinanceModel",
    "Line",
    "Window",
    "budget_gap",
    "by_period",
    "cash_statement",
    "expected_fill",
    "kpis",
    "report",
    "shown_by_bucket",
    "spend_statement",
    "statement",
    "statement_by_bucket",
    "statement_with_actuals",
    "windows",
]
