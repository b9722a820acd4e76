"""One scenario in, one complete answer out: checked by hand on the small company, and by property on random turns."""

from __future__ import annotations

import dataclasses
from functools import lru_cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sop.demand import fit
from sop.domain.errors import ScenarioError
from sop.domain.inputs import Inputs, typed
from sop.domain.levers import LEVERS, Lever
from sop.domain.plans import PlanResult, SolveStatus
from sop.domain.scenario import BASE, Override, Scenario
from sop.finance import kpis, statement, windows
from sop.planning import AS_SHARES, Planner, _solver
from tests.companies import small_company, small_inputs

CENT = 0.01


@lru_cache(maxsize=1)
def _planner() -> Planner:
    inputs = small_inputs()
    return Planner(inputs, fit(inputs))


def _planned(*overrides: Override) -> PlanResult:
    return _planner().plan(Scenario(id="trial", name="Trial", overrides=overrides), overrides)


def _flat(result: PlanResult) -> np.ndarray:
    """Every figure of the answer in one vector."""
    parts = [result.demand.planned, result.supply.level, result.supply.stock, result.supply.accepted]
    parts += [*result.finance.lines.values(), *result.finance.cash.values(), result.expected_fill]
    return np.concatenate([part.ravel() for part in parts])


def test_base_by_hand() -> None:
    """All 3,500 kettles and 1,500 toasters are sold: January to April build the 400 kettles May needs beyond the line.

    Net revenue 3,500 x 40 + 1,500 x 30 = 185,000; COGS 3,500 x 15 + 1,500 x 12 = 70,500; the line makes 600 kettles a
    month beside 250 toasters, so stock ends at 100, 200, 300, 400 and storage is 1,000 x 0.1 = 100; fixed 30,000.
    """
    result = _planner().plan(BASE, [])
    assert result.supply.status is SolveStatus.OPTIMAL
    np.testing.assert_allclose(result.supply.stock[0], [100, 200, 300, 400, 0, 0], atol=1e-6)
    np.testing.assert_allclose(result.supply.load[0], [148, 160, 160, 160, 160, 140], atol=1e-6)
    lines = {name: values.sum() for name, values in result.finance.lines.items()}
    assert lines["net_revenue"] == pytest.approx(185_000)
    assert lines["cogs"] == pytest.approx(70_500)
    assert lines["gross_margin"] == pytest.approx(114_500)
    assert lines["storage"] == pytest.approx(100)
    assert lines["ebitda"] == pytest.approx(84_400)


def test_objective_by_hand() -> None:
    """Z = 185,000 - made 3,440 x 15 + 1,500 x 12 - storage 100 - 8 %/12 on 1,000 kettles at 15 = 115,200."""
    result = _planner().plan(BASE, [])
    assert result.supply.objective == pytest.approx(185_000 - 51_600 - 18_000 - 100 - 100)
    assert result.finance.walk["objective"] == result.supply.objective
    assert result.finance.walk["inventory_change"] == pytest.approx(-900)


def test_cash_by_hand() -> None:
    """With 30 days to pay, January collects 1 of its 31 days: 27,500 / 31; it pays 540 x 15 + 3,000 + 5,000 + 10.

    The plan ends with 107,800: opening 50,000 + EBITDA 84,400 + 900 out of stock - June's 27,500 still owed.
    """
    cash = _planner().plan(BASE, []).finance.cash
    assert cash["receipts"][0] == pytest.approx(27_500 / 31)
    assert cash["closing_cash"][0] == pytest.approx(50_000 + 27_500 / 31 - 8_100 - 3_000 - 5_000 - 10)
    assert cash["receivables"][-1] == pytest.approx(27_500)
    assert cash["closing_cash"][-1] == pytest.approx(107_800)


def test_kpis_by_hand() -> None:
    """Margin 114,500 of 185,000, everything on time, nothing left in stock, January the low point."""
    inputs, result = _planner().inputs, _planner().plan(BASE, [])
    found = kpis(inputs, result, windows(inputs.horizon, False)["horizon"])
    assert found.net_revenue == found.demanded_revenue == pytest.approx(185_000)
    assert found.gross_margin_pct == pytest.approx(100 * 114_500 / 185_000)
    assert found.fill_rate == pytest.approx(1.0)
    assert found.inventory_value == pytest.approx(0.0, abs=1e-6)
    assert (found.cash_low_period, found.cash_low) == (0, pytest.approx(50_000 + 27_500 / 31 - 16_110))


def test_days_of_cover_look_ahead() -> None:
    """April closes with 400 kettles = 6,000; COGS of May and June is 28,500 over 61 days: 12.84 days."""
    inputs, result = _planner().inputs, _planner().plan(BASE, [])
    quarter = windows(inputs.horizon, False)["horizon"]
    first_four = type(quarter)("first", "First four months", 0, 4)
    assert kpis(inputs, result, first_four).inventory_days == pytest.approx(6_000 * 61 / 28_500)


