"""Three items whose lives meet: Old and Other have sold all along, New is launched from March 2026 like Old.

Old sells 100 and 300 a month in the markets M0 and M1, Other 50 and 50; all are of one family.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from sop.demand import fit, forecast
from sop.demand.engines import SeasonalNaive
from sop.domain.base import base_parameters
from sop.domain.inputs import Inputs, typed
from sop.domain.plans import DemandPlan
from sop.domain.scenario import Override, apply

OLD, OTHER, NEW = 0, 1, 2
NOT_YET = [None, None, None]
MARKETS = ("M0", "M1")
SALES = {"Old": (100.0, 300.0), "Other": (50.0, 50.0)}


def company(extra: tuple[pd.DataFrame, ...] = (), tables: dict[str, Any] | None = None, **columns: list[Any]) -> Inputs:
    """The company with columns of its items, further sales and further tables."""
    months = pd.date_range("2024-01-01", "2025-12-01", freq="MS")
    sales = [
        pd.DataFrame({"date": months, "item": item, "market": market, "ordered": sold})
        for item, by_market in SALES.items()
        for market, sold in zip(MARKETS, by_market, strict=True)
    ]
    sales += extra
    items = {
        "item": ["Old", "Other", "New"],
        "family": ["F"] * 3,
        "launch": [None, None, date(2026, 3, 1)],
        "like_item": ["", "", "Old"],
    }
    all_tables = {
        "settings": {"key": ["first_period", "horizon"], "value": ["2026-01-01", "6"]},
        "items": items | columns,
        "markets": {"market": MARKETS},
        "prices": {"item": ["Old", "Other", "New"], "list_price": [10.0] * 3},
        **(tables or {}),
    }
    frames = {name: typed(name, pd.DataFrame(table)) for name, table in all_tables.items()}
    return Inputs.of(frames | {"sales_history": typed("sales_history", pd.concat(sales, ignore_index=True))})


def sales_of(item: str, market: str, **by_month: float) -> pd.DataFrame:
    """Sales of a few months, such as m2025_11=100.0."""
    days = [pd.Timestamp(f"{month[1:5]}-{month[6:]}-01") for month in by_month]
    return pd.DataFrame({"date": days, "item": item, "market": market, "ordered": list(by_month.values())})


def with_new_sold(**columns: list[Any]) -> Inputs:
    """New has sold 40 a month in M0 all along, 0 in M1."""
    months = pd.date_range("2024-01-01", "2025-12-01", freq="MS")
    return company((pd.DataFrame({"date": months, "item": "New", "market": "M0", "ordered": 40.0}),), **columns)


def planned(inputs: Inputs, *turns: Override) -> DemandPlan:
    """Base's demand, or that of a scenario."""
    return forecast(fit(inputs, engine=SeasonalNaive()), apply(base_parameters(inputs), turns))
