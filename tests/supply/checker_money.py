"""The money of a plan worked out again from tables and quantities: every line of spend, every penalty, and Z."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from sop.domain.inputs import Inputs, rows
from sop.domain.parameters import Array, Parameters
from sop.domain.plans import DemandPlan, SupplyPlan
from tests.supply.checker_books import Books, differs
from tests.supply.checker_targets import closing_target, safety_target, uses

LATER_COUNTS_LESS = 0.06  # a month
SAFETY_SHARE_OF_MARGIN = 0.5


def money_violations(
    inputs: Inputs, parameters: Parameters, demand: DemandPlan, plan: SupplyPlan, whole: bool = False
) -> list[str]:
    """What does not add up: penalties against their definition, and Z against revenue - spend - penalties."""
    books = Books(inputs, parameters, demand, plan, whole)
    return [*_targets(books), *_penalties(books), *_objective(books)]


def _targets(b: Books) -> Iterator[str]:
    for row, (place, target) in enumerate(safety_target(b).items()):
        yield from differs(f"safety target of {place[1]} at {place[0]}", b.plan.safety_target[row], target)


def _penalties(b: Books) -> Iterator[str]:
    own = penalties(b)
    if set(own) != set(b.plan.penalties):
        yield f"penalties are {sorted(b.plan.penalties)}, not {sorted(own)}"
    for name, reported in b.plan.penalties.items():
        yield from differs(f"penalty {name}", reported, own.get(name, 0.0))


def _objective(b: Books) -> Iterator[str]:
    revenue = 0.0 if b.plan.goal == "cost" else float((b.p["price"] * b.plan.accepted).sum())
    costs = sum(float(part.sum()) for part in (*spend(b).values(), *penalties(b).values()))
    expected = costs if b.plan.goal == "cost" else revenue - costs
    if abs(b.plan.objective - expected) > 1e-4 + 1e-8 * (revenue + abs(costs)):
        yield f"Z is {b.plan.objective:.9g}; its lines add up to {expected:.9g}"


def spend(b: Books) -> dict[str, Array]:
    """Everything paid at the scenario's rates, by line and bucket."""
    lines: dict[str, Array] = defaultdict(lambda: np.zeros(b.total))
    _operations(b, lines)
    _resources(b, lines)
    _people(b, lines)
    for arc in b.arcs:
        if arc.lane >= 0:
            lines["freight"] += b.p["freight"][arc.lane] * arc.shipped
    used = b.plan.extras.get("lanes_used", np.zeros((len(b.p.labels("corridor")), b.total)))
    lines["lanes opened"] += (b.p["lane_fixed_cost"] * used).sum(axis=0)
    for (place, item), stock in b.stock.items():
        lines["storage"] += b.p["holding_cost"][b.row("locations", place), b.row("items", item)] * stock
    _purchases(b, lines)
    return dict(lines)


def _operations(b: Books, lines: dict[str, Array]) -> None:
    starts = b.more("starts", "operations")
    for row, name in enumerate(b.names("operations")):
        lines["operations"] += (b.p["operation_cost"][row] + b.p["material_cost"][row]) * b.level[name]
        lines["set-ups"] += b.p["setup_cost"][row] * b.runs[name]
        lines["start-ups"] += b.p["startup_cost"][row] * starts[name]


def _resources(b: Books, lines: dict[str, Array]) -> None:
    for row, name in enumerate(b.names("resources")):
        rate = b.p["labour_rate"][row]
        used = np.zeros(b.total)
        for operation, at, hours, setup in rows(b.inputs["routings"], "operation", "resource", "hours", "setup_hours"):
            if at == name:
                used += hours * b.level[operation] + setup * b.runs[operation]
        lines["hours"] += b.p["hour_cost"][row] * rate * used
        lines["overtime"] += b.p["overtime_cost"][row] * rate * b.plan.overtime[row]
        lines["rented hours"] += b.p["extra_cost"][row] * b.plan.extra_hours[row]
        lines["shifts"] += b.p["shift_cost"][row] * rate * (b.p["shifts"][row] - b.p["base_shifts"][row])


