"""In shortage, markets that stand alike share alike: contract first, then quota, then in proportion to what is open.

The model cannot tell such markets apart (same item, served from the same place over equally long lanes, same priority,
same worth of a unit), so any split of what they get together is equally good and keeps every balance. The solver gives
all of it to one of them; here it is shared out. The objective stays what it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from sop.domain.parameters import Array, Mask
from sop.domain.plans import Index, SolveStatus
from sop.supply.case import Case
from sop.supply.constraints.cash import net_price
from sop.supply.result import accepted_pairs
from sop.supply.solver import Solution
from sop.supply.spend import arrivals, on_credit, promotion
from sop.supply.vectors import Vectors

_OPEN = 1e-6
_DIGITS = 9


def shared_fairly(case: Case, vectors: Vectors, solution: Solution, columns: Mapping[str, Index]) -> Solution:
    """The solution with shortage shared among markets that stand alike; unchanged where nothing is short."""
    if solution.status not in (SolveStatus.OPTIMAL, SolveStatus.TIME_LIMIT) or not len(case.structure.market_arcs):
        return solution
    accepted = accepted_pairs(case, solution, columns)
    backlog = solution.values[columns["backlog"]]
    pairs, group = _alike(case, vectors, columns, _short(case, accepted, backlog))
    if not len(pairs):
        return solution
    taken = split(case, pairs, group, accepted[pairs])
    owed = _owed(case, pairs, group, taken, backlog[pairs])
    return replace(solution, values=_written(case, pairs, (taken, owed), solution.values.copy(), columns))


def _short(case: Case, accepted: Array, backlog: Array) -> Mask:
    """Pairs [D] of items with anything unmet or owed."""
    item = case.structure.pairs[:, 0]
    short = (case.pair_demand - accepted > _OPEN).any(axis=1) | (backlog > _OPEN).any(axis=1)
    return np.asarray(np.isin(item, item[short]))


def _alike(case: Case, vectors: Vectors, columns: Mapping[str, Index], candidates: Mask) -> tuple[Index, Index]:
    """Pairs that share with others, and the number of their group.

    A pair shares over its only arc, if nothing limits what goes over it or what may wait, bucket by bucket.
    """
    s = case.structure
    arc = _only_arc(case, vectors, columns)
    pairs = np.flatnonzero(candidates & (arc >= 0))
    pairs = pairs[~np.isin(pairs, s.totalled_pairs)]
    if len(pairs) < 2:
        return pairs[:0], pairs[:0]
    arc, market = arc[pairs], s.pairs[pairs, 1]
    waits = case.parameters["late_allowed"][market] > 0
    worth = np.concatenate([vectors.cost[columns["shipped"][arc]], vectors.cost[columns["backlog"][pairs]]], axis=1)
    limit = np.where(waits[:, None], vectors.upper[columns["backlog"][pairs]], 0.0)
    paid = _paid(case)[arc]
    promised = np.where(np.isin(s.pair_group, s.promised_groups), s.pair_group, -1)[pairs]
    stands = (s.arc_origin[arc], s.network.arc_lead[arc], s.priority_rank[market], waits, s.firm[market], promised)
    scale = max(float(np.abs(worth).max(initial=0.0)), 1.0)
    features = np.column_stack(
        [*stands, *(np.round(part / scale, _DIGITS) + 0.0 for part in (worth, paid)), np.nan_to_num(limit, posinf=-1.0)]
    )
    _, group, size = np.unique(features, axis=0, return_inverse=True, return_counts=True)
    shares = size[group.ravel()] > 1
    _, number = np.unique(group.ravel()[shares], return_inverse=True)
    return pairs[shares], number.astype(np.int64)


def _paid(case: Case) -> Array:
    """What a unit shipped on every arc brings in and costs in cash [A, 2T]: nothing where cash is not limited."""
    s, p = case.structure, case.parameters
    if not s.cash_limited:
        return np.zeros((len(s.network.arc_item), 0))
    brought = np.zeros((len(s.network.arc_item), s.total))
    brought[s.market_arcs[:, 0]] = arrivals(s, net_price(s, p)) - promotion(s, p)
    return np.concatenate([brought, on_credit(s, p)["shipped"]], axis=1)


def _only_arc(case: Case, vectors: Vectors, columns: Mapping[str, Index]) -> Index:
    """The arc of every pair [D] that has just one, without any limit; else -1."""
    s = case.structure
    arcs, served = s.market_arcs[:, 0], s.market_arcs[:, 1]
    at = columns["shipped"][arcs]
    limited = np.isfinite(case.parameters["lane_capacity"]).any(axis=1).tolist()
    tied = np.union1d(np.flatnonzero(limited), s.opened_corridors)
    open_ended = np.isposinf(vectors.upper[at]).all(axis=1) & (vectors.lower[at] <= 0).all(axis=1)
    open_ended = open_ended & ~np.isin(s.arc_corridor[arcs], tied)
    result = np.full(len(s.pairs), -1, dtype=np.int64)
    result[served[open_ended]] = arcs[open_ended]
    result[np.bincount(served, minlength=len(s.pairs)) != 1] = -1
    return result


def split(case: Case, pairs: Index, group: Index, accepted: Array) -> Array:
    """What each pair takes on [K, T] of what its group does: the contract, the quota, then in proportion."""
    at = tuple(case.structure.pairs[pairs].T)
    demand = case.pair_demand[pairs]
    contract = np.minimum(case.parameters["contract_minimum"][at], demand)
    quota = np.clip(_quota(case)[pairs] - contract, 0.0, demand - contract)
    left = of_group(group, accepted)
    result = np.zeros(demand.shape)
    for claim in (contract, quota, demand - contract - quota):
        claims = of_group(group, claim)
        share = np.divide(np.clip(left, 0.0, claims), claims, out=np.zeros(claims.shape), where=claims > 0)
        result += share[group] * claim
        left = left - share * claims
    return result


def _quota(case: Case) -> Array:
    """Quota of every pair [D, T]: its own, and its share, by demand, of what its group's is more than its markets' own
    together."""
    s = case.structure
    own, of_group = s.terms.quota[tuple(s.pairs.T)], s.groups.quota.reshape(-1, s.total)
    given, wanted = np.zeros(of_group.shape), np.zeros(of_group.shape)
    np.add.at(given, s.pair_group, own)
    np.add.at(wanted, s.pair_group, case.pair_demand)
    more = np.maximum(of_group - given, 0.0)
    share = np.divide(more, wanted, out=np.zeros(more.shape), where=wanted > 0)
    return np.asarray(own + share[s.pair_group] * case.pair_demand)


def _owed(case: Case, pairs: Index, group: Index, taken: Array, backlog: Array) -> Array:
    """What each pair is owed at the end of every bucket [K, T]: all pairs of a group the same share of what they could
    be owed: of what was owed before and, where demand may wait, of what they take on."""
    item, market = case.structure.pairs[pairs].T
    waits = case.parameters["late_allowed"][market] > 0
    before = case.structure.opening_backlog[item, market]
    owed_by_group = of_group(group, backlog)
    result = np.zeros(backlog.shape)
    for bucket in range(backlog.shape[1]):
        could = before + np.where(waits, taken[:, bucket], 0.0)
        together = of_group(group, could)
        total = owed_by_group[:, bucket]
        share = np.divide(total, together, out=np.zeros(total.shape), where=together > 0)
        before = share[group] * could
        result[:, bucket] = before
    return result


def _written(
    case: Case, pairs: Index, shared: tuple[Array, Array], values: Array, columns: Mapping[str, Index]
) -> Array:
    """Column values with what is taken on and what is owed in the shipment and backlog columns."""
    s, (taken, owed) = case.structure, shared
    opening = s.opening_backlog[s.pairs[pairs, 0], s.pairs[pairs, 1]]
    arriving = np.maximum(taken - np.diff(owed, axis=1, prepend=opening[:, None]), 0.0)
    values[columns["backlog"][pairs]] = owed
    arc_of = np.full(len(s.pairs), -1, dtype=np.int64)
    arc_of[s.market_arcs[:, 1]] = s.market_arcs[:, 0]
    arcs = arc_of[pairs]
    for lead in np.unique(s.network.arc_lead[arcs]):
        chosen = s.network.arc_lead[arcs] == lead
        values[columns["shipped"][arcs[chosen]][:, : s.total - lead]] = arriving[chosen][:, lead:]
    return values


def of_group(group: Index, values: Array) -> Array:
    """Sums over the pairs of every group [groups] or [groups, T]."""
    result = np.zeros((int(group.max(initial=-1)) + 1, *values.shape[1:]))
    np.add.at(result, group, values)
    return result
