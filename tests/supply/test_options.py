"""What only some companies state: each in a company small enough to work out on paper."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pulp
import pytest

from sop.domain.inputs import Inputs
from sop.domain.plans import SolveStatus, SupplyPlan
from sop.finance import FinanceModel
from sop.supply.whole import Effort, Progress
from tests.supply.factory import company, solved
from tests.supply.test_by_hand import forecast, one_line, plan_of

Row = dict[str, Any]
A = {"operation": "make A", "location": "P", "item": "A", "unit_cost": 4}


def exact(inputs: Inputs) -> SupplyPlan:
    """Base's plan in whole numbers, which must be the best; its money adds up to its objective."""
    model, base, demand, _ = solved(inputs)
    plan = model.solve_whole(base, demand)
    assert plan.status is SolveStatus.OPTIMAL
    assert plan.exact
    assert plan.gap <= 1e-6
    walk = FinanceModel(inputs, base).report(base, demand, plan).walk
    assert sum(walk.values()) - 2 * walk["ebitda"] == pytest.approx(0.0, abs=0.01)
    return plan


def test_a_start_up_is_paid_after_a_pause() -> None:
    """10, 0, 10, 10 wanted, nothing may be kept, a set-up costs 8: starting twice at 7 beats running on in February."""
    operations = [A | {"startup_cost": 7, "setup_cost": 8}]
    plan = exact(one_line({("A", "M"): [10, 0, 10, 10]}, operations=operations, stock_policy=NO_STOCK))
    assert plan.extras["starts"][0] == pytest.approx([1, 0, 1, 0])
    assert plan.objective == pytest.approx(30 * 6 - 2 * 7 - 3 * 8)


NO_STOCK = [{"location": "P", "item": "A", "maximum": 0}]


def test_a_start_up_bridges_a_pause_when_running_on_is_cheaper() -> None:
    """With a set-up at 1 a bucket and a start-up at 7, running empty in February (1) beats starting again (7)."""
    operations = [A | {"startup_cost": 7, "setup_cost": 1}]
    plan = exact(one_line({("A", "M"): [10, 0, 10, 10]}, operations=operations, stock_policy=NO_STOCK))
    assert plan.runs[0] == pytest.approx([1, 1, 1, 1])
    assert plan.objective == pytest.approx(30 * 6 - 7 - 4)


def test_set_up_cost_varies_by_bucket() -> None:
    """A set-up at 50 in January and 5 in February for 10 a month, keeping free: nothing before it is cheap pays."""
    limits = [{"operation": "make A", "period": "2026-01-01", "setup_cost": 50}]
    plan = exact(one_line({("A", "M"): [0, 10, 10]}, operations=[A | {"setup_cost": 5}], operation_limits=limits))
    assert plan.runs[0, 0] == 0
    assert plan.objective == pytest.approx(20 * 6 - 5)


def test_lots_are_multiples() -> None:
    """Lots of 8 for 20 wanted, at goal profit: 2 lots sell 16 at a margin of 6; a third costs 32 and sells 4 for 40."""
    plan = exact(one_line({("A", "M"): [20]}, {"goal": "profit"}, operations=[A | {"lot_size": 8}]))
    assert plan.level[0, 0] == pytest.approx(24)
    assert plan.objective == pytest.approx(200 - 24 * 4)
    dear = exact(one_line({("A", "M"): [20]}, {"goal": "profit"}, operations=[A | {"lot_size": 8, "unit_cost": 6}]))
    assert dear.level[0, 0] == pytest.approx(16)


def test_totals_over_the_horizon() -> None:
    """40 a month for three months; at most 90 may be made, and at least 30 of them go to the poor payer."""
    plan = plan_of(
        one_line(
            {("A", "M"): [40, 40, 40], ("A", "N"): [40, 40, 40]},
            {"goal": "profit"},
            operations=[A | {"maximum_total": 90}],
            markets=[{"market": "M"}, {"market": "N"}],
            prices=[{"item": "A", "market": "M", "list_price": 10}, {"item": "A", "market": "N", "list_price": 6}],
            demand_totals=[{"market": "N", "item": "A", "minimum": 30}],
        )
    )
    assert plan.level.sum() == pytest.approx(90)
    assert plan.accepted[0].sum(axis=1) == pytest.approx([60, 30])
    assert plan.objective == pytest.approx(60 * 6 + 30 * 2)