def _people(b: Books, lines: dict[str, Array]) -> None:
    for row, resource in enumerate(b.inputs["workforce"]["resource"]):
        rate = b.p["labour_rate"][b.row("resources", resource)]
        lines["wages"] += rate * b.p["pool_wage"][row] * b.plan.heads[row]
        lines["people's overtime"] += rate * b.p["pool_overtime_cost"][row] * b.plan.pool_overtime[row]
        lines["hiring"] += b.p["pool_hire_cost"][row] * b.plan.hires[row]
        lines["lay-offs"] += b.p["pool_layoff_cost"][row] * b.plan.layoffs[row]


def _purchases(b: Books, lines: dict[str, Array]) -> None:
    """Open purchase orders on receipt; what a company without operations buys, at standard cost."""
    standard, ordered = b.p["standard_cost"], np.zeros(b.plan.receipts.shape)
    columns = ("kind", "item", "due", "quantity", "unit_cost")
    for kind, item, due, quantity, price in rows(b.inputs["scheduled_receipts"], *columns):
        bucket, row = max(b.inputs.horizon.index_of(due.date()), 0), b.row("items", item)
        if kind == "purchase" and bucket < b.total:
            ordered[row, bucket] += quantity
            lines["open orders"][bucket] += quantity * (standard[row] if np.isnan(price) else price)
    lines["bought at standard"] += standard @ (b.plan.receipts - ordered)


def penalties(b: Books) -> dict[str, Array]:
    """Steering terms and capital charge by name and bucket, from their definitions."""
    lost, late = lost_price(b), late_price(b)
    safety, price = safety_target(b), safety_price(b)
    missing, closing, value = np.zeros(b.total), np.zeros(b.total), np.zeros(b.total)
    for place, stock in b.stock.items():
        standard = b.p["standard_cost"][b.row("items", place[1])]
        missing += price[place] * np.maximum(safety[place] - stock, 0.0)
        target = closing_target(b)[place]
        closing[-1] += (max(standard, 0.0) + price[place][-1]) * max(target - stock[-1], 0.0)
        value += standard * stock
    value += b.p["standard_cost"] @ b.plan.in_transit
    return _swing(b) | {
        "lost": (lost * (b.wanted - b.plan.accepted)).sum(axis=(0, 1)),
        "late": (late * b.plan.backlog).sum(axis=(0, 1)),
        "safety": missing,
        "closing": closing,
        "capital": capital_rate(b) * value,
    }


def _swing(b: Books) -> dict[str, Array]:
    """Price of changing output from one bucket to the next; not told where no operation has one."""
    prices = dict(rows(b.inputs["operations"], "operation", "change_cost"))
    if not any(price > 0 for price in prices.values()):
        return {}
    moved = [price * np.abs(np.diff(b.level[name], prepend=b.level[name][0])) for name, price in prices.items()]
    return {"swing": np.sum(moved, axis=0)}


def capital_rate(b: Books) -> float:
    """Cost of capital per bucket."""
    return b.inputs.settings.cost_of_capital / b.inputs.horizon.periods_per_year


def lost_price(b: Books) -> Array:
    """Price of a unit not accepted [I, M, T]: lost_cost; else 0 (profit); else the setting x value x weight of the
    rank, 6 % less a month ahead, with the price at least twice the standard cost; goal cost: and the value itself."""
    result = np.zeros(b.wanted.shape)
    standard, weight = b.p["standard_cost"], rank_weights(b)
    given = b.terms("lost_cost", np.nan)
    months = np.arange(b.total) * 12 / b.inputs.horizon.periods_per_year
    for item, market in np.ndindex(result.shape[:2]):
        own = given[item, market]
        price = b.p["price"][item, market]
        if b.plan.goal == "profit":
            result[item, market] = np.nan_to_num(own)
            continue
        best = np.maximum(b.p["price"][item].max(axis=0), standard[item])
        dearest = b.p["price"][item].max(axis=0)
        steering = b.inputs.settings.lost_sales_penalty * best * weight[market] * (1 - LATER_COUNTS_LESS) ** months
        worth = np.maximum(dearest + steering, 2 * standard[item])
        if b.plan.goal == "cost":
            lost = np.maximum(worth - dearest + way_cost(b, item, market), 0) + best
            own = own + np.maximum(price, standard[item])
        else:
            lost = np.maximum(worth - price + way_cost(b, item, market), 0)
        result[item, market] = np.where(np.isnan(own), lost, own)
    return result


