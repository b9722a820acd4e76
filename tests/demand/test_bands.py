"""Bands of launches that may not come, by hand, and against drawing outcomes."""

from __future__ import annotations

import numpy as np
import pytest

from sop.demand import fit, forecast
from sop.demand.engines import SeasonalNaive
from sop.domain.base import base_parameters
from sop.domain.scenario import Override, apply
from tests.demand.lives import NEW, OLD, OTHER, company, planned

VOLUME = {"launch_volume": [None, None, 240.0]}


def test_half_a_chance_is_nothing_or_all() -> None:
    """60 in M0 at full volume with spread .2 at a gate of 50 %: mean 30, P10 and P50 0, P90 the 80 % point of 60, which
    is 60 exp(.8416 x .2 - .02) = 69.6; 30 sqrt(1.0408 / .5 - 1) = 31.2 standard deviation."""
    plan = planned(company(launch_probability=[1.0, 1.0, 0.5], **VOLUME))
    told = [one[NEW, 0, 3] for one in (plan.expected, plan.low, plan.median, plan.high, plan.sigma)]
    assert told == pytest.approx([30, 0, 0, 69.594, 31.201], rel=1e-4)


def test_a_likely_launch_keeps_its_middle() -> None:
    """At 95 % of 60: P10 is the (.1 - .05) / .95 = 5.26 % point of 60, 60 exp(-1.6199 x .2 - .02) = 42.54, P50 the
    47.37 % point, 60 exp(-.0660 x .2 - .02) = 58.04."""
    inputs = company(launch_probability=[1.0, 1.0, 0.5], **VOLUME)
    plan = planned(inputs, Override(lever="launch_probability", value=95))
    told = [one[NEW, 0, 3] for one in (plan.expected, plan.low, plan.median)]
    assert told == pytest.approx([57, 42.54, 58.04], rel=1e-3)


def test_a_launch_that_surely_comes_or_not_has_no_gate() -> None:
    """At 100 % the band is the usual one, at 0 % there is nothing; others' bands stay as they are."""
    inputs = company(launch_probability=[1.0, 1.0, 0.5], **VOLUME)
    model, base = fit(inputs, engine=SeasonalNaive()), base_parameters(inputs)
    sure, never, half = (
        forecast(model, apply(base, [Override(lever="launch_probability", value=value)])) for value in (100, 0, 50)
    )
    assert sure.gate is None
    assert sure.high[NEW, 0, 3] == pytest.approx(60 * np.exp(1.28155 * 0.2 - 0.02), rel=1e-4)
    assert (never.high[NEW] == 0).all()
    np.testing.assert_array_equal(half.high[[OLD, OTHER]], sure.high[[OLD, OTHER]])


def test_the_gate_opens_for_all_markets_at_once() -> None:
    """Of 60 and 180 at 50 % the gate alone makes 30 + 90 = 120 of deviation over both markets, which add up as one; the
    rest errs as launches that come do, in half of the cases: sqrt(rest x 2)."""
    inputs = company(launch_probability=[1.0, 1.0, 0.5], **VOLUME)
    model, base = fit(inputs, engine=SeasonalNaive()), base_parameters(inputs)
    half = forecast(model, base)
    sure = forecast(model, apply(base, [Override(lever="launch_probability", value=100)]))
    only = np.zeros((3, 2), dtype=bool)
    only[NEW] = True
    rest = sure.deviation(only)[3] ** 2 / 2
    assert half.deviation(only)[3] == pytest.approx(np.sqrt(120**2 + rest))
    assert half.item_deviation()[NEW, 3] == pytest.approx(np.sqrt(120**2 + rest))
    assert half.item_deviation()[OLD, 3] == pytest.approx(sure.item_deviation()[OLD, 3])


def test_quantiles_are_those_of_drawn_outcomes() -> None:
    """70 % of 100,000 draws come, log-normal around 60 / .7 x .7: their 10, 50 and 90 % points and deviation."""
    plan = planned(company(launch_probability=[1.0, 1.0, 0.7], **VOLUME))
    drawn = np.random.default_rng(1)
    comes = drawn.random(100_000) < 0.7
    sold = comes * 60 * np.exp(drawn.normal(0, 0.2, 100_000) - 0.02)
    told = [one[NEW, 0, 3] for one in (plan.low, plan.median, plan.high, plan.sigma)]
    assert told == pytest.approx([*np.quantile(sold, [0.1, 0.5, 0.9]), sold.std()], rel=0.01)
