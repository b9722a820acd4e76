"""Putting charts on the page: the specification is made once, only the figures travel afterwards."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal

import pandas as pd
import streamlit as st


def draw(
    build: Callable[..., Any],
    frame: pd.DataFrame,
    *,
    key: str,
    height: int | Literal["stretch"],
    alt: str,
    **settings: Any,
) -> None:
    """Draw ``build(frame, **settings)`` ``height`` pixels high (or as high as is left), as wide as its place.

    While only figures change, the browser keeps its chart and swaps the rows. ``alt`` says what the chart shows to
    people who cannot see it. Settings must be hashable.
    """
    spec = _specification(build, tuple(frame.columns), tuple(sorted(settings.items())))
    st.vega_lite_chart(frame, copy.deepcopy(spec), height=height, width="stretch", key=key, alt=alt)


@lru_cache(maxsize=512)
def _specification(
    build: Callable[..., Any], columns: tuple[str, ...], settings: tuple[tuple[str, Any], ...]
) -> dict[str, Any]:
    from sop.charts.parts import specification

    return specification(build, columns, **dict(settings))
