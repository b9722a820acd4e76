"""Several scenarios over one another, each in the colour it has everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from sop.charts.names import legend_columns
from sop.charts.parts import SI, amount_axis, period_axis, quiet


def overlaid(
    frame: pd.DataFrame, *, title: str, unit: str, names: Sequence[str], colours: Sequence[str], zero: bool = True
) -> Any:
    """One line per scenario. Columns: ``period``, ``scenario``, ``value``."""
    y = amount_axis("value", unit)
    if not zero:
        y = alt.Y("value:Q", scale=alt.Scale(zero=False), axis=alt.Axis(title=unit, labelExpr=SI, tickCount=4))
    lines = (
        alt.Chart(frame)
        .mark_line(strokeWidth=2)
        .encode(
            x=period_axis(),
            y=y,
            color=alt.Color(
                "scenario:N",
                scale=alt.Scale(domain=list(names), range=list(colours)),
                sort=list(names),
                legend=alt.Legend(columns=legend_columns(names, room=84)),
            ),
            tooltip=[
                alt.Tooltip("period:O", title="Month"),
                alt.Tooltip("scenario:N", title="Scenario"),
                alt.Tooltip("value:Q", title=unit, format=",.0f"),
            ],
        )
    )
    return quiet(lines, title)
