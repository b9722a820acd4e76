"""Conservation of goods: at every node and in every market."""

from __future__ import annotations

import numpy as np

from sop.supply.constraints.rows import AT_MOST, EQUAL, Rows
from sop.supply.structure import Structure
from sop.supply.variables import Variables


def node_balance(v: Variables, s: Structure) -> Rows:
    """I[n,t] - I[n,t-1] - sum yield x[o,t-lead] - arrivals L[a,t-lead] + sum quantity x[o,t] + departures L[a,t]
    = open receipts[n,t]   (t = 0: + opening stock)

    I = protected + free (+ closing in the last bucket). Dual: what one more unit at the node is worth.
    """
    rows = Rows(np.arange(len(s.network.node_item)), s.total, EQUAL)
    for node in range(len(rows.entities)):
        for layer in ("protected", "free"):
            rows.add(node, v[layer][node], 1.0)
            rows.add(node, v[layer][node], -1.0, delay=1)
        rows.terms[node][-1].append((v["closing"][node, 0], 1.0))
    recipe = s.recipe
    for operation, node, quantity, lead in zip(
        recipe.operation, recipe.node, recipe.quantity.tolist(), recipe.lead, strict=True
    ):
        rows.add(node, v["level"][operation], -quantity, delay=lead)
    for position, node in enumerate(s.item_bought):
        rows.add(node, v["bought"][position], -1.0)
    _shipments(rows, v, s)
    return rows


def _shipments(rows: Rows, v: Variables, s: Structure) -> None:
    net = s.network
    ends = zip(net.arc_item, net.arc_from, net.arc_to_location, net.arc_lead, strict=True)
    for arc, (item, origin, to, lead) in enumerate(ends):
        rows.add(s.node_of[int(origin), int(item)], v["shipped"][arc], 1.0)
        if to >= 0:
            rows.add(s.node_of[int(to), int(item)], v["shipped"][arc], -1.0, delay=lead)


def accepted_demand(v: Variables, s: Structure) -> Rows:
    """least[d,t] <= s[d,t] = sum arrivals L[a,t-lead] + B[d,t] - B[d,t-1] <= demand[d,t]   (t = 0: - opening backlog)

    What a market takes on is what arrives plus what is newly owed; it has no variable of its own, so its price sits on
    arrivals and backlog. least: the contract, all of the demand where the market is firm. Dual: what one more unit of
    demand is worth (what one unit less of a promise is worth).
    """
    rows = Rows(np.arange(len(s.pairs)), s.total, AT_MOST)
    for pair in range(len(s.pairs)):
        rows.add(pair, v["backlog"][pair], 1.0)
        rows.add(pair, v["backlog"][pair], -1.0, delay=1)
    for arc, pair in s.market_arcs:
        rows.add(pair, v["shipped"][arc], 1.0, delay=s.network.arc_lead[arc])
    return rows


def owed_before(v: Variables, s: Structure) -> Rows:
    """B[d,t] - B[d,t-1] <= room[d,t]   (t = 0: - opening backlog)

    room is 0 where unmet demand is lost, unlimited where it may wait: past-due orders may stay owed, no new demand may
    join them. Written for pairs with an opening backlog; the others' backlog is bounded by 0 where demand is lost.
    Dual: what letting one more unit wait is worth (sign turned).
    """
    rows = Rows(np.flatnonzero(s.opening_backlog[s.pairs[:, 0], s.pairs[:, 1]] > 0), s.total, AT_MOST)
    for row, pair in enumerate(rows.entities):
        rows.add(row, v["backlog"][pair], 1.0)
        rows.add(row, v["backlog"][pair], -1.0, delay=1)
    return rows
