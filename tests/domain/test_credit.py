"""DSO and DPO: whole buckets and the fraction."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop.domain.credit import payment_matrix, run_off
from sop.domain.horizon import Horizon

PLAN = Horizon(date(2026, 1, 1), 4)


def test_no_delay_pays_in_the_same_bucket() -> None:
    """DSO 0: everything is paid in the bucket it arises."""
    np.testing.assert_allclose(payment_matrix(PLAN, 0.0), np.eye(4))


def test_a_delay_of_45_days_lands_in_the_next_two_buckets() -> None:
    """January (31 days) paid 45 days later runs from 15 Feb to 17 Mar: 14 of 31 days in February, 17 in March."""
    shares = payment_matrix(PLAN, 45.0)[0]
    np.testing.assert_allclose(shares, [0.0, 14 / 31, 17 / 31, 0.0])


def test_what_falls_due_after_the_plan_stays_unpaid() -> None:
    """April (30 days) paid 20 days later: 10 of 30 days fall into the plan."""
    assert payment_matrix(PLAN, 20.0)[3].sum() == pytest.approx(10 / 30)


def test_opening_balance_runs_off_over_the_delay() -> None:
    """45 days from 1 January: 31 of them in January, 14 in February."""
    np.testing.assert_allclose(run_off(PLAN, 45.0), [31 / 45, 14 / 45, 0.0, 0.0])
    np.testing.assert_allclose(run_off(PLAN, 0.0), [1.0, 0.0, 0.0, 0.0])


@given(delay=st.floats(0, 400), periods=st.integers(1, 24), weekly=st.booleans())
def test_shares_are_never_negative_nor_more_than_all(delay: float, periods: int, weekly: bool) -> None:
    """Every bucket's amount is paid at most once, and later buckets never pay for earlier ones."""
    shares = payment_matrix(Horizon(date(2026, 1, 1), periods, bucket="week" if weekly else "month"), delay)
    assert (shares >= 0).all()
    assert (shares.sum(axis=1) <= 1 + 1e-9).all()
    assert np.allclose(np.tril(shares, -1), 0)
