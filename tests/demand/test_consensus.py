"""Layers, weights and picks, shares that add up again, and what every layer was worth; by hand.

Two items of family F (A sells 100 a month in M0 and 300 in M1, B 100 and 0) and one of family G (C, 50 in M0 only).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sop.demand import DemandModel, fit, forecast
from sop.demand.consensus import (
    consensus,
    consensus_table,
    layers,
    spread_total,
    value_added,
    weighed,
    weights,
    with_views,
)
from sop.demand.engines import SeasonalNaive
from sop.demand.sensing import sensed
from sop.domain.base import base_parameters
from sop.domain.inputs import Inputs, typed
from sop.domain.parameters import Parameters
from sop.domain.scenario import Override, apply
from sop.workspace.carrying import statistical

SALES = {("A", "M0"): 100.0, ("A", "M1"): 300.0, ("B", "M0"): 100.0, ("C", "M0"): 50.0}
STATISTICAL = np.array([[100.0, 300.0], [100.0, 0.0], [50.0, 0.0]])[:, :, None].repeat(3, axis=2)


def _company(views: list[dict[str, Any]] | None = None, **tables: Any) -> Inputs:
    months = pd.date_range("2024-01-01", "2025-12-01", freq="MS")
    sales = [
        pd.DataFrame({"date": months, "item": item, "market": market, "ordered": sold})
        for (item, market), sold in SALES.items()
    ]
    setting = {"first_period": "2026-01-01", "horizon": "3", **tables.pop("setting", {})}
    frames = {
        "settings": {"key": list(setting), "value": list(setting.values())},
        "items": {"item": ["A", "B", "C"], "family": ["F", "F", "G"]},
        "markets": {"market": ["M0", "M1"]},
        "prices": {"item": ["A", "B", "C"], "list_price": [10.0, 20.0, 5.0]},
        "forecast_layers": views or {},
        **tables,
    }
    made = {name: typed(name, pd.DataFrame(frame)) for name, frame in frames.items()}
    return Inputs.of(made | {"sales_history": typed("sales_history", pd.concat(sales, ignore_index=True))})


def _layers(inputs: Inputs) -> dict[str, np.ndarray]:
    return layers(inputs, base_parameters(inputs), STATISTICAL, STATISTICAL[:, :, 0] > 0)


def _view(layer: str, amount: float, basis: str = "units", **scope: str) -> dict[str, Any]:
    return {"layer": layer, "amount": amount, "basis": basis, **scope}


def test_units_of_a_family_are_spread_by_share() -> None:
    """Sales says 1,000 for F in February: a fifth, three fifths and a fifth of it, by what the layer had there; other
    months and families stay; the sum is 1,000 again."""
    got = _layers(_company([_view("sales", 1000, family="F", period="2026-02-01")]))["sales"]
    np.testing.assert_allclose(got[:, :, 1], [[200, 600], [200, 0], [50, 0]])
    np.testing.assert_array_equal(got[:, :, [0, 2]], STATISTICAL[:, :, [0, 2]])


def test_value_and_percent() -> None:
    """F is worth 4,000 + 2,000 a month: finance's 7,200 is 1.2 times all of it. +10 % on market M1 is 330; a change in
    percent is always against the statistical forecast, so saying it twice changes nothing."""
    rows = [
        _view("finance", 7200, "value", family="F", period="2026-01-01"),
        _view("marketing", 10, "percent", market="M1"),
        _view("marketing", 10, "percent", market="M1"),
    ]
    got = _layers(_company(rows))
    np.testing.assert_allclose(got["finance"][:, :, 0], [[120, 360], [120, 0], [50, 0]])
    np.testing.assert_allclose(got["marketing"][0, 1], 330)


def test_later_rows_refine_earlier_ones() -> None:
    """First item B gets 300 in March, then F 1,400: 400 and 300 become shares of 4 to 3."""
    rows = [_view("sales", 300, item="B", period="2026-03-01"), _view("sales", 1400, family="F", period="2026-03-01")]
    np.testing.assert_allclose(_layers(_company(rows))["sales"][:2, :, 2].sum(axis=1), [800, 600])


def test_weights_by_family_or_a_pick() -> None:
    """F: statistical 1, sales 3, so 500 and 900 weigh to 800. G has no row of its own: the general one picks final."""
    rows = [_view("sales", 900, family="F"), _view("final", 80, family="G")]
    table = {"family": ["F", "F", ""], "layer": ["statistical", "sales", "final"], "weight": [1.0, 3.0, 1.0]}
    inputs = _company(rows, forecast_weights=table)
    base = base_parameters(inputs)
    views = consensus(inputs, base, STATISTICAL, STATISTICAL[:, :, 0] > 0)
    np.testing.assert_allclose(views["consensus"][:2].sum(axis=(0, 1)), 800)
    np.testing.assert_allclose(views["consensus"][2].sum(axis=0), 80)
    told = consensus_table(inputs, base, views).set_index(["family", "period"])
    assert told.loc[("F", "2026-01"), ["statistical", "sales", "consensus"]].tolist() == pytest.approx([500, 900, 800])


def test_without_weights_the_last_layer_with_a_view_counts() -> None:
    """Sales and finance have views, marketing and final none: finance is taken."""
    inputs = _company([_view("sales", 1, item="C"), _view("finance", 2, item="C")])
    np.testing.assert_array_equal(weights(inputs, ("F", "G"), ("statistical", "sales", "finance")), [[0, 0, 1]] * 2)


def test_the_plan_runs_on_the_chosen_layer() -> None:
    """forecast_layer sales: Base is what sales says, 480 for F's A in M0 and M1 together in January; growth of 10 %
    acts on top; what sales adds shows as the planner's, and components add up. Without the setting nothing changes."""
    rows = [_view("sales", 480, item="A", period="2026-01-01")]
    inputs = _company(rows, setting={"forecast_layer": "sales"})
    model, base = fit(inputs, engine=SeasonalNaive()), base_parameters(inputs)
    plan = forecast(model, base)
    np.testing.assert_allclose(plan.expected[0, :, 0], [120, 360])
    np.testing.assert_allclose(plan.components["planner"][0, :, 0], [20, 60])
    np.testing.assert_allclose(sum(plan.components.values()), plan.expected)
    grown = forecast(model, apply(base, [Override(lever="demand", value=10)]))
    np.testing.assert_allclose(grown.expected[0, :, 0], [132, 396])
    plain = _company(rows)
    np.testing.assert_allclose(forecast(fit(plain, engine=SeasonalNaive()), base).expected, STATISTICAL)


