"""Parts of the demand review: forecast and decomposition, driver effects with their source, accuracy."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from sop import charts
from sop.charts import frames
from sop.charts.scales import nice_ceiling
from sop.charts.view import View
from sop.ui import tables
from sop.ui.drawing import draw
from sop.ui.formatting import plain
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
    "lowest": tables.decimal("Lowest"),
    "highest": tables.decimal("Highest"),
    "series": tables.number("Series", help="How many items in markets."),
}

_SCOPES = ("family", "item", "market")
_ACCURACY: dict[str, Any] = {
    "level": None,
    "family": tables.text("Family"),
    "item": tables.text("Item"),
    "market": tables.text("Market"),
    "engine": tables.text("Engine"),
    "wape": tables.percentage("WMAPE", GLOSSARY["WMAPE"]),
    "bias": tables.percentage("Bias", GLOSSARY["Bias"]),
    "fva": tables.percentage("FVA", GLOSSARY["FVA"]),
    "coverage": tables.percentage("Coverage", GLOSSARY["Coverage"]),
    "demand": tables.number("Units held out"),
    "best": st.column_config.CheckboxColumn("Best"),
}


def forecast_lines(answer: Answer, view: View) -> None:
    """Two years of history, reference and scenario with its band."""
    lines = frames.forecast_frame(answer.inputs, answer.reference, answer.result, view, past=24)
    draw(
        charts.forecast.forecast_lines,
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
        charts.forecast.decomposition,
        parts,
        key="page_decomposition",
        height=260,
        alt="What demand is made of, by month",
        title="What demand is made of",
        unit=answer.unit_title,
        drivers=tuple(dict.fromkeys(parts["driver"])),
    )


def effects(answer: Answer, view: View) -> None:
    """Driver effects: of every family, or of each series once an item or market is chosen."""
    frame = answer.workspace.planner.model.effects_table()
    for dimension, value in view.scope:
        frame = frame[frame[dimension] == value]
    detailed = any(dimension != "family" for dimension, _ in view.scope)
    tables.show(
        (frame if detailed else by_family(frame)).sort_values("driver", key=_price_first, kind="stable"),
        key="effects",
        alt="Effect of each driver on demand",
        columns=_EFFECTS,
        height=520,
        empty="No driver acts on this selection.",
    )


def by_family(effects: pd.DataFrame) -> pd.DataFrame:
    """One row per driver and family: mean effect, lowest and highest, number of series, and the sources."""
    groups = effects.groupby(["driver", "family"], sort=True)
    return groups.agg(
        estimate=("estimate", "mean"),
        lowest=("estimate", "min"),
        highest=("estimate", "max"),
        series=("estimate", "size"),
        source=("source", lambda sources: ", ".join(sorted(set(sources)))),
    ).reset_index()


def _price_first(drivers: pd.Series) -> pd.Series:
    return drivers.where(drivers != "price", "")


def accuracy(answer: Answer, view: View) -> None:
    """What the backtest found for the view: the total, a family, or each series of an item."""
    frame = answer.workspace.accuracy()
    scope = dict(view.scope)
    level = "series" if {"item", "market"} & set(scope) else "family" if "family" in scope else "total"
    if not frame.empty:
        frame = frame[frame["level"] == level]
        for dimension, value in scope.items():
            frame = frame[frame[dimension] == value]
        shown = [name for name in _ACCURACY if name not in _SCOPES or (frame[name] != "").any()]
        frame = frame[shown].reset_index(drop=True)
    tables.show(
        frame,
        key="accuracy",
        alt="Accuracy of the forecast",
        empty="Being measured in the background: come back in a minute. Plans without history have nothing to measure.",
        columns=_ACCURACY,
        height=260,
    )
    for note in answer.workspace.demand_notes():
        st.caption(plain(note))
