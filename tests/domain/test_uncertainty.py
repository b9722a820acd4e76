"""Bands of sums: exact with nothing or everything in common, by hand in between, right on simulated demand."""

from __future__ import annotations

import numpy as np
import pytest

from sop.domain.plans import DemandPlan
from sop.domain.uncertainty import P90, CommonErrors, independent, log_normal_band

FAMILY = np.array([0, 0, 1])


def shares(company: float, family: float, item: float, buckets: int = 1) -> CommonErrors:
    """The same shares in every bucket for three items, two of them in one family."""
    values = (np.full(buckets, value) for value in (company, family, item))
    return CommonErrors(*values, FAMILY)


def plan(expected: np.ndarray, spread: float, common: CommonErrors | None) -> DemandPlan:
    """Log-normal demand of the given mean and spread of logs."""
    low, median, high = (expected * np.exp(z * spread - spread**2 / 2) for z in (-P90, 0.0, P90))
    sigma = expected * np.sqrt(np.expm1(spread**2))
    none = np.zeros(expected.shape, dtype=bool)
    return DemandPlan(expected, expected, low, median, high, sigma, {}, none, common)


def test_nothing_in_common_adds_variances_everything_adds_deviations() -> None:
    """3, 4 and 12 units: 13 when independent, 19 when they err as one."""
    sigma = np.array([3.0, 4.0, 12.0]).reshape(3, 1, 1)
    assert shares(0, 0, 0).deviation(sigma) == pytest.approx([13.0])
    assert independent(sigma) == pytest.approx([13.0])
    assert shares(1, 0, 0).deviation(sigma) == pytest.approx([19.0])


def test_shares_by_hand() -> None:
    """Item 1 in two markets (1 and 2), item 2 (3) in its family, item 3 (4) in another; shares .1, .2, .3, own .4:
    .1 x 10^2 + .2 x (6^2 + 4^2) + .3 x (3^2 + 3^2 + 4^2) + .4 x (1 + 4 + 9 + 16) = 42.6."""
    sigma = np.array([[1.0, 2.0], [3.0, 0.0], [4.0, 0.0]])[:, :, None]
    assert shares(0.1, 0.2, 0.3).deviation(sigma) ** 2 == pytest.approx([42.6])


def test_deviation_is_that_of_the_whole_matrix() -> None:
    """Sums give what w' C w gives with the matrix written out."""
    rng = np.random.default_rng(0)
    sigma = rng.uniform(1, 5, (3, 2, 4))
    family, item = np.repeat(FAMILY, 2), np.repeat(np.arange(3), 2)
    same_family, same_item = family[:, None] == family, item[:, None] == item
    matrix = 0.1 + 0.2 * same_family + 0.3 * same_item + 0.4 * np.eye(6)
    flat = sigma.reshape(6, 4)
    expected = np.sqrt(np.einsum("st,su,ut->t", flat, matrix, flat))
    assert shares(0.1, 0.2, 0.3, 4).deviation(sigma) == pytest.approx(expected)


def test_the_band_of_one_series_is_its_own() -> None:
    """Chosen alone, a series keeps its P10, P50 and P90 whatever it shares with others."""
    expected = np.random.default_rng(1).uniform(50, 90, (3, 2, 1))
    made = plan(expected, 0.3, shares(0.2, 0.2, 0.2))
    only = np.zeros((3, 2), dtype=bool)
    only[1, 1] = True
    for found, own in zip(made.band(only), (made.low, made.median, made.high), strict=True):
        assert found == pytest.approx(own[1, 1])


def test_no_demand_has_no_band() -> None:
    """Where nothing is expected, nothing is given a range."""
    for part in log_normal_band(np.zeros(2), np.zeros(2)):
        assert part.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("group", ["everything", "family", "item"])
def test_four_fifths_of_correlated_demand_lie_within_the_band(group: str) -> None:
    """20,000 futures of log-normal demand whose errors share a quarter each of company, family and item: 80 % of the
    sums fall between P10 and P90; taken as independent, less than 65 % of the whole company's would."""
    rng = np.random.default_rng(2)
    size, spread = 20_000, 0.2
    drawn = rng.normal(0, 1, (size, 1 + 2 + 3 + 6))
    family, item = np.repeat(FAMILY, 2), np.repeat(np.arange(3), 2)
    error = 0.5 * (drawn[:, [0]] + drawn[:, 1 + family] + drawn[:, 3 + item] + drawn[:, 6:])
    expected = np.array([100.0, 80.0, 60.0, 120.0, 90.0, 40.0]).reshape(3, 2, 1)
    demand = expected.reshape(1, 6) * np.exp(spread * error - spread**2 / 2)
    chosen = {"everything": item >= 0, "family": family == 0, "item": item == 1}[group]
    total = demand[:, chosen].sum(axis=1)

    def inside(common: CommonErrors | None) -> float:
        low, _, high = plan(expected, spread, common).band(chosen.reshape(3, 2))
        return float(((total >= low) & (total <= high)).mean())

    assert inside(shares(0.25, 0.25, 0.25)) == pytest.approx(0.8, abs=0.02)
    if group == "everything":
        assert inside(None) < 0.65


def test_an_item_by_hand_is_what_its_own_sum_gives() -> None:
    """Shares .1, .2, .3, own .4; markets of 3 and 4: .6 x 7^2 + .4 x 25 = 39.4. Without common errors 25."""
    sigma = np.zeros((3, 2, 1))
    sigma[0, :, 0] = 3.0, 4.0
    assert shares(0.1, 0.2, 0.3).item_deviation(sigma)[0] ** 2 == pytest.approx([39.4])
    assert shares(0.1, 0.2, 0.3).item_deviation(sigma)[0] == pytest.approx(shares(0.1, 0.2, 0.3).deviation(sigma))
    alone = DemandPlan(*[sigma] * 6, {}, sigma > 9, None)
    assert alone.item_deviation()[0] == pytest.approx([5.0])
