"""The variables of the supply model: families of columns, one per entity and bucket, all >= 0 but those in money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sop.domain.parameters import Array
from sop.domain.plans import Index
from sop.supply.structure import Structure

MEANING = {
    "level": "x: level of an operation; make by start bucket, buy and subcontract by receipt bucket",
    "runs": "y: share of a set-up paid (0..1) of operations with set-up, start-up or minimum lot",
    "starts": "u: share of a start-up paid (0..1) of operations with a start-up cost",
    "lots": "n: number of lots of operations made in multiples of a lot size",
    "rise": "level above that of the bucket before, of operations with a price on change",
    "fall": "level below that of the bucket before, of operations with a price on change",
    "bought": "purchases at standard cost of a company without supply tables",
    "ordered": "share of an order placed (0..1) with suppliers that have a minimum order",
    "shipped": "L: units leaving on an arc, by shipping bucket",
    "lane_used": "z: share of a lane opened (0..1) of lanes with fixed cost, minimum load or a limit on their number",
    "protected": "stock up to the safety target (in the last bucket: up to the lower of safety and closing target)",
    "closing": "stock of the last bucket between its safety target and its closing target",
    "free": "stock above the targets",
    "scrapped": "units written off because they are too old, of items with a shelf life",
    "backlog": "B: demand taken on and still owed at the end of the bucket",
    "overtime": "E: overtime hours of a resource",
    "rented": "rented hours of a resource",
    "services": "d: machines of a resource in maintenance during the bucket",
    "heads": "W: heads of a pool",
    "hires": "H: heads hired at the start of the bucket",
    "layoffs": "F: heads laid off at the start of the bucket",
    "pool_overtime": "O: overtime hours of a pool",
    "invoiced": "revenue less rebates; this and what follows only where there is a limit on closing cash",
    "on_credit": "spent on the suppliers' terms: materials, subcontract fees, freight, open purchase orders",
    "at_once": "paid when incurred: making, people, storage, promotion, marketing, fixed costs",
    "stocked": "inventory at standard cost; only where results are taxed",
    "taxed": "positive EBITDA; only where results are taxed",
    "cash": "closing cash",
}
SIGNED = ("invoiced", "on_credit", "at_once", "cash")
"""Families that may be below 0."""
IN_MONEY = (*SIGNED, "stocked", "taxed")


@dataclass(frozen=True, eq=False)
class Variables:
    """Solver columns by family, each [entities, buckets] (``closing``: [nodes, 1], in the last bucket)."""

    columns: Mapping[str, Index]
    size: int

    def __getitem__(self, family: str) -> Index:
        return self.columns[family]


def sizes(structure: Structure) -> dict[str, tuple[int, int]]:
    """Entities and buckets of every family, by name: families stand in the solver in this order."""
    s = structure
    nodes, resources, pools = len(s.network.node_item), len(s.base.axis("resource")), len(s.pool_resource)
    entities = {
        "level": len(s.operation_item),
        "runs": len(s.setup_operations),
        "starts": len(s.startup_operations),
        "lots": len(s.lot_operations),
        "rise": len(s.change_operations),
        "fall": len(s.change_operations),
        "bought": len(s.item_bought),
        "ordered": len(s.order_suppliers),
        "shipped": len(s.network.arc_item),
        "lane_used": len(s.opened_corridors),
        "protected": nodes,
        "closing": nodes,
        "free": nodes,
        "scrapped": len(s.aging_nodes),
        "backlog": len(s.pairs),
        "overtime": resources,
        "rented": resources,
        "services": len(s.serviced_resources),
        "heads": pools,
        "hires": pools,
        "layoffs": pools,
        "pool_overtime": pools,
        **dict.fromkeys(IN_MONEY, int(s.cash_limited)),
        **({} if s.taxed else {"stocked": 0, "taxed": 0}),
    }
    return {name: (entities[name], 1 if name == "closing" else s.total) for name in sorted(MEANING)}


def create_variables(structure: Structure) -> Variables:
    """One column per family, entity and bucket. Bounds and costs are set on the solver, as vectors."""
    columns: dict[str, Index] = {}
    size = 0
    for name, shape in sizes(structure).items():
        columns[name] = np.arange(size, size + shape[0] * shape[1], dtype=np.int64).reshape(shape)
        size += shape[0] * shape[1]
    return Variables(columns, size)


def floors(columns: Mapping[str, Index], size: int) -> Array:
    """The least any column can be: 0, for signed families without end."""
    result = np.zeros(size)
    for family in SIGNED:
        result[columns[family]] = -np.inf
    return result


def whole_columns(structure: Structure, columns: Mapping[str, Index]) -> Index:
    """Solver columns that only make sense in whole numbers, by the tables: set-ups, lots, whole units, lanes and orders
    opened, machines in maintenance, whole heads."""
    units = structure.inputs["operations"]["whole"].to_numpy(dtype=bool)
    people = structure.inputs["workforce"]["whole"].to_numpy(dtype=bool)
    always = ("runs", "starts", "lots", "ordered", "lane_used", "services")
    return np.concatenate(
        [
            *(columns[family].ravel() for family in always),
            columns["level"][units].ravel(),
            *(columns[family][people].ravel() for family in ("heads", "hires", "layoffs")),
        ]
    )
