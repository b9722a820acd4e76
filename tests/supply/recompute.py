"""What a plan must satisfy, worked out again from the tables with plain loops and none of the model's own arrays."""

from __future__ import annotations

from collections import defaultdict

from sop.domain.inputs import Inputs, rows
from sop.domain.parameters import Parameters
from sop.domain.plans import SupplyPlan

Balance = dict[tuple[str, str, int], float]


def node_imbalance(inputs: Inputs, base: Parameters, plan: SupplyPlan) -> Balance:
    """Opening + in - out - closing of every location, item and bucket: zero everywhere if goods are conserved."""
    horizon, net = inputs.horizon, plan.network
    gap: Balance = defaultdict(float)
    items, locations = base.labels("item"), base.labels("location")
    nodes = [(locations[at], items[item]) for at, item in zip(net.node_location, net.node_item, strict=True)]
    for row, node in enumerate(nodes):
        before = plan.opening_stock[row]
        for t in range(horizon.total):
            gap[*node, t] += before - plan.stock[row, t]
            before = plan.stock[row, t]
    _operate(inputs, plan, gap)
    for at, item, due, quantity in rows(inputs["scheduled_receipts"], "location", "item", "due", "quantity"):
        bucket = max(horizon.index_of(due.date()), 0)
        if bucket < horizon.total:
            gap[at, item, bucket] += quantity
    for arc in range(len(net.arc_item)):
        item, origin = items[net.arc_item[arc]], locations[net.arc_from[arc]]
        for t in range(horizon.total):
            gap[origin, item, t] -= plan.shipped[arc, t]
            arrival = t + int(net.arc_lead[arc])
            if net.arc_to_location[arc] >= 0 and arrival < horizon.total:
                gap[locations[net.arc_to_location[arc]], item, arrival] += plan.shipped[arc, t]
    return gap


def _operate(inputs: Inputs, plan: SupplyPlan, gap: Balance) -> None:
    """Put outputs and materials of every operation into the balance."""
    columns = ("operation", "location", "item", "yield", "kind", "lead_time")
    for row, (name, at, item, share, kind, lead) in enumerate(rows(inputs["operations"], *columns)):
        delay = int(lead) if kind == "make" else 0
        coproducts, materials = (
            [(i, q) for o, i, q in rows(inputs[table], "operation", "item", "quantity") if o == name]
            for table in ("coproducts", "materials")
        )
        for t in range(inputs.horizon.total):
            for output, quantity in [(item, share), *coproducts]:
                if t + delay < inputs.horizon.total:
                    gap[at, output, t + delay] += quantity * plan.level[row, t]
            for used, quantity in materials:
                sent = 0 if kind == "make" else int(lead)
                if t >= sent:
                    gap[at, used, t - sent] -= quantity * plan.level[row, t]


def market_imbalance(inputs: Inputs, base: Parameters, plan: SupplyPlan) -> Balance:
    """Arrivals - delivered, and accepted - delivered - change of backlog: zero for every item, market and bucket."""
    gap: Balance = defaultdict(float)
    net, total = plan.network, inputs.horizon.total
    for arc in range(len(net.arc_item)):
        for t in range(total):
            arrival = t + int(net.arc_lead[arc])
            if net.arc_to_market[arc] >= 0 and arrival < total:
                gap[f"arrived {net.arc_item[arc]}", str(net.arc_to_market[arc]), arrival] += plan.shipped[arc, t]
    for item in range(plan.accepted.shape[0]):
        for market in range(plan.accepted.shape[1]):
            owed = plan.opening_backlog[item, market]
            for t in range(total):
                gap[f"arrived {item}", str(market), t] -= plan.delivered[item, market, t]
                change, owed = plan.backlog[item, market, t] - owed, plan.backlog[item, market, t]
                taken = plan.accepted[item, market, t] - plan.delivered[item, market, t]
                gap[f"owed {item}", str(market), t] += taken - change
    return gap


def spend(inputs: Inputs, parameters: Parameters, plan: SupplyPlan) -> float:
    """Everything paid at the scenario's rates: operations, hours, people, freight, storage, open purchase orders."""
    p, total, net = parameters, inputs.horizon.total, plan.network
    money = 0.0
    resources, pools = inputs["resources"], inputs["workforce"]
    index = {name: row for row, name in enumerate(resources["resource"])}
    for t in range(total):
        for row in range(len(inputs["operations"])):
            money += (p["operation_cost"][row, t] + p["material_cost"][row, t]) * plan.level[row, t]
            money += inputs["operations"]["setup_cost"][row] * plan.runs[row, t]
        for row in range(len(resources)):
            rate = p["labour_rate"][row, t]
            money += resources["hour_cost"][row] * rate * plan.load[row, t]
            money += resources["overtime_cost"][row] * rate * plan.overtime[row, t]
            money += resources["extra_cost"][row] * plan.extra_hours[row, t]
            money += resources["shift_cost"][row] * rate * (p["shifts"][row, t] - p["base_shifts"][row, t])
        for row, resource in enumerate(pools["resource"]):
            rate = p["labour_rate"][index[resource], t]
            money += rate * pools["wage"][row] * plan.heads[row, t]
            money += rate * pools["overtime_cost"][row] * plan.pool_overtime[row, t]
            money += pools["hire_cost"][row] * plan.hires[row, t] + pools["layoff_cost"][row] * plan.layoffs[row, t]
        for arc in range(len(net.arc_item)):
            if net.arc_lane[arc] >= 0:
                money += p["freight"][net.arc_lane[arc], t] * plan.shipped[arc, t]
        for node in range(len(net.node_item)):
            money += p["holding_cost"][net.node_location[node], net.node_item[node], t] * plan.stock[node, t]
    columns = ("kind", "item", "due", "quantity", "unit_cost")
    for kind, item, due, quantity, price in rows(inputs["scheduled_receipts"], *columns):
        if kind == "purchase" and inputs.horizon.index_of(due.date()) < total:
            standard = p["standard_cost"][p.axis("item").index[item]]
            money += quantity * (standard if price != price else price)  # noqa: PLR0124 - NaN is not itself
    return money


def load(inputs: Inputs, plan: SupplyPlan, resource: str, bucket: int) -> float:
    """Hours used on a resource in a bucket, set-ups included, from the routings."""
    at = {name: row for row, name in enumerate(inputs["operations"]["operation"])}
    hours = rows(inputs["routings"], "operation", "resource", "hours", "setup_hours")
    used = (h * plan.level[at[o], bucket] + s * plan.runs[at[o], bucket] for o, r, h, s in hours if r == resource)
    return float(sum(used))
