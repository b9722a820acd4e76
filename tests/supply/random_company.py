"""Random companies that use every part of the supply tables: two sites, lead times, people, orders, policies."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st

from sop.domain.inputs import Inputs
from tests.supply.factory import company

MONTHS = 5
Draw = Any


@st.composite
def companies(draw: Draw, **forced: Any) -> Inputs:
    """A plant making A and B out of a bought component C, a warehouse, two markets; all numbers drawn."""

    def amount(low: int, high: int) -> int:
        return int(draw(st.integers(low, high)))

    def maybe(value: Any) -> Any:
        return value if draw(st.booleans()) else None

    settings = {
        "horizon": MONTHS,
        "goal": draw(st.sampled_from(["service", "profit", "cost"])),
        "unmet_demand": draw(st.sampled_from(["late", "lost"])),
        "cost_of_capital": draw(st.sampled_from([0, 0.12])),
        "closing_stock": draw(st.sampled_from(["cover", "none"])),
        **forced,
    }
    forecasts = [
        {"version": "f", "item": item, "market": market, "period": f"2026-{month:02d}-01", "quantity": amount(0, 120)}
        for item in "AB"
        for market in ("M1", "M2")
        for month in range(1, MONTHS + 1)
    ]
    policy = [
        {"location": "DC", "item": "A", "safety_stock": amount(0, 40), "holding_cost": amount(0, 2)},
        {"location": "DC", "item": "B", "safety_days": amount(0, 30), "maximum": maybe(amount(100, 300))},
        {"location": "P", "item": "C", "safety_days": amount(0, 15), "holding_cost": 0.1},
    ]
    workforce = [
        {
            "pool": "crew",
            "resource": "Line",
            "head_count": amount(0, 2),
            "hours_per_worker": 20,
            "wage": 50,
            "hire_cost": 30,
            "layoff_cost": 20,
            "overtime_hours": amount(0, 5),
            "overtime_cost": 4,
        }
    ]
    return company(
        settings,
        items=[{"item": "A"}, {"item": "B", "standard_cost": 9}, {"item": "C", "kind": "component"}],
        locations=[
            {"location": "P"},
            {"location": "DC", "kind": "warehouse", "storage_capacity": maybe(amount(150, 600))},
        ],
        markets=[
            {"market": "M1", "priority": 1},
            {
                "market": "M2",
                "priority": amount(1, 2),
                "served_from": "DC",
                "late_cost": maybe(3),
                "lost_cost": maybe(4),
            },
        ],
        prices=[{"item": "A", "list_price": amount(5, 40)}, {"item": "B", "list_price": amount(5, 40)}],
        forecasts=forecasts,
        suppliers=[{"supplier": "S", "capacity": maybe(amount(50, 400))}],
        operations=[
            {"operation": "a", "location": "P", "item": "A", "unit_cost": 4, "yield": 0.9, "lead_time": amount(0, 1)},
            {"operation": "b", "location": "P", "item": "B", "unit_cost": 3},
            {
                "operation": "b out",
                "location": "P",
                "kind": "subcontract",
                "item": "B",
                "unit_cost": 11,
                "maximum": 60,
                "lead_time": amount(0, 2),
            },
            {
                "operation": "c",
                "location": "P",
                "kind": "buy",
                "item": "C",
                "unit_cost": 1.5,
                "supplier": "S",
                "lead_time": amount(0, 2),
            },
        ],
        materials=[
            {"operation": "a", "item": "C", "quantity": 2},
            {"operation": "b", "item": "C", "quantity": 1},
            {"operation": "b out", "item": "C", "quantity": 1},
        ],
        coproducts=[{"operation": "a", "item": "B", "quantity": 0.1}],
        resources=[
            {
                "resource": "Line",
                "location": "P",
                "hours": amount(20, 150),
                "overtime_limit": 0.2,
                "overtime_cost": 5,
                "hour_cost": 2,
                "shift_cost": 100,
                "extra_hours": amount(0, 20),
                "extra_cost": 9,
            }
        ],
        routings=[
            {"operation": "a", "resource": "Line", "hours": 0.5, "setup_hours": draw(st.sampled_from([0, 3]))},
            {"operation": "b", "resource": "Line", "hours": 0.4},
        ],
        workforce=workforce if draw(st.booleans()) else [],
        lanes=[
            {"from": "P", "to": "DC", "unit_cost": 0.3, "lead_time": amount(0, 1)},
            {"from": "DC", "to": "M1", "unit_cost": 0.5, "lead_time": amount(0, 1)},
            {"from": "P", "to": "M1", "item": "B", "unit_cost": 2},
        ],
        lane_limits=[{"from": "P", "to": "DC", "capacity": amount(100, 400)}] if draw(st.booleans()) else [],
        stock=[
            {"location": "DC", "item": "A", "on_hand": amount(0, 80)},
            {"location": "P", "item": "C", "on_hand": amount(0, 300)},
        ],
        stock_policy=policy,
        scheduled_receipts=[
            {"order": "1", "kind": "purchase", "location": "P", "item": "C", "due": "2026-02-10", "quantity": 40},
            {"order": "2", "kind": "transit", "location": "DC", "item": "A", "due": "2026-03-01", "quantity": 15},
            {"order": "3", "kind": "production", "location": "P", "item": "B", "due": "2025-12-20", "quantity": 10},
        ],
        sales_orders=[{"order": "9", "item": "A", "market": "M1", "quantity": amount(0, 20)}],
        contracts=[{"contract": "k", "market": "M2", "item": "B", "minimum": maybe(5) or 0}],
    )