def test_losing_a_fifth_of_capacity_loses_sales_by_hand() -> None:
    """128 h a month and 10 % overtime are 140.8 h; June needs only 140 h, so 844 h are run of the 928 h wanted.

    That is 940 h of demand less 60 kettles in stock (12 h): 84 h of kettles and toasters are missing.
    """
    result = _planned(Override(lever="capacity", value=-20))
    np.testing.assert_allclose(result.supply.load[0], [140.8] * 5 + [140.0], atol=1e-6)
    lost = result.supply.short.sum(axis=(1, 2))
    assert lost[0] * 0.2 + lost[1] * 0.16 == pytest.approx(84.0)
    assert result.finance.lines["overtime"].sum() == pytest.approx((5 * 12.8 + 12.0) * 20)


def test_what_is_planned_as_shares_is_said_unless_planned_exactly() -> None:
    """A set-up of 90: planned as shares, that is said; the exact plan pays it whole in every month kettles are made."""
    tables = small_company()
    tables["operations"] = tables["operations"].assign(setup_cost=[90.0, 0.0])
    inputs = Inputs.of(tables)
    planner = Planner(inputs, fit(inputs))
    shares, exact = planner.plan(BASE, []), planner.plan(BASE, [], whole=True)
    assert (AS_SHARES in shares.warnings, AS_SHARES in exact.warnings) == (True, False)
    assert exact.supply.status is SolveStatus.OPTIMAL
    assert exact.supply.objective <= shares.supply.objective
    setup = exact.finance.lines["setup"]
    np.testing.assert_allclose(setup, 90.0 * (exact.supply.level[0] > 1e-6), atol=1e-6)
    assert AS_SHARES not in _planner().plan(BASE, []).warnings


def test_a_level_or_choice_set_to_what_base_has_needs_no_remark() -> None:
    """Expected demand, Base's goal and lost demand chosen on purpose: nothing is said, nothing changes."""
    chosen = [Override(lever=name, value=0) for name in ("quantile", "goal", "unmet_demand")]
    chosen += [Override(lever="overtime_limit", value=10)]
    result = _planned(*chosen)
    assert result.warnings == ()
    np.testing.assert_array_equal(_flat(result), _flat(_planner().plan(BASE, [])))


def test_statement_adds_up_to_ebitda() -> None:
    """Signed lines of the statement add up to its last row, EBITDA."""
    result = _planner().plan(BASE, [])
    frame = statement(result, windows(result.horizon, False)["horizon"])
    assert (frame["sign"] * frame["value"]).sum() == pytest.approx(frame["value"].iloc[-1], abs=CENT)
    assert frame["line"].iloc[-1] == "ebitda"


def test_material_cost_shows_as_purchase_price_variance() -> None:
    """Kettles bought at 10 with a standard of 10 become 10 % dearer: COGS stays, the variance is 1 per unit bought."""
    inputs = Inputs.of(
        small_company()
        | {
            "operations": typed(
                "operations",
                pd.DataFrame(
                    {
                        "operation": ["buy kettle", "buy toaster"],
                        "location": ["Plant"] * 2,
                        "kind": ["buy"] * 2,
                        "item": ["Kettle", "Toaster"],
                        "unit_cost": [10.0, 8.0],
                    }
                ),
            ),
            "routings": typed("routings", pd.DataFrame({"operation": []})),
        }
    )
    planner = Planner(inputs, fit(inputs))
    override = Override(lever="material_cost", value=10, scope="item=Kettle")
    before, after = planner.plan(BASE, []), planner.plan(Scenario(id="dear", name="Dear"), [override])
    bought = after.supply.level[0].sum()
    np.testing.assert_allclose(after.finance.lines["cogs"], before.finance.lines["cogs"])
    assert after.finance.lines["purchase_price_variance"].sum() == pytest.approx(1.0 * bought)
    assert before.finance.lines["ebitda"].sum() - after.finance.lines["ebitda"].sum() == pytest.approx(bought)


def test_a_company_without_supply_tables_earns_list_price_less_standard_cost() -> None:
    """3,500 kettles at 40 less 14 and 1,500 toasters at 30 less 11, bought as they are sold: no stock builds up."""
    tables = {name: frame for name, frame in small_company().items() if name in ("settings", "forecasts", "prices")}
    items = pd.DataFrame({"item": ["Kettle", "Toaster"], "standard_cost": [14.0, 11.0]})
    markets = pd.DataFrame({"market": ["UK", "DACH"]})
    inputs = Inputs.of(tables | {"items": typed("items", items), "markets": typed("markets", markets)})
    finance = Planner(inputs, fit(inputs)).plan(BASE, []).finance
    assert finance.lines["ebitda"].sum() == pytest.approx(3_500 * 26 + 1_500 * 19)
    assert finance.inventory_value.max() == pytest.approx(0.0, abs=1e-6)
    assert sum(finance.walk.values()) - 2 * finance.walk["ebitda"] == pytest.approx(0.0, abs=CENT)


