"""Lists of what needs a decision."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sop.analysis.exceptions import (
    full_resources,
    full_suppliers,
    shortages,
    stock_off_target,
)
from sop.demand import fit
from sop.domain.inputs import Inputs, typed
from sop.domain.scenario import BASE, Override
from sop.finance import windows
from sop.planning import Planner
from tests.analysis.cases import base, planned, planner, whole_plan
from tests.companies import small_company


def test_no_shortage_no_row() -> None:
    """Base serves everybody."""
    assert shortages(base(), whole_plan()).empty


def test_shortages_in_units_and_money() -> None:
    """What is not accepted, by item and market, at its price; the dearest first."""
    result = planned("Less", Override(lever="capacity", value=-20))
    found = shortages(result, whole_plan())
    assert found["short"].sum() == pytest.approx(result.supply.short.sum())
    price = found["item"].map({"Kettle": 40.0, "Toaster": 30.0})
    np.testing.assert_allclose(found["money"], found["short"] * price)
    assert found["money"].is_monotonic_decreasing
    assert (found["declined"] == 0).all()


def test_full_is_with_overtime_and_tells_what_was_required() -> None:
    """With 128 h the line is full January to May; May would need 240 h = 188 % of them."""
    found = full_resources(planned("Less", Override(lever="capacity", value=-20)), whole_plan())
    assert found["months"].tolist() == ["Jan-May"]
    assert found["buckets"].tolist() == [(0, 1, 2, 3, 4)]
    assert found["utilisation"].iloc[0] == pytest.approx(1.1)
    assert found["required"].iloc[0] == pytest.approx(240 / 128)


def test_suppliers_at_their_limit() -> None:
    """Kettles bought from one supplier of 450 a month, 500 wanted: full in every month."""
    tables = small_company() | {
        "suppliers": typed("suppliers", pd.DataFrame({"supplier": ["Far East"], "capacity": [450.0]})),
        "operations": typed(
            "operations",
            pd.DataFrame(
                {
                    "operation": ["buy kettle", "buy toaster"],
                    "location": ["Plant"] * 2,
                    "kind": ["buy"] * 2,
                    "item": ["Kettle", "Toaster"],
                    "unit_cost": [15.0, 12.0],
                    "supplier": ["Far East", ""],
                }
            ),
        ),
        "routings": typed("routings", pd.DataFrame({"operation": []})),
    }
    inputs = Inputs.of(tables)
    result = Planner(inputs, fit(inputs)).plan(BASE, [])
    window = windows(inputs.horizon, False)["horizon"]
    assert full_suppliers(inputs, result, window)["months"].tolist() == ["Jan-Jun"]
    assert full_suppliers(planner().inputs, base(), whole_plan()).empty


def test_stock_under_its_target_and_at_its_ceiling() -> None:
    """May's peak takes kettles below 50 of safety stock while April closes at the ceiling of 400."""
    policy = {"location": ["Plant"], "safety_stock": [50.0], "maximum": [400.0]}
    inputs = Inputs.of(small_company() | {"stock_policy": typed("stock_policy", pd.DataFrame(policy))})
    result = Planner(inputs, fit(inputs)).plan(BASE, [])
    found = stock_off_target(result, windows(inputs.horizon, False)["horizon"])
    under = found[(found["kind"] == "under") & (found["item"] == "Kettle")]
    missing = np.maximum(50.0 - result.supply.stock[0], 0.0)
    assert missing.max() > 0
    assert under["units"].iloc[0] == pytest.approx(missing.max())
    assert under["money"].iloc[0] == pytest.approx(15.0 * missing.max())
