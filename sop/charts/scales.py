"""Where axes end."""

from __future__ import annotations


def nice_ceiling(value: float) -> float:
    """The next of 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10 times a power of ten: axes that move only in large steps.

    >>> nice_ceiling(130.0), nice_ceiling(0.0)
    (150.0, 1.0)
    """
    if not value > 0:
        return 1.0
    power = 10.0 ** int(f"{value:e}".split("e")[1])
    return next(
        float(f"{step * power:.6g}") for step in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * power >= value
    )
