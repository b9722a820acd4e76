"""Aldermoor Appliances, made up: all its tables from one seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from sop.demo import money, network, sales
from sop.demo.drivers import driver_table, drivers, price_table
from sop.demo.products import products
from sop.demo.stories import as_json

SEED = 20260101


def aldermoor(items_per_family: int = 4, seed: int = SEED) -> dict[str, pd.DataFrame]:
    """The company's input tables by name; the same arguments give the same tables."""
    if items_per_family < 1:
        raise ValueError(f"a family needs at least one item, got {items_per_family}")
    range_ = products(items_per_family)
    rng = np.random.default_rng(seed)
    drawn = drivers(range_, rng)
    expected = sales.expected_demand(range_, drawn)
    orders = sales.actual_orders(expected, rng)
    return money.tables(range_, drawn, expected, orders) | {
        "items": network.item_table(range_),
        "item_units": network.unit_table(range_),
        "sales_history": sales.history_table(range_, orders),
        "prices": price_table(range_, drawn),
        "drivers": driver_table(drawn),
        "events": _events(),
        **network.tables(range_, expected),
    }


def write(folder: Path, items_per_family: int = 4, seed: int = SEED) -> list[Path]:
    """Write one CSV file per table and scenarios.json into ``folder``; the paths written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, frame in aldermoor(items_per_family, seed).items():
        path = folder / f"{name}.csv"
        path.write_bytes(frame.to_csv(index=False, lineterminator="\n").encode())
        written.append(path)
    scenarios = folder / "scenarios.json"
    scenarios.write_bytes(as_json().encode())
    return [*written, scenarios]


def _events() -> pd.DataFrame:
    row = ("Port strike", "UK", sales.STRIKE_MONTH, "2024-03-31", -sales.STRIKE_LOSS)
    return pd.DataFrame([row], columns=["event", "market", "first_day", "last_day", "uplift"])
