"""The store gives back exactly what it was given, refuses what it must, and never half-writes."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sop.domain.errors import NotFound, SopError, StoreBusy
from sop.domain.inputs import Inputs, content_hash, typed
from sop.domain.scenario import Override, Scenario
from sop.store import Repository, SavedResult
from sop.store.connection import Connection
from tests.companies import small_company, small_inputs

AT = datetime(2026, 1, 5, 9, 30)
COMPANY = "Small & Co"


def _scenario(scenario_id: str, value: float = 4.0) -> Scenario:
    return Scenario(id=scenario_id, name=scenario_id, overrides=(Override(lever="price", value=value),))


def test_inputs_come_back_as_they_were() -> None:
    """Every table, column, type, blank and row order survives the store: the content hash is the same."""
    store, inputs = Repository(), small_inputs()
    store.add_inputs(inputs, "here", AT)
    found = store.inputs(inputs.id)
    assert content_hash(found.tables) == inputs.id
    for name, table in inputs.tables.items():
        pd.testing.assert_frame_equal(found[name], table)


STORE = Repository()
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(
            TEXTS,
            st.dates(datetime(1990, 1, 1).date(), datetime(2100, 1, 1).date()),
            st.floats(allow_infinity=False),
            st.booleans(),
        ),
        max_size=20,
    )
)
def test_any_cell_survives(cells: list[tuple[str, object, float, bool]]) -> None:
    """Any text (quotes, line breaks, SQL, emoji), any day, any number or blank, any flag comes back unchanged."""
    columns = {"item": [], "date": [], "ordered": [], "stock_out": []}  # type: dict[str, list[object]]
    for row in cells:
        for column, value in zip(columns, row, strict=True):
            columns[column].append(value)
    history = typed("sales_history", pd.DataFrame(columns))
    inputs = Inputs.of(small_company() | {"sales_history": history})
    STORE.add_inputs(inputs, "here", AT)
    pd.testing.assert_frame_equal(STORE.inputs(inputs.id)["sales_history"], history)


def test_the_newest_import_comes_first_and_older_ones_stay() -> None:
    """Two imports are told apart; importing the first again makes it the newest without storing it twice."""
    store, first = Repository(), small_inputs()
    tables = small_company()
    second = Inputs.of({**tables, "stock": tables["stock"].assign(on_hand=1.0)})
    for inputs, source in ((first, "a"), (second, "b"), (first, "c")):
        store.add_inputs(inputs, source, AT)
    assert [(one.inputs_id, one.source) for one in store.imports()] == [
        (first.id, "c"),
        (second.id, "b"),
        (first.id, "a"),
    ]
    assert store.inputs(second.id)["stock"]["on_hand"].tolist() == [1.0]
    assert len(store.inputs(first.id)["forecasts"]) == 24


def test_unknown_inputs_are_not_found() -> None:
    """Asking for inputs that are not there is a named error."""
    with pytest.raises(NotFound, match="no inputs 'nothing'"):
        Repository().inputs("nothing")


def test_a_failed_import_leaves_nothing_behind(tmp_path: Path) -> None:
    """An import that breaks in the middle stores no table, no import and no scenario."""
    store, inputs = Repository(tmp_path / "s.duckdb"), small_inputs()
    broken = Inputs({**inputs.tables, "stock_policy": pd.DataFrame({"nonsense": [1]})}, inputs.id)
    with pytest.raises(KeyError):
        store.add_inputs(broken, "here", AT, scenarios=[_scenario("a")])
    assert store.imports() == []
    assert store.scenarios(COMPANY) == {}
    store.close()
    with duckdb.connect(str(tmp_path / "s.duckdb")) as raw:
        assert raw.execute("SELECT count(*) FROM input_items").fetchall() == [(0,)]


def test_models_are_kept_by_inputs() -> None:
    """The newest model of some inputs is found again, byte for byte; others have none."""
    store = Repository()
    store.add_model("x", b"\x00old", AT)
    store.add_model("x", b"\x00new\xff", AT)
    assert store.model("x") == b"\x00new\xff"
    assert store.model("y") is None


def test_the_newest_version_of_a_scenario_counts() -> None:
    """Saving again changes what is found but not the order; a tombstone hides; saving after that brings it back."""
    store = Repository()
    store.save_scenarios(COMPANY, [_scenario("a"), _scenario("b")], AT)
    store.save_scenarios(COMPANY, [_scenario("a", 5.0)], AT)
    assert list(store.scenarios(COMPANY)) == ["a", "b"]
    assert store.scenarios(COMPANY)["a"].overrides[0].value == 5.0
    store.delete_scenario(COMPANY, "a", AT)
    assert list(store.scenarios(COMPANY)) == ["b"]
    with pytest.raises(NotFound):
        store.delete_scenario(COMPANY, "a", AT)
    store.save_scenarios(COMPANY, [_scenario("a", 6.0)], AT)
    assert store.scenarios(COMPANY)["a"].overrides[0].value == 6.0


def test_companies_do_not_see_each_others_scenarios() -> None:
    """Scenarios speak of items and lines of one company."""
    store = Repository()
    store.save_scenarios(COMPANY, [_scenario("a")], AT)
    assert store.scenarios("Other") == {}


def test_a_frozen_scenario_never_changes() -> None:
    """Not even a caller that skipped every other check can change it; saving it unchanged is no error."""
    store = Repository()
    done = _scenario("a").model_copy(update={"frozen": True})
    store.save_scenarios(COMPANY, [done], AT)
    store.save_scenarios(COMPANY, [done], AT)
    with pytest.raises(SopError, match="frozen"):
        store.save_scenarios(COMPANY, [_scenario("b"), _scenario("a", 1.0)], AT)
    assert list(store.scenarios(COMPANY)) == ["a"]


def test_answers_of_scenarios_are_kept() -> None:
    """What a frozen scenario answered is found again, newest first."""
    store = Repository()
    told = [
        SavedResult("x", "a", key, AT, {"kpis": {"horizon": {"ebitda": value}}})
        for key, value in (("1", 2.5), ("2", 3.5))
    ]
    store.save_scenarios(COMPANY, [_scenario("a")], AT, told)
    assert store.results(COMPANY, "a") == [told[1], told[0]]


def test_column_names_are_remembered() -> None:
    """The column names matched last are found again."""
    store = Repository()
    assert store.mapping() == {}
    store.add_inputs(small_inputs(), "here", AT, mapping={"items": {"SKU": "item"}})
    assert store.mapping() == {"items": {"SKU": "item"}}


def test_everything_is_there_after_closing(tmp_path: Path) -> None:
    """A store opened again holds inputs, model and scenarios."""
    path = tmp_path / "deep" / "er" / "s.duckdb"
    store, inputs = Repository(path), small_inputs()
    store.add_inputs(inputs, "here", AT, note="careful", scenarios=[_scenario("a")], model=b"m")
    store.close()
    again = Repository(path)
    assert again.imports()[0].note == "careful"
    assert content_hash(again.inputs(inputs.id).tables) == inputs.id
    assert again.model(inputs.id) == b"m"
    assert list(again.scenarios(COMPANY)) == ["a"]


def test_a_store_held_by_another_process_is_said_so(tmp_path: Path) -> None:
    """The error names the file, who probably holds it and what to do."""
    path = tmp_path / "s.duckdb"
    store = Repository(path)
    script = (
        "import sys; from sop.store import Repository; from sop.domain.errors import StoreBusy\n"
        "try: Repository(sys.argv[1])\n"
        "except StoreBusy as error: print(error)\n"
    )
    told = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True).stdout
    store.close()
    assert str(path) in told
    assert "held by another process" in told
    assert "--store" in told


@pytest.mark.parametrize("content", [b"hello" * 1000, b""])
def test_other_files_are_no_stores(tmp_path: Path, content: bytes) -> None:
    """A file that is no DuckDB file is refused by name and left as it was."""
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(SopError, match=r"notes\.txt cannot be used as a store") as caught:
        Repository(path)
    assert not isinstance(caught.value, StoreBusy)
    assert path.read_bytes() == content


def test_another_duckdb_file_is_left_alone(tmp_path: Path) -> None:
    """Somebody else's database is refused and not changed."""
    path = tmp_path / "theirs.duckdb"
    with duckdb.connect(str(path)) as theirs:
        theirs.execute("CREATE TABLE treasure (x INTEGER)")
    with pytest.raises(SopError, match="not a store of this program"):
        Repository(path)
    with duckdb.connect(str(path)) as theirs:
        assert theirs.execute("SELECT table_name FROM information_schema.tables").fetchall() == [("treasure",)]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "ATTACH '{folder}/other.duckdb'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET threads = 1",
        "SELECT * FROM frame",
    ],
)
def test_the_connection_is_locked_down(tmp_path: Path, statement: str) -> None:
    """No statement reaches files, network, extensions, settings or Python's variables."""
    frame = pd.DataFrame({"secret": [1]})
    connection = Connection(tmp_path / "s.duckdb")
    with connection.reading() as cursor, pytest.raises(duckdb.Error):
        cursor.execute(statement.format(folder=tmp_path)).fetchall()
    assert len(frame) == 1
    assert [file.name for file in tmp_path.iterdir() if file.suffix != ".wal"] == ["s.duckdb"]
    connection.close()


