"""Spacing of charts and of what stands beside them. Colours and fonts come from .streamlit/config.toml."""

from __future__ import annotations

import streamlit as st

from sop.charts.palette import INK

_FIGURES = """
  [class*="st-key-figure_"], .st-key-head_pnl {position: relative;}
  [class*="st-key-figure_"] > [class*="st-key-open_"], .st-key-head_pnl > [class*="st-key-open_"] {
    position: absolute; top: -0.15rem; right: 0; width: auto; z-index: 2;}
  .st-key-kpis > [class*="st-key-open_"] {position: absolute; top: 0.1rem; right: 0.3rem; width: auto; z-index: 2;}
  [class*="st-key-open_"] button {min-height: 1.4rem; padding: 0 0.15rem; opacity: 0.55;}
  [class*="st-key-open_"] button:hover, [class*="st-key-open_"] button:focus-visible {opacity: 1;}
  .st-key-head_demand, .st-key-head_supply, .st-key-head_pnl {height: 1.9rem; min-height: 1.9rem;}
  .st-key-head_demand {flex-wrap: nowrap;}
  .st-key-head_demand .react-aria-ComboBox input {font-size: 0.86rem; padding-left: 0.5rem;}
  [class*="st-key-head_"] [data-testid="stPageLink"] p {white-space: nowrap;}
  [class*="st-key-chip_"] button {min-height: 1.5rem; padding: 0 0.35rem; border-radius: 0.8rem;}
  [class*="st-key-chip_"] button p {font-size: 0.82rem;}
  .st-key-pane_profit:has(.st-key-stories) .st-key-figure_bridge {
    position: absolute; bottom: 0; width: 100%; height: 9rem; visibility: hidden;}
  .st-key-instead:empty {display: none;}
  .st-key-pnl table {width: 100%; border-collapse: collapse; font-size: 0.9rem; line-height: 1.31rem;
    font-variant-numeric: tabular-nums;}
  .st-key-pnl td, .st-key-pnl th {padding: 0.06rem 0.3rem; text-align: right; white-space: nowrap; font-weight: 400;}
  .st-key-pnl tr {border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent);}
  .st-key-pnl tbody tr:last-child {border-bottom: none;}
  .st-key-pnl thead th {opacity: 0.7;}
  .st-key-pnl th:first-child {text-align: left;}
  .st-key-pnl .subtotal th {font-weight: 600;}
"""


def place() -> None:
    """Put buttons where they belong, and let charts on the page be drawn in the page's own ink."""
    st.html(f"<style>{_FIGURES}{_inked()}{_judged()}</style>")


def ink(theme: str | None) -> str:
    """The colour of text in a theme ("light" or "dark"), which pictures of charts that are taken away are drawn in."""
    return str(st.get_option(f"theme.{'dark' if theme == 'dark' else 'light'}.textColor") or INK)


def _inked() -> str:
    """On the page ink is what the page says, also where the server was told of another theme."""
    chart = '[data-testid="stVegaLiteChart"] svg'
    return "".join(
        f'{chart} [{kind}="{ink(theme)}"] {{{kind}: currentColor;}}'
        for kind in ("stroke", "fill")
        for theme in ("light", "dark")
    )


def _judged() -> str:
    """Better and worse in the page's green and red."""
    return "".join(
        f".st-key-pnl .{which} {{color: light-dark({_option('light', name)}, {_option('dark', name)});}}"
        for which, name in (("better", "greenTextColor"), ("worse", "redTextColor"))
    )


def _option(theme: str, name: str) -> str:
    return str(st.get_option(f"theme.{theme}.{name}") or "inherit")
