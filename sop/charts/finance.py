"""Charts of the money: bridge, cash, P&L by month, gap to budget, and the walk from objective to cash."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from sop.charts.palette import BAD, GOOD, INK, NEUTRAL, REFERENCE
from sop.charts.parts import SI, amount_axis, period_axis, quiet, sized


def bridge(frame: pd.DataFrame, *, title: str, unit: str) -> Any:
    """Signed bars explaining a difference, with the amount beside each.

    Columns: ``step``, ``amount``, ``label`` (the amount as people read it), drawn from gains to losses.
    """
    y = _steps(alt.SortField("amount", order="descending"), 150)
    axis = alt.Axis(title=None, labelExpr=SI, tickCount=3, domain=False)
    x = alt.X("amount:Q", axis=axis, scale=alt.Scale(padding=34))
    tooltip = [alt.Tooltip("step:N", title="Cause"), alt.Tooltip("amount:Q", title=unit, format="+,.0f")]
    colour = alt.condition("datum.amount < 0", alt.value(BAD), alt.value(GOOD))
    bars = alt.Chart().mark_bar(height={"band": 0.72}).encode(x=x, y=y, color=colour, tooltip=tooltip)
    texts = alt.Chart().mark_text(
        align=alt.ExprRef("datum.amount < 0 ? 'right' : 'left'"),
        dx=alt.ExprRef("datum.amount < 0 ? -4 : 4"),
        fontSize=sized(11),
        color=INK,
    )
    return quiet(alt.layer(bars, texts.encode(x=x, y=y, text="label:N"), data=frame), title)


def _steps(order: Any, widest: int) -> alt.Y:
    """Steps from top to bottom in an order of their own: the order of rows is lost when figures are swapped."""
    axis = alt.Axis(title=None, ticks=False, domain=False, labelLimit=widest, labelOverlap=False)
    return alt.Y("step:N", sort=order, axis=axis)


def cash_lines(
    frame: pd.DataFrame,
    *,
    title: str,
    unit: str,
    reference: str,
    scenario: str,
    colour: str,
    minimum: float | None = None,
) -> Any:
    """Closing cash of reference and scenario, the minimum as a rule, the scenario's low point marked.

    Columns: ``period``, ``series``, ``value``, ``low`` (True at the scenario's lowest month), ``label``.
    """
    x = period_axis()
    y = amount_axis("value", unit)
    names = [reference] + ([scenario] if scenario != reference else [])
    colours = [REFERENCE] + ([colour] if scenario != reference else [])
    lines = alt.Chart().mark_line(strokeWidth=2)
    low = alt.Chart().transform_filter("datum.low")
    layers = [
        lines.encode(
            x=x,
            y=y,
            color=alt.Color("series:N", scale=alt.Scale(domain=names, range=colours), sort=names),
            tooltip=[
                alt.Tooltip("period:O", title="Month"),
                alt.Tooltip("series:N", title="Scenario"),
                alt.Tooltip("value:Q", title=f"Closing cash, {unit}", format=",.0f"),
            ],
        ),
        low.mark_point(color=colour, filled=True, size=60).encode(x=x, y=y),
        low.mark_text(dy=14, fontSize=sized(11), color=INK).encode(x=x, y=y, text="label:N"),
    ]
    if minimum is not None:
        rule = alt.Chart().mark_rule(color=BAD, strokeDash=[4, 3]).encode(y=alt.datum(minimum))
        layers.append(rule)
    return quiet(alt.layer(*layers, data=frame), title)


def money_by_month(frame: pd.DataFrame, *, title: str, unit: str, colour: str) -> Any:
    """Bars of a figure per month, reference as a tick. Columns: ``period``, ``value``, ``reference``."""
    x = period_axis()
    tooltip = [
        alt.Tooltip("period:O", title="Month"),
        alt.Tooltip("value:Q", title="Scenario", format=",.0f"),
        alt.Tooltip("reference:Q", title="Reference", format=",.0f"),
    ]
    bars = alt.Chart().mark_bar(color=colour).encode(x=x, y=amount_axis("value", unit), tooltip=tooltip)
    ticks = alt.Chart().mark_tick(color=INK, thickness=2, width={"band": 1})
    return quiet(alt.layer(bars, ticks.encode(x=x, y=amount_axis("reference", unit)), data=frame), title)


def walk(frame: pd.DataFrame, *, title: str, unit: str) -> Any:
    """Waterfall: every step from one total to the next.

    Columns: ``step``, ``start``, ``end``, ``right`` (the larger), ``kind`` (total, up, down), ``label``, ``rank``.
    """
    y = _steps(alt.SortField("rank"), 260)
    axis = alt.Axis(title=unit, labelExpr=SI, tickCount=5, domain=False)
    colours = alt.Scale(domain=["total", "up", "down"], range=[NEUTRAL, GOOD, BAD])
    bars = (
        alt.Chart()
        .mark_bar(height={"band": 0.72})
        .encode(
            x=alt.X("start:Q", axis=axis),
            x2="end:Q",
            y=y,
            color=alt.Color("kind:N", scale=colours, legend=None),
            tooltip=[alt.Tooltip("step:N", title="Step"), alt.Tooltip("label:N", title=unit)],
        )
    )
    text = alt.Chart()
    labels = text.mark_text(align="left", dx=4, fontSize=sized(11), color=INK).encode(
        x=alt.X("right:Q", axis=axis), y=y, text="label:N"
    )
    return quiet(alt.layer(bars, labels, data=frame), title)
