"""Rounding for display such that shown parts add up to the shown total."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sop.domain.parameters import Array


def round_to_total(values: Array, digits: int = 0, total: float | None = None) -> Array:
    """``values`` [n] rounded to ``digits`` so that they add up to ``total``, their rounded sum unless given.

    Largest remainder: every value moves by less than one unit of the last digit (as long as ``total`` is within reach);
    ties go to the earlier value.

    >>> round_to_total(np.array([1.4, 1.4, 1.4])).tolist()
    [2.0, 1.0, 1.0]
    >>> round_to_total(np.array([1.4, 2.0]), total=4.0).tolist()
    [2.0, 2.0]
    """
    scaled = np.asarray(values, dtype=np.float64) * 10.0**digits
    lower = np.floor(scaled)
    wanted = scaled.sum() if total is None else total * 10.0**digits
    everywhere, missing = divmod(int(np.floor(wanted + 0.5) - lower.sum()), max(len(scaled), 1))
    lower += everywhere  # only when the total is out of reach of single steps
    order = np.argsort(-(scaled - lower), kind="stable")
    lower[order[:missing]] += 1.0
    return np.asarray(lower / 10.0**digits, dtype=np.float64)


def round_statement(values: Array, signs: Sequence[int]) -> Array:
    """A statement [lines, buckets] rounded to whole units such that it adds up both ways.

    ``signs`` [lines] are +1 (earns), -1 (costs, a positive amount) and 0 (a subtotal: the signed sum of all lines
    above). Over all buckets the subtotals and the first line are the rounded true ones; within a bucket a subtotal is
    the sum of what is shown.

    >>> round_statement(np.array([[10.4, 10.4], [3.3, 3.3], [7.1, 7.1]]), (1, -1, 0)).tolist()
    [[11.0, 10.0], [4.0, 3.0], [7.0, 7.0]]
    """
    cells, sums = np.zeros(np.shape(values)), values.sum(axis=1)
    carried, group = 0.0, []
    for line, sign in enumerate(signs):
        if sign:
            group.append(line)
        if line == 0 or not sign:
            reached = float(np.floor(sums[line] + 0.5)) * (sign or 1)
            _round_group(cells, values, signs, group, reached - carried)
            carried, group = reached, []
        if not sign:
            cells[line] = np.array(signs[:line], dtype=np.float64) @ cells[:line]
    _round_group(cells, values, signs, group, float(np.floor(np.array(signs)[group] @ sums[group] + 0.5)))
    return cells + 0.0  # no negative zeros


def _round_group(cells: Array, values: Array, signs: Sequence[int], group: list[int], total: float) -> None:
    """Round the lines of one group so that their signed totals add up to ``total``."""
    if group:
        signed = np.array([signs[line] for line in group], dtype=np.float64)
        shown = round_to_total(signed * values[group].sum(axis=1), 0, total) * signed
        for line, amount in zip(group, shown, strict=True):
            cells[line] = round_to_total(values[line], 0, float(amount))
