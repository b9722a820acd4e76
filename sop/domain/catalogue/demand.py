"""Tables a planner shapes demand with: corrections of history, promotions, forecast layers, sales to date."""

from __future__ import annotations

from sop.domain.catalogue.spec import Table, choice, day, number, period, ref, text, whole

LAYERS = ("statistical", "sales", "marketing", "finance", "final")
"""Layers of the consensus, in the order they are agreed."""

TABLES: tuple[Table, ...] = (
    Table(
        "history_corrections",
        "demand",
        "Where the planner overrules the cleaning of history, bucket by bucket.",
        (
            ref("item", "items.item", "Item code.", required=True, key=True),
            ref("market", "markets.market", "Market; blank = all.", key=True),
            day("date", "A day in the bucket.", required=True, key=True),
            choice("action", "Keep history as recorded, or replace it.", ("keep", "replace"), default="keep"),
            number("quantity", "With replace: demand to learn from instead; blank = bridged.", "units"),
            text("reason", "Why."),
            text("author", "Who decided it."),
        ),
    ),
    Table(
        "promotions",
        "demand",
        "Promotions with an uplift the planner gives: planned ones raise demand, past ones are cleaned out of history.",
        (
            text("promotion", "Name of the promotion.", required=True, key=True),
            ref("item", "items.item", "Item; blank = all (or the family).", key=True),
            ref("family", "items.family", "Family; blank = all.", key=True),
            ref("market", "markets.market", "Market; blank = all.", key=True),
            day("first_day", "First day.", required=True, key=True),
            day("last_day", "Last day; blank = the first day."),
            number("uplift", "Effect on demand of the buckets touched: 0.3 = +30 %.", "share", default=0.0),
            number(
                "pull_forward",
                "Share of demand of each following bucket that is bought early: 0.1 = -10 %.",
                "share",
                default=0.0,
                maximum=1.0,
            ),
            whole(
                "pull_forward_periods",
                "Buckets after the promotion that miss it; blank = the pull_forward_months setting.",
                "periods",
                maximum=12,
            ),
            number("discount", "Share of price given away on what is delivered.", "share", default=0.0, maximum=0.95),
            number("cost", "Cost in the first bucket: leaflets, displays, fees.", "money", default=0.0),
        ),
    ),
    Table(
        "forecast_layers",
        "demand",
        "What sales, marketing and finance think demand will be, and what was finally agreed; the last row counts.",
        (
            choice("layer", "Whose view.", LAYERS[1:], required=True),
            ref("item", "items.item", "Item; blank = all (or the family)."),
            ref("family", "items.family", "Family; blank = all."),
            ref("market", "markets.market", "Market; blank = all."),
            period("Bucket the view is for; blank = every bucket."),
            choice(
                "basis",
                "How it is stated: total units of the scope, total revenue of the scope, or a change against the "
                "statistical forecast.",
                ("units", "value", "percent"),
                default="units",
            ),
            number("amount", "Units, money, or percent (5 = +5 %).", "by basis", required=True, minimum=None),
            text("author", "Who says so."),
            text("reason", "Why."),
            day("entered", "When it was said."),
        ),
    ),
    Table(
        "forecast_weights",
        "demand",
        "How much each layer counts in the consensus of a family: weights, or one layer alone (a pick).",
        (
            ref("family", "items.family", "Family; blank = all that have no row of their own.", key=True),
            choice("layer", "Layer.", LAYERS, required=True, key=True),
            number("weight", "Weight; weights of a family are scaled to add up to 1.", "share", required=True),
        ),
    ),
    Table(
        "sales_to_date",
        "demand",
        "The first planned bucket so far: replaces its elapsed part, the rest of its forecast is kept.",
        (
            ref("item", "items.item", "Item code.", required=True, key=True),
            ref("market", "markets.market", "Market; blank = the only market.", key=True),
            day("through", "Last day the sales cover.", required=True),
            number("sold", "Units ordered from the bucket's first day through that day.", "units", required=True),
            number("open_orders", "Units ordered for the rest of the bucket already.", "units", default=0.0),
        ),
    ),
)
