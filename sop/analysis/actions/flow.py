"""Candidate actions on what comes in and goes out: suppliers, subcontractors, lanes, purchase contracts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sop.analysis.actions.action import Action, added, months
from sop.analysis.actions.situation import Situation, longest_run
from sop.analysis.exceptions import FULL
from sop.analysis.wording import units
from sop.domain.parameters import Mask

_STEPS = (10.0, 25.0)
_OUTSIDE_STEPS = (50.0, 100.0)
_AT_MINIMUM = 1.001


def supplier_limit(where: Situation) -> Iterator[Action]:
    """A higher limit of a supplier who delivers all he can, at his present price."""
    for name, buckets in where.suppliers.items():
        span = longest_run(buckets)
        when = months(where.horizon, *span)
        for percent in _STEPS:
            yield Action(
                f"supplier {name}",
                percent,
                f"{when} {percent:g} % more from {name}",
                f"{percent:g} % more from {name}",
                f"{name} delivers all it can {when}; reckoned at its present price.",
                (added(where.horizon, "supplier_limit", percent, f"supplier={name}", span),),
            )


def subcontract(where: Situation) -> Iterator[Action]:
    """More work outside where all that may be made outside is."""
    parameters = where.result.parameters
    axis, limit = parameters.axis("operation"), parameters["subcontract_limit"]
    outside = np.array([kind == "subcontract" for kind in axis.groups["kind"]], dtype=bool)
    full = _within(where, np.isfinite(limit) & (limit > 0) & (where.result.supply.level >= FULL * limit))
    for row in np.flatnonzero(full.any(axis=1) & outside):
        span = longest_run(tuple(np.flatnonzero(full[row]).tolist()))
        item, when = axis.groups["item"][row], months(where.horizon, *span)
        for percent in _OUTSIDE_STEPS:
            more = percent / 100 * float(limit[row, span[0]])
            yield Action(
                f"subcontract {axis.labels[row]}",
                percent,
                f"{when} {units(more)} more {item} a {where.horizon.bucket} made outside",
                f"more {item} made outside",
                f"All of {item} that may be made outside {when} is.",
                (added(where.horizon, "subcontract_limit", percent, f"operation={axis.labels[row]}", span),),
            )


def lane_capacity(where: Situation) -> Iterator[Action]:
    """More room on a lane that carries all it can."""
    parameters, supply = where.result.parameters, where.result.supply
    corridor = parameters.axis("corridor")
    carried = np.zeros((len(corridor), where.horizon.total))
    on_lane = supply.network.arc_lane >= 0
    ways = parameters.axis("lane").groups["lane"]
    of_lane = np.array([corridor.index[way] for way in ways], dtype=np.int64)
    np.add.at(carried, of_lane[supply.network.arc_lane[on_lane]], supply.shipped[on_lane])
    limit = parameters["lane_capacity"]
    full = _within(where, np.isfinite(limit) & (limit > 0) & (carried >= FULL * limit))
    for row in np.flatnonzero(full.any(axis=1)):
        span = longest_run(tuple(np.flatnonzero(full[row]).tolist()))
        name, when = corridor.labels[row], months(where.horizon, *span)
        for percent in _STEPS:
            yield Action(
                f"lane {name}",
                percent,
                f"{when} {percent:g} % more on the lane {name.replace('>', ' to ')}",
                f"{percent:g} % more lane capacity",
                f"The lane carries all it can {when}. What more room costs beyond freight is not counted.",
                (added(where.horizon, "lane_capacity", percent, f"lane={name}", span),),
                is_costed=False,
            )


def purchase_minimum(where: Situation) -> Iterator[Action]:
    """Without a purchase or production minimum where nothing but the minimum is taken."""
    parameters = where.result.parameters
    axis, least = parameters.axis("operation"), parameters["operation_minimum"]
    bound = _within(where, (least > 0) & (where.result.supply.level <= _AT_MINIMUM * least))
    for row in np.flatnonzero(bound.any(axis=1)):
        span = longest_run(tuple(np.flatnonzero(bound[row]).tolist()))
        item, when = axis.groups["item"][row], months(where.horizon, *span)
        verb = "bought" if axis.groups["kind"][row] == "buy" else "made"
        yield Action(
            f"minimum {axis.labels[row]}",
            100.0,
            f"{when} without the minimum on {item} {verb}",
            f"{item} minimum dropped",
            f"{when} no more {item} is {verb} than the minimum of {units(float(least[row, span[0]]))} asks for.",
            (added(where.horizon, "operation_minimum", -100.0, f"operation={axis.labels[row]}", span),),
        )


def _within(where: Situation, mask: Mask) -> Mask:
    result = np.zeros_like(mask)
    result[:, where.window.planned] = mask[:, where.window.planned]
    return result
