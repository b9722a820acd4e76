"""In shortage, markets that do not stand alike share alike too: served from other places, over longer ways.

Within an item, bucket and priority serving is worth the same in every market, so the solver's split between them is
arbitrary here as well; but whether a unit can get from one to the other only the model knows. So each is held to its
fair share and the model is solved again from where it stands. Where then less is served, somebody could not take what
was left to them: what they took is theirs, and the others share the rest, again; in the end nobody is held.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from sop.domain.parameters import Array, Mask
from sop.domain.plans import Index, SolveStatus
from sop.supply.case import Case
from sop.supply.fair import of_group, split
from sop.supply.result import accepted_pairs
from sop.supply.solver import Solution
from sop.supply.vectors import Vectors

_UNFAIR = 1e-4
"""Share of demand, and units, by which somebody may be off the fair share."""
_ROUNDS = 3
_DEAREST = 0.25
"""Share of what the units moved are worth that sharing may cost, in freight or capital."""

Again = Callable[[Vectors], Solution]
Rows = Mapping[str, tuple[Index, Index]]


@dataclass(frozen=True, eq=False)
class _Sharing:
    """Pairs [K] that share, their group, what each wants and got before, and the most it may get [K, T]."""

    pairs: Index
    group: Index
    demand: Array  # [K, T]
    before: Array  # [K, T]
    most: Array  # [K, T] infinite where nobody is held

    def of_group(self, values: Array) -> Array:
        """Sums over every group [groups, T]."""
        return of_group(self.group, values)

    def fallen(self, after: Array) -> Mask:
        """Groups and buckets that got less than before [groups, T]."""
        before = self.of_group(self.before)
        return np.asarray(before - self.of_group(after) > _UNFAIR * (1.0 + before))


def shared_evenly(
    case: Case, vectors: Vectors, solution: Solution, tables: tuple[Mapping[str, Index], Rows], again: Again
) -> Solution:
    """The solution with shortage shared among all markets of an item and priority, as far as goods can get there.

    ``tables``: solver columns and rows; ``again`` solves with other vectors from where the solver stands. Unchanged for
    goal profit, where everybody has their share, or where sharing would cost more than it is for.
    """
    columns, rows = tables
    found = _sharing(case, solution, columns)
    if found is None or solution.status is not SolveStatus.OPTIMAL:
        return solution
    for turn in range(_ROUNDS + 2):
        tried = again(_held(case, vectors, rows, found))
        if tried.status is not SolveStatus.OPTIMAL:
            return solution
        after = accepted_pairs(case, tried, columns)[found.pairs]
        fallen = found.fallen(after)
        if not fallen.any():
            return tried if _is_cheap(case, vectors, (solution, tried), found, after) else solution
        eased = _refilled(found, after) if turn < _ROUNDS else np.full(after.shape, np.inf)
        found = replace(found, most=np.where(fallen[found.group], eased, found.most))
    return solution


def _sharing(case: Case, solution: Solution, columns: Mapping[str, Index]) -> _Sharing | None:
    """Who shares and is not at its share; None where there is nobody."""
    s = case.structure
    item, market = s.pairs.T
    sharing = (case.parameters["late_allowed"][market] <= 0) & ~s.firm[market]
    sharing[s.totalled_pairs] = False
    pairs = np.flatnonzero(sharing)
    if case.goal == "profit" or len(pairs) < 2:
        return None
    keys = np.column_stack([item[pairs], s.priority_rank[market[pairs]]])
    _, group, size = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
    several = size[group.ravel()] > 1
    pairs, (_, group) = pairs[several], np.unique(group.ravel()[several], return_inverse=True)
    if not len(pairs):
        return None
    accepted, demand = accepted_pairs(case, solution, columns)[pairs], case.pair_demand[pairs]
    fair = split(case, pairs, group, accepted)
    result = _Sharing(pairs, group, demand, accepted, fair)
    short = result.of_group(demand - accepted) > _UNFAIR * (1.0 + result.of_group(demand))
    off = result.of_group((np.abs(fair - accepted) > _UNFAIR * (1.0 + demand)).astype(np.float64)) > 0
    if not (short & off).any():
        return None
    return replace(result, most=np.where((short & off)[group], fair, np.inf))


def _held(case: Case, vectors: Vectors, rows: Rows, found: _Sharing) -> Vectors:
    """The vectors with everybody's most at what it may get."""
    at = rows["accepted_demand"][1][found.pairs]
    owed = np.zeros(at.shape)
    owed[:, 0] = case.structure.opening_backlog[tuple(case.structure.pairs[found.pairs].T)]
    upper = vectors.row_upper.copy()
    upper[at] = np.maximum(np.minimum(upper[at], found.most + owed), vectors.row_lower[at])
    return replace(vectors, row_upper=upper)


def _refilled(found: _Sharing, after: Array) -> Array:
    """Most of everybody [K, T] where those who could not take their share keep what they took, and the others get the
    rest by what they still want."""
    limited = after < found.most - _UNFAIR * (1.0 + found.demand)
    kept = np.where(limited, after, found.most)
    room = np.where(limited, 0.0, np.maximum(found.demand - kept, 0.0))
    left, rooms = found.of_group(found.before) - found.of_group(kept), found.of_group(room)
    share = np.divide(np.maximum(left, 0.0), rooms, out=np.zeros(left.shape), where=rooms > 0)
    return np.asarray(kept + np.minimum(share, 1.0)[found.group] * room)


def _is_cheap(case: Case, vectors: Vectors, plans: tuple[Solution, Solution], found: _Sharing, after: Array) -> bool:
    """Whether sharing costs less than a part of what the units moved are worth."""
    before, tried = plans
    cost = float(vectors.cost @ (tried.values - before.values))
    moved = np.abs(after - found.before) / 2.0 * case.pair_value[found.pairs]
    return cost <= _DEAREST * float(moved.sum())
