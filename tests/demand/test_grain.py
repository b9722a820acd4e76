"""Days and weeks of sales in months, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sop.demand import DemandModel, fit
from sop.demand.grain import dated
from sop.domain.inputs import Inputs, typed


def company(dates: pd.DatetimeIndex, units: float, **settings: str) -> Inputs:
    """One item that sold ``units`` on every date, planned from 2026-01."""
    keys = {"first_period": "2026-01-01", "horizon": "12", **settings}
    tables: dict[str, dict[str, Any]] = {
        "settings": {"key": list(keys), "value": list(keys.values())},
        "items": {"item": ["A"], "family": ["F"]},
        "sales_history": {"date": dates, "item": ["A"] * len(dates), "ordered": [units] * len(dates)},
        "prices": {"item": ["A"], "list_price": [10.0]},
    }
    return Inputs.of({name: typed(name, pd.DataFrame(columns)) for name, columns in tables.items()})


def summed(inputs: Inputs) -> dict[str, float]:
    """Units by bucket label."""
    found = dated(inputs["sales_history"], inputs.horizon)
    units = found.rows["ordered"].groupby(found.bucket).sum()
    return {inputs.horizon.label(int(bucket)): float(total) for bucket, total in units.items()}


def test_a_month_whose_first_weeks_are_missing_is_unknown() -> None:
    """20 a day from 28 March 2023: the four days of March are no March; next March is about 31 x 20 = 620."""
    model = fit(company(pd.date_range("2023-03-28", "2025-12-31"), 20.0))
    assert model.history[0, 0, 0] == 600.0  # April
    assert model.notes == ("Sales of 2023-03 begin on 2023-03-28: the bucket is taken as unknown.",)
    assert model.base[0, 0, 2] == pytest.approx(620, rel=0.1)
    assert DemandModel.from_bytes(model.to_bytes()).notes == model.notes


def test_a_month_that_has_not_ended_is_unknown() -> None:
    """Data until 10 December: December is forecast across, not read as 200 units."""
    model = fit(company(pd.date_range("2023-01-01", "2025-12-10"), 20.0))
    assert np.isnan(model.history[0, 0, -1])
    assert model.notes == ("Sales of 2025-12 end on 2025-12-10: the bucket is taken as unknown.",)
    assert model.base[0, 0, 11] == pytest.approx(620, rel=0.1)


def test_weekends_and_a_yearly_closure_are_no_gap() -> None:
    """Five days a week, closed from 20 December every year: December is a whole month as it always was."""
    days = pd.bdate_range("2023-01-02", "2025-12-31")
    days = days[~((days.month == 12) & (days.day >= 20))]
    found = dated(company(days, 20.0)["sales_history"], company(days, 20.0).horizon)
    assert found.notes == ()
    assert len(found.rows) == len(days)


def test_monthly_rows_on_any_day_are_whole_months() -> None:
    """One row a month, on the 15th at first and on the last day at last: nothing is finer, nothing is left out."""
    days = pd.DatetimeIndex(["2025-09-15", "2025-10-01", "2025-11-30", "2025-12-01"])
    assert summed(company(days, 20.0)) == {"2025-09": 20.0, "2025-10": 20.0, "2025-11": 20.0, "2025-12": 20.0}


def test_weeks_are_spread_over_months_by_days() -> None:
    """70 a week is 10 a day. Mondays from 29 September 2025: September gets 2 days and is unknown, October 310 of 31
    days, November 300, December 310; the week of 29 December leaves 4 days to January, which is planned."""
    months = summed(company(pd.date_range("2025-09-29", "2025-12-29", freq="7D"), 70.0))
    assert months == pytest.approx({"2025-10": 310.0, "2025-11": 300.0, "2025-12": 310.0, "2026-01": 40.0})


def test_weeks_that_start_on_mondays_fill_fiscal_months_whole() -> None:
    """A 4-4-5 year of 500 a week: 2,000, 2,000 and 2,500 a quarter."""
    inputs = company(pd.date_range("2024-12-30", "2025-12-22", freq="7D"), 500.0, calendar="4-4-5")
    assert list(summed(inputs).values()) == [2000.0, 2000.0, 2500.0] * 4


def test_weeks_that_start_on_sundays_fill_fiscal_months_too() -> None:
    """Weeks from Sunday 1 January 2023 give one of 7 days to December 2022, which is unknown, not 71 units; every
    fiscal month holds four or five weeks, and so does the forecast."""
    inputs = company(pd.date_range("2023-01-01", "2025-12-28", freq="7D"), 500.0, calendar="4-4-5")
    months = summed(inputs)
    assert "2022-12" not in months
    assert list(months.values())[:36] == pytest.approx([2000.0, 2000.0, 2500.0] * 12)
    base = fit(inputs).base[0, 0]
    assert base.min() > 1900
    assert base.sum() == pytest.approx(26_000, rel=0.03)
