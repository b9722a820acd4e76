"""The published problems as anybody would ask them: files in, one JSON object out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sop.cli import main
from sop.planning import AS_SHARES

HERE = Path(__file__).parent
EXPECTED = pd.read_csv(HERE / "expected.csv").query("metric in ['objective', 'cost']")


def _planned(capsys: pytest.CaptureFixture[str], folder: Path, *more: str) -> tuple[int, dict[str, Any]]:
    """Exit code and answer of ``python -m sop plan --data FOLDER --json``."""
    code = main(["plan", "--data", str(folder), "--json", *more])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(("case", "whole", "metric", "published", "tolerance"), EXPECTED.itertuples(index=False))
def test_the_command_line_reaches_the_published_optimum(  # noqa: PLR0917 - the columns of expected.csv
    capsys: pytest.CaptureFixture[str], case: str, whole: str, metric: str, published: float, tolerance: float
) -> None:
    """The objective printed is the published one, whatever the window of the other figures. A cost that earns revenue
    as well is the negative of the profit."""
    code, answer = _planned(capsys, HERE / case, *(["--whole"] if whole == "yes" else []))
    assert (code, answer["status"]) == (0, "optimal")
    sign = -1.0 if metric == "cost" else 1.0
    assert sign * answer["objective"] == pytest.approx(published, abs=tolerance, rel=0)


def test_the_command_line_says_that_limits_collide(capsys: pytest.CaptureFixture[str]) -> None:
    """The mower case published as infeasible ends with exit code 1 and names the head-count."""
    code, answer = _planned(capsys, HERE / "lk_mowers_72_92")
    assert (code, answer["status"]) == (1, "infeasible")
    assert any("Most heads of direct" in warning for warning in answer["warnings"])


def test_whole_heads_and_units_cost_what_is_published(capsys: pytest.CaptureFixture[str]) -> None:
    """Red Tomato in whole heads and units: revenue 640,000 less the published cost of 422,660; shares cost less."""
    code, exact = _planned(capsys, HERE / "red_tomato_whole", "--whole")
    assert (code, exact["status"]) == (0, "optimal")
    assert exact["objective"] == pytest.approx(640_000 - 422_660, abs=0.5)
    _, shares = _planned(capsys, HERE / "red_tomato_whole")
    assert shares["objective"] == pytest.approx(217_725, abs=0.5)
    assert (AS_SHARES in shares["warnings"], AS_SHARES in exact["warnings"]) == (True, False)
