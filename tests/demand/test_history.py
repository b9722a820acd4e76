"""History becomes demand in buckets; every figure can be added up by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sop.demand.history import History, bridged, sales_history
from sop.domain.inputs import Inputs, typed
from sop.domain.parameters import Axis

NAN = float("nan")


def history_of(rows: dict[str, list[Any]], events: dict[str, list[Any]] | None = None, **settings: str) -> History:
    """History of items A and B in one market, planned from 2026-01."""
    keys = {"first_period": "2026-01-01", **settings}
    tables = {
        "settings": {"key": list(keys), "value": list(keys.values())},
        "items": {"item": ["A", "B"], "family": ["F", "G"]},
        "markets": {"market": ["M"]},
        "sales_history": rows,
        "events": events or {"event": []},
    }
    inputs = Inputs.of({name: typed(name, pd.DataFrame(columns)) for name, columns in tables.items()})
    items = Axis("item", ("A", "B"), {"item": ("A", "B"), "family": ("F", "G"), "kind": ("product", "product")})
    history = sales_history(inputs, items, Axis("market", ("M",), {"market": ("M",)}))
    assert history is not None
    return history


def test_days_of_a_month_are_summed() -> None:
    """Daily rows land in their month; the blank market is the only market."""
    history = history_of(
        {"date": ["2025-11-01", "2025-11-30", "2025-12-15"], "item": ["A", "A", "A"], "ordered": [10.0, 5.0, 7.0]}
    )
    assert history.first == -2
    assert history.demand[0, 0].tolist() == [15.0, 7.0]


def test_weeks_are_buckets_too() -> None:
    """With weekly buckets a Sunday belongs to the week of the Monday before."""
    history = history_of(
        {"date": ["2025-12-22", "2025-12-28", "2025-12-29"], "item": ["A"] * 3, "ordered": [1.0, 2.0, 4.0]},
        bucket="week",
        first_period="2026-01-05",
    )
    assert history.demand[0, 0].tolist() == [3.0, 4.0]


def test_demand_is_what_was_ordered() -> None:
    """Ordered counts when it differs from shipped; a blank order is what was shipped; returns are taken off."""
    history = history_of(
        {
            "date": ["2025-11-01", "2025-12-01", "2025-12-02"],
            "item": ["A"] * 3,
            "ordered": [100.0, NAN, -5.0],
            "shipped": [80.0, 60.0, NAN],
        }
    )
    assert history.demand[0, 0].tolist() == [100.0, 55.0]


def test_more_returned_than_ordered_is_no_demand() -> None:
    """A bucket of net returns counts as zero, never as negative demand."""
    history = history_of({"date": ["2025-11-01", "2025-12-01"], "item": ["A"] * 2, "ordered": [9.0, -20.0]})
    assert history.demand[0, 0].tolist() == [9.0, 0.0]


def test_stock_out_without_orders_on_file_teaches_nothing() -> None:
    """Sales in a stock-out understate demand and are bridged; with the true order on file it is demand."""
    history = history_of(
        {
            "date": ["2025-10-01", "2025-11-01", "2025-12-01"],
            "item": ["A"] * 3,
            "ordered": [100.0, NAN, 120.0],
            "shipped": [100.0, 20.0, 30.0],
            "stock_out": [False, True, True],
        }
    )
    np.testing.assert_equal(history.clean[0, 0], [100.0, NAN, 120.0])


def test_series_begin_with_their_first_demand() -> None:
    """Months before the first sale are unknown, not zero; a month without rows at the end is zero."""
    history = history_of(
        {
            "date": ["2025-09-01", "2025-12-01", "2025-10-01", "2025-11-01"],
            "item": ["A", "A", "B", "B"],
            "ordered": [1.0, 1.0, 0.0, 8.0],
        }
    )
    np.testing.assert_equal(history.demand[1, 0], [NAN, NAN, 8.0, 0.0])


def test_a_rare_gap_is_missing_a_usual_one_is_zero() -> None:
    """A sells every month but one: that month is missing data. B sells every other month: those are zeros."""
    months = [f"2025-{month:02d}-01" for month in range(1, 13)]
    with_gap = [day for day in months if day != "2025-06-01"]
    every_other = [*months[::2], "2025-12-01"]
    history = history_of(
        {
            "date": with_gap + every_other,
            "item": ["A"] * len(with_gap) + ["B"] * len(every_other),
            "ordered": [5.0] * (len(with_gap) + len(every_other)),
        }
    )
    assert np.isnan(history.demand[0, 0, 5])
    assert history.demand[1, 0].tolist() == [5.0, 0.0] * 5 + [5.0, 5.0]


def test_rows_inside_the_plan_are_left_out() -> None:
    """The current month's sales are not history yet; data that end early leave the last months unknown."""
    history = history_of({"date": ["2025-10-01", "2026-01-10"], "item": ["A"] * 2, "ordered": [5.0, 99.0]})
    assert (history.first, history.ended) == (-3, 2)
    np.testing.assert_equal(history.demand[0, 0], [5.0, NAN, NAN])


def test_known_events_are_divided_out_and_unknown_ones_bridged() -> None:
    """+25 % in October turns 125 into 100; an event of unknown size in November leaves that month to be bridged."""
    history = history_of(
        {"date": ["2025-10-01", "2025-11-01", "2025-12-01"], "item": ["A"] * 3, "ordered": [125.0, 300.0, 100.0]},
        {
            "event": ["fair", "flood"],
            "family": ["F", ""],
            "first_day": ["2025-10-20", "2025-11-03"],
            "last_day": ["2025-10-25", None],
            "uplift": [0.25, NAN],
        },
    )
    np.testing.assert_equal(history.clean[0, 0], [100.0, NAN, 100.0])


def test_bridging_follows_the_season() -> None:
    """A gap between two ordinary months in a peak month is filled at the peak's level."""
    clean = np.array([[NAN, 99.0, NAN, 99.0]])
    shape = np.array([[1.0, 1.0, 2.0, 1.0]])
    np.testing.assert_allclose(bridged(clean, shape), [[NAN, 99.0, 198.0, 99.0]])
