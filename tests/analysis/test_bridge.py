"""The EBITDA bridge: hand-computed steps, and an exact sum for any two plans."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sop.analysis.bridge import STEPS, ebitda_bridge
from sop.domain.plans import PlanResult
from sop.domain.scenario import Override
from tests.analysis.cases import base, planned, whole_plan


def _steps(result: PlanResult) -> dict[str, float]:
    frame = ebitda_bridge(base(), result, whole_plan())
    return {step: round(amount, 6) for step, amount in zip(frame["step"], frame["amount"], strict=True)}


def _ebitda(result: PlanResult) -> float:
    return float(result.finance.lines["ebitda"][whole_plan().planned].sum())


def test_more_demand_by_hand() -> None:
    """4 % more toasters: 60 units at 30 - 12 = 1,080 demanded, made from spare hours at no other cost but storage."""
    result = planned("More", Override(lever="demand", value=4, scope="item=Toaster"))
    steps = _steps(result)
    assert steps["demand"] == pytest.approx(1_080)
    assert steps["price"] == steps["promotion_marketing"] == steps["purchase"] == pytest.approx(0.0, abs=1e-6)


def test_capacity_loss_is_unmet_demand_and_overtime() -> None:
    """A fifth less capacity: no demand lost, 76 h of overtime at 20 paid, the rest is margin not earned."""
    result = planned("Less", Override(lever="capacity", value=-20))
    steps = _steps(result)
    assert steps["demand"] == steps["price"] == 0.0
    assert steps["capacity"] == pytest.approx(-76 * 20)
    short = result.supply.short.sum(axis=(1, 2))
    assert steps["unmet"] == pytest.approx(-25 * short[0] - 18 * short[1])


def test_price_without_demand_effect_by_hand() -> None:
    """Price +10 % and demand turned back to Base's volume: the price step is 10 % of 185,000."""
    raised = planned("Dear", Override(lever="price", value=10))
    volume = base().demand.planned.sum(axis=(1, 2)) / raised.demand.planned.sum(axis=(1, 2))
    back = [
        Override(lever="demand", value=float(factor), operation="multiply", scope=f"item={item}")
        for factor, item in zip(volume, ("Kettle", "Toaster"), strict=True)
    ]
    steps = _steps(planned("Same", Override(lever="price", value=10), *back))
    assert steps["demand"] == pytest.approx(0.0, abs=1e-4)
    assert steps["price"] == pytest.approx(18_500, abs=1e-3)


def test_a_plan_against_itself_has_no_steps() -> None:
    """Seven named steps, all nothing."""
    assert _steps(base()) == dict.fromkeys(STEPS, 0.0)
    assert len(STEPS) <= 7


TURNS = st.fixed_dictionaries(
    {
        "demand": st.integers(-30, 30),
        "price": st.integers(-10, 10),
        "capacity": st.integers(-40, 30),
        "promotion": st.sampled_from([0, 5, 20]),
        "unmet_demand": st.integers(0, 1),
        "labour_rate": st.integers(-20, 30),
    }
)


@settings(max_examples=25, deadline=None)
@given(turns=TURNS)
def test_steps_add_up_exactly(turns: dict[str, int]) -> None:
    """Whatever is turned, the steps add up to the difference of EBITDA."""
    result = planned("Any", *(Override(lever=name, value=value) for name, value in turns.items()))
    assert sum(_steps(result).values()) == pytest.approx(_ebitda(result) - _ebitda(base()), abs=0.01)
