"""Releasing from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from sop.cli import main
from sop.domain.scenario import BASE
from sop.workspace import Workspace
from tests.companies import small_inputs
from tests.workspaces import small_workspace, written


def test_release_writes_the_plan_by_week(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every unit of the plan is in the file, in whole units; a file of another kind is refused before anything runs."""
    path, target = tmp_path / "s.duckdb", tmp_path / "release.csv"
    workspace = Workspace.open(path)
    workspace.import_path(written(small_inputs(), tmp_path / "tables"))
    workspace.close()
    store = ["--store", str(path), "--json"]
    assert main(["release", "Base", "--to", str(target), "--whole-units", *store]) == 0
    assert json.loads(capsys.readouterr().out)["file"] == str(target)
    found = pd.read_csv(target)
    made = small_workspace().plan(BASE).supply.level[:, :6].sum(axis=1).round().sum()
    assert found["quantity"].sum() == made
    assert (found["quantity"] % 1 == 0).all()
    assert main(["release", "Base", "--to", str(tmp_path / "release.xlsx"), *store]) == 0
    assert (tmp_path / "release.xlsx").stat().st_size > 1000
    with pytest.raises(SystemExit, match="2"):
        main(["release", "Base", "--to", "release.pdf", *store])
