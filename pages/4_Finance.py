"""Finance review: EBITDA by month, why it differs, cash, the gap to budget, statements, and the walk to cash."""

import streamlit as st

from sop.ui import finance_review, panes, topbar
from sop.ui.figure_style import place
from sop.ui.frame import frame, guarded
from sop.ui.glossary import GLOSSARY
from sop.ui.question import ask

workspace = frame("Finance")
place()
topbar.show(workspace)
with guarded():
    answer = ask(workspace)
    left, right = st.columns(2)
    with left:
        finance_review.ebitda_by_month(answer)
        panes.cash(answer, 220)
    with right:
        panes.bridge(answer, 220)
        st.subheader(f"Gap to budget, {answer.window.title}", help=GLOSSARY["Budget"])
        finance_review.budget(answer)
    shown = st.segmented_control(
        "Statement",
        list(finance_review.STATEMENTS),
        default=next(iter(finance_review.STATEMENTS)),
        required=True,
        key="statement",
        label_visibility="collapsed",
    )
    finance_review.STATEMENTS[shown](answer)
