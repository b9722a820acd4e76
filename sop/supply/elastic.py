"""When hard limits collide: the same model with every such limit on a spring, and the least stretch that would do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np

from sop.domain.parameters import Array, Mask
from sop.domain.plans import Index
from sop.supply.solver import WarmSolver, insist
from sop.supply.variables import floors
from sop.supply.vectors import Vectors


@dataclass(frozen=True)
class Spring:
    """A family of hard limits that may give way: bounds of a column family, or sides of a row family.

    ``steady`` ones are one limit for all buckets (a head-count band, a warehouse): only their worst bucket counts.
    """

    family: str
    side: str  # lower or upper
    of_rows: bool = False
    steady: bool = False


_BARELY, _DUST = 1e-3, 1e-7
_IN_MONEY = ("inventory_value", "cash")
SPRINGS = (
    Spring("accepted_demand", "lower", of_rows=True),
    Spring("group_promise", "lower", of_rows=True),
    Spring("level", "lower"),
    Spring("shipped", "lower"),
    Spring("heads", "lower", steady=True),
    Spring("heads", "upper", steady=True),
    Spring("protected", "lower"),
    Spring("closing", "lower"),
    Spring("free", "lower"),
    Spring("free", "upper"),
    Spring("backlog", "upper"),
    Spring("storage_capacity", "upper", of_rows=True, steady=True),
    Spring("corridor_capacity", "upper", of_rows=True),
    Spring("inbound_capacity", "upper", of_rows=True),
    Spring("inventory_value", "upper", of_rows=True, steady=True),
    Spring("cash", "lower", steady=True),
    Spring("resource_capacity", "lower", of_rows=True),
    Spring("demand_total", "lower", of_rows=True),
    Spring("demand_total", "upper", of_rows=True),
    Spring("operation_total", "lower", of_rows=True),
    Spring("maintenance_total", "lower", of_rows=True),
)


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The best plan once limits have given way as little as possible: column values, and stretch by spring
    [entities, buckets]. ``held`` are the rows that kept the limits from being met (phase one's duals), ``resisting``
    what limits on springs did to it (their duals and reduced costs, positive), by spring [entities, buckets].
    """

    values: Array
    stretch: Mapping[Spring, Array]
    held: Array
    resisting: Mapping[Spring, Array]


