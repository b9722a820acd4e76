"""Supply review: exceptions first, then load, stock against target, sourcing, and what one more hour is worth."""

import streamlit as st

from sop.analysis import exceptions
from sop.charts import frames, supply
from sop.ui import panes, scoping, supply_tables, tables, topbar
from sop.ui.drawing import draw
from sop.ui.frame import frame, guarded
from sop.ui.glossary import GLOSSARY
from sop.ui.question import ask

workspace = frame("Supply")
topbar.show(workspace)
with guarded():
    answer = ask(workspace)
    left, right = st.columns(2)
    with left:
        missing = frames.shortage_frame(answer.inputs, answer.result, answer.window.first, answer.window.last)
        if missing.empty:
            st.success(f"All demand of {answer.window.title} is met.", icon=":material/check_circle:")
        else:
            draw(
                supply.shortages,
                missing,
                key="shortages",
                height=90 + 24 * len(missing),
                alt="Demand not met, by item and market",
                title="Demand not met, at its price",
                unit=answer.currency,
            )
        tables.show(
            exceptions.shortages(answer.result, answer.window),
            key="shortage_table",
            alt="Demand not met",
            empty="",
            columns=supply_tables.SHORTAGE_COLUMNS,
            height=230,
        )
    with right:
        panes.load(answer, 300, most=20)
        st.caption(f"{GLOSSARY['Required load']} {GLOSSARY['Still full']}")
    view = scoping.picked(answer, market=False)
    left, right = st.columns(2)
    with left:
        panes.stock(answer, view, 240)
        tables.show(
            exceptions.stock_off_target(answer.result, answer.window),
            key="stock_off_target",
            alt="Stock off its target",
            empty="All stock is on target.",
            columns=supply_tables.STOCK_COLUMNS,
            height=230,
        )
    with right:
        draw(
            supply.sourcing,
            frames.sourcing_frame(answer.inputs, answer.result, view),
            key="sourcing",
            height=240,
            alt="Where goods come from",
            title=f"Where goods come from: {view.title()}",
            unit=answer.unit_title,
        )
        supply_tables.shadow_prices(answer)
