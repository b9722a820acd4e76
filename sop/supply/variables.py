"""The variables of the supply model: families of columns, one per entity and bucket, all >= 0."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pulp

from sop.domain.plans import Index
from sop.supply.structure import Structure

MEANING = {
    "level": "x: level of an operation; make by start bucket, buy and subcontract by receipt bucket",
    "runs": "y: share of a set-up paid (0..1) of operations with set-up or minimum lot",
    "bought": "purchases at standard cost of a company without supply tables",
    "shipped": "L: units leaving on an arc, by shipping bucket",
    "protected": "stock up to the safety target (in the last bucket: up to the lower of safety and closing target)",
    "closing": "stock of the last bucket between its safety target and its closing target",
    "free": "stock above the targets",
    "backlog": "B: demand taken on and still owed at the end of the bucket",
    "overtime": "E: overtime hours of a resource",
    "rented": "rented hours of a resource",
    "heads": "W: heads of a pool",
    "hires": "H: heads hired at the start of the bucket",
    "layoffs": "F: heads laid off at the start of the bucket",
    "pool_overtime": "O: overtime hours of a pool",
}


@dataclass(frozen=True, eq=False)
class Variables:
    """PuLP variables by family, each an object array [entities, buckets] (``closing``: [nodes, 1])."""

    families: Mapping[str, np.ndarray[Any, Any]]

    def __getitem__(self, family: str) -> np.ndarray[Any, Any]:
        return self.families[family]

    def columns(self) -> dict[str, Index]:
        """Solver column of every variable, by family, once the solver's model has been built."""
        return {
            name: np.array([variable.index for variable in block.flat], dtype=np.int64).reshape(block.shape)
            for name, block in self.families.items()
        }


def sizes(structure: Structure) -> dict[str, tuple[int, int]]:
    """Entities and buckets of every family, by name: PuLP sorts variables by name, so this is the solver's order."""
    total, nodes, pairs = structure.total, len(structure.network.node_item), len(structure.pairs)
    resources, pools = len(structure.base.axis("resource")), len(structure.pool_resource)
    entities = {
        "level": len(structure.operation_item),
        "runs": len(structure.setup_operations),
        "bought": len(structure.item_bought),
        "shipped": len(structure.network.arc_item),
        "protected": nodes,
        "closing": nodes,
        "free": nodes,
        "backlog": pairs,
        "overtime": resources,
        "rented": resources,
        "heads": pools,
        "hires": pools,
        "layoffs": pools,
        "pool_overtime": pools,
    }
    return {name: (entities[name], 1 if name == "closing" else total) for name in sorted(MEANING)}


def create_variables(problem: pulp.LpProblem, structure: Structure) -> Variables:
    """One variable of ``problem`` per family, entity and bucket. Bounds and costs are set on the solver, as vectors."""
    families = {name: _block(problem, name, shape) for name, shape in sizes(structure).items()}
    problem.addVariables([variable for block in families.values() for variable in block.flat])
    return Variables(families)


def whole_columns(structure: Structure, columns: Mapping[str, Index]) -> Index:
    """Solver columns that only make sense in whole numbers, by the tables: set-ups, whole units, whole heads."""
    units = structure.inputs["operations"]["whole"].to_numpy(dtype=bool)
    people = structure.inputs["workforce"]["whole"].to_numpy(dtype=bool)
    heads = [columns[family][people].ravel() for family in ("heads", "hires", "layoffs")]
    return np.concatenate([columns["runs"].ravel(), columns["level"][units].ravel(), *heads])


def _block(problem: pulp.LpProblem, name: str, shape: tuple[int, int]) -> np.ndarray[Any, Any]:
    block = np.empty(shape, dtype=object)
    for entity, bucket in np.ndindex(shape):
        block[entity, bucket] = problem.add_variable(f"{name}_{entity:06d}_{bucket:03d}", 0)
    return block
