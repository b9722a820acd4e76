"""Demand: exceptions first; forecast, consensus, history, drivers and accuracy, each edited in place."""

import streamlit as st

from sop.ui import (
    assumptions,
    consensus_grid,
    corrections,
    demand_exceptions,
    demand_review,
    engines,
    scoping,
    topbar,
)
from sop.ui.figure_style import place
from sop.ui.frame import frame, guarded
from sop.ui.glossary import GLOSSARY
from sop.ui.question import ask

workspace = frame("Demand")
place()
topbar.show(workspace)
with guarded():
    answer = ask(workspace)
    exceptions = demand_exceptions.told(answer)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        shown = demand_review.parts()
        view = scoping.picked(answer)
    if shown == "Forecast":
        left, right = st.columns(2)
        with left:
            demand_review.forecast_lines(answer, view)
        with right:
            demand_review.decomposition(answer, view)
        demand_exceptions.table(answer, exceptions)
        demand_review.notes(answer)
    elif shown == "Consensus":
        consensus_grid.show(answer, view)
    elif shown == "History":
        corrections.show(answer, view)
    elif shown == "Drivers":
        left, right = st.columns(2)
        with left:
            st.subheader("What moves demand", help=GLOSSARY["Elasticity"])
            demand_review.effects(answer, view)
        with right:
            st.subheader("Switched on by the backtest", help=GLOSSARY["WMAPE"])
            assumptions.show_switches(answer)
        st.subheader("Price elasticity by item", help=GLOSSARY["Elasticity"])
        assumptions.show_elasticities(answer, view)
    else:
        left, right = st.columns(2)
        with left:
            st.subheader("Most money at stake first", help=GLOSSARY["WMAPE"])
            demand_review.accuracy(answer, view)
        with right:
            st.subheader("Every engine on the same months", help=GLOSSARY["MASE"])
            engines.show(answer, view)
        st.subheader("An engine of its own for a family")
        engines.show_own(answer)
        st.subheader("What each layer was worth", help=GLOSSARY["FVA"])
        engines.show_value_added(answer)
