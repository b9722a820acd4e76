"""The documented example: real weekly sales, when they are at hand, and a made-up file of the same shape always."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sop.demand import fit, forecast
from sop.demand.coefficients import series_effects
from sop.demand.features import RIVALS
from sop.demand.material import gather
from sop.domain.base import base_parameters
from sop.domain.inputs import Inputs, typed
from sop.domain.scenario import Override, apply

SCRIPT = Path(__file__).parents[2] / "docs" / "examples" / "orange_juice.py"
BENCHMARKS = SCRIPT.parents[2] / "benchmarks"
SALES = os.environ.get("SOP_ORANGE_JUICE", "")
needs_sales = pytest.mark.skipif(not SALES, reason="SOP_ORANGE_JUICE does not name the weekly sales file")


def _module(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _convert() -> Callable[[pd.DataFrame], dict[str, pd.DataFrame]]:
    return _module(SCRIPT).convert  # type: ignore[no-any-return]


def _inputs(sales: pd.DataFrame) -> Inputs:
    return Inputs.of({name: typed(name, table) for name, table in _convert()(sales).items()})


def _made_up(weeks: int = 110) -> pd.DataFrame:
    rng = np.random.default_rng(8)
    days = pd.date_range("1990-06-14", periods=weeks, freq="7D").strftime("%Y-%m-%d")
    shape = (3, 2, weeks)
    deal = (rng.random(shape) < 0.2).astype(float)
    price = 0.04 * np.exp(rng.normal(0, 0.08, shape) - 0.2 * deal)
    quantity = 1e5 * (price / 0.04) ** -2.5 * np.exp(0.3 * deal + rng.normal(0, 0.2, shape))
    item, market, week = (index.ravel() for index in np.indices(shape))
    return pd.DataFrame(
        {
            "date": np.array(days)[week],
            "item": np.array(["J1", "J2", "J3"])[item],
            "market": np.array(["M1", "M2"])[market],
            "quantity": quantity.ravel(),
            "price": price.ravel(),
            "deal_share": deal.ravel(),
            "feature_share": (rng.random(shape) < 0.1).astype(float).ravel(),
        }
    )


def test_conversion_plans_last_years_prices() -> None:
    """Weekly sales become tables that fit: weeks start on Monday, the plan repeats last year's prices, elasticity and
    deal effect are found, and demand is planned at the level of history."""
    sales = _made_up()
    inputs = _inputs(sales)
    base = base_parameters(inputs)
    paid = sales.query("item == 'J2' and market == 'M2'")["price"].to_numpy()
    np.testing.assert_allclose(base["price"][1, 1, :26], paid[-52:-26])
    model = fit(inputs)
    assert np.abs(model.coefficient[0] + 2.5).max() < 0.4
    assert np.abs(model.coefficient[model.drivers.index("deal")] - 0.3).max() < 0.15
    planned, sold = forecast(model, base).expected.sum(axis=(0, 1)).mean(), sales["quantity"].sum() / 110
    assert abs(planned / sold - 1) < 0.12


@needs_sales
def test_own_price_elasticities_are_negative_without_being_told() -> None:
    """Every series alone and unconstrained: dearer sells less, and within two standard errors of the pooled value."""
    material = gather(_inputs(pd.read_csv(SALES)))
    free = series_effects(material, signs=False)
    assert free is not None
    assert free.own.shape[0] == 33
    assert (free.own[:, 0] < 0).all()
    assert (np.abs(free.own[:, 0] - free.pooled.series.mean[:, 0]) <= 2 * free.own_error[:, 0]).all()


@needs_sales
def test_five_percent_dearer_juice_is_planned() -> None:
    """+5 % on all prices: rivals get dearer too, so each series moves by 1.05 to the power of its own elasticity and
    its cross-price elasticity together: 2 to 10 % less overall. One item dearer alone loses what its own elasticity
    says, and all others gain."""
    inputs = _inputs(pd.read_csv(SALES))
    model, base = fit(inputs), base_parameters(inputs)
    before = forecast(model, base).expected
    after = forecast(model, apply(base, [Override(lever="price", value=5)])).expected
    together = model.coefficient[0] + model.coefficient[model.drivers.index(RIVALS)]
    np.testing.assert_allclose(after, before * 1.05 ** together[:, :, None], rtol=1e-9)
    assert -0.10 < after.sum() / before.sum() - 1 < -0.02
    alone = forecast(model, apply(base, [Override(lever="price", scope="item=OJ03", value=5)])).expected
    np.testing.assert_allclose(alone[2], before[2] * 1.05 ** model.coefficient[0][2][:, None], rtol=1e-9)
    assert (np.delete(alone, 2, axis=0) > np.delete(before, 2, axis=0)).all()


@needs_sales
@pytest.mark.parametrize(("history", "at_most"), [(101, 45.0), (20, 45.0)])
def test_twenty_weeks_held_out(history: int, at_most: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """With known prices the drivers take at least a third off the WAPE of 20 weeks, after 101 weeks of history and
    after the first 20 alone, where one regression per series does clearly worse; no price effect has the wrong sign,
    and no series' drivers are on that make its backtest worse."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    drivers = _module(BENCHMARKS / "drivers.py")
    sales = pd.read_csv(SALES)
    inputs, actual = drivers.held_out(sales, history)
    bare, _ = drivers.held_out(sales, history, with_drivers=False)
    model = fit(inputs)
    with_ = drivers.wape(forecast(model, base_parameters(inputs)).expected[..., :20], actual)
    without = drivers.wape(forecast(fit(bare), base_parameters(bare)).expected[..., :20], actual)
    assert with_ < at_most
    assert with_ < without * 2 / 3
    assert (model.coefficient[0] < 0).all()
    assert drivers.made_worse(model) == 0
    if history == 20:
        assert with_ < drivers.one_by_one(sales, history) - 5


def test_holding_out_cuts_sales_and_keeps_drivers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The benchmark's inputs know no sales from the cut on, but the prices of the weeks after it; what came is what was
    sold in those weeks."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    sales = _made_up()
    inputs, actual = _module(BENCHMARKS / "drivers.py").held_out(sales, 60)
    cut = pd.Timestamp(inputs.settings.first_period)
    assert inputs["sales_history"]["date"].nunique() == 60
    assert inputs["sales_history"]["date"].max() < cut
    paid = sales.query("item == 'J2' and market == 'M2'")
    np.testing.assert_allclose(base_parameters(inputs)["price"][1, 1, :20], paid["price"].to_numpy()[60:80])
    np.testing.assert_allclose(actual[1, 1], paid["quantity"].to_numpy()[60:80])
