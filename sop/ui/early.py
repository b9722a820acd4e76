"""What stands on the page while Python still reads its libraries, at the first visit after a start.

The browser fetches the pieces it draws figures and levers with in the meantime, instead of afterwards. Needs Streamlit
alone, so that it is there at once.
"""

from __future__ import annotations

from time import monotonic, sleep

import streamlit as st

from sop.ui.serving.static_files import seconds_since_last

FIGURES = ("Net revenue", "Gross margin", "EBITDA", "Expected fill rate", "Inventory", "Cash low point")
_KEY = "early"
_SEEN, _STILL, _MOST = 0.3, 0.1, 1.2
"""Seconds: a browser shows a piece it did not have no sooner than 0.3 s after drawing its place, and later and later
while more such places come; it has all pieces when it asks for none for 0.1 s; nobody waits for more than 1.2 s."""
_PAINT = 0.15
_visits: list[str] = []
"""Whether this process has drawn figures before."""
_drawn: list[float] = []
"""When the placeholder was drawn; empty once it is gone."""


def early() -> None:
    """Draw the six figures and one of each thing levers are made of, without values, at the first visit."""
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
        levers.button("Reset", disabled=True, key="early_button")
        levers.html("<span></span>")
        levers.slider("Demand, %", -30, 30, 0, disabled=True, key="early_lever")
        levers.number_input("Demand", value=0, disabled=True, key="early_number", label_visibility="collapsed")
    st.session_state[_KEY] = place
    _drawn[:] = [monotonic()]


def wait() -> None:
    """Wait until the browser has what it draws figures with, a moment at most: figures sent sooner appear later."""
    while _drawn and (since := monotonic() - _drawn[0]) < _MOST and (since < _SEEN or seconds_since_last() < _STILL):
        sleep(0.01)


def clear() -> None:
    """Take it away: what is known now stands in its place."""
    _visits[:] = ["first"]
    if place := st.session_state.pop(_KEY, None):
        place.empty()


def shown() -> None:
    """Figures have been sent: let them be painted before anything else is sent."""
    if _drawn:
        _drawn.clear()
        sleep(_PAINT)
