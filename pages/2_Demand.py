"""Demand review: history against forecast, what demand is made of, accuracy by money at stake, what moves demand."""

import streamlit as st

from sop.ui import demand_review, scoping, topbar
from sop.ui.figure_style import place
from sop.ui.frame import frame, guarded
from sop.ui.glossary import GLOSSARY
from sop.ui.question import ask

workspace = frame("Demand")
place()
topbar.show(workspace)
with guarded():
    answer = ask(workspace)
    view = scoping.picked(answer)
    left, right = st.columns(2)
    with left:
        demand_review.forecast_lines(answer, view)
    with right:
        demand_review.decomposition(answer, view)
    left, right = st.columns(2)
    with left:
        st.subheader("How good the forecast is, most money at stake first", help=GLOSSARY["WMAPE"])
        demand_review.accuracy(answer, view)
    with right:
        st.subheader("What moves demand", help=GLOSSARY["Elasticity"])
        demand_review.effects(answer, view)
