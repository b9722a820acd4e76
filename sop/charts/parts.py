"""What charts share: the time axis, the money axis, and splitting a chart into its specification and its data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import altair as alt
import pandas as pd

_MONTH = "toNumber(substring(datum.label, 5, 7))"
_NAMED = f"[monthAbbrevFormat({_MONTH} - 1), {_MONTH} == 1 ? substring(datum.label, 0, 4) : '']"
_DAY = f"substring(datum.label, 8, 10) + ' ' + monthAbbrevFormat({_MONTH} - 1)"
PERIOD_LABEL = f"length(datum.label) > 7 ? {_DAY} : {_MONTH} % 3 == 1 ? {_NAMED} : ''"
EVERY_PERIOD_LABEL = f"length(datum.label) > 7 ? {_DAY} : slice(monthAbbrevFormat({_MONTH} - 1), 0, 1)"
SI = "format(datum.value, '~s')"
"""Axis labels with k, M and a bare zero."""


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


def amount_axis(field: str, unit: str, top: float | None = None, bottom: float = 0.0, **more: Any) -> alt.Y:
    """Quantitative axis titled with its unit; from ``bottom`` to ``top`` so that it holds still, else from the data."""
    scale = alt.Scale(domain=[bottom, top], nice=False, clamp=True) if top is not None else alt.Scale(zero=True)
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
            labelLimit=220,
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
