"""Existing forecasts as base paths."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sop.domain.inputs import Inputs
from sop.domain.parameters import Array, Axis
from sop.domain.plans import Index


def chosen_version(inputs: Inputs) -> str:
    """The version the settings name, else the one that appears last in the table; blank without forecasts."""
    versions = inputs["forecasts"]["version"]
    return inputs.settings.forecast_version or (str(versions.iloc[-1]) if len(versions) else "")


def given_forecast(inputs: Inputs, items: Axis, markets: Axis) -> Array:
    """Forecast of the chosen version [I, M, T]; NaN for series it does not speak of, 0 in buckets it leaves out.

    Beyond the last bucket of the version a series repeats the year before, or its mean where there is none.
    """
    result = np.full((len(items), len(markets), inputs.horizon.total), np.nan)
    table, bucket = _rows_ahead(inputs)
    if table.empty:
        return result
    item = pd.Index(items.labels).get_indexer(pd.Index(table["item"]))
    market = np.where(table["market"] == "", 0, pd.Index(markets.labels).get_indexer(pd.Index(table["market"])))
    result[item, market] = 0.0
    np.add.at(result, (item, market, bucket), table["quantity"].to_numpy(dtype=np.float64))
    return _continued(result, int(bucket.max()) + 1, inputs.horizon.periods_per_year)


def known_until(inputs: Inputs) -> int | None:
    """Last bucket the chosen version speaks of; None where it speaks of none."""
    bucket = _rows_ahead(inputs)[1]
    return int(bucket.max()) if len(bucket) else None


def _rows_ahead(inputs: Inputs) -> tuple[pd.DataFrame, Index]:
    """Rows of the chosen version within the horizon and its tail, and their buckets."""
    table = inputs["forecasts"]
    table = table[table["version"] == chosen_version(inputs)]
    bucket = inputs.horizon.index_of_dates(table["period"])
    inside = (bucket >= 0) & (bucket < inputs.horizon.total)
    return table[inside], bucket[inside]


def _continued(values: Array, known: int, season_length: int) -> Array:
    for bucket in range(known, values.shape[2]):
        year_before = bucket - season_length
        values[:, :, bucket] = values[:, :, year_before] if year_before >= 0 else values[:, :, :known].mean(axis=2)
    return values
