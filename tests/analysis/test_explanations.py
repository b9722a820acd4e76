"""Why the plan is as it is: every statement confirmed by planning again."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from sop.domain.inputs import Inputs, typed
from sop.domain.scenario import Override
from sop.workspace import Workspace
from tests.analysis.cases import promised_inputs, workspace_of
from tests.companies import small_company
from tests.workspaces import scenario, small_workspace

LESS = scenario("Less", Override(lever="capacity", value=-20))


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    """The small company."""
    return small_workspace()


def test_what_is_short_names_the_way_and_the_limit(workspace: Workspace) -> None:
    """300 toasters for DACH wait for the line, which is full January to May; with enough hours all are served."""
    found = [one for one in workspace.explanations(LESS, "horizon") if one.kind == "short"]
    toasters = next(one for one in found if one.subject.startswith("Toaster"))
    assert toasters.amount == pytest.approx(300.0)
    assert toasters.worth == pytest.approx(300 * 30)
    assert toasters.cause == "hours of Line"
    assert toasters.text == (
        "300 Toaster short in DACH (9.00k): DACH ← Plant ← Line, full Jan-May. "
        "With more hours of Line 100 % of it would be served."
    )


def test_who_else_uses_the_bottleneck_and_what_an_hour_earns(workspace: Workspace) -> None:
    """A toaster earns 18 in 0.16 h, a kettle 25 in 0.2 h: 112.5 and 125 an hour; the hours are those in the plan."""
    one = next(one for one in workspace.explanations(LESS, "horizon") if one.kind == "short")
    assert [user.item for user in one.users] == ["Toaster", "Kettle"]
    assert [user.per_hour for user in one.users] == pytest.approx([112.5, 125.0])
    load = float(workspace.plan(LESS).supply.load.sum())
    assert sum(user.hours for user in one.users) == pytest.approx(load)


def test_one_more_hour_is_worth_the_kettles_it_makes(workspace: Workspace) -> None:
    """In May an hour makes 5 kettles that are sold at 25 more than they cost: 125. One per cent of 160 hours is 1.6,
    and 0.16 of overtime: 1.76 x 125 less 0.16 x 20 is 216.8.
    """
    found = {one.bucket: one for one in workspace.bottlenecks(LESS, "horizon")}
    assert found[4].per_hour == pytest.approx(125.0)
    assert found[4].gains[0].money == pytest.approx(216.8)
    assert found[4].confirmed
    assert found[4].text.startswith("One more hour on Line in May is worth 125, up to ")
    assert "; 1 % more (1.60 h) brings 217 of EBITDA" in found[4].text


def test_how_far_more_hours_pay_is_told(workspace: Workspace) -> None:
    """The last step named still brings half per hour of what the first did, and the plan with it says so itself."""
    found = {one.bucket: one for one in workspace.bottlenecks(LESS, "horizon")}[4]
    first, last = found.gains[0], found.gains[-1]
    assert last.percent > 1.0
    more = Override(lever="capacity", value=last.percent, operation="add", first="2026-05", last="2026-05")
    turned = LESS.model_copy(update={"overrides": (*LESS.overrides, more)})
    before, after = (workspace.plan(one).finance.lines["ebitda"].sum() for one in (LESS, turned))
    assert last.money == pytest.approx(after - before)
    assert last.money >= first.money * (1 + 0.5 * (last.percent - 1)) - 1e-6


def test_where_nothing_binds_there_is_nothing_to_explain(workspace: Workspace) -> None:
    """Base serves everything with overtime to spare: no hour is worth money, nothing is short."""
    assert [one for one in workspace.explanations("base", "horizon") if one.kind == "short"] == []


def test_stock_made_ahead_is_what_a_free_line_would_not_make(workspace: Workspace) -> None:
    """With May at 80 % stock is made before: as much of it is early as a plan with 30 points more in May leaves out."""
    asked = scenario("Spring", Override(lever="capacity", value=-20, first="2026-05", last="2026-05"))
    eased = scenario("Eased", Override(lever="capacity", value=10, first="2026-05", last="2026-05"))
    early = {one.subject: one for one in workspace.explanations(asked, "horizon") if one.kind == "early"}
    plan, free = (workspace.plan(one).supply for one in (asked, eased))
    spared = (plan.stock - free.stock)[:, 3]
    nodes = dict(zip(plan.network.node_item.tolist(), spared.tolist(), strict=True))
    labels = workspace.planner.base.labels("item")
    assert early
    for name, one in early.items():
        assert one.amount == pytest.approx(nodes[labels.index(name)])
        assert one.cause == "hours of Line"


def test_what_a_contract_costs_is_what_dropping_it_brings() -> None:
    """The figure shown is the change of EBITDA of the plan made without it."""
    promised = workspace_of(promised_inputs())
    asked = scenario("Less", Override(lever="capacity", value=-30))
    told = {one.subject: one for one in promised.explanations(asked, "horizon") if one.kind == "contract"}
    assert set(told) == {"The contract minimum for Kettle in UK", "The contract minimum for Kettle in DACH"}
    drop = Override(lever="contract_minimum", value=-100, scope="item=Kettle,market=DACH")
    without = promised.plan(scenario("Without", *asked.overrides, drop))
    gain = promised.kpis(without, "horizon").ebitda - promised.kpis(promised.plan(asked), "horizon").ebitda
    assert told["The contract minimum for Kettle in DACH"].worth == pytest.approx(gain)


def test_a_plan_that_cannot_be_explains_nothing() -> None:
    """Its conflicts do."""
    promised = workspace_of(promised_inputs())
    asked = scenario("Standstill", Override(lever="downtime", value=120))
    assert promised.explanations(asked, "horizon") == []
    assert promised.bottlenecks(asked, "horizon") == []


def company(**tables: dict[str, list[Any]]) -> Workspace:
    """The small company with other tables."""
    return workspace_of(Inputs.of(small_company() | {n: typed(n, pd.DataFrame(rows)) for n, rows in tables.items()}))


def test_safety_stock_in_units_costs_what_dropping_it_saves() -> None:
    """50 kettles kept at 0.1 a month: 25 of storage over five months; the last one, with nothing asked for at the end,
    sells them. The line has hours to spare."""
    policy = {"location": ["Plant", "Plant"], "item": ["Kettle", "Toaster"], "holding_cost": [0.1] * 2}
    line = {"resource": ["Line"], "location": ["Plant"], "hours": [400.0]}
    told = company(stock_policy=policy | {"safety_stock": [50.0, 0.0]}, resources=line).explanations("base", "horizon")
    (safety,) = (one for one in told if one.kind == "safety")
    assert safety.subject == "Safety stock of Kettles"
    assert safety.worth == pytest.approx(50 * 0.1 * 5)


def test_every_contract_that_holds_is_told_and_no_other() -> None:
    """500 kettles for six markets of 100. M6 comes before the others by priority, so the contracts of 90 hold for M1 to
    M5: five are told. One of 10 for M6, which gets 50, costs nothing and is not."""
    names = [f"M{number}" for number in range(1, 7)]
    kettles = company(
        items={"item": ["Kettle"], "family": ["Kettles"]},
        markets={"market": names, "priority": [2] * 5 + [1], "served_from": ["Plant"] * 6},
        forecasts={
            "version": ["plan"] * 36,
            "item": ["Kettle"] * 36,
            "market": names * 6,
            "period": [f"2026-{month:02d}-01" for month in range(1, 7) for _ in names],
            "quantity": [100.0] * 36,
        },
        prices={"item": ["Kettle"], "list_price": [40.0]},
        operations={"operation": ["make"], "location": ["Plant"], "item": ["Kettle"], "unit_cost": [15.0]},
        routings={"operation": ["make"], "resource": ["Line"], "hours": [0.2]},
        resources={"resource": ["Line"], "location": ["Plant"], "hours": [100.0]},
        stock_policy={"location": ["Plant"], "maximum": [0.0]},
        stock={"location": [], "item": [], "on_hand": []},
        contracts={"contract": names, "market": names, "item": ["Kettle"] * 6, "minimum": [90.0] * 5 + [10.0]},
    )
    told = [one.subject for one in kettles.explanations("base", "horizon") if one.kind == "contract"]
    assert sorted(told) == [f"The contract minimum for Kettle in {name}" for name in names[:5]]


def test_what_firm_demand_and_contracts_of_groups_cost_is_told() -> None:
    """DACH is firm, and retailers in the UK have a contract for 80 toasters: toasters, which earn less an hour than
    kettles, take hours kettles would have. The figure is the change of EBITDA of the plan made without the claim."""
    firm = small_company()["markets"].assign(firm=[False, True], customer_group=["Retail", "Trade"])
    tables = small_company() | {
        "markets": firm,
        "group_terms": typed(
            "group_terms", pd.DataFrame({"customer_group": ["Retail"], "item": ["Toaster"], "minimum": [80.0]})
        ),
        "resources": typed("resources", pd.DataFrame({"resource": ["Line"], "location": ["Plant"], "hours": [200.0]})),
    }
    kept = workspace_of(Inputs.of(tables))
    asked = scenario("Profit", Override(lever="goal", value=1), Override(lever="capacity", value=-30))
    told = {one.subject: one for one in kept.explanations(asked, "horizon") if one.kind == "contract"}
    drops = {
        "Having to serve all that DACH wants": Override(lever="firm_demand", value=-100, scope="market=DACH"),
        "The contract minimum for Toaster with customer groups": Override(
            lever="group_contract", value=-100, scope="item=Toaster"
        ),
    }
    assert set(told) == set(drops)
    before = kept.kpis(kept.plan(asked), "horizon").ebitda
    for subject, drop in drops.items():
        without = kept.plan(scenario("Without", *asked.overrides, drop))
        assert told[subject].worth == pytest.approx(kept.kpis(without, "horizon").ebitda - before)
        assert told[subject].worth > 0


def test_what_is_bought_because_the_line_is_full_is_told() -> None:
    """100 hours: 40 for toasters, 60 for 300 kettles of 500 (1,000 in May; January 440); the rest is bought at 20. With
    30 hours more 150 fewer are bought a month, in January the 140 bought: 140 + 5 x 150 = 890, for 17,800."""
    told = company(
        operations={
            "operation": ["make kettle", "make toaster", "buy kettle"],
            "location": ["Plant"] * 3,
            "kind": ["make", "make", "buy"],
            "item": ["Kettle", "Toaster", "Kettle"],
            "unit_cost": [15.0, 12.0, 20.0],
        },
        resources={"resource": ["Line"], "location": ["Plant"], "hours": [100.0]},
        stock_policy={"location": ["Plant"], "maximum": [0.0]},
    ).explanations("base", "horizon")
    (bought,) = (one for one in told if one.kind == "outside")
    assert bought.text == "890 Kettle (17.8k) bought because Line is full Jan-Jun."


def test_what_waits_for_people_is_told() -> None:
    """Ten people of 10 hours each are all the line has: 100 of the 140 hours needed (240 in May)."""
    told = company(
        resources={"resource": ["Line"], "location": ["Plant"], "hours": [0.0]},
        workforce={
            "pool": ["Crew"],
            "resource": ["Line"],
            "head_count": [10.0],
            "hours_per_worker": [10.0],
            "maximum": [10.0],
        },
        stock_policy={"location": ["Plant"], "maximum": [0.0]},
    ).explanations("base", "horizon")
    short = [one for one in told if one.kind == "short"]
    assert short
    assert {one.cause for one in short} == {"heads in Crew"}
    assert "← Crew, at its limit Jan-Jun. With more heads in Crew 100 % of it" in short[0].text
