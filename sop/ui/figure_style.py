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
  .st-key-pnl td, .st-key-pnl th {font-variant-numeric: tabular-nums;}
"""


def place() -> None:
    """Put buttons where they belong, and let charts on the page be drawn in the page's own ink."""
    st.html(f"<style>{_FIGURES}{_inked()}</style>")


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
