"""Spacing for dense pages. Colours and fonts come from .streamlit/config.toml; nothing here sets a colour."""

from __future__ import annotations

import streamlit as st

_PAGE = """
  [data-testid="stHeader"] {height: 2.2rem; min-height: 2.2rem; background: transparent;}
  [data-testid="stHeader"], [data-testid="stHeader"] div {pointer-events: none;}
  [data-testid="stHeader"] button {pointer-events: auto;}
  [data-testid="stMainBlockContainer"] {padding: 0.4rem 0.9rem 0.2rem 0.9rem; max-width: none;}
  [data-testid="stSidebarHeader"] {height: 2.4rem; min-height: 2.4rem; margin: 0; padding: 0.2rem 0.6rem;}
  [data-testid="stSliderThumbValue"] p, [role="tab"][aria-selected="true"] p,
  [data-variant="segmented_control"][data-selected="true"] p {
    color: color-mix(in srgb, currentColor 55%, CanvasText);}
  [data-testid="stSelectboxVirtualDropdown"] {min-width: max-content;}
  [data-testid="stSelectboxVirtualDropdown"] [role="option"] {max-width: none; width: auto;}
  .st-key-key_figures td, .st-key-key_figures th {padding: 0.15rem 0.4rem !important;}
"""

_BAR = """
  .st-key-top {padding: 0 2.2rem 0 2.6rem; min-height: 2.2rem;}
  .st-key-top button {min-height: 1.9rem; padding-top: 0; padding-bottom: 0;}
  [data-testid="stLayoutWrapper"]:has(> .st-key-notice) {
    position: fixed; top: 2.9rem; left: 50%; transform: translateX(-50%); width: min(60rem, 90vw); z-index: 20;}
  .st-key-notice [data-testid="stAlertContainer"] {padding: 0.5rem 2.6rem 0.5rem 0.8rem; backdrop-filter: blur(12px);}
  .st-key-notice > [class*="st-key-notice_read"] {position: absolute; right: 0.3rem; width: auto;}
  .st-key-headline {flex-wrap: nowrap;}
  [data-testid="stLayoutWrapper"]:has(> .st-key-headline) {min-height: 2.65rem; display: flex; align-items: center;}
  .st-key-headline > [data-testid="stElementContainer"]:first-child {display: none;}
  .st-key-headline > * {flex: 0 0 auto; min-width: 0;}
  .st-key-headline > :has(> .stMarkdown) {flex: 0 1 auto;}
  .st-key-headline p {font-size: 1.05rem; line-height: 1.25; margin: 0;}
  .st-key-headline [data-testid="stMarkdownContainer"] {margin-bottom: 0;}
  .st-key-headline button {min-height: 1.4rem; padding: 0 0.3rem;}
"""

_KPIS = """
  .st-key-kpis {position: relative;}
  .st-key-kpis [data-testid="stMetric"] {padding: 0.25rem 0.7rem 0.1rem; height: 5.4rem;}
  .st-key-kpis [data-testid="stMetric"] > div {gap: 0; padding: 0;}
  .st-key-kpis [data-testid="stMetricLabel"] {height: 1.2rem; min-height: 0;}
  .st-key-kpis [data-testid="stMetricValue"] {line-height: 1.25; padding: 0;}
  [data-testid="stLayoutWrapper"]:has(> .st-key-courses) {
    position: absolute; left: 0; right: 0; bottom: 0.5rem; pointer-events: none;}
  .st-key-courses [data-testid="stHtml"] > div {display: grid; grid-template-columns: repeat(6, 1fr); gap: 1rem;}
  .st-key-courses span {text-align: right; padding-right: 0.6rem; line-height: 0;}
"""

