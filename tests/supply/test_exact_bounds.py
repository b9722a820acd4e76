"""Links between how much and whether at all: tight, but never so tight that they cut the best plan off."""

from __future__ import annotations

from typing import Any

import pytest

from sop.domain.inputs import Inputs
from sop.domain.plans import SolveStatus
from sop.domain.scenario import Override, apply
from tests.supply.factory import company, solved
from tests.supply.test_by_hand import forecast, one_line, plan_of

SIX = {("A", "M"): [10.0] * 6}
PERISHABLE = [{"item": "A", "shelf_life": 1, "standard_cost": 10}, {"item": "C", "kind": "component"}]


def exact(inputs: Inputs) -> float:
    """Objective of the exact plan, which must be proven best."""
    model, base, demand, _ = solved(inputs)
    plan = model.solve_whole(base, demand)
    assert plan.status is SolveStatus.OPTIMAL
    return plan.objective


def plant(demand: dict[tuple[str, str], list[float]] = SIX, **tables: Any) -> Inputs:
    """A plant that sells A at 100 and aims at profit; losing a unit costs 50."""
    settings = {"horizon": 6, "goal": "profit", **tables.pop("settings", {})}
    given = {
        "items": [{"item": "A", "standard_cost": 10}],
        "locations": [{"location": "P"}],
        "markets": [{"market": "M", "served_from": "P", "lost_cost": 50}],
        "prices": [{"item": "A", "list_price": 100}],
        "forecasts": forecast(demand),
    }
    return company(settings, **(given | tables))


def operation(name: str, kind: str, **columns: float | str) -> dict[str, Any]:
    """A row of operations: make or buy the item at the end of the name."""
    return {"operation": name, "location": "P", "kind": kind, "item": name.split()[1], **columns}


def test_an_order_is_as_large_as_its_supplier_asks_for() -> None:
    """60 are wanted, an order is 500 at 1 each and 5 for placing it: 6,000 - 505."""
    bought = [operation("buy A", "buy", unit_cost=1, setup_cost=5, supplier="S")]
    assert exact(plant(operations=bought, suppliers=[{"supplier": "S", "minimum_order": 500}])) == pytest.approx(5_495)


def test_levels_near_the_approved_plan_may_be_more_than_is_needed() -> None:
    """100 a month approved, 10 % less allowed: 90 made each month for 60 wanted in all: 6,000 - 540 - 6 x 5."""
    approved = [{"operation": "make A", "period": f"2026-0{month}-01", "level": 100} for month in range(1, 7)]
    inputs = plant(
        settings={"deviation_limit": 0.1},
        operations=[operation("make A", "make", unit_cost=1, setup_cost=5)],
        approved_levels=approved,
    )
    assert exact(inputs) == pytest.approx(5_430)


@pytest.mark.parametrize(("lot", "setup", "best"), [("minimum_lot", 1_000, 5_000), ("lot_size", 900, 4_800)])
def test_what_perishes_is_made_again_and_again_and_so_are_its_parts(lot: str, setup: int, best: int) -> None:
    """Lots of 100 keep for one more month, so three serve six months; parts for all of them come in one costly run:
    6,000 less one set-up (the second case: less 300 for the parts)."""
    part = operation("buy C", "buy", unit_cost=float(lot == "lot_size"), setup_cost=setup)
    inputs = plant(
        items=PERISHABLE,
        operations=[operation("make A", "make", unit_cost=0, **{lot: 100}), part],
        materials=[{"operation": "make A", "item": "C", "quantity": 1}],
    )
    assert exact(inputs) == pytest.approx(best)


def test_a_stock_that_perishes_is_filled_again_every_month() -> None:
    """100 to be kept of what lasts a month: 610 parts at 1 in one run of 900."""
    inputs = plant(
        items=PERISHABLE,
        operations=[operation("make A", "make"), operation("buy C", "buy", unit_cost=1, setup_cost=900)],
        materials=[{"operation": "make A", "item": "C", "quantity": 1}],
        stock_policy=[{"location": "P", "item": "A", "minimum": 100}],
    )
    assert exact(inputs) == pytest.approx(6_000 - 610 - 900)


