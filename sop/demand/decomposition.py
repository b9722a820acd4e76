"""Prophet's forecast taken apart, kept with the model: trend, yearly season, holidays of every series it planned.

    yhat = trend x (1 + yearly + holidays)

A season that the family shares is taken out before Prophet sees a series; it is put back into ``yearly`` here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop.demand.baseline import season_of
from sop.demand.effects import Effects
from sop.demand.guards import is_modelled
from sop.demand.material import Material
from sop.demand.model import STATISTICAL, DemandModel
from sop.demand.prophet_engine import PARTS, Prophet
from sop.demand.reports import Report, silent
from sop.domain.horizon import Horizon
from sop.domain.parameters import Array

if TYPE_CHECKING:
    from sop.demand.places import Places

COUNT = len(PARTS)


@dataclass(frozen=True)
class _Apart:
    """Prophet as an engine whose answer is its parts, one after the other [S, COUNT x (H + horizon)], so that they are
    dealt out and kept like forecasts. NaN where guards answer instead of Prophet."""

    prophet: Prophet
    name = "prophet taken apart"

    def forecast(self, history: Array, horizon: int, season_length: int, report: Report = silent) -> Array:
        """See Engine; ``horizon`` is the length of the answer."""
        ahead = horizon // COUNT - history.shape[1]
        result = np.full((len(history), horizon), np.nan)
        for row, values in enumerate(history):
            if is_modelled(values, season_length):
                found = self.prophet.parts(values, ahead, season_length)
                result[row] = np.concatenate([found[name] for name in PARTS])
            report((row + 1) / len(history))
        return result


def parts_of(material: Material, effects: Effects | None, cleaned: Array, prophet: Prophet, places: Places) -> Array:
    """Trend (units), yearly and holidays (shares of it) [3, I, M, H + T]; NaN where Prophet did not speak."""
    history, total = material.history, material.inputs.horizon.total
    if history is None or effects is None:
        return np.zeros((COUNT, 0, 0, 0))
    rows, count = material.origin == STATISTICAL, history.buckets - history.ended
    season = season_of(material, effects, history.first, total).of(rows[history.sold])
    engine = places.over(_Apart(prophet))
    found = np.full((COUNT, int(rows.sum()), history.buckets + total), np.nan)
    for chosen, pooled in ((season.trusted, True), (~season.trusted, False)):
        profile = season.profile[chosen] if pooled else np.ones_like(season.profile[chosen])
        length = 1 if pooled else season.length
        answer = engine.forecast(
            cleaned[rows][chosen][:, :count] / profile[:, :count], found[0, 0].size * COUNT, length
        )
        trend, yearly, holidays = np.split(answer, COUNT, axis=1)
        found[:, chosen] = trend, profile * (1.0 + yearly) - 1.0, profile * holidays
    result = np.full((COUNT, *rows.shape, found.shape[2]), np.nan)
    result[:, rows] = found
    return result


def decomposition_table(model: DemandModel, horizon: Horizon, item: str, market: str) -> pd.DataFrame:
    """Prophet's forecast of one series for a plot: date, period, cleaned (units; blank ahead), trend, yearly, holidays
    and total (units each: total is the sum of the three).

    Empty unless Prophet planned the series. Raises ValueError for an unknown item or market.
    """
    parts = model.parts[:, model.items.index(item), model.markets.index(market)] if model.parts.size else model.parts
    if not parts.size or np.isnan(parts[0]).all():
        return pd.DataFrame(columns=["date", "period", "cleaned", *PARTS, "total"])
    buckets = range(model.first, model.first + parts.shape[1])
    units = np.stack([parts[0], parts[0] * parts[1], parts[0] * parts[2]])
    past = model.cleaned[model.items.index(item), model.markets.index(market)]
    cleaned = np.concatenate([past, np.full(parts.shape[1] - len(past), np.nan)])
    dates = pd.to_datetime([horizon.start(bucket) for bucket in buckets])
    columns = {"date": dates, "period": [horizon.label(bucket) for bucket in buckets], "cleaned": cleaned}
    return pd.DataFrame(columns | dict(zip(PARTS, units, strict=True)) | {"total": units.sum(axis=0)})
