"""The committed demo company, fitted and planned once for all tests of this folder."""

from __future__ import annotations

import json

import pytest

from sop.demand import fit
from sop.domain.scenario import BASE, Scenario
from sop.exchange.reading import load_inputs
from sop.planning import Planner
from tests.demo.readings import DATA, Demo


@pytest.fixture(scope="session")
def demo() -> Demo:
    """Base and the five saved scenarios of data/, planned with the demand fitted to it."""
    inputs = load_inputs(DATA)
    planner = Planner(inputs, fit(inputs))
    saved = [Scenario(**told) for told in json.loads((DATA / "scenarios.json").read_text(encoding="utf-8"))]
    plans = {scenario.id: planner.plan(scenario, scenario.overrides) for scenario in (BASE, *saved)}
    return Demo(inputs, planner, plans)
