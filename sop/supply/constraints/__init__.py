"""The constraint families of the supply model, one function each, inequality first in its docstring."""

from __future__ import annotations

from collections.abc import Callable

from sop.supply.constraints.aging import shelf_life
from sop.supply.constraints.balance import accepted_demand, demand_total, group_promise, node_balance, owed_before
from sop.supply.constraints.cash import (
    PRICED,
    cash_balance,
    invoiced_revenue,
    spent_at_once,
    spent_on_credit,
    stock_at_cost,
    taxed_result,
)
from sop.supply.constraints.limits import (
    corridor_capacity,
    inbound_capacity,
    lane_split,
    operation_total,
    storage_capacity,
    supplier_limit,
)
from sop.supply.constraints.money import inventory_value
from sop.supply.constraints.opened import lane_link, lane_minimum_load, lanes_out, minimum_order, order_link
from sop.supply.constraints.people import headcount_balance, pool_overtime_limit
from sop.supply.constraints.resources import maintenance_total, resource_capacity
from sop.supply.constraints.rows import Rows
from sop.supply.constraints.setups import level_change, lot_multiple, minimum_lot, setup_link, startup_link
from sop.supply.structure import Structure
from sop.supply.variables import Variables

FAMILIES: dict[str, Callable[[Variables, Structure], Rows]] = {
    function.__name__: function
    for function in (
        node_balance,
        accepted_demand,
        group_promise,
        owed_before,
        resource_capacity,
        supplier_limit,
        corridor_capacity,
        storage_capacity,
        headcount_balance,
        pool_overtime_limit,
        setup_link,
        minimum_lot,
        startup_link,
        lot_multiple,
        level_change,
        demand_total,
        operation_total,
        maintenance_total,
        inbound_capacity,
        lane_split,
        lane_link,
        lane_minimum_load,
        lanes_out,
        order_link,
        minimum_order,
        shelf_life,
        inventory_value,
        invoiced_revenue,
        spent_on_credit,
        spent_at_once,
        stock_at_cost,
        taxed_result,
        cash_balance,
    )
}

__all__ = ["FAMILIES", "PRICED", "Rows"]
