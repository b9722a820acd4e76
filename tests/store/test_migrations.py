"""An older store becomes a present one without losing anything; a newer one is refused."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from sop.domain.catalogue import TABLES
from sop.domain.errors import SopError
from sop.domain.inputs import blank_of
from sop.domain.scenario import Override, Scenario
from sop.store import Repository, SavedResult
from sop.store.connection import Connection
from sop.store.schema import VERSION, Migration, known_migrations, prepare
from tests.companies import small_inputs

HERE = Path(__file__).parent
AT = datetime(2026, 1, 5)
SCENARIO = Scenario(id="a", name="A", overrides=(Override(lever="demand", value=3),))


def _old_store(path: Path) -> None:
    """A store as version 1 made it (schema_1.sql), with one scenario and one model in it."""
    with duckdb.connect(str(path)) as raw:
        raw.execute((HERE / "schema_1.sql").read_text("utf-8"))
        raw.execute("INSERT INTO schema_version VALUES (1, TIMESTAMP '2026-01-01')")
        raw.execute(
            "INSERT INTO scenarios (company, id, deleted, saved_at, document) VALUES ('Co', 'a', false, ?, ?)",
            [AT, SCENARIO.model_dump_json()],
        )
        raw.execute("INSERT INTO demand_models (inputs_id, fitted_at, model) VALUES ('x', ?, ?)", [AT, b"model"])


def _columns(path: Path) -> list[tuple[str, str, str]]:
    query = "SELECT table_name, column_name, data_type FROM information_schema.columns ORDER BY 1, 2"
    with duckdb.connect(str(path)) as raw:
        return raw.execute(query).fetchall()


def test_the_version_1_store_is_brought_up_to_date(tmp_path: Path) -> None:
    """Scenarios and models of an old store are still there, and what came later works."""
    path = tmp_path / "old.duckdb"
    _old_store(path)
    store = Repository(path)
    assert store.scenarios("Co") == {"a": SCENARIO}
    assert store.model("x") == b"model"
    answer = SavedResult("x", "a", "key", AT, {"objective": 1.0})
    store.save_scenarios("Co", [SCENARIO], AT, [answer])
    assert store.results("Co", "a") == [answer]
    store.close()


def test_migrated_and_new_stores_are_alike(tmp_path: Path) -> None:
    """The migrations lead to the same tables, columns and types as schema.sql."""
    old, new = tmp_path / "old.duckdb", tmp_path / "new.duckdb"
    _old_store(old)
    for path in (old, new):
        Repository(path).close()
    assert _columns(old) == _columns(new)


def test_migrations_are_numbered_without_gaps() -> None:
    """The last migration leads to the version schema.sql stands for."""
    assert [step.version for step in known_migrations()] == list(range(2, VERSION + 1))


def test_a_migration_runs_once_and_a_broken_one_changes_nothing() -> None:
    """A later step is applied on the next start only; one that fails leaves the version before it."""
    connection = Connection(":memory:")
    prepare(connection)
    later = Migration(VERSION + 1, "ALTER TABLE imports ADD COLUMN cycle TEXT")
    broken = Migration(VERSION + 2, "CREATE TABLE half (x INTEGER); SELECT * FROM nowhere")
    prepare(connection, [*known_migrations(), later])
    prepare(connection, [*known_migrations(), later])
    with pytest.raises(duckdb.Error):
        prepare(connection, [*known_migrations(), later, broken])
    with connection.reading() as cursor:
        assert cursor.execute("SELECT max(version) FROM schema_version").fetchall() == [(VERSION + 1,)]
        assert cursor.execute("SELECT 1 FROM information_schema.tables WHERE table_name = 'half'").fetchall() == []


def test_a_store_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    """Better no answer than a wrong one."""
    path = tmp_path / "new.duckdb"
    Repository(path).close()
    with duckdb.connect(str(path)) as raw:
        raw.execute("INSERT INTO schema_version VALUES (999, TIMESTAMP '2030-01-01')")
    with pytest.raises(SopError, match="newer version"):
        Repository(path)


def test_a_column_the_catalogue_gained_reads_as_its_default(tmp_path: Path) -> None:
    """Inputs stored before a column existed hold its default in every row, under the id they had."""
    path, inputs = tmp_path / "old.duckdb", small_inputs()
    store = Repository(path)
    store.add_inputs(inputs, "here", AT)
    store.close()
    lost = (("operations", "yield"), ("items", "family"), ("markets", "firm"), ("items", "launch"))
    with duckdb.connect(str(path)) as raw:
        for table, column in lost:
            raw.execute(f'ALTER TABLE input_{table} DROP COLUMN "{column}"')
    found = Repository(path).inputs(inputs.id)
    for table, column in lost:
        values = found[table][column]
        assert values.dtype == inputs[table][column].dtype
        default = blank_of(TABLES[table].column(column))
        assert ((values == default) | (values.isna() & pd.isna(default))).all()
