"""Tables of the demand review: driver effects with their source, accuracy of the forecast."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sop.charts.view import View
from sop.ui import tables
from sop.ui.glossary import GLOSSARY
from sop.workspace import Workspace

EFFECT_COLUMNS: dict[str, Any] = {
    "family": tables.text("Family"),
    "item": tables.text("Item"),
    "market": tables.text("Market"),
    "driver": tables.text("Driver"),
    "estimate": tables.decimal("Effect", GLOSSARY["Elasticity"]),
    "standard_error": tables.decimal("± standard error", "Blank where the value is assumed."),
    "source": tables.text("Source", "Fitted from this series, pooled with its family, or assumed by the planner."),
}

ACCURACY_COLUMNS: dict[str, Any] = {
    "wmape": tables.percentage("WMAPE", GLOSSARY["WMAPE"]),
    "bias": tables.percentage("Bias", GLOSSARY["Bias"]),
    "fva": tables.percentage("FVA", GLOSSARY["FVA"]),
}


def effects(workspace: Workspace, view: View) -> pd.DataFrame:
    """Driver effects of the series in the view, strongest price effect first."""
    frame = workspace.planner.model.effects_table()
    for dimension, value in view.scope:
        frame = frame[frame[dimension] == value]
    return frame.sort_values(["driver", "estimate"], ignore_index=True)


def accuracy(workspace: Workspace, view: View) -> pd.DataFrame:
    """The backtest's records for the view; whole table where it does not split that way."""
    frame = workspace.planner.model.accuracy_table()
    for dimension, value in view.scope:
        if dimension in frame and (frame[dimension] == value).any():
            frame = frame[frame[dimension] == value]
    return frame.reset_index(drop=True)
