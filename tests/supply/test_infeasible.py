"""Hard limits that collide are an answer: named, with the least relaxation that would do."""

from __future__ import annotations

import numpy as np
import pytest

from sop.domain.plans import SolveStatus
from sop.domain.scenario import Override, apply
from tests.supply.factory import company, solved
from tests.supply.test_by_hand import Row, one_line


def test_firm_demand_beyond_capacity_is_named_with_its_least_relaxation() -> None:
    """90, 150 and 80 firm with 100 hours a month: 10 can be built ahead, 40 in February cannot be kept."""
    inputs = one_line({("A", "M"): [90, 150, 80]}, markets=[{"market": "M", "firm": True}])
    model, base, demand, plan = solved(inputs)
    assert plan.status is SolveStatus.INFEASIBLE
    (conflict,) = plan.conflicts
    assert conflict.limit == "Firm demand of A in M (2026-02) against hours of Line"
    assert (conflict.relaxation, conflict.unit) == (pytest.approx(40), "units")
    assert plan.accepted[0, 0] == pytest.approx([90, 110, 80])
    enough = model.solve(apply(base, [Override(lever="capacity", value=30)]), demand)
    assert (enough.status, enough.conflicts) == (SolveStatus.OPTIMAL, ())


def test_opening_stock_above_the_ceiling_is_named() -> None:
    """50 on hand, at most 20 may be kept, 10 a month wanted: 20 and 10 too much at the first two closings."""
    tables: dict[str, list[Row]] = {
        "stock": [{"location": "P", "item": "A", "on_hand": 50}],
        "stock_policy": [{"location": "P", "item": "A", "maximum": 20}],
    }
    plan = solved(one_line({("A", "M"): [10, 10, 10]}, **tables))[3]
    (conflict,) = plan.conflicts
    assert conflict.limit == "Most stock of A at P (2026-01 to 2026-02)"
    assert conflict.relaxation == pytest.approx(20)
    assert plan.stock[0] == pytest.approx([40, 30, 20])


def test_floor_above_ceiling_is_named() -> None:
    """At least 30 and at most 20 in stock: the floor would have to give way by 10."""
    tables: dict[str, list[Row]] = {"stock_policy": [{"location": "P", "item": "A", "minimum": 30, "maximum": 20}]}
    plan = solved(one_line({("A", "M"): [10, 10]}, **tables))[3]
    (conflict,) = plan.conflicts
    assert conflict.limit == "Least stock of A at P (2026-01 to 2026-02)"
    assert conflict.relaxation == pytest.approx(10)
    assert plan.stock[0] == pytest.approx([20, 20])


def test_head_count_band_against_firm_demand() -> None:
    """At most 2 heads of 40 hours against 120 firm: half a firm promise or one head more; one head is the less."""
    tables: dict[str, list[Row]] = {
        "resources": [{"resource": "Line", "location": "P", "hours": 0}],
        "workforce": [
            {"pool": "crew", "resource": "Line", "head_count": 2, "hours_per_worker": 40, "wage": 100, "maximum": 2}
        ],
    }
    plan = solved(one_line({("A", "M"): [120]}, markets=[{"market": "M", "firm": True}], **tables))[3]
    (conflict,) = plan.conflicts
    assert conflict.limit.startswith("Most heads of crew (2026-01)")
    assert (conflict.relaxation, conflict.unit) == (pytest.approx(1), "heads")


def test_contract_that_no_supplier_can_keep() -> None:
    """A contract for 50 against a supplier limit of 30 is 20 too much, and says whose limit it is."""
    inputs = company(
        {"horizon": 1},
        items=[{"item": "A"}],
        locations=[{"location": "P"}],
        markets=[{"market": "M"}],
        prices=[{"item": "A", "list_price": 10}],
        forecasts=[{"version": "f", "item": "A", "period": "2026-01-01", "quantity": 60}],
        suppliers=[{"supplier": "S", "capacity": 30}],
        operations=[{"operation": "buy", "location": "P", "kind": "buy", "item": "A", "unit_cost": 4, "supplier": "S"}],
        contracts=[{"contract": "k", "market": "M", "item": "A", "minimum": 50}],
    )
    plan = solved(inputs)[3]
    (conflict,) = plan.conflicts
    assert conflict.limit == "Contract minimum of A in M (2026-01) against limit of S"
    assert conflict.relaxation == pytest.approx(20)
    assert np.isfinite(plan.objective)


def test_an_infeasible_scenario_does_not_disturb_the_next() -> None:
    """After a scenario that cannot be, Base gives exactly the plan it gave before."""
    inputs = one_line({("A", "M"): [90, 80, 100]}, markets=[{"market": "M", "firm": True}])
    model, base, demand, before = solved(inputs)
    broken = model.solve(apply(base, [Override(lever="capacity", value=-40)]), demand)
    assert broken.status is SolveStatus.INFEASIBLE
    after = model.solve(base, demand)
    assert np.array_equal(before.level, after.level)
    assert before.objective == after.objective


def test_past_due_orders_stay_owed_when_promises_give_way() -> None:
    """Nothing can be made: 20 firm are given up, and 16 owed from before are owed to the end, not taken back."""
    inputs = one_line(
        {("A", "M"): [20, 0]},
        hours=0,
        markets=[{"market": "M", "firm": True}],
        sales_orders=[{"order": "1", "item": "A", "market": "M", "quantity": 16}],
    )
    plan = solved(inputs)[3]
    assert plan.status is SolveStatus.INFEASIBLE
    assert plan.accepted.sum() == pytest.approx(0)
    assert plan.backlog[0, 0] == pytest.approx([16, 16])