def test_a_total_caps_what_is_accepted() -> None:
    """No more than 50 over the horizon are accepted of 40 a month."""
    plan = plan_of(
        one_line({("A", "M"): [40, 40]}, demand_totals=[{"market": "M", "item": "A", "minimum": 0, "maximum": 50}])
    )
    assert plan.accepted.sum() == pytest.approx(50)


def test_hours_that_may_not_idle_are_used() -> None:
    """10 wanted, 30 hours that must be used at an hour a unit: 30 are made, 20 are left over."""
    line = [{"resource": "Line", "location": "P", "hours": 30, "no_idle": True}]
    plan = plan_of(one_line({("A", "M"): [10]}, resources=line))
    assert plan.level[0, 0] == pytest.approx(30)
    assert plan.stock[0, 0] == pytest.approx(20)


def test_hours_may_be_barred_from_idling_in_some_buckets_only() -> None:
    """30 hours, used in February alone by the calendar: 10, 30 and 10 are made. By a yes for all and a no for February
    it is the others: 30, 0 (20 are left over) and 30."""
    line = [{"resource": "Line", "location": "P", "hours": 30}]
    calendar = [{"resource": "Line", "period": "2026-02-01", "no_idle": "yes"}]
    plan = plan_of(one_line({("A", "M"): [10, 10, 10]}, resources=line, resource_calendar=calendar))
    assert plan.level[0] == pytest.approx([10, 30, 0])
    calendar[0]["no_idle"] = "no"
    must = [line[0] | {"no_idle": True}]
    plan = plan_of(one_line({("A", "M"): [10, 10, 10]}, resources=must, resource_calendar=calendar))
    assert plan.level[0] == pytest.approx([30, 0, 30])


def test_maintenance_goes_where_it_hurts_least() -> None:
    """Two machines at 30 hours each have to be serviced; 100, 40 and 70 are wanted with 100 hours: both in February,
    one in February and one in March would do as well, January never."""
    service = [{"resource": "Line", "hours": 30, "machines": 2}]
    plan = exact(one_line({("A", "M"): [100, 40, 70]}, maintenance=service))
    assert plan.extras["services"].sum() == pytest.approx(2)
    assert plan.extras["services"][0, 0] == pytest.approx(0)
    assert plan.accepted.sum() == pytest.approx(210)
    assert plan.available[0].sum() == pytest.approx(300 - 60)


def lanes(limits: list[Row], demand: list[float], **tables: list[Row]) -> Inputs:
    """A is bought at 4 at P, sold at 10 in M over a lane at 1."""
    return company(
        {"horizon": len(demand)},
        items=[{"item": "A"}],
        locations=tables.pop("locations", [{"location": "P"}]),
        markets=[{"market": "M"}],
        prices=[{"item": "A", "list_price": 10}],
        operations=[{"operation": "buy A", "kind": "buy", "location": "P", "item": "A", "unit_cost": 4}],
        lanes=tables.pop("lanes", [{"from": "P", "to": "M", "unit_cost": 1}]),
        lane_limits=limits,
        forecasts=forecast({("A", "M"): demand}),
        **tables,
    )


def test_a_lane_costs_and_asks_for_a_minimum_when_used() -> None:
    """30 and 4 wanted; the lane costs 20 a month when used, and asks for 10 units: only January can."""
    limit = [{"from": "P", "to": "M", "capacity": 100, "fixed_cost": 20, "minimum_load": 10}]
    plan = exact(lanes(limit, [30, 4]))
    assert plan.accepted[0, 0] == pytest.approx([30, 0])
    assert plan.objective + plan.penalties["lost"].sum() == pytest.approx(30 * 5 - 20)
    assert plan.extras["lanes_used"][0] == pytest.approx([1, 0])