def test_threads_write_and_read_at_once() -> None:
    """Eight threads that save and read at the same time lose nothing and see only whole scenarios."""
    store = Repository()
    problems: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(5):
                store.save_scenarios(COMPANY, [_scenario(f"s-{number}-{turn}")], AT)
                assert f"s-{number}-{turn}" in store.scenarios(COMPANY)
        except BaseException as error:
            problems.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len(store.scenarios(COMPANY)) == 40


def test_a_conflict_is_tried_again() -> None:
    """When DuckDB reports a conflict the work is done again, and in the end only once."""
    connection = Connection(":memory:")
    connection.write(lambda cursor: cursor.execute("CREATE TABLE t (x INTEGER)"))
    tries: list[int] = []

    def work(cursor: duckdb.DuckDBPyConnection) -> None:
        tries.append(1)
        cursor.execute("INSERT INTO t VALUES (1)")
        if len(tries) < 3:
            raise duckdb.TransactionException("conflict")

    connection.write(work)
    with connection.reading() as cursor:
        assert cursor.execute("SELECT count(*) FROM t").fetchall() == [(1,)]
    assert len(tries) == 3


def test_a_lasting_conflict_is_told() -> None:
    """Work that always conflicts ends in an error the user can read."""
    connection = Connection(":memory:")

    def work(cursor: duckdb.DuckDBPyConnection) -> None:
        raise duckdb.TransactionException("conflict")

    with pytest.raises(SopError, match="could not take the change"):
        connection.write(work)


def test_a_long_history_is_stored_whole() -> None:
    """200,000 rows go in and come out with every total unchanged."""
    rows = 200_000
    random = np.random.default_rng(0)
    history = typed(
        "sales_history",
        pd.DataFrame(
            {
                "date": pd.Timestamp("2022-01-01") + pd.to_timedelta(random.integers(0, 1400, rows), unit="D"),
                "item": np.array(["Kettle", "Toaster"])[random.integers(0, 2, rows)],
                "market": np.array(["UK", "DACH"])[random.integers(0, 2, rows)],
                "ordered": random.integers(0, 100, rows).astype(float),
            }
        ),
    )
    inputs = Inputs.of(small_company() | {"sales_history": history})
    store = Repository()
    store.add_inputs(inputs, "here", AT)
    found = store.inputs(inputs.id)["sales_history"]
    assert found["ordered"].sum() == history["ordered"].sum()
    assert content_hash(store.inputs(inputs.id).tables) == inputs.id
