"""Base's parameters, array by array, from tables small enough to check by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sop.domain.base import base_parameters
from sop.domain.errors import InputError
from sop.domain.inputs import Inputs, typed
from sop.domain.parameters import Array
from tests.companies import small_company


def _base(**tables: dict[str, list[Any]]) -> Any:
    more = {name: typed(name, pd.DataFrame(columns)) for name, columns in tables.items()}
    return base_parameters(Inputs.of(small_company() | more))


def _by_item(values: Array, item: int = 0, market: int = 0) -> list[float]:
    return [float(value) for value in values[item, market]]


def test_price_is_the_one_valid_on_the_first_day_of_the_bucket() -> None:
    """40 until a row of 15 March takes effect in April; a market's own row of February beats both."""
    price = _base(
        prices={
            "item": ["Kettle", "Kettle", "Kettle", "Toaster"],
            "market": ["", "", "DACH", ""],
            "valid_from": ["", "2026-03-15", "2026-02-01", ""],
            "list_price": [40.0, 44.0, 50.0, 30.0],
            "discount": [0.0, 0.0, 0.1, 0.0],
        }
    )["price"]
    assert _by_item(price) == [40, 40, 40, 44, 44, 44]
    np.testing.assert_allclose(price[0, 1], [45] * 6)


def test_an_item_sold_without_price_is_an_input_error() -> None:
    """Every missing item and market is named at once."""
    with pytest.raises(InputError) as caught:
        _base(prices={"item": ["Kettle"], "list_price": [40.0]})
    assert [fault.value for fault in caught.value.faults] == ["Toaster / UK", "Toaster / DACH"]


def test_available_hours_come_from_days_shifts_hours_and_efficiency() -> None:
    """20 days x 8 h x 0.9 = 144 h a shift, 5 days fewer in February: 108; downtime and shifts stand beside it."""
    base = _base(
        resources={
            "resource": ["Line"],
            "location": ["Plant"],
            "days": [20.0],
            "shifts": [2.0],
            "efficiency": [0.9],
            "downtime": [4.0],
        },
        resource_calendar={"resource": ["Line", "Line"], "period": ["", "2026-02-01"], "days": [None, 15.0]},
    )
    np.testing.assert_allclose(base["capacity"][0], [144, 108, 144, 144, 144, 144])
    assert base["shifts"][0].tolist() == base["base_shifts"][0].tolist() == [2.0] * 6
    assert base["downtime"][0].tolist() == [4.0] * 6


def test_hours_given_win_over_days_and_shifts() -> None:
    """300 h given with two shifts are 150 h a shift, so that shifts can still be turned."""
    base = _base(resources={"resource": ["Line"], "location": ["Plant"], "shifts": [2.0], "hours": [300.0]})
    np.testing.assert_allclose(base["capacity"][0] * base["shifts"][0], 300.0)


def test_a_named_month_overrides_every_month_cell_by_cell() -> None:
    """Every month 100 at most; March 50, and its price 7 while its minimum stays."""
    base = _base(
        operation_limits={
            "operation": ["make kettle", "make kettle"],
            "period": ["*", "2026-03-10"],
            "maximum": [100.0, 50.0],
            "minimum": [5.0, None],
            "unit_cost": [None, 7.0],
        }
    )
    assert base["operation_maximum"][0].tolist() == [100, 100, 50, 100, 100, 100]
    assert base["operation_minimum"][0].tolist() == [5] * 6
    assert base["operation_cost"][0].tolist() == [15, 15, 7, 15, 15, 15]
    assert np.isinf(base["operation_maximum"][1]).all()


def test_bought_cost_is_material_and_made_cost_is_not() -> None:
    """Only buy operations react to material cost; only subcontract ones to the subcontract limit."""
    base = _base(
        operations={
            "operation": ["buy", "outside"],
            "location": ["Plant"] * 2,
            "kind": ["buy", "subcontract"],
            "item": ["Kettle", "Toaster"],
            "unit_cost": [9.0, 6.0],
            "maximum": [80.0, 40.0],
        },
        routings={"operation": []},
    )
    assert base["material_cost"][:, 0].tolist() == [9.0, 0.0]
    assert base["operation_cost"][:, 0].tolist() == [0.0, 6.0]
    assert base["subcontract_limit"][:, 0].tolist() == [np.inf, 40.0]


def test_an_items_own_stock_policy_stands_alone() -> None:
    """The plant's row holds for toasters; kettles have a row of their own, whose blanks are not filled from it."""
    base = _base(
        stock_policy={
            "location": ["Plant", "Plant", "Plant"],
            "item": ["", "Kettle", "Kettle"],
            "period": ["", "", "2026-02-01"],
            "safety_stock": [10.0, None, 30.0],
            "holding_cost": [0.1, 0.5, None],
            "maximum": [400.0, None, None],
        }
    )
    assert base["safety_stock"][0, 0].tolist() == [0, 30, 0, 0, 0, 0]
    assert base["safety_stock"][0, 1].tolist() == [10] * 6
    assert base["holding_cost"][0, :, 0].tolist() == [0.5, 0.1]
    assert base["stock_maximum"][0, :, 0].tolist() == [np.inf, 400.0]
    assert np.isnan(base["closing_minimum"]).all()


