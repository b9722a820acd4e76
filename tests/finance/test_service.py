"""Expected fill rate: the normal loss function."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from sop.finance.service import expected_fill, expected_shortage, on_time, serving_stock
from tests.finance.factory import DC, FAN, KETTLE, PLANT, random_company


@settings(max_examples=30, deadline=None)
@given(mean=st.floats(0, 500), sigma=st.floats(1, 200), cover=st.floats(0, 900))
def test_expected_shortage_equals_numeric_integration(mean: float, sigma: float, cover: float) -> None:
    """E[max(demand - cover, 0)] integrates (x - cover) x density above the cover."""
    area, _ = quad(lambda x: (x - cover) * norm.pdf(x, mean, sigma), cover, max(mean, cover) + 12 * sigma, limit=200)
    found = expected_shortage(np.array([mean]), np.array([sigma]), np.array([cover]))[0]
    assert found == pytest.approx(area, abs=1e-6 * sigma + 1e-9)


def test_certain_demand_is_short_by_what_cover_misses() -> None:
    """With no spread 100 wanted and 80 there leave 20; 120 there leave nothing."""
    short = expected_shortage(np.full(2, 100.0), np.zeros(2), np.array([80.0, 120.0]))
    assert short.tolist() == [20.0, 0.0]


def test_published_unit_normal_losses() -> None:
    """The unit normal loss table gives 0.3989 at 0, 0.0833 at 1 and 0.0085 at 2."""
    loss = expected_shortage(np.zeros(3), np.ones(3), np.array([0.0, 1.0, 2.0]))
    np.testing.assert_allclose(loss, [0.3989, 0.0833, 0.0085], atol=5e-5)


def test_only_locations_that_serve_markets_count_as_cover() -> None:
    """The DC serves the UK and the plant DACH, so both stocks of finished goods count, and no chips."""
    supply = random_company(3).supply
    stock = serving_stock(supply, 3)
    np.testing.assert_allclose(stock[KETTLE], supply.stock[3 * PLANT + KETTLE] + supply.stock[3 * DC + KETTLE])
    np.testing.assert_allclose(stock[FAN], supply.stock[3 * PLANT + FAN] + supply.stock[3 * DC + FAN])
    assert not stock[2].any()


def test_fill_is_a_share_and_full_without_demand() -> None:
    """Rates lie between 0 and 1; an item nobody asks for is fully served."""
    company = random_company(4)
    fill = expected_fill(company.demand, company.supply)
    assert ((fill >= 0) & (fill <= 1)).all()
    assert (fill[2] == 1).all()


def test_on_time_leaves_out_what_is_still_owed() -> None:
    """Accepted less backlog at the end of the bucket, never below 0."""
    supply = random_company(5).supply
    expected = [max(a - b, 0.0) for a, b in zip(supply.accepted.ravel(), supply.backlog.ravel(), strict=True)]
    np.testing.assert_allclose(on_time(supply).ravel(), expected)
