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
from sop.domain.parameters import Array, Mask

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


def parts_of(  # noqa: PLR0917 - what was found, then who takes what apart where
    material: Material,
    effects: Effects | None,
    cleaned: Array,
    prophet: Prophet,
    places: Places,
    asked: Mask,
) -> Array:
    """Trend (units), yearly and holidays (shares of it) [3, I, M, H + T] of the items ``asked`` [I]; NaN where Prophet
    did not speak, nothing where it spoke of none."""
    history, total = material.history, material.inputs.horizon.total
    rows = (material.origin == STATISTICAL) & asked[:, None]
    if history is None or effects is None or not rows.any():
        return np.zeros((COUNT, 0, 0, 0))
    count = history.buckets - history.ended
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


def decomposition_table(model: DemandModel, horizon: Horizon, weight: Array) -> pd.DataFrame:
    """Prophet's forecast taken apart for a plot, summed over series with ``weight`` [I, M] a unit (0 = not looked at).

    Columns: date, period, cleaned (what was learned from; NaN ahead), trend, yearly, holidays and total (the sum of
    these three). Series that Prophet did not plan are left out; empty where it planned none of them.
    """
    chosen = spoken(model) & (weight > 0)
    if not chosen.any():
        return pd.DataFrame(columns=["date", "period", "cleaned", *PARTS, "total"])
    trend, yearly, holidays = (np.nan_to_num(part[chosen]) for part in model.parts)
    each = weight[chosen][:, None]
    units = np.stack([(part * each).sum(axis=0) for part in (trend, trend * yearly, trend * holidays)])
    past = np.nansum(model.cleaned[chosen] * each, axis=0)
    cleaned = np.concatenate([past, np.full(units.shape[1] - len(past), np.nan)])
    buckets = range(model.first, model.first + units.shape[1])
    dates = pd.to_datetime([horizon.start(bucket) for bucket in buckets])
    columns = {"date": dates, "period": [horizon.label(bucket) for bucket in buckets], "cleaned": cleaned}
    return pd.DataFrame(columns | dict(zip(PARTS, units, strict=True)) | {"total": units.sum(axis=0)})


def spoken(model: DemandModel) -> Mask:
    """Series that Prophet planned [I, M]."""
    if not model.parts.size:
        return np.zeros(model.origin.shape, dtype=bool)
    return np.asarray(~np.isnan(model.parts[0]).all(axis=2))
