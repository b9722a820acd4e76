"""Tables about making, buying, moving and storing."""

from __future__ import annotations

from sop.domain.catalogue.spec import Column, Table, choice, day, flag, number, period, ref, text, whole


def _operation(**more: object) -> Column:
    return ref("operation", "operations.operation", "Operation.", required=True, key=True, **more)


def _resource(**more: object) -> Column:
    return ref("resource", "resources.resource", "Resource.", required=True, key=True, **more)


TABLES: tuple[Table, ...] = (
    Table(
        "suppliers",
        "supply",
        "Who components and subcontracted goods come from.",
        (
            text("supplier", "Supplier code.", required=True, key=True, aliases=("vendor",)),
            text("description", "Name shown on screen."),
            number(
                "capacity",
                "Most units received per bucket over all its operations; blank = unlimited.",
                "units per period",
            ),
            number(
                "minimum_order",
                "Least units over all its operations in a bucket in which anything is received; 0 = none.",
                "units",
                default=0.0,
            ),
        ),
    ),
    Table(
        "operations",
        "supply",
        "Ways to get an item: make it, buy it, have it made outside. Level 1 of an operation yields "
        "`yield` units of its item.",
        (
            text("operation", "Operation code.", required=True, key=True, aliases=("activity", "process")),
            ref("location", "locations.location", "Where the item arrives.", required=True),
            choice("kind", "Make, buy or subcontract.", ("make", "buy", "subcontract"), default="make"),
            ref("item", "items.item", "Item it yields.", required=True),
            number("yield", "Good units per unit of level.", "units", default=1.0, minimum=1e-9),
            number(
                "unit_cost",
                "Purchase price, subcontract fee or other variable cost per unit of level (without "
                "materials and routed hours).",
                "money",
                default=0.0,
                minimum=None,
            ),
            ref("supplier", "suppliers.supplier", "Supplier of a bought or subcontracted item."),
            number(
                "lead_time",
                "Make: buckets from start to finish; of 1.25 three quarters arrive after one and a quarter after two. "
                "Buy, subcontract: full buckets from order to receipt; before that only open orders arrive, and "
                "materials given to the supplier leave when it is ordered.",
                "periods",
                default=0,
                maximum=36,
            ),
            number(
                "minimum",
                "Least level per bucket, such as a purchase contract: a hard limit (from the first bucket "
                "the lead time allows).",
                "units",
                default=0.0,
            ),
            number("maximum", "Most per bucket; blank = unlimited.", "units"),
            flag("whole", "Only whole units of level."),
            number("setup_cost", "Paid in every bucket the operation runs.", "money", default=0.0),
            number("minimum_lot", "Least level in a bucket in which it runs.", "units", default=0.0),
            number(
                "startup_cost",
                "Paid in every bucket the operation runs after one in which it did not (the first bucket counts).",
                "money",
                default=0.0,
            ),
            number("lot_size", "Level comes in multiples of this; 0 = any level.", "units", default=0.0),
            number("minimum_total", "Least level over the horizon: a hard limit.", "units", default=0.0),
            number("maximum_total", "Most over the horizon; blank = unlimited.", "units"),
            number(
                "change_cost",
                "Steering price of a unit of level more or less than in the bucket before: keeps output level.",
                "money per unit",
                default=0.0,
            ),
        ),
    ),
    Table(
        "operation_limits",
        "supply",
        "Values of an operation that change over time.",
        (
            _operation(),
            period(key=True),
            number("unit_cost", "As in operations.", "money", minimum=None),
            number("minimum", "As in operations.", "units"),
            number("maximum", "As in operations.", "units"),
            number("setup_cost", "As in operations.", "money"),
            number("minimum_lot", "As in operations.", "units"),
            number("startup_cost", "As in operations.", "money"),
        ),
    ),
    Table(
        "approved_levels",
        "supply",
        "Levels of the last approved plan, for the deviation_limit setting; buckets without a row are free. "
        "Left out, an import takes those of the plan the company approved last.",
        (
            _operation(),
            period("Bucket the level was approved for.", key=True, required=True),
            number("level", "Approved level.", "units", required=True),
        ),
    ),
    Table(
        "materials",
        "supply",
        "Bill of material: what one unit of level uses up at the operation's location.",
        (
            _operation(),
            ref("item", "items.item", "Component used.", required=True, key=True, aliases=("component",)),
            number("quantity", "Units used per unit of level.", "units", required=True),
        ),
    ),
    Table(
        "coproducts",
        "supply",
        "What else one unit of level yields.",
        (
            _operation(),
            ref("item", "items.item", "Item yielded besides the main one.", required=True, key=True),
            number("quantity", "Units yielded per unit of level.", "units", required=True),
        ),
    ),
    Table(
        "routings",
        "supply",
        "Hours one unit of level takes on a resource (bill of resources for a family).",
        (
            _operation(),
            ref("resource", "resources.resource", "Resource.", required=True, key=True),
            number("hours", "Hours per unit of level.", "hours", required=True),
            number("setup_hours", "Hours taken in every bucket the operation runs.", "hours", default=0.0),
        ),
    ),
    Table(
        "resources",
        "supply",
        "Lines, machines and work centres. Available hours = days x shifts x hours x efficiency less "
        "downtime, or `hours` as given.",
        (
            text("resource", "Resource code.", required=True, key=True, aliases=("line", "work_center", "machine")),
            ref("location", "locations.location", "Where it stands.", required=True),
            text("description", "Name shown on screen."),
            number("days", "Working days per bucket.", "days", default=21.0, maximum=366),
            number("shifts", "Shifts per day.", "shifts", default=1.0, maximum=4),
            number("hours_per_shift", "Hours per shift.", "hours", default=8.0, maximum=24),
            number("efficiency", "Share of shift hours that is productive.", "share", default=1.0, maximum=1.5),
            number("hours", "Available hours per bucket; blank = from days, shifts, hours and efficiency.", "hours"),
            number("downtime", "Hours lost per bucket to maintenance and shutdowns.", "hours", default=0.0),
            number("overtime_limit", "Overtime as a share of available hours.", "share", default=0.0, maximum=1.0),
            number("overtime_cost", "Extra cost of one overtime hour.", "money per hour", default=0.0),
            number("hour_cost", "Variable cost of one hour used.", "money per hour", default=0.0),
            number("shift_cost", "Cost of running one more shift for one bucket.", "money", default=0.0),
            number("extra_hours", "Hours that can be rented per bucket.", "hours", default=0.0),
            number("extra_cost", "Cost of one rented hour.", "money per hour", default=0.0),
            flag("no_idle", "All its hours must be used: a hard limit."),
        ),
    ),
    Table(
        "resource_calendar",
        "supply",
        "Values of a resource that change over time.",
        (
            _resource(),
            period(key=True),
            number("days", "As in resources.", "days", maximum=366),
            number("shifts", "As in resources.", "shifts", maximum=4),
            number("hours_per_shift", "As in resources.", "hours", maximum=24),
            number("efficiency", "As in resources.", "share", maximum=1.5),
            number("hours", "As in resources.", "hours"),
            number("downtime", "As in resources.", "hours"),
            number("overtime_limit", "As in resources.", "share", maximum=1.0),
            number("overtime_cost", "As in resources.", "money per hour"),
            number("extra_hours", "As in resources.", "hours"),
            number("extra_cost", "As in resources.", "money per hour"),
            choice("no_idle", "As in resources; blank = what resources say.", ("yes", "no")),
        ),
    ),
    Table(
        "maintenance",
        "supply",
        "Machines of a resource that have to be serviced within the horizon; the plan chooses when (whole machines).",
        (
            _resource(),
            number("hours", "Hours the resource loses while one of its machines is serviced.", "hours", required=True),
            whole("machines", "Machines to be serviced over the horizon.", "machines", required=True),
            whole("maximum", "Most machines serviced in one bucket; blank = unlimited.", "machines"),
        ),
    ),
    Table(
        "workforce",
        "supply",
        "Pools of people who add hours to a resource; wages are paid on head-count.",
        (
            text("pool", "Pool code.", required=True, key=True),
            ref("resource", "resources.resource", "Resource whose hours they add to.", required=True),
            number("head_count", "Heads on the first day.", "heads", required=True),
            number("hours_per_worker", "Hours a head gives per bucket.", "hours", default=160.0),
            number("wage", "Wage per head and bucket.", "money", default=0.0),
            number("hire_cost", "Cost of hiring one head.", "money", default=0.0),
            number("layoff_cost", "Cost of laying off one head.", "money", default=0.0),
            number("overtime_hours", "Most overtime hours per head and bucket.", "hours", default=0.0),
            number("overtime_cost", "Cost of one overtime hour.", "money per hour", default=0.0),
            number("minimum", "Least heads: a hard limit.", "heads", default=0.0),
            number("maximum", "Most heads; blank = unlimited.", "heads"),
            number("maximum_hires", "Most hires per bucket; blank = unlimited.", "heads"),
            number("maximum_layoffs", "Most lay-offs per bucket; blank = unlimited.", "heads"),
            flag("whole", "Only whole heads."),
        ),
    ),
    Table(
        "workforce_calendar",
        "supply",
        "Values of a pool that change over time.",
        (
            ref("pool", "workforce.pool", "Pool.", required=True, key=True),
            period(key=True),
            number("hours_per_worker", "As in workforce.", "hours"),
            number("wage", "As in workforce.", "money"),
            number("hire_cost", "As in workforce.", "money"),
            number("layoff_cost", "As in workforce.", "money"),
            number("overtime_hours", "As in workforce.", "hours"),
            number("overtime_cost", "As in workforce.", "money per hour"),
            number("minimum", "As in workforce.", "heads"),
            number("maximum", "As in workforce.", "heads"),
            number("maximum_hires", "As in workforce.", "heads"),
            number("maximum_layoffs", "As in workforce.", "heads"),
        ),
    ),
    Table(
        "lanes",
        "supply",
        "Ways goods move: location to location, or location to market.",
        (
            ref("from", "locations.location", "Where goods leave.", required=True, key=True),
            ref("to", "locations.location|markets.market", "Location or market they go to.", required=True, key=True),
            ref("item", "items.item", "Item; blank = every item that moves here.", key=True),
            number(
                "unit_cost", "Freight per unit, expensed when shipped.", "money per unit", default=0.0, minimum=None
            ),
            number(
                "lead_time",
                "Buckets from shipping to arrival; of 1.25 three quarters arrive after one and a quarter after two.",
                "periods",
                default=0,
                maximum=36,
            ),
            number("minimum", "Least units per bucket and item.", "units", default=0.0),
            number("maximum", "Most units per bucket and item; blank = unlimited.", "units"),
        ),
    ),
    Table(
        "lane_calendar",
        "supply",
        "Values of a lane row that change over time.",
        (
            ref("from", "locations.location", "As in lanes.", required=True, key=True),
            ref("to", "locations.location|markets.market", "As in lanes.", required=True, key=True),
            ref("item", "items.item", "As in lanes: blank = the row of lanes without an item.", key=True),
            period(key=True),
            number("unit_cost", "As in lanes.", "money per unit", minimum=None),
            number("minimum", "As in lanes.", "units"),
            number("maximum", "As in lanes.", "units"),
        ),
    ),
    Table(
        "lane_limits",
        "supply",
        "What holds for a lane over all items.",
        (
            ref("from", "locations.location", "Where goods leave.", required=True, key=True),
            ref("to", "locations.location|markets.market", "Where they go.", required=True, key=True),
            period(key=True),
            number("capacity", "Most units per bucket over all items; blank = unlimited.", "units"),
            number("fixed_cost", "Paid in every bucket in which anything is shipped; blank = 0.", "money"),
            number(
                "minimum_load",
                "Least units over all items in a bucket in which anything is shipped; blank = 0.",
                "units",
            ),
        ),
    ),
    Table(
        "stock",
        "supply",
        "On hand on the first day.",
        (
            ref("location", "locations.location", "Location.", required=True, key=True),
            ref("item", "items.item", "Item.", required=True, key=True),
            number("on_hand", "Usable units.", "units", required=True, aliases=("quantity", "initial")),
            whole("age", "Buckets since it came in, for items with a shelf life.", "periods", default=0),
        ),
    ),
    Table(
        "stock_policy",
        "supply",
        "How stock is steered; blank cells are 0 (storage_units 1). No row = unlimited storage, no safety stock.",
        (
            ref("location", "locations.location", "Location.", required=True, key=True),
            ref("item", "items.item", "Item; blank = every item stored there without a row of its own.", key=True),
            period(key=True),
            number("safety_stock", "Units to keep, as long as it can be done (soft).", "units"),
            number("safety_days", "Days of coming demand to keep on top (soft).", "days", maximum=366),
            number("minimum", "Least closing stock: a hard limit.", "units"),
            number("maximum", "Most closing stock: a hard limit; blank = unlimited.", "units"),
            number(
                "holding_cost",
                "Cash cost of keeping a unit for one bucket, on closing stock.",
                "money per unit",
            ),
            number(
                "closing_minimum",
                "Least stock at the end of horizon and tail: a hard limit; blank = the closing_stock setting.",
                "units",
            ),
            number(
                "closing_maximum",
                "Most stock at the end of horizon and tail: a hard limit; blank = unlimited.",
                "units",
            ),
            number("storage_units", "Storage capacity one unit takes.", "storage units"),
        ),
    ),
    Table(
        "scheduled_receipts",
        "supply",
        "Open purchase and production orders and goods in transit, arriving on their dates.",
        (
            text("order", "Order or shipment number.", required=True, key=True),
            choice(
                "kind",
                "Purchase (paid on receipt), production or transit (already owned).",
                ("purchase", "production", "transit"),
                default="purchase",
            ),
            ref("location", "locations.location", "Where it arrives.", required=True, key=True),
            ref("item", "items.item", "Item.", required=True, key=True),
            day("due", "Day it arrives; past days arrive in the first bucket.", required=True),
            number("quantity", "Units.", "units", required=True),
            number("unit_cost", "Purchase price; blank = standard cost.", "money per unit"),
            ref("supplier", "suppliers.supplier", "Supplier."),
        ),
    ),
)
