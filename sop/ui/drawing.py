"""Putting charts on the page: the specification is made once, only the figures travel afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable
from functools import lru_cache, partial
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import streamlit as st

from sop.charts.palette import INK
from sop.charts.scales import Span, steady
from sop.ui import focus, opening
from sop.ui.figure_style import ink

Table = Callable[[], pd.DataFrame]


def draw(
    build: Callable[..., Any],
    frame: pd.DataFrame,
    *,
    key: str,
    height: int | Literal["stretch"],
    alt: str,
    selects: bool = False,
    of: str = "",
    table: Table | None = None,
    ends: Span | None = None,
    **settings: Any,
) -> None:
    """Draw ``build(frame, **settings)`` ``height`` pixels high (or as high as is left), as wide as its place.

    While only figures change, the browser keeps its chart and swaps the rows. ``alt`` says what the chart shows to
    people who cannot see it; whose figures they are says ``of``, in the table's title (a browser draws a chart anew
    when its description changes). ``selects``: a click into the chart moves the focus of all panes. ``table`` makes the
    figures that open beside the title, the frame itself unless given. ``ends`` of a value axis that is ``held``, for
    charts that can. Settings must be hashable.
    """
    shown = frame
    if ends is not None:
        from sop.charts.parts import with_ends

        shown, settings = with_ends(frame, ends), {**settings, "held": True}
    spec = json.loads(
        _specification(build, tuple(shown.columns), tuple(sorted(settings.items())), ink(st.context.theme.type))
    )
    chosen: dict[str, Any] = {"on_select": partial(focus.picked, key)} if selects else {}
    with st.container(key=f"figure_{key}", height=height, gap=None, border=False):
        st.vega_lite_chart(_figures(shown), spec, height="stretch", width="stretch", key=key, alt=alt, **chosen)
        opening.button(key, f"{alt}: {of}" if of else alt, table or (lambda: frame))


def held(key: str, frame: pd.DataFrame, columns: tuple[str, ...], *about: Hashable, stacked: bool = False) -> Span:
    """Ends of the value axis of chart ``key`` for the figures in ``columns``, kept while they do.

    ``about`` says what is shown: when it changes, the axis is chosen anew. ``stacked``: signed parts of each period
    lie on one another.
    """
    values = [frame[name].to_numpy(dtype=np.float64) for name in columns]
    if stacked:
        row = np.unique(frame["period"].to_numpy(), return_inverse=True)[1]
        values = [np.bincount(row, weights=clipped) for clipped in (values[0].clip(max=0), values[0].clip(min=0))]
    known = np.concatenate([one[~np.isnan(one)] for one in values] or [np.zeros(0)])
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)
    axes = st.session_state.setdefault("axes", {})
    kept = axes.get(key)
    before = kept[1] if kept is not None and kept[0] == about else None
    ends = steady(before, low, high)
    axes[key] = (about, ends)
    return ends


@lru_cache(maxsize=512)
def _specification(
    build: Callable[..., Any], columns: tuple[str, ...], settings: tuple[tuple[str, Any], ...], inked: str = INK
) -> str:
    from sop.charts.parts import specification

    return json.dumps(on_paper(specification(build, columns, **dict(settings)), inked))


def _figures(frame: pd.DataFrame) -> pa.Table:
    """``frame`` as it travels to the browser, several times as fast as pandas makes it."""
    return pa.table({name: pa.array(frame[name].to_numpy(), from_pandas=True) for name in frame})


def on_paper(spec: dict[str, Any], inked: str) -> dict[str, Any]:
    """``spec`` on the page's own ground instead of none, drawn in ``inked``: pictures that are taken away need both.

    >>> on_paper({"mark": {"color": "currentColor"}, "config": {"background": "transparent", "view": {}}}, "#000")
    {'mark': {'color': '#000'}, 'config': {'view': {}}}
    """
    text = json.dumps(spec)
    for quote in ('"', "'"):  # a value, or part of an expression
        text = text.replace(f"{quote}{INK}{quote}", f"{quote}{inked}{quote}")
    drawn: dict[str, Any] = json.loads(text)
    drawn.get("config", {}).pop("background", None)
    return drawn