def test_levers_without_effect_are_named() -> None:
    """Nothing is launched and nobody supplies: turning those levers is answered by a warning, a real turn by none."""
    warned = _planned(Override(lever="launch_shift", value=2), Override(lever="demand", value=5)).warnings
    assert [text for text in warned if "no effect" in text] == [
        "Launch shift has no effect: there is nothing it acts on."
    ]


def test_hard_limits_that_collide_are_named() -> None:
    """A firm market and 64 h a month (70.4 with overtime) cannot both be: the answer stands and the warning says why.

    The UK wants 2,100 kettles and 600 toasters = 516 h, 12 h less for the 60 in stock; 6 x 70.4 = 422.4 h are there:
    81.6 h or 408 kettles are too many.
    """
    tables = small_company()
    tables["markets"] = tables["markets"].assign(firm=[True, False])
    tables["resources"] = tables["resources"].assign(days=[8.0])
    inputs = Inputs.of(tables)
    result = Planner(inputs, fit(inputs)).plan(BASE, [])
    assert result.supply.status is SolveStatus.INFEASIBLE
    assert result.supply.load.max() <= 70.4 + 1e-6
    assert any("Kettle in UK" in text and "needs 408 units of relief" in text for text in result.warnings)


def test_a_solver_that_does_not_finish_is_said() -> None:
    """Whatever is not optimal carries a warning not to rely on it."""
    stopped = dataclasses.replace(_planner().plan(BASE, []).supply, status=SolveStatus.TIME_LIMIT)
    assert list(_solver(stopped)) == [
        "The plan is not final: the solver ended with 'time limit'. Do not rely on its figures."
    ]


def test_a_scope_that_does_not_exist_is_refused() -> None:
    """A family nobody has is an error with the known ones, not a silent zero."""
    with pytest.raises(ScenarioError, match="Kettles"):
        _planned(Override(lever="demand", value=5, scope="family=Bicycles"))


def test_the_path_does_not_matter() -> None:
    """The same scenario gives the same plan, variable by variable, whatever was planned in between."""
    wanted = Override(lever="demand", value=12, scope="item=Kettle")
    first = _planned(wanted)
    _planned(Override(lever="capacity", value=-35), Override(lever="price", value=-8))
    np.testing.assert_array_equal(_flat(_planned(wanted)), _flat(first))


def test_seconds_are_told_by_step() -> None:
    """Every step says how long it took."""
    assert set(_planner().plan(BASE, []).seconds) == {"levers", "demand", "supply", "finance"}


def _neutral(lever: Lever) -> Override:
    if lever.neutral is None:
        return Override(lever=lever.name, value=1.0, operation="multiply")
    return Override(lever=lever.name, value=lever.neutral)


@pytest.mark.parametrize("name", [name for name, lever in LEVERS.items() if lever.scale != "choice"])
def test_neutral_levers_reproduce_base_exactly(name: str) -> None:
    """A lever at its neutral value (or times 1) changes no figure of the answer by a single bit."""
    np.testing.assert_array_equal(_flat(_planned(_neutral(LEVERS[name]))), _flat(_planner().plan(BASE, [])))


TURNS = st.sampled_from(
    ["demand", "price", "promotion", "capacity", "shifts", "downtime", "overtime_limit", "labour_rate", "unmet_demand"]
)


@st.composite
def _turns(draw: st.DrawFn) -> list[Override]:
    names = draw(st.lists(TURNS, unique=True, min_size=1, max_size=4))
    found = []
    for name in names:
        lever = LEVERS[name]
        if lever.choices:
            value = float(draw(st.integers(0, len(lever.choices) - 1)))
        else:
            value = float(draw(st.integers(int(lever.minimum), int(lever.maximum))))
        found.append(Override(lever=name, value=value))
    goal = draw(st.integers(0, 2))
    return [*found, Override(lever="goal", value=float(goal))]


@settings(max_examples=30, deadline=None)
@given(turns=_turns())
def test_any_scenario_reconciles_to_the_cent(turns: list[Override]) -> None:
    """Walk, inventory roll-forward and cash hold to 0.01 for any turn of the levers and any goal."""
    result = _planned(*turns)
    finance = result.finance
    assert sum(finance.walk.values()) - 2 * finance.walk["ebitda"] == pytest.approx(0.0, abs=CENT)
    spent = sum(values for name, values in finance.spend.items() if name not in ("freight", "storage"))
    booked = finance.lines["gross_margin"] - finance.lines["net_revenue"]
    booked = booked + finance.lines["rebates"] + finance.lines["promotion"]
    rise = np.diff(finance.inventory_value, prepend=finance.opening_inventory_value)
    np.testing.assert_allclose(-booked, spent - rise, atol=CENT)
    direct = finance.cash["receipts"] - finance.cash["supplier_payments"] - finance.cash["other_payments"]
    np.testing.assert_allclose(direct, finance.cash["change"], atol=CENT)
