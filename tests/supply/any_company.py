"""Any company: structure and numbers drawn, every part of the supply tables mixed with every other.

One to three locations, one to three products over up to two levels of components, one to three markets, made, bought
or made outside, moved over general and item lanes; months, 4-4-5 months or weeks. Hard limits are rare and mild, so
that most companies have a plan.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import hypothesis.strategies as st

from sop.domain.inputs import Inputs
from sop.domain.scenario import Override
from tests.supply.factory import company

Row = dict[str, Any]


class Dice:
    """Draws, by the kinds the tables need. ``rarely`` shrinks to no, so that what is found is the simplest company."""

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self._draw = draw

    def amount(self, low: int, high: int) -> int:
        """A whole number between two others, both included."""
        return int(self._draw(st.integers(low, high)))

    def one_of(self, *values: Any) -> Any:
        """One of some values; the first is the simplest."""
        return self._draw(st.sampled_from(values))

    def rarely(self, value: Any, out_of: int = 4) -> Any:
        """``value`` once in so many times, else blank."""
        return value if self.amount(0, out_of - 1) == out_of - 1 else None

    def often(self, value: Any) -> Any:
        """``value`` every other time, else blank."""
        return self.rarely(value, 2)


@st.composite
def any_companies(draw: Any, **forced: Any) -> Inputs:
    """Inputs of a company with drawn structure; ``forced`` are settings not drawn."""
    dice = Dice(draw)
    settings = _settings(dice) | forced
    days = _buckets(settings)
    places = [f"L{number}" for number in range(dice.amount(1, 3))]
    products = [f"P{number}" for number in range(dice.amount(1, 3))]
    parts = [f"C{number}" for number in range(dice.amount(0, 2))]
    markets = [f"M{number}" for number in range(dice.amount(1, 3))]
    tables: dict[str, list[Row]] = {
        "items": [_item(dice, item, "product") for item in products]
        + [_item(dice, item, "component") for item in parts],
        "locations": [_location(dice, at) for at in places],
        "suppliers": [_supplier(dice)],
    }
    tables |= _markets(dice, places, products, markets, days)
    tables |= _lanes(dice, places, products[0], tables["markets"], days[0])
    if dice.rarely(True, 12):
        return company(settings, **tables, **_stocking(dice, places, products, days))
    tables |= _operations(dice, places, products, parts, days)
    tables |= _resources(dice, places, tables["operations"], days)
    return company(settings, **tables, **_stocking(dice, places, products + parts, days))


@st.composite
def turns(draw: Any) -> list[Override]:
    """None to two turned levers."""
    dice = Dice(draw)
    ranges = {
        "capacity": 25, "shifts": 1, "downtime": 20, "overtime_limit": 25, "supplier_limit": 50,
        "subcontract_limit": 50, "lane_capacity": 30, "storage": 30, "material_cost": 20, "freight": 30,
        "labour_rate": 20, "safety_days": 10, "price": 10,
    }  # fmt: skip
    chosen = dict.fromkeys(dice.one_of(*ranges) for _ in range(dice.amount(0, 2)))
    lowest = {name: 0 if name in ("downtime", "overtime_limit") else -most for name, most in ranges.items()}
    return [Override(lever=name, value=dice.amount(lowest[name], ranges[name])) for name in chosen]


def _item(dice: Dice, item: str, kind: str) -> Row:
    return {
        "item": item,
        "kind": kind,
        "standard_cost": dice.rarely(dice.amount(0, 9)) if kind == "product" else None,
        "shelf_life": dice.rarely(dice.amount(1, 3), 6),
        "remaining_life": dice.rarely(1, 6),
        "strategy": dice.rarely("order", 8),
        "build_ahead": dice.rarely(dice.amount(0, 2), 8),
    }


def _location(dice: Dice, at: str) -> Row:
    return {
        "location": at,
        "storage_capacity": dice.rarely(dice.amount(80, 600), 6),
        "inbound_capacity": dice.rarely(dice.amount(30, 300), 6),
        "maximum_lanes_out": dice.rarely(1, 10),
        "frozen_periods": dice.rarely(1, 8),
    }


def _supplier(dice: Dice) -> Row:
    return {"supplier": "S", "capacity": dice.often(dice.amount(40, 400)), "minimum_order": dice.rarely(8, 8)}


def _settings(dice: Dice) -> Row:
    bucket = dice.one_of("month", "month", "week")
    return {
        "bucket": bucket,
        "calendar": dice.one_of("calendar", "calendar", "4-4-5") if bucket == "month" else "calendar",
        "first_period": dice.one_of("2026-01-01", "2026-06-01"),
        "horizon": dice.amount(2, 5),
        "tail": dice.one_of("", "", "", 0, 1, 3),
        "goal": dice.one_of("profit", "service", "cost"),
        "unmet_demand": dice.one_of("lost", "late"),
        "cost_of_capital": dice.one_of(0, 0.12),
        "closing_stock": dice.one_of("none", "cover"),
        "safety_penalty": dice.one_of(0.05, 0.5),
        "lost_sales_penalty": dice.one_of(2, 0.5, 0),
        "late_penalty": dice.one_of(0.1, 0.4),
        "inventory_limit": dice.one_of("", "", "", "", "", "", 2000),
        "deviation_limit": dice.one_of("", 0.5),
    }


def _buckets(settings: Row) -> list[str]:
    """A day in every reported bucket and in two of the tail."""
    horizon = company(settings, items=[{"item": "x"}]).horizon
    return [(horizon.start(t) + timedelta(days=3)).isoformat() for t in range(settings["horizon"] + 2)]


def _markets(
    dice: Dice, places: list[str], products: list[str], markets: list[str], days: list[str]
) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {"markets": [], "forecasts": [], "prices": [], "contracts": [], "sales_orders": []}
    rows |= {"market_terms": [], "demand_totals": [], "group_terms": []}
    for market in markets:
        rows["markets"].append(
            {
                "market": market,
                "priority": dice.amount(1, 4),
                "customer_group": dice.one_of("All", "Trade"),
                "served_from": dice.often(dice.one_of(*places)),
                "firm": bool(dice.rarely(True, 12)),
                "unmet_demand": dice.rarely(dice.one_of("late", "lost")),
                "late_cost": dice.rarely(dice.amount(0, 4)),
                "lost_cost": dice.rarely(dice.amount(0, 30)),
                "closing_backlog": dice.rarely(dice.amount(20, 60), 6),
            }
        )
        for item in products:
            volume = dice.amount(0, 90)
            for day in days:
                quantity = max(volume + dice.amount(-20, 20), 0)
                rows["forecasts"].append(
                    {"version": "f", "item": item, "market": market, "period": day, "quantity": quantity}
                )
            rows["prices"].append({"item": item, "market": dice.rarely(market), "list_price": dice.amount(1, 40)})
            if dice.rarely(True, 8):
                most = {"maximum": dice.often(dice.amount(60, 300))}
                total = {"market": market, "item": item, "minimum": dice.rarely(5)}
                rows["demand_totals"].append(total | most)
            if dice.rarely(True, 5):
                rows["market_terms"].append(_terms(dice, market, item, dice.one_of(None, days[0])))
            if dice.rarely(True, 8):
                rows["contracts"].append(
                    {"contract": "k", "market": market, "item": item, "minimum": dice.amount(1, 4)}
                )
            if dice.rarely(True):
                order = {"order": f"{market}{item}", "item": item, "market": market, "quantity": dice.amount(1, 20)}
                rows["sales_orders"].append(order)
        if dice.rarely(True, 8):
            rows["market_terms"].append(_terms(dice, market, None, None))
    if dice.rarely(True, 6):
        group = {"customer_group": rows["markets"][0]["customer_group"], "item": dice.often(products[0])}
        rows["group_terms"].append(group | {"minimum": dice.often(dice.amount(1, 6)), "quota": dice.amount(0, 40)})
    if dice.rarely(True):
        rows["prices"].append({"item": products[0], "list_price": dice.amount(1, 40), "valid_from": days[1]})
    rows["prices"] = list(
        {(row["item"], row.get("market"), row.get("valid_from")): row for row in rows["prices"]}.values()
    )
    general = {row["item"] for row in rows["prices"] if row.get("market") is None}
    rows["prices"] += [{"item": item, "list_price": dice.amount(1, 40)} for item in products if item not in general]
    return rows


def _terms(dice: Dice, market: str, item: str | None, day: str | None) -> Row:
    return {
        "market": market,
        "item": item,
        "period": day,
        "lost_cost": dice.rarely(dice.amount(0, 30)),
        "late_cost": dice.rarely(dice.amount(0, 4)),
        "maximum_backlog": dice.rarely(dice.amount(20, 60)),
        "closing_backlog": dice.rarely(dice.amount(20, 60)),
    }


def _lanes(dice: Dice, places: list[str], product: str, table: list[Row], first_day: str) -> dict[str, list[Row]]:
    """Ways from place to place, now and then in a circle, and to every market that no place serves freely."""
    between = [(one, other) for one in places for other in places if one != other]
    ways = [way for way in between if dice.rarely(True, 2 if way[0] < way[1] else 5)]
    for row in table:
        if (row["served_from"] is None and len(places) > 1) or dice.rarely(True):
            ways.append((dice.one_of(*places), row["market"]))
    lanes, limits, dated = [], [], []
    for origin, end in ways:
        general = {
            "from": origin,
            "to": end,
            "unit_cost": dice.one_of(0, 0.5, 2),
            "lead_time": dice.one_of(0, 0, 1, 2, 0.5),
            "maximum": dice.rarely(dice.amount(20, 150)),
        }
        lanes.append(general)
        if dice.rarely(True, 6):
            day = {"from": origin, "to": end, "period": first_day, "unit_cost": dice.often(1)}
            dated.append(day | {"maximum": dice.often(dice.amount(20, 90))})
        if dice.rarely(True, 6):
            lanes.append(general | {"item": product, "unit_cost": dice.one_of(1, 0, 3), "minimum": dice.rarely(1, 6)})
        if dice.rarely(True):
            limit = {"from": origin, "to": end, "capacity": dice.often(dice.amount(30, 300))}
            limits.append(limit | {"fixed_cost": dice.rarely(dice.amount(1, 40)), "minimum_load": dice.rarely(10)})
            if dice.often(True):
                limits.append({"from": origin, "to": end, "period": first_day, "capacity": dice.amount(30, 300)})
    return {"lanes": lanes, "lane_limits": limits, "lane_calendar": dated}


def _operations(
    dice: Dice, places: list[str], products: list[str], parts: list[str], days: list[str]
) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {"operations": [], "operation_limits": [], "materials": [], "coproducts": []}
    rows["approved_levels"] = []
    for item in products + parts:
        for way in range(dice.amount(1, 2)):
            name, kind = f"{item} way {way}", dice.one_of("make", "make", "buy", "subcontract")
            at = dice.one_of(*places)
            rows["operations"].append(_operation(dice, name, kind, item, at))
            used = [part for part in parts if part > item or item in products]
            if kind != "buy" and used and dice.often(True):
                rows["materials"].append(
                    {"operation": name, "item": dice.one_of(*used), "quantity": dice.one_of(1, 0.5, 2)}
                )
            if kind == "make" and dice.rarely(True, 6) and item != products[0]:
                rows["coproducts"].append({"operation": name, "item": products[0], "quantity": 0.2})
            if dice.rarely(True, 10):
                rows["approved_levels"].append({"operation": name, "period": days[1], "level": dice.amount(1, 30)})
            if dice.rarely(True, 6):
                limit = {
                    "operation": name,
                    "period": dice.one_of(days[0], None),
                    "unit_cost": dice.rarely(dice.amount(0, 9)),
                }
                more = {"setup_cost": dice.rarely(20), "minimum_lot": dice.rarely(6), "startup_cost": dice.rarely(9)}
                rows["operation_limits"].append(limit | more | {"maximum": dice.often(dice.amount(20, 90))})
    return rows


def _operation(dice: Dice, name: str, kind: str, item: str, at: str) -> Row:
    bought = kind != "make"
    return {
        "operation": name,
        "location": at,
        "kind": kind,
        "item": item,
        "yield": dice.one_of(1, 0.9, 2) if not bought else 1,
        "unit_cost": dice.amount(0, 12) if not bought else dice.amount(1, 15),
        "supplier": dice.often("S") if bought else None,
        "lead_time": dice.one_of(0, 0, 0, 1, 2) if bought else dice.one_of(0, 0, 0, 1, 2, 0.25, 1.5),
        "minimum": dice.rarely(dice.amount(1, 5), 10),
        "maximum": dice.rarely(dice.amount(10, 120)),
        "whole": bool(dice.rarely(True, 6)),
        "setup_cost": dice.rarely(dice.amount(1, 60), 6),
        "minimum_lot": dice.rarely(dice.amount(5, 30), 8),
        "startup_cost": dice.rarely(dice.amount(1, 60), 10),
        "lot_size": dice.rarely(dice.amount(2, 12), 10),
        "minimum_total": dice.rarely(dice.amount(1, 9), 10),
        "maximum_total": dice.rarely(dice.amount(30, 200), 10),
        "change_cost": dice.rarely(dice.one_of(0.1, 1), 8),
    }


def _resources(dice: Dice, places: list[str], operations: list[Row], days: list[str]) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {
        "resources": [],
        "resource_calendar": [],
        "routings": [],
        "workforce": [],
        "workforce_calendar": [],
        "maintenance": [],
    }
    made = [row for row in operations if row["kind"] != "buy"]
    for at in sorted({row["location"] for row in made}):
        for line in range(dice.amount(0, 2)):
            name = f"{at} line {line}"
            rows["resources"].append(_resource(dice, name, at))
            for row in made:
                if row["location"] == at and dice.often(True):
                    routing = {"operation": row["operation"], "resource": name, "hours": dice.one_of(0.5, 0.1, 1)}
                    rows["routings"].append(routing | {"setup_hours": dice.rarely(dice.amount(1, 5), 8)})
            if dice.rarely(True):
                row = {
                    "resource": name,
                    "period": dice.one_of(days[1], None),
                    "downtime": dice.often(dice.amount(0, 20)),
                }
                row |= {"overtime_cost": dice.rarely(7), "extra_hours": dice.rarely(9), "extra_cost": dice.rarely(3)}
                rows["resource_calendar"].append(
                    row | {"hours": dice.often(dice.amount(0, 120)), "shifts": dice.rarely(2)}
                )
            if dice.rarely(True, 8):
                rows["maintenance"].append(
                    {"resource": name, "hours": dice.amount(1, 9), "machines": dice.amount(1, 3)}
                )
            if dice.rarely(True, 3):
                pool = f"crew {name}"
                rows["workforce"].append(_pool(dice, pool, name))
                if dice.rarely(True):
                    row = {"pool": pool, "period": days[0], "hours_per_worker": dice.often(12), "wage": dice.often(30)}
                    row |= {
                        "hire_cost": dice.rarely(9),
                        "overtime_cost": dice.rarely(1),
                        "maximum_hires": dice.rarely(2),
                    }
                    rows["workforce_calendar"].append(row | {"overtime_hours": dice.often(3)})
    return rows


def _resource(dice: Dice, name: str, at: str) -> Row:
    return {
        "resource": name,
        "location": at,
        "days": dice.one_of(10, 21),
        "hours": dice.often(dice.amount(10, 150)),
        "efficiency": dice.one_of(1, 0.8),
        "downtime": dice.rarely(dice.amount(0, 20)),
        "overtime_limit": dice.rarely(0.2),
        "overtime_cost": dice.amount(0, 5),
        "hour_cost": dice.amount(0, 3),
        "shift_cost": dice.rarely(100),
        "extra_hours": dice.rarely(dice.amount(0, 20)),
        "extra_cost": dice.amount(0, 9),
        "no_idle": bool(dice.rarely(True, 20)),
    }


def _pool(dice: Dice, pool: str, resource: str) -> Row:
    return {
        "pool": pool,
        "resource": resource,
        "head_count": dice.amount(0, 3),
        "hours_per_worker": 20,
        "wage": dice.amount(0, 60),
        "hire_cost": dice.amount(0, 30),
        "layoff_cost": dice.amount(0, 20),
        "overtime_hours": dice.often(dice.amount(0, 5)),
        "overtime_cost": 4,
        "minimum": dice.rarely(1, 8),
        "maximum": dice.rarely(dice.amount(3, 6)),
        "maximum_hires": dice.rarely(1),
        "maximum_layoffs": dice.rarely(2),
        "whole": bool(dice.rarely(True)),
    }


def _stocking(dice: Dice, places: list[str], items: list[str], days: list[str]) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {"stock": [], "stock_policy": [], "scheduled_receipts": []}
    kinds = ("purchase", "transit", "production")
    for at in places:
        if dice.rarely(True):
            rows["stock_policy"].append(_policy(dice, at, None) | {"holding_cost": dice.one_of(0, 0.2, 1)})
        for item in items:
            if dice.rarely(True):
                rows["stock"].append(
                    {"location": at, "item": item, "on_hand": dice.amount(0, 60), "age": dice.rarely(1)}
                )
            if dice.rarely(True):
                rows["stock_policy"].append(_policy(dice, at, item))
                if dice.rarely(True):
                    rows["stock_policy"].append(
                        {"location": at, "item": item, "period": days[1], "safety_stock": dice.amount(0, 30)}
                    )
            if dice.rarely(True, 8):
                order = {"order": f"{at}{item}", "kind": dice.one_of(*kinds), "location": at, "item": item}
                due = dice.one_of(days[0], days[1], days[-1], "2025-12-01", "2028-01-05")
                rows["scheduled_receipts"].append(
                    order | {"due": due, "quantity": dice.amount(1, 40), "unit_cost": dice.often(3)}
                )
    return rows


def _policy(dice: Dice, at: str, item: str | None) -> Row:
    return {
        **{"location": at, "item": item},
        "safety_stock": dice.often(dice.amount(0, 30)),
        "safety_days": dice.often(dice.amount(0, 45)),
        "minimum": dice.rarely(dice.amount(0, 3), 8),
        "maximum": dice.rarely(dice.amount(60, 200), 6),
        "holding_cost": dice.often(dice.one_of(0, 0.2, 1)),
        "closing_minimum": dice.rarely(dice.amount(0, 5), 8),
        "closing_maximum": dice.rarely(dice.amount(60, 200), 8),
        "storage_units": dice.rarely(2),
    }
