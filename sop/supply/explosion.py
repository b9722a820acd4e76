"""Demand exploded along each market's primary source path: what it asks of nodes and resources when it is due.

The primary source of a market is its free lane, else its first lane in table order; that of a node its first make
operation, else its first lane, else its first other operation. A lane that leads around in a circle is no source:
whoever has another one takes that. Alternatives do not share. Lead times are not offset: this is the load demand would
put in the bucket it is due, the yardstick beside a plan that moves load around.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from sop.domain.parameters import Array
from sop.domain.plans import DemandPlan
from sop.supply.structure import Structure

Usage = tuple[dict[int, float], dict[int, float]]


@dataclass(frozen=True, eq=False)
class Explosion:
    """Units through nodes [N, D] and hours on resources [R, D] per unit of demand of a pair."""

    nodes: csr_matrix
    hours: csr_matrix


def build_explosion(structure: Structure) -> Explosion:
    """Follow every pair's primary path once."""
    tracer = _Tracer(structure)
    usage = [tracer.of_pair(int(item), int(market)) for item, market in structure.pairs]
    return Explosion(
        nodes=_matrix([use[0] for use in usage], len(structure.network.node_item)),
        hours=_matrix([use[1] for use in usage], len(structure.base.axis("resource"))),
    )


def node_demand(explosion: Explosion, structure: Structure, demand: DemandPlan) -> Array:
    """Units demand asks of every node in the bucket it is due [N, T]."""
    return np.asarray(explosion.nodes @ pair_demand(structure, demand))


def required_load(explosion: Explosion, structure: Structure, demand: DemandPlan) -> Array:
    """Hours demand would take on every resource in the bucket it is due [R, T]."""
    return np.asarray(explosion.hours @ pair_demand(structure, demand))


def pair_demand(structure: Structure, demand: DemandPlan) -> Array:
    """Planned demand of the pairs [D, T], never negative."""
    chosen = demand.planned[structure.pairs[:, 0], structure.pairs[:, 1]]
    return np.maximum(chosen, 0.0)


def _matrix(columns: list[dict[int, float]], height: int) -> csr_matrix:
    entries = [(row, column, value) for column, use in enumerate(columns) for row, value in use.items()]
    rows, at, values = zip(*entries, strict=True) if entries else ((), (), ())
    return csr_matrix((np.array(values, dtype=np.float64), (rows, at)), shape=(height, len(columns)))


class _Tracer:
    """Walks from a market back to where goods come from, remembering every node whose way ends somewhere."""

    def __init__(self, structure: Structure) -> None:
        self.structure = structure
        self.known: dict[int, Usage] = {}
        self.path: set[int] = set()
        self.cuts = 0
        self.node_operation = _first_operations(structure)
        self.market_source, ways = _arcs_in(structure)
        bought = {node for node, (make, _) in self.node_operation.items() if make is None}
        made = set(self.node_operation) - bought
        lanes = {node: origins for node, origins in ways.items() if node not in made}
        self.node_source = _without_circles(lanes, bought)
        self.materials: dict[int, list[tuple[int, float]]] = defaultdict(list)
        recipe = structure.recipe
        for operation, node, quantity in zip(recipe.operation, recipe.node, recipe.quantity, strict=True):
            if quantity < 0:
                self.materials[int(operation)].append((int(node), -float(quantity)))
        self.hours: dict[int, list[tuple[int, float]]] = defaultdict(list)
        routing = structure.routing
        for operation, resource, hours in zip(routing.operation, routing.resource, routing.hours, strict=True):
            self.hours[int(operation)].append((int(resource), float(hours)))

    def of_pair(self, item: int, market: int) -> Usage:
        node = self.market_source.get((item, market))
        return ({}, {}) if node is None else self.of_node(node)

    def of_node(self, node: int) -> Usage:
        """One unit at ``node``: itself and everything behind it. A recipe that leads back to itself is cut there; what
        was found on a way with a cut holds for that way only and is not remembered."""
        if node in self.known:
            return self.known[node]
        if node in self.path:
            self.cuts += 1
            return {}, {}
        self.path.add(node)
        cuts = self.cuts
        parts, own_hours = self._source(node)
        nodes: dict[int, float] = defaultdict(float, {node: 1.0})
        hours: dict[int, float] = defaultdict(float, own_hours)
        for part, quantity in parts:
            for target, behind in zip((nodes, hours), self.of_node(part), strict=True):
                for key, value in behind.items():
                    target[key] += quantity * value
        self.path.discard(node)
        usage = dict(nodes), dict(hours)
        if self.cuts == cuts:
            self.known[node] = usage
        return usage

    def _source(self, node: int) -> tuple[list[tuple[int, float]], dict[int, float]]:
        """What one unit here takes from its primary source: (node, units) behind it, and hours by resource."""
        make, other = self.node_operation.get(node, (None, None))
        if node in self.node_source:
            return [(self.node_source[node], 1.0)], {}
        chosen = make or other
        if chosen is None:
            return [], {}
        operation, share = chosen
        parts = [(part, quantity / share) for part, quantity in self.materials[operation]]
        return parts, {resource: hours / share for resource, hours in self.hours[operation]}


