"""The P&L bucket by bucket: booked months beside planned ones."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sop.domain.scenario import BASE
from sop.finance import Window, shown_by_bucket, statement_by_bucket, statement_with_actuals
from tests.companies import small_inputs
from tests.workspaces import booked_workspace, small_workspace


def _year() -> tuple[pd.DataFrame, pd.DataFrame, Window]:
    """By bucket and over the window: a quarter booked (20,000 revenue and 4,000 EBITDA a month), six months planned."""
    workspace = booked_workspace()
    result, window = workspace.plan(BASE), workspace.window("fiscal_year")
    return statement_by_bucket(workspace.inputs, result, window), workspace.statement(result, window), window


def test_booked_months_stand_before_planned_ones() -> None:
    """October to December are booked, 20,000 of revenue each; what the books do not split fills the gap to EBITDA."""
    frame, _, window = _year()
    months = [name for name in frame if name.startswith("20")]
    assert (window.first, months[:4]) == (-3, ["2025-10", "2025-11", "2025-12", "2026-01"])
    by_line = frame.set_index("line")
    assert by_line.loc["net_revenue", months[:3]].tolist() == [20_000.0] * 3
    assert by_line.loc["ebitda", months[:3]].tolist() == [4_000.0] * 3
    assert by_line.loc["booked_cost", months[:3]].tolist() == [20_000.0] * 3
    assert by_line.loc["booked_overhead", months[:3]].tolist() == [-4_000.0] * 3
    assert (by_line.loc[["booked_cost", "booked_overhead"], months[3:]] == 0).all(axis=None)


def test_months_add_up_to_the_window() -> None:
    """Row by row, the columns are the window's total."""
    frame, total, _ = _year()
    months = [name for name in frame if name.startswith("20")]
    assert frame["line"].tolist() == total["line"].tolist()
    np.testing.assert_allclose(frame[months].sum(axis=1), total["value"], atol=1e-6)


def test_shown_months_add_up_to_the_shown_total() -> None:
    """Rounded: whole money only, months add up to the total, lines to subtotals, subtotals are the window's rounded."""
    frame, total, _ = _year()
    shown = shown_by_bucket(frame.assign(**{"2026-01": frame["2026-01"] + 0.4 * (frame["sign"] != 0)}))
    months = [name for name in frame if name.startswith("20")]
    cells = shown[months].to_numpy()
    assert (cells == np.round(cells)).all()
    np.testing.assert_array_equal(cells.sum(axis=1), shown["total"])
    signs = frame["sign"].to_numpy()
    for row in np.flatnonzero(signs == 0):
        np.testing.assert_array_equal(signs[:row] @ cells[:row], cells[row])
    plain = shown_by_bucket(frame).set_index("line")["total"]
    assert plain["ebitda"] == np.floor(total.set_index("line")["value"]["ebitda"] + 0.5)


def test_a_window_without_booked_months_has_planned_ones_only() -> None:
    """Two planned months, and no lines for what the books leave open."""
    result = small_workspace().plan(BASE)
    window = Window("two", "Two months", 1, 3)
    frame = statement_by_bucket(small_inputs(), result, window)
    assert list(frame.columns) == ["line", "title", "sign", "2026-02", "2026-03"]
    total = statement_with_actuals(small_inputs(), result, window)
    np.testing.assert_allclose(frame[["2026-02", "2026-03"]].sum(axis=1), total["value"], atol=1e-6)