def test_lane_rates_vary_by_bucket() -> None:
    """Freight of 1 rises to 3 in February, when no more than 5 units may go."""
    rates = [{"from": "P", "to": "M", "period": "2026-02-01", "unit_cost": 3, "maximum": 5}]
    plan = plan_of(lanes([], [10, 10], lane_calendar=rates))
    assert plan.accepted[0, 0] == pytest.approx([10, 5])
    assert plan.objective + plan.penalties["lost"].sum() == pytest.approx(10 * 5 + 5 * 3)


def test_only_so_many_lanes_leave_a_place() -> None:
    """Two lanes to two markets, only one may be used in a month: one of the markets goes short."""
    inputs = company(
        {"horizon": 1},
        items=[{"item": "A"}],
        locations=[{"location": "P", "maximum_lanes_out": 1}],
        markets=[{"market": "M"}, {"market": "N", "priority": 2}],
        prices=[{"item": "A", "list_price": 10}],
        operations=[{"operation": "buy A", "kind": "buy", "location": "P", "item": "A", "unit_cost": 4}],
        lanes=[{"from": "P", "to": "M"}, {"from": "P", "to": "N"}],
        lane_limits=[{"from": "P", "to": to, "capacity": 50} for to in "MN"],
        forecasts=forecast({("A", "M"): [20], ("A", "N"): [20]}),
    )
    plan = exact(inputs)
    assert plan.accepted[0, :, 0] == pytest.approx([20, 0])


def test_goods_in_are_limited() -> None:
    """15 a month fit through the gate of the warehouse that serves a market asking for 20."""
    inputs = company(
        {"horizon": 1},
        items=[{"item": "A"}],
        locations=[{"location": "P"}, {"location": "W", "inbound_capacity": 15}],
        markets=[{"market": "M", "served_from": "W"}],
        prices=[{"item": "A", "list_price": 10}],
        operations=[{"operation": "buy A", "kind": "buy", "location": "P", "item": "A", "unit_cost": 4}],
        lanes=[{"from": "P", "to": "W"}],
        forecasts=forecast({("A", "M"): [20]}),
    )
    assert plan_of(inputs).accepted[0, 0, 0] == pytest.approx(15)


def test_a_supplier_delivers_a_minimum_or_nothing() -> None:
    """At least 30 a delivery for 10 a month, keeping at 0.5: one delivery in January serves all three months."""
    tables: dict[str, list[Row]] = {
        "suppliers": [{"supplier": "S", "minimum_order": 30}],
        "operations": [
            {"operation": "buy A", "kind": "buy", "location": "P", "item": "A", "unit_cost": 4, "supplier": "S"}
        ],
        "stock_policy": [{"location": "P", "item": "A", "holding_cost": 0.5}],
    }
    plan = exact(one_line({("A", "M"): [10, 10, 10]}, routings=[], resources=[], **tables))
    assert plan.level[0] == pytest.approx([30, 0, 0])
    assert plan.objective == pytest.approx(30 * 6 - 0.5 * 30)


def test_a_price_on_change_levels_output() -> None:
    """80, 120 with room for both; a unit of change costs 3, keeping one 1: 100 are made in both months."""
    policy = [{"location": "P", "item": "A", "holding_cost": 1}]
    inputs = one_line({("A", "M"): [80, 120]}, hours=150, operations=[A | {"change_cost": 3}], stock_policy=policy)
    plan = plan_of(inputs)
    assert plan.level[0] == pytest.approx([100, 100])
    assert plan.penalties["swing"].sum() == pytest.approx(0)
    swinging = plan_of(
        one_line({("A", "M"): [80, 120]}, hours=150, operations=[A | {"change_cost": 0.2}], stock_policy=policy)
    )
    assert swinging.level[0] == pytest.approx([80, 120])
    assert swinging.penalties["swing"].sum() == pytest.approx(0.2 * 40)


