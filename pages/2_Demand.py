"""Demand review: history against forecast, what demand is made of, how good the forecast is, what moves it."""

import streamlit as st

from sop.ui import demand_review, scoping, topbar
from sop.ui.frame import frame, guarded
from sop.ui.glossary import GLOSSARY
from sop.ui.question import ask

workspace = frame("Demand")
topbar.show(workspace)
with guarded():
    answer = ask(workspace)
    view = scoping.picked(answer)
    demand_review.forecast_lines(answer, view)
    left, right = st.columns(2)
    with left:
        demand_review.decomposition(answer, view)
        st.subheader("How good the forecast is", help=GLOSSARY["WMAPE"])
        demand_review.accuracy(answer, view)
    with right:
        st.subheader("What moves demand", help=GLOSSARY["Elasticity"])
        demand_review.effects(answer, view)
