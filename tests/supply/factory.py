"""Small companies and demand plans for the supply tests, built from plain dicts and CSV folders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sop.domain.base import base_parameters
from sop.domain.inputs import Inputs, rows, typed
from sop.domain.parameters import Array, Parameters
from sop.domain.plans import DEMAND_COMPONENTS, DemandPlan, SupplyPlan
from sop.supply import SupplyModel


def company(settings: dict[str, Any] | None = None, **tables: Sequence[dict[str, Any]]) -> Inputs:
    """Inputs from lists of row dicts; ``settings`` complete a strict default (no capital charge, no closing cover)."""
    given = {
        "first_period": "2026-01-01",
        "horizon": 4,
        "cost_of_capital": 0,
        "closing_stock": "none",
        **(settings or {}),
    }
    frames = {name: typed(name, pd.DataFrame(list(table))) for name, table in tables.items() if table}
    frames["settings"] = typed("settings", pd.DataFrame([{"key": k, "value": str(v)} for k, v in given.items()]))
    return Inputs.of(frames)


def demand_plan(planned: Array) -> DemandPlan:
    """A demand plan without spread: expected = planned."""
    zeros = np.zeros_like(planned)
    parts = {name: planned if name == "baseline" else zeros for name in DEMAND_COMPONENTS}
    return DemandPlan(planned, planned, planned, planned, planned, zeros, parts, zeros.astype(bool))


def forecast_of(inputs: Inputs, base: Parameters) -> DemandPlan:
    """The forecasts table as a demand plan."""
    items, markets = base.axis("item").index, base.axis("market").index
    planned = np.zeros((len(items), len(markets), inputs.horizon.total))
    for item, market, day, quantity in rows(inputs["forecasts"], "item", "market", "period", "quantity"):
        planned[items[item], markets[market] if market else 0, inputs.horizon.index_of(day.date())] += quantity
    return demand_plan(planned)


def solved(inputs: Inputs) -> tuple[SupplyModel, Parameters, DemandPlan, SupplyPlan]:
    """Base's plan of a company that plans from its forecasts table."""
    base = base_parameters(inputs)
    demand = forecast_of(inputs, base)
    model = SupplyModel(inputs, base, demand)
    return model, base, demand, model.solve(base, demand)
