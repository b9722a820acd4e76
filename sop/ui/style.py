"""Spacing for dense pages. Colours and fonts come from .streamlit/config.toml; nothing here sets a colour."""

from __future__ import annotations

import streamlit as st

_SPACING = """
<style>
  [data-testid="stHeader"] {height: 2.2rem; min-height: 2.2rem; background: transparent; pointer-events: none;}
  [data-testid="stHeader"] button, [data-testid="stHeader"] [role="button"] {pointer-events: auto;}
  [data-testid="stMainBlockContainer"] {padding: 0.45rem 0.9rem 0.3rem 0.9rem; max-width: none;}
  [data-testid="stSidebar"] {min-width: 10.5rem; max-width: 11.5rem;}
  [data-testid="stSidebarHeader"] {height: 2.4rem; min-height: 2.4rem; margin: 0; padding: 0.2rem 0.6rem;}
  .st-key-top {padding: 0 2.2rem 0 2.6rem;}
  .st-key-top [data-baseweb="select"] > div {min-height: 2.1rem;}
  .st-key-top button, .st-key-levers button {min-height: 2.1rem; padding-top: 0; padding-bottom: 0;}
  .st-key-headline p {font-size: 1.02rem; line-height: 1.25; margin: 0;}
  .st-key-kpis [data-testid="stMetric"] {padding: 0.15rem 0.6rem;}
  .st-key-kpis [data-testid="stMetricLabel"] {min-height: 1.1rem;}
  .st-key-kpis [data-testid="stMetricValue"] {line-height: 1.2; padding-bottom: 0;}
  .st-key-kpis [data-testid="stMetricDelta"] {font-size: 0.85rem;}
  .st-key-sliders [data-testid="stSlider"] {margin-bottom: -0.75rem;}
  .st-key-sliders [data-testid="stSlider"] label {min-height: 1.1rem;}
  .st-key-sliders [data-testid="stSliderTickBar"] {display: none;}
  .st-key-pnl td, .st-key-pnl th {padding: 0.08rem 0.3rem !important; text-align: right; white-space: nowrap;}
  .st-key-pnl td:first-child, .st-key-pnl th:first-child {text-align: left;}
  .st-key-pnl td p, .st-key-pnl th p {margin: 0; font-size: 0.9rem;}
</style>
"""


def spacing() -> None:
    """Make the page as dense as a meeting screen needs."""
    st.html(_SPACING)
