"""Textbook problems with a published optimum, stated in the import tables and planned like any other company."""

from __future__ import annotations

from pathlib import Path

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
