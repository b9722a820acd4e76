"""A family of rows under construction: one per entity and bucket, filled by whole columns of terms."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sop.domain.parameters import Array, Mask
from sop.domain.plans import Index


@dataclass(eq=False)
class Rows:
    """Left sides of rows; right sides are set on the solver, as vectors.

    ``entities`` are the positions (nodes, resources, suppliers ...) the rows are written for, ``total`` the buckets of
    each (1 for rows over the whole horizon). The row of entity ``r`` and bucket ``t`` is number ``r x total + t``.
    """

    entities: Index
    total: int
    _row: list[Index] = field(default_factory=list)
    _column: list[Index] = field(default_factory=list)
    _value: list[Array] = field(default_factory=list)

    def add(self, row: Index | int, columns: Index, factor: Array | float = 1.0, delay: Index | int = 0) -> None:
        """Put factor x column of bucket t into the row of bucket t + ``delay`` (below 0: of an earlier one); what falls
        off the horizon is left out.

        ``columns`` [K, buckets] (or one line of them) belong to rows ``row`` [K]; ``factor`` is one number, [K] or
        [K, buckets], ``delay`` one number or [K].
        """
        columns = np.atleast_2d(columns)
        at = np.arange(columns.shape[1])[None, :] + np.broadcast_to(delay, len(columns))[:, None]
        number = np.broadcast_to(row, len(columns))[:, None] * self.total + at
        self._note(number, columns, factor, (at >= 0) & (at < self.total))

    def add_all(self, row: Index | int, columns: Index, factor: Array | float = 1.0) -> None:
        """Put every bucket of ``columns`` [K, buckets] into the one row of its entity (families over the horizon)."""
        columns = np.atleast_2d(columns)
        number = np.broadcast_to(np.broadcast_to(row, len(columns))[:, None], columns.shape)
        self._note(number, columns, factor, np.ones(columns.shape, dtype=bool))

    def triplets(self) -> tuple[Index, Index, Array]:
        """Number within the family, solver column and coefficient of every term."""
        if not self._row:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0)
        return np.concatenate(self._row), np.concatenate(self._column), np.concatenate(self._value)

    def numbers(self, first: int) -> Index:
        """Solver rows [entities, buckets] of a family whose first row is ``first``."""
        return first + np.arange(len(self.entities) * self.total, dtype=np.int64).reshape(-1, self.total)

    def _note(self, number: Index, columns: Index, factor: Array | float, kept: Mask) -> None:
        values = np.asarray(factor, dtype=np.float64)
        values = np.broadcast_to(values[:, None] if values.ndim == 1 else values, columns.shape)
        self._row.append(number[kept].astype(np.int64))
        self._column.append(columns[kept])
        self._value.append(values[kept])