def test_views_are_appended_with_author_and_reason() -> None:
    """A row added by the screen is the last and counts; the inputs get another id."""
    inputs = _company([_view("sales", 480, item="A")])
    row = {"layer": ["sales"], "item": ["A"], "amount": [500.0], "author": ["Sales lead"], "reason": ["New listing"]}
    more = with_views(inputs, pd.DataFrame(row))
    assert more.id != inputs.id
    assert more["forecast_layers"]["reason"].tolist() == ["", "New listing"]
    np.testing.assert_allclose(_layers(more)["sales"][0].sum(axis=0), 500)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=12),
    st.floats(0, 1e9),
)
def test_spreading_loses_nothing(within: list[float], total: float) -> None:
    """Whatever the shares, spread units add up to the total again and none is negative."""
    cells = np.array(within)
    got = spread_total(total, cells, np.ones(len(cells), dtype=bool))
    assert got.sum() == pytest.approx(total, rel=1e-9, abs=1e-6)
    assert (got >= 0).all()


def test_weighing_by_family_keeps_other_families_apart() -> None:
    """Two layers of 10 and 20, family 0 all first, family 1 half and half: 10 and 15."""
    views = {"statistical": np.full((2, 1, 1), 10.0), "sales": np.full((2, 1, 1), 20.0)}
    got = weighed(views, np.array([[1.0, 0.0], [0.5, 0.5]]), np.array([0, 1]))
    assert got.ravel().tolist() == [10, 15]


