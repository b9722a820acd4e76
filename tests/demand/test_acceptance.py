"""Drivers are on, and finely pooled, only where rolling origins bear them out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sop.demand.acceptance import COMPANY, FAMILY, SERIES, Verdict, accept
from sop.demand.baseline import references
from sop.demand.coefficients import coefficients, evidence, learn
from sop.demand.effects import ASSUMED, SOURCES, Evidence
from sop.demand.material import gather
from sop.domain.inputs import Inputs, typed
from tests.demand.simulated import Truth

GROUPS = (("price", (0,)), ("noise", (1,)))


def _made(elasticity: np.ndarray, seed: int = 3, months: int = 48, noise: float = 0.05) -> Evidence:
    """Series of two families (halves) with ``elasticity`` [S] to a price that moves by 10 %, and a driver of noise."""
    rng = np.random.default_rng(seed)
    shape = (len(elasticity), months)
    price, idle = rng.normal(0, 0.1, shape), rng.normal(0, 0.1, shape)
    demand = np.exp(6.0 + elasticity[:, None] * price + rng.normal(0, noise, shape))
    family = np.arange(len(elasticity)) * 2 // len(elasticity)
    return Evidence(demand, np.stack([price, idle]), ("price", "noise"), family, np.arange(months) * 1.0, 12, -1.0)


def _total(verdict: Verdict, driver: str = "") -> tuple[float, float, bool]:
    one = next(s for s in verdict.scores if s.level in ("total", "driver") and s.driver == driver)
    return one.without, one.with_, one.on


def test_a_driver_is_on_only_where_it_improves_the_backtest() -> None:
    """Over 6 samples price is always on; a driver that does nothing is on only in samples where its WAPE fell, and
    that is at most half of them; whatever is off leaves a WAPE no higher than with it."""
    idle = []
    for seed in range(6):
        verdict = accept(_made(np.full(8, -1.5), seed), GROUPS)
        for name in ("price", "noise"):
            without, with_, on = _total(verdict, name)
            assert on == (with_ < without)
        assert verdict.on[0]
        idle.append(bool(verdict.on[1]))
    assert np.mean(idle) <= 0.5


def test_wape_with_price_is_near_the_noise() -> None:
    """Noise of 5 % alone makes a WAPE of 5 % x sqrt(2 / pi) = 4 %, with the level's own error about 4.4 %; price moves
    of 10 % at elasticity -1.5 add 15 %: without them about 12 %."""
    without, with_, on = _total(accept(_made(np.full(8, -1.5)), GROUPS))
    assert on
    assert with_ == pytest.approx(0.044, abs=0.008)
    assert without == pytest.approx(0.158 * np.sqrt(2 / np.pi), abs=0.02)


def test_pooling_is_as_fine_as_the_data_ask() -> None:
    """One elasticity for all: in some of four samples a family stays with the company's. Families that differ take
    their own at least; series that differ within a family take theirs."""
    assert any((accept(_made(np.full(8, -1.5), seed), GROUPS).level == COMPANY).any() for seed in range(4))
    families = accept(_made(np.repeat([-0.5, -3.0], 6)), GROUPS)
    assert (families.level >= FAMILY).all()
    series = accept(_made(np.tile([-0.3, -3.0], 6)), GROUPS)
    assert (series.level == SERIES).all()


def test_no_series_keeps_drivers_that_make_its_backtest_worse() -> None:
    """One of eight series turns its answer to price round in the last two years: it loses its drivers, the others keep
    theirs, and no series or family is on with a higher WAPE than without."""
    made = _made(np.full(8, -2.0))
    demand = made.demand.copy()
    demand[3, 24:] *= np.exp(4.0 * made.drivers[0, 3, 24:])
    verdict = accept(replace(made, demand=demand), GROUPS)
    assert verdict.keeps.tolist() == [True, True, True, False, True, True, True, True]
    assert all(s.with_ <= s.without + 1e-12 for s in verdict.scores if s.level in ("series", "family"))


def test_short_histories_are_not_measured() -> None:
    """With 11 buckets nothing can be held out behind the 8 a regression needs: drivers stay, and no WAPE is told."""
    verdict = accept(_made(np.full(4, -1.5), months=11), GROUPS)
    assert verdict.on.all()
    assert verdict.keeps.all()
    assert verdict.scores == ()


def test_a_series_without_its_drivers_answers_as_assumed(company: tuple[Inputs, Truth]) -> None:
    """Where the backtest takes a series' drivers away, history and Base are left alone; a scenario's price acts with
    the pooled elasticity, shown as assumed, or with the planner's own."""
    material = gather(company[0])
    learned = learn(material)
    assert learned is not None
    keeps = np.arange(36) > 0
    off = replace(learned, verdict=replace(learned.verdict, keeps=keeps))
    found, before = coefficients(material, off), coefficients(material, learned)
    assert not found.acts[:, 0, 0].any()
    assert (found.acting[:, 0, 0] == 0).all()
    assert (np.array(SOURCES)[found.source[:, 0, 0]] == ASSUMED).all()
    assert found.mean[0, 0, 0] == before.mean[0, 0, 0] < 0
    assert (references(material, found.acts)[:, 0, 0] == material.planned[:, 0, 0]).all()
    np.testing.assert_array_equal(found.acting[:, 1:], before.acting[:, 1:])
    items = company[0]["items"].assign(price_elasticity=[-0.8] + [np.nan] * 11)
    asked = gather(Inputs.of({**company[0].tables, "items": typed("items", items)}))
    assert coefficients(asked, off).mean[0, 0, 0] == -0.8


def test_evidence_covers_every_series_with_history(company: tuple[Inputs, Truth]) -> None:
    """36 series of 48 months and five drivers; each is told with its own score."""
    material = gather(company[0])
    found, learned = evidence(material), learn(material)
    assert found is not None
    assert learned is not None
    assert found.drivers.shape == (5, 36, 48)
    assert sum(score.level == "series" for score in learned.verdict.scores) == 36
    assert set(np.unique(learned.verdict.level)) <= {COMPANY, FAMILY, SERIES}
