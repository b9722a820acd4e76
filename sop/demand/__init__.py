"""Demand: history, driver effects, baselines, forecast. Fit once per Inputs, then array arithmetic."""

from sop.demand.fit import fit
from sop.demand.forecast import forecast
from sop.demand.model import DemandModel

__all__ = ["DemandModel", "fit", "forecast"]
