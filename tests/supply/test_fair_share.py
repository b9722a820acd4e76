"""Who gets what when there is not enough: contract, priority, quota, then fair share."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sop.domain.inputs import Inputs
from sop.domain.plans import SolveStatus
from tests.supply.factory import company, solved
from tests.supply.test_by_hand import forecast, one_line, plan_of

NAMES = ("M", "N", "O")


def test_markets_that_stand_alike_share_in_proportion() -> None:
    """100 hours for 80, 80 and 40 wanted: every market gets half."""
    demand = {("A", "M"): [80.0], ("A", "N"): [80.0], ("A", "O"): [40.0]}
    plan = plan_of(one_line(demand, markets=[{"market": name} for name in NAMES]))
    assert plan.accepted[0, :, 0] == pytest.approx([40, 40, 20])
    assert plan.short[0, :, 0] == pytest.approx([40, 40, 20])


def test_a_better_payer_of_the_same_rank_gets_no_more() -> None:
    """Goal service: 80 wanted at 12 and at 10 with 100 hours: 50 each; goal profit serves the better payer first."""
    prices = [{"item": "A", "market": "M", "list_price": 12}, {"item": "A", "market": "N", "list_price": 10}]
    markets = [{"market": "M"}, {"market": "N"}]
    demand = {("A", "M"): [80.0], ("A", "N"): [80.0]}
    plan = plan_of(one_line(demand, {"goal": "service"}, markets=markets, prices=prices))
    assert plan.accepted[0, :, 0] == pytest.approx([50, 50])
    greedy = plan_of(one_line(demand, {"goal": "profit"}, markets=markets, prices=prices))
    assert greedy.accepted[0, :, 0] == pytest.approx([80, 20])


def test_a_market_farther_away_gets_no_less() -> None:
    """Freight of 1 and of 3 from the same place: 50 of 80 each; Z counts both freights."""
    inputs = company(
        {"horizon": 1},
        items=[{"item": "A"}],
        locations=[{"location": "P"}],
        markets=[{"market": "M"}, {"market": "N"}],
        prices=[{"item": "A", "list_price": 10}],
        operations=[
            {"operation": "buy A", "kind": "buy", "location": "P", "item": "A", "unit_cost": 4, "maximum": 100}
        ],
        lanes=[{"from": "P", "to": "M", "unit_cost": 1}, {"from": "P", "to": "N", "unit_cost": 3}],
        forecasts=forecast({("A", "M"): [80], ("A", "N"): [80]}),
    )
    plan = plan_of(inputs)
    assert plan.accepted[0, :, 0] == pytest.approx([50, 50])
    assert plan.objective + plan.penalties["lost"].sum() == pytest.approx(50 * 5 + 50 * 3)


def test_contract_then_priority_then_quota_then_share() -> None:
    """100 hours. Priority 2 has a contract for 10. Of the 90 left priority 1 gets all: N its quota of 50 first, then M
    and N share 40 in proportion to what is still open, 80 and 30."""
    markets = [{"market": "M"}, {"market": "N"}, {"market": "O", "priority": 2}]
    demand = {("A", "M"): [80.0], ("A", "N"): [80.0], ("A", "O"): [80.0]}
    plan = plan_of(
        one_line(
            demand,
            markets=markets,
            contracts=[{"contract": "k", "market": "O", "item": "A", "minimum": 10}],
            market_terms=[{"market": "N", "item": "A", "quota": 50}],
        )
    )
    expected = [40 * 80 / 110, 50 + 40 * 30 / 110, 10]
    assert plan.accepted[0, :, 0] == pytest.approx(expected)


def test_a_group_of_customers_gets_its_quota_before_all_share() -> None:
    """100 hours for 80, 40 and 80 wanted. M and N are the retail group with a quota of 60, by their demand 40 and 20;
    the 40 left are shared by what is open, 40, 20 and 80: 40 x 40/140, 40 x 20/140, 40 x 80/140."""
    groups = {"M": "Retail", "N": "Retail", "O": "Trade"}
    plan = plan_of(
        one_line(
            {("A", "M"): [80.0], ("A", "N"): [40.0], ("A", "O"): [80.0]},
            markets=[{"market": name, "customer_group": group} for name, group in groups.items()],
            group_terms=[{"customer_group": "Retail", "quota": 60}],
        )
    )
    assert plan.accepted[0, :, 0] == pytest.approx([40 + 80 / 7, 20 + 40 / 7, 160 / 7])


def test_a_quota_of_one_market_is_part_of_its_groups() -> None:
    """N's own quota of 15 is part of the group's 60: the other 45 go by demand, 30 to M and 15 to N."""
    plan = plan_of(
        one_line(
            {("A", "M"): [80.0], ("A", "N"): [40.0], ("A", "O"): [80.0]},
            hours=60,
            markets=[
                {"market": "M", "customer_group": "Retail"},
                {"market": "N", "customer_group": "Retail"},
                {"market": "O", "customer_group": "Trade"},
            ],
            group_terms=[{"customer_group": "Retail", "item": "A", "quota": 60}],
            market_terms=[{"market": "N", "item": "A", "quota": 15}],
        )
    )
    assert plan.accepted[0, :, 0] == pytest.approx([30, 30, 0])


def test_the_contract_of_a_group_goes_before_priority() -> None:
    """100 hours, priority 1 wants 120. The trade group behind it has a contract for 30 over its two markets: it gets
    30, shared 20 and 10 by what they want; where it promises 130, 30 are too many and the group is named."""
    markets = [
        {"market": "M"},
        {"market": "N", "customer_group": "Trade", "priority": 2},
        {"market": "O", "customer_group": "Trade", "priority": 2},
    ]
    demand = {("A", "M"): [120.0], ("A", "N"): [100.0], ("A", "O"): [50.0]}
    terms = [{"customer_group": "Trade", "item": "A", "period": "2026-01-01", "minimum": 30}]
    plan = plan_of(one_line(demand, markets=markets, group_terms=terms))
    assert plan.accepted[0, :, 0] == pytest.approx([70, 20, 10])
    broken = solved(one_line(demand, markets=markets, group_terms=[terms[0] | {"minimum": 130}]))[3]
    (conflict,) = broken.conflicts
    assert conflict.limit == "Contract minimum of A for customer group Trade (2026-01) against hours of Line"
    assert conflict.relaxation == pytest.approx(30)


def test_what_waits_is_shared_as_well() -> None:
    """Late is allowed: 90 and 30 wanted with 60 hours a month: half of each waits, all is delivered in February."""
    plan = plan_of(
        one_line(
            {("A", "M"): [90.0, 0.0], ("A", "N"): [30.0, 0.0]},
            {"unmet_demand": "late"},
            hours=60,
            markets=[{"market": "M"}, {"market": "N"}],
        )
    )
    assert plan.backlog[0, :, 0] == pytest.approx([45, 15])
    assert plan.delivered[0, :, 1] == pytest.approx([45, 15])


def test_the_first_in_priority_is_delivered_first() -> None:
    """Late is allowed: with 60 hours the first market gets its 40 in January, the second waits for 20 of its 40."""
    plan = plan_of(
        one_line(
            {("A", "M"): [40.0, 0.0], ("A", "N"): [40.0, 0.0]},
            {"unmet_demand": "late"},
            hours=60,
            markets=[{"market": "M", "priority": 2}, {"market": "N", "priority": 1}],
            prices=[{"item": "A", "market": "M", "list_price": 11}, {"item": "A", "market": "N", "list_price": 10}],
        )
    )
    assert plan.backlog[0, :, 0] == pytest.approx([20, 0])


def test_what_a_market_would_not_pay_for_is_declined_not_short() -> None:
    """An item that costs 12, sells for 10 and may be lost at 1 is declined; where there are no hours it is short."""
    operations = [{"operation": "make A", "location": "P", "item": "A", "unit_cost": 12}]
    plan = plan_of(one_line({("A", "M"): [120]}, operations=operations, markets=[{"market": "M", "lost_cost": 1}]))
    assert plan.declined[0, 0, 0] == pytest.approx(100)
    assert plan.short[0, 0, 0] == pytest.approx(20)


@st.composite
def scarce(draw: st.DrawFn) -> Inputs:
    """Three markets of one priority, two of them with past-due orders, on a line that is too small."""
    amounts = st.integers(0, 90)
    demand = {("A", name): [float(draw(amounts)) for _ in range(4)] for name in NAMES}
    orders = [
        {"order": name, "item": "A", "market": name, "quantity": draw(st.integers(0, 40)), "price": 10}
        for name in NAMES[:2]
    ]
    chosen = {
        "unmet_demand": draw(st.sampled_from(["late", "lost"])),
        "goal": draw(st.sampled_from(["service", "cost"])),
    }
    return one_line(
        demand,
        chosen,
        hours=float(draw(st.integers(20, 120))),
        markets=[{"market": name} for name in NAMES],
        sales_orders=orders,
        stock=[{"location": "P", "item": "A", "on_hand": draw(st.integers(0, 100))}],
    )


@settings(max_examples=20, deadline=None)
@given(scarce())
def test_sharing_changes_neither_balances_nor_the_objective(inputs: Inputs) -> None:
    """Every market gets the same share of its demand in every month, and Z is the optimum the solver found."""
    model, base, demand, plan = solved(inputs)
    case = model.case(base, demand)
    vectors = model.vectors(case)
    raw = model.solver.solve(vectors)
    best = -float((vectors.cost * raw.values).sum() + vectors.constant)
    assert (-plan.objective if plan.goal == "cost" else plan.objective) == pytest.approx(best, rel=1e-7, abs=1e-4)
    wanted = demand.planned[0]
    share = np.divide(plan.accepted[0], wanted, out=np.full(wanted.shape, np.nan), where=wanted > 0)
    assert np.nanmax(np.nanmax(share, axis=0) - np.nanmin(share, axis=0), initial=0.0) < 1e-6
    assert plan.backlog.min() > -1e-9
    assert plan.delivered.min() > -1e-6
    assert plan.accepted[0].sum(axis=0) == pytest.approx(
        plan.delivered[0].sum(axis=0) + np.diff(plan.backlog[0].sum(axis=0), prepend=plan.opening_backlog.sum())
    )


def two_centres(settings: dict[str, object] | None = None, **tables: list[dict[str, object]]) -> Inputs:
    """100 units a month for M over one centre and N and O over another, which is dearer to reach."""
    given: dict[str, list[dict[str, object]]] = {
        "items": [{"item": "A"}],
        "locations": [{"location": name} for name in ("P", "D1", "D2")],
        "markets": [{"market": name} for name in NAMES],
        "prices": [{"item": "A", "list_price": 10}],
        "operations": [
            {"operation": "buy A", "kind": "buy", "location": "P", "item": "A", "unit_cost": 4, "maximum": 100}
        ],
        "lanes": [
            {"from": "P", "to": "D1", "unit_cost": 1},
            {"from": "P", "to": "D2", "unit_cost": 2},
            {"from": "D1", "to": "M", "unit_cost": 1},
            {"from": "D2", "to": "N", "unit_cost": 1},
            {"from": "D2", "to": "O", "unit_cost": 1},
        ],
        "forecasts": forecast({("A", "M"): [80, 90], ("A", "N"): [80, 70], ("A", "O"): [40, 40]}),
    }
    return company({"horizon": 2, **(settings or {})}, **(given | tables))


def test_markets_served_from_different_places_share_too() -> None:
    """Wanted are 80, 80 and 40 of 100, then 90, 70 and 40: half of it each, though one centre is nearer."""
    plan = plan_of(two_centres())
    assert pytest.approx(np.array([[40, 40, 20], [45, 35, 20]])) == plan.accepted[0].T


def test_an_exact_plan_shares_across_places_too() -> None:
    """With an order to be placed in full: half of what is wanted for everybody."""
    bought = {"operation": "buy A", "kind": "buy", "location": "P", "item": "A", "unit_cost": 4, "maximum": 100}
    model, base, demand, _ = solved(two_centres(operations=[bought | {"setup_cost": 7}]))
    plan = model.solve_whole(base, demand)
    assert plan.status is SolveStatus.OPTIMAL
    assert plan.runs[0] == pytest.approx([1, 1])
    assert plan.accepted[0, :, 0] == pytest.approx([40, 40, 20])


def test_who_cannot_be_reached_leaves_the_share_to_others() -> None:
    """The way to the second centre carries 30: N and O share these by what they want, M gets the other 70."""
    plan = plan_of(two_centres(lane_limits=[{"from": "P", "to": "D2", "capacity": 30}]))
    assert pytest.approx(np.array([[70, 20, 10], [70, 30 * 7 / 11, 30 * 4 / 11]])) == plan.accepted[0].T


def test_nobody_shares_what_pays_better_elsewhere_where_profit_is_the_goal() -> None:
    """Goal profit serves whoever is cheaper to reach first."""
    plan = plan_of(two_centres({"goal": "profit"}))
    assert plan.accepted[0, 0] == pytest.approx([80, 90])


def test_quota_and_priority_hold_across_places() -> None:
    """O has priority 1 and gets 40; of the 60 left N has a quota of 30, then both share by what is open: 80 and 50."""
    plan = plan_of(
        two_centres(
            markets=[
                {"market": "M", "priority": 2},
                {"market": "N", "priority": 2},
                {"market": "O", "priority": 1},
            ],
            market_terms=[{"market": "N", "item": "A", "quota": 30}],
        )
    )
    assert plan.accepted[0, :, 0] == pytest.approx([30 * 80 / 130, 30 + 30 * 50 / 130, 40])
