"""Small companies whose best plan can be worked out on paper."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sop.domain.horizon import month_start
from sop.domain.inputs import Inputs
from sop.domain.plans import SolveStatus, SupplyPlan
from sop.domain.scenario import Override, apply
from tests.supply.factory import company, solved

Row = dict[str, Any]


def forecast(quantities: dict[tuple[str, str], list[float]]) -> list[Row]:
    """Rows of the forecasts table from (item, market) -> quantity by month from 2026-01."""
    return [
        {"version": "f", "item": item, "market": market, "period": month_start(2026, month), "quantity": quantity}
        for (item, market), series in quantities.items()
        for month, quantity in enumerate(series, start=1)
    ]


def one_line(
    demand: dict[tuple[str, str], list[float]],
    settings: Row | None = None,
    *,
    hours: float = 100.0,
    markets: list[Row] | None = None,
    items: list[Row] | None = None,
    operations: list[Row] | None = None,
    **tables: list[Row],
) -> Inputs:
    """One plant, one line of ``hours`` a month; A costs 4 and takes an hour; every market is served from the plant."""
    horizon = max(len(series) for series in demand.values())
    made = operations or [{"operation": "make A", "location": "P", "item": "A", "unit_cost": 4}]
    given: dict[str, list[Row]] = {
        "items": items or [{"item": "A"}],
        "locations": [{"location": "P"}],
        "markets": [{"served_from": "P", **market} for market in markets or [{"market": "M"}]],
        "prices": [{"item": item, "list_price": 10} for item in dict.fromkeys(item for item, _ in demand)],
        "operations": made,
        "resources": [{"resource": "Line", "location": "P", "hours": hours}],
        "routings": [{"operation": row["operation"], "resource": "Line", "hours": 1} for row in made],
        "forecasts": forecast(demand),
    }
    return company({"horizon": horizon, **(settings or {})}, **(given | tables))


def plan_of(inputs: Inputs) -> SupplyPlan:
    """Base's plan, which must be optimal."""
    plan = solved(inputs)[3]
    assert plan.status is SolveStatus.OPTIMAL
    return plan


def test_shortage_serves_the_first_priority_first() -> None:
    """80 wanted in each market, 100 hours: priority 1 gets its 80, priority 2 the 20 that are left."""
    markets = [{"market": "Second", "priority": 2}, {"market": "First", "priority": 1}]
    plan = plan_of(one_line({("A", "Second"): [80], ("A", "First"): [80]}, markets=markets))
    assert plan.accepted[0, :, 0] == pytest.approx([20, 80])
    assert plan.short[0, :, 0] == pytest.approx([60, 0])


@pytest.mark.parametrize(("lost_cost", "accepted"), [(1.0, 0.0), (3.0, 80.0)])
def test_a_given_lost_cost_replaces_the_steering_price(lost_cost: float, accepted: float) -> None:
    """An item that costs 12 and sells for 10: losing it at 1 is cheaper than serving, losing it at 3 is dearer."""
    operations = [{"operation": "make A", "location": "P", "item": "A", "unit_cost": 12}]
    markets = [{"market": "M", "lost_cost": lost_cost}]
    plan = plan_of(one_line({("A", "M"): [80]}, {"goal": "service"}, operations=operations, markets=markets))
    assert plan.accepted[0, 0, 0] == pytest.approx(accepted)
    assert plan.penalties["lost"].sum() == pytest.approx(lost_cost * (80 - accepted))


@pytest.mark.parametrize("goal", ["service", "cost"])
def test_priority_decides_whatever_each_market_pays(goal: str) -> None:
    """80 wanted at 100 in the second market and at 5 in the first, 100 hours: the first still gets its 80."""
    markets = [{"market": "Second", "priority": 2}, {"market": "First", "priority": 1}]
    prices = [
        {"item": "A", "market": "Second", "list_price": 100},
        {"item": "A", "market": "First", "list_price": 5},
    ]
    demand = {("A", "Second"): [80.0], ("A", "First"): [80.0]}
    plan = plan_of(one_line(demand, {"goal": goal}, markets=markets, prices=prices))
    assert plan.accepted[0, :, 0] == pytest.approx([20, 80])


