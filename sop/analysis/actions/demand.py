"""Candidate actions on the market: prices, promotions, contracts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sop.analysis.actions.action import Action, added, months
from sop.analysis.actions.situation import Situation, longest_run
from sop.analysis.wording import units
from sop.domain.parameters import Array
from sop.domain.scenario import Override

_RISES = (2.0, 4.0)
_MOST_FAMILIES = 4
_MOST_CONTRACTS = 4
_DEEPEST = 40.0
_AT_MINIMUM = 1.001


def price_rise(where: Situation) -> Iterator[Action]:
    """A higher price of families that run short, in the months they do."""
    for family in list(where.short)[:_MOST_FAMILIES]:
        span = longest_run(where.short[family])
        when = months(where.horizon, *span)
        for percent in _RISES:
            yield Action(
                f"price {family}",
                percent,
                f"{when} price of {family} +{percent:g} %",
                f"{family} price +{percent:g} %",
                f"{family} run short {when}: what cannot be served need not be sold cheaply.",
                (added(where.horizon, "price", percent, f"family={family}", span),),
            )


def moved_promotion(where: Situation) -> Iterator[Action]:
    """A promotion out of a month in which the family's line or supplier is full, to the nearest month before and after
    in which neither is."""
    span = where.window.planned
    for family in where.families[: 2 * _MOST_FAMILIES]:
        full = where.tight_buckets(family)
        free = [bucket for bucket in range(span.start, span.stop) if bucket not in full]
        depth = _depth(where, family)
        for source in sorted(full):
            if not (depth[:, source] > 0).any():
                continue
            before = [bucket for bucket in free if bucket < source and not depth[:, bucket].any()][-1:]
            after = [bucket for bucket in free if bucket > source and not depth[:, bucket].any()][:1]
            for target in (*before, *after):
                yield _moved(where, family, depth[:, source], source, target)


def _moved(where: Situation, family: str, depth: Array, source: int, target: int) -> Action:
    markets = where.result.parameters.labels("market")
    turns = [
        added(where.horizon, "promotion", sign * round(100 * float(share), 6), f"family={family},market={name}", at)
        for name, share in zip(markets, depth, strict=True)
        if 0 < 100 * share <= _DEEPEST
        for sign, at in ((-1.0, (source, source)), (1.0, (target, target)))
    ]
    name = months(where.horizon, target, target)
    return Action(
        f"promotion {family} {source}",
        abs(target - source),
        f"{months(where.horizon, source, source)} promotion of {family} moved to {name}",
        f"{family} promotion to {name}",
        f"What makes {family} is full in {months(where.horizon, source, source)}, not in {name}.",
        tuple(turns),
    )


def contract_minimum(where: Situation) -> Iterator[Action]:
    """Without a contract minimum, where other customers wait for what it takes."""
    if not where.lost.empty:
        yield from contracts_dropped(where, _MOST_CONTRACTS)


def contracts_dropped(where: Situation, most: int) -> Iterator[Action]:
    """Without each contract minimum the plan does not go beyond in some bucket, those that promise most first; any
    other one costs nothing."""
    parameters, span = where.result.parameters, where.window.planned
    least = np.minimum(parameters["contract_minimum"], np.maximum(where.result.demand.planned, 0.0))[..., span]
    held = (least > 0) & (where.result.supply.accepted[..., span] <= _AT_MINIMUM * least)
    promised = np.where(held.any(axis=2), parameters["contract_minimum"][..., span].sum(axis=2), 0.0)
    rank = np.argsort(-promised, axis=None, kind="stable")[:most]
    for item, market in zip(*np.unravel_index(rank, promised.shape), strict=True):
        if promised[item, market] > 0:
            product, customer = parameters.labels("item")[item], parameters.labels("market")[market]
            yield Action(
                f"contract {product} in {customer}",
                100.0,
                f"No contract minimum for {product} in {customer}",
                f"{product} contract dropped",
                f"The contract keeps {units(float(promised[item, market]))} {product} for {customer}.",
                (added(where.horizon, "contract_minimum", -100.0, f"item={product},market={customer}"),),
            )


def promises_dropped(where: Situation, most: int) -> Iterator[tuple[str, Override]]:
    """Without each firm market's claim to be served, and each item's contracts with customer groups: what it is called,
    and the turn."""
    parameters, demand = where.result.parameters, where.result.demand.planned[..., where.window.planned]
    wanted = (parameters["firm_share"][..., where.window.planned] * np.maximum(demand, 0.0)).sum(axis=(0, 2))
    for market in [int(row) for row in np.argsort(-wanted, kind="stable")[:most] if wanted[row] > 0]:
        customer = parameters.labels("market")[market]
        turn = added(where.horizon, "firm_demand", -100.0, f"market={customer}")
        yield f"Having to serve all that {customer} wants", turn
    for item in np.flatnonzero(parameters["group_contract"].any(axis=1) & (demand.sum(axis=(1, 2)) > 0))[:most]:
        product = parameters.labels("item")[item]
        turn = added(where.horizon, "group_contract", -100.0, f"item={product}")
        yield f"The contract minimum for {product} with customer groups", turn


def _depth(where: Situation, family: str) -> Array:
    """Depth of the family's promotion [M, T]; 0 where its items are not all promoted alike."""
    chosen = where.result.parameters.axis("item").mask("family", family)
    shares = where.result.parameters["promotion"][chosen]
    least = shares.min(axis=0, initial=np.inf)
    return np.asarray(np.where(np.isclose(shares.max(axis=0, initial=0.0), least), least, 0.0))
