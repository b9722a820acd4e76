"""Charts of the supply review: what customers get, how full resources are, stock against its target, shortages."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from sop.charts.palette import BAD, FULFILMENT, INK, LOAD_COLOURS, LOAD_STEPS, REFERENCE
from sop.charts.parts import SI, amount_axis, period_axis, quiet, sized


def fulfilment(frame: pd.DataFrame, *, title: str, unit: str, top: float | None = None) -> Any:
    """Stacked bars on time / late / short / declined, with a tick at unconstrained demand.

    Columns: ``period``, ``status``, ``value``, ``demand`` (the same on every row of a bucket), ``rank``.
    """
    x = period_axis()
    bars = (
        alt.Chart()
        .mark_bar()
        .encode(
            x=x,
            y=amount_axis("value", unit, top),
            color=alt.Color(
                "status:N", scale=alt.Scale(domain=list(FULFILMENT), range=list(FULFILMENT.values())), sort=None
            ),
            order="rank:Q",
            tooltip=[
                alt.Tooltip("period:O", title="Month due"),
                alt.Tooltip("status:N", title="Served"),
                alt.Tooltip("value:Q", title=unit, format=",.0f"),
                alt.Tooltip("demand:Q", title="Unconstrained demand", format=",.0f"),
            ],
        )
    )
    ticks = alt.Chart().transform_filter("datum.rank == 0").mark_tick(color=INK, thickness=2, width={"band": 1})
    return quiet(alt.layer(bars, ticks.encode(x=x, y=amount_axis("demand", unit, top)), data=frame), title)


def load_heat(frame: pd.DataFrame, *, title: str) -> Any:
    """Resource x month: load required in the month demand is due, in steps, numbers from 95 %, outlined where still
    full after planning.

    Columns: ``period``, ``resource``, ``required``, ``used`` (% of regular hours), ``full`` (bool), ``action`` (text).
    """
    x = period_axis()
    y = alt.Y(
        "resource:N",
        sort=None,
        axis=alt.Axis(title=None, ticks=False, domain=False, labelLimit=110, labelOverlap=False),
    )
    steps = alt.Scale(type="threshold", domain=list(LOAD_STEPS), range=list(LOAD_COLOURS))
    tooltip = [
        alt.Tooltip("resource:N", title="Resource"),
        alt.Tooltip("period:O", title="Month"),
        alt.Tooltip("required:Q", title="Required, % of regular hours", format=".0f"),
        alt.Tooltip("used:Q", title="Planned, % of regular hours", format=".0f"),
        alt.Tooltip("action:N", title="The plan"),
    ]
    cells = (
        alt.Chart()
        .mark_rect(cornerRadius=2, width={"band": 1}, height={"band": 0.88})
        .encode(x=x, y=y, color=alt.Color("required:Q", scale=steps, legend=None), tooltip=tooltip)
    )
    outline = (
        alt.Chart()
        .transform_filter("datum.full")
        .mark_rect(filled=False, stroke=INK, strokeWidth=1.6, cornerRadius=2, width={"band": 1}, height={"band": 0.88})
        .encode(x=x, y=y)
    )
    numbers = (
        alt.Chart()
        .transform_filter("datum.required >= 94.5")
        .mark_text(fontSize=sized(9))
        .encode(
            x=x,
            y=y,
            text=alt.Text("required:Q", format=".0f"),
            color=alt.condition("datum.required >= 100", alt.value("white"), alt.value("#14202b")),
        )
    )
    return quiet(alt.layer(cells, outline, numbers, data=frame), title)


def stock_lines(
    frame: pd.DataFrame, *, title: str, unit: str, reference: str, scenario: str, colour: str, top: float | None = None
) -> Any:
    """Projected stock of reference and scenario against the target (shaded up to it).

    Columns: ``period``, ``series``, ``value``, ``target`` (scenario rows only).
    """
    x = period_axis()
    names = [reference] + ([scenario] if scenario != reference else [])
    colours = [REFERENCE] + ([colour] if scenario != reference else [])
    target = alt.Chart().transform_filter("isValid(datum.target)")
    lines = alt.Chart().mark_line(strokeWidth=2)
    layers = alt.layer(
        target.mark_area(color=INK, opacity=0.1).encode(x=x, y=amount_axis("target", unit, top)),
        target.mark_line(color=INK, strokeDash=[3, 3], strokeWidth=1.2, opacity=0.7).encode(
            x=x, y=amount_axis("target", unit, top)
        ),
        lines.encode(
            x=x,
            y=amount_axis("value", unit, top),
            color=alt.Color("series:N", scale=alt.Scale(domain=names, range=colours), sort=names),
            tooltip=[
                alt.Tooltip("period:O", title="Month"),
                alt.Tooltip("series:N", title="Scenario"),
                alt.Tooltip("value:Q", title=f"Stock, {unit}", format=",.0f"),
                alt.Tooltip("target:Q", title="Target", format=",.0f"),
            ],
        ),
        data=frame,
    )
    return quiet(layers, title)


def shortages(frame: pd.DataFrame, *, title: str, unit: str) -> Any:
    """Horizontal bars of what customers do not get, largest first. Columns: ``what``, ``value``, ``units``."""
    bars = (
        alt.Chart(frame)
        .mark_bar(color=BAD, height={"band": 0.7})
        .encode(
            x=alt.X("value:Q", axis=alt.Axis(title=unit, labelExpr=SI, tickCount=4, domain=False)),
            y=alt.Y(
                "what:N",
                sort="-x",
                axis=alt.Axis(title=None, ticks=False, domain=False, labelLimit=220, labelOverlap=False),
            ),
            tooltip=[
                alt.Tooltip("what:N", title="Item, market"),
                alt.Tooltip("value:Q", title=unit, format=",.0f"),
                alt.Tooltip("units:Q", title="Units", format=",.0f"),
            ],
        )
    )
    return quiet(bars, title)


def sourcing(frame: pd.DataFrame, *, title: str, unit: str) -> Any:
    """Stacked bars of where goods come from. Columns: ``period``, ``source``, ``value``."""
    bars = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=period_axis(),
            y=amount_axis("value", unit),
            color=alt.Color("source:N", sort=None),
            tooltip=[
                alt.Tooltip("period:O", title="Month"),
                alt.Tooltip("source:N", title="Source"),
                alt.Tooltip("value:Q", title=unit, format=",.0f"),
            ],
        )
    )
    return quiet(bars, title)
