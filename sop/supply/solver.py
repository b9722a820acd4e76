"""HiGHS kept warm: the built model, its vectors, and restarting from one fixed basis."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np

from sop.domain.parameters import Array
from sop.domain.plans import SolveStatus
from sop.supply.matrix import Matrix
from sop.supply.variables import floors
from sop.supply.vectors import Vectors

STATUS = {
    highspy.HighsModelStatus.kOptimal: SolveStatus.OPTIMAL,
    highspy.HighsModelStatus.kModelEmpty: SolveStatus.OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: SolveStatus.INFEASIBLE,
    highspy.HighsModelStatus.kUnboundedOrInfeasible: SolveStatus.INFEASIBLE,
    highspy.HighsModelStatus.kUnbounded: SolveStatus.UNBOUNDED,
    highspy.HighsModelStatus.kTimeLimit: SolveStatus.TIME_LIMIT,
    highspy.HighsModelStatus.kIterationLimit: SolveStatus.TIME_LIMIT,
    highspy.HighsModelStatus.kInterrupt: SolveStatus.TIME_LIMIT,
}
_NO_LIMIT = 2_147_483_647
_UNSET = np.array(np.nan)  # differs from everything
_NOTHING = Vectors(_UNSET, _UNSET, _UNSET, _UNSET, _UNSET, 0.0, _UNSET)


@dataclass(frozen=True, eq=False)
class Solution:
    """HiGHS's own answer: its status and the value of every column (only amounts of money may be
    negative; dust below 0 is wiped off the others)."""

    status: SolveStatus
    values: Array
    iterations: int


class WarmSolver:
    """One HiGHS model of a matrix. Not thread-safe: its owner holds the lock.

    Every ``solve`` sets all vectors, forgets everything HiGHS kept of the last solve (edge weights and factors would
    break ties differently) and restarts from one of the bases kept with ``remember_basis``, the one the caller names:
    the answer depends on the question alone. Beyond ``iteration_limit`` simplex iterations (from nothing: beyond twice
    as many as there are rows) it starts afresh with the interior-point method and crosses over to a vertex. Where HiGHS
    gives up without an answer (figures far apart, limits far out of reach), it is asked again without a basis.
    """

    def __init__(self, matrix: Matrix, iteration_limit: int = 20_000) -> None:
        self.highs: Any = highs_of(matrix)  # the library's type stubs lack changeRowsBounds
        self.size = (self.highs.getNumCol(), self.highs.getNumRow())
        self._floors = floors(matrix.columns, self.size[0])
        self._priced = (matrix.row[matrix.priced].tolist(), matrix.column[matrix.priced].tolist())
        self._built = replace(_NOTHING, rates=matrix.value[matrix.priced])
        self._set: Vectors | None = None
        self._bases: dict[int, highspy.HighsBasis] = {}
        self.iteration_limit = iteration_limit
        self.highs.setOptionValue("solver", "simplex")

    def solve(self, vectors: Vectors, start: int = 0) -> Solution:
        """Set all vectors, restart from remembered basis number ``start`` (from nothing if none is kept) and solve."""
        self.set_vectors(vectors)
        self.highs.clearSolver()
        limit = self.iteration_limit
        if self._bases:
            self.highs.setBasis(self._bases[start])
        else:
            limit = max(limit, 2 * self.size[1])
        self.highs.setOptionValue("simplex_iteration_limit", limit)
        self.highs.run()
        if self.highs.getModelStatus() == highspy.HighsModelStatus.kIterationLimit:
            run_by_interior_point(self.highs)
        insist(self.highs)
        return self._solution()

    def again(self, vectors: Vectors) -> Solution:
        """Solve with other vectors from where the last solve ended."""
        self.set_vectors(vectors)
        self.highs.setOptionValue("simplex_iteration_limit", self.iteration_limit)
        self.highs.run()
        insist(self.highs)
        return self._solution()

    def remember_basis(self, number: int) -> None:
        """Keep the basis just found under a number."""
        self._bases[number] = self.highs.getBasis()

    def has_basis(self, number: int) -> bool:
        """Whether a basis is kept under this number."""
        return number in self._bases

    def set_vectors(self, vectors: Vectors) -> None:
        """Hand over costs, bounds, right-hand sides, and prices and rates that are coefficients; of what HiGHS already
        holds nothing is sent again."""
        old, new, highs = self._set or self._built, vectors, self.highs
        columns = _changed(new.cost != old.cost)
        highs.changeColsCost(len(columns), columns, new.cost[columns])
        columns = _changed((new.lower != old.lower) | (new.upper != old.upper))
        highs.changeColsBounds(len(columns), columns, new.lower[columns], new.upper[columns])
        rows = _changed((new.row_lower != old.row_lower) | (new.row_upper != old.row_upper))
        highs.changeRowsBounds(len(rows), rows, new.row_lower[rows], new.row_upper[rows])
        for number in _changed(new.rates != old.rates).tolist():
            highs.changeCoeff(self._priced[0][number], self._priced[1][number], new.rates[number])
        self._set = vectors

    def row_prices(self) -> tuple[Array, Array, Array]:
        """Dual of every row, and the lowest and highest right side its basis holds for; of the last solve."""
        _, ranging = self.highs.getRanging()
        return (
            np.array(self.highs.getSolution().row_dual),
            np.array(ranging.row_bound_dn.value_),
            np.array(ranging.row_bound_up.value_),
        )

    def with_row_raised(self, row: int, amount: float) -> Solution:
        """The optimum with one row's upper side raised, from the current basis; the row is put back after."""
        if self._set is None:
            raise RuntimeError("raise a row of a model that has been solved")
        at, least, most = np.array([row], dtype=np.int32), self._set.row_lower[[row]], self._set.row_upper[[row]]
        self.highs.changeRowsBounds(1, at, least, most + amount)
        self.highs.run()
        solution = self._solution()
        self.highs.changeRowsBounds(1, at, least, most)
        return solution

    def _solution(self) -> Solution:
        values = np.maximum(np.array(self.highs.getSolution().col_value), self._floors)
        iterations = int(self.highs.getInfo().simplex_iteration_count)
        return Solution(STATUS.get(self.highs.getModelStatus(), SolveStatus.ERROR), values, iterations)


