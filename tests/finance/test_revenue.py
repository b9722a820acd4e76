"""Revenue of what is delivered: first due first out, at the price of the month it was due."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sop.domain.base import base_parameters
from sop.domain.inputs import Inputs, typed
from sop.finance.revenue import OpeningOrders, delivered_revenue, opening_orders, order_backlog_value
from tests.companies import small_company

NO_ORDERS = OpeningOrders(np.zeros((1, 1, 0)), np.zeros((1, 1, 0)))


def _series(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)[None, None, :]


def test_without_backlog_revenue_is_price_times_units() -> None:
    """10 units at 5 and 20 at 6 earn 50 and 120."""
    revenue = delivered_revenue(_series(5, 6), _series(10, 20), _series(10, 20), _series(0, 0), NO_ORDERS)
    assert revenue.tolist() == [[[50.0, 120.0]]]


def test_late_units_keep_the_price_of_the_month_they_were_due() -> None:
    """Due 10 at 5, 10 at 7, 0; delivered 4, 8, 8: 4 x 5 = 20, then 6 x 5 + 2 x 7 = 44, then 8 x 7 = 56."""
    revenue = delivered_revenue(_series(5, 7, 9), _series(10, 10, 0), _series(4, 8, 8), _series(6, 8, 0), NO_ORDERS)
    assert revenue.tolist() == [[[20.0, 44.0, 56.0]]]


def test_opening_orders_go_first_at_their_own_prices() -> None:
    """Owed 3 at 2 and 2 at 4, due 5 at 10: delivering 4 then 6 earns 3x2 + 1x4 = 10, then 1x4 + 5x10 = 54."""
    owed = OpeningOrders(np.array([[[3.0, 2.0]]]), np.array([[[2.0, 4.0]]]))
    revenue = delivered_revenue(_series(10, 10), _series(5, 0), _series(4, 6), _series(6, 0), owed)
    assert revenue.tolist() == [[[10.0, 54.0]]]


def test_order_backlog_is_worth_what_fell_due_last() -> None:
    """Owed 12 of 3 at 2 (opening), 5 at 10 and 6 at 20: all 6, then 5, then 1 of the oldest: 120 + 50 + 2 = 172."""
    owed = OpeningOrders(np.array([[[3.0]]]), np.array([[[2.0]]]))
    value = order_backlog_value(_series(10, 20), _series(5, 6), np.array([[12.0]]), owed)
    assert value == 172.0
    assert order_backlog_value(_series(10, 20), _series(5, 6), np.array([[0.0]]), owed) == 0.0


def test_opening_orders_are_aged_by_due_date() -> None:
    """The oldest order is the first piece; a blank price is Base's price of the first bucket (40 for a kettle)."""
    orders = pd.DataFrame(
        {
            "order": ["new", "old", "other"],
            "item": ["Kettle", "Kettle", "Toaster"],
            "market": ["UK", "UK", "DACH"],
            "due": ["2025-12-10", "2025-11-01", "2025-12-01"],
            "quantity": [5.0, 7.0, 2.0],
            "price": [np.nan, 38.0, 29.0],
        }
    )
    inputs = Inputs.of(small_company() | {"sales_orders": typed("sales_orders", orders)})
    pieces = opening_orders(inputs, base_parameters(inputs))
    assert pieces.quantity[0, 0].tolist() == [7.0, 5.0]
    assert pieces.price[0, 0].tolist() == [38.0, 40.0]
    assert pieces.quantity[1, 1].tolist() == [2.0, 0.0]
    assert pieces.quantity.sum() == pytest.approx(14.0)
