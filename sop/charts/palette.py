"""Colours with a fixed meaning, readable on light and dark paper and by colour-blind eyes (after Okabe and Ito)."""

from __future__ import annotations

from collections.abc import Sequence

INK = "currentColor"
"""The text colour of wherever the chart stands, so that the same chart suits light and dark pages."""

ACTUAL = "Actual"
"""What history is called in charts."""

REFERENCE = "#8a96a1"
GOOD = "#0e9a7b"
BAD = "#d55e00"
NEUTRAL = "#7f8c97"
SCENARIOS = ("#0a84d0", "#e69f00", "#a45fb5", "#12a37f", "#7a6ad8", "#a8794a", "#48b5e0", "#c2568f")

FULFILMENT = {"on time": "#3f8fc4", "late": "#e6b422", "short": BAD, "declined": "#9b8ab8"}

DRIVERS = {
    "baseline": "#8a96a1",
    "growth": "#0a84d0",
    "price": "#a45fb5",
    "promotion": "#e69f00",
    "marketing": "#12a37f",
    "index": "#a8794a",
    "life cycle": "#48b5e0",
    "planner": "#c2568f",
}

LOAD_STEPS = (75, 90, 95, 100)
LOAD_COLOURS = ("#7f8c9722", "#e6b42255", "#e69a22a0", "#ea7f33", "#c2350c")


def scenario_colour(scenario_id: str, known: Sequence[str], base_id: str = "base") -> str:
    """The colour of a scenario: grey for Base, else by its place among all ``known`` ids, so it stays everywhere.

    >>> scenario_colour("base", ["base", "a"])
    '#8a96a1'
    >>> scenario_colour("a", ["base", "a"])
    '#0a84d0'
    """
    if scenario_id == base_id:
        return REFERENCE
    others = [name for name in known if name != base_id]
    position = others.index(scenario_id) if scenario_id in others else len(others)
    return SCENARIOS[position % len(SCENARIOS)]
