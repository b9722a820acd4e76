"""A plan that is low for want of data says so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sop.demand import fit
from sop.domain.inputs import Inputs, typed
from sop.domain.scenario import BASE, Override, Scenario
from sop.planning import Planner
from tests.companies import small_company, small_inputs

NOTHING = "Nothing to forecast from: no sales history before 2026-01 and no forecast version from then on."
UNPLANNED = "Marketing was spent until 2025-12 but none is planned: demand is forecast without it."


def warnings_of(inputs: Inputs, *overrides: Override) -> tuple[str, ...]:
    """The warnings of a plan of ``inputs``."""
    scenario = Scenario(id="trial", name="Trial", overrides=overrides) if overrides else BASE
    return Planner(inputs, fit(inputs)).plan(scenario, overrides).warnings


def spending(until: str, planned: float = 0.0) -> Inputs:
    """The small company with four years of sales and 1,000 a month for kettles until a month, ``planned`` after."""
    tables = {name: table for name, table in small_company().items() if name != "forecasts"}
    tables["settings"] = tables["settings"].query("key != 'forecast_version'").reset_index(drop=True)
    months = pd.date_range("2022-01-01", "2025-12-01", freq="MS")
    sold: dict[str, Any] = {"date": months, "item": "Kettle", "market": "UK", "ordered": 300.0 + np.arange(48) % 5}
    spent = pd.date_range("2022-01-01", until, freq="MS")
    coming = pd.date_range("2026-01-01", "2026-06-01", freq="MS")
    drivers = {
        "driver": "marketing",
        "family": "Kettles",
        "date": spent.append(coming),
        "value": [1000.0 + 500 * (number % 3) for number in range(len(spent))] + [planned] * 6,
    }
    tables |= {"sales_history": typed("sales_history", pd.DataFrame(sold))}
    return Inputs.of(tables | {"drivers": typed("drivers", pd.DataFrame(drivers))})


def test_a_plan_with_nothing_to_forecast_from_says_so() -> None:
    """Items and prices, neither sales nor a forecast: zeros, and the reason; with a forecast no such word."""
    tables = {name: table for name, table in small_company().items() if name != "forecasts"}
    tables["settings"] = tables["settings"].query("key != 'forecast_version'").reset_index(drop=True)
    assert NOTHING in warnings_of(Inputs.of(tables))
    assert warnings_of(small_inputs()) == ()


def test_marketing_that_stops_with_the_plan_is_told() -> None:
    """Spent until December, nothing from January: told; planned on: not told, even where a scenario stops it."""
    assert UNPLANNED in warnings_of(spending("2025-12-01"))
    assert UNPLANNED not in warnings_of(spending("2025-12-01", planned=1000.0))
    stopped = Override(lever="marketing", value=-100.0)
    assert UNPLANNED not in warnings_of(spending("2025-12-01", planned=1000.0), stopped)


def test_marketing_that_stopped_long_ago_is_not_missed() -> None:
    """Nothing was spent in the last year: the forecast's reference has none either."""
    assert warnings_of(spending("2024-12-01")) == ()


def test_a_forecast_that_ends_before_the_plan_says_so() -> None:
    """Three months of six are given: from April on their mean is planned, in so many words."""
    tables = dict(small_company())
    first = tables["forecasts"]["period"] < "2026-04-01"
    told = warnings_of(Inputs.of(tables | {"forecasts": tables["forecasts"][first].reset_index(drop=True)}))
    (one,) = [text for text in told if text.startswith("Forecast version")]
    assert "ends with 2026-03: from 2026-04 on its mean is planned." in one
