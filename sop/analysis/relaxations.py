"""When hard limits collide: turns of levers that give way just as far as the least relaxation asks for.

The plan of an infeasible scenario is the best one with limits relaxed as little as possible. Where it breaks a limit,
the limit is turned to what the plan does there, so that the same plan keeps it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil

import numpy as np
from pydantic import ValidationError

from sop.analysis.actions.action import added
from sop.analysis.applying import applied
from sop.analysis.wording import bucket_ranges, units
from sop.domain.errors import ScenarioError
from sop.domain.inputs import Inputs
from sop.domain.levers import LEVERS
from sop.domain.parameters import Array, Parameters
from sop.domain.plans import PlanResult, SolveStatus
from sop.domain.scenario import ALL, Override, Scenario

_DUST = 1e-6
_AT_ONCE = ("heads", "storage units", "money")
"""Units of what gives way by its worst bucket; of all others the buckets add up."""
_STEPS = 1e4  # turns are rounded up to a ten-thousandth of their unit: enough for the solver's own tolerance

Solve = Callable[[Scenario], PlanResult]


@dataclass(frozen=True)
class Relaxation:
    """One limit that gives way: what that means in words, by how much, and the turns that do it (none where no lever
    reaches that far). ``confirmed``: with all turns of the list applied the plan can be carried out."""

    title: str
    amount: float
    unit: str
    overrides: tuple[Override, ...]
    confirmed: bool = False


@dataclass(frozen=True, eq=False)
class _Broken:
    """A limit broken by ``by`` [T] units in some buckets. ``base`` [T] is Base's limit where the lever is a percentage;
    ``sign`` +1 where it has to rise, -1 where it has to fall."""

    title: str
    unit: str
    lever: str
    scope: str
    by: Array
    sign: float
    base: Array | None = None


def relaxations(inputs: Inputs, base: Parameters, solve: Solve, scenario: Scenario) -> list[Relaxation]:
    """What to give way in so that a scenario can be planned, most first; empty where it can be already.

    ``base`` are Base's parameters. Apply all of them together: each is needed beside the others.
    """
    result = solve(scenario)
    if result.supply.status is not SolveStatus.INFEASIBLE:
        return []
    broken = sorted(_broken(inputs, base, result), key=lambda one: -float(one.by.sum()))
    found = [_relaxation(result, one) for one in broken]
    confirmed = _is_feasible(solve, scenario, [turn for one in found for turn in one.overrides])
    return [Relaxation(one.title, one.amount, one.unit, one.overrides, confirmed) for one in found]


def _is_feasible(solve: Solve, scenario: Scenario, turns: list[Override]) -> bool:
    try:
        return solve(applied(scenario, turns)).supply.status is SolveStatus.OPTIMAL
    except (ScenarioError, ValidationError):
        return False


def _relaxation(result: PlanResult, broken: _Broken) -> Relaxation:
    buckets = np.flatnonzero(broken.by > _DUST).tolist()
    amount = float(broken.by.max() if broken.unit in _AT_ONCE else broken.by.sum())
    title = f"{broken.title} ({bucket_ranges(result.horizon, buckets)}): {units(amount)} {broken.unit}"
    try:
        turns = tuple(_turns(result, broken, buckets))
    except ValidationError:
        turns = ()
    return Relaxation(title, amount, broken.unit, turns)


def _turns(result: PlanResult, broken: _Broken, buckets: list[int]) -> Iterator[Override]:
    """One turn for every run of buckets that need the same."""
    needed = broken.by if broken.base is None else 100.0 * broken.by / np.where(broken.base > 0, broken.base, np.nan)
    values = {at: ceil(float(needed[at]) * _STEPS + 1) / _STEPS for at in buckets if np.isfinite(needed[at])}
    start: int | None = None
    for at in sorted(values):
        start = at if start is None else start
        if values.get(at + 1) != values[at]:
            turn = added(
                result.horizon, broken.lever, broken.sign * _within(broken, values[at]), broken.scope, (start, at)
            )
            yield turn.model_copy(update={"reason": "Hard limits collide."})
            start = None


def _within(broken: _Broken, value: float) -> float:
    """No further down than to nothing: rounding must not ask for more than 100 %."""
    return min(value, 100.0) if broken.sign < 0 and LEVERS[broken.lever].scale == "percent" else value


def _broken(inputs: Inputs, base: Parameters, result: PlanResult) -> Iterator[_Broken]:
    for kind in (_promises, _operations, _lanes, _heads, _stock, _storage, _corridors, _in_money):
        yield from (one for one in kind(inputs, base, result) if (one.by > _DUST).any())


def _promises(inputs: Inputs, base: Parameters, result: PlanResult) -> Iterator[_Broken]:
    """Contract minimums, and demand of firm markets."""
    parameters, supply, wanted = result.parameters, result.supply, np.maximum(result.demand.planned, 0.0)
    firm = inputs["markets"]["firm"].to_numpy(dtype=bool)
    contract = np.minimum(parameters["contract_minimum"], wanted)
    for item, market in np.argwhere((wanted - supply.accepted).max(axis=2) > _DUST):
        product, customer = parameters.labels("item")[item], parameters.labels("market")[market]
        scope, cell = f"item={product},market={customer}", (item, market)
        if firm[market]:
            by = np.maximum(wanted[cell] - supply.accepted[cell], 0.0)
            yield _Broken(f"Firm demand of {product} in {customer}", "units", "planner_units", scope, by, -1.0)
            continue
        by = np.where(contract[cell] - supply.accepted[cell] > _DUST, parameters["contract_minimum"][cell], 0.0)
        by = np.maximum(by - supply.accepted[cell] * (by > 0), 0.0)
        title = f"Contract minimum of {product} in {customer}"
        yield _Broken(title, "units", "contract_minimum", scope, by, -1.0, base["contract_minimum"][cell])


def _operations(inputs: Inputs, base: Parameters, result: PlanResult) -> Iterator[_Broken]:
    labels, least = result.parameters.labels("operation"), result.parameters["operation_minimum"]
    lead = np.ceil(inputs["operations"]["lead_time"].to_numpy(dtype=np.float64))
    is_make = (inputs["operations"]["kind"] == "make").to_numpy(dtype=bool)
    too_early = (np.arange(least.shape[1]) < lead[:, None]) & ~is_make[:, None]
    for row, name in enumerate(labels):
        by = np.where(too_early[row], 0.0, np.maximum(least[row] - result.supply.level[row], 0.0))
        own = base["operation_minimum"][row]
        yield _Broken(f"Minimum of {name}", "units", "operation_minimum", f"operation={name}", by, -1.0, own)


def _lanes(_: Inputs, base: Parameters, result: PlanResult) -> Iterator[_Broken]:
    network, parameters = result.supply.network, result.parameters
    for arc in np.flatnonzero(network.arc_lane >= 0):
        lane = int(network.arc_lane[arc])
        name, way = parameters.labels("lane")[lane], parameters.axis("lane").groups["lane"][lane]
        by = np.maximum(network.arc_share[arc] * parameters["lane_minimum"][lane] - result.supply.shipped[arc], 0.0)
        own = base["lane_minimum"][lane]
        yield _Broken(f"Minimum of lane {name}", "units", "lane_minimum", f"lane={way}", by, -1.0, own)


def _heads(_: Inputs, base: Parameters, result: PlanResult) -> Iterator[_Broken]:
    parameters, heads = result.parameters, result.supply.heads
    most = np.where(np.isnan(parameters["pool_maximum"]), np.inf, parameters["pool_maximum"])
    for row, name in enumerate(parameters.labels("pool")):
        over, under = heads[row] - most[row], parameters["pool_minimum"][row] - heads[row]
        yield _Broken(f"Most heads of {name}", "heads", "head_limit", f"pool={name}", np.maximum(over, 0.0), 1.0)
        yield _Broken(f"Least heads of {name}", "heads", "head_minimum", f"pool={name}", np.maximum(under, 0.0), -1.0)


def _stock(_: Inputs, base: Parameters, result: PlanResult) -> Iterator[_Broken]:
    network, parameters, stock = result.supply.network, result.parameters, result.supply.stock
    for node, cell in enumerate(zip(network.node_location.tolist(), network.node_item.tolist(), strict=True)):
        place, item = parameters.labels("location")[cell[0]], parameters.labels("item")[cell[1]]
        scope = f"location={place},item={item}"
        under = np.maximum(parameters["stock_minimum"][cell] - stock[node], 0.0)
        over = np.maximum(stock[node] - parameters["stock_maximum"][cell], 0.0)
        where = f"stock of {item} at {place}"
        yield _Broken(f"Least {where}", "units", "stock_minimum", scope, under, -1.0, base["stock_minimum"][cell])
        yield _Broken(f"Most {where}", "units", "stock_maximum", scope, over, 1.0, base["stock_maximum"][cell])


def _storage(_: Inputs, base: Parameters, result: PlanResult) -> Iterator[_Broken]:
    network, parameters = result.supply.network, result.parameters
    taken = np.zeros_like(parameters["storage_capacity"])
    each = parameters["storage_units"][network.node_location, network.node_item]
    np.add.at(taken, network.node_location, result.supply.stock * each)
    for row, name in enumerate(parameters.labels("location")):
        by = np.maximum(taken[row] - parameters["storage_capacity"][row], 0.0)
        own = base["storage_capacity"][row]
        yield _Broken(f"Storage of {name}", "storage units", "storage", f"location={name}", by, 1.0, own)


def _corridors(_: Inputs, base: Parameters, result: PlanResult) -> Iterator[_Broken]:
    network, parameters = result.supply.network, result.parameters
    corridor, ways = parameters.axis("corridor"), parameters.axis("lane").groups["lane"]
    of_lane = np.array([corridor.index[way] for way in ways], dtype=np.int64)
    on_lane = network.arc_lane >= 0
    carried = np.zeros_like(parameters["lane_capacity"])
    np.add.at(carried, of_lane[network.arc_lane[on_lane]], result.supply.shipped[on_lane])
    for row, name in enumerate(corridor.labels):
        by = np.maximum(carried[row] - parameters["lane_capacity"][row], 0.0)
        own = base["lane_capacity"][row]
        yield _Broken(f"Capacity of lane {name}", "units", "lane_capacity", f"lane={name}", by, 1.0, own)


def _in_money(_: Inputs, base: Parameters, result: PlanResult) -> Iterator[_Broken]:
    """Closing cash and inventory value, in the reported buckets."""
    parameters, span = result.parameters, np.arange(result.horizon.total) < result.horizon.periods
    lacking = parameters["cash_limit"] - result.finance.cash["closing_cash"]
    over = result.finance.inventory_value - parameters["inventory_limit"]
    yield _Broken("Least closing cash", "money", "cash_limit", ALL, np.where(span, np.maximum(lacking, 0.0), 0.0), -1.0)
    yield _Broken("Most inventory value", "money", "inventory_limit", ALL, np.maximum(over, 0.0), 1.0)
