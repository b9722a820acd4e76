"""A family of rows under construction: one per entity and bucket, filled term by term."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pulp

from sop.domain.plans import Index

EQUAL, AT_MOST = pulp.LpConstraintEQ, pulp.LpConstraintLE
Term = tuple[pulp.LpVariable, float]


@dataclass(eq=False)
class Rows:
    """``terms[entity][bucket]`` is the left side of a row; right sides are set on the solver, as vectors.

    ``entities`` are the positions (nodes, resources, suppliers ...) the rows are written for.
    """

    entities: Index
    total: int
    sense: int
    terms: list[list[list[Term]]] = field(init=False)

    def __post_init__(self) -> None:
        self.terms = [[[] for _ in range(self.total)] for _ in self.entities]

    def add(self, row: int, variables: np.ndarray[Any, Any], factor: float, delay: int = 0) -> None:
        """Put ``factor`` x variables[t] into the row of bucket t + delay; what falls off the horizon is left out."""
        for line, variable in zip(self.terms[row][delay:], variables, strict=False):
            line.append((variable, factor))

    def constraints(self, name: str) -> list[pulp.LpConstraint]:
        """The rows as PuLP constraints, entity by entity."""
        return [
            pulp.LpConstraint(pulp.LpAffineExpression(line), self.sense, f"{name}_{entity}_{bucket}", 0)
            for entity, lines in enumerate(self.terms)
            for bucket, line in enumerate(lines)
        ]
