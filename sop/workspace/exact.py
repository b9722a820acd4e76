"""The exact plan of a scenario, looked for in a thread while everybody goes on with the continuous one."""

from __future__ import annotations

import atexit
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from sop.domain.errors import SopError
from sop.domain.plans import PlanResult, SolveStatus
from sop.domain.scenario import Scenario, effective_overrides, scenario_hash
from sop.workspace.approving import Approving
from sop.workspace.background import Background

if TYPE_CHECKING:
    from sop.planning import Planner
    from sop.supply.whole import Effort, Progress

RUNS_KEPT = 16
FAULT = SopError("The exact plan could not be computed.", "The continuous plan stands.")
Key = tuple[str, str]


class ExactRun(Background):
    """One search: how far it is, and its result when it is done; ended early, the best plan so far."""

    def __init__(self, make: Callable[[Effort], PlanResult], seconds: float, gap: float) -> None:
        self.seconds, self.gap = seconds, gap
        self.progress: Progress | None = None
        self.result: PlanResult | None = None
        self._make = make
        _RUNS.add(self)
        super().__init__("exact plan", self._search, FAULT)

    def _search(self, cancel: threading.Event) -> None:
        from sop.supply.whole import Effort

        self.result = self._make(Effort(self.seconds, self.gap, self._told, cancel))

    def _told(self, progress: Progress) -> None:
        self.progress = progress


_RUNS: weakref.WeakSet[ExactRun] = weakref.WeakSet()


@atexit.register
def _end_all() -> None:
    """End searches with the process: a solver caught in a thread when Python goes aborts it."""
    for run in list(_RUNS):
        run.cancel()
        run.wait()


class Exactly(Approving):
    """The part of the workspace that plans in whole numbers. The other parts supply what has no body here."""

    if TYPE_CHECKING:

        @property
        def planner(self) -> Planner:
            """See Workspace."""
            raise NotImplementedError

    def __init__(self) -> None:
        self._runs: OrderedDict[Key, ExactRun] = OrderedDict()
        self._runs_lock = threading.Lock()

    @property
    def wants_whole(self) -> bool:
        """Whether the data ask for whole numbers, set-ups or lots, so that an exact plan differs from the one shown."""
        return self.planner.wants_whole

    def exact(self, scenario: Scenario) -> ExactRun | None:
        """The search begun last for a scenario, running or done; None where there was none."""
        return self._runs.get(self._exact_key(scenario))

    def exact_plan(self, scenario: Scenario) -> tuple[PlanResult, float] | None:
        """The exact plan of a scenario and the gap asked for, where a search has found one within it; else None."""
        run = self.exact(scenario)
        if run is None or run.is_running or run.result is None:
            return None
        supply = run.result.supply
        return (run.result, run.gap) if supply.exact and supply.status is SolveStatus.OPTIMAL else None

    def begin_exactly(self, scenario: Scenario) -> None:
        """Begin to look for the exact plan where the data ask for whole numbers and nobody has looked yet."""
        if self.wants_whole and self.exact(scenario) is None:
            self.plan_exactly(scenario)

    def plan_exactly(self, scenario: Scenario, seconds: float = 60.0, gap: float = 1e-6) -> ExactRun:
        """Begin to look for the exact plan, for at most ``seconds`` or until it is within ``gap`` (a share of the
        objective) of the best; where that is being done already, the search that runs."""
        overrides = effective_overrides(self.chain(scenario))
        planner, key = self.planner, self._exact_key(scenario)

        def make(effort: Effort) -> PlanResult:
            return planner.plan(scenario, overrides, whole=True, effort=effort)

        with self._runs_lock:
            running = self._runs.get(key)
            if running is None or not running.is_running:
                running = self._runs[key] = ExactRun(make, seconds, gap)
            self._runs.move_to_end(key)
            while len(self._runs) > RUNS_KEPT:
                self._runs.popitem(last=False)[1].cancel()
            return running

    def _exact_key(self, scenario: Scenario) -> Key:
        return self.inputs.id, scenario_hash(effective_overrides(self.chain(scenario)))