def test_a_past_due_order_nobody_can_deliver_stays_owed_beyond_its_limit() -> None:
    """One unit owed, nothing can be made, nothing may be owed at the end: that limit gives way, the order is not taken
    back."""
    inputs = one_line(
        {("A", "M"): [0, 0]},
        hours=0,
        markets=[{"market": "M", "firm": True}],
        sales_orders=[{"order": "1", "item": "A", "market": "M", "quantity": 1}],
    )
    plan = solved(inputs)[3]
    (conflict,) = plan.conflicts
    assert conflict.limit.startswith("Backlog limit of A in M")
    assert conflict.relaxation == pytest.approx(1)
    assert plan.accepted.min() >= 0
    assert plan.backlog[0, 0] == pytest.approx([1, 1])


def test_what_a_head_count_collides_with_is_named() -> None:
    """At most 2 heads of 40 hours, 100 promised, 20 to be kept in stock: 40 hours are missing, one head; both the
    promise and the stock are in the way."""
    tables: dict[str, list[Row]] = {
        "resources": [{"resource": "Line", "location": "P", "hours": 0}],
        "workforce": [
            {"pool": "crew", "resource": "Line", "head_count": 2, "hours_per_worker": 40, "wage": 100, "maximum": 2}
        ],
        "contracts": [{"contract": "k", "market": "M", "item": "A", "minimum": 100}],
        "stock_policy": [{"location": "P", "item": "A", "minimum": 20}],
    }
    (conflict,) = solved(one_line({("A", "M"): [100]}, **tables))[3].conflicts
    assert conflict.limit == (
        "Most heads of crew (2026-01) against hours of Line, contract minimum of A in M, least stock of A at P"
    )
    assert conflict.relaxation == pytest.approx(1)


def test_hours_that_may_not_idle_are_named_when_nothing_can_use_them() -> None:
    """30 hours that must be used, no more than 10 units of stock and none wanted: 20 hours have to idle."""
    line = [{"resource": "Line", "location": "P", "hours": 30, "no_idle": True}]
    policy = [{"location": "P", "item": "A", "maximum": 10}]
    plan = solved(one_line({("A", "M"): [0]}, resources=line, stock_policy=policy))[3]
    assert any(conflict.limit.startswith("No idle hours on Line") for conflict in plan.conflicts) or any(
        conflict.limit.startswith("Most stock of A") for conflict in plan.conflicts
    )
    assert sum(conflict.relaxation for conflict in plan.conflicts) == pytest.approx(20)


def test_no_limit_is_said_to_collide_with_itself() -> None:
    """Hours that may not idle but have to, and a warehouse for 30 with 50 in it that nobody wants: what gives way is
    not named as what it runs against."""
    line = [{"resource": "Line", "location": "P", "hours": 30, "no_idle": True}]
    policy = [{"location": "P", "item": "A", "maximum": 0}]
    plan = solved(one_line({("A", "M"): [0]}, resources=line, stock_policy=policy))[3]
    limits = {conflict.limit: conflict.relaxation for conflict in plan.conflicts}
    assert sum(limits.values()) == pytest.approx(30)
    assert not [limit for limit in limits if limit.startswith("No idle hours on Line") and "against hours of" in limit]
    full = [{"location": "P", "storage_capacity": 30}]
    stock = [{"location": "P", "item": "A", "on_hand": 50}]
    (conflict,) = solved(one_line({("A", "M"): [0]}, locations=full, stock=stock))[3].conflicts
    assert conflict.limit == "Storage capacity of P (2026-01)"
    assert conflict.relaxation == pytest.approx(20)


def test_what_only_collides_in_whole_heads_is_named() -> None:
    """33 hours a month of firm work, 10 by a head, 3.5 heads at most: fractions do, whole heads lack half a head."""
    inputs = one_line(
        {("A", "M"): [33, 33]},
        hours=0,
        markets=[{"market": "M", "firm": True}],
        workforce=[
            {"pool": "Crew", "resource": "Line", "head_count": 3, "hours_per_worker": 10, "maximum": 3.5, "whole": True}
        ],
    )
    model, base, demand, shares = solved(inputs)
    assert shares.status is SolveStatus.OPTIMAL
    plan = model.solve_whole(base, demand)
    assert plan.status is SolveStatus.INFEASIBLE
    (conflict,) = plan.conflicts
    assert conflict.limit.startswith("Most heads of Crew")
    assert (conflict.relaxation, conflict.unit) == (pytest.approx(0.5), "heads")


def test_what_only_collides_with_full_set_ups_is_named() -> None:
    """50 hours, 10 of them for setting up: 40 of 45 promised can be made, in shares of a set-up all."""
    line = [{"operation": "make A", "resource": "Line", "hours": 1, "setup_hours": 10}]
    inputs = one_line({("A", "M"): [45, 45]}, hours=50, markets=[{"market": "M", "firm": True}], routings=line)
    model, base, demand, shares = solved(inputs)
    assert shares.status is SolveStatus.OPTIMAL
    (conflict,) = model.solve_whole(base, demand).conflicts
    assert conflict.limit.startswith("Firm demand of A in M")
    assert (conflict.relaxation, conflict.unit) == (pytest.approx(10), "units")
