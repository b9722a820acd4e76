"""Money reconciles to the cent for random companies planned by the real model, whatever levers are turned."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sop.analysis.bridge import ebitda_bridge
from sop.demand import fit
from sop.demo.synthetic import synthetic_company
from sop.domain.inputs import Inputs, typed
from sop.domain.plans import FinancialPlan, PlanResult
from sop.domain.scenario import BASE, Override, Scenario
from sop.finance import LINES, windows
from sop.planning import Planner
from tests.finance.factory import random_tables

CENT = 0.01
LEVER_VALUES = {
    "demand": st.integers(-30, 30),
    "price": st.integers(-10, 10),
    "promotion": st.sampled_from([0, 10]),
    "marketing": st.sampled_from([-50, 0, 100]),
    "capacity": st.integers(-40, 30),
    "shifts": st.integers(0, 2),
    "material_cost": st.integers(-20, 40),
    "labour_rate": st.integers(-20, 30),
    "freight": st.integers(-50, 50),
    "unmet_demand": st.integers(0, 1),
    "goal": st.integers(0, 2),
}
TURNS = st.fixed_dictionaries(LEVER_VALUES)


@lru_cache(maxsize=16)
def _planner(seed: int) -> Planner:
    """Companies 0 to 9 are small and full of features, company 10 is a bigger plain one."""
    tables = random_tables(seed) if seed < 10 else _bigger()
    inputs = Inputs.of(tables)
    return Planner(inputs, fit(inputs))


def _bigger() -> dict[str, object]:
    made = synthetic_company(30, 5, 8, markets=2, sites=2)
    return {name: typed(name, frame) for name, frame in made.items()}


def _planned(seed: int, turns: dict[str, int]) -> PlanResult:
    overrides = tuple(Override(lever=name, value=value) for name, value in turns.items())
    return _planner(seed).plan(Scenario(id="trial", name="Trial", overrides=overrides), overrides)


def _spent(finance: FinancialPlan) -> np.ndarray:
    return sum(values for name, values in finance.spend.items() if name not in ("freight", "storage"))


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10), turns=TURNS)
def test_walk_inventory_and_cash_reconcile(seed: int, turns: dict[str, int]) -> None:
    """Objective to EBITDA, spend to COGS and inventory, receipts and payments to cash: each to 0.01."""
    result = _planned(seed, turns)
    finance, lines, cash = result.finance, result.finance.lines, result.finance.cash
    assert not result.supply.conflicts
    assert sum(finance.walk.values()) - 2 * finance.walk["ebitda"] == pytest.approx(0.0, abs=CENT)
    rise = np.diff(finance.inventory_value, prepend=finance.opening_inventory_value)
    kept = lines["net_revenue"] - lines["rebates"] - lines["promotion"] - lines["gross_margin"]
    np.testing.assert_allclose(kept, _spent(finance) - rise, atol=CENT)
    paid = cash["supplier_payments"] + cash["other_payments"] + cash["tax"]
    paid = paid + cash["capital_expenditure"] + cash["interest"] + cash["dividend"] + cash["loan_repayment"]
    opening = _planner(seed).inputs.settings.opening_cash
    np.testing.assert_allclose(opening + np.cumsum(cash["receipts"] - paid), cash["closing_cash"], atol=CENT)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10), turns=TURNS)
def test_lines_open_into_items_and_subtotals(seed: int, turns: dict[str, int]) -> None:
    """Item figures add up to their lines, and signed lines to gross margin and EBITDA."""
    finance = _planned(seed, turns).finance
    np.testing.assert_allclose(finance.revenue_by_item.sum(axis=0), finance.lines["net_revenue"], atol=CENT)
    np.testing.assert_allclose(finance.cogs_by_item.sum(axis=0), finance.lines["cogs"], atol=CENT)
    np.testing.assert_allclose(finance.inventory_by_item.sum(axis=0), finance.inventory_value, atol=CENT)
    signed = sum(line.sign * finance.lines[name] for name, line in LINES.items())
    np.testing.assert_allclose(signed, finance.lines["ebitda"], atol=CENT)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10), turns=TURNS)
def test_the_bridge_explains_all_of_the_difference(seed: int, turns: dict[str, int]) -> None:
    """Steps add up to the change of EBITDA over any window."""
    base, result = _planner(seed).plan(BASE, []), _planned(seed, turns)
    for window in windows(result.horizon, False).values():
        change = (result.finance.lines["ebitda"] - base.finance.lines["ebitda"])[window.planned].sum()
        assert ebitda_bridge(base, result, window)["amount"].sum() == pytest.approx(change, abs=CENT)
