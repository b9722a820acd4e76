"""Candidate actions on stock: build ahead, storage, safety stock (judged on the expected fill rate)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sop.analysis.actions.action import Action, added, months
from sop.analysis.actions.situation import Situation, longest_run
from sop.analysis.exceptions import FULL
from sop.domain.parameters import Array

_MORE_DAYS = (3.0, 7.0)
_LESS_DAYS = (2.0, 5.0)
_STORAGE_STEPS = (10.0, 25.0)
_SAFE = 0.99  # expected fill rate from which less safety stock is worth a thought
_BEFORE = 3  # buckets in which stock is built before it is needed


def build_ahead(where: Situation) -> Iterator[Action]:
    """More safety stock of a family that runs short, from the months before until it does."""
    for family, buckets in where.short.items():
        first = max(buckets[0] - _BEFORE, 0)
        span = (first, max(buckets[0] - 1, first))
        for days in _MORE_DAYS:
            yield Action(
                f"ahead {family}",
                days,
                f"{days:g} days of {family} built ahead {months(where.horizon, *span)}",
                f"{family} built ahead",
                f"{family} run short {months(where.horizon, *longest_run(buckets))}; before that there is room.",
                (added(where.horizon, "safety_days", days, f"family={family}", span),),
            )


def more_storage(where: Situation) -> Iterator[Action]:
    """More room in a location that is full."""
    limit = where.result.parameters["storage_capacity"]
    full = np.zeros(limit.shape, dtype=bool)
    span = where.window.planned
    used = _storage_used(where)
    full[:, span] = (np.isfinite(limit) & (limit > 0) & (used >= FULL * limit))[:, span]
    for row in np.flatnonzero(full.any(axis=1)):
        name, run = where.result.parameters.labels("location")[row], longest_run(tuple(np.flatnonzero(full[row])))
        when = months(where.horizon, int(run[0]), int(run[1]))
        for percent in _STORAGE_STEPS:
            yield Action(
                f"storage {name}",
                percent,
                f"{when} {percent:g} % more storage at {name}",
                f"{percent:g} % more storage at {name}",
                f"{name} is full {when}, which keeps stock from being built ahead. Rent is not counted.",
                (added(where.horizon, "storage", percent, f"location={name}", (int(run[0]), int(run[1]))),),
                is_costed=False,
            )


def safety_stock(where: Situation) -> Iterator[Action]:
    """Less safety stock of families whose expected fill rate is high, more of those where it is not."""
    for family in where.families:
        fill = _expected_fill(where, family)
        if fill >= _SAFE and not has_target(where, family):
            continue
        sign, steps = (-1.0, _LESS_DAYS) if fill >= _SAFE else (1.0, _MORE_DAYS)
        for days in steps:
            word = "more" if sign > 0 else "less"
            yield Action(
                f"safety {family}",
                days,
                f"{days:g} days {word} safety stock of {family}",
                f"{days:g} days {word} safety stock of {family}",
                f"{family} can expect to serve {100 * fill:.1f} % on time.",
                (added(where.horizon, "safety_days", sign * days, f"family={family}"),),
            )


def has_target(where: Situation, family: str) -> bool:
    """Whether any of the family is to be kept as safety stock, be it stated in units or in days."""
    chosen = where.result.parameters.axis("item").mask("family", family)[where.result.supply.network.node_item]
    return bool((where.result.supply.safety_target[chosen, where.window.planned] > 0).any())


def _expected_fill(where: Situation, family: str) -> float:
    """Expected fill rate of a family over the window, by units of expected demand."""
    chosen, span = where.result.parameters.axis("item").mask("family", family), where.window.planned
    demand = where.result.demand.expected[chosen][..., span].sum(axis=1)
    total = float(demand.sum())
    return float((where.result.expected_fill[chosen][:, span] * demand).sum()) / total if total > 0 else 1.0


def _storage_used(where: Situation) -> Array:
    """Storage units taken at every location [L, T]."""
    network, parameters = where.result.supply.network, where.result.parameters
    taken = where.result.supply.stock * parameters["storage_units"][network.node_location, network.node_item]
    result = np.zeros_like(parameters["storage_capacity"])
    np.add.at(result, network.node_location, taken)
    return result
