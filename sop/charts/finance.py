"""Charts of the money: bridge, cash, P&L by month, gap to budget, and the walk from objective to cash."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from sop.charts.legend import legend, own_hue
from sop.charts.palette import BAD, GOOD, INK, NEUTRAL
from sop.charts.parts import SI, amount_axis, ends, months, named_rows, period_axis, pick, quiet, sized
from sop.charts.scales import Span

_WITH_TEXT = 1.7
"""Length of an axis that leaves room for an amount beside the longest bar."""


def bridge(frame: pd.DataFrame, *, title: str, unit: str, held: bool = False) -> Any:
    """Signed bars explaining a difference, with the amount beside each.

    Columns: ``step``, ``amount``, ``label`` (the amount as people read it), ``rank`` (top to bottom).
    """
    y = _steps(alt.SortField("rank"), 175)
    scale = alt.Scale(nice=False, padding=40) if held else alt.Scale(padding=40)
    axis = alt.Axis(title=None, labelExpr=SI, tickCount=3, domain=False, labelBound=True)
    x = alt.X("amount:Q", axis=axis, scale=scale)
    tooltip = [alt.Tooltip("step:N", title="Cause"), alt.Tooltip("amount:Q", title=unit, format="+,.0f")]
    colour = alt.condition("datum.amount < 0", alt.value(BAD), alt.value(GOOD))
    bars = alt.Chart().mark_bar(height={"band": 0.72}).encode(x=x, y=y, color=colour, tooltip=tooltip)
    texts = alt.Chart().mark_text(
        align=alt.ExprRef("datum.amount < 0 ? 'right' : 'left'"),
        dx=alt.ExprRef("datum.amount < 0 ? -4 : 4"),
        fontSize=sized(11),
        color=INK,
    )
    layers = [*_reached(axis, scale, held), bars, texts.encode(x=x, y=y, text="label:N")]
    return quiet(alt.layer(*layers, data=frame), title)


def by_family(frame: pd.DataFrame, *, title: str, unit: str, order: tuple[str, ...] = (), held: bool = False) -> Any:
    """A bar per family, the reference as a tick, the amount and its difference beside it; a click picks the family.

    Columns: ``family``, ``value``, ``reference``, ``label``, ``focus``, ``hue``.
    ``order`` are the rows from top to bottom. A ``held`` axis has to leave room for labels (``with_text``).
    """
    y = named_rows("family", order)
    scale = alt.Scale(nice=False) if held else alt.Scale(padding=74)
    amounts = alt.Axis(title=None, labelExpr=SI, tickCount=3, domain=False)
    x = alt.X("value:Q", axis=amounts, scale=scale)
    tooltip = [
        alt.Tooltip("family:N", title="Family"),
        alt.Tooltip("value:Q", title=f"Scenario, {unit}", format=",.0f"),
        alt.Tooltip("reference:Q", title="Reference", format=",.0f"),
    ]
    row = alt.Chart().mark_rect(opacity=0).encode(y=y, tooltip=tooltip).add_params(pick("family"))
    marked = alt.Chart().transform_filter("datum.focus").mark_rect(color=INK, opacity=0.13).encode(y=y)
    bars = alt.Chart().mark_bar(height={"band": 0.66}).encode(x=x, y=y, color=own_hue(), tooltip=tooltip)
    ticks = alt.Chart().mark_tick(color=INK, thickness=2, height={"band": 0.9})
    ticks = ticks.encode(x=alt.X("reference:Q", axis=amounts, scale=scale), y=y)
    texts = alt.Chart().mark_text(align="left", dx=5, fontSize=sized(11), color=INK)
    layers = [marked, row, *_reached(amounts, scale, held), bars, ticks, texts.encode(x=x, y=y, text="label:N")]
    return quiet(alt.layer(*layers, data=frame), title)


def with_text(span: Span) -> Span:
    """``span`` with room for an amount beside the longest bar."""
    return span[0], _WITH_TEXT * span[1]


def _reached(axis: alt.Axis, scale: alt.Scale, held: bool) -> list[alt.Chart]:
    """As ``parts.ends``, for an axis that lies."""
    if not held:
        return []
    unseen = alt.Chart().transform_filter("isValid(datum.ends)").mark_point(opacity=0, size=0, tooltip=None)
    return [unseen.encode(x=alt.X("ends:Q", axis=axis, scale=scale))]


def _steps(order: Any, widest: int) -> alt.Y:
    """Steps from top to bottom in an order of their own: the order of rows is lost when figures are swapped."""
    axis = alt.Axis(title=None, ticks=False, domain=False, labelLimit=widest, labelOverlap=False, labelFlush=False)
    return alt.Y("step:N", sort=order, axis=axis)


def cash_lines(frame: pd.DataFrame, *, title: str, unit: str, minimum: float | None = None, held: bool = False) -> Any:
    """Closing cash of reference and scenario, the minimum as a rule, the scenario's low point marked.

    Columns: ``period``, ``series``, ``value``, ``low`` (True at the scenario's lowest month), ``label``,
    ``side`` (how the label stands to it), ``under`` (whether it stands below its point), ``focus``, and those of
    ``with_lines``.
    """
    x = period_axis()
    y = amount_axis("value", unit, held)
    low = alt.Chart().transform_filter("datum.low")
    tooltip = [
        alt.Tooltip("period:O", title="Month"),
        alt.Tooltip("series:N", title="Scenario"),
        alt.Tooltip("value:Q", title=f"Closing cash, {unit}", format=",.0f"),
    ]
    lines = alt.Chart().mark_line(strokeWidth=2)
    layers = [
        *ends(unit, held),
        *months(*tooltip),
        lines.encode(x=x, y=y, detail="series:N", color=own_hue(), tooltip=tooltip),
        low.mark_point(filled=True, size=60).encode(x=x, y=y, color=own_hue()),
        low.mark_text(
            align=alt.ExprRef("datum.side"),
            dy=alt.ExprRef("datum.under ? 14 : -12"),
            fontSize=sized(11),
            fontWeight=600,
            color=INK,
        ).encode(x=x, y=y, text="label:N"),
        *legend(),
    ]
    if minimum is not None:
        rule = low.mark_rule(color=BAD, strokeDash=[4, 3]).encode(y=alt.datum(minimum))
        told = low.mark_text(align="left", baseline="top", dx=2, dy=3, fontSize=sized(10), color=INK)
        layers += [rule, told.encode(x=alt.value(0), y=alt.datum(minimum), text=alt.value("minimum"))]
    return quiet(alt.layer(*layers, data=frame), title)


def money_by_month(frame: pd.DataFrame, *, title: str, unit: str, held: bool = False) -> Any:
    """Bars of a figure per month, reference as a tick.

    Columns: ``period``, ``value``, ``reference``, ``focus``, ``hue``.
    """
    x = period_axis()
    tooltip = [
        alt.Tooltip("period:O", title="Month"),
        alt.Tooltip("value:Q", title="Scenario", format=",.0f"),
        alt.Tooltip("reference:Q", title="Reference", format=",.0f"),
    ]
    bars = alt.Chart().mark_bar().encode(x=x, y=amount_axis("value", unit, held), color=own_hue(), tooltip=tooltip)
    ticks = alt.Chart().mark_tick(color=INK, thickness=2, width={"band": 1})
    ticks = ticks.encode(x=x, y=amount_axis("reference", unit, held))
    return quiet(alt.layer(*ends(unit, held), *months(*tooltip), bars, ticks, data=frame), title)


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
