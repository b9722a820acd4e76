"""Launches that have begun to sell go on along their ramp; samples before a launch stop nothing; by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from sop.demand import DemandModel, fit
from sop.demand.engines import SeasonalNaive
from sop.domain.base import base_parameters
from sop.domain.inputs import Inputs
from sop.domain.scenario import Override, Scenario
from sop.planning import Planner
from tests.demand.lives import NEW, NOT_YET, OLD, company, planned, sales_of, with_new_sold

LAUNCHED = {
    "launch": [None, None, date(2025, 11, 1)],
    "launch_volume": [None, None, 600.0],
    "ramp_periods": [1.0, 1.0, 6.0],
}
AHEAD = LAUNCHED | {"launch": [None, None, date(2026, 3, 1)]}
ON_TRACK = (sales_of("New", "M0", m2025_11=25.0, m2025_12=50.0), sales_of("New", "M1", m2025_11=75.0, m2025_12=150.0))
SAMPLE = (sales_of("New", "M0", m2025_12=2.0),)


def _model(inputs: Inputs) -> DemandModel:
    return fit(inputs, engine=SeasonalNaive())


def test_a_launch_on_track_goes_on_along_its_ramp() -> None:
    """600 a month over six months from November, a quarter of it in M0: 100 and 200 have sold as planned, so 300, 400,
    500 and 600 follow, and the model says so; components add up."""
    inputs = company(ON_TRACK, **LAUNCHED)
    plan = planned(inputs)
    np.testing.assert_allclose(plan.expected[NEW].sum(axis=0), [300, 400, 500, 600, 600, 600])
    np.testing.assert_allclose(plan.expected[NEW, 0], [75, 100, 125, 150, 150, 150])
    np.testing.assert_allclose(sum(plan.components.values()), plan.expected)
    told = "New has sold 300 since its launch: it goes on along its ramp, to 600 a month (planned: 600)."
    assert told in _model(inputs).notes


def test_what_has_sold_counts_as_far_as_the_ramp_has_come() -> None:
    """M0 sold twice what its ramp expects, and the ramp has come to a third: its 150 become 150 x (2/3 + 2/3) = 200;
    nothing sold in M1 makes its 450 x 2/3 = 300."""
    inputs = company(
        (
            sales_of("New", "M0", m2025_11=50.0, m2025_12=100.0),
            sales_of("New", "M1", m2025_10=1.0, m2025_11=0.0, m2025_12=0.0),
        ),
        **LAUNCHED,
    )
    got = planned(inputs).expected[NEW]
    np.testing.assert_allclose(got, np.outer([200, 300], [3 / 6, 4 / 6, 5 / 6, 1, 1, 1]))


def test_pipeline_fill_was_expected_too() -> None:
    """Launched in December over two months to 400 a month with 200 to fill the trade: 400 sold are what was due, so 400
    follow and no second filling."""
    inputs = company(
        (sales_of("New", "M0", m2025_12=100.0), sales_of("New", "M1", m2025_12=300.0)),
        launch=[None, None, date(2025, 12, 1)],
        ramp_periods=[1.0, 1.0, 2.0],
        pipeline_fill=[0.0, 0.0, 200.0],
    )
    np.testing.assert_allclose(planned(inputs).expected[NEW].sum(axis=0), 400)


def test_without_a_plan_the_sales_say_how_much_it_will_be() -> None:
    """No volume, no like item: 75 units at a sixth and two sixths of the ramp make 150 a month."""
    columns: dict[str, list[Any]] = LAUNCHED | {"launch_volume": [None] * 3, "like_item": [""] * 3}
    got = planned(company((ON_TRACK[0],), **columns)).expected[NEW, 0]
    np.testing.assert_allclose(got, [75, 100, 125, 150, 150, 150])


def test_a_sample_does_not_stop_a_launch() -> None:
    """Two units of December in M0: the launch of March comes with date, ramp, gate and what it takes from its family,
    in both markets, just as without them."""
    more: dict[str, list[Any]] = AHEAD | {
        "launch_probability": [1.0, 1.0, 0.5],
        "cannibalisation": [0.0, 0.0, 0.3],
        "pipeline_fill": [0.0, 0.0, 80.0],
    }
    sampled, plain = planned(company(SAMPLE, **more)), planned(company(**more))
    np.testing.assert_allclose(sampled.expected[NEW].sum(axis=0), [0, 0, 50 + 40, 100, 150, 200])
    np.testing.assert_allclose(sampled.expected, plain.expected)


def test_a_launch_under_way_has_passed_its_gate() -> None:
    """A gate of 50 % no longer halves it, and its launch cannot be moved; both levers say that they do nothing."""
    inputs = company(ON_TRACK, **LAUNCHED, launch_probability=[1.0, 1.0, 0.5])
    turns = (Override(lever="launch_shift", value=2), Override(lever="launch_probability", value=80))
    for plan in (planned(inputs), planned(inputs, *turns)):
        np.testing.assert_allclose(plan.expected[NEW].sum(axis=0), [300, 400, 500, 600, 600, 600])
    warned = Planner(inputs, _model(inputs)).plan(Scenario(id="s", name="S"), turns).warnings
    assert {"Launch shift has no effect: there is nothing it acts on."} < set(warned)
    assert any("robability" in said and "no effect" in said for said in warned)


def test_a_launch_under_way_takes_only_what_it_sells_beyond_so_far() -> None:
    """Its family's history has lost 30 % of 200 a month already: in January 30 % of 100 more go, from April on of 400,
    in M0 a quarter of it."""
    got = planned(company(ON_TRACK, **LAUNCHED, cannibalisation=[0.0, 0.0, 0.3])).expected[:2]
    np.testing.assert_allclose(got.sum(axis=(0, 1)), [470, 440, 410, 380, 380, 380])
    np.testing.assert_allclose(got[:, 0].sum(axis=0)[[0, 3]], [150 - 7.5, 150 - 30])


def test_an_item_sold_in_earnest_before_its_launch_is_forecast_from_its_sales() -> None:
    """New has sold 40 a month in M0 for two years, of the 40 it is to be launched to there: 40 all along, and the note
    names the date; M1, where it was never sold, is launched in March."""
    inputs = with_new_sold(launch_volume=[None, None, 160.0])
    np.testing.assert_allclose(planned(inputs).expected[NEW], [[40] * 6, [0, 0, 120, 120, 120, 120]])
    assert (
        "items, column launch ('2026-03-01'): New sold 40 a month before its launch: it is forecast from its sales, "
        "without the launch. Correct the date, or say its launch_volume."
    ) in _model(inputs).notes


def test_a_ramp_that_ended_is_history() -> None:
    """Launched in July over six months: by December it was full, so history says what follows."""
    months = pd.date_range("2025-07-01", "2025-12-01", freq="MS")
    sales = pd.DataFrame({"date": months, "item": "New", "market": "M0", "ordered": [10.0, 20, 30, 40, 50, 60]})
    model = _model(company((sales,), **(LAUNCHED | {"launch": [None, None, date(2025, 7, 1)]})))
    assert model.origin[NEW].tolist() == [1, 0]


def test_a_given_forecast_goes_before_samples() -> None:
    """A forecast version says 70 from March on: that counts, not the two units of December."""
    months = [f"2026-0{month}-01" for month in range(1, 7)]
    quantity = [0.0, 0.0, 70.0, 70.0, 70.0, 70.0]
    table = {"version": "v1", "item": "New", "market": "M0", "period": months, "quantity": quantity}
    got = planned(company(SAMPLE, {"forecasts": table}, **AHEAD)).expected[NEW, 0]
    np.testing.assert_allclose(got, quantity)


def test_a_market_without_a_price_is_no_market_of_a_launch_under_way() -> None:
    """New has a price in M0 only, where it sold two units: it is launched there, and nothing is missing in M1."""
    prices = {"item": ["Old", "Other", "New"], "market": ["", "", "M0"], "list_price": [10.0] * 3}
    inputs = company(SAMPLE, {"prices": prices}, **AHEAD)
    assert _model(inputs).origin[NEW].tolist() == [3, 0]
    assert base_parameters(inputs)["price"][NEW, 0, 0] == 10.0


def test_a_company_of_one_launch_under_way() -> None:
    """Nothing else has any history: 100 and 200 of 600 go on to 300."""
    tables = {name: {} for name in ("markets",)}
    alone = company(ON_TRACK, tables, **LAUNCHED)
    history = alone["sales_history"]
    only = {
        **alone.tables,
        "items": alone["items"].iloc[[NEW]].assign(like_item="").reset_index(drop=True),
        "sales_history": history[history["item"] == "New"].assign(market="").reset_index(drop=True),
        "prices": alone["prices"].iloc[[NEW]].reset_index(drop=True),
    }
    np.testing.assert_allclose(planned(Inputs.of(only)).expected[0, 0], [300, 400, 500, 600, 600, 600])


def _event(item: str, uplift: float) -> dict[str, Any]:
    days = {"first_day": ["2026-04-01"], "last_day": ["2026-04-30"]}
    return {"events": {"event": ["Fair"], "item": [item], "uplift": [uplift], **days}}


def test_events_of_the_like_item_are_its_own() -> None:
    """Old doubles in April: New, launched in March to 60 a month like Old, does not."""
    got = planned(company((), _event("Old", 1.0), launch_volume=[None, None, 60.0])).expected
    np.testing.assert_allclose(got[NEW].sum(axis=0), [0, 0, 60, 60, 60, 60])
    np.testing.assert_allclose(got[OLD].sum(axis=0), [400, 400, 400, 800, 400, 400])


def test_events_of_a_launch_count() -> None:
    """New doubles in April."""
    got = planned(company((), _event("New", 1.0), launch_volume=[None, None, 60.0])).expected
    np.testing.assert_allclose(got[NEW].sum(axis=0), [0, 0, 60, 120, 60, 60])


def test_a_past_promotion_of_the_like_item_leaves_a_launch_alone() -> None:
    """Half of Old's demand of January and February was bought in December; New's 60 a month stay 60."""
    table = {"promotion": ["Xmas"], "item": ["Old"], "first_day": ["2025-12-01"], "pull_forward": [0.5]}
    got = planned(company((), {"promotions": table}, launch_volume=[None, None, 60.0])).expected
    np.testing.assert_allclose(got[NEW].sum(axis=0), [0, 0, 60, 60, 60, 60])
    np.testing.assert_allclose(got[OLD].sum(axis=0), [200, 200, 400, 400, 400, 400])


def test_without_a_launch_date_nothing_is_under_way() -> None:
    """The same sales of an item without a launch date are plain history."""
    assert _model(company(ON_TRACK, launch=NOT_YET)).origin[NEW].tolist() == [1, 1]


def test_shifts_of_items_without_such_a_date_say_that_they_do_nothing() -> None:
    """Old is neither launched nor phased out: moving either is answered by a warning; New's launch can be moved."""
    inputs = company(**AHEAD)
    turns = (
        Override(lever="launch_shift", value=2, scope="item=Old"),
        Override(lever="phase_out_shift", value=2, scope="item=Old"),
        Override(lever="launch_shift", value=1, scope="item=New"),
    )
    warned = Planner(inputs, _model(inputs)).plan(Scenario(id="s", name="S"), turns).warnings
    assert [said for said in warned if "no effect" in said] == [
        "Launch shift for item=Old has no effect: there is nothing it acts on.",
        "Phase-out shift for item=Old has no effect: there is nothing it acts on.",
    ]
