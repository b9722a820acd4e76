"""Parts of the demand review: forecast and decomposition, driver effects with their source, accuracy."""

from __future__ import annotations

from typing import Any

from sop.charts import forecast, frames
from sop.charts.parts import nice_ceiling
from sop.charts.view import View
from sop.ui import tables
from sop.ui.drawing import draw
from sop.ui.glossary import GLOSSARY
from sop.ui.question import Answer

_EFFECTS: dict[str, Any] = {
    "family": tables.text("Family"),
    "item": tables.text("Item"),
    "market": tables.text("Market"),
    "driver": tables.text("Driver"),
    "estimate": tables.decimal("Effect", GLOSSARY["Elasticity"]),
    "standard_error": tables.decimal("± standard error", "Blank where the value is assumed."),
    "source": tables.text("Source", "Fitted from this series, pooled with its family, or assumed by the planner."),
}

_ACCURACY: dict[str, Any] = {
    "wmape": tables.percentage("WMAPE", GLOSSARY["WMAPE"]),
    "bias": tables.percentage("Bias", GLOSSARY["Bias"]),
    "fva": tables.percentage("FVA", GLOSSARY["FVA"]),
}


def forecast_lines(answer: Answer, view: View) -> None:
    """Two years of history, reference and scenario with its band."""
    lines = frames.forecast_frame(answer.inputs, answer.reference, answer.result, view, past=24)
    draw(
        forecast.forecast_lines,
        lines,
        key="page_demand",
        height=260,
        alt=f"Demand of {view.title()}: history, reference and scenario",
        title=f"Unconstrained demand: {view.title()}",
        unit=answer.unit_title,
        reference=answer.reference.scenario.name,
        scenario=answer.result.scenario.name,
        colour=answer.colour,
        top=nice_ceiling(float(lines[["value", "high"]].max().max())),
    )


def decomposition(answer: Answer, view: View) -> None:
    """Everything expected demand is made of."""
    parts = frames.decomposition_frame(answer.inputs, answer.result, view)
    draw(
        forecast.decomposition,
        parts,
        key="page_decomposition",
        height=260,
        alt="What demand is made of, by month",
        title="What demand is made of",
        unit=answer.unit_title,
        drivers=tuple(dict.fromkeys(parts["driver"])),
    )


def effects(answer: Answer, view: View) -> None:
    """Driver effects of the series in the view."""
    frame = answer.workspace.planner.model.effects_table()
    for dimension, value in view.scope:
        frame = frame[frame[dimension] == value]
    tables.show(
        frame.sort_values(["driver", "estimate"], ignore_index=True),
        key="effects",
        alt="Effect of each driver on demand",
        columns=_EFFECTS,
        height=460,
        empty="No driver acts on this selection.",
    )


def accuracy(answer: Answer, view: View) -> None:
    """The backtest's records for the view; the whole table where it does not split that way."""
    frame = answer.workspace.planner.model.accuracy_table()
    for dimension, value in view.scope:
        if dimension in frame and (frame[dimension] == value).any():
            frame = frame[frame[dimension] == value]
    tables.show(
        frame.reset_index(drop=True),
        key="accuracy",
        alt="Accuracy of the forecast",
        empty="The backtest has not run yet for these data.",
        columns=_ACCURACY,
        height=240,
    )