def test_stock_older_than_its_shelf_life_is_written_off() -> None:
    """50 on hand keep one month beyond the first: 20 are sold in January, 20 in February, 10 are written off at 4."""
    inputs = one_line(
        {("A", "M"): [20, 20, 20]},
        items=[{"item": "A", "shelf_life": 1}],
        stock=[{"location": "P", "item": "A", "on_hand": 50}],
    )
    _, base, demand, plan = solved(inputs)
    assert plan.extras["scrapped"].sum() == pytest.approx(10)
    assert plan.level[0].sum() == pytest.approx(20)
    lines = FinanceModel(inputs, base).report(base, demand, plan).lines
    assert lines["write_offs"].sum() == pytest.approx(40)


def test_shelf_life_limits_building_ahead() -> None:
    """100 hours a month and 160 wanted in March: what keeps one month can be built in February only."""
    inputs = one_line({("A", "M"): [0, 0, 160]}, items=[{"item": "A", "shelf_life": 1}], hours=50)
    assert plan_of(inputs).accepted.sum() == pytest.approx(100)
    fresh = one_line({("A", "M"): [0, 0, 160]}, items=[{"item": "A", "shelf_life": 2, "remaining_life": 1}], hours=50)
    assert plan_of(fresh).accepted.sum() == pytest.approx(100)


def test_building_ahead_is_limited() -> None:
    """50 hours a month for 10, 10, 10, 150, one month ahead: March builds 50 for April on 10 kept from February."""
    demand = {("A", "M"): [10.0, 10.0, 10.0, 150.0]}
    plan = plan_of(one_line(demand, hours=50, items=[{"item": "A", "build_ahead": 1}]))
    assert plan.stock[0, 1:3] == pytest.approx([10, 50])
    assert plan.accepted[0, 0] == pytest.approx([10, 10, 10, 100])


def test_made_to_order_keeps_no_stock() -> None:
    """Whatever the policy asks for, nothing is built before it is wanted."""
    policy = [{"location": "P", "item": "A", "safety_stock": 30}]
    inputs = one_line({("A", "M"): [10, 70]}, hours=50, items=[{"item": "A", "strategy": "order"}], stock_policy=policy)
    plan = plan_of(inputs)
    assert plan.stock.max() == pytest.approx(0)
    assert plan.accepted[0, 0] == pytest.approx([10, 50])


def test_a_lead_time_of_a_month_and_a_quarter() -> None:
    """40 started in January: 30 are there in February, 10 in March."""
    operations = [A | {"lead_time": 1.25}]
    inputs = one_line({("A", "M"): [0, 30, 10, 0]}, operations=operations)
    plan = plan_of(inputs)
    assert plan.accepted[0, 0, :4] == pytest.approx([0, 30, 10, 0])
    assert plan.level[0, 0] == pytest.approx(40)
    assert plan.in_transit[0, :2] == pytest.approx([40, 10])


def test_terms_of_an_item_in_a_market() -> None:
    """At most 5 may be owed at the end of January although late is allowed: 15 of 30 in 10 hours a month are short."""
    terms = [{"market": "M", "item": "A", "maximum_backlog": 5}]
    plan = plan_of(one_line({("A", "M"): [30, 0, 0]}, {"unmet_demand": "late"}, hours=10, market_terms=terms))
    assert plan.backlog[0, 0] == pytest.approx([5, 0, 0])
    assert plan.accepted[0, 0, 0] == pytest.approx(15)


def test_backlog_costs_vary_by_bucket() -> None:
    """Late units cost 1, in January 4: 30 and 0 wanted with 20 hours leave 10 owed at 4 each."""
    terms = [
        {"market": "M", "item": "A", "late_cost": 1},
        {"market": "M", "item": "A", "period": "2026-01-01", "late_cost": 4},
    ]
    plan = plan_of(one_line({("A", "M"): [30, 0]}, {"unmet_demand": "late"}, hours=20, market_terms=terms))
    assert plan.penalties["late"] == pytest.approx([40, 0])