def insist(highs: Any) -> None:
    """Where HiGHS gave up without saying what the model is: asked once more without a basis, then by interior point."""
    if highs.getModelStatus() not in STATUS:
        highs.clearSolver()
        highs.setOptionValue("simplex_iteration_limit", _NO_LIMIT)
        highs.run()
    if highs.getModelStatus() not in STATUS:
        run_by_interior_point(highs)


def run_by_interior_point(highs: Any) -> None:
    """From nothing, crossing over to a vertex."""
    highs.clearSolver()
    highs.setOptionValue("simplex_iteration_limit", _NO_LIMIT)
    highs.setOptionValue("solver", "ipm")
    highs.run()
    highs.setOptionValue("solver", "simplex")


def highs_of(matrix: Matrix) -> Any:
    """A silent, single-threaded HiGHS model of the matrix; costs and sides are zero until they are set."""
    height, width = matrix.shape
    coefficients = matrix.by_column()
    problem: Any = highspy.HighsLp()
    problem.num_col_, problem.num_row_ = width, height
    problem.col_cost_, problem.col_lower_, problem.col_upper_ = np.zeros(width), np.zeros(width), np.zeros(width)
    problem.row_lower_, problem.row_upper_ = np.zeros(height), np.zeros(height)
    problem.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    problem.a_matrix_.start_ = coefficients.indptr
    problem.a_matrix_.index_ = coefficients.indices
    problem.a_matrix_.value_ = coefficients.data
    highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.passModel(problem)
    return highs


def _changed(differs: Any) -> Any:
    """Positions that differ, in the integers HiGHS wants."""
    return np.flatnonzero(differs).astype(np.int32)
