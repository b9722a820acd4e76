"""Conservation of goods: at every node and in every market."""

from __future__ import annotations

import numpy as np

from sop.supply.constraints.limits import members
from sop.supply.constraints.rows import Rows
from sop.supply.structure import Structure
from sop.supply.variables import Variables


def node_balance(v: Variables, s: Structure) -> Rows:
    """I[n,t] - I[n,t-1] - sum yield x[o,t-lead] - arrivals L[a,t-lead] + sum quantity x[o,t+sent] + departures L[a,t]
    + scrapped[n,t] = open receipts[n,t]   (t = 0: + opening stock)

    I = protected + free (+ closing in the last bucket). lead is a make operation's, 0 for the others; sent is the
    lead time (full buckets) of what is made outside, 0 for the others: it counts by receipt, its parts leave before.
    Dual: what one more unit at the node is worth.
    """
    nodes = np.arange(len(s.network.node_item))
    rows = Rows(nodes, s.total)
    for layer in ("protected", "free"):
        rows.add(nodes, v[layer], 1.0)
        rows.add(nodes, v[layer], -1.0, delay=1)
    rows.add(nodes, v["closing"], 1.0, delay=s.total - 1)
    rows.add(s.recipe.node, v["level"][s.recipe.operation], -s.recipe.quantity, delay=s.recipe.lead)
    rows.add(s.item_bought, v["bought"], -1.0)
    rows.add(s.aging_nodes, v["scrapped"], 1.0)
    _shipments(rows, v, s)
    return rows


def _shipments(rows: Rows, v: Variables, s: Structure) -> None:
    net = s.network
    rows.add(s.arc_origin, v["shipped"], 1.0)
    inside = np.flatnonzero(net.arc_to_location >= 0)
    rows.add(s.arc_destination[inside], v["shipped"][inside], -1.0, delay=net.arc_lead[inside])


def accepted_demand(v: Variables, s: Structure) -> Rows:
    """least[d,t] <= s[d,t] = sum arrivals L[a,t-lead] + B[d,t] - B[d,t-1] <= demand[d,t]   (t = 0: - opening backlog)

    What a market takes on is what arrives plus what is newly owed; it has no variable of its own, so its price sits on
    arrivals and backlog. least: the contract, all of the demand where the market is firm. Dual: what one more unit of
    demand is worth (what one unit less of a promise is worth).
    """
    pairs = np.arange(len(s.pairs))
    rows = Rows(pairs, s.total)
    rows.add(pairs, v["backlog"], 1.0)
    rows.add(pairs, v["backlog"], -1.0, delay=1)
    arcs, served = s.market_arcs[:, 0], s.market_arcs[:, 1]
    rows.add(served, v["shipped"][arcs], 1.0, delay=s.network.arc_lead[arcs])
    return rows


def group_promise(v: Variables, s: Structure) -> Rows:
    """least[g,i,t] <= sum over the group's markets of s[d,t] = sum arrivals L[a,t-lead] + B[d,t] - B[d,t-1]   (t = 0:
    - opening backlog)

    least: the contract of the customer group, at most its demand. Dual: what one unit less of the promise is worth.
    """
    rows = Rows(s.promised_groups, s.total)
    row, pair = members(s.promised_groups, s.pair_group)
    rows.add(row, v["backlog"][pair], 1.0)
    rows.add(row, v["backlog"][pair], -1.0, delay=1)
    arcs, served = s.market_arcs[:, 0], s.market_arcs[:, 1]
    row, arriving = members(s.promised_groups, s.pair_group[served])
    rows.add(row, v["shipped"][arcs[arriving]], 1.0, delay=s.network.arc_lead[arcs[arriving]])
    return rows


def owed_before(v: Variables, s: Structure) -> Rows:
    """B[d,t] - B[d,t-1] <= room[d,t]   (t = 0: - opening backlog)

    room is 0 where unmet demand is lost, unlimited where it may wait: past-due orders may stay owed, no new demand may
    join them. Written for pairs with an opening backlog; the others' backlog is bounded by 0 where demand is lost.
    Dual: what letting one more unit wait is worth (sign turned).
    """
    owing = np.flatnonzero(s.opening_backlog[s.pairs[:, 0], s.pairs[:, 1]] > 0)
    rows, every = Rows(owing, s.total), np.arange(len(owing))
    rows.add(every, v["backlog"][owing], 1.0)
    rows.add(every, v["backlog"][owing], -1.0, delay=1)
    return rows


def demand_total(v: Variables, s: Structure) -> Rows:
    """minimum[d] <= sum over t of s[d,t] = sum arrivals L[a,t-lead] + B[d,last] <= maximum[d]   (less opening backlog)

    Over the reported horizon, for pairs with a total in demand_totals. Dual: what one more unit of the total is worth.
    """
    limited, last = s.totalled_pairs, s.base.horizon.periods
    rows = Rows(limited, 1)
    row_of = np.full(len(s.pairs), -1)
    row_of[limited] = np.arange(len(limited))
    rows.add_all(np.arange(len(limited)), v["backlog"][limited, last - 1 : last], 1.0)
    arcs, served = s.market_arcs[:, 0], s.market_arcs[:, 1]
    for lead in np.unique(s.network.arc_lead[arcs]):
        chosen = (s.network.arc_lead[arcs] == lead) & (row_of[served] >= 0)
        rows.add_all(row_of[served[chosen]], v["shipped"][arcs[chosen], : max(last - int(lead), 0)], 1.0)
    return rows
