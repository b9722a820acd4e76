"""Chart of the consensus: every layer's view by month."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from sop.charts.names import legend_columns
from sop.charts.palette import DRIVERS, GOOD, INK, REFERENCE
from sop.charts.parts import amount_axis, period_axis, quiet, series_colour

COLOURS = {
    "statistical": REFERENCE,
    "sales": DRIVERS["growth"],
    "marketing": DRIVERS["price"],
    "finance": DRIVERS["promotion"],
    "final": GOOD,
    "consensus": INK,
}
"""Every layer keeps its colour."""


def layer_lines(frame: pd.DataFrame, *, title: str, unit: str, names: tuple[str, ...]) -> Any:
    """Lines of the layers ``names`` over time; the statistical forecast dashed.

    Columns: ``period``, ``series`` (name of a layer), ``value``.
    """
    tooltip = [
        alt.Tooltip("period:O", title="Month"),
        alt.Tooltip("series:N", title="Layer"),
        alt.Tooltip("value:Q", title=unit, format=",.0f"),
    ]
    lines = (
        alt.Chart(frame)
        .mark_line(strokeWidth=2, interpolate="linear")
        .encode(
            x=period_axis(),
            y=amount_axis("value", unit),
            color=series_colour(names, [COLOURS[name] for name in names]),
            strokeDash=alt.StrokeDash(
                "series:N",
                scale=alt.Scale(
                    domain=list(names), range=[[5, 3] if name == "statistical" else [1, 0] for name in names]
                ),
                sort=list(names),
                legend=alt.Legend(columns=legend_columns(names)),
            ),
            tooltip=tooltip,
        )
    )
    return quiet(lines, title)
