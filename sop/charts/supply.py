"""Charts of the supply review: what customers get, how full resources are, stock against its target, shortages."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from sop.charts.legend import legend, own_hue
from sop.charts.names import legend_columns
from sop.charts.palette import BAD, FULFILMENT, INK, LOAD_COLOURS, LOAD_STEPS
from sop.charts.parts import SI, amount_axis, ends, months, named_rows, period_axis, pick, quiet, sized


def fulfilment(frame: pd.DataFrame, *, title: str, unit: str, held: bool = False) -> Any:
    """Stacked bars on time / late / short / declined, with a tick at unconstrained demand.

    Columns: ``period``, ``status``, ``value``, ``demand`` (the same on every row of a bucket), ``rank``, ``focus``.
    """
    x = period_axis()
    colours = alt.Scale(domain=list(FULFILMENT), range=list(FULFILMENT.values()))
    bars = (
        alt.Chart()
        .mark_bar()
        .encode(
            x=x,
            y=amount_axis("value", unit, held),
            color=alt.Color("status:N", scale=colours, sort=None),
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
    ticks = ticks.encode(x=x, y=amount_axis("demand", unit, held))
    return quiet(alt.layer(*ends(unit, held), *months(), bars, ticks, data=frame), title)


def load_heat(frame: pd.DataFrame, *, title: str, order: tuple[str, ...] = ()) -> Any:
    """Resource x month: load required in the month demand is due, in steps, numbers from 95 %, outlined where still
    full after planning. A click picks resource and month.

    Columns: ``period``, ``resource``, ``row`` (its name, broken into two lines where it is long), ``required``,
    ``used`` (% of regular hours), ``full`` (bool), ``action`` (text), ``focus`` (bool). ``order`` are the rows, there
    or not: what is there may change without another specification. A row without ``required`` only takes up room.
    """
    x, y = period_axis(), named_rows("row", order)
    steps = alt.Scale(type="threshold", domain=list(LOAD_STEPS), range=list(LOAD_COLOURS))
    tooltip = [
        alt.Tooltip("resource:N", title="Resource"),
        alt.Tooltip("period:O", title="Month"),
        alt.Tooltip("required:Q", title="Required, % of regular hours", format=".0f"),
        alt.Tooltip("used:Q", title="Planned, % of regular hours", format=".0f"),
        alt.Tooltip("action:N", title="The plan"),
    ]
    size: dict[str, Any] = {"cornerRadius": 2, "width": {"band": 1}, "height": {"band": 0.88}}
    rows = alt.Chart().mark_point(opacity=0, size=0, tooltip=None).encode(y=y)
    there = alt.Chart().transform_filter("isValid(datum.required)")
    cells = there.mark_rect(**size).encode(x=x, y=y, tooltip=tooltip)
    outline = alt.Chart().mark_rect(**size, filled=False, stroke=INK).encode(x=x, y=y, tooltip=tooltip)
    numbers = alt.Chart().transform_filter("datum.required >= 94.5").mark_text(fontSize=sized(9))
    on_dark = (
        alt.when("datum.required >= 100")
        .then(alt.value("white"))
        .when("datum.required >= 95")
        .then(alt.value("#0b141c"))
        .otherwise(alt.value(INK))
    )
    layers = [
        rows,
        cells.encode(color=alt.Color("required:Q", scale=steps, legend=None)).add_params(pick("resource", "period")),
        outline.transform_filter("datum.full").encode(strokeWidth=alt.value(1.8)),
        outline.transform_filter("datum.focus").encode(strokeWidth=alt.value(1.2), strokeDash=alt.value([3, 2])),
        numbers.encode(x=x, y=y, text=alt.Text("required:Q", format=".0f"), color=on_dark, tooltip=tooltip),
    ]
    return quiet(alt.layer(*layers, data=frame), title)


def stock_lines(frame: pd.DataFrame, *, title: str, unit: str, held: bool = False) -> Any:
    """Projected stock of reference and scenario against the target band, shaded, its lower end (the target) dashed.

    Columns: ``period``, ``series``, ``value``, ``low``, ``high`` (scenario rows only), ``focus``, and those of
    ``with_lines``.
    """
    x = period_axis()
    target = alt.Chart().transform_filter("isValid(datum.low)")
    tooltip = [
        alt.Tooltip("period:O", title="Month"),
        alt.Tooltip("series:N", title="Scenario"),
        alt.Tooltip("value:Q", title=f"Stock, {unit}", format=",.0f"),
        alt.Tooltip("low:Q", title="Safety target", format=",.0f"),
        alt.Tooltip("high:Q", title="Twice the target, or the ceiling", format=",.0f"),
    ]
    low = amount_axis("low", unit, held)
    layers = alt.layer(
        *ends(unit, held),
        *months(*tooltip),
        target.mark_area(color=INK, opacity=0.1).encode(x=x, y=low, y2="high:Q", tooltip=tooltip),
        target.mark_line(color=INK, strokeDash=[3, 3], strokeWidth=1.2, opacity=0.7).encode(x=x, y=low),
        alt.Chart()
        .mark_line(strokeWidth=2)
        .encode(x=x, y=amount_axis("value", unit, held), detail="series:N", color=own_hue(), tooltip=tooltip),
        *legend(),
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
                axis=alt.Axis(
                    title=None, ticks=False, domain=False, labelLimit=330, labelOverlap=False, labelFlush=False
                ),
            ),
            tooltip=[
                alt.Tooltip("what:N", title="Item, market"),
                alt.Tooltip("value:Q", title=unit, format=",.0f"),
                alt.Tooltip("units:Q", title="Units", format=",.0f"),
            ],
        )
    )
    return quiet(bars, title)


def sourcing(frame: pd.DataFrame, *, title: str, unit: str, names: tuple[str, ...] = ()) -> Any:
    """Stacked bars of where goods come from, or what stock or heads are made of. Columns: ``period``, ``source``,
    ``value``; ``names`` are the sources from bottom to top."""
    tooltip = [
        alt.Tooltip("period:O", title="Month"),
        alt.Tooltip("source:N", title="Of which"),
        alt.Tooltip("value:Q", title=unit, format=",.0f"),
    ]
    legend = alt.Legend(columns=legend_columns(names)) if names else alt.Undefined
    colour = alt.Color("source:N", sort=list(names) or None, legend=legend)
    bars = (
        alt.Chart(frame).mark_bar().encode(x=period_axis(), y=amount_axis("value", unit), color=colour, tooltip=tooltip)
    )
    return quiet(bars, title)
