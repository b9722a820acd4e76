"""The exact plan: set-ups, lots, heads and whole units in whole numbers, by branch and bound on a model of its own.

It is stated in PuLP and solved by HiGHS without touching the warm model, so sliders go on meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np
import pulp

from sop.domain.parameters import Array
from sop.domain.plans import Index, SolveStatus
from sop.supply.matrix import Matrix
from sop.supply.solver import STATUS, Solution
from sop.supply.statement import pulp_problem
from sop.supply.variables import floors
from sop.supply.vectors import Vectors

DEFAULT_GAP = 1e-6
_FEASIBLE = int(highspy.SolutionStatus.kSolutionStatusFeasible)
_INFINITE = 1e100


@dataclass(frozen=True)
class Progress:
    """How far branch and bound is: best plan found and best that is still possible (as Z; NaN before the first plan),
    the gap between them as a share, and seconds gone."""

    best: float
    possible: float
    gap: float
    seconds: float


@dataclass(frozen=True)
class Effort:
    """How long and how closely to look. ``gap``: share of the objective that may be left. ``progress`` is told now and
    then, from the solving thread; setting ``cancel`` ends the search with the best plan so far."""

    seconds: float = 60.0
    gap: float = DEFAULT_GAP
    progress: Callable[[Progress], None] | None = None
    cancel: threading.Event | None = None


@dataclass(frozen=True, eq=False)
class WholeSolution:
    """A solution in whole numbers and the gap it was left with; ``found`` says whether there is one at all."""

    solution: Solution
    gap: float
    found: bool


def solve_whole(matrix: Matrix, vectors: Vectors, whole: Index, effort: Effort) -> WholeSolution:
    """Branch and bound within ``effort``, then the integers fixed and everything else solved again, so that they are
    whole to the last digit. Status TIME_LIMIT when the gap was not reached (or the search was cancelled)."""
    problem = pulp_problem(matrix, replace(vectors, constant=0.0), whole)
    interface = pulp.HiGHS(msg=False, threads=1, timeLimit=effort.seconds, gapRel=effort.gap)
    interface.createAndConfigureSolver(problem)
    interface.buildSolverModel(problem)
    highs: Any = problem.solverModel
    _watch(highs, effort, vectors.constant)
    highs.run()
    highs.cbMipInterrupt.clear()
    status, info = STATUS.get(highs.getModelStatus(), SolveStatus.ERROR), highs.getInfo()
    if info.primal_solution_status != _FEASIBLE:
        return WholeSolution(Solution(status, np.zeros(matrix.shape[1]), 0), np.inf, False)
    values = np.array(highs.getSolution().col_value)
    gap = float(info.mip_gap) if len(whole) else 0.0
    polished = _polished(highs, values, whole, status)
    least = floors(matrix.columns, matrix.shape[1])
    return WholeSolution(replace(polished, values=np.maximum(polished.values, least)), gap, True)


def _polished(highs: Any, values: Array, whole: Index, status: SolveStatus) -> Solution:
    """The best plan with the integers found; what was found where fixing them fails."""
    at, rounded = whole.astype(np.int32), np.round(values[whole])
    iterations = int(highs.getInfo().simplex_iteration_count)
    highs.changeColsIntegrality(len(at), at, np.full(len(at), highspy.HighsVarType.kContinuous))
    highs.changeColsBounds(len(at), at, rounded, rounded)
    highs.setOptionValue("time_limit", np.inf)
    highs.run()
    if highs.getModelStatus() == highspy.HighsModelStatus.kOptimal:
        values = np.array(highs.getSolution().col_value)
        values[whole] = rounded
    return Solution(status, values, iterations)


def _watch(highs: Any, effort: Effort, constant: float) -> None:
    """Pass progress on, and stop when asked to."""
    if effort.progress is None and effort.cancel is None:
        return

    def look(event: Any) -> None:
        if effort.cancel is not None and effort.cancel.is_set():
            event.interrupt()
        if effort.progress is not None:
            seen = event.data_out
            effort.progress(
                Progress(
                    best=_as_profit(seen.mip_primal_bound, constant),
                    possible=_as_profit(seen.mip_dual_bound, constant),
                    gap=float(seen.mip_gap),
                    seconds=float(seen.running_time),
                )
            )

    highs.cbMipInterrupt.subscribe(look)


def _as_profit(cost: float, constant: float) -> float:
    return -(cost + constant) if abs(cost) < _INFINITE else float("nan")
