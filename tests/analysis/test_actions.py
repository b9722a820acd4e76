"""Candidate actions: each kind is found where its limit binds, and only there."""

from __future__ import annotations

import pandas as pd
import pytest

from sop.analysis.actions import Action, actions, situation
from sop.demand import fit
from sop.domain.inputs import Inputs, typed
from sop.domain.scenario import BASE
from sop.finance import windows
from sop.planning import Planner
from tests.companies import small_company


def _found(most: int = 100, **tables: pd.DataFrame) -> dict[str, list[Action]]:
    """Actions for Base of the small company with some tables replaced, by group."""
    inputs = Inputs.of(small_company() | tables)
    plan = Planner(inputs, fit(inputs)).plan(BASE, [])
    found: dict[str, list[Action]] = {}
    for action in actions(situation(inputs, plan, windows(inputs.horizon, False)["horizon"]), most):
        found.setdefault(action.group, []).append(action)
    return found


def _table(name: str, **columns: object) -> dict[str, pd.DataFrame]:
    return {name: typed(name, pd.DataFrame(columns))}


def _line(**values: float) -> dict[str, pd.DataFrame]:
    """The line with other values: 128 hours and 10 % overtime are full from January to May."""
    return {"resources": small_company()["resources"].assign(**{"days": 16.0, **values})}


def test_a_plan_with_room_everywhere_asks_for_nothing() -> None:
    """Base serves all without any limit at its end; only what it expects to serve may ask for safety stock."""
    assert all(group.startswith("safety") for group in _found())


def test_a_full_line_asks_for_overtime_and_hours() -> None:
    """Overtime in three sizes up to 25 %, 5 % more hours of unknown cost; no shift where its cost is not given."""
    found = _found(**_line())
    assert [action.overrides[0].value for action in found["overtime Line"] if "Jan-May" in action.title] == [5, 10, 15]
    assert not found["hours Line"][0].is_costed
    assert "shift Line" not in found


def test_overtime_without_a_premium_is_not_counted_as_costed() -> None:
    """The line's overtime costs 20 an hour: known. With the cost left blank it is not, and the reason says so."""
    assert all(action.is_costed for action in _found(**_line())["overtime Line"])
    blank = _found(**_line(overtime_cost=0.0))["overtime Line"]
    assert not any(action.is_costed for action in blank)
    assert blank[0].reason.endswith("What overtime costs more is not given.")


def test_safety_stock_stated_in_units_is_lowered_too() -> None:
    """400 kettles are kept, so that service is safe: fewer are tried."""
    policy = small_company()["stock_policy"].assign(item="Kettle", safety_stock=400.0, maximum=5_000.0)
    found = _found(stock_policy=policy, **_line(days=40.0))
    assert [action.overrides[0].value for action in found["safety Kettles"]] == [-2.0, -5.0]


def test_a_shift_is_added_where_the_day_has_room_for_it() -> None:
    """Two shifts of 8 hours leave room for a third, three do not."""
    assert "shift Line" in _found(**_line(shift_cost=1_000.0, shifts=2.0, days=8.0))
    assert "shift Line" not in _found(**_line(shift_cost=1_000.0, shifts=3.0, days=5.3))


def test_downtime_moves_from_a_full_month_to_the_slackest() -> None:
    """40 hours of maintenance in May go to June, when the line has most room."""
    calendar = _table("resource_calendar", resource=["Line"], period=["2026-05-01"], downtime=[40.0])
    (action,) = _found(**_line(), **calendar)["downtime Line"]
    assert [(turn.first, turn.value) for turn in action.overrides] == [("2026-05", -40.0), ("2026-06", 40.0)]


def test_people_are_hired_where_a_pool_is_at_its_limit() -> None:
    """A crew of at most one on a full line: as many more as the missing hours need, and half of them."""
    pool = _table(
        "workforce", pool=["Crew"], resource=["Line"], head_count=[1.0], maximum=[1.0], hours_per_worker=[8.0]
    )
    lever = [action.overrides[0].lever for action in _found(**_line(days=15.0), **pool)["heads Crew"]]
    assert lever == ["head_limit"] * 2


def _bought_kettle_part(**operation: object) -> dict[str, pd.DataFrame]:
    """Kettles need a chip each, bought from Chips Inc, which delivers 400 a month."""
    tables = small_company()
    items = pd.concat([tables["items"], pd.DataFrame({"item": ["Chip"], "family": ["Parts"], "kind": ["component"]})])
    buy = {"operation": "buy chip", "location": "Plant", "kind": "buy", "item": "Chip", "supplier": "Chips Inc"}
    operations = pd.concat([tables["operations"], pd.DataFrame([{**buy, "unit_cost": 2.0, **operation}])])
    return {
        "items": typed("items", items),
        "operations": typed("operations", operations),
        **_table("suppliers", supplier=["Chips Inc"], capacity=[400.0]),
        **_table("materials", operation=["make kettle"], item=["Chip"], quantity=[1.0]),
    }