def _arcs_in(structure: Structure) -> tuple[dict[tuple[int, int], int], dict[int, list[int]]]:
    """Node serving a pair over the first arc in order, and the nodes that feed a node, in order."""
    net = structure.network
    markets: dict[tuple[int, int], int] = {}
    nodes: dict[int, list[int]] = defaultdict(list)
    ends = zip(net.arc_item, net.arc_from, net.arc_to_location, net.arc_to_market, strict=True)
    for item, origin, to, market in ends:
        source = structure.node_of[int(origin), int(item)]
        if market >= 0:
            markets.setdefault((int(item), int(market)), source)
        else:
            nodes[structure.node_of[int(to), int(item)]].append(source)
    return markets, nodes


def _without_circles(ways: Mapping[int, Sequence[int]], elsewhere: Set[int]) -> dict[int, int]:
    """Node -> node that feeds it: the first of its ``ways`` that does not lead around in a circle.

    In a circle of first ways every node with another source (a further way, or an operation: it is ``elsewhere``) takes
    that; the others keep theirs. Where none has another, the circle feeds nobody. No order of nodes decides.
    """
    left = {node: list(dict.fromkeys(origins)) for node, origins in ways.items()}
    while circles := _circles({node: origins[0] for node, origins in left.items() if origins}):
        for circle in circles:
            able = [node for node in circle if len(left[node]) > 1 or node in elsewhere]
            for node in able or circle:
                del left[node][0]
    return {node: origins[0] for node, origins in left.items() if origins}


def _circles(source: Mapping[int, int]) -> list[list[int]]:
    """All circles of a map from node to node; no two share a node."""
    found: list[list[int]] = []
    seen: set[int] = set()
    for start in source:
        path: dict[int, None] = {}
        node = start
        while node in source and node not in seen and node not in path:
            path[node] = None
            node = source[node]
        if node in path:
            way = list(path)
            found.append(way[way.index(node) :])
        seen |= path.keys()
    return found


Choice = tuple[int, float] | None


def _first_operations(structure: Structure) -> dict[int, tuple[Choice, Choice]]:
    """Node -> (first make operation, first other one), each with its yield; main outputs only."""
    result: dict[int, tuple[Choice, Choice]] = {}
    shares = structure.inputs["operations"]["yield"]
    places = zip(structure.operation_location, structure.operation_item, shares, structure.is_make, strict=True)
    for operation, (at, item, share, is_make) in enumerate(places):
        node = structure.node_of[int(at), int(item)]
        make, other = result.get(node, (None, None))
        own = (operation, float(share))
        result[node] = (make or own, other) if is_make else (make, other or own)
    return result
