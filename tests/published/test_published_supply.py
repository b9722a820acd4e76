"""Textbook problems with a published optimum, stated in the import tables and planned like any other company."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sop.demand import fit
from sop.domain.plans import PlanResult, SolveStatus
from sop.domain.scenario import BASE
from sop.exchange.reading import load_inputs
from sop.planning import Planner
from tests.supply.checker import violations
from tests.supply.checker_money import money_violations

HERE = Path(__file__).parent
EXPECTED = pd.read_csv(HERE / "expected.csv")
SOLVABLE = sorted(set(zip(EXPECTED["case"], EXPECTED["whole"] == "yes", strict=True)))


@cache
def planned(case: str, whole: bool = False) -> PlanResult:
    """Base of a case, from its files: read, checked, forecast from the published version, planned."""
    inputs = load_inputs(HERE / case)
    return Planner(inputs, fit(inputs)).plan(BASE, [], whole=whole)


def _figure(result: PlanResult, metric: str) -> float:
    """A published figure, from the plan."""
    plan = result.supply
    revenue = float((result.parameters["price"] * plan.accepted).sum())
    stock = plan.opening_stock.sum() + 2 * plan.stock[:, :-1].sum() + plan.stock[:, -1].sum()
    return {
        "objective": plan.objective,
        "cost": -plan.objective,
        "revenue": revenue,
        "total_cost": revenue - plan.objective,
        "average_stock": float(stock) / (2 * plan.stock.shape[1]),
    }[metric]


@pytest.mark.parametrize(("case", "whole", "metric", "published", "tolerance"), EXPECTED.itertuples(index=False))
def test_the_plan_reaches_the_published_figure(
    case: str, whole: str, metric: str, published: float, tolerance: float
) -> None:
    """The figure equals the publication's within the tolerance it was stated with."""
    result = planned(case, whole == "yes")
    assert result.supply.status is SolveStatus.OPTIMAL
    assert _figure(result, metric) == pytest.approx(published, abs=tolerance, rel=0)


@pytest.mark.parametrize(("case", "whole"), SOLVABLE)
def test_the_plan_keeps_what_the_tables_say(case: str, whole: bool) -> None:
    """The published optimum is reached within every limit, and its lines add up."""
    result = planned(case, whole)
    question = (load_inputs(HERE / case), result.parameters, result.demand, result.supply)
    assert violations(*question, whole=whole) == []
    assert money_violations(*question, whole=whole) == []


def test_lk_mowers_says_which_limit_collides() -> None:
    """With a band of 72 to 92 heads the case is published as infeasible: the ceiling would have to rise, or
    demand or safety stock give way.

    From the opening stock of 16,460 to the floor of 8,000 leaves 8,460 mowers; the rest of the demand up to the worst
    month has to be made with at most 100 hours a head and month.
    """
    result = planned("lk_mowers_72_92")
    assert result.supply.status is SolveStatus.INFEASIBLE
    heads = next(found for found in result.supply.conflicts if found.limit.startswith("Most heads of direct"))
    assert all(word in heads.limit for word in ("hours of assembly", "contract minimum of", "least stock of"))
    assert heads.relaxation == pytest.approx(_heads_needed(result) - 92, abs=0.01)


def _heads_needed(result: PlanResult) -> float:
    """Constant head-count that meets demand summed up to every month, item by item stock above its floor."""
    demand, opening = result.demand.planned.sum(axis=1), result.supply.opening_stock
    needed = np.maximum(np.cumsum(demand, axis=1) - (opening[:, None] - 2000), 0.0).sum(axis=0)
    return float((needed / (100.0 * np.arange(1, demand.shape[1] + 1))).max())
