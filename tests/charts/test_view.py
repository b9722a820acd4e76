"""Views turn plan arrays into one figure a bucket in one unit; what does not convert is never added."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from sop.charts.view import VALUE, View, history, plan_weights, unit_factors, volume_units
from sop.domain.base import base_parameters
from sop.domain.inputs import Inputs, typed
from tests.companies import small_company


def company(**tables: dict[str, list[object]]) -> Inputs:
    """The small company with some tables replaced."""
    return Inputs.of({**small_company(), **{name: typed(name, pd.DataFrame(rows)) for name, rows in tables.items()}})


def test_value_weighs_by_price() -> None:
    """A kettle counts for its price of 40, a toaster for 30."""
    inputs = company()
    weights = plan_weights(inputs, base_parameters(inputs), View((), VALUE))
    assert weights[:, 0, 0].tolist() == [40.0, 30.0]


def test_units_weigh_by_their_factor_within_the_scope() -> None:
    """Ten kettles are a case; toasters and DACH are outside the scope."""
    inputs = company(
        item_units={"item": ["Kettle", "Toaster"], "unit": ["case", "case"], "per_unit": [10.0, 4.0]},
    )
    view = View((("family", "Kettles"), ("market", "UK")), "case")
    weights = plan_weights(inputs, base_parameters(inputs), view)
    assert weights[:, :, 0].tolist() == [[0.1, 0.0], [0.0, 0.0]]


def test_only_units_all_products_convert_to_are_offered() -> None:
    """Toasters come in cases and pallets, kettles in cases only: pallets are not offered."""
    inputs = company(
        item_units={
            "item": ["Kettle", "Toaster", "Toaster"],
            "unit": ["case", "case", "pallet"],
            "per_unit": [10.0, 4.0, 80.0],
        },
    )
    assert volume_units(inputs) == ("piece", "case")
    assert np.isnan(unit_factors(inputs, ("Kettle",), "pallet")).all()


def test_items_in_different_base_units_share_no_volume() -> None:
    """Pieces and kilograms do not add up: only value is left."""
    inputs = company(items={"item": ["Kettle", "Toaster"], "family": ["K", "T"], "unit": ["piece", "kg"]})
    assert volume_units(inputs) == ()


def test_components_never_count_as_volume() -> None:
    """A chip is no product: it weighs nothing in a view of units."""
    inputs = company(
        items={"item": ["Kettle", "Toaster", "Chip"], "kind": ["product", "product", "component"]},
    )
    weights = plan_weights(inputs, base_parameters(inputs), View((), "piece"))
    assert weights[2].sum() == 0.0


@pytest.mark.parametrize(("unit", "expected"), [("piece", [30.0, 7.0]), (VALUE, [30 * 40.0, 7 * 30.0])])
def test_history_sums_orders_of_the_last_buckets(unit: str, expected: list[float]) -> None:
    """November: 10 + 20 kettles; December: 7 toasters shipped with no order known; October is too long ago."""
    inputs = company(
        sales_history={
            "date": [date(2025, 10, 1), date(2025, 11, 3), date(2025, 11, 20), date(2025, 12, 1)],
            "item": ["Kettle", "Kettle", "Kettle", "Toaster"],
            "market": ["UK", "UK", "DACH", "UK"],
            "ordered": [99.0, 10.0, 20.0, None],
            "shipped": [None, None, None, 7.0],
        },
    )
    assert history(inputs, base_parameters(inputs), View((), unit), 2).tolist() == expected
