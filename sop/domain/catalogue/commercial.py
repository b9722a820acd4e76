"""Tables about items, markets, demand and prices."""

from __future__ import annotations

from sop.domain.catalogue.spec import Table, choice, day, flag, number, period, ref, text, whole

TABLES: tuple[Table, ...] = (
    Table(
        "settings",
        "company",
        "One row per setting; a missing key takes its default.",
        (
            text("key", "Name of the setting.", required=True, key=True),
            text("value", "Its value."),
        ),
    ),
    Table(
        "items",
        "company",
        "Everything planned: finished goods, components, or families planned as one item.",
        (
            text("item", "Item code.", required=True, key=True, aliases=("sku", "material", "article", "product")),
            text("description", "Name shown on screen."),
            text("family", "Product family.", default="All", aliases=("product_family", "category", "group")),
            choice("kind", "Finished good (has a market), or component.", ("product", "component"), default="product"),
            text("unit", "Base unit all quantities of the item are stated in.", default="piece", aliases=("uom",)),
            number(
                "standard_cost",
                "Variable standard cost per base unit; blank = rolled up from materials and routing.",
                "money per unit",
                aliases=("std_cost", "cost"),
            ),
            day("launch", "First day on sale; blank = already on sale."),
            day("phase_out", "Last day on sale; blank = no end."),
            ref("like_item", "items.item", "Item whose sales profile a launch follows."),
            whole("ramp_periods", "Buckets from launch to full volume.", "periods", default=1, minimum=1, maximum=36),
            number(
                "launch_volume",
                "Full volume per bucket after the ramp, over all markets; blank = the like item's.",
                "units per period",
            ),
            number(
                "launch_probability",
                "Probability that the launch passes its gate: expected demand counts that share of it.",
                "share",
                default=1.0,
                maximum=1.0,
            ),
            number(
                "pipeline_fill",
                "Units that fill shelves and warehouses of the trade in the bucket of the launch, over all markets.",
                "units",
                default=0.0,
            ),
            number(
                "cannibalisation",
                "Share of a launch's demand (without pipeline fill) taken from the other items of its family.",
                "share",
                default=0.0,
                maximum=1.0,
            ),
            ref(
                "successor",
                "items.item",
                "Item that takes over when this one is phased out, while it is on sale itself.",
            ),
            number(
                "transfer",
                "Share of the demand a phase-out leaves that goes to the successor.",
                "share",
                default=1.0,
                maximum=1.0,
            ),
            choice(
                "engine",
                "Engine of its baseline, such as one for a whole family; blank = the company's.",
                ("ensemble", "ets", "theta", "ces", "prophet", "seasonal naive", "intermittent"),
            ),
            number(
                "price_elasticity",
                "Planner's own-price elasticity, used where data say nothing.",
                "elasticity",
                minimum=-10.0,
                maximum=0.0,
            ),
            whole(
                "shelf_life", "Buckets it keeps after coming in; older stock is written off; blank = keeps.", "periods"
            ),
            whole("remaining_life", "Buckets of shelf life customers want left on arrival.", "periods", default=0),
            choice(
                "strategy", "Made to stock, or only to order (no stock is built).", ("stock", "order"), default="stock"
            ),
            whole(
                "build_ahead",
                "Most buckets of coming demand to build ahead: a hard limit; blank = unlimited.",
                "periods",
            ),
        ),
    ),
    Table(
        "item_units",
        "company",
        "Other units an item is counted in.",
        (
            ref("item", "items.item", "Item code.", required=True, key=True),
            text("unit", "Unit, such as case, pallet, tonne, hour.", required=True, key=True),
            number("per_unit", "Base units in one of this unit.", "base units", required=True, minimum=1e-12),
        ),
    ),
    Table(
        "family_mix",
        "company",
        "Split of an item planned at family level into sold items.",
        (
            ref("item", "items.item", "Item planned as a family.", required=True, key=True),
            text("member", "Sold item within the family.", required=True, key=True),
            number("share", "Share of the family's volume.", "share", required=True, maximum=1.0),
        ),
    ),
    Table(
        "locations",
        "company",
        "Plants, warehouses and distribution centres.",
        (
            text("location", "Location code.", required=True, key=True, aliases=("site", "plant", "warehouse")),
            text("description", "Name shown on screen."),
            choice("kind", "What it is.", ("plant", "warehouse"), default="plant"),
            number(
                "storage_capacity",
                "Most it can hold at the end of a bucket, over all items; blank = unlimited.",
                "storage units",
            ),
            number(
                "inbound_capacity", "Most units per bucket shipped to it over all lanes; blank = unlimited.", "units"
            ),
            whole("maximum_lanes_out", "Most lanes leaving it used in a bucket; blank = unlimited.", "lanes"),
            whole(
                "frozen_periods",
                "Fence: first buckets in which none of its make operations is started; what comes out until then is on "
                "open production orders.",
                "periods",
                default=0,
            ),
        ),
    ),
    Table(
        "markets",
        "company",
        "Where demand arises.",
        (
            text("market", "Market code.", required=True, key=True, aliases=("channel_code",)),
            text("description", "Name shown on screen."),
            text("region", "Region.", default="All"),
            text("channel", "Sales channel.", default="All"),
            text("customer_group", "Customer group.", default="All"),
            whole("priority", "In shortage, 1 is served first.", "rank", default=1, minimum=1, maximum=9),
            ref(
                "served_from",
                "locations.location",
                "Location serving the market at no freight and without delay; blank = "
                "over the lanes table (or the only location).",
            ),
            flag("firm", "Demand must be accepted in full (a hard limit)."),
            choice("unmet_demand", "Unmet demand waits (late) or is lost; blank = the setting.", ("late", "lost")),
            number(
                "late_cost",
                "Price of a unit late for one period; blank = the late_penalty setting.",
                "money per unit and period",
            ),
            number(
                "lost_cost",
                "Price of a unit of demand not accepted; blank = by the goal of the plan.",
                "money per unit",
            ),
            number(
                "closing_backlog",
                "Most that may still be owed at the end of horizon and tail; blank = 0 if firm, else unlimited.",
                "units",
            ),
        ),
    ),
    Table(
        "sales_history",
        "demand",
        "What customers ordered and what was shipped, on any date grain; rows of one bucket are summed.",
        (
            day("date", "Day, or first day of the week or month, the figures belong to.", required=True),
            ref("item", "items.item", "Item code.", required=True),
            ref("market", "markets.market", "Market; blank = the only market."),
            number(
                "ordered",
                "Units ordered for that date; blank = as shipped. Negative = returns.",
                "units",
                minimum=None,
                aliases=("quantity", "qty", "demand", "sales"),
            ),
            number("shipped", "Units shipped; blank = as ordered.", "units", minimum=None),
            flag("stock_out", "The item was out of stock, so sales understate demand."),
        ),
    ),
    Table(
        "forecasts",
        "demand",
        "Existing forecasts, by version; rows of one bucket are summed.",
        (
            text("version", "Name of the forecast version.", required=True),
            ref("item", "items.item", "Item code.", required=True),
            ref("market", "markets.market", "Market; blank = the only market."),
            period("Bucket the forecast is for.", required=True),
            number("quantity", "Forecast demand.", "units", required=True),
        ),
    ),
    Table(
        "prices",
        "demand",
        "Dated price lists, past and planned. The price of a bucket is the one valid on its first day; "
        "a row naming the market goes before one that does not.",
        (
            ref("item", "items.item", "Item code.", required=True, key=True),
            ref("market", "markets.market", "Market; blank = all.", key=True),
            day("valid_from", "First day the price holds; blank = always.", key=True),
            number("list_price", "List price per base unit.", "money per unit", required=True),
            number("discount", "Discount off the list price, on the invoice.", "share", default=0.0, maximum=1.0),
        ),
    ),
    Table(
        "rebates",
        "demand",
        "Rebates paid after the sale, as a share of net revenue.",
        (
            ref("market", "markets.market", "Market; blank = all.", key=True),
            ref("item", "items.item", "Item; blank = all.", key=True),
            number("rebate", "Share of net revenue given back.", "share", required=True, maximum=1.0),
        ),
    ),
    Table(
        "drivers",
        "demand",
        "What moves demand, past and planned. `price` (net price, goes before the price list), "
        "`promotion` (depth as a share of price), `marketing` (spend); any other name is an external index.",
        (
            text("driver", "price, promotion, marketing, or the name of an index.", required=True, key=True),
            ref("item", "items.item", "Item; blank = all (or the family).", key=True),
            ref("family", "items.family", "Family; blank = all.", key=True),
            ref("market", "markets.market", "Market; blank = all.", key=True),
            day("date", "A day in the bucket.", required=True, key=True),
            number(
                "value",
                "Price in money, depth as a share (0.15), spend in money, index in its own unit.",
                "by driver",
                required=True,
            ),
        ),
    ),
    Table(
        "events",
        "demand",
        "One-off events: cleaned out of history, or planned.",
        (
            text("event", "Name of the event.", required=True, key=True),
            ref("item", "items.item", "Item; blank = all (or the family).", key=True),
            ref("family", "items.family", "Family; blank = all.", key=True),
            ref("market", "markets.market", "Market; blank = all.", key=True),
            day("first_day", "First day.", required=True, key=True),
            day("last_day", "Last day; blank = the first day."),
            number(
                "uplift",
                "Effect on demand of the buckets touched: 0.2 = +20 %, -0.1 = -10 %; blank in the past = "
                "unknown, history is bridged.",
                "share",
                minimum=-1.0,
            ),
        ),
    ),
    Table(
        "contracts",
        "demand",
        "Quantities promised to customers: served before anything else, a hard limit.",
        (
            text("contract", "Name of the contract.", required=True, key=True),
            ref("market", "markets.market", "Market.", required=True, key=True),
            ref("item", "items.item", "Item.", required=True, key=True),
            period(key=True),
            number("minimum", "Units to be accepted per bucket, never more than the demand.", "units", required=True),
        ),
    ),
    Table(
        "sales_orders",
        "demand",
        "Past-due open sales orders: owed on the first day, delivered like others.",
        (
            text("order", "Order number.", required=True, key=True),
            ref("item", "items.item", "Item.", required=True, key=True),
            ref("market", "markets.market", "Market; blank = the only market."),
            day("due", "Day it was due."),
            number("quantity", "Units still owed.", "units", required=True),
            number("price", "Net price per unit; blank = the first bucket's.", "money per unit"),
        ),
    ),
)
