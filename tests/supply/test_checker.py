"""The independent checker finds what is wrong: every kind of fault put into a good plan is named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sop.domain.parameters import Parameters
from sop.domain.plans import DemandPlan, SupplyPlan
from sop.exchange.reading import load_inputs
from tests.supply.checker import violations
from tests.supply.checker_money import money_violations
from tests.supply.factory import solved
from tests.supply.test_by_hand import one_line

PUBLISHED = Path(__file__).parents[1] / "published"


@pytest.fixture(scope="module")
def tomato() -> tuple[Any, Parameters, DemandPlan, SupplyPlan]:
    """The red tomato case: people, backlog, stock and a subcontractor."""
    inputs = load_inputs(PUBLISHED / "red_tomato")
    _, base, demand, plan = solved(inputs)
    return inputs, base, demand, plan


def _changed(values: np.ndarray[Any, Any], by: float, last: bool = False) -> np.ndarray[Any, Any]:
    """A copy with one figure of the first or last bucket moved."""
    result = values.copy()
    result.reshape(-1, result.shape[-1])[0, -1 if last else 0] += by
    return result


def test_a_good_plan_passes(tomato: tuple[Any, Parameters, DemandPlan, SupplyPlan]) -> None:
    """The published optimum has nothing wrong with it."""
    assert violations(*tomato) == []
    assert money_violations(*tomato) == []


@pytest.mark.parametrize(
    ("field", "by", "said"),
    [
        ("level", 10, "out of nothing"),
        ("stock", -5, "out of nothing"),
        ("backlog", 3, "owed tool"),
        ("accepted", -2, "promised"),
        ("accepted", 2, "is more than"),
        ("heads", 4, "heads of workers"),
        ("heads", -4, "hours of labour"),
        ("hires", 1, "heads of workers"),
        ("pool_overtime", 5000, "overtime of workers"),
        ("load", 7, "load reported"),
        ("in_transit", 1, "in transit"),
        ("short", 1, "accepted, short and declined"),
        ("shipped", -1, "delivered tool"),
        ("layoffs", -99, "falls to"),
    ],
)
def test_a_wrong_quantity_is_named(
    tomato: tuple[Any, Parameters, DemandPlan, SupplyPlan], field: str, by: float, said: str
) -> None:
    """One figure moved, and the balance or limit it breaks is told."""
    *question, plan = tomato
    wrong = replace(plan, **{field: _changed(getattr(plan, field), by)})
    assert any(said in problem for problem in violations(*question, wrong))


def test_a_wrong_end_is_named(tomato: tuple[Any, Parameters, DemandPlan, SupplyPlan]) -> None:
    """Closing stock below what the tables ask for, and a backlog left at the end."""
    *question, plan = tomato
    low = replace(plan, stock=_changed(plan.stock, -100, last=True))
    assert any("least closing stock" in problem for problem in violations(*question, low))
    owed = replace(plan, backlog=_changed(plan.backlog, 5, last=True))
    assert any("at the end" in problem for problem in violations(*question, owed))


def test_wrong_money_is_named(tomato: tuple[Any, Parameters, DemandPlan, SupplyPlan]) -> None:
    """Z off by one, a penalty off by one."""
    *question, plan = tomato
    assert any(
        "add up" in problem for problem in money_violations(*question, replace(plan, objective=plan.objective + 1))
    )
    late = {**plan.penalties, "late": plan.penalties["late"] + 1}
    assert any("penalty late" in problem for problem in money_violations(*question, replace(plan, penalties=late)))


def test_limits_of_supplier_lane_and_storage_are_held_against_the_plan() -> None:
    """A plan made without them breaks limits that are set afterwards: each is told."""
    inputs = one_line({("A", "M"): [60, 60]})
    _, base, demand, plan = solved(inputs)
    tight = {
        "operation_maximum": np.full_like(base["operation_maximum"], 10.0),
        "capacity": np.full_like(base["capacity"], 1.0),
        "stock_minimum": np.full_like(base["stock_minimum"], 1e6),
    }
    said = violations(inputs, base.with_values(tight), demand, plan)
    for words in ("most of make A", "hours of Line", "least stock of A"):
        assert any(words in problem for problem in said)
