"""Fences: months in which a plant only finishes what is firm, and levers that come too late to act in them."""

from __future__ import annotations

import numpy as np

from sop.domain.levers import LEVERS
from sop.domain.parameters import Array, Mask, Parameters
from sop.domain.scenario import Override, apply

_OF_MAKING = (
    *("capacity", "shifts", "downtime", "overtime_limit", "operation_minimum", "operation_maximum"),
    *("pool_minimum", "pool_maximum"),
)


def acts_before_fence(base: Parameters, override: Override) -> str | None:
    """A sentence where an override of capacity falls before a plant's fence, wholly or in part; None where it does not.

    Before its fence a plant starts nothing (what comes out is on open production orders), so capacity turned there
    changes nothing.
    Bought and subcontracted operations have lead times of their own and no fence.
    """
    lever = LEVERS[override.lever]
    if lever.parameter not in _OF_MAKING or not base["frozen_periods"].any():
        return None
    before, after = base[lever.parameter], apply(base, [override])[lever.parameter]
    changed = ~((before == after) | (np.isnan(before) & np.isnan(after)))
    frozen = changed & _frozen(base, lever.parameter)
    if not frozen.any():
        return None
    last = base.horizon.labels[int(np.flatnonzero(frozen.any(axis=0)).max())]
    how = "has no effect" if (frozen == changed).all() else "only acts after it"
    return f"{lever.title}: the plan is frozen to the end of {last}; the lever {how}."


def _frozen(base: Parameters, name: str) -> Mask:
    """Cells [entities, T] of a parameter by resource, operation or pool that lie before the fence of their plant."""
    axis = base.axis(base.arrays[name].axes[0])
    location = base.axis("location").index
    until: Array = base["frozen_periods"][[location[at] for at in axis.groups["location"]]]
    if axis.name == "operation":
        until = np.where(np.array(axis.groups["kind"]) == "make", until, 0.0)
    return np.asarray(np.arange(base.horizon.total)[None, :] < until[:, None])