def way_cost(b: Books, item: int, market: int) -> Array:
    """Freight [T] of the first lane in the network that brings the item to the market; 0 on a free lane or without."""
    net = b.plan.network
    arcs = [arc for arc in range(len(net.arc_item)) if net.arc_item[arc] == item and net.arc_to_market[arc] == market]
    if not arcs or net.arc_lane[arcs[0]] < 0:
        return np.zeros(b.total)
    return np.asarray(b.p["freight"][net.arc_lane[arcs[0]]])


def rank_weights(b: Books) -> list[float]:
    """The last rank 1, each better one ten times the one behind it; with more than three ranks 100 over all."""
    ranks = sorted(set(b.inputs["markets"]["priority"]))
    step = 10.0 if len(ranks) <= 3 else 100.0 ** (1 / (len(ranks) - 1))
    return [step ** (len(ranks) - 1 - ranks.index(rank)) for rank in b.inputs["markets"]["priority"]]


def late_price(b: Books) -> Array:
    """Price of a unit owed at the end of a bucket [I, M, T]; what is owed at the very end also pays for never arriving,
    unless the market limits it."""
    lost, own, ends = lost_price(b), b.terms("late_cost", np.nan), b.terms("closing_backlog", np.nan)[:, :, -1]
    price, ranks = b.p["price"], sorted(set(b.inputs["markets"]["priority"]))
    if b.plan.goal != "profit":
        before = [len(ranks) - 1 - ranks.index(rank) for rank in b.inputs["markets"]["priority"]]
        price = price.max(axis=1, keepdims=True) * (1 + 0.5 * np.array(before))[None, :, None]
    result = np.where(np.isnan(own), b.inputs.settings.late_penalty * price, own)
    firm = b.inputs["markets"]["firm"].to_numpy(dtype=bool)
    for item, market in np.ndindex(ends.shape):
        if np.isnan(ends[item, market]) and not firm[market]:
            revenue = b.p["price"][item, market] if b.plan.goal != "cost" else 0.0
            result[item, market, -1] += (revenue + lost[item, market]).max()
    return result


def safety_price(b: Books) -> dict[tuple[str, str], Array]:
    """Price of a unit missing from safety stock; goal profit: at most carrying it, and half the least positive margin
    of what is sold from it or made of it spread over all buckets."""
    margin: dict[tuple[str, str], float] = defaultdict(lambda: np.inf)
    for (item, market), use in uses(b).items():
        i = b.row("items", item)
        earned = b.p["price"][i, b.row("markets", market)] - b.p["standard_cost"][i]
        if (earned > 0).any():
            for place, units in use.items():
                margin[place] = min(margin[place], float(earned[earned > 0].min()) / units if units else np.inf)
    result = {}
    for place, item in b.stock:
        standard = b.p["standard_cost"][b.row("items", item)]
        price = np.full(b.total, b.inputs.settings.safety_penalty * standard)
        if b.plan.goal == "profit":
            holding = b.p["holding_cost"][b.row("locations", place), b.row("items", item)]
            room = SAFETY_SHARE_OF_MARGIN * margin[place, item] / b.total
            price = np.minimum(price, holding + capital_rate(b) * standard + room)
        result[place, item] = np.maximum(price, 0.0)
    return result