def test_rented_hours_and_hiring_vary_by_bucket() -> None:
    """10 rented hours in February only, dearer hires then: limits and prices of the calendar hold."""
    calendar = [{"resource": "Line", "period": "2026-02-01", "extra_hours": 10, "extra_cost": 1}]
    plan = plan_of(one_line({("A", "M"): [120, 120]}, resource_calendar=calendar, stock_policy=NO_STOCK))
    assert plan.extra_hours[0] == pytest.approx([0, 10])
    people = {
        "workforce": [{"pool": "p", "resource": "Line", "head_count": 0, "hours_per_worker": 10, "hire_cost": 5}],
        "workforce_calendar": [{"pool": "p", "period": "2026-01-01", "maximum_hires": 1, "hire_cost": 2}],
    }
    staffed = plan_of(one_line({("A", "M"): [20, 30]}, hours=0, stock_policy=NO_STOCK, **people))
    assert staffed.hires[0] == pytest.approx([1, 2])
    assert staffed.objective + staffed.penalties["lost"].sum() == pytest.approx(40 * 6 - 2 - 10)


def test_a_fence_keeps_what_is_firm() -> None:
    """Two frozen months: only the open order of 15 comes out, then the line runs."""
    inputs = one_line(
        {("A", "M"): [20, 20, 20]},
        locations=[{"location": "P", "frozen_periods": 2}],
        scheduled_receipts=[
            {"order": "1", "kind": "production", "location": "P", "item": "A", "due": "2026-01-10", "quantity": 15}
        ],
    )
    plan = plan_of(inputs)
    assert plan.level[0] == pytest.approx([0, 0, 20])
    assert plan.accepted[0, 0] == pytest.approx([15, 0, 20])


def test_cancelling_ends_the_search() -> None:
    """A search told to stop before it starts ends with a status of its own, not with an exception."""
    operations = [A | {"setup_cost": 50, "minimum_lot": 13}]
    model, base, demand, _ = solved(one_line({("A", "M"): [30, 31, 17, 23, 11, 40] * 3}, operations=operations))
    stop = threading.Event()
    stop.set()
    plan = model.solve_whole(base, demand, effort=Effort(cancel=stop))
    assert plan.status in (SolveStatus.TIME_LIMIT, SolveStatus.OPTIMAL)


def test_progress_is_told() -> None:
    """Bounds told on the way enclose the objective reached."""
    operations = [A | {"setup_cost": 50, "minimum_lot": 13}]
    policy = [{"location": "P", "item": "A", "holding_cost": 0.7}]
    told: list[Progress] = []
    inputs = one_line({("A", "M"): [30, 31, 17, 23, 11, 40] * 3}, operations=operations, stock_policy=policy)
    model, base, demand, _ = solved(inputs)
    plan = model.solve_whole(base, demand, effort=Effort(progress=told.append))
    assert plan.status is SolveStatus.OPTIMAL
    assert told
    assert all(seen.possible >= plan.objective - 1e-3 for seen in told if not np.isnan(seen.possible))
    assert all(seen.best <= plan.objective + 1e-3 for seen in told if not np.isnan(seen.best))


def test_another_solver_agrees() -> None:
    """The same question as a PuLP problem, solved by CBC: the same optimum."""
    model, base, demand, plan = solved(one_line({("A", "M"): [80, 80, 130]}))
    problem = model.problem(base, demand)
    problem.solve(pulp.PULP_CBC_CMD(msg=False))
    assert -pulp.value(problem.objective) == pytest.approx(plan.objective, rel=1e-6)


