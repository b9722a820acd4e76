"""The demo company's products, components and markets: what is made, of what, on which line, sold where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

PHASE_OUT, LAUNCH = "2026-06-30", "2026-09-01"


@dataclass(frozen=True)
class Product:
    """A finished good. ``volume`` is its monthly demand over all markets in 2026, before season and drivers."""

    item: str
    description: str
    family: str
    volume: float
    price: float
    hours: float
    parts: float  # small parts and energy, EUR per unit
    materials: Mapping[str, float]
    like: str = ""
    launch: str = ""
    phase_out: str = ""


@dataclass(frozen=True)
class Family:
    """What the products of one family share."""

    name: str
    line: str
    plant: str
    per_case: int
    per_pallet: int
    freight: float  # EUR per unit, plant to market, at the DACH rate


@dataclass(frozen=True)
class Market:
    """A market: ``share`` of volume, price ``level`` against DACH, freight factor, share of promotion depth."""

    market: str
    description: str
    region: str
    channel: str
    customer_group: str
    priority: int
    share: float
    level: float
    freight: float
    discount: float
    rebate: float
    depth: float


@dataclass(frozen=True)
class Component:
    """A bought component: price, who delivers it, how many months ahead it is ordered, and to which plants."""

    item: str
    description: str
    unit: str
    price: float
    supplier: str
    lead_time: int
    plants: tuple[str, ...]


NORTH, SOUTH, DC = "Plant North", "Plant South", "DC Central"
CHIP = "CMP-CHIP"

FAMILIES = (
    Family("Kettles", "Line 2", NORTH, 6, 54, 1.05),
    Family("Toasters", "Line 1", NORTH, 6, 60, 1.00),
    Family("Coffee", "Line 2", NORTH, 2, 28, 2.40),
    Family("Blenders", "Line 3", SOUTH, 4, 40, 1.60),
    Family("Fans", "Line 4", SOUTH, 2, 24, 2.20),
    Family("Heaters", "Line 2", NORTH, 2, 20, 2.60),
)

MARKETS = (
    Market("DACH", "Germany, Austria, Switzerland", "Central Europe", "Retail", "Chains", 1, 0.38, 1.00, 1.0, 0.02,
           0.030, 1.0),
    Market("Nordics", "Nordic countries", "Northern Europe", "Retail", "Chains", 2, 0.15, 1.05, 1.4, 0.00, 0.020, 0.8),
    Market("UK", "United Kingdom", "United Kingdom", "Retail", "Chains", 2, 0.25, 1.02, 1.5, 0.03, 0.025, 1.0),
    Market("Online", "Online marketplaces", "Europe", "Online", "Marketplaces", 3, 0.22, 0.94, 1.2, 0.05, 0.035, 1.3),
)  # fmt: skip

COMPONENTS = (
    Component(CHIP, "Controller chip", "piece", 2.40, "Silverbrook Semiconductors", 3, (NORTH,)),
    Component("CMP-HEAT", "Heating element", "piece", 2.80, "Thermwell", 0, (NORTH,)),
    Component("CMP-MOTOR", "Electric motor", "piece", 6.10, "Rotavale Motors", 1, (SOUTH,)),
    Component("CMP-PUMP", "Pump", "piece", 6.80, "Rotavale Motors", 1, (NORTH,)),
    Component("CMP-HOUSING", "Housing, moulded set", "piece", 3.10, "Polymer Works", 0, (NORTH, SOUTH)),
    Component("CMP-STEEL", "Steel sheet, cut", "kg", 2.60, "Harrow Steel", 0, (NORTH, SOUTH)),
    Component("CMP-GLASS", "Glass carafe", "piece", 3.60, "Clearwater Glass", 0, (NORTH, SOUTH)),
    Component("CMP-THERMO", "Thermostat", "piece", 1.70, "Thermwell", 0, (NORTH,)),
    Component("CMP-CORD", "Cord set", "piece", 1.30, "Lindqvale Cables", 0, (NORTH, SOUTH)),
    Component("CMP-PACK", "Packaging", "piece", 0.90, "Boxwell Packaging", 0, (NORTH, SOUTH)),
)


def _materials(**quantities: float) -> dict[str, float]:
    return {f"CMP-{name.upper()}": quantity for name, quantity in quantities.items()} | {
        "CMP-CORD": 1.0,
        "CMP-PACK": 1.0,
    }


_KETTLE = {"chip": 1.0, "heat": 1.0, "thermo": 1.0, "housing": 1.0}
_COFFEE = {"chip": 1.0, "heat": 1.0, "pump": 1.0, "glass": 1.0, "thermo": 1.0}
_HEATER = {"heat": 3.0, "thermo": 1.0, "housing": 1.5}

_KETTLES = (
    Product("ALD-K1", "Kestrel 1.7 L", "Kettles", 13_600, 29.5, 0.0023, 1.5, _materials(**_KETTLE, steel=0.3)),
    Product("ALD-K2", "Kestrel 1.7 L glass", "Kettles", 10_600, 37.0, 0.0024, 2.4,
            _materials(**_KETTLE, glass=1.0)),
    Product("ALD-K3", "Merlin 1.0 L gooseneck", "Kettles", 7_600, 46.0, 0.0026, 3.0,
            _materials(**_KETTLE, steel=0.9)),
    Product("ALD-K4", "Merlin 1.7 L variable temperature", "Kettles", 6_500, 58.0, 0.0028, 4.6,
            _materials(**_KETTLE, steel=1.1)),
)  # fmt: skip

_TOASTERS = (
    Product("ALD-T1", "Hearth 2 slice", "Toasters", 10_800, 28.0, 0.0031, 2.6,
            _materials(heat=1.0, steel=0.9, housing=0.6)),
    Product("ALD-T2", "Hearth 4 slice", "Toasters", 7_200, 44.0, 0.0040, 3.6,
            _materials(heat=2.0, steel=1.5, housing=0.8)),
    Product("ALD-T3", "Loft long slot", "Toasters", 6_200, 40.0, 0.0037, 3.6,
            _materials(heat=2.0, steel=1.2, housing=0.6)),
    Product("ALD-T4", "Dorset classic", "Toasters", 4_600, 33.0, 0.0034, 2.8,
            _materials(heat=1.0, steel=1.3, housing=0.5), phase_out=PHASE_OUT),
)  # fmt: skip

_COFFEE_MAKERS = (
    Product("ALD-C1", "Brook filter 12 cup", "Coffee", 7_600, 60.0, 0.0043, 4.6,
            _materials(**{**_COFFEE, "chip": 2.0}, housing=1.5)),
    Product("ALD-C2", "Brook thermo", "Coffee", 5_200, 84.0, 0.0048, 7.4,
            _materials(**_COFFEE, housing=1.5, steel=1.0)),
    Product("ALD-C3", "Cascade espresso", "Coffee", 4_500, 139.0, 0.0060, 13.0,
            _materials(**_COFFEE, housing=2.0, steel=2.0)),
    Product("ALD-C4", "Cascade bean to cup", "Coffee", 3_800, 189.0, 0.0078, 21.0,
            _materials(**_COFFEE, housing=3.0, steel=2.5), like="ALD-C3", launch=LAUNCH),
)  # fmt: skip

_BLENDERS = (
    Product("ALD-B1", "Whirl 600", "Blenders", 7_000, 42.0, 0.0050, 3.4, _materials(motor=1.0, housing=1.2)),
    Product("ALD-B2", "Whirl 1000 glass", "Blenders", 5_200, 62.0, 0.0058, 5.2,
            _materials(motor=1.2, housing=1.4, glass=1.5)),
    Product("ALD-B3", "Gale hand blender", "Blenders", 5_400, 48.0, 0.0046, 3.6,
            _materials(motor=1.0, housing=1.0, steel=0.4)),
    Product("ALD-B4", "Gale pro kitchen", "Blenders", 2_700, 118.0, 0.0080, 11.0,
            _materials(motor=2.0, housing=2.5, steel=2.2, glass=1.5)),
)  # fmt: skip

_FANS = (
    Product("ALD-F1", "Breeze desk 30", "Fans", 7_600, 32.0, 0.0026, 2.2, _materials(motor=0.8, housing=0.8)),
    Product("ALD-F2", "Breeze stand 40", "Fans", 6_000, 49.0, 0.0032, 3.4,
            _materials(motor=1.0, housing=1.2, steel=1.2)),
    Product("ALD-F3", "Mistral tower", "Fans", 3_900, 69.0, 0.0038, 5.2, _materials(motor=1.2, housing=2.4)),
    Product("ALD-F4", "Mistral box", "Fans", 2_700, 56.0, 0.0036, 4.2, _materials(motor=1.2, housing=1.6, steel=0.8)),
)  # fmt: skip

_HEATERS = (
    Product("ALD-H1", "Ember fan heater", "Heaters", 7_500, 39.0, 0.0028, 2.6, _materials(**_HEATER, steel=0.4)),
    Product("ALD-H2", "Ember convector", "Heaters", 6_000, 59.0, 0.0034, 4.0, _materials(**_HEATER, steel=2.2)),
    Product("ALD-H3", "Glow panel", "Heaters", 4_500, 84.0, 0.0040, 6.6, _materials(**_HEATER, steel=3.4)),
    Product("ALD-H4", "Glow oil radiator", "Heaters", 2_800, 99.0, 0.0044, 9.0, _materials(**_HEATER, steel=5.5)),
)  # fmt: skip

_RANGE = (*_KETTLES, *_TOASTERS, *_COFFEE_MAKERS, *_BLENDERS, *_FANS, *_HEATERS)


def products(items_per_family: int = 4) -> tuple[Product, ...]:
    """The range: four products a family, or variants of them that share the family's volume."""
    return tuple(
        _variant(product, copy, items_per_family)
        for family in FAMILIES
        for copy, product in _copies([one for one in _RANGE if one.family == family.name], items_per_family)
    )


def _copies(range_: list[Product], wanted: int) -> list[tuple[int, Product]]:
    return [(number // len(range_), range_[number % len(range_)]) for number in range(wanted)]


def _variant(product: Product, copy: int, items_per_family: int) -> Product:
    share = replace(product, volume=product.volume * 4 / items_per_family)
    if copy == 0:
        return share
    return replace(share, item=f"{product.item}-{copy:02d}", description=f"{product.description}, colour {copy + 1}")