def test_contract_goes_before_priority() -> None:
    """A contract for 50 in the second market is kept although the first market is left short."""
    markets = [{"market": "Second", "priority": 2}, {"market": "First", "priority": 1}]
    contract = [{"contract": "k", "market": "Second", "item": "A", "minimum": 50}]
    plan = plan_of(one_line({("A", "Second"): [80], ("A", "First"): [80]}, markets=markets, contracts=contract))
    assert plan.accepted[0, :, 0] == pytest.approx([50, 50])


def test_contract_never_asks_for_more_than_the_demand() -> None:
    """A contract for 50 against a demand of 30 binds at 30: no conflict."""
    contract = [{"contract": "k", "market": "M", "item": "A", "minimum": 50}]
    assert plan_of(one_line({("A", "M"): [30]}, contracts=contract)).accepted[0, 0, 0] == pytest.approx(30)


def test_builds_ahead_of_a_peak() -> None:
    """80, 80 and 130 wanted with 100 hours a month: 20 are made early in February, and 10 in January."""
    policy = [{"location": "P", "item": "A", "holding_cost": 1}]
    plan = plan_of(one_line({("A", "M"): [80, 80, 130]}, stock_policy=policy))
    assert plan.level[0] == pytest.approx([90, 100, 100])
    assert plan.stock[0] == pytest.approx([10, 30, 0])
    assert plan.objective == pytest.approx(290 * (10 - 4) - 40)


def test_lost_demand_is_gone_and_late_demand_waits() -> None:
    """100 and 40 wanted with 70 hours: lost takes 70 and 40; late takes all, owes 30 and delivers 70 next month."""
    lost = plan_of(one_line({("A", "M"): [100, 40]}, {"unmet_demand": "lost"}, hours=70))
    assert lost.accepted[0, 0] == pytest.approx([70, 40])
    late = plan_of(one_line({("A", "M"): [100, 40]}, {"unmet_demand": "late", "late_penalty": 0.1}, hours=70))
    assert late.accepted[0, 0] == pytest.approx([100, 40])
    assert late.backlog[0, 0] == pytest.approx([30, 0])
    assert late.delivered[0, 0] == pytest.approx([70, 70])
    assert late.objective == pytest.approx(140 * 6 - 30 * 1.0)


def test_backlog_never_delivered_counts_as_lost() -> None:
    """With 60 hours a month 100 wanted in the only month cannot all be taken on: nothing is owed at the end."""
    plan = plan_of(one_line({("A", "M"): [100]}, {"unmet_demand": "late"}, hours=60))
    assert plan.accepted[0, 0, 0] == pytest.approx(60)
    assert plan.backlog[0, 0, 0] == pytest.approx(0)


def test_past_due_orders_are_delivered() -> None:
    """20 owed from last month and 90 wanted with 100 hours: all 20 go out, and 80 of the new demand."""
    orders = [{"order": "1", "item": "A", "market": "M", "quantity": 20}]
    plan = plan_of(one_line({("A", "M"): [90, 90]}, sales_orders=orders, hours=100))
    assert plan.opening_backlog[0, 0] == 20
    assert plan.delivered[0, 0].sum() == pytest.approx(200)
    assert plan.accepted[0, 0].sum() == pytest.approx(180)


def test_where_demand_is_lost_only_past_due_orders_stay_owed() -> None:
    """200 owed and delivered in January; of 200 wanted in February 50 can be made: the other 150 are gone.

    March would have the hours: only where unmet demand waits are they still owed and made then.
    """
    inputs = one_line(
        {("A", "M"): [0, 200, 100]},
        {"unmet_demand": "lost", "late_penalty": 0.01},
        hours=200,
        stock_policy=[{"location": "P", "item": "A", "maximum": 0}],
        resource_calendar=[
            {"resource": "Line", "period": "2026-02-01", "hours": 50},
            {"resource": "Line", "period": "2026-03-01", "hours": 250},
        ],
        sales_orders=[{"order": "1", "item": "A", "market": "M", "quantity": 200}],
    )
    model, base, demand, plan = solved(inputs)
    assert plan.backlog[0, 0] == pytest.approx([0, 0, 0])
    assert plan.accepted[0, 0] == pytest.approx([0, 50, 100])
    late = model.solve(apply(base, [Override(lever="unmet_demand", value=1)]), demand)
    assert late.backlog[0, 0] == pytest.approx([0, 150, 0])
    assert late.accepted[0, 0] == pytest.approx([0, 200, 100])


