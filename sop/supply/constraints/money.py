"""Limits in money."""

from __future__ import annotations

import numpy as np

from sop.supply.constraints.rows import Rows
from sop.supply.structure import Structure
from sop.supply.variables import Variables


def inventory_value(v: Variables, s: Structure) -> Rows:
    """sum standard_cost I[n,t] + sum standard_cost of what is on lanes and in work <= inventory_limit[t]

    One row per bucket, where there is a limit; what was under way at the start is moved to the side. Dual: what one
    more unit of money in stock is worth (sign turned).
    """
    rows = Rows(np.zeros(1 if s.value_limited else 0, dtype=np.int64), s.total)
    if len(rows.entities):
        add_stock_value(rows, v, s, 1.0)
    return rows


def add_stock_value(rows: Rows, v: Variables, s: Structure, factor: float) -> None:
    """factor x (sum standard_cost I[n,t] + sum standard_cost of what is on lanes and in work) into row t.

    In work: what was started and is not finished, and parts sent to a supplier for what has not been received.
    """
    cost, net, recipe = factor * s.base["standard_cost"], s.network, s.recipe
    at_node = cost[net.node_item]
    for layer in ("protected", "free"):
        rows.add(0, v[layer], at_node)
    rows.add(0, v["closing"], at_node, delay=s.total - 1)
    out = np.flatnonzero(recipe.quantity > 0)
    for since in range(int(max(net.arc_lead.max(initial=0), recipe.lead.max(initial=0)))):
        moving = np.flatnonzero(net.arc_lead > since)
        rows.add(0, v["shipped"][moving], cost[net.arc_item[moving]], delay=since)
        started = out[recipe.lead[out] > since]
        value = recipe.quantity[started] * at_node[recipe.node[started]]
        rows.add(0, v["level"][recipe.operation[started]], value, delay=since)
    for ahead in range(1, int(-recipe.lead.min(initial=0)) + 1):
        sent = np.flatnonzero(-recipe.lead >= ahead)
        value = -recipe.quantity[sent] * at_node[recipe.node[sent]]
        rows.add(0, v["level"][recipe.operation[sent]], value, delay=-ahead)
