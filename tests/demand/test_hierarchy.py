"""Item -> family -> total and market -> region -> total: always adding up, whatever the scenario."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sop.demand import DemandModel, fit, forecast
from sop.demand.consensus import by_family
from sop.demand.engines import SeasonalNaive
from sop.demo import aldermoor
from sop.domain.base import base_parameters
from sop.domain.inputs import Inputs, typed
from sop.domain.levers import LEVERS
from sop.domain.parameters import Array, Parameters
from sop.domain.scenario import Override, apply

TURNED = (
    *("demand", "price", "promotion", "marketing", "planner_units", "promotion_uplift", "pull_forward"),
    *("launch_shift", "phase_out_shift", "launch_volume", "launch_probability", "cannibalisation", "index"),
)
BY_MARKET = ("demand", "price", "promotion", "marketing", "planner_units", "promotion_uplift", "pull_forward")
MONTHS = ("2026-02", "2026-06", "2026-11", "2027-03")


@pytest.fixture(scope="module")
def demo() -> tuple[DemandModel, Parameters]:
    """The demo company: six families, four markets in four regions, a launch and a phase-out with a successor."""
    inputs = Inputs.of({name: typed(name, frame) for name, frame in aldermoor().items()})
    items = inputs["items"].copy()
    items["successor"] = np.where(items["item"] == "ALD-T4", "ALD-T3", "")
    items["cannibalisation"] = np.where(items["item"] == "ALD-C4", 0.2, 0.0)
    markets = inputs["markets"].copy()
    markets["region"] = markets["region"].where(markets["market"] != "Nordics", "Central Europe")
    changed = Inputs.of({**inputs.tables, "items": items, "markets": markets})
    return fit(changed, engine=SeasonalNaive()), base_parameters(changed)


@st.composite
def turns(draw: st.DrawFn) -> list[Override]:
    """One to four turns of different demand levers, scoped to everything, a family, an item or a region."""
    names = draw(st.lists(st.sampled_from(TURNED), min_size=1, max_size=4, unique=True))
    return [_turn(draw, name) for name in names]


def _turn(draw: st.DrawFn, name: str) -> Override:
    lever = LEVERS[name]
    scopes = ["*", "family=Coffee", "item=ALD-C4", "family=Toasters"]
    scope = draw(st.sampled_from([*scopes, "region=Central Europe"] if "region" in lever.scopes else scopes))
    value = draw(st.floats(lever.minimum, lever.maximum, allow_nan=False))
    first = draw(st.sampled_from(MONTHS)) if lever.by_period else ""
    return Override(lever=name, scope=scope, value=round(value, 1), first=first)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns())
def test_every_level_adds_up(demo: tuple[DemandModel, Parameters], chosen: list[Override]) -> None:
    """Families and regions, added up independently, make the same total as the series; components make expected
    demand at every level; nothing is negative."""
    model, base = demo
    plan = forecast(model, apply(base, chosen))
    total = plan.expected.sum(axis=(0, 1))
    items, markets = base.axis("item"), base.axis("market")
    family, names = items.codes("family")
    np.testing.assert_allclose(by_family(plan.expected, family, len(names)).sum(axis=0), total, rtol=1e-12)
    np.testing.assert_allclose(_grouped(plan.expected, items.groups["family"], 0).sum(axis=0), total, rtol=1e-12)
    np.testing.assert_allclose(_grouped(plan.expected, markets.groups["region"], 1).sum(axis=0), total, rtol=1e-12)
    parts = sum(_grouped(part, items.groups["family"], 0) for part in plan.components.values())
    np.testing.assert_allclose(parts, _grouped(plan.expected, items.groups["family"], 0), rtol=1e-9, atol=1e-6)
    assert (plan.expected >= 0).all()


def _grouped(values: Array, groups: tuple[str, ...], axis: int) -> Array:
    """Units of every group and bucket, by pandas."""
    other = values.sum(axis=1 - axis)
    return pd.DataFrame(other).groupby(list(groups)).sum().to_numpy()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(BY_MARKET), st.floats(0.05, 1.0), st.sampled_from(["family", "region"]))
def test_turning_a_group_is_turning_its_members(
    demo: tuple[DemandModel, Parameters], name: str, part: float, dimension: str
) -> None:
    """A lever turned for a family (region) gives the same demand as turned for each of its items (markets)."""
    model, base = demo
    lever = LEVERS[name]
    value = round(lever.maximum * part, 1)
    group, axis = {"family": ("Coffee", "item"), "region": ("Central Europe", "market")}[dimension]
    members = np.array(base.labels(axis))[base.axis(axis).mask(dimension, group)]
    whole = forecast(model, apply(base, [Override(lever=name, scope=f"{dimension}={group}", value=value)]))
    each = [Override(lever=name, scope=f"{axis}={member}", value=value) for member in members]
    np.testing.assert_array_equal(forecast(model, apply(base, each)).expected, whole.expected)
