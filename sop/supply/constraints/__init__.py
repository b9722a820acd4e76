"""The constraint families of the supply model, one function each, inequality first in its docstring."""

from __future__ import annotations

from collections.abc import Callable

from sop.supply.constraints.balance import accepted_demand, node_balance, owed_before
from sop.supply.constraints.limits import corridor_capacity, storage_capacity, supplier_limit
from sop.supply.constraints.people import headcount_balance, pool_overtime_limit
from sop.supply.constraints.resources import resource_capacity
from sop.supply.constraints.rows import Rows
from sop.supply.constraints.setups import minimum_lot, setup_link
from sop.supply.structure import Structure
from sop.supply.variables import Variables

FAMILIES: dict[str, Callable[[Variables, Structure], Rows]] = {
    "node_balance": node_balance,
    "accepted_demand": accepted_demand,
    "owed_before": owed_before,
    "resource_capacity": resource_capacity,
    "supplier_limit": supplier_limit,
    "corridor_capacity": corridor_capacity,
    "storage_capacity": storage_capacity,
    "headcount_balance": headcount_balance,
    "pool_overtime_limit": pool_overtime_limit,
    "setup_link": setup_link,
    "minimum_lot": minimum_lot,
}

__all__ = ["FAMILIES", "Rows"]
