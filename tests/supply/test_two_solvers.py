"""PuLP with HiGHS and PuLP with CBC agree about the model: its optimum, and what each row is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import pulp
from hypothesis import HealthCheck, Phase, assume, given, settings
from scipy.sparse import csc_matrix

from sop.domain.inputs import Inputs
from sop.domain.parameters import Array
from tests.supply.any_company import any_companies
from tests.supply.test_random_companies import model_of

SOME = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
CLOSE = 1e-6


@dataclass(frozen=True, eq=False)
class Linear:
    """A linear programme as it stands in the solver: least cost over bounds and rows."""

    cost: Array
    lower: Array
    upper: Array
    least: Array
    most: Array
    rows: Any


def linear(highs: Any) -> Linear:
    """What a HiGHS model holds."""
    lp = highs.getLp()
    parts = (np.array(lp.a_matrix_.value_), np.array(lp.a_matrix_.index_), np.array(lp.a_matrix_.start_))
    shape = (lp.num_row_, lp.num_col_)
    by_row = lp.a_matrix_.format_ == highspy.MatrixFormat.kRowwise
    rows = csc_matrix(parts, shape=shape[::-1]).T.tocsr() if by_row else csc_matrix(parts, shape=shape).tocsr()
    ends = (lp.col_cost_, lp.col_lower_, lp.col_upper_, lp.row_lower_, lp.row_upper_)
    return Linear(*(np.array(end) for end in ends), rows)


def in_pulp(lp: Linear) -> tuple[pulp.LpProblem, dict[int, list[pulp.LpConstraint]]]:
    """The same in PuLP; a row with two different sides becomes two constraints."""
    problem = pulp.LpProblem("supply", pulp.LpMinimize)
    ends = zip(lp.lower.tolist(), lp.upper.tolist(), strict=True)
    x = [problem.add_variable(f"x{n}", low, None if np.isinf(high) else high) for n, (low, high) in enumerate(ends)]
    problem.setObjective(pulp.LpAffineExpression(list(zip(x, lp.cost.tolist(), strict=True))))
    stated: dict[int, list[pulp.LpConstraint]] = {}
    for row in range(len(lp.least)):
        line = lp.rows[row]
        left = pulp.LpAffineExpression([(x[c], float(v)) for c, v in zip(line.indices, line.data, strict=True)])
        same = lp.least[row] == lp.most[row]
        sides = [(pulp.LpConstraintEQ, lp.most[row])] if same else []
        if not same:
            sides += [(pulp.LpConstraintLE, lp.most[row])] if np.isfinite(lp.most[row]) else []
            sides += [(pulp.LpConstraintGE, lp.least[row])] if np.isfinite(lp.least[row]) else []
        stated[row] = [
            pulp.LpConstraint(left, sense, f"r{row}_{n}", float(side))
            for n, (sense, side) in enumerate(sides)
            if len(line.indices)
        ]
        for constraint in stated[row]:
            problem.addConstraint(constraint)
    return problem, stated


def answer(lp: Linear, solver: pulp.LpSolver) -> tuple[float, Array] | None:
    """Optimum and duals of the rows (two sides of one row added up); None when there is no optimum."""
    problem, stated = in_pulp(lp)
    problem.solve(solver)
    if problem.status != pulp.LpStatusOptimal:
        return None
    duals = [sum(constraint.pi or 0.0 for constraint in stated[row]) for row in range(len(stated))]
    return float(pulp.value(problem.objective)), np.array(duals)


def slopes(lp: Linear, row: int) -> tuple[float, float]:
    """What raising, and what lowering, both sides of a row by a little does to the optimum, per unit."""
    step = 1e-3
    optimum = [_optimum(lp, row, change) for change in (-step, 0.0, step)]
    return (optimum[1] - optimum[0]) / step, (optimum[2] - optimum[1]) / step


def _optimum(lp: Linear, row: int, change: float) -> float:
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    none = np.zeros(0)
    model.addVars(len(lp.cost), lp.lower, lp.upper)
    model.changeColsCost(len(lp.cost), np.arange(len(lp.cost), dtype=np.int32), lp.cost)
    moved = np.where(np.arange(len(lp.least)) == row, change, 0.0)
    starts, at, values = (lp.rows.indptr[:-1], lp.rows.indices, lp.rows.data) if lp.rows.nnz else (none, none, none)
    args = (starts.astype(np.int32), at.astype(np.int32), values)
    model.addRows(len(lp.least), lp.least + moved, lp.most + moved, lp.rows.nnz, *args)
    model.run()
    if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return np.nan
    return float(model.getInfo().objective_function_value)


@SOME
@given(any_companies())
def test_highs_and_cbc_agree(inputs: Inputs) -> None:
    """The optimum is the same to 1e-6 relative; a limit from above is never worth more than nothing to a minimum, one
    from below never less; and where the two name different values for a row, the row has a kink: what raising and
    lowering it does differs, and both values lie between."""
    model, base, demand = model_of(inputs)
    model.solve(base, demand)
    lp = linear(model.solver.highs)
    one, other = answer(lp, pulp.HiGHS(msg=False)), answer(lp, pulp.PULP_CBC_CMD(msg=False))
    assert (one is None) == (other is None)
    assume(one is not None and other is not None)
    assert one is not None
    assert other is not None
    assert abs(one[0] - other[0]) <= CLOSE * max(1.0, abs(one[0]))
    scale = max(1.0, float(np.abs(lp.cost).max(initial=0.0)))
    for duals in (one[1], other[1]):
        assert duals[~np.isfinite(lp.least)].max(initial=0.0) <= CLOSE * scale
        assert duals[~np.isfinite(lp.most)].min(initial=0.0) >= -CLOSE * scale
    for row in np.flatnonzero(np.abs(one[1] - other[1]) > 1e-5 * scale)[:20]:
        down, up = slopes(lp, int(row))
        for value in (one[1][row], other[1][row]):
            assert np.isnan(down) or value >= down - 1e-3 * scale
            assert np.isnan(up) or value <= up + 1e-3 * scale
        assert np.isnan(down) or np.isnan(up) or up - down > 1e-6 * scale
