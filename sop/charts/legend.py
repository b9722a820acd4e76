"""Drawing legends that travel with the figures (``entries``)."""

from __future__ import annotations

import json
from typing import Any

import altair as alt

from sop.charts.entries import DASHED, SQUARE, SYMBOL, TITLE
from sop.charts.palette import INK
from sop.charts.parts import sized

_ROW = 15


def legend() -> list[alt.Chart]:
    """Layers that draw what ``with_legend`` has put into the frame, above the plot."""
    named = alt.Chart().transform_filter("isValid(datum.entry)")
    middle = f"datum.entry_x + (datum.entry_mark == '{SQUARE}' ? 4 : 7)"
    left = f"datum.entry_x + {json.dumps(SYMBOL)}[datum.entry_mark]"
    y = _pixels(f"-10 + {_ROW} * datum.entry_y")
    hue = f"datum.entry_hue || '{INK}'"
    symbols = named.transform_filter(f"datum.entry_mark != '{TITLE}'").mark_point(
        shape=alt.ExprRef(f"datum.entry_mark == '{SQUARE}' ? 'square' : 'M-1.5,0L1.5,0'"),
        size=sized(60),
        fill=alt.ExprRef(hue),
        stroke=alt.ExprRef(hue),
        strokeWidth=alt.ExprRef(f"datum.entry_mark == '{SQUARE}' ? 0 : 2"),
        strokeDash=alt.ExprRef(f"datum.entry_mark == '{DASHED}' ? [4, 2] : [1, 0]"),
        opacity=1,
        tooltip=None,
    )
    texts = named.mark_text(
        align="left",
        baseline="middle",
        fontSize=sized(11),
        fontWeight=alt.ExprRef(f"datum.entry_mark == '{TITLE}' ? 600 : 400"),
        color=INK,
        tooltip=None,
    )
    return [symbols.encode(x=_pixels(middle), y=y), texts.encode(x=_pixels(left), y=y, text="entry:N")]


def _pixels(expression: str) -> Any:
    """A place from the plot's upper left corner, which grows with the letters (``sized``)."""
    return alt.value(alt.ExprRef(f"({expression}) * (windowSize()[0] > 1700 ? 1.25 : 1)"))


def own_hue(**more: Any) -> Any:
    """Colour by ``hue``, ink where a row has none."""
    return alt.when("datum.hue").then(alt.Color("hue:N", scale=None, **more)).otherwise(alt.value(INK))
