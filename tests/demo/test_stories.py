"""The five saved scenarios do what their purpose says, against Base."""

from __future__ import annotations

import pytest

from tests.demo.readings import AUTUMN, YEAR, Demo, cash, line, month, of_year, short, wanted


@pytest.fixture
def ebitda(demo: Demo) -> dict[str, float]:
    """EBITDA of fiscal 2026 by scenario."""
    return {name: of_year(plan, "ebitda") for name, plan in demo.plans.items()}


def test_a_higher_kettle_price_sells_less_leaves_less_short_and_earns_more(
    demo: Demo, ebitda: dict[str, float]
) -> None:
    """Kettle price +4 %: volume down by about the elasticity, shortage down, EBITDA up."""
    plan, base = demo.plans["kettle-price"], demo.base
    change = wanted(plan, "Kettles")[YEAR].sum() / wanted(base, "Kettles")[YEAR].sum() - 1.0
    assert -0.08 < change < -0.035
    assert short(plan)[YEAR].sum() < short(base)[YEAR].sum()
    assert short(plan, "Kettles")[YEAR].sum() < short(base, "Kettles")[YEAR].sum()
    assert ebitda["kettle-price"] > ebitda["base"] + 50_000


def test_a_deeper_black_friday_moves_demand_forward_and_costs_money(demo: Demo, ebitda: dict[str, float]) -> None:
    """Black Friday 10 points deeper: November up, December and January down, shortage up, EBITDA down."""
    plan, base = demo.plans["black-friday"], demo.base
    november = month(base, "2026-11")
    change = wanted(plan) / wanted(base) - 1.0
    assert change[november] > 0.10
    assert change[november + 1] < -0.02
    assert change[november + 2] < -0.02
    assert short(plan)[YEAR].sum() > short(base)[YEAR].sum()
    assert ebitda["black-friday"] < ebitda["base"] - 200_000


def test_fewer_chips_in_summer_leave_coffee_and_kettles_short_in_autumn(demo: Demo, ebitda: dict[str, float]) -> None:
    """Chip supply -40 % June to August: more coffee makers and more kettles short from September to November."""
    plan, base = demo.plans["chip-supply"], demo.base
    for family in ("Coffee", "Kettles"):
        assert short(plan, family)[AUTUMN].sum() > short(base, family)[AUTUMN].sum() + 500
    assert ebitda["chip-supply"] < ebitda["base"]


def test_a_third_shift_replaces_building_ahead(demo: Demo) -> None:
    """Third shift on Line 2 August to November: less stock in summer, a higher cash low point, no shortage."""
    plan, base = demo.plans["third-shift"], demo.base
    summer = slice(month(base, "2026-07"), month(base, "2026-11"))
    assert plan.finance.inventory_value[summer].mean() < 0.95 * base.finance.inventory_value[summer].mean()
    assert plan.finance.inventory_value[YEAR].max() < base.finance.inventory_value[YEAR].max()
    assert cash(plan)[YEAR].min() > cash(base)[YEAR].min() + 50_000
    assert short(plan)[YEAR].sum() < 0.1 * short(base)[YEAR].sum()
    shifts = of_year(plan, "extra_capacity")
    assert shifts > 4 * 50_000


def test_a_late_coffee_launch_misses_revenue_and_relieves_line_2(demo: Demo) -> None:
    """Coffee launch two months late: revenue down; Line 2 needs fewer hours and less stays short in autumn."""
    plan, base = demo.plans["late-launch"], demo.base
    assert of_year(plan, "net_revenue") < of_year(base, "net_revenue") - 500_000
    assert (line(plan, "Line 2")[AUTUMN] < line(base, "Line 2")[AUTUMN] - 0.02).all()
    assert short(plan)[AUTUMN].sum() < short(base)[AUTUMN].sum()