def test_make_lead_time_delays_output_and_is_work_in_progress() -> None:
    """Started in January, finished in February: January sells the opening 30 only; the 70 in work are owned."""
    operations = [{"operation": "make A", "location": "P", "item": "A", "unit_cost": 4, "lead_time": 1}]
    stock = [{"location": "P", "item": "A", "on_hand": 30}]
    plan = plan_of(one_line({("A", "M"): [50, 70]}, operations=operations, stock=stock))
    assert plan.accepted[0, 0, :2] == pytest.approx([30, 70])
    assert plan.level[0, 0] == pytest.approx(70)
    assert plan.in_transit[0, 0] == pytest.approx(70)
    assert plan.in_transit[0, 1] == pytest.approx(0)


def test_buying_cannot_arrive_before_its_lead_time() -> None:
    """Two months from order to receipt: the first two months see open orders only."""
    operations = [{"operation": "buy A", "location": "P", "kind": "buy", "item": "A", "unit_cost": 4, "lead_time": 2}]
    receipts = [{"order": "1", "location": "P", "item": "A", "due": "2026-02-20", "quantity": 15, "unit_cost": 5}]
    plan = plan_of(
        one_line({("A", "M"): [10, 20, 30]}, operations=operations, scheduled_receipts=receipts, routings=[])
    )
    assert plan.level[0, :3] == pytest.approx([0, 0, 30])
    assert plan.accepted[0, 0, :3] == pytest.approx([0, 15, 30])
    assert plan.receipts[0, 1] == 15


def sent_to_a_supplier(settings: Row | None = None) -> Inputs:
    """A is made outside in two months, at 3 each, from a C of 2 given to the supplier; 30 A are wanted in March."""
    return one_line(
        {("A", "M"): [0, 0, 30]},
        settings,
        items=[{"item": "A"}, {"item": "C", "kind": "component", "standard_cost": 2}],
        operations=[
            {"operation": "out A", "location": "P", "kind": "subcontract", "item": "A", "unit_cost": 3, "lead_time": 2},
            {"operation": "buy C", "location": "P", "kind": "buy", "item": "C", "unit_cost": 2},
        ],
        materials=[{"operation": "out A", "item": "C", "quantity": 1}],
        routings=[],
    )


def test_parts_leave_for_the_supplier_when_the_order_is_placed() -> None:
    """What comes back in March was ordered in January: its parts are bought in January and stay ours until March,
    tied up for two closings at 1 % of 2 each: 30 x 2 x 2 x 0.01 = 1.2. Z = 30 x (10 - 3 - 2) - 1.2."""
    inputs = sent_to_a_supplier({"cost_of_capital": 0.12})
    plan = plan_of(inputs)
    out, buy = 0, 1
    assert plan.level[out, :3] == pytest.approx([0, 0, 30])
    assert plan.level[buy, :3] == pytest.approx([30, 0, 0])
    assert plan.in_transit[1, :3] == pytest.approx([30, 30, 0])
    assert plan.stock[:, :3] == pytest.approx(0)
    assert plan.penalties["capital"][:3] == pytest.approx([0.6, 0.6, 0])
    assert plan.objective == pytest.approx(30 * (10 - 3 - 2) - 1.2)


def test_parts_at_the_supplier_count_towards_the_inventory_limit() -> None:
    """With 40 of money allowed in stock no more than 20 parts of 2 each can be sent out: 20 of 30 are served."""
    plan = plan_of(sent_to_a_supplier({"inventory_limit": 40}))
    assert plan.level[0, 2] == pytest.approx(20)
    assert plan.in_transit[1, :3] == pytest.approx([20, 20, 0])


