"""docs/formulation.md keeps up with the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from sop.supply.constraints import FAMILIES
from sop.supply.variables import MEANING
from sop.supply.vectors import COLUMN_VECTORS, ROW_VECTORS

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


@pytest.mark.parametrize("name", MEANING)
def test_every_variable_is_on_the_page(name: str) -> None:
    """Each family of variables is named in the table of variables."""
    table = PAGE.split("## Variables")[1].split("## Constraints")[0]
    assert f"`{name}`" in table


def test_every_family_has_its_numbers() -> None:
    """A family without a vector function, or the other way round, would plan with zeros."""
    assert set(COLUMN_VECTORS) == set(MEANING)
    assert set(ROW_VECTORS) == set(FAMILIES)
