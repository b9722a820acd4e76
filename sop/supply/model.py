"""The supply model of one company: stated once, kept warm in HiGHS, asked again and again."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop.domain.inputs import Inputs
from sop.domain.parameters import Parameters
from sop.domain.plans import DemandPlan, SolveStatus, SupplyPlan
from sop.supply.case import Case, case_of
from sop.supply.elastic import ElasticModel
from sop.supply.even import shared_evenly
from sop.supply.explosion import build_explosion
from sop.supply.fair import shared_fairly
from sop.supply.infeasible import conflicts
from sop.supply.matrix import Matrix, build_matrix, rates_of
from sop.supply.prices import shadow_prices
from sop.supply.result import Answer, accepted_pairs, supply_plan
from sop.supply.solver import Solution, WarmSolver
from sop.supply.structure import build_structure, mean_cost
from sop.supply.ties import tie_break
from sop.supply.tight import exact_bounds, tightened
from sop.supply.variables import whole_columns
from sop.supply.vectors import Vectors, case_vectors

if TYPE_CHECKING:
    import pulp

    from sop.supply.whole import Effort

NEGLIGIBLE = 1e-6
LADDER = (1.0, 0.8, 1.1, 1.2, 1.35)


class SupplyModel:
    """Feasible plans for one set of Inputs. Thread-safe: one model, one lock.

    ``base`` are Base's parameters. ``base_demand``, Base's demand plan, gives the bases solves start from; without it
    the first demand asked about does. ``limits`` are parameters that scenarios limit though Base does not.
    """

    def __init__(
        self,
        inputs: Inputs,
        base: Parameters,
        base_demand: DemandPlan | None = None,
        limits: Collection[str] = (),
    ) -> None:
        self._lock = threading.Lock()
        self.structure = build_structure(inputs, base, limits, _wanted(base_demand))
        self.explosion = build_explosion(self.structure)
        self.matrix = build_matrix(self.structure)
        self.columns, self.rows = self.matrix.columns, self.matrix.rows
        self.solver = WarmSolver(self.matrix)
        self._whole = whole_columns(self.structure, self.columns)
        self._ties = tie_break(self.structure, self.columns, self.solver.size[0])
        self._base_tightness = 0.0
        self._base_demand: DemandPlan | None = None
        self._elastic: ElasticModel | None = None
        if base_demand is not None:
            self._find_basis_of_base(base_demand)

    def find_bases(self) -> None:
        """Find the bases large moves start from, which else the first such move does; others may solve in between."""
        for rung in range(len(LADDER)):
            with self._lock:
                if self._base_demand is not None and self._base_tightness > 0.0 and not self.solver.has_basis(rung):
                    self._find_basis(rung, self._base_demand)

    def solve(self, parameters: Parameters, demand: DemandPlan) -> SupplyPlan:
        """The best plan of a scenario. Hard limits that collide end in status INFEASIBLE, never in an exception."""
        with self._lock:
            start = time.perf_counter()
            self._ensure_bases(demand)
            answer = self._answer(self.case(parameters, demand))
            return supply_plan(answer, time.perf_counter() - start)

    def solve_whole(
        self, parameters: Parameters, demand: DemandPlan, seconds: float = 60.0, effort: Effort | None = None
    ) -> SupplyPlan:
        """The exact plan: whole units, lots, heads, and set-ups paid in full, where the data ask for them.

        Slower than ``solve``, which plans with shares; sliders go on meanwhile. ``effort`` (else ``seconds``) says how
        long and how closely to look, and takes progress and cancel. A plan not proven best has status TIME_LIMIT and
        says in ``gap`` how far off it may be; hard limits that collide end as in ``solve``.
        """
        from sop.supply.whole import Effort, solve_whole

        start = time.perf_counter()
        case = self.case(parameters, demand)
        vectors = self.vectors(case)
        exact, asked = exact_bounds(self._steered(vectors), self.columns), effort or Effort(seconds)
        tight = tightened(self.matrix.at(vectors.rates), case)
        found = solve_whole(tight, exact, self._whole, asked)
        if found.solution.status is SolveStatus.INFEASIBLE:
            with self._lock:
                relaxed = self._relaxed(case, vectors, found.solution)
            if not relaxed.conflicts:
                relaxed = self._relaxed_whole(case, tight, exact, found.solution, asked.seconds)
            return supply_plan(relaxed, time.perf_counter() - start)
        shared = self._shared_whole(case, tight, exact, found.solution) if found.found else found.solution
        answer = Answer(case, vectors, shared, shared, self.columns)
        plan = supply_plan(answer, time.perf_counter() - start)
        return replace(plan, exact=found.found, gap=found.gap)

    def problem(self, parameters: Parameters, demand: DemandPlan, *, whole: bool = False) -> pulp.LpProblem:
        """The question as a PuLP problem (minimising -Z), for any solver PuLP knows; ``whole``: with integers."""
        from sop.supply.statement import pulp_problem

        case = self.case(parameters, demand)
        vectors = self.vectors(case)
        return pulp_problem(self.matrix.at(vectors.rates), vectors, self._whole if whole else None)

    def shadow_prices(self, parameters: Parameters, demand: DemandPlan) -> pd.DataFrame:
        """What one more hour of each full resource is worth; see ``prices.shadow_prices`` for the columns."""
        with self._lock:
            self._ensure_bases(demand)
            case = self.case(parameters, demand)
            vectors = self.vectors(case)
            solution = self._run(case, vectors)
            answer = Answer(case, vectors, solution, solution, self.columns)
            return shadow_prices(answer, self.solver, self.rows["resource_capacity"][1])

    def case(self, parameters: Parameters, demand: DemandPlan) -> Case:
        """The question a scenario puts to this model."""
        return case_of(self.structure, self.explosion, parameters, demand)

    def vectors(self, case: Case) -> Vectors:
        """All vectors of a case, ties not yet broken."""
        rates = rates_of(self.matrix, self.structure, case.parameters)
        return case_vectors(case, self.columns, self.rows, self.solver.size, rates)

    def _answer(self, case: Case) -> Answer:
        vectors = self.vectors(case)
        solution = self._run(case, vectors)
        if solution.status is SolveStatus.INFEASIBLE:
            return self._relaxed(case, vectors, solution)
        shared = self._shared(case, vectors, solution)
        reached = self._service_first(case, shared) if solution.status is SolveStatus.OPTIMAL else shared
        return Answer(case, vectors, shared, reached, self.columns)

    def _relaxed(self, case: Case, vectors: Vectors, solution: Solution) -> Answer:
        """The best plan with the least relaxation of hard limits, and their names; status stays INFEASIBLE."""
        if self._elastic is None or len(self.matrix.priced):
            self.solver.set_vectors(vectors)
            self._elastic = ElasticModel(self.solver, self.columns, self.rows, mean_cost(self.structure))
        return self._give_way(self._elastic, case, vectors, solution)

    def _relaxed_whole(self, case: Case, tight: Matrix, vectors: Vectors, solution: Solution, seconds: float) -> Answer:
        """The same where limits only collide in whole numbers."""
        solver = WarmSolver(tight)
        solver.set_vectors(vectors)
        cost = mean_cost(self.structure)
        elastic = ElasticModel(solver, self.columns, self.rows, cost, whole=self._whole, seconds=seconds)
        return self._give_way(elastic, case, vectors, solution)

    def _give_way(self, elastic: ElasticModel, case: Case, vectors: Vectors, solution: Solution) -> Answer:
        pairs = self.structure.pairs
        may_owe = case.parameters["late_allowed"][pairs[:, 1]] > 0
        relaxed = elastic.solve(vectors, may_owe, self.structure.opening_backlog[pairs[:, 0], pairs[:, 1]])
        best = replace(solution, values=relaxed.values)
        return Answer(case, vectors, best, best, self.columns, conflicts(case, relaxed, self.rows))

    def _service_first(self, case: Case, solution: Solution) -> Solution:
        """What a plan that serves first would accept, to tell would not from could not.

        Solved if demand is unmet that the goal may decline: any for profit; for the others that of a market with a
        lost_cost of its own.
        """
        unmet = case.pair_demand - accepted_pairs(case, solution, self.columns)
        own = ~np.isnan(self.structure.terms.lost_cost[self.structure.pairs[:, 0], self.structure.pairs[:, 1]])
        if unmet[own | (case.goal == "profit")].max(initial=0.0) <= NEGLIGIBLE:
            return solution
        served = replace(case, goal="service", serve_all=True)
        vectors = self.vectors(served)
        return self._shared(served, vectors, self._run(served, vectors))

    def _shared_whole(self, case: Case, tight: Matrix, vectors: Vectors, solution: Solution) -> Solution:
        """The same with whole numbers left as they are."""
        lower, upper = vectors.lower.copy(), vectors.upper.copy()
        lower[self._whole] = upper[self._whole] = solution.values[self._whole]
        fixed, solver = replace(vectors, lower=lower, upper=upper), WarmSolver(tight)

        def again(other: Vectors) -> Solution:
            return shared_fairly(case, vectors, solver.again(other), self.columns)

        alike = shared_fairly(case, vectors, solution, self.columns)
        return shared_evenly(case, fixed, alike, (self.columns, self.rows), again)

    def _shared(self, case: Case, vectors: Vectors, solution: Solution) -> Solution:
        """What is short shared among markets that stand alike, then among all of a priority."""

        def again(other: Vectors) -> Solution:
            return shared_fairly(case, vectors, self.solver.again(self._steered(other)), self.columns)

        alike = shared_fairly(case, vectors, solution, self.columns)
        return shared_evenly(case, vectors, alike, (self.columns, self.rows), again)

    def _run(self, case: Case, vectors: Vectors) -> Solution:
        return self.solver.solve(self._steered(vectors), self._start(case))

    def _start(self, case: Case) -> int:
        """The rung of the ladder that is nearest: by hours needed over hours available, compared with Base."""
        if self._base_tightness <= 0.0 or case.tightness <= 0.0 or self._base_demand is None:
            return 0
        rung = int(np.abs(np.log(np.array(LADDER) * self._base_tightness / case.tightness)).argmin())
        if not self.solver.has_basis(rung):
            self._find_basis(rung, self._base_demand)
        return rung

    def _steered(self, vectors: Vectors) -> Vectors:
        """The vectors with ties broken."""
        return replace(vectors, cost=vectors.cost + self._ties)

    def _ensure_bases(self, demand: DemandPlan) -> None:
        if self._base_demand is None:
            self._find_basis_of_base(demand)

    def _find_basis_of_base(self, demand: DemandPlan) -> None:
        """Solve Base and keep its basis; the other rungs of the ladder follow when first asked for."""
        self._base_demand = demand
        case = self.case(self.structure.base, demand)
        self._base_tightness = case.tightness
        self.solver.solve(self._steered(self.vectors(case)))
        self.solver.remember_basis(0)

    def _find_basis(self, rung: int, demand: DemandPlan) -> None:
        """Solve Base with demand scaled to a rung of the ladder, from Base's basis, and keep the basis: a large move
        then starts from a plan about as tight as its own. It depends on Base alone, not on when it is found."""
        scaled = replace(demand, planned=demand.planned * LADDER[rung])
        self.solver.solve(self._steered(self.vectors(self.case(self.structure.base, scaled))))
        self.solver.remember_basis(rung)


def _wanted(demand: DemandPlan | None) -> float:
    return 0.0 if demand is None else float(np.maximum(demand.planned, 0.0).sum())
