"""The supply model as a PuLP problem: the same matrix and vectors, for exact plans and for any solver PuLP knows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pulp

from sop.domain.plans import Index
from sop.supply.matrix import Matrix
from sop.supply.vectors import Vectors


def pulp_problem(matrix: Matrix, vectors: Vectors, whole: Index | None = None) -> pulp.LpProblem:
    """A case as a minimisation, variables in the order of the matrix's columns (``problem.variables()`` keeps it).

    Columns ``whole`` are integers. A row with two different sides becomes two constraints, ``name_least`` and
    ``name_most``; one without a finite side is left out. The constant of the objective is part of it.
    """
    problem = pulp.LpProblem("supply", pulp.LpMinimize)
    integer = np.zeros(matrix.shape[1], dtype=bool)
    integer[whole if whole is not None else []] = True
    names = _names(matrix.columns, matrix.shape[1])
    variables = [
        problem.add_variable(
            name,
            None if np.isneginf(lower) else lower,
            None if np.isinf(upper) else upper,
            pulp.LpInteger if whole_number else pulp.LpContinuous,
        )
        for name, lower, upper, whole_number in zip(
            names, vectors.lower.tolist(), vectors.upper.tolist(), integer.tolist(), strict=True
        )
    ]
    costs = pulp.LpAffineExpression(list(zip(variables, vectors.cost.tolist(), strict=True)), vectors.constant)
    problem.setObjective(costs)
    _state_rows(problem, matrix, vectors, variables)
    return problem


def _state_rows(problem: pulp.LpProblem, matrix: Matrix, vectors: Vectors, variables: list[pulp.LpVariable]) -> None:
    by_row = matrix.by_row()
    starts, columns, values = by_row.indptr.tolist(), by_row.indices.tolist(), by_row.data.tolist()
    names = _names({name: at for name, (_, at) in matrix.rows.items()}, matrix.shape[0])
    sides = zip(names, vectors.row_lower.tolist(), vectors.row_upper.tolist(), strict=True)
    for row, (name, least, most) in enumerate(sides):
        first, last = starts[row], starts[row + 1]
        terms = [
            (variables[column], value) for column, value in zip(columns[first:last], values[first:last], strict=True)
        ]
        if least == most:
            problem.addConstraint(pulp.LpConstraint(pulp.LpAffineExpression(terms), pulp.LpConstraintEQ, name, most))
            continue
        for end, sense, side in (("least", pulp.LpConstraintGE, least), ("most", pulp.LpConstraintLE, most)):
            if np.isfinite(side):
                stated = pulp.LpConstraint(pulp.LpAffineExpression(terms), sense, f"{name}_{end}", side)
                problem.addConstraint(stated)


def _names(families: Mapping[str, Index], size: int) -> list[str]:
    """family_entity_bucket, numbered so that names sort as the solver's positions do."""
    result = [""] * size
    for family, at in families.items():
        for (entity, bucket), position in np.ndenumerate(at):
            result[position] = f"{family}_{entity:06d}_{bucket:03d}"
    return result
