"""Synthetic companies for benchmarks: reproducible, of the size asked for, and busy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sop.demand import fit
from sop.demo import synthetic_company
from sop.demo.synthetic import with_history
from sop.domain.inputs import Inputs, typed
from sop.domain.plans import SolveStatus
from sop.domain.scenario import BASE
from sop.planning import Planner


def inputs_of(tables: dict[str, pd.DataFrame]) -> Inputs:
    """Generated tables as Inputs."""
    return Inputs.of({name: typed(name, frame) for name, frame in tables.items()})


def test_a_company_has_the_size_asked_for() -> None:
    """500 items, 20 lines and 18 months, planned from a forecast version and without history."""
    inputs = inputs_of(synthetic_company(500, 20, 18))
    assert (inputs["items"]["kind"] == "product").sum() == 500
    assert len(inputs["resources"]) == 20
    assert inputs.horizon.periods == 18
    assert not inputs.has_history
    assert len(inputs["forecasts"]) == 500 * 18


def test_every_line_is_busy_and_overloaded_at_its_peak() -> None:
    """Hours needed over hours there: 97 % on average, 85 to 110 % in any month, above 102 % at the peak."""
    tables = synthetic_company(500, 20, 18, markets=2)
    hours = tables["routings"].assign(item=tables["routings"]["operation"].str.removeprefix("MAKE-"))
    needed = tables["forecasts"].merge(hours, on="item")
    needed["load"] = needed["quantity"] * needed["hours"]
    load = needed.groupby(["resource", "period"])["load"].sum() / tables["resources"]["hours"].iloc[0]
    assert abs(load.mean() - 0.97) < 0.01
    assert load.between(0.85, 1.10).all()
    assert (load.groupby("resource").max() > 1.02).all()


def test_the_seed_decides_everything() -> None:
    """Equal arguments give equal tables, another seed another forecast."""
    first, again, other = (synthetic_company(30, 3, 12, seed=seed) for seed in (7, 7, 8))
    assert all(first[name].equals(again[name]) for name in first)
    assert not first["forecasts"].equals(other["forecasts"])


def test_several_markets_and_sites_make_a_plan() -> None:
    """Two sites and three markets plan to an optimum that meets most, not all, demand on busy lines."""
    inputs = inputs_of(synthetic_company(40, 4, 12, markets=3, sites=2))
    plan = Planner(inputs, fit(inputs)).plan(BASE, ())
    assert plan.supply.status is SolveStatus.OPTIMAL
    met = plan.supply.accepted.sum() / plan.demand.planned.sum()
    assert 0.95 < met <= 1.0
    assert (plan.supply.load / plan.supply.available).max() > 0.999


def test_a_company_without_anything_is_refused() -> None:
    """A size of zero is an error that says what is needed."""
    with pytest.raises(ValueError, match="at least one"):
        synthetic_company(0, 1, 12)


def test_tables_hold_no_gaps_in_numbers() -> None:
    """Quantities, prices and hours are positive numbers everywhere."""
    tables = synthetic_company(60, 5, 12, markets=2, sites=2)
    for name, column in (("forecasts", "quantity"), ("prices", "list_price"), ("routings", "hours")):
        values = tables[name][column].to_numpy(dtype=float)
        assert np.isfinite(values).all()
        assert (values > 0).all()


def test_a_company_with_history_sells_what_it_was_planned_to() -> None:
    """60 months of 40 items in 2 markets, all before the plan; the last year is within 3 % of the version, and where a
    price was 10 % up, demand was 1.1 to the power of -1.5 times as high."""
    tables = with_history(synthetic_company(40, 2, 18, markets=2), 60)
    inputs = inputs_of(tables)
    history = inputs["sales_history"]
    assert inputs.has_history
    assert history.groupby(["item", "market"]).size().tolist() == [60] * 80
    assert history["date"].max() == pd.Timestamp("2025-12-01")
    sold = history[history["date"].dt.year == 2025]["ordered"].sum() / 12
    planned = synthetic_company(40, 2, 18, markets=2)["forecasts"]["quantity"].sum() / 18
    assert sold / planned == pytest.approx(0.99, abs=0.03)
    prices = inputs["prices"].pivot(index="item", columns="valid_from", values="list_price").to_numpy()
    volume = history.assign(year=history["date"].dt.year).pivot_table("ordered", "item", "year", "sum").to_numpy()
    slope = np.polyfit(np.log(prices / prices[:, -1:]).ravel(), np.log(volume / volume[:, -1:]).ravel(), 1)[0]
    assert slope == pytest.approx(-1.5, abs=0.1)
