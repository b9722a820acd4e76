"""Scenarios side by side."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from sop.analysis.comparison import compare, only_what_differs, side_by_side, told
from sop.domain.errors import ScenarioError
from sop.domain.scenario import Override
from sop.finance import KPI_LINES, LINES
from tests.analysis.cases import base, planned, planner, whole_plan


def _compared():
    more = planned("More", Override(lever="demand", value=4, scope="item=Toaster"))
    less = planned("Less", Override(lever="capacity", value=-20), Override(lever="goal", value=1))
    return compare(planner().inputs, [base(), more, less], base(), whole_plan())


def test_every_figure_stands_beside_its_difference() -> None:
    """EBITDA of every scenario, the reference's 84,400 and the difference, in money and percent of it."""
    ebitda = _compared().kpis.query("kpi == 'ebitda'").set_index("scenario")
    assert list(ebitda.index) == ["base", "more", "less"]
    assert ebitda["reference"].tolist() == pytest.approx([84_400.0] * 3)
    np.testing.assert_allclose(ebitda["value"] - 84_400.0, ebitda["difference"], atol=1e-6)
    np.testing.assert_allclose(ebitda["percent"], ebitda["difference"] / 844.0)


def test_all_kpis_and_lines_are_compared() -> None:
    """Nothing of the tables is left out, and order is theirs."""
    found = _compared()
    assert found.kpis["kpi"].drop_duplicates().tolist() == list(KPI_LINES)
    assert found.lines["line"].drop_duplicates().tolist() == list(LINES)


def test_percent_of_nothing_is_blank() -> None:
    """Overtime is 0 in the reference: the difference stands, the percentage does not."""
    row = _compared().lines.query("line == 'overtime' and scenario == 'less'").iloc[0]
    assert row["difference"] == pytest.approx(1_520)
    assert np.isnan(row["percent"])


def test_only_what_differs_keeps_whole_figures() -> None:
    """Fixed costs are the same everywhere and go; overtime differs in one scenario and stays for all three."""
    left = only_what_differs(_compared().lines)
    assert "fixed_costs" not in set(left["line"])
    assert len(left[left["line"] == "overtime"]) == 3


def test_side_by_side_has_a_column_per_scenario() -> None:
    """One row per figure in table order, one column per scenario in the order asked for."""
    wide = side_by_side(_compared().lines)
    assert list(wide.columns) == ["line", "title", "base", "more", "less"]
    assert wide["line"].tolist() == list(LINES)


def test_overrides_stand_side_by_side() -> None:
    """A row per turn; who does not turn it has an empty cell."""
    overrides = _compared().overrides.set_index("lever")
    assert overrides.loc["demand", ["scope", "months", "base", "more", "less"]].tolist() == [
        "item=Toaster",
        "all",
        "",
        "+4 %",
        "",
    ]
    assert overrides.loc["goal", "less"] == "profit"


@pytest.mark.parametrize(
    ("override", "text"),
    [
        (Override(lever="overtime_limit", value=5), "5 %"),
        (Override(lever="shifts", value=1), "+1 shifts"),
        (Override(lever="demand", value=1.2, operation="multiply"), "x 1.2"),
        (Override(lever="demand", value=-3, operation="add"), "−3 % on top"),
    ],
)
def test_an_override_is_told_in_a_few_characters(override: Override, text: str) -> None:
    """Changes carry a sign, levels do not."""
    assert told(override) == text


def test_plans_of_other_data_are_refused() -> None:
    """Figures of two data sets never stand side by side."""
    stranger = dataclasses.replace(base(), inputs_id="another")
    with pytest.raises(ScenarioError, match="other data"):
        compare(planner().inputs, [base(), stranger], base(), whole_plan())


def test_more_than_five_are_refused() -> None:
    """Six scenarios do not fit a screen."""
    many = [planned(f"S{number}", Override(lever="demand", value=number)) for number in range(1, 7)]
    with pytest.raises(ScenarioError, match="too many"):
        compare(planner().inputs, many, base(), whole_plan())
