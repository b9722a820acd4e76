"""Supply review: exceptions first, why they are there and what would help, then load, stock, sourcing and people."""

import streamlit as st

from sop.ui import advice_panel, exact_plan, explaining, material_view, panes, scoping, supply_review, topbar
from sop.ui.figure_style import place
from sop.ui.frame import frame, guarded
from sop.ui.glossary import GLOSSARY
from sop.ui.question import ask

workspace = frame("Supply")
place()
topbar.show(workspace)
with guarded():
    answer = exact_plan.chosen(ask(workspace))
    supply_review.told(answer)
    left, right = st.columns(2)
    with left:
        supply_review.shortages(answer)
        why_place = st.container(key="why_place")
    with right:
        panes.load(answer, 260, most=20)
        cell = st.container(key="behind_cell")
    help_place = st.container(key="help_place")
    view = scoping.picked(answer, market=False)
    left, right = st.columns(2)
    with left:
        panes.served(answer, view, "page_served", 240)
        panes.stock(answer, view, 240, answer.unit)
    with right:
        shown = st.segmented_control(
            "More",
            list(supply_review.MORE),
            default=next(iter(supply_review.MORE)),
            required=True,
            key="supply_more",
            label_visibility="collapsed",
        )
        supply_review.MORE[shown](answer, view)
    left, right = st.columns(2)
    with left:
        st.subheader("Who goes short", help=GLOSSARY["Short"])
        supply_review.shortage_list(answer)
    with right:
        st.subheader("Stock off its target", help=GLOSSARY["Stock target"])
        supply_review.stock_off_target(answer)
    material_view.show(answer)
    with cell:  # what takes seconds comes last: the page is there meanwhile
        explaining.cell(answer)
    with why_place:
        explaining.show(answer)
    with help_place:
        advice_panel.show(answer)
