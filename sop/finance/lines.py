"""The lines of the financial plan: name, title, sign and definition, stated once for screen, files and docs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One line of a statement. ``sign``: +1 earns, -1 costs (shown as a positive amount), 0 is a subtotal."""

    name: str
    title: str
    sign: int
    definition: str


def _table(*lines: Line) -> dict[str, Line]:
    return {line.name: line for line in lines}


LINES: dict[str, Line] = _table(
    Line(
        "net_revenue", "Net revenue", 1, "What is delivered, at the net price of the month it was due, first due first."
    ),
    Line("rebates", "Rebates", -1, "Rebates paid after the sale, as a share of net revenue."),
    Line(
        "promotion",
        "Promotion",
        -1,
        "Promotion depth and discount x price x units delivered in the bucket, and what promotions cost at once.",
    ),
    Line("cogs", "COGS at standard", -1, "Units delivered x standard cost; standard cost never moves with levers."),
    Line("write_offs", "Write-offs", -1, "Stock too old to be used, at standard cost."),
    Line(
        "purchase_price_variance",
        "Purchase price variance",
        -1,
        "Paid for bought items less their standard cost, when received (open purchase orders included).",
    ),
    Line("subcontract_variance", "Subcontract variance", -1, "Fees paid for work made outside less its standard cost."),
    Line(
        "labour_variance",
        "Labour and idle variance",
        -1,
        "Wages, hours used and other making cost less what standard cost absorbs: idle time, rates, set-up hours.",
    ),
    Line(
        "overtime",
        "Overtime",
        -1,
        "Overtime hours x their cost: the premium of resources, all of it for pools of people.",
    ),
    Line("extra_capacity", "Extra capacity", -1, "Rented hours, and shifts added to (or dropped from) Base's."),
    Line("hiring", "Hiring and lay-off", -1, "Cost of hiring and of laying off people."),
    Line("setup", "Set-ups", -1, "Set-up cost of every bucket an operation runs in, and start-up cost after a pause."),
    Line("gross_margin", "Gross margin", 0, "Net revenue less rebates, promotion, COGS at standard and all variances."),
    Line("freight", "Freight", -1, "Expensed when shipped, between own locations too."),
    Line("storage", "Storage", -1, "Cash cost of keeping closing stock."),
    Line("marketing", "Marketing", -1, "Marketing spend."),
    Line("fixed_costs", "Fixed costs", -1, "Costs that do not move with volume."),
    Line("ebitda", "EBITDA", 0, "Gross margin less freight, storage, marketing and fixed costs."),
)

VARIANCES = (
    "purchase_price_variance",
    "subcontract_variance",
    "labour_variance",
    "overtime",
    "extra_capacity",
    "hiring",
    "setup",
)

SPEND: dict[str, Line] = _table(
    Line("material", "Material", -1, "Bought items at the scenario's prices, open purchase orders included."),
    Line("subcontract", "Subcontract", -1, "Fees for work made outside."),
    Line("conversion", "Other making cost", -1, "Variable cost of making besides materials and hours."),
    Line("labour", "Labour", -1, "Hours used at their hourly cost, and wages on head-count."),
    Line("overtime", "Overtime", -1, "Overtime hours x their cost."),
    Line("extra_capacity", "Extra capacity", -1, "Rented hours, and shifts added to (or dropped from) Base's."),
    Line("hiring", "Hiring and lay-off", -1, "Cost of hiring and of laying off people."),
    Line("setup", "Set-ups", -1, "Set-up cost of every bucket an operation runs in, and start-up cost after a pause."),
    Line("freight", "Freight", -1, "Freight of everything shipped, and the fixed cost of lanes used."),
    Line("storage", "Storage", -1, "Cash cost of keeping closing stock."),
)

CASH_LINES: dict[str, Line] = _table(
    Line("ebitda", "EBITDA", 1, "From the P&L."),
    Line("receivables_change", "Increase of receivables", -1, "Revenue less rebates not yet paid by customers (DSO)."),
    Line("inventory_change", "Increase of inventory", -1, "Change of inventory value at standard cost."),
    Line("payables_change", "Increase of payables", 1, "Purchases, subcontract fees and freight not yet paid (DPO)."),
    Line("tax", "Tax", -1, "Tax rate x positive EBITDA, plus tax given under cash flows."),
    Line("capital_expenditure", "Capital expenditure", -1, "Paid for equipment."),
    Line("interest", "Interest", -1, "Interest paid."),
    Line("dividend", "Dividend", -1, "Dividend paid."),
    Line("loan_repayment", "Loan repayment", -1, "Loans paid back (negative = taken up)."),
    Line("change", "Change of cash", 0, "Sum of the lines above; equals receipts less payments."),
    Line("closing_cash", "Closing cash", 0, "Opening cash and every change since."),
)

CASH_MEMO: dict[str, Line] = _table(
    Line("receipts", "Receipts from customers", 1, "Cash received in the bucket."),
    Line("supplier_payments", "Payments on credit terms", -1, "Purchases, subcontract and freight paid in the bucket."),
    Line("other_payments", "Payments at once", -1, "Everything else that EBITDA spends, paid when incurred."),
    Line("receivables", "Receivables", 0, "Owed by customers at the end of the bucket."),
    Line("payables", "Payables", 0, "Owed to suppliers at the end of the bucket."),
)

KPI_LINES: dict[str, tuple[str, str, str]] = {
    "net_revenue": ("Net revenue", "money", LINES["net_revenue"].definition),
    "demanded_revenue": (
        "Demanded revenue",
        "money",
        "Planned demand at the price of its bucket: revenue if all were met.",
    ),
    "gross_margin_pct": ("Gross margin", "percent", "Gross margin as a percentage of net revenue."),
    "ebitda": ("EBITDA", "money", LINES["ebitda"].definition),
    "fill_rate": (
        "Fill rate (plan)",
        "share",
        "Demand the plan delivers in the bucket it is due, weighted by price (in units where nothing has a price).",
    ),
    "expected_fill_rate": (
        "Expected fill rate",
        "share",
        "Share of demand met on time on average when demand scatters as in the past, given projected cover.",
    ),
    "inventory_value": ("Inventory", "money", "On hand and in transit at standard cost, at the end of the window."),
    "inventory_days": (
        "Days of inventory",
        "days",
        "Inventory divided by COGS per day of the three months that follow.",
    ),
    "cash_low": ("Cash low point", "money", "Lowest closing cash of a planned bucket of the window."),
    "cash_low_period": ("Month of the low point", "period", "Bucket in which cash is lowest."),
    "closing_cash": ("Closing cash", "money", "Cash at the end of the window."),
}
