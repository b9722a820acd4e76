"""Spacing for dense pages. Colours and fonts come from .streamlit/config.toml; nothing here sets a colour."""

from __future__ import annotations

import streamlit as st

_SPACING = """
<style>
  [data-testid="stHeader"] {height: 2.2rem; min-height: 2.2rem; background: transparent;}
  [data-testid="stHeader"], [data-testid="stHeader"] div {pointer-events: none;}
  [data-testid="stHeader"] button {pointer-events: auto;}
  [data-testid="stMainBlockContainer"] {padding: 0.4rem 0.9rem 0.2rem 0.9rem; max-width: none;}
  [data-testid="stSidebarHeader"] {height: 2.4rem; min-height: 2.4rem; margin: 0; padding: 0.2rem 0.6rem;}
  .st-key-top {padding: 0 2.2rem 0 2.6rem; min-height: 2.2rem;}
  .st-key-top button, .st-key-levers button {min-height: 1.9rem; padding-top: 0; padding-bottom: 0;}
  .st-key-headline p {font-size: 1.05rem; line-height: 1.3; margin: 0.1rem 0;}
  .st-key-headline [data-testid="stMarkdownContainer"] {margin-bottom: 0;}
  .st-key-headline {height: 1.75rem; flex-wrap: nowrap;}
  .st-key-headline button {min-height: 1.4rem; padding: 0 0.3rem;}
  .st-key-kpis [data-testid="stMetric"] {padding: 0.25rem 0.7rem 0.1rem; height: 5.5rem;}
  .st-key-kpis [data-testid="stMetric"] > div {gap: 0; padding: 0;}
  .st-key-kpis [data-testid="stMetricLabel"] {height: 1.2rem; min-height: 0;}
  .st-key-kpis [data-testid="stMetricValue"] {line-height: 1.25; padding: 0;}
  .st-key-panes .react-aria-ComboBox, .st-key-panes .react-aria-ComboBox > div {height: 1.9rem; min-height: 0;}
  .st-key-panes .react-aria-ComboBox input {height: 100%; padding-top: 0; padding-bottom: 0;}
  .st-key-panes .react-aria-ComboBox button {height: 100%;}
  [data-testid="stLayoutWrapper"]:has(> [class*="st-key-pane_"]) {
    flex-basis: calc(100vh - 11.7rem) !important; min-height: 28rem;}
  [class*="st-key-pane_"] {height: 100% !important; overflow: hidden;}
  .st-key-head_demand_family, .st-key-head_supply_family, .st-key-head_pnl {height: 1.9rem;}
  .st-key-panes [data-testid="stPageLink"] a {padding: 0 0.3rem;}
  .st-key-panes [data-testid="stButtonGroup"] button {min-height: 1.5rem; padding: 0 0.6rem;}
  .st-key-sliders [data-testid="stSlider"] {display: flex; align-items: center; gap: 0.3rem;}
  .st-key-sliders [data-testid="stSlider"] > label {flex: 0 0 9.2rem; margin: 0; padding-top: 0.7rem;}
  .st-key-sliders [data-testid="stSlider"] > label p {font-size: 0.93rem; white-space: nowrap;}
  .st-key-sliders [data-testid="stSlider"] > div {flex: 1 1 auto;}
  .st-key-stories button {min-height: 1.5rem; padding: 0 0.2rem;}
  .st-key-key_figures td, .st-key-key_figures th {padding: 0.15rem 0.4rem !important;}
  .st-key-pnl td, .st-key-pnl th {padding: 0.06rem 0.3rem !important; text-align: right; white-space: nowrap;}
  .st-key-pnl td:first-child, .st-key-pnl th:first-child {text-align: left;}
  .st-key-pnl td p, .st-key-pnl th p {margin: 0; font-size: 0.9rem;}
  @media (min-width: 1700px) and (min-height: 850px) {
    html {font-size: 17px !important;}
    .st-key-sliders [data-testid="stSlider"] {margin-top: 0.6rem;}
  }
</style>
"""


def spacing() -> None:
    """Make the page as dense as a meeting screen needs."""
    st.html(_SPACING)