@pytest.mark.parametrize(
    ("tables", "lever", "taken"),
    [
        ({"markets": [{"market": "N", "firm": True}]}, "firm_demand", [40, 20, 0]),
        (
            {
                "markets": [{"market": "N", "customer_group": "G"}],
                "group_terms": [{"customer_group": "G", "item": "A", "minimum": 30}],
            },
            "group_contract",
            [30, 15, 0],
        ),
    ],
)
def test_firm_demand_and_contracts_of_groups_can_be_turned(
    tables: dict[str, list[Row]], lever: str, taken: list[float]
) -> None:
    """N wants 40 at 3, made at 4: most profit serves what it has to. All, half and nothing of the claim is left."""
    prices = [{"item": "A", "market": "N", "list_price": 3}]
    model, base, demand, plan = solved(one_line({("A", "N"): [40]}, {"goal": "profit"}, **tables, prices=prices))
    plans = [plan, *(model.solve(apply(base, [Override(lever=lever, value=v)]), demand) for v in (-50, -100))]
    assert [float(one.accepted[0, 0, 0]) for one in plans] == pytest.approx(taken)
    assert [one.objective for one in plans] == pytest.approx([-units for units in taken])


def test_goods_on_a_lane_arrive_later() -> None:
    """A lane of one month: what January makes reaches the market in February and is in transit in between."""
    tables: dict[str, list[Row]] = {
        "markets": [{"market": "M", "served_from": None}],
        "lanes": [{"from": "P", "to": "M", "unit_cost": 1, "lead_time": 1}],
    }
    plan = plan_of(one_line({("A", "M"): [40, 60]}, **tables))
    assert plan.accepted[0, 0, :2] == pytest.approx([0, 60])
    assert plan.shipped[0, 0] == pytest.approx(60)
    assert plan.in_transit[0, :2] == pytest.approx([60, 0])
    assert plan.objective == pytest.approx(60 * (10 - 4 - 1) - plan.penalties["lost"].sum())


def test_most_profit_takes_the_better_contribution_per_hour() -> None:
    """A earns 6 in an hour, B 16 in four: 100 hours make all 60 A and 10 B."""
    inputs = one_line(
        {("A", "M"): [60], ("B", "M"): [30]},
        {"goal": "profit"},
        items=[{"item": "A"}, {"item": "B"}],
        prices=[{"item": "A", "list_price": 10}, {"item": "B", "list_price": 20}],
        operations=[
            {"operation": "make A", "location": "P", "item": "A", "unit_cost": 4},
            {"operation": "make B", "location": "P", "item": "B", "unit_cost": 4},
        ],
        routings=[
            {"operation": "make A", "resource": "Line", "hours": 1},
            {"operation": "make B", "resource": "Line", "hours": 4},
        ],
    )
    plan = plan_of(inputs)
    assert plan.accepted[:, 0, 0] == pytest.approx([60, 10])
    assert plan.objective == pytest.approx(60 * 6 + 10 * 16)


@pytest.mark.parametrize(("goal", "accepted", "short", "declined"), [("profit", 0, 0, 50), ("service", 50, 0, 0)])
def test_selling_at_a_loss_is_declined_for_profit_and_served_for_service(
    goal: str, accepted: float, short: float, declined: float
) -> None:
    """An item that costs 12 and sells for 10: most profit would not, service does."""
    operations = [{"operation": "make A", "location": "P", "item": "A", "unit_cost": 12}]
    plan = plan_of(one_line({("A", "M"): [50]}, {"goal": goal}, operations=operations))
    assert plan.accepted[0, 0, 0] == pytest.approx(accepted)
    assert plan.short[0, 0, 0] == pytest.approx(short)
    assert plan.declined[0, 0, 0] == pytest.approx(declined)


def test_profit_keeps_short_apart_from_declined() -> None:
    """100 wanted, 60 hours, a profitable item: the 40 that cannot be made are short, none is declined."""
    plan = plan_of(one_line({("A", "M"): [100]}, {"goal": "profit"}, hours=60))
    assert plan.short[0, 0, 0] == pytest.approx(40)
    assert plan.declined[0, 0, 0] == pytest.approx(0)