class ElasticModel:
    """A second HiGHS model: the first one's matrix and one extra column per limit that may give way.

    Going below a column's floor is that column run backwards, going above its ceiling that column once more, giving way
    in a row a column in that row alone. Steady limits also get a column for their worst bucket. Phase one minimises the
    sum of all stretches: units and heads count alike, money as many units as it buys at ``unit_cost``, and of equal
    ones the family named first in SPRINGS gives way.
    Phase two keeps to them and finds the best plan that is left. Columns in ``whole`` keep whole numbers: then no price
    says what held, and each phase looks for ``seconds`` at most.
    """

    def __init__(
        self,
        solver: WarmSolver,
        columns: Mapping[str, Index],
        rows: Mapping[str, tuple[Index, Index]],
        unit_cost: float = 1.0,
        *,
        whole: Index | None = None,
        seconds: float = np.inf,
    ):
        self.highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self.highs.setOptionValue("output_flag", False)
        self.highs.setOptionValue("threads", 1)
        self.highs.passModel(solver.highs.getLp())
        self._size = solver.size
        self._floors = floors(columns, solver.size[0])
        self._unit_cost = unit_cost
        self._whole = np.zeros(solver.size[0], dtype=bool)
        self._whole[whole if whole is not None else []] = True
        self.highs.setOptionValue("time_limit", seconds)
        self._at = {spring: _positions(spring, columns, rows) for spring in SPRINGS}
        for spring, at in self._at.items():
            self._add(spring, at.ravel())
        self._weights = np.concatenate(
            [
                np.full(at.size, (1.0 + 0.001 * rank) * (_BARELY if spring.steady else 1.0) * self._worth(spring))
                for rank, (spring, at) in enumerate(self._at.items())
            ]
        )
        self._worst = self._add_worst()
        self._keep_whole()

    def solve(self, vectors: Vectors, may_owe: Mask, owed: Array) -> Relaxed:
        """Least stretch, then the best plan with it.

        ``may_owe`` [D] says where demand may be late at all; elsewhere only what was ``owed`` [D] at the start can be
        owed at the end. A promise gives way down to nothing accepted, not to orders taken back.
        """
        width = self._size[0]
        given, vectors = vectors, _within_whole(vectors, self._whole)
        gap, lower = _gaps(vectors.lower, vectors.upper)
        row_gap, row_lower = _gaps(vectors.row_lower, vectors.row_upper)
        limit, worst = self._stretch_limits(vectors, may_owe, owed), self._worst
        lower = np.concatenate([lower, np.zeros(len(limit) + len(worst))])
        self._set_rows(row_lower, vectors.row_upper)
        self._set_columns(
            np.concatenate([np.zeros(width), self._weights, worst]),
            lower,
            np.concatenate([vectors.upper, limit, np.full(len(worst), np.inf)]),
        )
        found, held, reduced = self._run()
        resisting = self._resisting(limit, held, reduced)
        stretched = np.where(found[width:] > _DUST, found[width:], 0.0)
        allowed = np.minimum(stretched * (1.0 + 1e-9) + 1e-9, np.concatenate([limit, np.full(len(worst), np.inf)]))
        self._set_columns(
            np.concatenate([vectors.cost, 0.0 * stretched]), lower, np.concatenate([vectors.upper, allowed])
        )
        best, _, _ = self._run()
        stretch = self._by_spring(stretched, gap, row_gap)
        return Relaxed(self._folded(best), self._beyond(given, vectors, stretch), held, resisting)

    def _keep_whole(self) -> None:
        """Whole columns are whole, and so is what they go beyond their bounds."""
        of_columns = [at.ravel() for spring, at in self._at.items() if not spring.of_rows]
        beyond = self._size[0] + np.cumsum([0, *(at.size for at in self._at.values())])[:-1]
        firsts = [first for first, spring in zip(beyond, self._at, strict=True) if not spring.of_rows]
        chosen = [np.flatnonzero(self._whole)]
        chosen += [first + np.flatnonzero(self._whole[at]) for first, at in zip(firsts, of_columns, strict=True)]
        every = np.concatenate(chosen).astype(np.int32)
        if len(every):
            self.highs.changeColsIntegrality(len(every), every, np.full(len(every), highspy.HighsVarType.kInteger))

    def _beyond(self, given: Vectors, used: Vectors, stretch: dict[Spring, Array]) -> dict[Spring, Array]:
        """Stretches of bounds as they were given, where whole numbers made them narrower."""
        for spring, at in self._at.items():
            if not spring.of_rows and self._whole[at].any():
                sign = 1.0 if spring.side == "upper" else -1.0
                before, after = (getattr(one, spring.side)[at] for one in (given, used))
                slack = np.where(np.isfinite(before), sign * (before - np.where(np.isfinite(after), after, 0.0)), 0.0)
                stretch[spring] = np.maximum(stretch[spring] - slack, 0.0)
        return stretch

    def _add(self, spring: Spring, at: Index) -> None:
        """One column per limit of a spring."""
        sign = -1.0 if spring.side == "lower" else 1.0
        if spring.of_rows:
            starts, indices, values = np.arange(len(at)), at, np.full(len(at), -sign)
        else:
            _, starts, indices, values = self.highs.getColsEntries(len(at), at.astype(np.int32))
            starts, indices, values = np.array(starts), np.array(indices), sign * np.array(values)
        none, unlimited = np.zeros(len(at)), np.full(len(at), np.inf)
        self.highs.addCols(
            len(at), none, none, unlimited, len(values), starts.astype(np.int32), indices.astype(np.int32), values
        )

    def _worth(self, spring: Spring) -> float:
        """What a unit of stretch counts, in units of goods, hours or heads."""
        return 1.0 / self._unit_cost if spring.family in _IN_MONEY else 1.0

    def _add_worst(self) -> Array:
        """A column for the worst bucket of every steady limit, not below any of its buckets; what each counts."""
        position, weights = self._size[0], [np.zeros(0)]
        for spring, at in self._at.items():
            if spring.steady and at.size:
                own = position + np.arange(at.size, dtype=np.int32)
                worst = self.highs.getNumCol() + np.repeat(np.arange(len(at), dtype=np.int32), at.shape[1])
                none, free = np.zeros(len(at)), np.full(len(at), np.inf)
                empty = np.zeros(0, dtype=np.int32)
                self.highs.addCols(len(at), none, none, free, 0, np.zeros(len(at), dtype=np.int32), empty, np.zeros(0))
                entries = np.stack([own, worst], axis=1).ravel().astype(np.int32)
                signs = np.tile([1.0, -1.0], at.size)
                starts = 2 * np.arange(at.size, dtype=np.int32)
                below = np.full(at.size, -np.inf)
                self.highs.addRows(at.size, below, np.zeros(at.size), len(entries), starts, entries, signs)
                weights.append(np.full(len(at), self._worth(spring)))
            position += at.size
        return np.concatenate(weights)

    def _stretch_limits(self, vectors: Vectors, may_owe: Mask, owed: Array) -> Array:
        """A floor can give way down to zero (in the first bucket a promise to what is owed, that of cash without end),
        a ceiling without end (only where there is one)."""
        limits = []
        for spring, at in self._at.items():
            lower, upper = (vectors.row_lower, vectors.row_upper) if spring.of_rows else (vectors.lower, vectors.upper)
            if spring.side == "lower":
                floor = lower[at].copy()
                if spring.family == "accepted_demand":
                    floor[:, 0] -= owed
                least = np.where(np.isfinite(floor), np.inf, 0.0) if spring.family == "cash" else np.maximum(floor, 0.0)
                limits.append(least.ravel())
            else:
                movable = np.isfinite(upper[at])
                if spring.family == "backlog":
                    movable &= (may_owe | (owed > 0))[:, None]
                limits.append(np.where(movable, np.inf, 0.0).ravel())
        return np.concatenate(limits)

    def _set_columns(self, cost: Array, lower: Array, upper: Array) -> None:
        every = np.arange(len(cost), dtype=np.int32)
        self.highs.changeColsCost(len(every), every, cost)
        self.highs.changeColsBounds(len(every), every, lower, upper)

    def _set_rows(self, lower: Array, upper: Array) -> None:
        every = np.arange(len(lower), dtype=np.int32)
        self.highs.changeRowsBounds(len(every), every, lower, upper)

    def _resisting(self, limit: Array, held: Array, reduced: Array) -> dict[Spring, Array]:
        """Price of every limit that may give way (``limit``: how far): the stretch that a little less of it saves."""
        result: dict[Spring, Array] = {}
        position = 0
        for spring, at in self._at.items():
            movable = limit[position : position + at.size].reshape(at.shape) > 0
            position += at.size
            sign = 1.0 if spring.side == "lower" else -1.0
            result[spring] = np.where(movable, np.maximum(sign * (held if spring.of_rows else reduced)[at], 0.0), 0.0)
        return result

    def _run(self) -> tuple[Array, Array, Array]:
        """Column values, row duals, reduced costs, from a cold start: the same question always gets the same answer."""
        self.highs.clearSolver()
        self.highs.run()
        insist(self.highs)
        found, size = self.highs.getSolution(), (self.highs.getNumRow(), self.highs.getNumCol())
        if self._whole.any():
            return np.array(found.col_value), np.zeros(size[0]), np.zeros(size[1])
        return np.array(found.col_value), np.array(found.row_dual), np.array(found.col_dual)

    def _folded(self, found: Array) -> Array:
        """The model's own columns, stretches of their bounds put into them."""
        values = found[: self._size[0]].copy()
        position = self._size[0]
        for spring, at in self._at.items():
            part = found[position : position + at.size]
            position += at.size
            if not spring.of_rows:
                values[at.ravel()] += part if spring.side == "upper" else -part
        return np.maximum(values, self._floors)

    def _by_spring(self, stretched: Array, gap: Array, row_gap: Array) -> dict[Spring, Array]:
        result: dict[Spring, Array] = {}
        position = 0
        for spring, at in self._at.items():
            part = stretched[position : position + at.size].reshape(at.shape)
            position += at.size
            crossing = (row_gap if spring.of_rows else gap)[at] if spring.side == "lower" else 0.0
            result[spring] = part + crossing
        return result


def _positions(spring: Spring, columns: Mapping[str, Index], rows: Mapping[str, tuple[Index, Index]]) -> Index:
    """Solver positions [entities, buckets]."""
    return rows[spring.family][1] if spring.of_rows else columns[spring.family]


def _gaps(lower: Array, upper: Array) -> tuple[Array, Array]:
    """By how much floors lie above their ceilings, and floors lowered to them."""
    return np.where(lower > upper, lower - upper, 0.0), np.minimum(lower, upper)


def _within_whole(vectors: Vectors, whole: Mask) -> Vectors:
    """Bounds of whole columns moved inwards to whole numbers."""
    if not whole.any():
        return vectors
    lower, upper = vectors.lower.copy(), vectors.upper.copy()
    lower[whole], upper[whole] = np.ceil(lower[whole] - _DUST), np.floor(upper[whole] + _DUST)
    return replace(vectors, lower=lower, upper=upper)
