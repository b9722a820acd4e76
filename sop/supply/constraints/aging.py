"""Shelf life: what is kept must have come in recently enough."""

from __future__ import annotations

import numpy as np

from sop.supply.constraints.rows import Rows
from sop.supply.structure import Structure
from sop.supply.variables import Variables


def shelf_life(v: Variables, s: Structure) -> Rows:
    """I[n,t] - sum over the last life[n] buckets of what came into n <= open orders of those buckets

    Came in: yields x[o,t-lead], arrivals L[a,t-lead], open orders, and in the first bucket the opening stock. What is
    older must have left: used, shipped or scrapped. Dual: what one more fresh unit is worth (sign turned).
    """
    rows = Rows(s.aging_nodes, s.total)
    row_of = np.full(len(s.network.node_item), -1)
    row_of[s.aging_nodes] = np.arange(len(s.aging_nodes))
    for layer in ("protected", "free"):
        rows.add(np.arange(len(s.aging_nodes)), v[layer][s.aging_nodes], 1.0)
    rows.add(np.arange(len(s.aging_nodes)), v["closing"][s.aging_nodes], 1.0, delay=s.total - 1)
    _fresh(rows, row_of, v, s)
    return rows


def _fresh(rows: Rows, row_of: np.ndarray, v: Variables, s: Structure) -> None:
    """Inflows, each counted in its own bucket and the life - 1 buckets after it."""
    recipe, net = s.recipe, s.network
    made = np.flatnonzero((recipe.quantity > 0) & (row_of[recipe.node] >= 0))
    moved = np.flatnonzero(net.arc_to_location >= 0)
    moved = moved[row_of[s.arc_destination[moved]] >= 0]
    for age in range(int(s.shelf_life.max(initial=0))):
        young = made[s.shelf_life[recipe.node[made]] > age]
        columns = v["level"][recipe.operation[young]]
        rows.add(row_of[recipe.node[young]], columns, -recipe.quantity[young], delay=recipe.lead[young] + age)
        young = moved[s.shelf_life[s.arc_destination[moved]] > age]
        rows.add(row_of[s.arc_destination[young]], v["shipped"][young], -1.0, delay=net.arc_lead[young] + age)