def test_the_most_specific_rebate_holds() -> None:
    """2 % for all, 5 % in the UK, 7 % for kettles everywhere, 9 % for kettles in the UK."""
    rebate = _base(
        rebates={
            "market": ["", "UK", "", "UK"],
            "item": ["", "", "Kettle", "Kettle"],
            "rebate": [0.02, 0.05, 0.07, 0.09],
        }
    )["rebate"]
    assert rebate.tolist() == [[0.09, 0.07], [0.05, 0.02]]


def test_fixed_costs_and_cash_flows_add_up_by_name() -> None:
    """Rent of 100 (150 in February) and insurance of 20; interest of 7 in March only."""
    base = _base(
        fixed_costs={
            "cost": ["rent", "rent", "insurance"],
            "period": ["", "2026-02-01", ""],
            "amount": [100.0, 150.0, 20.0],
        },
        cash_flows={"kind": ["interest"], "period": ["2026-03-31"], "amount": [7.0]},
    )
    assert base["fixed_costs"].tolist() == [120, 170, 120, 120, 120, 120]
    assert base["interest"].tolist() == [0, 0, 7, 0, 0, 0]
    assert base["dividend"].tolist() == [0] * 6


def test_promotion_and_marketing_of_the_plan() -> None:
    """A family's promotion goes before the company's; marketing money is spread over what it covers, its sum kept."""
    base = _base(
        drivers={
            "driver": ["promotion", "promotion", "marketing", "marketing"],
            "family": ["", "Kettles", "", "Toasters"],
            "market": ["", "", "", "UK"],
            "date": ["2026-02-01", "2026-02-20", "2026-03-01", "2026-03-05"],
            "value": [0.1, 0.2, 400.0, 60.0],
        }
    )
    assert base["promotion"][:, :, 1].tolist() == [[0.2, 0.2], [0.1, 0.1]]
    assert base["marketing"][:, :, 2].tolist() == [[100.0, 100.0], [160.0, 100.0]]
    assert base["marketing"].sum() == 460.0


def test_lanes_and_their_joint_capacity() -> None:
    """Two items on one corridor share its capacity; an unnamed capacity is none."""
    base = _base(
        lanes={"from": ["Plant", "Plant"], "to": ["UK", "UK"], "item": ["Kettle", "Toaster"], "unit_cost": [1.0, 2.0]},
        lane_limits={
            "from": ["Plant", "Plant"],
            "to": ["UK", "UK"],
            "period": ["2026-04-01", ""],
            "capacity": [50.0, 90.0],
        },
    )
    assert base.labels("corridor") == ("Plant>UK",)
    assert base.labels("lane") == ("Plant>UK:Kettle", "Plant>UK:Toaster")
    assert base["lane_capacity"].tolist() == [[90, 90, 90, 50, 90, 90]]
    assert base["freight"][:, 0].tolist() == [1.0, 2.0]


def test_contracts_of_one_item_and_market_add_up() -> None:
    """Two contracts for kettles in the UK, one of them in May only."""
    minimum = _base(
        contracts={
            "contract": ["a", "b"],
            "market": ["UK", "UK"],
            "item": ["Kettle", "Kettle"],
            "period": ["", "2026-05-01"],
            "minimum": [30.0, 12.0],
        }
    )["contract_minimum"]
    assert _by_item(minimum) == [30, 30, 30, 30, 42, 30]


def test_standard_cost_rolls_up_through_two_levels() -> None:
    """Chip 2; board (3 own + 2 chips) / 0.5 yield = 14; kettle 15 + 14 + 0.2 h x 10 - 0.1 toaster at 12 = 29.8."""
    cost = _base(
        items={
            "item": ["Kettle", "Toaster", "Board", "Chip", "Idle"],
            "kind": ["product", "product", "component", "component", "component"],
            "standard_cost": [None, 12.0, None, None, None],
        },
        operations={
            "operation": ["make kettle", "make board", "buy chip", "chip broker"],
            "location": ["Plant"] * 4,
            "kind": ["make", "make", "buy", "buy"],
            "item": ["Kettle", "Board", "Chip", "Chip"],
            "yield": [1.0, 0.5, 1.0, 1.0],
            "unit_cost": [15.0, 3.0, 2.0, 99.0],
        },
        materials={"operation": ["make kettle", "make board"], "item": ["Board", "Chip"], "quantity": [1.0, 2.0]},
        coproducts={"operation": ["make kettle"], "item": ["Toaster"], "quantity": [0.1]},
        routings={"operation": ["make kettle"], "resource": ["Line"], "hours": [0.2]},
        resources={"resource": ["Line"], "location": ["Plant"], "hour_cost": [10.0]},
    )["standard_cost"]
    np.testing.assert_allclose(cost, [29.8, 12.0, 14.0, 2.0, 0.0])


def test_policy_of_markets_and_goal() -> None:
    """A market's own word goes before the setting; the goal is the position of its word."""
    base = _base(markets={"market": ["UK", "DACH"], "unmet_demand": ["late", ""]})
    assert base["late_allowed"].tolist() == [1.0, 0.0]
    assert float(base["goal"]) == 0.0


def test_people_change_over_time() -> None:
    """A pool's wage of 3,000 becomes 3,100 from its calendar; it belongs to the location of its resource."""
    base = _base(
        workforce={"pool": ["Crew"], "resource": ["Line"], "head_count": [5.0], "wage": [3000.0]},
        workforce_calendar={"pool": ["Crew"], "period": ["2026-06-01"], "wage": [3100.0]},
    )
    assert base["pool_wage"].tolist() == [[3000, 3000, 3000, 3000, 3000, 3100]]
    assert base.axis("pool").groups["location"] == ("Plant",)
