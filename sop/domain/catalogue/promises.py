"""Tables about what was agreed on with customers when there is not enough."""

from __future__ import annotations

from sop.domain.catalogue.spec import Table, number, period, ref

TABLES: tuple[Table, ...] = (
    Table(
        "market_terms",
        "supply",
        "Terms of an item in a market that differ from the market's own; rows naming the item and then the bucket go "
        "before general ones, cell by cell.",
        (
            ref("market", "markets.market", "Market.", required=True, key=True),
            ref("item", "items.item", "Item; blank = all.", key=True),
            period(key=True),
            number("lost_cost", "As in markets.", "money per unit"),
            number("late_cost", "As in markets.", "money per unit and period"),
            number("maximum_backlog", "Most owed at the end of a bucket: a hard limit; blank = unlimited.", "units"),
            number("closing_backlog", "As in markets.", "units"),
            number(
                "quota",
                "In shortage, units served before markets of the same priority share what is left.",
                "units",
            ),
        ),
    ),
    Table(
        "group_terms",
        "supply",
        "What a group of customers has agreed on for an item over all its markets together; rows naming the item and "
        "then the bucket go before general ones, cell by cell.",
        (
            ref("customer_group", "markets.customer_group", "Customer group.", required=True, key=True),
            ref("item", "items.item", "Item; blank = every item, each for itself.", key=True),
            period(key=True),
            number(
                "minimum",
                "Contract of the group: units accepted per bucket, never more than its demand: a hard limit.",
                "units",
            ),
            number(
                "quota",
                "In shortage, units the group's markets get before markets of the same priority share what is left.",
                "units",
            ),
        ),
    ),
    Table(
        "demand_totals",
        "supply",
        "Hard limits on what is accepted over the whole horizon.",
        (
            ref("market", "markets.market", "Market.", required=True, key=True),
            ref("item", "items.item", "Item.", required=True, key=True),
            number("minimum", "Least units accepted over the horizon.", "units", default=0.0),
            number("maximum", "Most units accepted over the horizon; blank = unlimited.", "units"),
        ),
    ),
)
