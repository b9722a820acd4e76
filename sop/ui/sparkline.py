"""A line the size of a word: the course of one figure over the window. Decoration: panes and tables say it in full."""

from __future__ import annotations

from urllib.parse import quote

import numpy as np

from sop.charts.palette import REFERENCE
from sop.domain.parameters import Array

WIDTH, HEIGHT = 64, 20
_MARGIN = 2.0


def sparkline(values: Array, reference: Array, colour: str) -> str:
    """Picture element of ``values`` in ``colour`` over ``reference`` in its grey, both on one scale; [T] each.

    Months without a figure are left out; fewer than two months draw nothing.
    """
    lowest, highest = _range(np.concatenate([values, reference]))
    lines = [_line(one, lowest, highest) for one in (reference, values)]
    drawn = _stroke(lines[0], REFERENCE, 1.2) + _stroke(lines[1], colour, 1.8)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" fill="none">{drawn}</svg>'
    return f'<img src="data:image/svg+xml,{quote(svg)}" width="{WIDTH}" height="{HEIGHT}" alt="">'


def _stroke(points: str, colour: str, width: float) -> str:
    return f'<polyline points="{points}" stroke="{colour}" stroke-width="{width}"/>' if points else ""


def _range(values: Array) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    return (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)


def _line(values: Array, lowest: float, highest: float) -> str:
    """``x,y`` pairs; a figure that never changes runs along the middle."""
    known = np.flatnonzero(np.isfinite(values))
    if len(known) < 2:
        return ""
    x = _MARGIN + known * (WIDTH - 2 * _MARGIN) / (len(values) - 1)
    share = (values[known] - lowest) / (highest - lowest) if highest > lowest else np.full(len(known), 0.5)
    y = HEIGHT - _MARGIN - share * (HEIGHT - 2 * _MARGIN)
    return " ".join(f"{across:.1f},{down:.1f}" for across, down in zip(x, y, strict=True))