def test_overtime_then_renting_then_short() -> None:
    """100 hours, 10 % overtime at 2 and 5 rented hours at 3: 130 wanted uses them all and is 15 short."""
    line = [
        {
            "resource": "Line",
            "location": "P",
            "hours": 100,
            "overtime_limit": 0.1,
            "overtime_cost": 2,
            "extra_hours": 5,
            "extra_cost": 3,
            "hour_cost": 1,
        }
    ]
    plan = plan_of(one_line({("A", "M"): [130]}, resources=line))
    assert plan.load[0, 0] == pytest.approx(115)
    assert (plan.overtime[0, 0], plan.extra_hours[0, 0]) == pytest.approx((10, 5))
    lost = plan.penalties["lost"].sum()
    assert plan.objective == pytest.approx(115 * (10 - 4 - 1) - 10 * 2 - 5 * 3 - lost)
    assert lost == pytest.approx(15 * 2 * 10)


def test_subcontracting_fills_the_gap_up_to_its_limit() -> None:
    """130 wanted, 100 hours, 20 from outside at 9: the line is full, 20 come from outside, 10 are short."""
    operations = [
        {"operation": "make A", "location": "P", "item": "A", "unit_cost": 4},
        {"operation": "A out", "location": "P", "kind": "subcontract", "item": "A", "unit_cost": 9, "maximum": 20},
    ]
    routings = [{"operation": "make A", "resource": "Line", "hours": 1}]
    plan = plan_of(one_line({("A", "M"): [130]}, operations=operations, routings=routings))
    assert plan.level[:, 0] == pytest.approx([100, 20])
    assert plan.short.sum() == pytest.approx(10)


def test_setup_hours_are_paid_like_any_hour() -> None:
    """95 made in 100 hours of which 5 are set-up, at 10 an hour and 4 a unit, sold at 20: 1,900 - 380 - 1,000 = 520."""
    routings = [{"operation": "make A", "resource": "Line", "hours": 1, "setup_hours": 5}]
    operations = [{"operation": "make A", "location": "P", "item": "A", "unit_cost": 4, "maximum": 95}]
    resources = [{"resource": "Line", "location": "P", "hours": 100, "hour_cost": 10}]
    prices = [{"item": "A", "list_price": 20}]
    inputs = one_line(
        {("A", "M"): [95]}, {"lost_sales_penalty": 2}, operations=operations, routings=routings, resources=resources,
        prices=prices,
    )  # fmt: skip
    plan = plan_of(inputs)
    assert plan.load[0] == pytest.approx([100])
    assert plan.objective == pytest.approx(520)


def test_people_give_hours_and_are_paid_for_being_there() -> None:
    """No hours of its own, 2 heads of 40: 80 are made; wages of 2 x 100 are paid although demand is 50 in February."""
    tables: dict[str, list[Row]] = {
        "resources": [{"resource": "Line", "location": "P", "hours": 0}],
        "workforce": [
            {
                "pool": "crew",
                "resource": "Line",
                "head_count": 2,
                "hours_per_worker": 40,
                "wage": 100,
                "hire_cost": 1000,
                "layoff_cost": 1000,
            }
        ],
    }
    plan = plan_of(one_line({("A", "M"): [100, 50]}, {"goal": "profit"}, **tables))
    assert plan.heads[0] == pytest.approx([2, 2])
    assert plan.accepted[0, 0] == pytest.approx([80, 50])
    assert plan.available[0] == pytest.approx([80, 80])
    assert plan.objective == pytest.approx(130 * 6 - 400)


def test_capital_is_charged_on_stock_and_on_what_is_under_way() -> None:
    """12 % a year on 5 a unit: 30 kept through January cost 1.50, 20 in transit to February cost 1.00."""
    inputs = one_line(
        {("A", "M"): [0, 50]},
        {"cost_of_capital": 0.12},
        items=[{"item": "A", "standard_cost": 5}],
        stock=[{"location": "P", "item": "A", "on_hand": 30}],
        scheduled_receipts=[
            {"order": "1", "kind": "transit", "location": "P", "item": "A", "due": "2026-02-03", "quantity": 20}
        ],
    )
    plan = plan_of(inputs)
    assert plan.opening_in_transit[0] == 20
    assert plan.in_transit[0] == pytest.approx([20, 0])
    assert plan.penalties["capital"] == pytest.approx([2.5, 0])
    assert plan.objective == pytest.approx(50 * 10 - 2.5)


