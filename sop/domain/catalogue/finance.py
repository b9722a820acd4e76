"""Tables about fixed costs, budget and cash."""

from __future__ import annotations

from sop.domain.catalogue.spec import Table, choice, number, period, ref, text

BUDGET_LINES = ("net_revenue", "gross_margin", "ebitda", "volume", "inventory", "closing_cash", "marketing", "fixed")

TABLES: tuple[Table, ...] = (
    Table(
        "fixed_costs",
        "finance",
        "Costs that do not move with volume.",
        (
            text("cost", "Name of the cost.", required=True, key=True),
            period(key=True),
            number("amount", "Money per bucket.", "money", required=True),
        ),
    ),
    Table(
        "budget",
        "finance",
        "Annual operating plan.",
        (
            choice("line", "Line of the plan.", BUDGET_LINES, required=True, key=True),
            ref("family", "items.family", "Family; blank = the company.", key=True),
            period("Bucket.", required=True, key=True),
            number("amount", "Money, or units for volume.", "money or units", required=True, minimum=None),
        ),
    ),
    Table(
        "actuals",
        "finance",
        "Booked results of past buckets, so that a fiscal year under way can be completed.",
        (
            choice("line", "Line of the plan.", BUDGET_LINES, required=True, key=True),
            period("Bucket.", required=True, key=True),
            number("amount", "Money, or units for volume.", "money or units", required=True, minimum=None),
        ),
    ),
    Table(
        "cash_flows",
        "finance",
        "Cash that does not come from EBITDA: positive is paid out.",
        (
            choice(
                "kind",
                "What it is.",
                ("tax", "capital_expenditure", "interest", "dividend", "loan_repayment"),
                required=True,
                key=True,
            ),
            period(key=True),
            number("amount", "Money paid out per bucket; negative = received.", "money", required=True, minimum=None),
        ),
    ),
)
