"""Figures a planner would read off a plan of the demo company: months as 2026-09, units, hours, EUR."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sop.domain.inputs import Inputs
from sop.domain.parameters import Array
from sop.domain.plans import PlanResult
from sop.planning import Planner

DATA = Path(__file__).parents[2] / "data"
YEAR = slice(0, 12)
AUTUMN = slice(8, 11)
LINE_2_FAMILIES = ("Kettles", "Coffee", "Heaters")


@dataclass(frozen=True)
class Demo:
    """Inputs, planner and the plan of every scenario by id."""

    inputs: Inputs
    planner: Planner
    plans: Mapping[str, PlanResult]

    @property
    def base(self) -> PlanResult:
        """Base's plan."""
        return self.plans["base"]


def month(plan: PlanResult, label: str) -> int:
    """Bucket of a month."""
    return plan.horizon.labels.index(label)


def in_family(plan: PlanResult, *families: str) -> Array:
    """Which items belong to the families."""
    return np.array([name in families for name in plan.parameters.axis("item").groups["family"]])


def wanted(plan: PlanResult, *families: str) -> Array:
    """Unconstrained demand by month, of some families or of all."""
    chosen = plan.demand.planned[in_family(plan, *families)] if families else plan.demand.planned
    return np.asarray(chosen.sum(axis=(0, 1)))


def short(plan: PlanResult, *families: str) -> Array:
    """Units that could not be delivered, by month."""
    chosen = plan.supply.short[in_family(plan, *families)] if families else plan.supply.short
    return np.asarray(chosen.sum(axis=(0, 1)))


def line(plan: PlanResult, name: str, required: bool = True) -> Array:
    """Load of a line over its regular hours by month: as demand would need it, or as planned."""
    row = plan.parameters.labels("resource").index(name)
    load = plan.supply.required_load if required else plan.supply.load
    return np.asarray(load[row] / plan.supply.available[row])


def centre_pallets(plan: PlanResult) -> Array:
    """Pallet places taken in the distribution centre at the end of each month."""
    net, centre = plan.supply.network, plan.parameters.labels("location").index("DC Central")
    there = net.node_location == centre
    places = plan.parameters["storage_units"][centre, net.node_item[there]]
    return np.asarray((plan.supply.stock[there] * places).sum(axis=0))


def cash(plan: PlanResult) -> Array:
    """Closing cash by month."""
    return plan.finance.cash["closing_cash"]


def of_year(plan: PlanResult, name: str) -> float:
    """A line of the P&L over fiscal 2026."""
    return float(plan.finance.lines[name][YEAR].sum())
