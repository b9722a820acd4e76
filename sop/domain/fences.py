"""Fences: months in which only what is firm happens, and levers that come too late to act in them: a plant's frozen
months, and the lead time of what is bought or made outside."""

from __future__ import annotations

import numpy as np

from sop.domain.levers import LEVERS
from sop.domain.parameters import Array, Mask, Parameters
from sop.domain.scenario import Override, apply

_OF_MAKING = (
    *("capacity", "shifts", "downtime", "overtime_limit", "operation_minimum", "operation_maximum"),
    *("pool_minimum", "pool_maximum"),
)
_OF_BUYING = ("supplier_limit", "subcontract_limit", "operation_minimum", "operation_maximum")


def acts_before_fence(base: Parameters, override: Override) -> str | None:
    """A sentence where an override of capacity falls before a plant's fence, wholly or in part; None where it does not.

    Before its fence a plant starts nothing (what comes out is on open production orders), so capacity turned there
    changes nothing.
    What is bought or made outside cannot arrive before its lead time: a lever on it that only acts there is told too.
    """
    lever = LEVERS[override.lever]
    if lever.parameter in _OF_BUYING and (late := _ordered_too_late(base, override)):
        return late
    if lever.parameter not in _OF_MAKING or not base["frozen_periods"].any():
        return None
    changed = _changed(base, override)
    frozen = changed & _frozen(base, lever.parameter)
    if not frozen.any():
        return None
    last = base.horizon.labels[int(np.flatnonzero(frozen.any(axis=0)).max())]
    how = "has no effect" if (frozen == changed).all() else "only acts after it"
    return f"{lever.title}: the plan is frozen to the end of {last}; the lever {how}."


def _ordered_too_late(base: Parameters, override: Override) -> str | None:
    """A sentence where all an override changes lies before the lead times of what is bought or made outside."""
    name = LEVERS[override.lever].parameter
    changed, lead = _changed(base, override), base["purchase_lead"]
    if base.arrays[name].axes[0] == "supplier":
        of_supplier = np.array(base.axis("operation").groups["supplier"], dtype=object)
        lead = np.array([lead[of_supplier == one].min(initial=np.inf) for one in base.labels("supplier")])
        lead = np.where(np.isfinite(lead), lead, 0.0)
    if not changed.any() or (changed & (np.arange(base.horizon.total)[None, :] >= lead[:, None])).any():
        return None
    last = base.horizon.labels[int(np.flatnonzero(changed.any(axis=0)).max())]
    return f"{LEVERS[override.lever].title}: what is ordered now arrives after {last}; the lever has no effect."


def _changed(base: Parameters, override: Override) -> Mask:
    """Cells of its parameter an override changes."""
    name = LEVERS[override.lever].parameter
    before, after = base[name], apply(base, [override])[name]
    return np.asarray(~((before == after) | (np.isnan(before) & np.isnan(after))))


def _frozen(base: Parameters, name: str) -> Mask:
    """Cells [entities, T] of a parameter by resource, operation or pool that lie before the fence of their plant."""
    axis = base.axis(base.arrays[name].axes[0])
    location = base.axis("location").index
    until: Array = base["frozen_periods"][[location[at] for at in axis.groups["location"]]]
    if axis.name == "operation":
        until = np.where(np.array(axis.groups["kind"]) == "make", until, 0.0)
    return np.asarray(np.arange(base.horizon.total)[None, :] < until[:, None])
