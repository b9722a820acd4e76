"""The published problems as anybody would ask them: files in, one JSON object out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sop.cli import main
from sop.domain.inputs import Inputs
from sop.exchange.reading import load_inputs
from sop.exchange.writing import write_folder
from sop.planning import AS_SHARES

HERE = Path(__file__).parent


def _planned(capsys: pytest.CaptureFixture[str], folder: Path, *more: str) -> tuple[int, dict[str, Any]]:
    """Exit code and answer of ``python -m sop plan --data FOLDER --json``."""
    code = main(["plan", "--data", str(folder), "--json", *more])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("case", "published", "tolerance"),
    [
        ("red_tomato", 217_725, 0.5),
        ("factory_planning_1", 93_715.18, 0.01),
        ("ampl_steel", 515_033, 0.5),
        ("single_item_inventory", 78_450, 0.01),
        ("lk_mowers_82_102", 15_119_260.02, 0.02),
    ],
)
def test_the_command_line_reaches_the_published_optimum(
    capsys: pytest.CaptureFixture[str], case: str, published: float, tolerance: float
) -> None:
    """The objective printed is the published one, whatever the window of the other figures."""
    code, answer = _planned(capsys, HERE / case)
    assert (code, answer["status"]) == (0, "optimal")
    assert answer["objective"] == pytest.approx(published, abs=tolerance)


def test_the_command_line_says_that_limits_collide(capsys: pytest.CaptureFixture[str]) -> None:
    """The mower case published as infeasible ends with exit code 1 and names the head-count."""
    code, answer = _planned(capsys, HERE / "lk_mowers_72_92")
    assert (code, answer["status"]) == (1, "infeasible")
    assert any("Most heads of direct" in warning for warning in answer["warnings"])


def test_whole_heads_and_units_cost_what_is_published(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Red Tomato in whole heads and units: revenue 640,000 less the published cost of 422,660; shares cost less."""
    tables = dict(load_inputs(HERE / "red_tomato").tables)
    for name in ("operations", "workforce"):
        tables[name] = tables[name].assign(whole=True)
    write_folder(Inputs.of(tables), tmp_path)
    code, exact = _planned(capsys, tmp_path, "--whole")
    assert (code, exact["status"]) == (0, "optimal")
    assert exact["objective"] == pytest.approx(640_000 - 422_660, abs=0.5)
    _, shares = _planned(capsys, tmp_path)
    assert shares["objective"] == pytest.approx(217_725, abs=0.5)
    assert (AS_SHARES in shares["warnings"], AS_SHARES in exact["warnings"]) == (True, False)
