"""Filters of the review pages: family, item and market."""

from __future__ import annotations

import streamlit as st

from sop.charts.view import View
from sop.ui.question import Answer

ALL = "All"


def picked(answer: Answer, *, market: bool = True) -> View:
    """Draw the filters and return what they select, in the unit of the bar."""
    items = answer.inputs["items"]
    products = items[items["kind"] == "product"]
    with st.container(horizontal=True, gap="small"):
        family = _pick("Family", list(dict.fromkeys(products["family"])), "page_family")
        within = products if family == ALL else products[products["family"] == family]
        names = dict(zip(within["item"], within["description"], strict=True))
        item = _pick("Item", list(names), "page_item", names)
        place = _pick("Market", list(answer.inputs["markets"]["market"]), "page_market") if market else ALL
    scope = [("family", family), ("item", item), ("market", place)]
    return answer.view(*[(name, value) for name, value in scope if value != ALL])


def _pick(title: str, values: list[str], key: str, names: dict[str, str] | None = None) -> str:
    if st.session_state.get(key, ALL) not in (ALL, *values):
        st.session_state[key] = ALL
    return str(
        st.selectbox(
            title,
            [ALL, *values],
            format_func=lambda value: f"{value} {names[value]}".strip() if names and value in names else value,
            key=key,
            persist_state="session",
            width=240,
        )
    )
