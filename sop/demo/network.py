"""How Aldermoor makes, buys, moves and stores: plants, lines, recipes, suppliers, lanes, stock and open orders."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sop.demo.drivers import HISTORY
from sop.demo.products import CHIP, COMPONENTS, DC, FAMILIES, MARKETS, NORTH, SOUTH, Family, Product
from sop.demo.sales import RAMP
from sop.domain.parameters import Array

DC_PALLETS = 1_000
PALLET_MONTH = 9.0
MINIMUM_DAYS = 5
"""Days of average demand of the lines with room that the centre never goes below: goods on their way through it."""

LINE_2_DAYS, CENTRE_DAYS, PLANT_DAYS, PARTS_DAYS, CHIP_DAYS = 4, 5, 12, 15, 10
"""Days of coming demand to keep: Line 2 goods at the centre; others there and at their plant; components; chips."""

OPENING_DAYS = 6
CHIP_CAP, CHIP_MINIMUM, CHIP_STOCK = 71_000, 30_000, 24_000
CHIP_HOLDING = 0.20
"""Dry storage of a chip for a month, EUR."""

CHIP_ORDERS = (("PO-7101", "2026-01-12", 58_000), ("PO-7118", "2026-02-09", 62_000), ("PO-7140", "2026-03-09", 64_000))
"""Open purchase orders for the controller chip: its lead time is covered."""

SUBCONTRACTED, SUBCONTRACT_LIMIT, SUBCONTRACT_FEE = "ALD-H1", 400, 29.5

_LINES = pd.DataFrame(
    [
        ("Line 1", NORTH, "Toasters", 1, 0.84, 0.08, 420, 820, 24_000),
        ("Line 2", NORTH, "Kettles, coffee, heaters", 2, 0.915, 0.03, 800, 1_500, 62_000),
        ("Line 3", SOUTH, "Blenders", 1, 0.92, 0.10, 420, 800, 26_000),
        ("Line 4", SOUTH, "Fans", 1, 0.86, 0.15, 380, 720, 22_000),
    ],
    columns=[
        "resource",
        "location",
        "description",
        "shifts",
        "efficiency",
        "overtime_limit",
        "overtime_cost",
        "hour_cost",
        "shift_cost",
    ],
)


def tables(range_: Sequence[Product], expected: Array) -> dict[str, pd.DataFrame]:
    """Every table of the supply side; ``expected`` [I, M, t] is true mean demand, from which opening stock is set."""
    return {
        "locations": _locations(),
        "suppliers": _suppliers(),
        "operations": pd.concat([_making(range_), _buying(), _subcontracting(range_)], ignore_index=True),
        "materials": _recipes(range_),
        "routings": _routings(range_),
        "resources": _LINES.assign(days=21, hours_per_shift=8, downtime=0),
        "resource_calendar": _calendar(),
        "lanes": _lanes(range_),
        "lane_limits": pd.DataFrame([(DC, "UK", "", 90_000)], columns=["from", "to", "period", "capacity"]),
        "stock": _stock(range_, expected),
        "stock_policy": _stock_policy(range_),
        "scheduled_receipts": _open_orders(),
        "sales_orders": _open_sales(),
        "contracts": _contracts(),
    }


def family_of(product: Product) -> Family:
    """The family a product belongs to."""
    return next(family for family in FAMILIES if family.name == product.family)


def component_cost() -> dict[str, float]:
    """Purchase price of every component."""
    return {component.item: component.price for component in COMPONENTS}


def material_cost(product: Product) -> float:
    """Components and small parts in one unit, EUR."""
    prices = component_cost()
    return product.parts + sum(quantity * prices[item] for item, quantity in product.materials.items())


def standard_cost(product: Product) -> float:
    """Variable cost of one unit, EUR: material and line hours."""
    rate = float(_LINES.loc[_LINES["resource"] == family_of(product).line, "hour_cost"].iloc[0])
    return material_cost(product) + product.hours * rate


def _locations() -> pd.DataFrame:
    return pd.DataFrame(
        [
            (NORTH, "Lines 1 and 2: toasters, kettles, coffee, heaters", "plant", None),
            (SOUTH, "Lines 3 and 4: blenders, fans", "plant", None),
            (DC, "Distribution centre; capacity in pallet places", "warehouse", DC_PALLETS),
        ],
        columns=["location", "description", "kind", "storage_capacity"],
    )


def _suppliers() -> pd.DataFrame:
    names = list(dict.fromkeys(component.supplier for component in COMPONENTS))
    chips = next(component.supplier for component in COMPONENTS if component.item == CHIP)
    return pd.DataFrame(
        {
            "supplier": [*names, "Tolworth Assembly"],
            "description": ["; ".join(c.description for c in COMPONENTS if c.supplier == name) for name in names]
            + ["Contract assembly of heaters"],
            "capacity": [CHIP_CAP if name == chips else None for name in names] + [None],
        }
    )


def _making(range_: Sequence[Product]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "operation": [f"MAKE-{product.item}" for product in range_],
            "location": [family_of(product).plant for product in range_],
            "kind": "make",
            "item": [product.item for product in range_],
            "unit_cost": [product.parts for product in range_],
        }
    )


def _buying() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "operation": _purchase(component.item, plant),
                "location": plant,
                "kind": "buy",
                "item": component.item,
                "unit_cost": component.price,
                "supplier": component.supplier,
                "lead_time": component.lead_time,
                "minimum": CHIP_MINIMUM if component.item == CHIP else None,
            }
            for component in COMPONENTS
            for plant in component.plants
        ]
    )


def _purchase(component: str, plant: str) -> str:
    return f"BUY-{component.removeprefix('CMP-')}-{plant.removeprefix('Plant ').upper()}"


def _subcontracting(range_: Sequence[Product]) -> pd.DataFrame:
    known = [product.item for product in range_ if product.item == SUBCONTRACTED]
    return pd.DataFrame(
        {
            "operation": [f"SUB-{item}" for item in known],
            "location": DC,
            "kind": "subcontract",
            "item": known,
            "unit_cost": SUBCONTRACT_FEE,
            "supplier": "Tolworth Assembly",
            "lead_time": 1,
            "maximum": SUBCONTRACT_LIMIT,
        }
    )


def _recipes(range_: Sequence[Product]) -> pd.DataFrame:
    rows = [(f"MAKE-{p.item}", part, quantity) for p in range_ for part, quantity in p.materials.items()]
    return pd.DataFrame(rows, columns=["operation", "item", "quantity"])


def _routings(range_: Sequence[Product]) -> pd.DataFrame:
    rows = [(f"MAKE-{product.item}", family_of(product).line, product.hours) for product in range_]
    return pd.DataFrame(rows, columns=["operation", "resource", "hours"])


def _calendar() -> pd.DataFrame:
    """Christmas weeks, and the yearly overhaul of Line 3."""
    rows = [(line, month, 20, None) for line in _LINES["resource"] for month in ("2026-12",)]
    return pd.DataFrame([*rows, ("Line 3", "2026-02", None, 24)], columns=["resource", "period", "days", "downtime"])


def _lanes(range_: Sequence[Product]) -> pd.DataFrame:
    to_centre = [(family_of(p).plant, DC, p.item, round(family_of(p).freight * 0.25, 2)) for p in range_]
    to_market = [
        (DC, market.market, p.item, round(family_of(p).freight * market.freight, 2))
        for p in range_
        for market in MARKETS
    ]
    return pd.DataFrame([*to_centre, *to_market], columns=["from", "to", "item", "unit_cost"])


def _stock(range_: Sequence[Product], expected: Array) -> pd.DataFrame:
    january = expected[:, :, HISTORY].sum(axis=1)
    goods = [
        (DC, product.item, max(round(units * OPENING_DAYS / 31, -1), _least(product)))
        for product, units in zip(range_, january, strict=True)
        if not product.launch
    ]
    buffers = [
        (family_of(product).plant, product.item, round(units * PLANT_DAYS / 31, -1))
        for product, units in zip(range_, january, strict=True)
        if not _on_line_2(product)
    ]
    parts = [
        (plant, part, CHIP_STOCK if part == CHIP else _parts_on_hand(range_, january, part, plant))
        for part, plants in ((component.item, component.plants) for component in COMPONENTS)
        for plant in plants
    ]
    return pd.DataFrame([*goods, *buffers, *parts], columns=["location", "item", "on_hand"]).astype({"on_hand": int})


def _on_line_2(product: Product) -> bool:
    return family_of(product).line == "Line 2"


def _least(product: Product) -> float:
    """Units the centre never goes below; none for Line 2 goods and for items that come or go."""
    free = _on_line_2(product) or product.launch or product.phase_out
    return 0.0 if free else float(round(product.volume * MINIMUM_DAYS / 30, -1))


def _parts_on_hand(range_: Sequence[Product], january: Array, part: str, plant: str) -> float:
    used = sum(
        units * product.materials.get(part, 0.0)
        for product, units in zip(range_, january, strict=True)
        if family_of(product).plant == plant
    )
    return float(np.round(used * PARTS_DAYS / 31, -2))


def _stock_policy(range_: Sequence[Product]) -> pd.DataFrame:
    """Line 2 goods are kept at the centre only; other families have a second buffer at their plant."""
    columns = ["location", "item", "safety_days", "minimum", "maximum", "holding_cost", "storage_units"]
    rows: list[tuple[object, ...]] = []
    for product in range_:
        line_2, pallets = _on_line_2(product), 1.0 / family_of(product).per_pallet
        holding, plant = round(PALLET_MONTH * pallets, 3), family_of(product).plant
        days = LINE_2_DAYS if line_2 else CENTRE_DAYS
        rows.append((DC, product.item, days, _least(product), None, holding, round(pallets, 4)))
        rows.append((plant, product.item, None if line_2 else PLANT_DAYS, None, 0 if line_2 else None, holding, None))
    for component in COMPONENTS:
        is_chip = component.item == CHIP
        kept = CHIP_DAYS if is_chip else PARTS_DAYS
        cost = CHIP_HOLDING if is_chip else None
        rows += [(plant, component.item, kept, None, None, cost, None) for plant in component.plants]
    return pd.DataFrame(rows, columns=columns)


def _open_orders() -> pd.DataFrame:
    chips = [(order, "purchase", NORTH, CHIP, due, units) for order, due, units in CHIP_ORDERS]
    others = [
        ("PO-7122", "purchase", SOUTH, "CMP-MOTOR", "2026-01-15", 30_000),
        ("PO-7123", "purchase", NORTH, "CMP-PUMP", "2026-01-19", 16_000),
        ("TR-0456", "transit", DC, "ALD-H3", "2026-01-05", 600),
    ]
    return pd.DataFrame([*chips, *others], columns=["order", "kind", "location", "item", "due", "quantity"])


def _open_sales() -> pd.DataFrame:
    rows = [
        ("SO-88213", "ALD-K2", "Online", "2025-12-15", 420),
        ("SO-88240", "ALD-C2", "Nordics", "2025-12-22", 160),
    ]
    return pd.DataFrame(rows, columns=["order", "item", "market", "due", "quantity"])


def _contracts() -> pd.DataFrame:
    rows = [("Nordic chain, convectors", "Nordics", "ALD-H2", "", 350)]
    return pd.DataFrame(rows, columns=["contract", "market", "item", "period", "minimum"])


def item_table(range_: Sequence[Product]) -> pd.DataFrame:
    """The `items` table: products and components."""
    goods = [
        {
            "item": p.item,
            "description": p.description,
            "family": p.family,
            "kind": "product",
            "unit": "piece",
            "launch": p.launch,
            "phase_out": p.phase_out,
            "like_item": p.like,
            "ramp_periods": RAMP if p.launch else None,
            "launch_volume": round(p.volume) if p.launch else None,
        }
        for p in range_
    ]
    parts = [
        {"item": c.item, "description": c.description, "family": "Components", "kind": "component", "unit": c.unit}
        for c in COMPONENTS
    ]
    return pd.DataFrame([*goods, *parts])


def unit_table(range_: Sequence[Product]) -> pd.DataFrame:
    """The `item_units` table: cases and pallets."""
    rows = [
        (p.item, unit, count)
        for p in range_
        for unit, count in (("case", family_of(p).per_case), ("pallet", family_of(p).per_pallet))
    ]
    return pd.DataFrame(rows, columns=["item", "unit", "per_unit"])
