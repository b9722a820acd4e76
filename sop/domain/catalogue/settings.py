"""The keys of the settings table."""

from __future__ import annotations

from sop.domain.catalogue.spec import Column, choice, day, number, text, whole

SETTINGS: tuple[Column, ...] = (
    text("company", "Name of the company, shown in every heading.", default="My company"),
    text("currency", "Currency all money is stated in.", default="EUR"),
    choice("bucket", "Planning bucket.", ("month", "week"), default="month"),
    day("first_period", "First day of the first planned bucket; everything before it is history.", required=True),
    whole("horizon", "Number of buckets planned and shown.", "periods", default=18, minimum=1, maximum=260),
    whole(
        "tail",
        "Buckets planned beyond the horizon, not shown, so that its end does not liquidate; blank = the longest lead "
        "time. 0: nothing counts after the last bucket. Never fewer than the longest lead time needs to fit in.",
        "periods",
        maximum=60,
    ),
    choice(
        "calendar", "Calendar months, or fiscal months of 4, 4 and 5 weeks.", ("calendar", "4-4-5"), default="calendar"
    ),
    whole(
        "fiscal_year_start",
        "Calendar month in which the fiscal year starts.",
        "month 1-12",
        default=1,
        minimum=1,
        maximum=12,
    ),
    choice(
        "goal",
        "What the supply plan maximises: serve demand, then profit; most profit; lowest cost to serve.",
        ("service", "profit", "cost"),
        default="service",
    ),
    choice("unmet_demand", "What happens to demand that cannot be met when due.", ("late", "lost"), default="lost"),
    number(
        "lost_sales_penalty",
        "Goal 'service': price of a lost unit, as a multiple of its price.",
        "x price",
        default=2.0,
    ),
    number(
        "late_penalty",
        "Steering price of a unit late for one period, as a share of its price.",
        "share of price",
        default=0.10,
    ),
    number(
        "safety_penalty",
        "Steering price of a unit missing from safety stock for one period, as a share of its standard cost.",
        "share of cost",
        default=0.05,
    ),
    number(
        "cost_of_capital",
        "Yearly rate charged on inventory in the plan's objective.",
        "share a year",
        default=0.08,
        maximum=1.0,
    ),
    choice(
        "closing_stock",
        "Default target at the end of the horizon: the cover the stock policy asks for (else the "
        "opening days of cover), or none.",
        ("cover", "none"),
        default="cover",
    ),
    number(
        "dso", "Days sales outstanding: customers pay this many days after delivery.", "days", default=0.0, maximum=365
    ),
    number(
        "dpo",
        "Days payable outstanding: suppliers are paid this many days after receipt.",
        "days",
        default=0.0,
        maximum=365,
    ),
    number("tax_rate", "Tax paid in cash as a share of positive EBITDA.", "share", default=0.0, maximum=1.0),
    number("opening_cash", "Cash on the day the horizon starts.", "money", default=0.0, minimum=None),
    number("opening_receivables", "Owed by customers on the day the horizon starts.", "money", default=0.0),
    number("opening_payables", "Owed to suppliers on the day the horizon starts.", "money", default=0.0),
    number("minimum_cash", "Cash that closing balances should not fall below.", "money"),
    number("maximum_inventory", "Inventory value the company does not want to exceed.", "money"),
    number(
        "inventory_limit",
        "Hard limit of the plan: inventory value (on hand and in transit) at the end of every bucket; blank = none.",
        "money",
    ),
    number(
        "cash_limit",
        "Hard limit of the plan: least closing cash at the end of every reported bucket; blank = none.",
        "money",
        minimum=None,
    ),
    number(
        "deviation_limit",
        "Hard limit of the plan: how far the level of an operation may be from its approved level (approved_levels), "
        "up or down; blank = any.",
        "share of the approved level",
    ),
    text(
        "forecast_version",
        "Version in `forecasts` to plan from; blank = the statistical forecast where there is "
        "history, else the newest version.",
    ),
    choice(
        "forecast_layer",
        "Layer demand is planned from; blank = the statistical forecast. `consensus` weighs the layers "
        "(`forecast_weights`).",
        ("sales", "marketing", "finance", "final", "consensus"),
    ),
    choice(
        "engine",
        "Engine of the statistical baseline; blank = the one the last backtest of the company found clearly better, "
        "else the ensemble. Plans change with the next data, or when another is chosen here.",
        ("ensemble", "ets", "theta", "ces", "prophet", "seasonal naive", "intermittent"),
    ),
    text("volume_unit", "Unit volumes are first shown in; blank = the items' base unit."),
    text("country", "Country code whose public holidays Prophet knows in weekly buckets, such as DE."),
    number(
        "price_elasticity",
        "Assumed own-price elasticity where data say nothing.",
        "elasticity",
        default=-1.0,
        minimum=-10.0,
        maximum=0.0,
    ),
    whole(
        "pull_forward_months",
        "Buckets after a promotion in which demand may be missing again.",
        "periods",
        default=2,
        maximum=12,
    ),
)
