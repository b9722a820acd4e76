"""Family plans split into sold items."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from sop.analysis.mix import split_by_mix
from sop.demand import fit
from sop.domain.inputs import Inputs, typed
from sop.domain.scenario import BASE
from sop.exchange.workbook import workbook
from sop.finance import windows
from sop.planning import Planner
from sop.workspace.exporting import report
from tests.analysis.cases import base, planner
from tests.companies import small_company


def _mixed(large: float) -> Planner:
    """Kettles are sold small, with a share of 0.6, and large."""
    rows = {"item": ["Kettle"] * 2, "member": ["Small", "Large"], "share": [0.6, large]}
    inputs = Inputs.of(small_company() | {"family_mix": typed("family_mix", pd.DataFrame(rows))})
    return Planner(inputs, fit(inputs))


def test_members_add_up_to_their_item() -> None:
    """500 kettles a month, 1,000 in May, all delivered: 0.6 / 1.002 of them are small, the rest large."""
    planner = _mixed(0.402)
    found = split_by_mix(planner.inputs, planner.plan(BASE, [])).set_index(["member", "period"])
    assert found.loc[("Small", "2026-01"), "demand"] == pytest.approx(500 * 0.6 / 1.002)
    assert found.loc[("Large", "2026-05"), "delivered"] == pytest.approx(1_000 * 0.402 / 1.002)
    assert found["demand"].sum() == pytest.approx(3_500)
    assert set(found["item"]) == {"Kettle"}


def test_without_a_mix_there_is_nothing_to_split() -> None:
    """No rows, the same columns, and no sheet in the workbook."""
    found = split_by_mix(planner().inputs, base())
    assert found.empty
    assert list(found.columns) == ["item", "member", "period", "demand", "delivered"]


@pytest.mark.parametrize("mixed", [True, False])
def test_the_workbook_has_a_sheet_of_the_mix_where_there_is_one(mixed: bool) -> None:
    """Whole units per member and month: 300 small and 200 large kettles in January."""
    own = _mixed(0.4) if mixed else planner()
    result = own.plan(BASE, [])
    made = workbook(report(own.inputs, result, result, [BASE], windows(own.inputs.horizon, False)))
    book = CalamineWorkbook.from_filelike(io.BytesIO(made))
    assert ("Mix" in book.sheet_names) is mixed
    if mixed:
        rows = [row[:5] for row in book.get_sheet_by_name("Mix").to_python()]
        assert ["Kettle", "Small", "Demand", "piece", 300] in rows
        assert ["Kettle", "Large", "Delivered", "piece", 200] in rows
