"""What charts share: the time axis, the money axis, and splitting a chart into its specification and its data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from sop.charts.names import CHOSEN, legend_columns
from sop.charts.palette import INK
from sop.charts.scales import Span

_MONTH = "toNumber(substring(datum.label, 5, 7))"
_NAMED = f"[monthAbbrevFormat({_MONTH} - 1), {_MONTH} == 1 ? substring(datum.label, 0, 4) : '']"
_DAY = f"substring(datum.label, 8, 10) + ' ' + monthAbbrevFormat({_MONTH} - 1)"
PERIOD_LABEL = f"length(datum.label) > 7 ? {_DAY} : {_MONTH} % 3 == 1 ? {_NAMED} : ''"
EVERY_PERIOD_LABEL = f"length(datum.label) > 7 ? {_DAY} : slice(monthAbbrevFormat({_MONTH} - 1), 0, 1)"
SI = "abs(datum.value) < 1 ? format(datum.value, '~g') : replace(format(datum.value, '~s'), 'G', 'B')"
"""Axis labels with k, M, B and a bare zero."""


_LONG = 22
"""Letters of a name from which it is written smaller."""
_FEWEST_ROWS = 4
"""With fewer rows than these, rows of a chart of names keep a margin instead of growing further."""


def period_axis(every: bool = False, labels: bool = True) -> alt.X:
    """Ordinal time axis on ``period`` (bucket labels, which sort by time); quarters are named, or ``every`` bucket."""
    axis = alt.Axis(
        title=None,
        labels=labels,
        labelExpr=EVERY_PERIOD_LABEL if every else PERIOD_LABEL,
        labelAngle=0,
        labelOverlap="greedy" if every else True,
        ticks=False,
        domainOpacity=0.4,
        labelPadding=4,
        grid=False,
    )
    return alt.X("period:O", sort="ascending", axis=axis, scale=alt.Scale(paddingInner=0.18, paddingOuter=0.1))


def amount_axis(field: str, unit: str, held: bool = False, **more: Any) -> alt.Y:
    """Quantitative axis titled with its unit, from zero; ``held``: it ends where ``ends`` says, not rounded further."""
    scale = alt.Scale(nice=False, zero=True) if held else alt.Scale(zero=True)
    axis = alt.Axis(
        title=unit,
        titleAngle=0,
        titleAnchor="end",
        titleAlign="right",
        titleBaseline="bottom",
        titleX=-6,
        titleY=-5,
        labelExpr=SI,
        tickCount=4,
        grid=True,
        gridOpacity=0.5,
        domain=False,
        ticks=False,
    )
    return alt.Y(f"{field}:Q", scale=scale, axis=axis, **more)


def ends(unit: str, held: bool) -> list[alt.Chart]:
    """A layer nobody sees that makes a ``held`` axis reach the ends in the frame's column ``ends``.

    They travel with the figures: in the specification they would make the browser draw the chart anew.
    """
    if not held:
        return []
    reached = alt.Chart().transform_filter("isValid(datum.ends)").mark_point(opacity=0, size=0, tooltip=None)
    return [reached.encode(y=amount_axis("ends", unit, held))]


def with_ends(frame: pd.DataFrame, span: Span) -> pd.DataFrame:
    """``frame`` with ``ends``: those of ``span`` on its first two rows."""
    return frame.assign(ends=np.array([*span, *[np.nan] * len(frame)])[: len(frame)])


def pick(*fields: str) -> alt.Parameter:
    """A selection by click of the values of ``fields``; every click adds a value or takes it out again."""
    return alt.selection_point(name=CHOSEN, fields=list(fields), toggle="true", on="click", clear=False)


def months(*tooltip: alt.Tooltip) -> list[alt.Chart]:
    """Layers below all others: the whole height of a month can be clicked; the month in focus is marked.

    The frame needs ``period`` and ``focus`` (True on one row of the month in focus, None on rows that add nothing: one
    of each month is enough).
    """
    anywhere = alt.Chart().transform_filter("datum.focus !== null").mark_rect(opacity=0).encode(x=period_axis())
    anywhere = anywhere.encode(tooltip=list(tooltip)) if tooltip else anywhere
    marked = alt.Chart().transform_filter("datum.focus").mark_rect(color=INK, opacity=0.13)
    return [marked.encode(x=period_axis()), anywhere.add_params(pick("period"))]


def named_rows(field: str, order: Sequence[str]) -> alt.Y:
    """Rows in a given order; long names in smaller letters, on two lines where they bring a break, never cut off."""
    long = any("\n" in name or len(name) > _LONG for name in order)
    axis = alt.Axis(
        title=None,
        ticks=False,
        domain=False,
        labelLimit=0,
        labelOverlap=False,
        labelFlush=False,
        labelExpr="split(datum.label, '\\n')",
        labelFontSize=sized(9 if long else 11),
        labelLineHeight=10,
    )
    slim = alt.Scale(paddingInner=0.08, paddingOuter=min(max(0.0, (_FEWEST_ROWS - len(order)) / 2), 1.0))
    return alt.Y(f"{field}:N", sort=list(order) or None, axis=axis, scale=slim if order else alt.Undefined)


def series_colour(names: Sequence[str], colours: Sequence[str]) -> alt.Color:
    """Colour by ``series``, the legend in as many columns as its names leave room for."""
    legend = alt.Legend(columns=legend_columns(names))
    return alt.Color(
        "series:N", scale=alt.Scale(domain=list(names), range=list(colours)), sort=list(names), legend=legend
    )


def quiet(chart: Any, title: str) -> Any:
    """Title and settings every chart of the app shares: no frame, transparent, small legend on top."""
    return (
        chart.properties(title=alt.Title(title, anchor="start", fontSize=sized(12), fontWeight=600, offset=4))
        .configure(background="transparent")
        .configure_view(strokeWidth=0)
        .configure_legend(
            orient="top",
            direction="horizontal",
            title=None,
            symbolSize=70,
            labelFontSize=sized(11),
            offset=2,
            padding=0,
            labelLimit=330,
        )
        .configure_axis(labelFontSize=sized(11), titleFontSize=sized(11), titleFontWeight="normal")
    )


def sized(pixels: int) -> alt.ExprRef:
    """A font size that grows by a quarter on the large window of a projector."""
    return alt.ExprRef(f"windowSize()[0] > 1700 ? {1.25 * pixels:g} : {pixels}")


def specification(build: Callable[..., Any], columns: tuple[str, ...], **settings: Any) -> dict[str, Any]:
    """Vega-Lite specification of ``build(frame, **settings)`` without its data: what stays while figures change."""
    chart = build(pd.DataFrame(columns=list(columns)), **settings)
    spec: dict[str, Any] = chart.to_dict(validate=False)
    for name in ("data", "datasets", "$schema"):
        spec.pop(name, None)
    return spec
