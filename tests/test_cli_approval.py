"""Approving from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sop.cli import main
from sop.cli.arguments import turn
from sop.workspace import Workspace
from tests.companies import small_inputs
from tests.workspaces import scenario, written


def test_approve_freezes_and_approved_lists(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A name is needed; afterwards the scenario is frozen and listed with who, when and why."""
    path = tmp_path / "s.duckdb"
    workspace = Workspace.open(path)
    workspace.import_path(written(small_inputs(), tmp_path / "tables"))
    workspace.save(scenario("Dearer kettles", turn("price=4@family=Kettles")))
    workspace.close()
    store = ["--store", str(path)]
    assert main(["approved", *store]) == 0
    assert "Nothing is approved yet." in capsys.readouterr().out
    assert main(["approve", "dearer kettles", "--by", "Head of sales", "--reason", "Price first", *store]) == 0
    assert "Approved Dearer kettles by Head of sales" in capsys.readouterr().out
    assert main(["approved", *store, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["approved"]
    assert [(row["scenario"], row["author"], row["reason"]) for row in told] == [
        ("Dearer kettles", "Head of sales", "Price first")
    ]
    assert main(["approved", *store]) == 0
    assert "Price first" in capsys.readouterr().out
    assert main(["approve", "base", "--by", " ", *store]) == 1
    with pytest.raises(SystemExit, match="2"):
        main(["approve", "base", *store])


def test_the_exact_plan_is_approved_on_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With whole heads the published case earns 640,000 less 422,660; in shares of heads it would be more."""
    path, store = tmp_path / "s.duckdb", ["--store", str(tmp_path / "s.duckdb")]
    assert main(["import", str(Path(__file__).parent / "published" / "red_tomato_whole"), *store]) == 0
    assert main(["approve", "base", "--by", "Ops", "--whole", *store]) == 0
    assert "Approved Base, its exact plan, by Ops" in capsys.readouterr().out
    workspace = Workspace.open(path)
    assert workspace.approved()[0].figures["objective"] == pytest.approx(640_000 - 422_660, abs=0.5)
    workspace.close()