def test_a_supplier_at_its_limit_is_asked_for_more() -> None:
    """10 and 25 % more chips, all the months they are short; kettles, which wait for them, cost more meanwhile."""
    found = _found(**_bought_kettle_part())
    assert [action.overrides[0].value for action in found["supplier Chips Inc"]] == [10, 25]
    assert [action.overrides[0].lever for action in found["price Kettles"]] == ["price", "price"]


def test_a_purchase_minimum_is_dropped_where_nothing_more_is_taken() -> None:
    """1,200 chips a month by contract, 500 needed: all of the contract, and no more, is bought."""
    tables = _bought_kettle_part(minimum=1_200.0) | _table("suppliers", supplier=["Chips Inc"], capacity=[5_000.0])
    (action,) = _found(**tables)["minimum buy chip"]
    assert (action.overrides[0].lever, action.overrides[0].value) == ("operation_minimum", -100.0)


def test_more_is_made_outside_where_all_that_may_be_is() -> None:
    """20 kettles a month may be made outside, and are, as the line is full."""
    outside = {"operation": "sub kettle", "location": "Plant", "kind": "subcontract", "item": "Kettle"}
    row = pd.DataFrame([{**outside, "unit_cost": 22.0, "maximum": 20.0, "yield": 1.0}])
    operations = typed("operations", pd.concat([small_company()["operations"], row]))
    found = _found(**_line(), operations=operations)["subcontract sub kettle"]
    assert [action.overrides[0].value for action in found] == [50, 100]


def test_a_full_warehouse_is_given_more_room() -> None:
    """100 units of room keep stock for May from being made; what more room costs is not known."""
    found = _found(**_line(days=18.0), locations=small_company()["locations"].assign(storage_capacity=100.0))
    assert [action.overrides[0].value for action in found["storage Plant"]] == [10, 25]
    assert not found["storage Plant"][0].is_costed


def test_a_full_lane_is_given_more_room() -> None:
    """The UK takes 400 units a month and 700 in May over a lane for 450."""
    tables = {
        "markets": small_company()["markets"].assign(served_from=["", "Plant"]),
        **_table("lanes", **{"from": ["Plant"], "to": ["UK"]}),
        **_table("lane_limits", **{"from": ["Plant"], "to": ["UK"], "capacity": [450.0]}),
    }
    found = _found(**tables)["lane Plant>UK"]
    assert [action.overrides[0].scope for action in found] == ["lane=Plant>UK"] * 2


def test_a_contract_is_dropped_where_others_wait_for_what_it_takes() -> None:
    """Toasters promised to DACH keep the line from kettles."""
    contract = _table("contracts", contract=["D"], market=["DACH"], item=["Toaster"], minimum=[150.0])
    assert "contract Toaster in DACH" in _found(**_line(), **contract)
    assert "contract Toaster in DACH" not in _found(**contract)


def test_a_promotion_moves_out_of_a_full_month() -> None:
    """10 points on kettles in May go to June, the nearest month in which the line has room; none lies before."""
    promotion = _table("drivers", driver=["promotion"], family=["Kettles"], date=["2026-05-01"], value=[0.1])
    found = _found(**_line(), **promotion)
    (group,) = (group for group in found if group.startswith("promotion"))
    (action,) = found[group]
    turns = {(turn.scope, turn.first, turn.value) for turn in action.overrides}
    assert turns == {
        (f"family=Kettles,market={market}", month, value)
        for market in ("UK", "DACH")
        for month, value in (("2026-05", -10.0), ("2026-06", 10.0))
    }


def test_safety_stock_is_lowered_only_where_service_is_safe() -> None:
    """Thirty days of kettles are plenty: fewer are tried. Without any, demand scatters too much: more are."""
    policy = small_company()["stock_policy"]
    plenty = _found(stock_policy=policy.assign(safety_days=30.0, maximum=5_000.0), **_line(days=40.0))
    assert [action.overrides[0].value for action in plenty["safety Kettles"]] == [-2, -5]
    assert [action.overrides[0].value for action in _found()["safety Kettles"]] == [3, 7]


@pytest.mark.parametrize("most", [1, 4, 7])
def test_where_there_are_too_many_every_kind_keeps_its_first(most: int) -> None:
    """The first of every kind before the second of any."""
    found = [action for group in _found(most, **_line()).values() for action in group]
    assert len(found) == most
    assert len({action.group.split()[0] for action in found}) >= min(most, 4)
