"""When items come and go, in buckets with days as fractions, and which launches are still ahead or on their ramp."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from sop.domain.horizon import Horizon
from sop.domain.inputs import Inputs
from sop.domain.parameters import Array, Mask

FAR = 1e6


def launch_positions(inputs: Inputs) -> Array:
    """Position of each item's launch [I]; far in the past where it has none."""
    return np.array([_position(inputs.horizon, day, -FAR) for day in inputs["items"]["launch"]], dtype=np.float64)


def end_positions(inputs: Inputs) -> Array:
    """Position after each item's last day on sale [I]; far in the future where it has none."""
    days = inputs["items"]["phase_out"]
    return np.array([_position(inputs.horizon, day, FAR, days_later=1) for day in days], dtype=np.float64)


def below_full_volume(inputs: Inputs, bucket: int = 0) -> Mask:
    """Items [I] that are launched after ``bucket`` begins, or on their ramp when it does."""
    ramp = inputs["items"]["ramp_periods"].to_numpy(dtype=np.float64)
    return np.asarray(launch_positions(inputs) + ramp > bucket)


def _position(horizon: Horizon, day: Any, blank: float, days_later: int = 0) -> float:
    if pd.isna(day):
        return blank
    when: date = day.date() + timedelta(days=days_later)
    index = horizon.index_of(when)
    start, end = horizon.start(index), horizon.start(index + 1)
    return index + (when - start).days / (end - start).days
