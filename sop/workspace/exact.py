"""The exact plan of a scenario, looked for in a thread while everybody goes on with the continuous one."""

from __future__ import annotations

import atexit
import logging
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from sop.domain.errors import SopError
from sop.domain.plans import PlanResult
from sop.domain.scenario import Scenario, effective_overrides, scenario_hash
from sop.workspace.approving import Approving

if TYPE_CHECKING:
    from sop.planning import Planner
    from sop.supply.whole import Effort, Progress

RUNS_KEPT = 16
Key = tuple[str, str]


class ExactRun:
    """One search: how far it is, its result when it is done, its end when somebody asks for it."""

    def __init__(self, make: Callable[[Effort], PlanResult], seconds: float, gap: float) -> None:
        self.seconds, self.gap = seconds, gap
        self.progress: Progress | None = None
        self.result: PlanResult | None = None
        self.error: SopError | None = None
        self._cancel, self._make = threading.Event(), make
        self._thread = threading.Thread(target=self._run, name="exact plan", daemon=True)
        _RUNS.add(self)
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether it is still looking."""
        return self._thread.is_alive()

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody ended it; what it had found by then is its result."""
        return self._cancel.is_set()

    def cancel(self) -> None:
        """End the search with the best plan so far."""
        self._cancel.set()

    def wait(self, seconds: float | None = None) -> None:
        """Wait until it is done, or for some seconds."""
        self._thread.join(seconds)

    def _run(self) -> None:
        from sop.supply.whole import Effort

        try:
            self.result = self._make(Effort(self.seconds, self.gap, self._told, self._cancel))
        except SopError as error:
            self.error = error
        except Exception:  # in a thread nobody waits for
            logging.getLogger(__name__).exception("The exact plan could not be computed.")
            self.error = SopError("The exact plan could not be computed.", "The continuous plan stands.")

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
