"""The catalogue: every statement in it can be relied on."""

from __future__ import annotations

import pandas as pd
import pytest

from sop.domain.catalogue import SETTINGS, TABLES, Column, Table
from sop.domain.inputs import Inputs, Settings, blank_of, empty_table, typed
from tests.companies import small_company, small_inputs

COLUMNS = [(table, column) for table in TABLES.values() for column in table.columns]


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=lambda part: part.name)
def test_columns_are_complete(table: Table, column: Column) -> None:
    """Every column has a meaning; choices have words, references a target that exists, numbers a unit."""
    assert column.meaning.strip()
    if column.kind == "choice":
        assert column.choices
        assert column.default is None or column.default in column.choices
    if column.kind == "reference":
        for target in column.refers_to.split("|"):
            name, _, wanted = target.partition(".")
            assert wanted in TABLES[name].column_names
    if column.kind in ("number", "integer"):
        assert column.unit
    if column.minimum is not None and column.maximum is not None:
        assert column.minimum < column.maximum


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_a_required_period_promises_no_every_period(table: Table) -> None:
    """A blank or * is refused where a bucket has to be named, so the meaning must not offer it."""
    for column in table.columns:
        if column.kind == "period" and column.required:
            assert "every period" not in column.meaning


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_names_and_aliases_are_unique_in_a_table(table: Table) -> None:
    """No name or alias leads to two columns."""
    names = [name for column in table.columns for name in (column.name, *column.aliases)]
    assert len(names) == len(set(names))


def test_settings_are_the_typed_settings() -> None:
    """The settings table and the Settings class know the same keys in the same order."""
    assert [column.name for column in SETTINGS] == list(Settings.__dataclass_fields__)


def test_an_unknown_column_is_a_key_error() -> None:
    """Asking for a column a table does not have says so."""
    with pytest.raises(KeyError, match="colour"):
        TABLES["items"].column("colour")


def test_typed_fills_blanks_with_defaults() -> None:
    """A lone item code gets its family, kind and unit; numbers without default stay blank."""
    frame = typed("items", pd.DataFrame({"item": ["A"]}))
    assert frame.loc[0, ["family", "kind", "unit", "ramp_periods"]].tolist() == ["All", "product", "piece", 1.0]
    assert pd.isna(frame.loc[0, "standard_cost"])
    assert pd.isna(frame.loc[0, "launch"])


@pytest.mark.parametrize("name", TABLES)
def test_empty_tables_have_the_types_of_full_ones(name: str) -> None:
    """A table without rows has the columns and types of one with a row of blanks."""
    first = TABLES[name].columns[0]
    full = typed(name, pd.DataFrame({first.name: [blank_of(first)]}))
    assert empty_table(name).dtypes.tolist() == full.dtypes.tolist()
    assert tuple(empty_table(name).columns) == TABLES[name].column_names


def test_equal_content_is_the_same_inputs() -> None:
    """The id depends on what the tables say: one changed cell changes it, building again does not."""
    changed = small_company()
    changed["prices"] = changed["prices"].assign(list_price=[40.0, 30.01])
    assert small_inputs().id == small_inputs().id
    assert Inputs.of(changed).id != small_inputs().id


def test_a_company_without_markets_or_locations_gets_one_of_each() -> None:
    """Items alone make a company with the market All and the location Main."""
    inputs = Inputs.of({"items": typed("items", pd.DataFrame({"item": ["A"]}))})
    assert inputs["markets"]["market"].tolist() == ["All"]
    assert inputs["locations"]["location"].tolist() == ["Main"]
    assert not inputs.has_history
    assert not inputs.has_supply


def test_the_tail_is_as_long_as_the_longest_lead_time() -> None:
    """An operation of two buckets and a lane of three make a tail of three."""
    tables = small_company()
    tables["operations"] = tables["operations"].assign(lead_time=[2.0, 0.0])
    lane = pd.DataFrame({"from": ["Plant"], "to": ["UK"], "lead_time": [3]})
    horizon = Inputs.of(tables | {"lanes": typed("lanes", lane)}).horizon
    assert (horizon.periods, horizon.tail, horizon.total) == (6, 3, 9)
