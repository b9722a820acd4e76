"""Charts of Prophet's forecast taken apart: its trend, and what season and holidays add to it."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from sop.charts.palette import INK, REFERENCE
from sop.charts.parts import amount_axis, period_axis, quiet, series_colour

LEARNED, TREND, FORECAST = "Learned from", "Trend", "Prophet"
SWINGS = {"yearly": "#0a84d0", "holidays": "#e69f00"}


def trend_lines(frame: pd.DataFrame, *, title: str, unit: str) -> Any:
    """Prophet's trend with what it learned from and what it makes of both, over history and plan.

    Columns: ``period``, ``series`` (LEARNED, FORECAST or TREND), ``value``, ``today`` (True on one row of the first
    planned bucket).
    """
    names = (LEARNED, FORECAST, TREND)
    today = alt.Chart().transform_filter("datum.today").mark_rule(color=INK, opacity=0.55, strokeDash=[2, 3])
    dash = alt.Scale(domain=list(names), range=[[1, 0], [1, 0], [5, 3]])
    line = (
        alt.Chart()
        .mark_line(strokeWidth=1.8, interpolate="linear")
        .encode(
            x=period_axis(),
            y=amount_axis("value", unit),
            color=series_colour(names, (REFERENCE, SWINGS["yearly"], INK)),
            strokeDash=alt.StrokeDash("series:N", scale=dash, sort=list(names), legend=None),
            tooltip=_tooltip("series", unit),
        )
    )
    return quiet(alt.layer(today.encode(x=period_axis()), line, data=frame), title)


def swings(frame: pd.DataFrame, *, title: str, unit: str, parts: tuple[str, ...] = tuple(SWINGS)) -> Any:
    """Signed stacked bars of what season and holidays add to Prophet's trend, bucket by bucket.

    Columns: ``period``, ``part`` (yearly or holidays), ``value``.
    """
    colours = alt.Scale(domain=list(parts), range=[SWINGS[name] for name in parts])
    bars = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=period_axis(),
            y=amount_axis("value", unit),
            color=alt.Color("part:N", scale=colours, sort=None),
            tooltip=_tooltip("part", unit, "+,.0f"),
        )
    )
    return quiet(bars, title)


def _tooltip(name: str, unit: str, shown: str = ",.0f") -> list[alt.Tooltip]:
    return [
        alt.Tooltip("period:O", title="Month"),
        alt.Tooltip(f"{name}:N", title=name.capitalize()),
        alt.Tooltip("value:Q", title=unit or "Value", format=shown),
    ]
