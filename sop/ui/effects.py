"""Whether a lever can change anything in a scope and months, found out before it is turned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from sop.domain.errors import ScenarioError
from sop.domain.levers import LEVERS, Lever
from sop.domain.parameters import Array, Mask, Parameters
from sop.domain.scenario import Override, apply
from sop.ui.turning import Reach

_NOTHING = {
    "demand": "nothing is sold here",
    "price": "nothing is sold here",
    "planner_units": "nothing is sold here",
    "promotion": "nothing is sold here",
    "marketing": "no marketing spend here",
    "index": "no external index here",
    "launch_shift": "no launch here",
    "phase_out_shift": "no phase-out here",
    "capacity": "no capacity is used here",
    "shifts": "no capacity is used here",
    "downtime": "no capacity is used here",
    "overtime_limit": "no capacity is used here",
    "supplier_limit": "no supplier limit here",
    "subcontract_limit": "no subcontract limit here",
    "lane_capacity": "no lane limit here",
    "storage": "no storage limit here",
    "material_cost": "nothing is bought here",
    "freight": "no freight here",
    "labour_rate": "no labour cost here",
}
_ONE_SIDED = {"promotion": "No promotion is planned here: deeper starts one, shallower changes nothing."}


@dataclass(frozen=True)
class Effect:
    """What turning a lever can do in a place: ``idle`` says why it does nothing (blank: it does something), ``remark``
    what to know before turning it."""

    idle: str = ""
    remark: str = ""


def effects(base: Parameters, acts_on: Mapping[str, Mask], where: Reach) -> dict[str, Effect]:
    """Every lever of the catalogue in ``where``. ``acts_on`` are the cells that matter, see ``Planner.acts_on``."""
    return {name: effect(lever, base, acts_on, where) for name, lever in LEVERS.items()}


def effect(lever: Lever, base: Parameters, acts_on: Mapping[str, Mask], where: Reach) -> Effect:
    """What turning ``lever`` as far as it goes, either way, would change of its parameter."""
    if not where.allows(lever):
        return Effect(f"not turned by {where.scope.partition('=')[0]}")
    matters = acts_on.get(lever.parameter, np.True_)
    changing = [_changes(lever, number, base, matters, where) for number in _extremes(lever)]
    if not any(changing):
        return Effect(_NOTHING.get(lever.name, "nothing to change here"))
    return Effect(remark="" if all(changing) else _ONE_SIDED.get(lever.name, ""))


def _extremes(lever: Lever) -> Iterable[float]:
    ends = (lever.minimum, lever.maximum) if lever.scale != "choice" else (0, len(lever.choices) - 1)
    return [float(end) for end in ends if end != lever.neutral]


def _changes(lever: Lever, number: float, base: Parameters, matters: Mask | np.bool_, where: Reach) -> bool:
    own = where.of(lever)
    override = Override(lever=lever.name, value=number, scope=own.scope, first=own.first, last=own.last)
    try:
        after = apply(base, [override])[lever.parameter]
    except ScenarioError:
        return False
    return bool((_differ(base[lever.parameter], after) & matters).any())


def _differ(before: Array, after: Array) -> Mask:
    return np.asarray(~((before == after) | (np.isnan(before) & np.isnan(after))))
