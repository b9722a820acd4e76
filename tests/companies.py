"""Small hand-made companies that tests share. Every figure is chosen so that results can be checked by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from sop.domain.inputs import Inputs, typed

PERIODS = 6
QUANTITIES = {("Kettle", "UK"): 300.0, ("Kettle", "DACH"): 200.0, ("Toaster", "UK"): 100.0, ("Toaster", "DACH"): 150.0}


def small_company() -> dict[str, pd.DataFrame]:
    """Typed tables: two items, two markets, one plant with one line, six months from 2026-01, planned from a forecast.

    Demand is 500 kettles and 250 toasters a month; in May kettles double to 1,000. The line has 160 hours a month and
    makes a kettle in 0.2 h, a toaster in 0.16 h: 140 h a month, 240 h in May. Opening stock is 60 kettles.
    A kettle sells at 40 and costs 15, a toaster at 30 and 12. Fixed costs are 5,000 a month; cash starts at 50,000.
    """
    return {name: typed(name, pd.DataFrame(columns)) for name, columns in _tables().items()}


def small_inputs() -> Inputs:
    """``small_company`` as frozen Inputs."""
    return Inputs.of(small_company())


def _tables() -> dict[str, dict[str, list[Any]]]:
    return {
        "settings": _settings(),
        "items": {"item": ["Kettle", "Toaster"], "family": ["Kettles", "Toasters"], "price_elasticity": [-1.5, -1.0]},
        "locations": {"location": ["Plant"], "kind": ["plant"]},
        "markets": {
            "market": ["UK", "DACH"],
            "region": ["West", "Centre"],
            "priority": [1, 2],
            "served_from": ["Plant", "Plant"],
        },
        "forecasts": _forecasts(),
        "prices": {"item": ["Kettle", "Toaster"], "list_price": [40.0, 30.0]},
        "operations": {
            "operation": ["make kettle", "make toaster"],
            "location": ["Plant", "Plant"],
            "item": ["Kettle", "Toaster"],
            "unit_cost": [15.0, 12.0],
        },
        "routings": {
            "operation": ["make kettle", "make toaster"],
            "resource": ["Line", "Line"],
            "hours": [0.2, 0.16],
        },
        "resources": {
            "resource": ["Line"],
            "location": ["Plant"],
            "days": [20.0],
            "overtime_limit": [0.1],
            "overtime_cost": [20.0],
        },
        "stock": {"location": ["Plant"], "item": ["Kettle"], "on_hand": [60.0]},
        "stock_policy": {"location": ["Plant"], "holding_cost": [0.1], "maximum": [400.0]},
        "fixed_costs": {"cost": ["rent"], "amount": [5000.0]},
    }


def _settings() -> dict[str, list[Any]]:
    values = {
        "company": "Small & Co",
        "first_period": "2026-01-01",
        "horizon": str(PERIODS),
        "forecast_version": "plan",
        "opening_cash": "50000",
        "dso": "30",
        "closing_stock": "none",
    }
    return {"key": list(values), "value": list(values.values())}


def _forecasts() -> dict[str, list[Any]]:
    rows = [
        (item, market, date(2026, month, 1), units * (2 if item == "Kettle" and month == 5 else 1))
        for (item, market), units in QUANTITIES.items()
        for month in range(1, PERIODS + 1)
    ]
    item, market, period, quantity = (list(column) for column in zip(*rows, strict=True))
    return {"version": ["plan"] * len(rows), "item": item, "market": market, "period": period, "quantity": quantity}
