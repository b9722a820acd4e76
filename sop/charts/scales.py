"""Where axes end, so that they hold still while figures move."""

from __future__ import annotations

from math import floor

_STEPS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
_TOO_WIDE = 0.35
"""Share of a held axis that figures must keep filling; below it the axis comes in."""

Span = tuple[float, float]
"""Lower and upper end of an axis."""


def nice_ceiling(value: float) -> float:
    """The next of 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10 times a power of ten: axes that move only in large steps.

    >>> nice_ceiling(130.0), nice_ceiling(0.0)
    (150.0, 1.0)
    """
    if not value > 0:
        return 1.0
    power = 10.0 ** int(f"{value:e}".split("e")[1])
    return next(float(f"{step * power:.6g}") for step in _STEPS if step * power >= value)


def outward(low: float, high: float) -> Span:
    """Zero and both ends, rounded outward; the smaller side to a quarter of the larger one's ceiling, to save height.

    >>> outward(0.0, 130.0), outward(-30.0, 130.0), outward(-7.0, 3.0)
    ((0.0, 150.0), (-37.5, 150.0), (-8.0, 4.0))
    """
    larger = nice_ceiling(max(high, -low))
    below, above = (_quarters(max(size, 0.0), larger) for size in (-low, high))
    return (0.0 - below, above) if below or above else (0.0, 1.0)


def _quarters(size: float, larger: float) -> float:
    quarter = larger / 4.0
    needed = floor(size / quarter) + (size % quarter > 1e-9 * larger)
    return larger if size > 0.75 * larger else needed * quarter


def steady(held: Span | None, low: float, high: float) -> Span:
    """The ends of an axis for figures from ``low`` to ``high``: the ``held`` ones as long as they do.

    They do when all figures lie inside and fill more than a third of the axis; else new ends are taken ``outward``.
    So an axis moves in large steps, and not to and fro around one of them.

    >>> steady(None, 0.0, 130.0), steady((0.0, 150.0), 0.0, 149.0), steady((0.0, 150.0), 0.0, 151.0)
    ((0.0, 150.0), (0.0, 150.0), (0.0, 200.0))
    >>> steady((0.0, 200.0), 0.0, 149.0), steady((0.0, 200.0), 0.0, 60.0)
    ((0.0, 200.0), (0.0, 60.0))
    """
    wanted = outward(low, high)
    slack = 1e-6 * (held[1] - held[0]) if held else 0.0
    if held is None or low < held[0] - slack or high > held[1] + slack:
        return wanted
    filled = max(high, 0.0) - min(low, 0.0)
    return held if filled > _TOO_WIDE * (held[1] - held[0]) else wanted
