"""What never changes while levers move: operations, recipes, routings and markets as index arrays."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sop.domain.inputs import Inputs, rows
from sop.domain.parameters import Array, Axis, Mask, Parameters
from sop.domain.plans import Index, Network
from sop.supply.network import bought_places, build_network, sold_pairs
from sop.supply.options import arc_ends, options, setup_operations
from sop.supply.terms import GroupTerms, Terms, group_terms, market_terms

_LARGEST, _TIMES = 1e6, 100.0


@dataclass(frozen=True, eq=False)
class Recipe:
    """What one unit of level of operation ``operation[k]`` does to node ``node[k]``: ``quantity`` out (+) or in (-).

    ``lead[k]`` buckets after the bucket of the level: outputs of a make operation appear that much after its start;
    what is given to a supplier leaves that much before receipt (below 0); everything else is in the bucket.
    """

    operation: Index
    node: Index
    quantity: Array
    lead: Index


@dataclass(frozen=True, eq=False)
class Routing:
    """Hours a unit of level of ``operation[k]`` takes on ``resource[k]``, and hours per bucket it runs at all."""

    operation: Index
    resource: Index
    hours: Array
    setup_hours: Array


@dataclass(frozen=True, eq=False)
class Structure:
    """Index arrays of one supply model. ``pairs`` [D, 2] are the item and market positions demand is planned for."""

    inputs: Inputs
    base: Parameters
    network: Network
    node_of: Mapping[tuple[int, int], int]
    pairs: Index
    operation_item: Index
    operation_location: Index
    operation_supplier: Index  # -1 = none
    operation_lead: Array
    is_make: Mask
    recipe: Recipe
    routing: Routing
    setup_operations: Index  # operations that need an on/off variable
    startup_operations: Index
    lot_operations: Index  # made in multiples of a lot
    change_operations: Index  # with a price on changing their level
    totalled_operations: Index  # with a minimum or maximum over the horizon
    order_suppliers: Index  # with a minimum order
    opened_corridors: Index  # with a fixed cost, a minimum load or a limit on their number
    serviced_resources: Index  # with maintenance to be scheduled
    service_hours: Array  # hours one machine's maintenance takes, by serviced resource
    aging_nodes: Index  # of items with a shelf life
    shelf_life: Index  # [N] buckets after which stock is too old; 0 where it does not age
    opening_age: Index  # [N] buckets the opening stock is old
    pool_resource: Index
    lane_corridor: Index
    corridor_origin: Index  # location
    arc_corridor: Index  # [A] corridor, or -1 on a free lane
    arc_origin: Index  # [A] node
    arc_destination: Index  # [A] node, or -1
    market_arcs: Index  # [K, 2] arcs that end in a market and the pair they serve
    totalled_pairs: Index  # pairs with a minimum or maximum over the horizon
    firm: Mask  # [M]
    priority_rank: Array  # [M] 0 = served first
    priority_weight: Array  # [M]
    terms: Terms
    groups: GroupTerms
    pair_group: Index  # [D] group and item of every pair, as group x items + item
    promised_groups: Index  # those with a contract of the group
    opening_stock: Array  # [N]
    opening_backlog: Array  # [I, M]
    opening_backlog_value: Array  # [I, M] money at the prices it was booked at
    largest: float  # units in a bucket that no scenario comes near
    cash_limited: bool  # whether there is a limit on closing cash
    value_limited: bool  # whether there is one on the value of inventory
    taxed: bool  # whether that cash pays tax on results
    receipts: Array  # [N, T] open orders arriving, all kinds
    purchase_receipts: Array  # [I, T]
    receipt_cost: Array  # [T] money paid on receipt
    opening_in_transit: Array  # [I]
    transit_receipts: Array  # [I, T] arriving of what is already owned
    item_bought: Index  # [N'] node a company without supply tables buys at standard cost

    @property
    def total(self) -> int:
        """Buckets planned, tail included."""
        return self.base.horizon.total


def build_structure(inputs: Inputs, base: Parameters, limits: Collection[str] = (), wanted: float = 0.0) -> Structure:
    """Read the static side of the tables. ``limits`` are parameters limited by a scenario where Base has no limit,
    ``wanted`` the units Base wants over the horizon, where they are known."""
    axes = base.axes
    pairs = sold_pairs(inputs, axes)
    network = build_network(inputs, axes, pairs)
    places = zip(network.node_location.tolist(), network.node_item.tolist(), strict=True)
    node_of = {place: node for node, place in enumerate(places)}
    operations = inputs["operations"]
    is_make = (operations["kind"] == "make").to_numpy(dtype=bool)
    recipe = _recipe(inputs, axes, node_of)
    routing = _routing(inputs, axes)
    lane_corridor = _positions(inputs["lanes"]["from"] + ">" + inputs["lanes"]["to"], axes["corridor"])
    return Structure(
        inputs=inputs,
        base=base,
        network=network,
        node_of=node_of,
        pairs=pairs,
        operation_item=_positions(operations["item"], axes["item"]),
        operation_location=_positions(operations["location"], axes["location"]),
        operation_supplier=_positions(operations["supplier"], axes["supplier"]),
        operation_lead=operations["lead_time"].to_numpy(dtype=np.float64),
        is_make=is_make,
        recipe=recipe,
        routing=routing,
        setup_operations=setup_operations(inputs, base, routing.operation[routing.setup_hours > 0]),
        pool_resource=_positions(inputs["workforce"]["resource"], axes["resource"]),
        lane_corridor=lane_corridor,
        **arc_ends(network, node_of, lane_corridor),
        market_arcs=_market_arcs(network, pairs),
        **_market_terms(inputs),
        terms=market_terms(inputs, base),
        **_by_group(inputs, base, pairs),
        **options(inputs, base, network, pairs),
        **_opening(inputs, axes, node_of, base),
        largest=max(_LARGEST, _TIMES * wanted),
        cash_limited=_is_limited(base, "cash_limit", limits),
        value_limited=_is_limited(base, "inventory_limit", limits),
        taxed=inputs.settings.tax_rate > 0,
        item_bought=_bought_without_tables(inputs, axes, pairs, node_of),
    )


def _positions(labels: object, axis: Axis) -> Index:
    return np.array([axis.index.get(label, -1) for label in labels], dtype=np.int64)  # type: ignore[attr-defined]


def _recipe(inputs: Inputs, axes: Mapping[str, Axis], node_of: Mapping[tuple[int, int], int]) -> Recipe:
    """Outputs and materials of all operations. A lead time of 1.25 buckets brings three quarters of the output after
    one bucket and a quarter after two. What is bought or made outside counts by receipt: its materials leave the full
    buckets of its lead time before."""
    table, items, locations = inputs["operations"], axes["item"], axes["location"]
    position = {name: row for row, name in enumerate(table["operation"])}
    terms = [(position[operation], item, share) for operation, item, share in rows(table, "operation", "item", "yield")]
    terms += [(position[operation], item, q) for operation, item, q in rows(inputs["coproducts"], *_BILL)]
    terms += [(position[operation], item, -q) for operation, item, q in rows(inputs["materials"], *_BILL)]
    at = [locations.index[name] for name in table["location"]]
    operation = np.array([term[0] for term in terms], dtype=np.int64)
    node = np.array([node_of[at[term[0]], items.index[term[1]]] for term in terms], dtype=np.int64)
    quantity = np.array([term[2] for term in terms], dtype=np.float64)
    is_make, lead = (table["kind"] == "make").to_numpy(dtype=bool), table["lead_time"].to_numpy(dtype=np.float64)
    after, before = np.where(is_make, lead, 0.0), np.where(is_make, 0.0, np.floor(lead))
    delay = np.where(quantity > 0, after[operation], -before[operation])
    full, later = np.floor(delay).astype(np.int64), delay - np.floor(delay)
    split = np.flatnonzero(later > 0)
    return Recipe(
        operation=np.concatenate([operation, operation[split]]),
        node=np.concatenate([node, node[split]]),
        quantity=np.concatenate([quantity * (1.0 - later), (quantity * later)[split]]),
        lead=np.concatenate([full, full[split] + 1]),
    )


_BILL = ("operation", "item", "quantity")


def _routing(inputs: Inputs, axes: Mapping[str, Axis]) -> Routing:
    table = inputs["routings"]
    return Routing(
        operation=_positions(table["operation"], axes["operation"]),
        resource=_positions(table["resource"], axes["resource"]),
        hours=table["hours"].to_numpy(dtype=np.float64),
        setup_hours=table["setup_hours"].to_numpy(dtype=np.float64),
    )


def _market_arcs(network: Network, pairs: Index) -> Index:
    pair_of = {(item, market): pair for pair, (item, market) in enumerate(pairs.tolist())}
    ends = enumerate(zip(network.arc_item.tolist(), network.arc_to_market.tolist(), strict=True))
    return np.array([(arc, pair_of[end]) for arc, end in ends if end[1] >= 0], dtype=np.int64).reshape(-1, 2)


def _by_group(inputs: Inputs, base: Parameters, pairs: Index) -> dict[str, Any]:
    groups, items = group_terms(inputs, base), len(base.axis("item"))
    pair_group = groups.of_market[pairs[:, 1]] * items + pairs[:, 0]
    promised = (groups.minimum > 0).any(axis=2).ravel()
    return {
        "groups": groups,
        "pair_group": pair_group,
        "promised_groups": np.intersect1d(np.flatnonzero(promised), pair_group),
    }


def _market_terms(inputs: Inputs) -> dict[str, Any]:
    table = inputs["markets"]
    priority = table["priority"].to_numpy(dtype=np.float64)
    return {
        "firm": table["firm"].to_numpy(dtype=bool),
        "priority_rank": np.searchsorted(np.unique(priority), priority).astype(np.float64),
        "priority_weight": priority_weights(priority),
    }


def priority_weights(priority: Array) -> Array:
    """Weight of a lost unit by priority rank: the last rank 1, each better rank 10 times the one behind it (less for
    more than three ranks, so that weights stay within 1 to 100 and the solver keeps its accuracy)."""
    ranks = np.unique(priority)
    step = min(10.0, 100.0 ** (1.0 / max(len(ranks) - 1, 1)))
    behind = len(ranks) - 1 - np.searchsorted(ranks, priority)
    return np.asarray(step**behind, dtype=np.float64)


def _opening(
    inputs: Inputs, axes: Mapping[str, Axis], node_of: Mapping[tuple[int, int], int], base: Parameters
) -> dict[str, Any]:
    items, locations, total = axes["item"], axes["location"], base.horizon.total
    stock = np.zeros(len(node_of))
    for at, item, quantity in rows(inputs["stock"], "location", "item", "on_hand"):
        stock[node_of[locations.index[at], items.index[item]]] += quantity
    backlog = np.zeros((len(items), len(axes["market"])))
    backlog_value = np.zeros(backlog.shape)
    for item, market, quantity, price in rows(inputs["sales_orders"], "item", "market", "quantity", "price"):
        place = (items.index[item], axes["market"].index[market] if market else 0)
        backlog[place] += quantity
        backlog_value[place] += quantity * (base["price"][(*place, 0)] if np.isnan(price) else price)
    receipts = np.zeros((len(node_of), total))
    bought, owned = np.zeros((len(items), total)), np.zeros((len(items), total))
    in_transit, cost = np.zeros(len(items)), np.zeros(total)
    standard = base["standard_cost"]
    columns = ("kind", "location", "item", "due", "quantity", "unit_cost")
    for kind, at, item, due, quantity, price in rows(inputs["scheduled_receipts"], *columns):
        position, bucket = items.index[item], max(base.horizon.index_of(due.date()), 0)
        in_transit[position] += quantity if kind != "purchase" else 0.0
        if bucket >= total:
            continue
        receipts[node_of[locations.index[at], position], bucket] += quantity
        (bought if kind == "purchase" else owned)[position, bucket] += quantity
        if kind == "purchase":
            cost[bucket] += quantity * (standard[position] if np.isnan(price) else price)
    return {
        "opening_stock": stock,
        "opening_backlog": backlog,
        "opening_backlog_value": backlog_value,
        "receipts": receipts,
        "purchase_receipts": bought,
        "receipt_cost": cost,
        "opening_in_transit": in_transit,
        "transit_receipts": owned,
    }


def _bought_without_tables(
    inputs: Inputs, axes: Mapping[str, Axis], pairs: Index, node_of: Mapping[tuple[int, int], int]
) -> Index:
    """Nodes that a company without any operation buys at."""
    return np.array(sorted(node_of[place] for place in bought_places(inputs, axes, pairs)), dtype=np.int64)


def _is_limited(base: Parameters, name: str, limits: Collection[str]) -> bool:
    return name in limits or bool(np.isfinite(base[name]).any())


def mean_cost(structure: Structure) -> float:
    """Mean standard cost of the items that cost anything; 1 where none does."""
    cost = structure.base["standard_cost"]
    return float(cost[cost > 0].mean()) if (cost > 0).any() else 1.0
