"""Snapshots: the same bytes every time, everything in them, and nothing dishonest read."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sop.domain.errors import InputError, SopError
from sop.domain.inputs import Inputs, content_hash, typed
from sop.domain.scenario import Override
from sop.exchange.results import result_tables
from sop.exchange.snapshot import read_snapshot
from sop.workspace.verifying import table_differences, verify
from tests.companies import small_company
from tests.workspaces import scenario, small_workspace

Members = dict[str, bytes]


@pytest.fixture(scope="module")
def made() -> bytes:
    """A snapshot of a scenario of the small company."""
    return small_workspace().snapshot(scenario("Dearer", Override(lever="price", value=4, reason="=1+1")))


def _members(data: bytes) -> Members:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _packed(members: Members, deflate: bool = False) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return sink.getvalue()


def _signed(members: Members) -> Members:
    """Members with a manifest that fits them: what a careful forger would send."""
    manifest = json.loads(members["manifest.json"])
    manifest["sha256"] = {
        name: hashlib.sha256(content).hexdigest() for name, content in members.items() if name != "manifest.json"
    }
    return {**members, "manifest.json": json.dumps(manifest).encode()}


def _parquet(frame: pd.DataFrame) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), sink)
    return sink.getvalue()


def test_a_snapshot_is_the_same_bytes_whenever_and_wherever_it_is_made(made: bytes) -> None:
    """Another workspace, planned along another path, gives the same file: names sorted, times fixed, stored."""
    other = small_workspace()
    other.plan(scenario("Before", Override(lever="demand", value=9)))
    again = other.snapshot(scenario("Dearer", Override(lever="price", value=4, reason="=1+1")))
    assert again == made
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        infos = archive.infolist()
    assert [info.filename for info in infos] == sorted(info.filename for info in infos)
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert {info.compress_type for info in infos} == {zipfile.ZIP_STORED}


def test_everything_comes_back(made: bytes) -> None:
    """Inputs with their id, the scenario with its reasons, every result table cell by cell, versions."""
    found = read_snapshot(made)
    workspace = small_workspace()
    result = workspace.plan(scenario("Dearer", Override(lever="price", value=4)))
    assert content_hash(found.inputs.tables) == workspace.inputs.id == found.manifest["inputs_id"]
    assert found.chain[-1].overrides[0].reason == "=1+1"
    assert found.manifest["versions"]["highspy"][0].isdigit()
    tables = result_tables(result)
    assert set(found.results) == set(tables)
    for name, table in tables.items():
        pd.testing.assert_frame_equal(found.results[name], table)


def test_every_array_of_a_plan_is_in_the_result_tables() -> None:
    """Totals of the long tables are the totals of the arrays they come from, bucket for bucket."""
    result = small_workspace().plan("base")
    tables = result_tables(result)
    supply, finance = result.supply, result.finance
    for table, column, array in (
        ("demand", "planned", result.demand.planned),
        ("sales", "delivered", supply.delivered),
        ("stock", "on_hand", supply.stock),
        ("operations", "level", supply.level),
        ("resources", "load", supply.load),
        ("values", "revenue", finance.revenue_by_item),
    ):
        by_bucket = tables[table].groupby("period", sort=False)[column].sum().to_numpy()
        np.testing.assert_allclose(by_bucket, array.reshape(-1, array.shape[-1]).sum(axis=0))
    ebitda = tables["pnl"].query("line == 'ebitda'")["amount"].to_numpy()
    np.testing.assert_array_equal(ebitda, finance.lines["ebitda"])


def _changed(name: str, content: bytes) -> Callable[[Members], Members]:
    return lambda members: {**members, name: content}


def _without(name: str) -> Callable[[Members], Members]:
    return lambda members: {key: content for key, content in members.items() if key != name}


def _manifest(**facts: object) -> Callable[[Members], Members]:
    def change(members: Members) -> Members:
        return {**members, "manifest.json": json.dumps(json.loads(members["manifest.json"]) | facts).encode()}

    return change


BAD: list[tuple[str, Callable[[Members], Members], str]] = [
    ("a changed member", _changed("results/pnl.parquet", b"x"), "was changed after it was made"),
    ("no manifest", _without("manifest.json"), "lacks manifest.json"),
    ("no model", _without("model.npz"), "lacks model.npz"),
    ("a member too few", _without("results/pnl.parquet"), "disagree about 'results/pnl.parquet'"),
    ("an unknown member", _changed("run.py", b"import os"), "holds 'run.py'"),
    ("an unknown table", _changed("inputs/secrets.parquet", b""), "holds 'inputs/secrets.parquet'"),
    ("a folder in results", _changed("results/a b.parquet", b""), "holds 'results/a b.parquet'"),
    ("a way out of the folder", _changed("../../etc/passwd", b""), "points outside the archive"),
    ("an absolute path", _changed("/etc/passwd", b""), "points outside the archive"),
    ("a manifest that is no JSON", _changed("manifest.json", b"{"), "manifest.json in The snapshot cannot be read"),
    ("a manifest that is a list", _changed("manifest.json", b"[]"), "makes no sense"),
    ("endless nesting", _changed("manifest.json", b"[" * 200_000), "cannot be read"),
    ("a later format", _manifest(format=99), "has format 99"),
    ("other inputs", _manifest(inputs_id="0123456789abcdef"), "are not the ones it was made from"),
]


@pytest.mark.parametrize(("change", "words"), [bad[1:] for bad in BAD], ids=[bad[0] for bad in BAD])
def test_what_is_wrong_is_refused_by_name(made: bytes, change: Callable[[Members], Members], words: str) -> None:
    """Missing, unknown, changed or misplaced members are refused with a sentence that says which."""
    with pytest.raises(SopError, match=words):
        read_snapshot(_packed(change(_members(made))))


def _stock(rows: int) -> pd.DataFrame:
    """The stock table with every column of the catalogue, ``rows`` times the same row."""
    return typed("stock", pd.DataFrame([{"location": "Plant", "item": "Kettle", "on_hand": 60.0}] * rows))


FORGED: list[tuple[str, str, bytes, str]] = [
    ("no scenario", "scenarios.json", b"[]", "lists no scenario"),
    (
        "an unknown lever",
        "scenarios.json",
        b'[{"overrides": [{"lever": "magic", "value": 1}]}]',
        "unknown lever 'magic'",
    ),
    ("a number as text", "inputs/stock.parquet", b"", "damaged or no parquet"),
    ("other columns", "inputs/stock.parquet", _parquet(pd.DataFrame({"a": [1.0]})), "other columns"),
    (
        "another type",
        "inputs/stock.parquet",
        _parquet(_stock(1).assign(on_hand="60")),
        "of another type",
    ),
    (
        "a missing text",
        "inputs/stock.parquet",
        _parquet(_stock(2).assign(location=["Plant", None])),
        "lacks a value",
    ),
]


@pytest.mark.parametrize(("name", "content", "words"), [bad[1:] for bad in FORGED], ids=[bad[0] for bad in FORGED])
def test_fitting_hashes_do_not_help_a_forger(made: bytes, name: str, content: bytes, words: str) -> None:
    """Content is checked for what it says, not only for its hash."""
    with pytest.raises(SopError, match=words):
        read_snapshot(_packed(_signed({**_members(made), name: content})))


def test_a_snapshot_of_before_a_column_came_still_verifies(made: bytes) -> None:
    """Columns and tables the catalogue gained since are at their defaults: same id, same plan. A column that says
    something cannot be left out unnoticed."""
    members = _members(made)
    stock = pq.read_table(io.BytesIO(members["inputs/stock.parquet"])).to_pandas()
    older = _signed({**members, "inputs/stock.parquet": _parquet(stock.drop(columns="age"))})
    assert verify(_packed(older)).equal
    prices = pq.read_table(io.BytesIO(members["inputs/operations.parquet"])).to_pandas()
    forged = _signed({**members, "inputs/operations.parquet": _parquet(prices.drop(columns="unit_cost"))})
    with pytest.raises(SopError, match="are not the ones it was made from"):
        read_snapshot(_packed(forged))


def test_inputs_no_import_would_accept_are_refused(made: bytes) -> None:
    """Stock of an item that does not exist, with hashes and id to match, is a fault like in any import."""
    tables = small_company()
    wrong = Inputs.of({**tables, "stock": tables["stock"].assign(item="Ghost")})
    members = _members(made)
    members["inputs/stock.parquet"] = _parquet(wrong["stock"])
    members["manifest.json"] = json.dumps(json.loads(members["manifest.json"]) | {"inputs_id": wrong.id}).encode()
    with pytest.raises(InputError, match="Ghost"):
        read_snapshot(_packed(_signed(members)))


def test_a_model_of_other_inputs_is_refused(made: bytes) -> None:
    """A model that cannot be read or belongs to other inputs is never planned with."""
    members = _members(made)
    with pytest.raises(SopError, match="cannot be read"):
        verify(_packed(_signed({**members, "model.npz": b"no model"})))


def _declaring(data: bytes, member: str, size: int) -> bytes:
    """The zip with another unpacked size of ``member`` in its directory."""
    place = data.rindex(member.encode()) - 46  # the directory's entry ends with the name
    assert data[place : place + 4] == b"PK\x01\x02"
    return data[: place + 24] + size.to_bytes(4, "little") + data[place + 28 :]


@pytest.mark.parametrize(("size", "words"), [(2 * 1024**3, "at most"), (1000, "dishonest")])
def test_zip_bombs_are_refused_unread(made: bytes, size: int, words: str) -> None:
    """50 MB of zeros packed into 50 KB: refused by the size it declares, or because it declares less."""
    bomb = _packed({**_members(made), "model.npz": bytes(50 * 1024**2)}, deflate=True)
    with pytest.raises(SopError, match=words):
        read_snapshot(_declaring(bomb, "model.npz", size))


def test_parquet_bombs_are_refused_unread(made: bytes) -> None:
    """30 million rows in a few kilobytes are refused by what the footer says."""
    rows = 30_000_000
    column = pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int8)), pa.array(["x"]))
    sink = io.BytesIO()
    pq.write_table(pa.table({"line": column}), sink)
    assert len(sink.getvalue()) < 100_000
    with pytest.raises(SopError, match="rows; at most"):
        read_snapshot(_packed(_signed({**_members(made), "results/pnl.parquet": sink.getvalue()})))


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04" + b"\x00" * 100])
def test_other_files_are_no_snapshots(data: bytes) -> None:
    """A file that is no zip is said so."""
    with pytest.raises(SopError, match="no zip file"):
        read_snapshot(data)


def test_a_result_that_does_not_come_out_again_is_shown(made: bytes) -> None:
    """One figure moved by a cent too much, in a snapshot that is otherwise sound: verify says which and by how much."""
    members = _members(made)
    table = pq.read_table(io.BytesIO(members["results/pnl.parquet"])).to_pandas()
    row = table.index[(table["line"] == "ebitda") & (table["period"] == "2026-03")][0]
    table.loc[row, "amount"] += 0.02
    found = verify(_packed(_signed({**members, "results/pnl.parquet": _parquet(table)})))
    assert not found.equal
    assert len(found.differences) == 1
    assert found.differences[0].startswith("pnl ebitda, 2026-03: amount was ")


def _table(**columns: list[object]) -> pd.DataFrame:
    return pd.DataFrame({"item": ["a", "b"], **columns})


@pytest.mark.parametrize(
    ("name", "before", "after", "equal"),
    [
        ("stock", 1_000_000.0, 1_000_000.9, True),
        ("stock", 1_000_000.0, 1_000_001.1, False),
        ("stock", 0.0, 9e-7, True),
        ("stock", 0.0, 2e-6, False),
        ("pnl", 1_000_000.0, 1_000_000.009, True),
        ("pnl", 1_000_000.0, 1_000_000.02, False),
        ("pnl", float("nan"), float("nan"), True),
        ("pnl", float("nan"), 0.0, False),
        ("stock", float("inf"), float("inf"), True),
    ],
)
def test_equal_means_a_millionth_of_a_quantity_and_a_cent(name: str, before: float, after: float, equal: bool) -> None:
    """Quantities are compared relatively (absolutely below one unit), money absolutely."""
    told = table_differences(name, _table(x=[1.0, before]), _table(x=[1.0, after]))
    assert (told == []) is equal


def test_other_rows_or_tables_are_differences() -> None:
    """A table, column or row that is there only once is said so."""
    one = _table(x=[1.0, 2.0])
    assert table_differences("stock", None, one) == ["stock: the table is new."]
    assert table_differences("stock", one, None) == ["stock: the table is missing."]
    assert table_differences("stock", one.rename(columns={"x": "y"}), one) == ["stock: the rows or columns are others."]
    assert table_differences("stock", one.iloc[:1], one) == ["stock: the rows or columns are others."]
    many = pd.DataFrame({"item": [str(n) for n in range(9)], "x": np.zeros(9)})
    assert table_differences("stock", many, many.assign(x=1.0))[-1] == "stock: x differs in 9 rows in all."
