"""Who else needs a resource: hours used and earnings per hour, whichever way an item is made."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from sop.analysis.routes import users_of
from sop.demand import fit
from sop.domain.inputs import Inputs, typed
from sop.domain.plans import PlanResult
from sop.domain.scenario import BASE
from sop.planning import Planner
from tests.companies import small_company

MONTH = slice(0, 1)


def planned(**tables: dict[str, list[Any]]) -> tuple[Inputs, PlanResult]:
    """Base of the small company with other tables."""
    given = small_company() | {name: typed(name, pd.DataFrame(columns)) for name, columns in tables.items()}
    inputs = Inputs.of(given)
    return inputs, Planner(inputs, fit(inputs)).plan(BASE, [])


def test_an_item_that_is_also_made_outside_still_uses_the_line() -> None:
    """Kettles made outside are listed first, at 20 and no more than 5 a month: none are, at 15 inside. January makes
    440 kettles (500 less 60 in stock) in 0.2 h: 88 h, and 250 toasters in 0.16 h: 40 h. A kettle earns 25 in 0.2 h."""
    operations = {
        "operation": ["out kettle", "make kettle", "make toaster"],
        "location": ["Plant"] * 3,
        "kind": ["subcontract", "make", "make"],
        "item": ["Kettle", "Kettle", "Toaster"],
        "unit_cost": [20.0, 15.0, 12.0],
        "maximum": [5.0, None, None],
    }
    items = {"item": ["Kettle", "Toaster"], "standard_cost": [15.0, 12.0]}
    stock = {"location": ["Plant"], "maximum": [0.0]}
    users = {
        user.item: user
        for user in users_of(*planned(operations=operations, items=items, stock_policy=stock), "Line", MONTH)
    }
    assert users["Kettle"].hours == pytest.approx(88.0)
    assert users["Kettle"].per_hour == pytest.approx(125.0)
    assert users["Toaster"].hours == pytest.approx(40.0)


def test_hours_in_parts_belong_to_what_is_sold() -> None:
    """Both are given a body that is moulded in 0.1 h on a press of its own and sold by itself nowhere: January's 440
    kettles and 250 toasters use 44 and 25 h of the press; a kettle earns (40 - 16) / 0.1, the body costing 1."""
    tables: dict[str, dict[str, list[Any]]] = {
        "items": {"item": ["Kettle", "Toaster", "Body"], "kind": ["product", "product", "component"]},
        "operations": {
            "operation": ["make kettle", "make toaster", "mould"],
            "location": ["Plant"] * 3,
            "item": ["Kettle", "Toaster", "Body"],
            "unit_cost": [15.0, 12.0, 1.0],
        },
        "materials": {"operation": ["make kettle", "make toaster"], "item": ["Body"] * 2, "quantity": [1.0, 1.0]},
        "resources": {"resource": ["Line", "Press"], "location": ["Plant"] * 2, "hours": [160.0, 160.0]},
        "routings": {
            "operation": ["make kettle", "make toaster", "mould"],
            "resource": ["Line", "Line", "Press"],
            "hours": [0.2, 0.16, 0.1],
        },
        "stock_policy": {"location": ["Plant"], "maximum": [0.0]},
    }
    users = {user.item: user for user in users_of(*planned(**tables), "Press", MONTH)}
    assert set(users) == {"Kettle", "Toaster"}
    assert users["Kettle"].hours == pytest.approx(44.0)
    assert users["Toaster"].hours == pytest.approx(25.0)
    assert users["Kettle"].per_hour == pytest.approx((40 - 16) / 0.1)
