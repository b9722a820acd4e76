"""docs/formulation.md keeps up with the code."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import numpy as np
import pytest

from sop.supply.constraints import FAMILIES
from sop.supply.variables import MEANING
from sop.supply.vectors import COLUMN_VECTORS, ROW_VECTORS
from tests.supply.factory import solved
from tests.supply.test_by_hand import Row, one_line

MAKE: Row = {"operation": "make A", "location": "P", "item": "A", "unit_cost": 4}
LINE: Row = {"resource": "Line", "location": "P"}
PAGE = (Path(__file__).parents[2] / "docs" / "formulation.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FAMILIES)
def test_every_constraint_is_on_the_page_with_its_function(name: str) -> None:
    """A row of the table: name, inequality, dual, and the file and function that state it."""
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |")]
    _, _, inequality, dual, where, _ = (cell.strip() for cell in row.split("|"))
    assert any(sign in inequality for sign in ("≤", "="))
    assert dual
    file = FAMILIES[name].__module__.removeprefix("sop.supply.").replace(".", "/") + ".py"
    assert where == f"`{file}::{FAMILIES[name].__name__}`"


@pytest.mark.parametrize("name", FAMILIES)
def test_every_constraint_states_its_inequality_first(name: str) -> None:
    """The docstring of a constraint function opens with the inequality and says what the dual means."""
    text = FAMILIES[name].__doc__ or ""
    assert any(sign in text.split("\n\n")[0] for sign in ("<=", "="))
    assert "Dual:" in text


def _bounded(name: str) -> bool:
    """Whether a family's numbers give any bounds but 0 or nothing from below and nothing from above."""
    last = inspect.getsource(COLUMN_VECTORS[name]).rstrip().splitlines()[-1]
    return not re.search(r", (0\.0|-np\.inf), np\.inf$", last)


@pytest.mark.parametrize("name", COLUMN_VECTORS)
def test_every_limit_held_as_a_bound_is_on_the_page_with_its_function(name: str) -> None:
    """A row of the table of bounds: name, bounds, what the reduced cost says, and the function that sets them; families
    without limits have none."""
    table = PAGE.split("### Limits held as bounds")[1].split("\n\n")[2]
    found = [line for line in table.splitlines() if line.startswith(f"| `{name}` |")]
    assert len(found) == _bounded(name)
    for line in found:
        _, _, bounds, reduced_cost, where, _ = (cell.strip() for cell in line.split("|"))
        assert "≤" in bounds
        assert reduced_cost
        function = COLUMN_VECTORS[name]
        assert where == f"`{function.__module__.removeprefix('sop.supply.')}.py::{function.__name__}`"


def test_families_without_a_row_among_the_bounds_have_none() -> None:
    """In a company with lots, a price on change, people and a cash limit, only those listed are bounded otherwise than
    by 0 or nothing from below."""
    inputs = one_line(
        {("A", "M"): [40, 60]},
        {"cash_limit": -1e6, "tax_rate": 0.2},
        operations=[{"operation": "a", "location": "P", "item": "A", "unit_cost": 4, "lot_size": 5, "change_cost": 1}],
        items=[{"item": "A", "shelf_life": 2}],
        workforce=[{"pool": "crew", "resource": "Line", "head_count": 1, "overtime_hours": 5, "wage": 1}],
    )
    model, base, demand, _ = solved(inputs)
    vectors, seen = model.vectors(model.case(base, demand)), set()
    for name, columns in model.matrix.columns.items():
        lower, upper = vectors.lower[columns], vectors.upper[columns]
        if columns.size and not _bounded(name):
            seen.add(name)
            assert (upper == np.inf).all(), name
            assert np.isin(lower, (0.0, -np.inf)).all(), name
    assert {"lots", "rise", "fall", "scrapped", "pool_overtime", "invoiced", "stocked", "taxed"} <= seen


@pytest.mark.parametrize(
    ("family", "tables", "worth"),
    [
        ("level", {"operations": [{**MAKE, "maximum": 30}]}, 10 - 4),
        ("rented", {"resources": [{**LINE, "hours": 20, "extra_hours": 10, "extra_cost": 1}]}, 10 - 4 - 1),
        ("overtime", {"resources": [{**LINE, "hours": 20, "overtime_limit": 0.5, "overtime_cost": 2}]}, 10 - 4 - 2),
        ("shipped", {"lanes": [{"from": "P", "to": "M", "unit_cost": 3, "maximum": 30}]}, 10 - 4 - 3),
    ],
)
def test_the_reduced_cost_of_a_bound_is_what_one_more_unit_of_the_limit_is_worth(
    family: str, tables: dict[str, list[Row]], worth: float
) -> None:
    """50 wanted at 10, made at 4 in an hour; 30 can be had, of which the limit stops the last one: one more unit earns
    its price less what it costs (1 to rent an hour, 2 to work longer, 3 of freight)."""
    markets = [{"market": "M", "served_from": None if "lanes" in tables else "P"}]
    model, base, demand, plan = solved(one_line({("A", "M"): [50]}, {"goal": "profit"}, markets=markets, **tables))
    model.solver.solve(model.vectors(model.case(base, demand)))
    assert plan.accepted[0, 0, 0] == pytest.approx(30)
    column = int(model.columns[family][0, 0])
    assert -model.solver.highs.getSolution().col_dual[column] == pytest.approx(worth, abs=1e-3)


@pytest.mark.parametrize("name", MEANING)
def test_every_variable_is_on_the_page(name: str) -> None:
    """Each family of variables is named in the table of variables."""
    table = PAGE.split("## Variables")[1].split("## Constraints")[0]
    assert f"`{name}`" in table


def test_every_family_has_its_numbers() -> None:
    """A family without a vector function, or the other way round, would plan with zeros."""
    assert set(COLUMN_VECTORS) == set(MEANING)
    assert set(ROW_VECTORS) == set(FAMILIES)
