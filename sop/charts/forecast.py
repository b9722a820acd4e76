"""Charts of the demand review: forecast against history, change by driver, decomposition."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from sop.charts.legend import legend, own_hue
from sop.charts.palette import DRIVERS, INK
from sop.charts.parts import amount_axis, ends, months, period_axis, quiet


def forecast_lines(frame: pd.DataFrame, *, title: str, unit: str, held: bool = False) -> Any:
    """History, reference and scenario over time, with the scenario's P10-P90 band.

    Columns: ``period``, ``series`` (Actual or a scenario's name), ``value``, ``low``, ``high`` (band, scenario only),
    ``today`` (True in the first planned bucket), ``turned`` (True where overrides of chosen months act), ``focus``, and
    those of ``with_lines``.
    """
    x, colour = period_axis(), own_hue()
    tooltip = _tooltip("series", "value", unit)
    ranges = [alt.Tooltip("low:Q", title="P10", format=",.0f"), alt.Tooltip("high:Q", title="P90", format=",.0f")]
    shade = alt.Chart().transform_filter("datum.turned").mark_rect(opacity=0.12)
    band = alt.Chart().transform_filter("isValid(datum.high)").mark_area(opacity=0.25)
    line = alt.Chart().mark_line(strokeWidth=2, interpolate="linear")
    today = alt.Chart().transform_filter("datum.today").mark_rule(color=INK, opacity=0.55, strokeDash=[2, 3])
    layers = alt.layer(
        shade.encode(x=x, color=colour),
        *ends(unit, held),
        *months(*tooltip, *ranges),
        band.encode(x=x, y=amount_axis("low", unit, held), y2="high:Q", color=colour, tooltip=[*tooltip, *ranges]),
        today.encode(x=x),
        line.encode(
            x=x,
            y=amount_axis("value", unit, held),
            detail="series:N",
            color=colour,
            strokeDash=alt.when("datum.dashed").then(alt.value([5, 3])).otherwise(alt.value([1, 0])),
            tooltip=tooltip,
        ),
        *legend(),
        data=frame,
    )
    return quiet(layers, title)


def driver_changes(frame: pd.DataFrame, *, title: str, unit: str, held: bool = False) -> Any:
    """Signed stacked bars: the change of demand against the reference, by driver.

    Columns: ``period``, ``driver``, ``value``, ``focus``, and those of ``with_legend``, which may begin with a
    title instead of ``title``: what is shown may change then, and the browser keeps its chart.
    """
    y = amount_axis("value", unit, held)
    tooltip = _tooltip("driver", "value", unit, "+,.0f")
    bars = alt.Chart().mark_bar().encode(x=period_axis(), y=y, color=_driver_colour(None), tooltip=tooltip)
    layers = alt.layer(*ends(unit, held), *months(), bars, *legend(), data=frame)
    return quiet(layers, title)


def decomposition(frame: pd.DataFrame, *, title: str, unit: str, drivers: tuple[str, ...] = tuple(DRIVERS)) -> Any:
    """Signed stacked bars of everything demand is made of, baseline first, with the expected total as a line.

    Columns: ``period``, ``driver``, ``value``, ``total``, ``rank`` (drawing order).
    """
    x = period_axis()
    bars = (
        alt.Chart()
        .mark_bar()
        .encode(
            x=x,
            y=amount_axis("value", unit),
            color=_driver_colour(drivers),
            order="rank:Q",
            tooltip=_tooltip("driver", "value", unit),
        )
    )
    total = (
        alt.Chart()
        .transform_filter("datum.rank == 0")
        .mark_line(color=INK, strokeWidth=1.5, point=alt.OverlayMarkDef(size=16, color=INK))
    )
    return quiet(alt.layer(bars, total.encode(x=x, y=amount_axis("total", unit)), data=frame), title)


def _driver_colour(shown: tuple[str, ...] | None) -> alt.Color:
    """The colour each driver has everywhere, with a legend of those ``shown``; without one where it travels (None)."""
    names = tuple(DRIVERS) if shown is None else shown
    scale = alt.Scale(domain=list(names), range=[DRIVERS[name] for name in names])
    return alt.Color("driver:N", scale=scale, sort=None, legend=None if shown is None else alt.Undefined)


def _tooltip(name: str, value: str, unit: str, shown: str = ",.0f") -> list[alt.Tooltip]:
    return [
        alt.Tooltip("period:O", title="Month"),
        alt.Tooltip(f"{name}:N", title=name.capitalize()),
        alt.Tooltip(f"{value}:Q", title=unit or "Value", format=shown),
    ]
