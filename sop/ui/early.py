"""What stands on the page while Python still reads its libraries, at the first visit after a start.

The browser fetches the pieces it draws figures and levers with in the meantime, instead of afterwards. Needs Streamlit
alone, so that it is there at once.
"""

from __future__ import annotations

import streamlit as st

FIGURES = ("Net revenue", "Gross margin", "EBITDA", "Expected fill rate", "Inventory", "Cash low point")
_KEY = "early"
_visits: list[str] = []
"""Whether this process has drawn figures before."""


def early() -> None:
    """Draw the six figures and a lever without values, at the first visit."""
    if _visits:
        return
    st.set_page_config("S&OP cockpit", layout="wide", initial_sidebar_state="collapsed")
    place = st.empty()
    with place.container(key="early"):
        for column, title in zip(st.columns(6, gap="small"), FIGURES, strict=True):
            column.metric(title, "–", border=True)
        levers, _ = st.columns([250, 1080])
        levers.selectbox(
            "Scope", ["Levers: everywhere"], disabled=True, key="early_scope", label_visibility="collapsed"
        )
        levers.slider("Demand, %", -30, 30, 0, disabled=True, key="early_lever")
        levers.number_input("Demand", value=0, disabled=True, key="early_number", label_visibility="collapsed")
    st.session_state[_KEY] = place


def clear() -> None:
    """Take it away: what is known now stands in its place."""
    _visits[:] = ["first"]
    if place := st.session_state.pop(_KEY, None):
        place.empty()
