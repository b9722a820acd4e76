"""What holds for the plan of any company."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sop.domain.base import base_parameters
from sop.domain.inputs import Inputs
from sop.domain.plans import SolveStatus
from sop.domain.scenario import Override, apply
from sop.supply import SupplyModel
from tests.supply import recompute
from tests.supply.factory import demand_plan, forecast_of, solved
from tests.supply.random_company import companies

QUICK = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


@QUICK
@given(companies())
def test_goods_are_conserved(inputs: Inputs) -> None:
    """At every location and in every market, what comes in leaves, is kept, or is owed; nothing is negative."""
    _, base, _, plan = solved(inputs)
    gaps = recompute.node_imbalance(inputs, base, plan) | recompute.market_imbalance(inputs, base, plan)
    assert max(abs(gap) for gap in gaps.values()) < 1e-6
    for quantities in (plan.level, plan.stock, plan.shipped, plan.backlog, plan.delivered, plan.accepted):
        assert quantities.min(initial=0.0) > -1e-6


@QUICK
@given(companies())
def test_demand_is_accepted_short_or_declined(inputs: Inputs) -> None:
    """Planned demand = accepted + short + declined; other goals decline only at a market's own lost_cost."""
    model, _, demand, plan = solved(inputs)
    assert np.allclose(plan.accepted + plan.short + plan.declined, demand.planned, atol=1e-6)
    assert plan.short.min() >= 0
    assert plan.declined.min() >= 0
    if plan.goal != "profit":
        assert plan.declined[np.isnan(model.structure.terms.lost_cost)].max(initial=0.0) == 0


@QUICK
@given(companies())
def test_objective_is_revenue_less_spend_less_penalties(inputs: Inputs) -> None:
    """Z = booked revenue - spend at scenario rates - penalties, each worked out from quantities alone."""
    model, base, demand, _ = solved(inputs)
    turned = apply(base, [Override(lever="labour_rate", value=10), Override(lever="freight", value=-20)])
    plan = model.solve(turned, demand)
    revenue = float((turned["price"] * plan.accepted).sum()) if plan.goal != "cost" else 0.0
    penalties = sum(float(values.sum()) for values in plan.penalties.values())
    profit = revenue - recompute.spend(inputs, turned, plan) - penalties
    expected = -profit if plan.goal == "cost" else profit
    assert plan.objective == pytest.approx(expected, rel=1e-6, abs=1e-4)


@QUICK
@given(companies())
def test_limits_hold(inputs: Inputs) -> None:
    """An optimal plan keeps hours, supplier, storage, lane and stock limits; hours are those of the routings."""
    _, base, _, plan = solved(inputs)
    if plan.status is not SolveStatus.OPTIMAL:
        return
    total, net, close = inputs.horizon.total, plan.network, 1e-5
    for t in range(total):
        used = recompute.load(inputs, plan, "Line", t)
        extra = plan.overtime[0, t] + plan.extra_hours[0, t] + plan.pool_overtime[:, t].sum()
        assert used == pytest.approx(plan.load[0, t], abs=close)
        assert used <= plan.available[0, t] + extra + close
        assert plan.overtime[0, t] <= plan.overtime_limit[0, t] + close
        assert plan.level[3, t] <= base["supplier_limit"][0, t] + close
        at_dc = plan.stock[net.node_location == 1, t].sum()
        assert at_dc <= base["storage_capacity"][1, t] + close
        on_lane = plan.shipped[net.arc_lane == 0, t].sum()
        assert on_lane <= base["lane_capacity"][0, t] + close
    ceiling = base["stock_maximum"][net.node_location, net.node_item]
    assert (plan.stock <= ceiling + close).all()


@QUICK
@given(companies(unmet_demand="lost"))
def test_lost_demand_never_joins_the_backlog(inputs: Inputs) -> None:
    """Where unmet demand is lost, what is owed only ever falls from the opening backlog."""
    _, _, _, plan = solved(inputs)
    if plan.status is SolveStatus.OPTIMAL:
        assert np.diff(plan.backlog, axis=2, prepend=plan.opening_backlog[:, :, None]).max() < 1e-6


@QUICK
@given(companies(), st.integers(1, 30))
def test_more_capacity_never_lowers_the_objective(inputs: Inputs, percent: int) -> None:
    """Hours nobody has to use cannot make the plan worse."""
    model, base, demand, plan = solved(inputs)
    more = model.solve(apply(base, [Override(lever="capacity", value=percent)]), demand)
    if plan.status is SolveStatus.OPTIMAL:
        sign = -1.0 if plan.goal == "cost" else 1.0
        assert sign * (more.objective - plan.objective) >= -1e-6 * max(1.0, abs(plan.objective))


@QUICK
@given(companies(), st.sampled_from(["capacity", "price", "safety_days", "supplier_limit"]), st.integers(-10, 10))
def test_warm_equals_cold(inputs: Inputs, lever: str, value: int) -> None:
    """Restarting from Base's basis and from that of an idle company give the same objective to 1e-7 relative.

    Both models are Base's: the largest level of a set-up is a coefficient read from Base's hours.
    """
    model, base, demand, _ = solved(inputs)
    turned = apply(base, [Override(lever=lever, value=value)])
    warm = model.solve(turned, demand)
    cold = SupplyModel(inputs, base, demand_plan(np.zeros_like(demand.planned))).solve(turned, demand)
    assert warm.status is cold.status
    if warm.status is SolveStatus.OPTIMAL:
        assert warm.objective == pytest.approx(cold.objective, rel=1e-7, abs=1e-5)


@QUICK
@given(companies())
def test_same_scenario_same_plan_whatever_the_path(inputs: Inputs) -> None:
    """Two different histories of sliders end in exactly the same plan, variable by variable; so does a new model."""
    base = base_parameters(inputs)
    demand = forecast_of(inputs, base)
    wanted = apply(base, [Override(lever="capacity", value=-8), Override(lever="freight", value=15)])
    first, second = (SupplyModel(inputs, base, demand) for _ in range(2))
    first.solve(apply(base, [Override(lever="capacity", value=30)]), demand)
    for detour in ([Override(lever="goal", value=1)], [Override(lever="safety_days", value=12)], []):
        second.solve(apply(base, detour), demand)
    one, other = first.solve(wanted, demand), second.solve(wanted, demand)
    for name in ("level", "shipped", "stock", "accepted", "backlog", "overtime", "extra_hours", "heads", "short"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert one.objective == other.objective
