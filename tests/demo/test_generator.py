"""The generator of the demo company: what is committed is what it writes, and the tables keep their promises."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sop.demo import SCENARIOS, aldermoor
from sop.demo.__main__ import main
from sop.domain.base import base_parameters
from sop.domain.inputs import Inputs, typed
from sop.domain.scenario import Scenario, apply
from sop.exchange.reading import read_path
from tests.demo.readings import DATA

ONE_MEGABYTE = 1_000_000


def test_committed_data_are_what_the_generator_writes(tmp_path: Path) -> None:
    """data/ equals a fresh generation, file by file and byte by byte."""
    assert main(["--out", str(tmp_path)]) == 0
    fresh = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    committed = {path.name: path.read_bytes() for path in DATA.iterdir()}
    assert fresh.keys() == committed.keys()
    assert [name for name in fresh if fresh[name] != committed[name]] == []


def test_the_seed_decides_the_history() -> None:
    """The same seed gives the same sales, another seed other ones; tables nothing random touches stay."""
    first, again, other = aldermoor(seed=1), aldermoor(seed=1), aldermoor(seed=2)
    assert first["sales_history"].equals(again["sales_history"])
    assert not first["sales_history"].equals(other["sales_history"])
    assert first["materials"].equals(other["materials"])


def test_committed_data_are_small_and_read_without_a_fault() -> None:
    """The folder stays below 1 MB; every table is read clean, and the only note is about scenarios.json."""
    assert sum(path.stat().st_size for path in DATA.iterdir()) < ONE_MEGABYTE
    result = read_path(DATA)
    assert result.faults == ()
    assert [note for note in result.notes if "scenarios.json" not in note] == []


def test_history_covers_four_years_of_every_item_sold_before_the_launch() -> None:
    """23 items in 4 markets for 48 months; the launched item has no past."""
    history = pd.read_csv(DATA / "sales_history.csv", parse_dates=["date"])
    months = history.groupby(["item", "market"])["date"].nunique()
    assert len(months) == 23 * 4
    assert (months == 48).all()
    assert history["date"].min() == pd.Timestamp("2022-01-01")
    assert history["date"].max() == pd.Timestamp("2025-12-01")


def test_prices_moved_often_enough_to_learn_from() -> None:
    """Every item and market saw at least four list prices before 2026, and most steps lie between 2 and 8 %."""
    prices = pd.read_csv(DATA / "prices.csv", parse_dates=["valid_from"])
    past = prices[prices["valid_from"] < "2026-01-01"]
    series = [group["list_price"].tolist() for _, group in past.groupby(["item", "market"])]
    assert min(len(values) for values in series) >= 4
    steps = np.array([abs(after / before - 1.0) for values in series for before, after in pairwise(values)])
    assert ((steps > 0.015) & (steps < 0.095)).mean() > 0.95


def test_saved_scenarios_are_the_five_stories_and_fit_the_company() -> None:
    """scenarios.json holds the five scenarios, each with a purpose of one line; every override finds its scope."""
    told = [Scenario(**one) for one in json.loads((DATA / "scenarios.json").read_text(encoding="utf-8"))]
    assert tuple(told) == SCENARIOS
    assert len(told) == 5
    assert all(scenario.purpose and "\n" not in scenario.purpose for scenario in told)
    base = base_parameters(inputs_of(aldermoor()))
    assert all(apply(base, scenario.overrides) is not base for scenario in told)


def test_a_larger_range_shares_the_same_volume() -> None:
    """--items-per-family 50 makes 300 products over the same lines; demand in all stays within 2 %."""
    large, normal = aldermoor(items_per_family=50), aldermoor()
    inputs = inputs_of(large)
    assert (inputs["items"]["kind"] == "product").sum() == 300
    assert inputs.horizon.periods == 18
    ratio = large["sales_history"]["ordered"].sum() / normal["sales_history"]["ordered"].sum()
    assert abs(ratio - 1.0) < 0.02
    assert base_parameters(inputs)["price"].shape[0] == 310


@pytest.mark.parametrize("arguments", [["--items-per-family", "0"], ["--seed", "often"], ["--nonsense"]])
def test_wrong_usage_ends_with_code_2_and_writes_nothing(arguments: list[str], tmp_path: Path) -> None:
    """Arguments that make no sense are refused before anything is written."""
    with pytest.raises(SystemExit) as ended:
        main(["--out", str(tmp_path / "out"), *arguments])
    assert ended.value.code == 2
    assert not (tmp_path / "out").exists()


def inputs_of(tables: dict[str, pd.DataFrame]) -> Inputs:
    """Generated tables as Inputs, blanks as the reader would leave them."""
    return Inputs.of({name: typed(name, frame.replace("", None)) for name, frame in tables.items()})
