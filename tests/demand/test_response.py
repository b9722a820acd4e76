"""Marketing that carries over and rivals' prices: by hand, found where they are, left out where they are not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sop.demand import fit, forecast
from sop.demand.cleaning import clean_material
from sop.demand.engines import SeasonalNaive
from sop.demand.features import RIVALS, carried, effective_price, rival_price
from sop.domain.base import base_parameters
from sop.domain.inputs import Inputs, typed
from sop.domain.scenario import Override, apply

MONTHS = pd.date_range("2022-01-01", "2025-12-01", freq="MS")
SHAPE = (6, 2, 48)
FAMILY = np.arange(6) // 3


def _company(*, rivals: float = 0.0, carry: float = 0.0, response: float = 0.0, seed: int = 7) -> Inputs:
    """Two families of three items in two markets, own elasticity -1.5, noise of 5 %; marketing in bursts by family."""
    rng = np.random.default_rng(seed)
    price = np.log(10.0) + rng.normal(0, 0.12, SHAPE)
    others = (price.reshape(2, 3, 2, 48).sum(axis=1, keepdims=True) - price.reshape(2, 3, 2, 48)).reshape(SHAPE) / 2
    spend = np.where(rng.random((2, 48)) < 0.3, rng.uniform(6_000, 18_000, (2, 48)), 0.0)
    stock = carried(spend, carry, spend[:, :12].mean(axis=1))[FAMILY][:, None, :]
    effect = -1.5 * (price - np.log(10)) + rivals * (others - np.log(10)) + response * np.log1p(stock / 6_000)
    sold = 1000 * np.exp(effect + rng.normal(0, 0.05, SHAPE))
    item, market, month = (index.ravel() for index in np.indices(SHAPE))
    names, places = np.array([f"I{n}" for n in range(6)]), np.array(["M0", "M1"])
    rows = pd.DataFrame({"item": names[item], "market": places[market], "date": MONTHS[month]})
    paid = rows.assign(driver="price", value=np.exp(price).ravel())
    group, when = (index.ravel() for index in np.indices((2, 48)))
    spent = pd.DataFrame(
        {"driver": "marketing", "family": np.array(["F0", "F1"])[group], "date": MONTHS[when], "value": spend.ravel()}
    )
    tables = {
        "settings": pd.DataFrame({"key": ["first_period", "horizon"], "value": ["2026-01-01", "6"]}),
        "items": pd.DataFrame({"item": names, "family": np.array(["F0", "F1"])[FAMILY]}),
        "markets": pd.DataFrame({"market": places}),
        "prices": pd.DataFrame({"item": names, "list_price": 10.0}),
        "sales_history": rows.assign(ordered=sold.ravel()),
        "drivers": pd.concat([paid, spent] if response else [paid], ignore_index=True),
    }
    return Inputs.of({name: typed(name, table) for name, table in tables.items()})


def test_stock_by_hand() -> None:
    """Half carries over: 100 then nothing leaves 50, 25, 12.5; steady spend keeps a steady stock."""
    assert carried(np.array([100.0, 0.0, 0.0]), 0.5, np.array(0.0)).tolist() == [50.0, 25.0, 12.5]
    np.testing.assert_allclose(carried(np.full(4, 80.0), 0.7, np.array(80.0)), 80.0)


def test_rivals_by_hand() -> None:
    """Prices 10, 20 and 40 weighed 1, 1 and 2: the first's rivals cost (20 x 40^2)^(1/3) in the mean of logarithms; an
    unknown price does not count; alone in its family an item has no rivals; a depth of a half halves the price."""
    price = np.log(np.array([10.0, 20.0, 40.0, 7.0]))[:, None, None]
    weight = np.array([1.0, 1.0, 2.0, 1.0])[:, None]
    family = np.array([0, 0, 0, 1])
    got = rival_price(price, family, weight)[:, 0, 0]
    np.testing.assert_allclose(np.exp(got[0]), (20 * 40**2) ** (1 / 3))
    assert got[3] == 0.0
    price[2] = np.nan
    np.testing.assert_allclose(np.exp(rival_price(price, family, weight)[:2, 0, 0]), [20, 10])
    np.testing.assert_allclose(np.exp(effective_price(np.log(10.0) * np.ones(1), np.array([0.5]))), 5.0)


def test_rivals_are_found_where_they_take_demand() -> None:
    """A true cross-price elasticity of 0.8 is found within 0.2; a cheaper item takes demand from its family in its
    market and leaves the other family alone; components add up."""
    inputs = _company(rivals=0.8)
    model, base = fit(inputs, engine=SeasonalNaive()), base_parameters(inputs)
    assert model.drivers[-1] == RIVALS
    assert np.abs(model.coefficient[-1] - 0.8).mean() < 0.2
    assert (model.coefficient[-1] >= 0).all()
    before = forecast(model, base)
    after = forecast(model, apply(base, [Override(lever="price", scope="item=I0,market=M0", value=-10)]))
    ratio = after.expected / before.expected
    assert (ratio[0, 0] > 1.1).all()
    assert (ratio[1:3, 0] < 0.98).all()
    assert (ratio[1:3, 0] > 0.93).all()
    np.testing.assert_allclose(ratio[3:], 1.0)
    np.testing.assert_allclose(ratio[:, 1], 1.0)
    np.testing.assert_allclose(sum(after.components.values()), after.expected)


@pytest.mark.parametrize("seed", [7, 8])
def test_without_rivals_nothing_is_added(seed: int) -> None:
    """Demand that does not look at rivals gets no such driver."""
    material = clean_material(_company(seed=seed))
    assert RIVALS not in material.names
    assert material.carry_over == 0.0


def test_carry_over_is_found_and_lasts_into_the_plan() -> None:
    """60 % of marketing's stock carries over: found, and 12,000 planned for F0 in January still raise March, less than
    January, and nothing elsewhere."""
    inputs = _company(carry=0.6, response=0.5)
    planned = pd.DataFrame({"driver": ["marketing"], "family": ["F0"], "date": ["2026-01-01"], "value": [12_000.0]})
    spent = pd.concat([inputs["drivers"], typed("drivers", planned)], ignore_index=True)
    model = fit(inputs, engine=SeasonalNaive())
    assert model.carry_over == 0.6
    idle = forecast(model, base_parameters(inputs)).expected
    busy = forecast(model, base_parameters(Inputs.of({**inputs.tables, "drivers": spent}))).expected
    lift = (busy / idle)[0, 0] - 1
    assert lift[0] > lift[1] > lift[2] > 0.01
    np.testing.assert_allclose((busy / idle)[3:], 1.0)
