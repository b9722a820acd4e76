"""Demand review: history against forecast, what demand is made of, how good the forecast is, what moves it."""

import streamlit as st

from sop.charts import forecast, frames
from sop.charts.parts import nice_ceiling
from sop.ui import demand_tables, scoping, tables, topbar
from sop.ui.drawing import draw
from sop.ui.frame import frame, guarded
from sop.ui.glossary import GLOSSARY
from sop.ui.question import ask

workspace = frame("Demand")
topbar.show(workspace)
with guarded():
    answer = ask(workspace)
    view = scoping.picked(answer)
    lines = frames.forecast_frame(answer.inputs, answer.reference, answer.result, view, past=24)
    draw(
        forecast.forecast_lines,
        lines,
        key="page_demand",
        height=260,
        alt=f"Demand of {view.title()}",
        title=f"Unconstrained demand: {view.title()}",
        unit=answer.unit_title,
        reference=answer.reference.scenario.name,
        scenario=answer.result.scenario.name,
        colour=answer.colour,
        top=nice_ceiling(float(lines[["value", "high"]].max().max())),
    )
    left, right = st.columns(2)
    with left:
        parts = frames.decomposition_frame(answer.inputs, answer.result, view)
        draw(
            forecast.decomposition,
            parts,
            key="page_decomposition",
            height=260,
            alt="What demand is made of",
            title="What demand is made of",
            unit=answer.unit_title,
            drivers=tuple(dict.fromkeys(parts["driver"])),
        )
        st.subheader("How good the forecast is", help=GLOSSARY["WMAPE"])
        tables.show(
            demand_tables.accuracy(workspace, view),
            key="accuracy",
            alt="Accuracy of the forecast",
            empty="The backtest has not run yet for these data.",
            columns=demand_tables.ACCURACY_COLUMNS,
        )
    with right:
        st.subheader("What moves demand", help=GLOSSARY["Elasticity"])
        tables.show(
            demand_tables.effects(workspace, view),
            key="effects",
            alt="Effect of each driver on demand",
            columns=demand_tables.EFFECT_COLUMNS,
            height=460,
        )
