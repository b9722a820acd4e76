"""Hand-made frames, one for each chart."""

from __future__ import annotations

import pandas as pd

PERIODS = ["2026-01", "2026-02", "2026-03"]


def forecast() -> pd.DataFrame:
    """One month of history, then reference and scenario."""
    actual = pd.DataFrame({"period": ["2025-12"], "series": "Actual", "value": [90.0]})
    reference = pd.DataFrame({"period": PERIODS, "series": "Base", "value": [100.0, 110.0, 120.0]})
    scenario = reference.assign(series="Price up", value=[95.0, 104.0, 114.0], low=80.0, high=130.0)
    frame = pd.concat([actual, reference, scenario], ignore_index=True)
    frame["today"] = (frame["period"] == PERIODS[0]) & (frame["series"] == "Base")
    return frame.assign(turned=False)


def by(column: str, *names: str) -> pd.DataFrame:
    """Every name in every month, 10 each."""
    rows = [(period, name, rank, 10.0) for period in PERIODS for rank, name in enumerate(names)]
    return pd.DataFrame(rows, columns=["period", column, "rank", "value"])


def fulfilment() -> pd.DataFrame:
    """Demand of 40 a month, 10 in each state."""
    return by("status", "on time", "late", "short", "declined").assign(demand=40.0)


def load() -> pd.DataFrame:
    """A line that is quiet, nearly full and over."""
    return pd.DataFrame(
        {
            "period": PERIODS,
            "resource": "Line",
            "required": [60.0, 96.0, 120.0],
            "used": [60.0, 96.0, 110.0],
            "full": [False, False, True],
            "action": "",
            "row": "Line",
            "focus": False,
        }
    )


def bridge() -> pd.DataFrame:
    """One gain, one loss."""
    return pd.DataFrame({"step": ["Price", "Volume"], "amount": [20.0, -5.0], "label": ["+20", "−5"]})


def cash() -> pd.DataFrame:
    """Lowest in the second month."""
    return pd.DataFrame(
        {
            "period": PERIODS,
            "series": "Base",
            "value": [5.0, 2.0, 4.0],
            "low": [False, True, False],
            "label": ["", "2 Feb", ""],
            "side": "center",
            "under": True,
        }
    )
