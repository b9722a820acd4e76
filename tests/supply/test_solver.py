"""The solver kept warm: statuses, limits on iterations, whole numbers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sop.domain.base import base_parameters
from sop.domain.inputs import Inputs
from sop.domain.plans import SolveStatus
from sop.exchange.reading import load_inputs
from sop.supply import SupplyModel, solver
from tests.supply.factory import forecast_of, solved
from tests.supply.test_by_hand import one_line

PUBLISHED = Path(__file__).parents[1] / "published"


def test_interior_point_takes_over_beyond_the_iteration_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model allowed one simplex iteration per move reaches the same optimum; from nothing it may take its time."""
    inputs = load_inputs(PUBLISHED / "factory_planning_1")
    base = base_parameters(inputs)
    demand = forecast_of(inputs, base)
    more = replace(demand, planned=demand.planned * 1.1)
    asked, by_simplex = [], SupplyModel(inputs, base).solve(base, more).objective
    way = solver.run_by_interior_point
    monkeypatch.setattr(solver, "run_by_interior_point", lambda highs: (asked.append(1), way(highs)))
    impatient = SupplyModel(inputs, base)
    impatient.solver.iteration_limit = 1
    assert impatient.solve(base, demand).objective == pytest.approx(93_715.18, abs=0.01)
    asked.clear()
    found = impatient.solve(base, more)
    assert found.status is SolveStatus.OPTIMAL
    assert asked
    assert found.objective == pytest.approx(by_simplex)
    assert found.objective > 93_715.18


def test_without_base_demand_the_first_question_gives_the_basis() -> None:
    """A model built without Base's demand answers like one built with it."""
    inputs = one_line({("A", "M"): [90, 150, 80]})
    base = base_parameters(inputs)
    demand = forecast_of(inputs, base)
    assert SupplyModel(inputs, base).solve(base, demand).objective == pytest.approx(solved(inputs)[3].objective)


def test_published_optimum_in_whole_heads_and_units() -> None:
    """Red Tomato in whole heads and units costs 422,660; fractions are back afterwards."""
    tables = dict(load_inputs(PUBLISHED / "red_tomato").tables)
    tables["workforce"] = tables["workforce"].assign(whole=True)
    tables["operations"] = tables["operations"].assign(whole=True)
    model, base, demand, fractions = solved(Inputs.of(tables))
    whole = model.solve_whole(base, demand)
    assert 640_000 - whole.objective == pytest.approx(422_660, abs=0.5)
    assert np.allclose(whole.heads, np.round(whole.heads))
    assert model.solve(base, demand).objective == fractions.objective


def test_setups_and_minimum_lots_in_whole_numbers() -> None:
    """A set-up of 50 and a lot of 40: 30 a month for three months are made in two lots (of 40 and 50) or one of 90."""
    operations = [
        {"operation": "make A", "location": "P", "item": "A", "unit_cost": 4, "setup_cost": 50, "minimum_lot": 40}
    ]
    policy = [{"location": "P", "item": "A", "holding_cost": 0.1}]
    model, base, demand, _ = solved(one_line({("A", "M"): [30, 30, 30]}, operations=operations, stock_policy=policy))
    plan = model.solve_whole(base, demand)
    assert plan.runs[0] == pytest.approx([1, 0, 0])
    assert plan.level[0] == pytest.approx([90, 0, 0])
    assert plan.objective == pytest.approx(90 * 6 - 50 - 0.1 * (60 + 30))


def test_setup_hours_take_capacity() -> None:
    """20 hours of set-up out of 100 leave 80 for making."""
    routings = [{"operation": "make A", "resource": "Line", "hours": 1, "setup_hours": 20}]
    model, base, demand, _ = solved(one_line({("A", "M"): [100]}, routings=routings))
    plan = model.solve_whole(base, demand)
    assert plan.level[0, 0] == pytest.approx(80)
    assert plan.load[0, 0] == pytest.approx(100)


def test_unbounded_is_named() -> None:
    """An operation that is paid for running, without any limit, has no best plan: status UNBOUNDED, no exception."""
    operations = [{"operation": "x", "location": "P", "item": "A", "unit_cost": -4}]
    plan = solved(one_line({("A", "M"): [10, 20]}, operations=operations, routings=[]))[3]
    assert plan.status is SolveStatus.UNBOUNDED


def test_columns_stand_in_the_solver_in_the_order_they_were_created() -> None:
    """Families one after the other by name, entity by entity, bucket by bucket: vectors can be read as blocks."""
    model = solved(one_line({("A", "M"): [10, 20]}))[0]
    order = np.concatenate([model.columns[name].ravel() for name in sorted(model.columns)])
    assert np.array_equal(order, np.arange(model.solver.size[0]))


def test_threads_asking_at_once_get_their_own_answers() -> None:
    """Eight questions from four threads give what they give one after the other."""
    model, base, demand, _ = solved(load_inputs(PUBLISHED / "factory_planning_1"))
    questions = [replace(demand, planned=demand.planned * (1.0 + number / 20)) for number in range(8)]
    alone = [model.solve(base, question).objective for question in questions]
    with ThreadPoolExecutor(max_workers=4) as threads:
        together = list(threads.map(lambda question: model.solve(base, question).objective, questions))
    assert together == alone