def test_value_added_of_every_layer() -> None:
    """Actual 100 and 200; naive 80 and 250 errs 70 of 300; statistical 110 and 190 errs 20; sales 130 and 200 errs 30:
    FVA (70 - 20) / 300 and (70 - 30) / 300, steps 50 / 300 and -10 / 300, bias 0 and 30 / 300; unknown actuals count
    nowhere."""
    actual = np.array([[[100.0, 200.0, np.nan]]])
    views = {"statistical": np.array([[[110.0, 190.0, 1.0]]]), "sales": np.array([[[130.0, 200.0, 1.0]]])}
    table = value_added(actual, views, np.array([[[80.0, 250.0, 1.0]]]), ("F",))
    assert table["family"].tolist() == [""] * 3 + ["F"] * 3
    own = table[table["family"] == "F"].set_index("layer")
    assert own["wape"].tolist() == pytest.approx([70 / 300, 20 / 300, 30 / 300])
    assert own["fva"].tolist() == pytest.approx([0, 50 / 300, 40 / 300])
    assert own["step"].tolist() == pytest.approx([0, 50 / 300, -10 / 300])
    assert own["bias"].tolist() == pytest.approx([30 / 300, 0, 30 / 300])


def test_sensing_replaces_the_elapsed_part_only() -> None:
    """Ten of 31 January days sold 60 of A in M0: 60 + 100 x 21 / 31, not 60 x 31 / 10; open orders of 90 for the rest
    go before a smaller rest; February stays; a day outside January says nothing."""
    table = {
        "item": ["A", "B", "C"],
        "market": ["M0", "M0", "M0"],
        "through": ["2026-01-10", "2026-01-10", "2026-02-10"],
        "sold": [60.0, 30.0, 99.0],
        "open_orders": [0.0, 90.0, 0.0],
    }
    inputs = _company(sales_to_date=table)
    got = forecast(fit(inputs, engine=SeasonalNaive()), base_parameters(inputs)).expected
    assert got[0, 0].tolist() == pytest.approx([60 + 100 * 21 / 31, 100, 100])
    assert got[1, 0].tolist() == pytest.approx([120, 100, 100])
    assert got[2, 0].tolist() == pytest.approx([50, 50, 50])
    assert got[0, 1].tolist() == pytest.approx([300, 300, 300])


def test_sensing_of_a_finished_and_of_an_unknown_bucket() -> None:
    """All days elapsed: what was sold. Nothing told: the forecast."""
    got = sensed(np.array([100.0, 100.0]), np.array([70.0, np.nan]), np.zeros(2), np.array([1.0, 0.0]))
    assert got.tolist() == [70.0, 100.0]


def _begun(**told: Any) -> tuple[DemandModel, Parameters]:
    """A in M0 (100 a month): sales to date of January."""
    table = {"item": ["A"], "market": ["M0"], **{name: [value] for name, value in told.items()}}
    inputs = _company(sales_to_date=table)
    return fit(inputs, engine=SeasonalNaive()), base_parameters(inputs)


def test_levers_move_the_rest_of_a_month_that_has_begun() -> None:
    """60 sold by the 10th: growth of 20 % makes 60 + 120 x 21 / 31, February grows in full; planner's units of -500
    take no more than the rest."""
    model, base = _begun(through="2026-01-10", sold=60.0)
    grown = forecast(model, apply(base, [Override(lever="demand", value=20)]))
    assert grown.expected[0, 0].tolist() == pytest.approx([60 + 120 * 21 / 31, 120, 120])
    np.testing.assert_allclose(sum(grown.components.values()), grown.expected)
    cut = forecast(model, apply(base, [Override(lever="planner_units", value=-500)]))
    assert cut.expected[0, 0].tolist() == [60, 0, 0]


