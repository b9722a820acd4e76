"""Driver levels by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sop.demand.features import index_level, log_price, marketing_response, promotion_after, usual_spend


def test_promotion_after_looks_back_over_its_buckets() -> None:
    """30 % in the second bucket weighs 15 % on each of the next two; what ran before the first bucket counts too."""
    after = promotion_after(np.array([[0.0, 0.3, 0.0, 0.0, 0.0]]), np.array([[0.0, 0.2]]))
    np.testing.assert_allclose(after, [[0.1, 0.1, 0.15, 0.15, 0.0]], atol=1e-12)


def test_no_pull_forward_means_no_effect_after() -> None:
    """With zero buckets to look back, nothing follows a promotion."""
    assert promotion_after(np.array([[0.3, 0.0]]), np.zeros((1, 0))).tolist() == [[0.0, 0.0]]


def test_marketing_pays_less_and_less() -> None:
    """At usual spend log 2, at three times usual log 4: tripling does not triple."""
    usual = usual_spend(np.array([[100.0, 0.0, 300.0]]))
    assert usual.tolist() == [[200.0]]
    np.testing.assert_allclose(marketing_response(np.array([[200.0, 600.0]]), usual), np.log([[2.0, 4.0]]))


def test_prices_of_zero_are_unknown_to_elasticity() -> None:
    """Free goods have no log price."""
    assert np.isnan(log_price(np.array([0.0]))[0])
    assert log_price(np.array([np.e]))[0] == pytest.approx(1.0)


def test_indices_act_through_logarithms_only_where_positive() -> None:
    """An index around 100 acts by its logarithm, a temperature difference as it is."""
    level = index_level(np.array([[100.0], [-2.0]]), np.array([True, False]))
    np.testing.assert_allclose(level, [[np.log(100.0)], [-2.0]])
