"""The five saved scenarios do what their purpose says, against Base."""

from __future__ import annotations

import numpy as np
import pytest

from sop.finance import kpis, windows
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


DIRECTIONS: dict[str, dict[str, int]] = {
    # dearer kettles: fewer are wanted, so revenue stays about where it was; more is kept of each, less is short
    "kettle-price": {
        "demanded_revenue": -1,
        "gross_margin_pct": 1,
        "ebitda": 1,
        "expected_fill_rate": 1,
        "inventory_value": -1,
        "cash_low": 1,
    },
    # a deeper promotion: more is sold at less, what was built ahead goes in November, the money comes later
    "black-friday": {
        "net_revenue": 1,
        "gross_margin_pct": -1,
        "ebitda": -1,
        "expected_fill_rate": -1,
        "inventory_value": -1,
        "cash_low": -1,
    },
    # no chips: revenue and service are lost, what is not made is not paid for in the month cash is lowest;
    # what goes short earns less than the average, so the share that is kept rises
    "chip-supply": {
        "net_revenue": -1,
        "gross_margin_pct": 1,
        "ebitda": -1,
        "expected_fill_rate": -1,
        "inventory_value": -1,
        "cash_low": 1,
    },
    # a shift: everything is served and nothing built ahead, at a price above what the sales saved earn
    "third-shift": {
        "net_revenue": 1,
        "gross_margin_pct": -1,
        "ebitda": -1,
        "expected_fill_rate": 1,
        "inventory_value": -1,
        "cash_low": 1,
    },
    # a dear machine two months later: its revenue and margin are missed, the line serves the others, no stock for it
    "late-launch": {
        "net_revenue": -1,
        "gross_margin_pct": -1,
        "ebitda": -1,
        "expected_fill_rate": 1,
        "inventory_value": -1,
        "cash_low": 1,
    },
}
SEEN = {"gross_margin_pct": 0.05, "expected_fill_rate": 0.0005}
"""What of a difference the screen shows; 5,000 EUR of money."""


@pytest.mark.parametrize("name", DIRECTIONS)
def test_every_key_figure_moves_as_the_story_says(demo: Demo, name: str) -> None:
    """Six key figures of fiscal 2026 against Base, each by more than the last digit on screen."""
    year = windows(demo.inputs.horizon, has_actuals=False)["fiscal_year"]
    plan, base = (kpis(demo.inputs, demo.plans[one], year) for one in (name, "base"))
    moved = {one: getattr(plan, one) - getattr(base, one) for one in DIRECTIONS[name]}
    seen = {one: int(np.sign(by)) * (abs(by) > SEEN.get(one, 5_000.0)) for one, by in moved.items()}
    assert seen == DIRECTIONS[name], moved