def test_open_orders_are_the_least_of_the_rest() -> None:
    """30 sold and 80 booked: the rest of 100 x 21 / 31 = 68 grows by 10 % to 75, still below 80, so 110 stays; by 20 %
    it is 81 and counts."""
    model, base = _begun(through="2026-01-10", sold=30.0, open_orders=80.0)
    for growth, rest in ((10, 80), (20, 120 * 21 / 31)):
        plan = forecast(model, apply(base, [Override(lever="demand", value=growth)]))
        assert plan.expected[0, 0, 0] == pytest.approx(30 + rest)
        assert plan.low[0, 0, 0] >= 110


def test_the_band_lies_around_what_is_not_sold_yet() -> None:
    """60 of a whole January sold: P10 and P90 are 60 and nothing strays, whatever growth says. By the 10th the band is
    that of the rest on top of 60, alone and as the series chosen of all."""
    done, base = _begun(through="2026-01-31", sold=60.0)
    plan = forecast(done, apply(base, [Override(lever="demand", value=20)]))
    assert [one[0, 0, 0] for one in (plan.expected, plan.low, plan.high, plan.sigma)] == [60, 60, 60, 0]
    model, _ = _begun(through="2026-01-10", sold=60.0)
    begun, usual = forecast(model, base), forecast(statistical(model), base)
    rest = 100 * 21 / 31 / 100
    for one in ("low", "median", "high"):
        own = getattr(begun, one)[0, 0, 0]
        assert own == pytest.approx(60 + rest * getattr(usual, one)[0, 0, 0])
    assert begun.sigma[0, 0, 0] == pytest.approx(rest * usual.sigma[0, 0, 0])
    only = np.zeros((3, 2), dtype=bool)
    only[0, 0] = True
    assert [one[0] for one in begun.band(only)] == pytest.approx(
        [begun.low[0, 0, 0], begun.median[0, 0, 0], begun.high[0, 0, 0]]
    )


def test_a_view_where_nothing_was_forecast_moves_like_the_rest() -> None:
    """C is launched in February to 50 a month, final says 80 in every month: January's 80 grow by 20 % to 96 and answer
    to the price like February's (elasticity -1 given: / 1.1), and come a month later with the launch."""
    items = {
        "item": ["A", "B", "N"],
        "family": ["F", "F", "G"],
        "launch": [None, None, "2026-02-01"],
        "launch_volume": [None, None, 50.0],
        "price_elasticity": [-1.0, -1.0, -1.0],
    }
    prices = {"item": ["A", "B", "N"], "list_price": [10.0, 20.0, 5.0]}
    sales = {"item": ["A"] * 24, "market": "M0", "date": pd.date_range("2024-01-01", "2025-12-01", freq="MS")}
    inputs = _company([_view("final", 80, item="N")], items=items, prices=prices, setting={"forecast_layer": "final"})
    frame = typed("sales_history", pd.DataFrame(sales | {"ordered": 100.0}))
    inputs = Inputs.of({**inputs.tables, "sales_history": frame})
    model, base = fit(inputs, engine=SeasonalNaive()), base_parameters(inputs)

    def units(*turns: Override) -> list[float]:
        plan = forecast(model, apply(base, list(turns)))
        np.testing.assert_allclose(sum(plan.components.values()), plan.expected)
        return [float(one) for one in plan.expected[2].sum(axis=0)]

    assert units() == pytest.approx([80, 80, 80])
    assert units(Override(lever="demand", value=20)) == pytest.approx([96, 96, 96])
    assert units(Override(lever="price", value=10)) == pytest.approx([80 / 1.1] * 3)
    assert units(Override(lever="launch_shift", value=1)) == pytest.approx([0, 80, 80])