@pytest.mark.parametrize("way", ["set-up", "lane", "order"])
def test_no_figure_of_ours_limits_what_goes_through(way: str) -> None:
    """Three million a month of something sold at 0.40 that costs 0.08: all of it is made, in shares and exactly."""
    made = {"unit_cost": 0.08, **({"setup_cost": 10} if way == "set-up" else {})}
    made |= {"supplier": "S"} if way == "order" else {}
    tables: dict[str, Any] = {"operations": [operation("buy A", "buy", **made)]}
    tables["markets"] = [{"market": "M", "served_from": "" if way == "lane" else "P"}]
    if way == "lane":
        tables |= {
            "lanes": [{"from": "P", "to": "M"}],
            "lane_limits": [{"from": "P", "to": "M", "fixed_cost": 10}],
        }
    if way == "order":
        tables |= {"suppliers": [{"supplier": "S", "minimum_order": 1000}]}
    inputs = plant({("A", "M"): [3e6] * 6}, prices=[{"item": "A", "list_price": 0.4}], **tables)
    model, base, demand, shares = solved(inputs)
    whole = model.solve_whole(base, demand)
    for plan in (shares, whole):
        assert plan.accepted.sum() == pytest.approx(18e6)
    cost = {"set-up": 10, "lane": 60, "order": 0}[way]
    assert whole.objective == pytest.approx(18e6 * 0.32 - cost, abs=0.5)
    assert shares.objective >= whole.objective - 1e-6


def test_a_lever_raises_what_may_be_made_outside() -> None:
    """50 may be made outside, 100 are wanted and nothing can be made inside: with 50 % more, 75."""
    outside = {"operation": "out A", "kind": "subcontract", "location": "P", "item": "A", "unit_cost": 5, "maximum": 50}
    inputs = one_line({("A", "M"): [100]}, operations=[outside], routings=[])
    model, base, demand, plan = solved(inputs)
    assert plan.level[0, 0] == pytest.approx(50)
    more = apply(base, [Override(lever="subcontract_limit", value=50)])
    assert model.solve(more, demand).level[0, 0] == pytest.approx(75)


def test_limits_for_the_end_hold_at_the_end_that_is_reported() -> None:
    """Goods take two months to the shop, so two months more are planned: 25 are left after the fourth month already."""
    inputs = company(
        {"horizon": 4, "goal": "profit"},
        items=[{"item": "A", "standard_cost": 10}],
        locations=[{"location": "P"}, {"location": "D"}],
        markets=[{"market": "M", "served_from": "D"}],
        prices=[{"item": "A", "list_price": 100}],
        operations=[{"operation": "make A", "location": "P", "item": "A", "unit_cost": 1, "maximum": 12}],
        lanes=[{"from": "P", "to": "D", "unit_cost": 1, "lead_time": 2}],
        stock=[{"location": "D", "item": "A", "on_hand": 40}],
        stock_policy=[{"location": "D", "item": "A", "closing_minimum": 25}],
        forecasts=forecast({("A", "M"): [10.0] * 6}),
    )
    plan = plan_of(inputs)
    assert inputs.horizon.ends == [3, 5]
    assert plan.stock[plan.network.node_location == 1, 3] >= 25 - 1e-6


def test_nobody_is_owed_at_the_end_that_is_reported() -> None:
    """90 wanted in the last month reported, 45 hours a month: what may not be owed is made before, tail or not."""
    inputs = one_line(
        {("A", "M"): [40.0] * 5 + [90.0, 20, 20, 20]},
        {"horizon": 6, "tail": 3, "unmet_demand": "late"},
        hours=45,
        markets=[{"market": "M", "closing_backlog": 0}],
    )
    plan = plan_of(inputs)
    assert plan.backlog[0, 0, 5] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("kind", ["stock", "lane"])
def test_a_minimum_where_nothing_ever_comes_is_named(kind: str) -> None:
    """30 to lie where no lane leads, 20 to leave from there: the plan says that it cannot be, and names the limit."""
    demand = {("A", "M"): [5.0] * 2}
    places = [{"location": "P"}, {"location": "D"}]
    tables: dict[str, Any] = {"locations": places}
    if kind == "stock":
        tables["stock_policy"] = [{"location": "D", "item": "A", "minimum": 30}]
    else:
        tables["lanes"] = [{"from": "D", "to": "P", "item": "A", "minimum": 20}]
    plan = solved(one_line(demand, **tables))[3]
    assert plan.status is SolveStatus.INFEASIBLE
    (conflict,) = plan.conflicts
    name = {"stock": "Least stock of A at D", "lane": "Lane minimum of D>P:A for A"}[kind]
    assert conflict.limit == f"{name} (2026-01 to 2026-02)"
    assert conflict.relaxation == pytest.approx({"stock": 30, "lane": 40}[kind])
