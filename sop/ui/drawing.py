"""Putting charts on the page: the specification is made once, only the figures travel afterwards."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Hashable
from functools import lru_cache, partial
from typing import Any, Literal

import pandas as pd
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
    spec = _specification(build, tuple(shown.columns), tuple(sorted(settings.items())), ink(st.context.theme.type))
    chosen: dict[str, Any] = {"on_select": partial(focus.picked, key)} if selects else {}
    with st.container(key=f"figure_{key}", height=height, gap=None, border=False):
        st.vega_lite_chart(shown, copy.deepcopy(spec), height="stretch", width="stretch", key=key, alt=alt, **chosen)
        opening.button(key, f"{alt}: {of}" if of else alt, table or (lambda: frame))


def held(key: str, frame: pd.DataFrame, columns: tuple[str, ...], *about: Hashable, stacked: bool = False) -> Span:
    """Ends of the value axis of chart ``key`` for the figures in ``columns``, kept while they do.

    ``about`` says what is shown: when it changes, the axis is chosen anew. ``stacked``: signed parts of each period
    lie on one another.
    """
    values = frame[list(columns)]
    if stacked:
        parts = values.iloc[:, 0]
        low = parts.clip(upper=0).groupby(frame["period"]).sum().min()
        high = parts.clip(lower=0).groupby(frame["period"]).sum().max()
    else:
        low, high = values.min().min(), values.max().max()
    axes = st.session_state.setdefault("axes", {})
    kept = axes.get(key)
    before = kept[1] if kept is not None and kept[0] == about else None
    ends = steady(before, *(float(end) if end == end else 0.0 for end in (low, high)))  # noqa: PLR0124  (NaN)
    axes[key] = (about, ends)
    return ends


@lru_cache(maxsize=512)
def _specification(
    build: Callable[..., Any], columns: tuple[str, ...], settings: tuple[tuple[str, Any], ...], inked: str = INK
) -> dict[str, Any]:
    from sop.charts.parts import specification

    return on_paper(specification(build, columns, **dict(settings)), inked)


def on_paper(spec: dict[str, Any], inked: str) -> dict[str, Any]:
    """``spec`` on the page's own ground instead of none, drawn in ``inked``: pictures that are taken away need both.

    >>> on_paper({"mark": {"color": "currentColor"}, "config": {"background": "transparent", "view": {}}}, "#000")
    {'mark': {'color': '#000'}, 'config': {'view': {}}}
    """
    drawn: dict[str, Any] = json.loads(json.dumps(spec).replace(json.dumps(INK), json.dumps(inked)))
    drawn.get("config", {}).pop("background", None)
    return drawn
