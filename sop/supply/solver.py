"""HiGHS kept warm: the built model, its vectors, and restarting from one fixed basis."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
import pulp

from sop.domain.parameters import Array
from sop.domain.plans import SolveStatus
from sop.supply.vectors import Vectors

_STATUS = {
    highspy.HighsModelStatus.kOptimal: SolveStatus.OPTIMAL,
    highspy.HighsModelStatus.kModelEmpty: SolveStatus.OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: SolveStatus.INFEASIBLE,
    highspy.HighsModelStatus.kUnboundedOrInfeasible: SolveStatus.INFEASIBLE,
    highspy.HighsModelStatus.kUnbounded: SolveStatus.UNBOUNDED,
    highspy.HighsModelStatus.kTimeLimit: SolveStatus.TIME_LIMIT,
    highspy.HighsModelStatus.kIterationLimit: SolveStatus.TIME_LIMIT,
}


@dataclass(frozen=True, eq=False)
class Solution:
    """HiGHS's own answer: status, values and reduced costs by column, activities and duals by row."""

    status: SolveStatus
    values: Array
    reduced_costs: Array
    activities: Array
    duals: Array
    iterations: int


class WarmSolver:
    """One HiGHS model built from a PuLP problem. Not thread-safe: its owner holds the lock.

    Every ``solve`` sets all vectors and, once ``remember_basis`` has been called, restarts from that basis, so that the
    answer depends on the question alone. Beyond ``iteration_limit`` simplex iterations it starts afresh with the
    interior-point method and crosses over to a vertex.
    """

    def __init__(self, problem: pulp.LpProblem, iteration_limit: int = 20_000) -> None:
        interface = pulp.HiGHS(msg=False, threads=1)
        interface.createAndConfigureSolver(problem)
        interface.buildSolverModel(problem)
        self.highs: highspy.Highs = problem.solverModel
        self._basis: highspy.HighsBasis | None = None
        self._columns = np.arange(self.highs.getNumCol(), dtype=np.int32)
        self._rows = np.arange(self.highs.getNumRow(), dtype=np.int32)
        self._iteration_limit = iteration_limit
        self.highs.setOptionValue("solver", "simplex")

    @property
    def size(self) -> tuple[int, int]:
        """Number of columns and rows."""
        return len(self._columns), len(self._rows)

    def solve(self, vectors: Vectors) -> Solution:
        """Set all vectors, restart from the remembered basis and solve."""
        self.set_vectors(vectors)
        if self._basis is None:
            self.highs.clearSolver()
        else:
            self.highs.setBasis(self._basis)
        self.highs.setOptionValue("simplex_iteration_limit", self._iteration_limit)
        self.highs.run()
        if self.highs.getModelStatus() == highspy.HighsModelStatus.kIterationLimit:
            self._solve_by_interior_point()
        return self._solution()

    def remember_basis(self) -> None:
        """Make the basis just found the one every later solve starts from."""
        self._basis = self.highs.getBasis()

    def set_vectors(self, vectors: Vectors) -> None:
        """Hand over costs, bounds and right-hand sides as whole arrays."""
        columns, rows = self._columns, self._rows
        self.highs.changeColsCost(len(columns), columns, vectors.cost)
        self.highs.changeColsBounds(len(columns), columns, vectors.lower, vectors.upper)
        self.highs.changeRowsBounds(len(rows), rows, vectors.row_lower, vectors.row_upper)

    def _solve_by_interior_point(self) -> None:
        self.highs.clearSolver()
        self.highs.setOptionValue("simplex_iteration_limit", 2_147_483_647)
        self.highs.setOptionValue("solver", "ipm")
        self.highs.run()
        self.highs.setOptionValue("solver", "simplex")

    def _solution(self) -> Solution:
        found = self.highs.getSolution()
        info = self.highs.getInfo()
        return Solution(
            status=_STATUS.get(self.highs.getModelStatus(), SolveStatus.ERROR),
            values=np.array(found.col_value),
            reduced_costs=np.array(found.col_dual),
            activities=np.array(found.row_value),
            duals=np.array(found.row_dual),
            iterations=int(info.simplex_iteration_count),
        )