def test_a_lane_of_a_bucket_and_a_quarter_splits_what_it_carries() -> None:
    """100 shipped in January over a lane of 1.25 months: 75 arrive in February, 25 in March, at 1 a unit; in between
    100 and then 25 are under way. At most 100 a month leave the plant, whichever part they are."""
    inputs = one_line(
        {("A", "M"): [0, 75, 25]},
        {"goal": "service"},
        markets=[{"market": "M", "served_from": ""}],
        lanes=[{"from": "P", "to": "M", "unit_cost": 1, "lead_time": 1.25, "maximum": 100}],
        items=[{"item": "A", "standard_cost": 4}],
    )
    _, base, demand, plan = solved(inputs)
    assert plan.accepted[0, 0, :3] == pytest.approx([0, 75, 25])
    assert plan.shipped[:, 0] == pytest.approx([75, 25])
    assert plan.in_transit[0, :3] == pytest.approx([100, 25, 0])
    assert FinanceModel(inputs, base).report(base, demand, plan).lines["freight"][0] == pytest.approx(100)
    fuller = one_line(
        {("A", "M"): [0, 150, 50]},
        {"goal": "service"},
        hours=500,
        markets=[{"market": "M", "served_from": ""}],
        lanes=[{"from": "P", "to": "M", "lead_time": 1.25, "maximum": 100}],
    )
    assert plan_of(fuller).shipped[:, 0].sum() == pytest.approx(100)


def test_inventory_value_is_limited() -> None:
    """Units cost 4 and take a month to make; of 40 wanted in two months no more than 30 may be kept or in work."""
    operations = [A | {"lead_time": 1}]
    inputs = one_line(
        {("A", "M"): [0, 40, 40]},
        {"inventory_limit": 120},
        hours=50,
        operations=operations,
        items=[{"item": "A", "standard_cost": 4}],
    )
    _, base, demand, plan = solved(inputs)
    value = FinanceModel(inputs, base).report(base, demand, plan).inventory_value
    assert value.max() <= 120 + 1e-6
    assert plan.accepted[0, 0, 1:3] == pytest.approx([30, 30])


def test_levels_stay_near_the_approved_plan() -> None:
    """Approved 40 a month, 10 % to either side: 60 wanted get 44, 20 wanted still make 36."""
    approved = [{"operation": "make A", "period": f"2026-0{month}-01", "level": 40} for month in (1, 2)]
    plan = plan_of(
        one_line({("A", "M"): [60, 20]}, {"deviation_limit": 0.1}, approved_levels=approved, stock_policy=[])
    )
    assert plan.level[0] == pytest.approx([44, 36])


@pytest.mark.parametrize(("tail", "total"), [("", 4), (0, 3), (2, 5)])
def test_buckets_beyond_the_horizon_are_those_of_the_setting(tail: object, total: int) -> None:
    """Blank: as many as the longest lead time, 1; wages of 50 are paid in every bucket planned. Shipped in the
    first two of three buckets, 10 units arrive twice and earn 8 each."""
    inputs = company(
        {"horizon": 3, "goal": "profit", "tail": tail},
        items=[{"item": "A"}],
        locations=[{"location": "P"}],
        markets=[{"market": "M"}],
        prices=[{"item": "A", "list_price": 10}],
        forecasts=[
            {"version": "f", "item": "A", "market": "M", "period": f"2026-0{month}-01", "quantity": 10}
            for month in (1, 2, 3)
        ],
        operations=[{"operation": "make A", "location": "P", "item": "A", "unit_cost": 2}],
        resources=[{"resource": "Line", "location": "P", "hours": 0}],
        workforce=[{"pool": "crew", "resource": "Line", "head_count": 1, "wage": 50, "minimum": 1}],
        lanes=[{"from": "P", "to": "M", "lead_time": 1}],
    )
    plan = solved(inputs)[3]
    assert inputs.horizon.total == total
    assert plan.objective == pytest.approx(2 * 10 * 8 - 50 * total)


def test_the_longest_lead_time_always_fits_in() -> None:
    """No tail, one bucket, a lane of two: three buckets are planned, so that what is shipped can be seen to arrive."""
    lane = [{"from": "P", "to": "M", "lead_time": 2}]
    tables = {"items": [{"item": "A"}], "locations": [{"location": "P"}], "markets": [{"market": "M"}]}
    assert company({"horizon": 1, "tail": 0}, lanes=lane, **tables).horizon.total == 3
