"""Demand: history, driver effects, baselines, forecast. Fit once per Inputs, then array arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sop.demand.forecast import forecast
from sop.demand.model import DemandModel

if TYPE_CHECKING:
    from sop.demand.fitting import fit

__all__ = ["DemandModel", "fit", "forecast"]


def __getattr__(name: str) -> Any:
    """``fit`` when it is first asked for: a plan with a fitted model does without what fitting needs."""
    if name != "fit":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from sop.demand.fitting import fit

    return fit