_LEVERS = """
  .st-key-levers button {min-height: 1.7rem; padding-top: 0; padding-bottom: 0;}
  .st-key-pane_levers > * {height: 100%;}
  .st-key-levers {height: 100%; justify-content: space-between;}
  .st-key-levers .st-key-sliders {justify-content: space-evenly; flex: 1 1 auto;}
  [data-testid="stLayoutWrapper"]:has(> .st-key-sliders) {flex: 1 1 auto;}
  .st-key-levers .st-key-months {height: 2.6rem; padding: 0.35rem 0.4rem 0;}
  [data-testid="stLayoutWrapper"]:has(> .st-key-marks) {position: absolute;}
  [class*="st-key-lv_"] {
    display: grid; grid-template-columns: minmax(0, 1fr) 3.6rem 1.4rem; grid-template-rows: 1.55rem 1.45rem;
    column-gap: 0.2rem; align-items: center; position: relative;}
  [class*="st-key-lv_"] > * {min-width: 0;}
  [class*="st-key-lv_"] > [class*="st-key-lever_"] {grid-area: 1 / 1 / 3 / 4;}
  [class*="st-key-lv_"] > [class*="st-key-typed_"] {grid-area: 1 / 2;}
  [class*="st-key-lv_"] > [class*="st-key-typed_"]:first-child {grid-area: 1 / 1 / 3 / 3;}
  [class*="st-key-lv_"] > [class*="st-key-reset_"] {grid-area: 1 / 3;}
  [class*="st-key-lv_"] > :has([data-testid="stCaptionContainer"]) {grid-area: 2 / 1 / 3 / 4; align-self: start;}
  [class*="st-key-lv_"] [data-testid="stWidgetLabel"] {height: 1.55rem; min-height: 0; margin: 0;}
  [class*="st-key-lv_"] [data-testid="stWidgetLabel"] > div {justify-content: flex-start; padding-left: 0.3rem;}
  [class*="st-key-lv_"] label p {font-size: 0.93rem; white-space: nowrap;}
  [class*="st-key-lv_"] [data-testid="stSlider"] > label {width: calc(100% - 5.4rem);}
  [class*="st-key-lv_"] [data-testid="stSlider"] > div {padding: 0 0.5rem; height: 1.45rem;}
  [class*="st-key-lv_"] [data-testid="stSlider"] > div > [data-rac] {padding: 0.6rem 0;}
  [class*="st-key-lv_"] [data-testid="stSliderThumbValue"], [class*="st-key-lv_"] [data-testid="stSliderTickBar"] {
    display: none;}
  [class*="st-key-lv_"] [data-testid="stSlider"] > div > [data-rac]::after {
    content: ""; position: absolute; left: var(--mark, 50%); top: 50%; width: 2px; height: 1.1rem;
    transform: translate(-50%, -50%); background: currentColor; opacity: 0.4; pointer-events: none;}
  [class*="st-key-lv_"] [data-testid="stNumberInputContainer"] {height: 1.5rem; min-height: 0;}
  [class*="st-key-lv_"] [data-testid="stNumberInputContainer"] button {display: none;}
  [class*="st-key-lv_"] [data-testid="stNumberInputContainer"] input {
    padding: 0 0.35rem; height: 100%; text-align: right; font-size: 0.93rem;}
  [class*="st-key-lv_"] [class*="st-key-reset_"] button {min-height: 1.4rem; padding: 0; width: 1.4rem;}
  [class*="st-key-lv_"]:has([data-testid="stCaptionContainer"]) [data-testid="stSlider"] > div {visibility: hidden;}
  [class*="st-key-lv_"] [data-testid="stCaptionContainer"], [class*="st-key-lv_"] [data-testid="stCaptionContainer"] p {
    margin: 0; line-height: 1.2rem;}
"""

_PANES = """
  .st-key-panes .react-aria-ComboBox, .st-key-panes .react-aria-ComboBox > div {height: 1.9rem; min-height: 0;}
  .st-key-panes .react-aria-ComboBox input {height: 100%; padding-top: 0; padding-bottom: 0;}
  .st-key-panes .react-aria-ComboBox button {height: 100%;}
  [data-testid="stLayoutWrapper"]:has(> [class*="st-key-pane_"]) {
    flex-basis: calc(100vh - 12.9rem) !important; min-height: 28rem;}
  [class*="st-key-pane_"] {height: 100% !important; overflow: hidden;}
  .st-key-head_demand_family, .st-key-head_supply_family, .st-key-head_pnl {height: 1.9rem;}
  .st-key-panes [data-testid="stPageLink"] a {padding: 0 0.3rem;}
  .st-key-panes [data-testid="stButtonGroup"] button {min-height: 1.5rem; padding: 0 0.6rem;}
  .st-key-stories button {min-height: 1.5rem; padding: 0 0.2rem;}
"""

_LARGE = """
  @media (min-width: 1700px) and (min-height: 850px) {
    html {font-size: 17px !important;}
  }
"""

_BUSY = """
  [data-testid="stElementContainer"][data-stale="true"], [data-stale="true"] {opacity: 1 !important;}
  .st-key-headline {position: relative;}
  [data-testid="stApp"]:has(.st-key-kpis [data-stale="true"]) .st-key-headline::after {
    content: "Planning anew: the figures below are from before"; position: absolute; right: 0; top: 0.5rem;
    padding: 0.1rem 0.6rem; border: 1px solid currentColor; border-radius: 0.3rem; backdrop-filter: blur(8px);
    opacity: 0; animation: said-late 0.01s linear 0.9s forwards; pointer-events: none;}
  .st-key-kpis [data-stale="true"] [data-testid="stMetricValue"] {animation: marked-late 0.01s linear 0.9s forwards;}
  @keyframes said-late {to {opacity: 1;}}
  @keyframes marked-late {to {opacity: 0.55;}}
"""
"""A turn that takes long: old figures stay readable and are marked; a quick one shows nothing of it."""

_PRESENTING = """
  html {font-size: clamp(15.5px, 1.08vw, 24px) !important;}
  [data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stExpandSidebarButton"], .st-key-save,
  .st-key-ready_made {display: none !important;}
  .st-key-top {padding: 0 13rem 0 0;}
  [data-testid="stLayoutWrapper"]:has(> .st-key-present_bar) {
    position: absolute; width: auto; top: 0.4rem; right: 0.9rem;
    z-index: 10;}
  .st-key-present_bar {width: auto;}
  .st-key-present_bar p {margin: 0; white-space: nowrap; line-height: 1.9rem;}
  .st-key-present_bar [data-testid="stMarkdownContainer"] {margin: 0;}
  .st-key-present_bar a p {position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);}
  .st-key-present_bar button {min-height: 1.9rem; padding: 0 0.4rem;}
  @media (max-width: 1699px) {
    .st-key-panes [data-testid="stColumn"]:has(.st-key-pane_levers) {display: none;}
  }
"""


def presentation() -> None:
    """Nothing but the plan, in larger type; on small windows the levers make room for it."""
    st.html(f"<style>{_PRESENTING}</style>")


def spacing() -> None:
    """Make the page as dense as a meeting screen needs."""
    st.html(f"<style>{_PAGE}{_BAR}{_KPIS}{_LEVERS}{_PANES}{_BUSY}{_LARGE}</style>")
