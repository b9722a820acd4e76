"""Supply review: exceptions first, then load, stock against target, sourcing, and what one more hour is worth."""

import streamlit as st

from sop.ui import panes, scoping, supply_review, topbar
from sop.ui.frame import frame, guarded
from sop.ui.glossary import GLOSSARY
from sop.ui.question import ask

workspace = frame("Supply")
topbar.show(workspace)
with guarded():
    answer = ask(workspace)
    left, right = st.columns(2)
    with left:
        supply_review.shortages(answer)
    with right:
        panes.load(answer, 260, most=20)
        st.caption(f"{GLOSSARY['Required load']} {GLOSSARY['Still full']}")
    view = scoping.picked(answer, market=False)
    left, right = st.columns(2)
    with left:
        panes.stock(answer, view, 240)
        st.subheader("Stock off its target", help=GLOSSARY["Stock target"])
        supply_review.stock_off_target(answer)
    with right:
        supply_review.sourcing(answer, view)
        st.subheader("What one more hour is worth", help=GLOSSARY["Shadow price"])
        supply_review.shadow_prices(answer)
