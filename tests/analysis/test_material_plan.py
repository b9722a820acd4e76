"""The material plan of a company small enough for hand arithmetic, and its balance for any other."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings

from sop.analysis.material_plan import LATER, ORDER_NOW, PAST_DUE, UNDER_TARGET, material_plan, order_day
from sop.demand import fit
from sop.domain.horizon import Horizon
from sop.domain.inputs import Inputs, typed
from sop.domain.plans import PlanResult, SolveStatus
from sop.domain.scenario import BASE
from sop.planning import Planner
from tests.companies import small_company
from tests.supply.any_company import any_companies
from tests.supply.test_random_companies import model_of

DEMAND = (100.0, 150.0, 200.0, 100.0)


def company() -> dict[str, pd.DataFrame]:
    """A lamp made of 2 bulbs and 0.5 kg of steel. Bulbs take 1.5 months from order to receipt, steel none; 260 bulbs
    are on hand, 180 more are due on 9 February on an open order, and one of 50 was due on 20 December."""
    tables: dict[str, dict[str, list[Any]]] = {
        "settings": {
            "key": ["company", "first_period", "horizon", "forecast_version", "closing_stock"],
            "value": ["Lamps", "2026-01-01", "4", "plan", "none"],
        },
        "items": {"item": ["Lamp", "Bulb", "Steel"], "kind": ["product", "component", "component"]},
        "locations": {"location": ["Plant"]},
        "markets": {"market": ["UK"], "served_from": ["Plant"]},
        "prices": {"item": ["Lamp"], "list_price": [50.0]},
        "forecasts": {
            "version": ["plan"] * 4,
            "item": ["Lamp"] * 4,
            "market": ["UK"] * 4,
            "period": [date(2026, month, 1) for month in range(1, 5)],
            "quantity": list(DEMAND),
        },
        "suppliers": {"supplier": ["Glow", "Mill"]},
        "operations": {
            "operation": ["make", "buy bulb", "buy steel"],
            "location": ["Plant"] * 3,
            "kind": ["make", "buy", "buy"],
            "item": ["Lamp", "Bulb", "Steel"],
            "unit_cost": [5.0, 1.5, 3.0],
            "supplier": ["", "Glow", "Mill"],
            "lead_time": [0.0, 1.5, 0.0],
        },
        "materials": {"operation": ["make"] * 2, "item": ["Bulb", "Steel"], "quantity": [2.0, 0.5]},
        "stock": {"location": ["Plant"], "item": ["Bulb"], "on_hand": [260.0]},
        "stock_policy": {"location": ["Plant"] * 2, "item": ["Bulb", "Lamp"], "holding_cost": [0.2, 5.0]},
        "scheduled_receipts": {
            "order": ["PO-1", "PO-2"],
            "kind": ["purchase"] * 2,
            "location": ["Plant"] * 2,
            "item": ["Bulb"] * 2,
            "due": [datetime(2025, 12, 20), datetime(2026, 2, 9)],
            "quantity": [50.0, 180.0],
            "unit_cost": [1.5, 1.5],
            "supplier": ["Glow"] * 2,
        },
    }
    return {name: typed(name, pd.DataFrame(columns)) for name, columns in tables.items()}


def planned(tables: dict[str, pd.DataFrame]) -> tuple[Inputs, PlanResult]:
    """Base of a company."""
    inputs = Inputs.of(tables)
    return inputs, Planner(inputs, fit(inputs)).plan(BASE, [])


@pytest.fixture(scope="module")
def lamps() -> tuple[Inputs, PlanResult]:
    """The lamp company, planned: lamps in stock cost more than bulbs, so they are made when due."""
    return planned(company())


def of(frame: pd.DataFrame, item: str, column: str) -> list[Any]:
    """A column of one component, by month."""
    return list(frame[frame["item"] == item].sort_values("period")[column])


def test_requirements_are_levels_times_quantities(lamps: tuple[Inputs, PlanResult]) -> None:
    """2 bulbs and half a kilogram of steel for each of 100, 150, 200 and 100 lamps."""
    found = material_plan(*lamps).components
    assert of(found, "Bulb", "required") == pytest.approx([200.0, 300.0, 400.0, 200.0])
    assert of(found, "Steel", "required") == pytest.approx([50.0, 75.0, 100.0, 50.0])


def test_stock_is_projected_with_open_and_planned_orders(lamps: tuple[Inputs, PlanResult]) -> None:
    """Bulbs: 260 + 50 - 200 = 110; + 180 + 10 - 300 = 0; then bought as needed, 400 and 200."""
    found = material_plan(*lamps).components
    assert of(found, "Bulb", "open_orders") == pytest.approx([50.0, 180.0, 0.0, 0.0])
    assert of(found, "Bulb", "planned") == pytest.approx([0.0, 10.0, 400.0, 200.0])
    assert of(found, "Bulb", "stock") == pytest.approx([110.0, 0.0, 0.0, 0.0])
    assert of(found, "Bulb", "opening") == pytest.approx([260.0, 110.0, 0.0, 0.0])
    assert of(found, "Steel", "stock") == pytest.approx([0.0] * 4)


def test_parts_of_what_is_made_outside_are_required_when_it_is_ordered() -> None:
    """Lamps assembled outside in two months: those of March and April (200, 100) are ordered in January and February,
    so their 2 bulbs and half a kilogram each are required then; steel for them is ordered by the first of January."""
    tables = company()
    tables["operations"].loc[0, ["kind", "lead_time"]] = ["subcontract", 2.0]
    tables["stock"].loc[0, "on_hand"] = 700.0
    found = material_plan(*planned(tables))
    assert of(found.components, "Bulb", "required")[:2] == pytest.approx([400.0, 200.0])
    assert of(found.components, "Steel", "required")[:2] == pytest.approx([100.0, 50.0])
    lamp = found.orders[found.orders["item"] == "Lamp"]
    steel = found.orders[found.orders["item"] == "Steel"].sort_values("period")
    assert list(lamp["order_by"]) == list(steel["order_by"])[:2] == [date(2026, 1, 1), date(2026, 2, 1)]


def test_orders_are_due_a_lead_time_before_receipt(lamps: tuple[Inputs, PlanResult]) -> None:
    """Bulbs for 1 February, March and April less 1.5 months: half of December and January (31 days) and of February
    (28) gone: 16 December, 16 January, 15 February. The first is past due on 1 January; the second is to be placed in
    January; steel comes the month it is ordered in."""
    orders = material_plan(*lamps).orders
    bulbs = orders[(orders["item"] == "Bulb") & (orders["order"] == "")].sort_values("period")
    assert list(bulbs["order_by"]) == [date(2025, 12, 16), date(2026, 1, 16), date(2026, 2, 15)]
    assert list(bulbs["quantity"]) == pytest.approx([10.0, 400.0, 200.0])
    assert list(bulbs["cost"]) == pytest.approx([15.0, 600.0, 300.0])
    assert list(bulbs["status"]) == [PAST_DUE, ORDER_NOW, LATER]
    assert set(bulbs["supplier"]) == {"Glow"}
    steel = orders[orders["item"] == "Steel"].sort_values("period")
    assert list(steel["order_by"]) == [date(2026, month, 1) for month in range(1, 5)]


def test_past_due_comes_first_open_orders_included(lamps: tuple[Inputs, PlanResult]) -> None:
    """On 1 January the order to place by 16 December and the one due on 20 December are late; nothing else is."""
    orders = material_plan(*lamps).orders
    assert list(orders["status"][:3]) == [PAST_DUE, PAST_DUE, ORDER_NOW]
    assert list(orders["order"][:2]) == ["", "PO-1"]
    components = material_plan(*lamps).components
    assert list(components["status"][:2]) == [PAST_DUE, PAST_DUE]
    assert list(components["item"][:2]) == ["Bulb", "Bulb"]


def test_a_later_day_makes_more_orders_past_due(lamps: tuple[Inputs, PlanResult]) -> None:
    """On 20 January the bulbs for March (16 January) and the steel for January (the 1st) are late as well."""
    orders = material_plan(*lamps, as_of=date(2026, 1, 20)).orders
    late = orders[(orders["status"] == PAST_DUE) & (orders["order"] == "")]
    assert sorted(zip(late["item"], late["period"], strict=True)) == [
        ("Bulb", "2026-02"),
        ("Bulb", "2026-03"),
        ("Steel", "2026-01"),
    ]


def test_stock_below_its_target_is_missing() -> None:
    """A safety stock of 400 bulbs from the first month on cannot be had in January: 110 are there, 290 are missing."""
    tables = company()
    policy = tables["stock_policy"].assign(safety_stock=[400.0, 0.0])
    inputs, result = planned({**tables, "stock_policy": policy})
    found = material_plan(inputs, result).components
    january = found[(found["item"] == "Bulb") & (found["period"] == "2026-01")].iloc[0]
    assert january["missing"] == pytest.approx(290.0)
    assert january["target"] == pytest.approx(400.0)
    assert january["status"] in (PAST_DUE, UNDER_TARGET)


def test_part_of_a_lead_time_counts_days() -> None:
    """Of half of January (31 days) 15 days are full: the earlier day; weeks have 7 days."""
    months = Horizon(date(2026, 1, 1), 6)
    assert order_day(months, 1, 0.0) == date(2026, 2, 1)
    assert order_day(months, 1, 0.5) == date(2026, 1, 16)
    assert order_day(months, 0, 2.0) == date(2025, 11, 1)
    assert order_day(Horizon(date(2026, 1, 5), 10, bucket="week"), 2, 1.5) == date(2026, 1, 8)


def test_a_company_without_components_has_an_empty_plan() -> None:
    """The small company buys and uses nothing: no rows, the same columns."""
    found = material_plan(*planned(small_company()))
    assert found.components.empty
    assert found.orders.empty
    assert "order_by" in found.components


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(any_companies())
def test_every_row_adds_up_in_any_company(inputs: Inputs) -> None:
    """Opening + receipts - use = stock for every component and month, whatever makes, moves and uses it up."""
    model, base, demand = model_of(inputs)
    supply = model.solve(base, demand)
    assume(supply.status is SolveStatus.OPTIMAL)
    money: Any = None  # the material plan is about units
    result = PlanResult(inputs.id, BASE, "", (), inputs.horizon, base, demand, supply, money, np.zeros(0))
    found = material_plan(inputs, result).components
    inward = found["opening"] + found["open_orders"] + found["planned"] + found["other"]
    left = inward - found["required"] - found["shipped"]
    assert np.allclose(left.astype(float), found["stock"].astype(float), atol=1e-3, rtol=1e-6)