def test_operation_minimum_is_kept_although_nobody_wants_it() -> None:
    """A purchase contract of 30 a month is taken from the first month its lead time allows."""
    operations = [
        {
            "operation": "buy A",
            "location": "P",
            "kind": "buy",
            "item": "A",
            "unit_cost": 4,
            "minimum": 30,
            "lead_time": 1,
        }
    ]
    plan = plan_of(one_line({("A", "M"): [0, 10]}, operations=operations, routings=[]))
    assert plan.level[0, :3] == pytest.approx([0, 30, 30])


def test_storage_limits_what_is_built_ahead() -> None:
    """Room for 12 pallets of half a unit each: 24 units are built ahead of a peak of 150, 26 are short."""
    tables: dict[str, list[Row]] = {
        "locations": [{"location": "P", "storage_capacity": 12}],
        "stock_policy": [{"location": "P", "item": "A", "storage_units": 0.5}],
    }
    plan = plan_of(one_line({("A", "M"): [60, 150]}, **tables))
    assert plan.stock[0, 0] == pytest.approx(24)
    assert plan.short[0, 0] == pytest.approx([0, 26])


def test_materials_with_yield() -> None:
    """Yield 0.8: 40 sold take a level of 50 and 100 components at 2 each."""
    inputs = one_line(
        {("A", "M"): [40]},
        items=[{"item": "A"}, {"item": "C", "kind": "component"}],
        operations=[
            {"operation": "make A", "location": "P", "item": "A", "unit_cost": 1, "yield": 0.8},
            {"operation": "buy C", "location": "P", "kind": "buy", "item": "C", "unit_cost": 1},
        ],
        materials=[{"operation": "make A", "item": "C", "quantity": 2}],
        routings=[{"operation": "make A", "resource": "Line", "hours": 1}],
    )
    plan = plan_of(inputs)
    assert plan.level[:, 0] == pytest.approx([50, 100])
    assert plan.required_load[0, 0] == pytest.approx(50)


def test_required_load_may_exceed_what_is_available() -> None:
    """150 wanted in February need 150 hours then, although the plan never loads more than 100."""
    plan = plan_of(one_line({("A", "M"): [60, 150]}))
    assert plan.required_load[0] == pytest.approx([60, 150])
    assert plan.load[0] == pytest.approx([100, 100])


def test_a_company_without_supply_tables_buys_at_standard_cost() -> None:
    """No operations: all demand is served, bought when needed at the item's standard cost."""
    inputs = company(
        {"horizon": 2},
        items=[{"item": "A", "standard_cost": 6}],
        prices=[{"item": "A", "list_price": 10}],
        forecasts=[{"version": "f", "item": "A", "period": f"2026-0{m}-01", "quantity": 10 * m} for m in (1, 2)],
    )
    plan = plan_of(inputs)
    assert plan.accepted[0, 0] == pytest.approx([10, 20])
    assert plan.receipts[0] == pytest.approx([10, 20])
    assert plan.objective == pytest.approx(30 * 4)


@pytest.mark.parametrize("goal", ["service", "cost"])
def test_far_months_are_served_even_at_a_loss(goal: str) -> None:
    """An item sold at 10 that costs 12 is served in every month of two years by goals service and cost."""
    operations = [{"operation": "make A", "location": "P", "item": "A", "unit_cost": 12}]
    plan = plan_of(one_line({("A", "M"): [50.0] * 24}, {"goal": goal}, operations=operations))
    assert plan.accepted[0, 0] == pytest.approx([50] * 24)


def test_lowest_cost_states_cost_as_a_positive_number() -> None:
    """Goal cost: 50 units at 4 cost 200; revenue does not count."""
    plan = plan_of(one_line({("A", "M"): [50]}, {"goal": "cost"}))
    assert plan.objective == pytest.approx(200)
    assert np.allclose(plan.accepted[0, 0], 50)
