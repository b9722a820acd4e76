"""Advice on the demo company: quick, and every gain comes out when applied."""

from __future__ import annotations

from time import process_time

import pytest

from sop.analysis.advice import advice
from sop.analysis.applying import applied
from sop.domain.plans import PlanResult
from sop.domain.scenario import Scenario
from sop.finance import kpis, windows
from tests.demo.readings import Demo


@pytest.mark.parametrize("name", ["base", "black-friday", "chip-supply"])
def test_advice_is_quick_and_holds_what_it_lists(demo: Demo, name: str) -> None:
    """Under 3 s of computing; overtime or a shift on Line 2 is among it; applying each gives its gains exactly."""
    planner, asked = demo.planner, demo.plans[name].scenario
    window = windows(demo.inputs.horizon, True)["fiscal_year"]

    def solve(scenario: Scenario) -> PlanResult:
        return planner.plan(scenario, scenario.overrides)

    start = process_time()
    found = advice(demo.inputs, solve, asked, window)
    assert process_time() - start < 3.0
    assert any("Line 2" in one.title for one in found if not one.parts)
    before = kpis(demo.inputs, demo.plans[name], window)
    for one in found:
        after = kpis(demo.inputs, solve(applied(asked, one.overrides)), window)
        assert after.ebitda - before.ebitda == one.ebitda
        assert after.expected_fill_rate - before.expected_fill_rate == one.effect.expected_fill
        assert after.cash_low - before.cash_low == one.effect.cash_low
