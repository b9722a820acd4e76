"""History is cleaned visibly and reversibly: stock-outs, outliers, events, and the planner's last word."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sop.demand import DemandModel, fit
from sop.demand.cleaning import cleaning_table, outliers
from sop.demand.engines import SeasonalNaive
from sop.domain.inputs import Inputs, typed

MONTHS = pd.date_range("2022-01-01", "2025-12-01", freq="MS")
AUGUST = 43
"""Position of August 2025."""


def _fitted(sold: np.ndarray, stock_out: np.ndarray | None = None, **tables: Any) -> tuple[DemandModel, pd.DataFrame]:
    frames = {
        "settings": {"key": ["first_period", "horizon"], "value": ["2026-01-01", "6"]},
        "items": {"item": ["A"]},
        "prices": {"item": ["A"], "list_price": [10.0]},
        "sales_history": {
            "date": MONTHS,
            "item": "A",
            "shipped": sold,
            "stock_out": np.zeros(48, dtype=bool) if stock_out is None else stock_out,
        },
        **tables,
    }
    inputs = Inputs.of({name: typed(name, pd.DataFrame(frame)) for name, frame in frames.items()})
    model = fit(inputs, engine=SeasonalNaive())
    return model, cleaning_table(model, inputs.horizon)


def _sales(seed: int = 5) -> np.ndarray:
    return np.round(1000 * np.exp(np.random.default_rng(seed).normal(0, 0.03, 48)))


def test_an_outlier_is_bridged_and_shown() -> None:
    """Five times the usual in August 2025: learned from as about 1,000, recorded stays in the table with its reason,
    and August 2026 is planned at the usual level."""
    sold = _sales()
    sold[AUGUST] *= 5
    model, table = _fitted(sold)
    assert table[["period", "why"]].values.tolist() == [["2025-08", "outlier: a one-off no driver explains"]]
    assert table["recorded"].iloc[0] == sold[AUGUST]
    assert table["used"].iloc[0] == pytest.approx(1000, rel=0.1)
    assert model.base.max() < 1300


@pytest.mark.parametrize(("action", "quantity", "used"), [("keep", None, 5000.0), ("replace", 1500.0, 1500.0)])
def test_the_planner_overrules(action: str, quantity: float | None, used: float) -> None:
    """Kept: learned from as recorded. Replaced: the planner's figure. Both are shown as the planner's."""
    sold = _sales()
    sold[AUGUST] = 5000.0
    row = {"item": ["A"], "date": ["2025-08-15"], "action": [action], "quantity": [quantity], "reason": ["Tender"]}
    _, table = _fitted(sold, history_corrections=row)
    assert len(table) == 1
    assert table["used"].iloc[0] == pytest.approx(used)
    assert "planner" in table["why"].iloc[0]


def test_a_correction_without_quantity_is_bridged() -> None:
    """Replacing an ordinary month by nothing bridges it."""
    row = {"item": ["A"], "date": ["2025-08-01"], "action": ["replace"]}
    _, table = _fitted(_sales(), history_corrections=row)
    assert table["used"].iloc[0] == pytest.approx(1000, rel=0.1)
    assert table["period"].tolist() == ["2025-08"]


def test_stock_outs_are_unconstrained_but_never_below_sales() -> None:
    """Sales of 300 in a stock-out say nothing about demand: about 1,000 is learned from. Sales of 1,900 in a stock-out
    say it was 1,900 at least."""
    sold, stock_out = _sales(), np.zeros(48, dtype=bool)
    sold[[20, AUGUST]], stock_out[[20, AUGUST]] = [300.0, 1900.0], True
    _, table = _fitted(sold, stock_out)
    assert table["period"].tolist() == ["2025-08", "2023-09"]
    assert table["used"].iloc[0] == pytest.approx(1900.0)
    assert table["used"].iloc[1] == pytest.approx(1000, rel=0.1)
    assert table["why"].str.startswith("stock-out").all()


def test_orders_beyond_shipments_count_in_full() -> None:
    """600 of 1,000 ordered pieces were shipped: demand was 1,000, and there is nothing to clean."""
    sold = _sales()
    history = {"date": MONTHS, "item": "A", "ordered": sold, "shipped": np.where(np.arange(48) == 30, 600.0, sold)}
    model, table = _fitted(sold, sales_history=history)
    np.testing.assert_array_equal(model.used[0, 0], sold)
    assert table.empty


def test_a_season_is_no_outlier() -> None:
    """Four times the usual every December is a season, and stays."""
    sold = _sales()
    sold[11::12] *= 4
    assert _fitted(sold)[1].empty


def test_a_lasting_change_is_no_outlier() -> None:
    """A level shift has a run of errors on one side: no bucket of it is flagged. A single one is."""
    error = np.random.default_rng(3).normal(0, 0.02, (2, 40))
    error[0, 30:35] += 1.0
    error[1, 30] += 1.0
    flagged = outliers(error, 12)
    assert not flagged[0].any()
    assert np.flatnonzero(flagged[1]).tolist() == [30]


@pytest.mark.parametrize("months", [1, 2])
def test_a_new_level_at_the_end_is_learned_from(months: int) -> None:
    """The last month or two at twice the usual may be a new level: kept as recorded, and a note asks the planner, who
    takes it out with a word. Two such months with usual ones after are one-offs."""
    sold = _sales()
    sold[-months:] = 2000.0
    model, table = _fitted(sold)
    assert table.empty
    assert model.cleaned[0, 0, -1] == 2000.0
    assert any(note.startswith("The latest sales of A in ") for note in model.notes)
    rows = {"item": "A", "date": [f"2025-{12 - number}-01" for number in range(months)], "action": "replace"}
    replaced, _ = _fitted(sold, history_corrections=rows)
    assert replaced.cleaned[0, 0, -months:].max() < 1200
    assert not any(note.startswith("The latest sales") for note in replaced.notes)
    earlier = _sales()
    earlier[44 : 44 + months] = 2000.0
    assert _fitted(earlier)[1]["recorded"].tolist() == [2000.0] * months


def test_events_are_told() -> None:
    """A known event of +50 % is divided out and shown as that."""
    sold = _sales()
    sold[AUGUST] = 1500.0
    event = {"event": ["Fair"], "first_day": ["2025-08-03"], "uplift": [0.5]}
    _, table = _fitted(sold, events=event)
    assert table["used"].tolist() == pytest.approx([1000.0])
    assert table["why"].tolist() == ["event or promotion taken out"]
