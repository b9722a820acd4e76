"""Where a plan binds, worked out once for all candidate actions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sop.analysis.actions.action import runs
from sop.analysis.exceptions import full_hours, shortages, supplied_full
from sop.analysis.upstream import upstream
from sop.domain.horizon import Horizon
from sop.domain.inputs import Inputs
from sop.domain.parameters import Array, Mask
from sop.domain.plans import PlanResult
from sop.finance import Window

TIGHT = 0.95  # share of regular hours that demand needs from which a resource is worth acting on
_MOST_RESOURCES = 3
_UNITS = 0.5
_TRACE = 0.02


@dataclass(frozen=True, eq=False)
class Situation:
    """A plan and what binds in the window: ``tight`` resources (worst first) with the buckets in which they are full,
    ``suppliers`` at their limit with buckets, and ``short``: families that miss sales with buckets, most money
    first."""

    inputs: Inputs
    result: PlanResult
    window: Window
    tight: Mapping[str, tuple[int, ...]]
    suppliers: Mapping[str, tuple[int, ...]]
    short: Mapping[str, tuple[int, ...]]
    lost: pd.DataFrame

    @property
    def horizon(self) -> Horizon:
        """The plan's buckets."""
        return self.result.horizon

    @property
    def families(self) -> tuple[str, ...]:
        """Families with demand in the window, in table order."""
        axis, span = self.result.parameters.axis("item"), self.window.planned
        wanted = self.result.demand.planned[..., span].sum(axis=(1, 2)) > 0
        names = (name for name, present in zip(axis.groups["family"], wanted, strict=True) if present and name)
        return tuple(dict.fromkeys(names))

    def resource(self, name: str) -> int:
        """Position of a resource."""
        return self.result.parameters.axis("resource").index[name]

    def missing_hours(self, name: str) -> Array:
        """Hours demand needs when due beyond regular hours and permitted overtime [T]."""
        supply, row = self.result.supply, self.resource(name)
        room = supply.available[row] + supply.overtime_limit[row]
        return np.asarray(np.maximum(supply.required_load[row] - room, 0.0))

    def tight_buckets(self, family: str) -> set[int]:
        """Buckets in which a resource or supplier the family needs is full."""
        resources, suppliers = upstream(self.inputs, family)
        found = [buckets for name, buckets in self.tight.items() if name in resources]
        found += [buckets for name, buckets in self.suppliers.items() if name in suppliers]
        return {bucket for buckets in found for bucket in buckets}


def situation(inputs: Inputs, result: PlanResult, window: Window) -> Situation:
    """Read a plan."""
    lost = shortages(result, window)
    return Situation(
        inputs,
        result,
        window,
        _tight(result, window),
        _suppliers(inputs, result, window),
        _short(result, window, lost),
        lost,
    )


def longest_run(buckets: tuple[int, ...]) -> tuple[int, int]:
    """The longest run (the first of equals)."""
    return max(runs(buckets), key=lambda run: run[1] - run[0])


def _tight(result: PlanResult, window: Window) -> dict[str, tuple[int, ...]]:
    """Full resources that demand needs most of, those that miss most hours first."""
    supply, labels = result.supply, result.parameters.labels("resource")
    needed = _inside(supply.required_load / np.maximum(supply.available, 1e-9), window)
    missing = _inside(np.maximum(supply.required_load - supply.available, 0.0), window).sum(axis=1)
    full = _inside(full_hours(result), window) > 0
    chosen = np.flatnonzero(full.any(axis=1) & (needed >= TIGHT).any(axis=1))
    worst = sorted(chosen.tolist(), key=lambda row: -float(missing[row]))
    return {labels[row]: tuple(np.flatnonzero(full[row]).tolist()) for row in worst[:_MOST_RESOURCES]}


def _suppliers(inputs: Inputs, result: PlanResult, window: Window) -> dict[str, tuple[int, ...]]:
    full = _inside(supplied_full(inputs, result), window) > 0
    labels = result.parameters.labels("supplier")
    return {labels[row]: tuple(np.flatnonzero(full[row]).tolist()) for row in np.flatnonzero(full.any(axis=1))}


def _short(result: PlanResult, window: Window, lost: pd.DataFrame) -> dict[str, tuple[int, ...]]:
    """Buckets in which a family misses sales (where it misses none: in which it owes some), by family."""
    axis, supply = result.parameters.axis("item"), result.supply
    missing, owed = (_inside(units.sum(axis=1), window) for units in (supply.short + supply.declined, supply.backlog))
    names = lost.groupby("family", sort=False)["money"].sum().sort_values(ascending=False, kind="stable").index
    found = {}
    for name in (str(name) for name in names if name):
        chosen = axis.mask("family", name)
        units = missing[chosen].sum(axis=0)
        found[name] = _felt(units if units.max() > _UNITS else owed[chosen].sum(axis=0))
    return {name: buckets for name, buckets in found.items() if buckets}


def _felt(units: Array) -> tuple[int, ...]:
    """Buckets with more than a trace of the worst one."""
    return tuple(np.flatnonzero(units > max(_UNITS, _TRACE * float(units.max()))).tolist())


def _inside(values: Array | Mask, window: Window) -> Array:
    """``values`` [..., T] in the window's planned buckets, 0 elsewhere."""
    result = np.zeros(values.shape)
    result[..., window.planned] = values[..., window.planned]
    return result
