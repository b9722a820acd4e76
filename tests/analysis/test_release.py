"""Weeks of the release: sums are kept whatever is split."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sop.analysis.release import release, shared_out, weeks_of
from sop.demand import fit
from sop.domain.horizon import Horizon
from sop.domain.inputs import Inputs
from sop.domain.plans import PlanResult
from sop.domain.scenario import BASE
from sop.planning import Planner
from tests.companies import small_company


def planned(tables: dict[str, pd.DataFrame]) -> tuple[Inputs, PlanResult]:
    """Base of a company."""
    inputs = Inputs.of(tables)
    return inputs, Planner(inputs, fit(inputs)).plan(BASE, [])


@pytest.fixture(scope="module")
def small() -> tuple[Inputs, PlanResult]:
    """The small company: 250 toasters a month, made when due."""
    return planned(small_company())


def test_a_month_is_split_by_the_working_days_of_its_weeks() -> None:
    """January 2026 begins on a Thursday and has 22 working days: 2, 5, 5, 5 and 5; February 20 in four full weeks;
    1 March is a Sunday, so no week of February's last days is left for March and March has 5, 5, 5, 5 and 2."""
    weeks = weeks_of(Horizon(date(2026, 1, 1), 3))
    assert weeks.days.tolist() == [2, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 2]
    assert weeks.bucket == [0] * 5 + [1] * 4 + [2] * 5
    assert weeks.monday[0] == date(2025, 12, 29)
    assert weeks.monday[-1] == date(2026, 3, 30)


def test_closed_days_do_not_count() -> None:
    """Without 1 and 2 January the first week has nothing left and goes."""
    weeks = weeks_of(Horizon(date(2026, 1, 1), 1), [date(2026, 1, 1), date(2026, 1, 2)])
    assert weeks.monday[0] == date(2026, 1, 5)
    assert weeks.days.tolist() == [5, 5, 5, 5]


def test_months_of_four_or_five_weeks_and_weeks_themselves_keep_their_weeks() -> None:
    """4-4-5 months are whole weeks; a plan in weeks has one row per week."""
    assert weeks_of(Horizon(date(2025, 12, 29), 3, calendar="4-4-5")).days.tolist() == [5.0] * 13
    assert weeks_of(Horizon(date(2026, 1, 5), 6, bucket="week")).bucket == list(range(6))


def test_largest_remainder_keeps_the_sum() -> None:
    """250 over 2, 5, 5, 5, 5 of 22 days: 22.73 and four times 56.82; four of the five are rounded up, the largest
    remainders (0.82) first: 22, 57, 57, 57, 57."""
    shares = np.array([2.0, 5, 5, 5, 5]) / 22
    assert shared_out(250 * shares).tolist() == [22, 57, 57, 57, 57]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=18))
def test_shared_out_moves_nothing_by_a_unit_and_keeps_the_rounded_sum(values: list[float]) -> None:
    """Any amounts: whole numbers, each less than one away, adding up to the rounded total."""
    shared = shared_out(np.array(values))
    assert (shared == np.floor(shared)).all()
    assert (np.abs(shared - np.array(values)) < 1 + 1e-5).all()
    assert abs(shared.sum() - sum(np.round(values, 6))) <= 0.5 + 1e-3


def test_toasters_of_january_go_to_its_five_weeks(small: tuple[Inputs, PlanResult]) -> None:
    """The plan's January start, in whole units, over 2, 5, 5, 5 and 5 working days."""
    inputs, result = small
    frame = release(inputs, result, whole_units=True)
    january = frame[(frame["item"] == "Toaster") & (frame["period"] == "2026-01")]
    made = float(np.round(result.supply.level[1, 0]))
    assert list(january["week"]) == ["2026-W01", "2026-W02", "2026-W03", "2026-W04", "2026-W05"]
    assert list(january["working_days"]) == [2, 5, 5, 5, 5]
    assert january["quantity"].sum() == made == january["period_quantity"].iloc[0]
    assert list(january["quantity"]) == shared_out(made * np.array([2.0, 5, 5, 5, 5]) / 22).tolist()
    assert set(january["plant"]) == {"Plant"}
    assert set(january["kind"]) == {"make"}


@pytest.mark.parametrize("whole", [True, False])
def test_weeks_add_up_to_their_month_and_months_to_the_plan(small: tuple[Inputs, PlanResult], whole: bool) -> None:
    """To the unit, or to the thousandth of one."""
    inputs, result = small
    frame = release(inputs, result, whole_units=whole)
    step = 1 if whole else 1000
    units = frame.assign(
        quantity=(frame["quantity"] * step).round().astype(int),
        period_quantity=(frame["period_quantity"] * step).round().astype(int),
    )
    by_month = units.groupby(["operation", "period"]).agg({"quantity": "sum", "period_quantity": "first"})
    assert (by_month["quantity"] == by_month["period_quantity"]).all()
    made = pd.Series(result.supply.level[:, :6].sum(axis=1), result.parameters.labels("operation"))
    released = by_month["quantity"].groupby("operation").sum() / step
    assert (np.abs(released - made[released.index]) <= 0.5 / step + 1e-9).all()


def test_operations_in_whole_units_are_released_in_whole_units() -> None:
    """Where the tables say that kettles are made in whole units, no week gets part of one."""
    tables = small_company()
    operations = tables["operations"].assign(whole=[True, False])
    inputs, result = planned({**tables, "operations": operations})
    frame = release(inputs, result)
    kettles = frame[frame["item"] == "Kettle"]
    assert len(kettles) > 0
    assert (kettles["quantity"] % 1 == 0).all()
