"""A process killed in the middle of writing loses nothing it had confirmed and leaves nothing half done."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest

from sop.domain.catalogue import TABLES
from sop.domain.inputs import content_hash
from sop.store import Repository
from tests.store.writer import AT, SNAPSHOT, approval, scenario


def _killed_while_writing(path: Path, what: str, seconds: float) -> list[str]:
    """Confirmed ids of a writer that is killed (SIGKILL) some time after its first write began."""
    command = [sys.executable, "-m", "tests.store.writer", str(path), what]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    killer = threading.Timer(seconds, process.kill)
    killer.start()
    told = process.stdout.read()
    process.wait()
    killer.join()
    return [line for line in told.splitlines(keepends=True) if line.endswith("\n")]


@pytest.mark.parametrize("seconds", [0.02, 0.1, 0.25, 0.6])
def test_a_kill_during_imports_loses_nothing_confirmed(tmp_path: Path, seconds: float) -> None:
    """Every confirmed import is whole; one that was not confirmed is whole too, or not there at all."""
    path = tmp_path / "s.duckdb"
    confirmed = [line.strip() for line in _killed_while_writing(path, "imports", seconds)]
    store = Repository(path)
    stored = [one.inputs_id for one in store.imports()]
    assert stored[::-1][: len(confirmed)] == confirmed
    assert len(stored) <= len(confirmed) + 1
    for inputs_id in stored:
        assert content_hash(store.inputs(inputs_id).tables) == inputs_id
    assert len(store.scenarios("Small & Co")) == len(stored)
    store.close()
    with duckdb.connect(str(path)) as raw:
        for table in TABLES:
            ids = raw.execute(f'SELECT DISTINCT inputs_id FROM "input_{table}"').fetchall()
            assert {inputs_id for (inputs_id,) in ids} <= set(stored)


@pytest.mark.parametrize("seconds", [0.05, 0.3])
def test_a_kill_during_saves_loses_nothing_confirmed(tmp_path: Path, seconds: float) -> None:
    """Every confirmed scenario is there as it was saved, and at most one more."""
    path = tmp_path / "s.duckdb"
    confirmed = [line.strip() for line in _killed_while_writing(path, "saves", seconds)]
    store = Repository(path)
    stored = store.scenarios("Small & Co")
    assert list(stored)[: len(confirmed)] == confirmed
    assert len(confirmed) <= len(stored) <= len(confirmed) + 1
    assert all(one == scenario(number) for number, one in enumerate(stored.values()))
    store.save_scenarios("Small & Co", [scenario(999_999)], AT)
    assert "s-999999" in store.scenarios("Small & Co")
    store.close()


@pytest.mark.parametrize("seconds", [0.05, 0.3])
def test_a_kill_during_approvals_loses_nothing_confirmed(tmp_path: Path, seconds: float) -> None:
    """Every confirmed approval is there with its snapshot and its frozen scenario; never one without the others."""
    path = tmp_path / "s.duckdb"
    confirmed = [line.strip() for line in _killed_while_writing(path, "approvals", seconds)]
    store = Repository(path)
    stored = store.approvals("Small & Co")[::-1]
    assert [one.scenario_id for one in stored][: len(confirmed)] == confirmed
    assert len(stored) <= len(confirmed) + 1
    assert [one.figures for one in stored] == [approval(number).figures for number in range(len(stored))]
    assert all(store.approved_snapshot(one.number) == SNAPSHOT for one in stored)
    assert {name: one.frozen for name, one in store.scenarios("Small & Co").items()} == {
        one.scenario_id: True for one in stored
    }
    store.close()
