"""Textbook problems with a published optimum, stated in the import tables and planned like any other company."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sop.demand import fit
from sop.domain.plans import PlanResult, SolveStatus
from sop.domain.scenario import BASE
from sop.exchange.reading import load_inputs
from sop.planning import Planner

HERE = Path(__file__).parent


def planned(case: str) -> PlanResult:
    """Base of a case, from its files: read, checked, forecast from the published version, planned."""
    inputs = load_inputs(HERE / case)
    return Planner(inputs, fit(inputs)).plan(BASE, [])


@pytest.mark.parametrize(
    ("case", "published", "tolerance"),
    [
        ("red_tomato", 217_725, 0.5),
        ("factory_planning_1", 93_715.18, 0.01),
        ("ampl_steel", 515_033, 0.5),
        ("single_item_inventory", 78_450, 0.01),
        ("lk_mowers_82_102", 15_119_260.02, 0.02),
    ],
)
def test_the_plan_reaches_the_published_optimum(case: str, published: float, tolerance: float) -> None:
    """Profit (for the cost goal, cost) equals the publication's within the tolerance it was stated with."""
    plan = planned(case).supply
    assert plan.status is SolveStatus.OPTIMAL
    assert plan.objective == pytest.approx(published, abs=tolerance)


def test_red_tomato_costs_and_stock() -> None:
    """Red Tomato: revenue 640,000 less profit is the published cost of 422,275; average stock is 895 tools."""
    result = planned("red_tomato")
    plan = result.supply
    revenue = (result.parameters["price"] * plan.accepted).sum()
    assert revenue == pytest.approx(640_000)
    assert revenue - plan.objective == pytest.approx(422_275, abs=0.5)
    average = (plan.opening_stock.sum() + 2 * plan.stock[:, :-1].sum() + plan.stock[:, -1].sum()) / 12
    assert average == pytest.approx(895, abs=1)


def test_lk_mowers_says_which_limit_collides() -> None:
    """With a band of 72 to 92 heads the case is published as infeasible: the ceiling would have to rise.

    From the opening stock of 16,460 to the floor of 8,000 leaves 8,460 mowers; the rest of the demand up to the worst
    month has to be made with at most 100 hours a head and month.
    """
    result = planned("lk_mowers_72_92")
    assert result.supply.status is SolveStatus.INFEASIBLE
    (conflict,) = result.supply.conflicts
    assert conflict.limit.startswith("Most heads of direct")
    assert conflict.limit.endswith("against hours of assembly")
    assert conflict.relaxation == pytest.approx(_heads_needed(result) - 92, abs=0.01)


def _heads_needed(result: PlanResult) -> float:
    """Constant head-count that meets demand summed up to every month, item by item stock above its floor."""
    demand, opening = result.demand.planned.sum(axis=1), result.supply.opening_stock
    needed = np.maximum(np.cumsum(demand, axis=1) - (opening[:, None] - 2000), 0.0).sum(axis=0)
    return float((needed / (100.0 * np.arange(1, demand.shape[1] + 1))).max())
