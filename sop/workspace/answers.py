"""Inputs, planners and plans of one store: the ones asked for last, each made once, whoever asks for it first."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sop.domain.base import base_parameters
from sop.domain.inputs import Inputs
from sop.domain.parameters import Parameters
from sop.domain.plans import PlanResult
from sop.domain.scenario import Override, Scenario, scenario_hash
from sop.store import Repository
from sop.workspace.kept import Kept, key_of
from sop.workspace.models import DemandModels
from sop.workspace.recent import Recent

if TYPE_CHECKING:
    from sop.planning import Planner

PLANS_KEPT = 32
PLANNERS_KEPT = 2


class Answers:
    """What follows from the inputs of a store. Safe to use from any thread."""

    def __init__(self, store: Repository, models: DemandModels, kept: Kept) -> None:
        self._store = store
        self._models = models
        self._kept = kept
        self._inputs: Recent[str, Inputs] = Recent(PLANNERS_KEPT)
        self._bases: Recent[str, Parameters] = Recent(PLANNERS_KEPT)
        self._planners: Recent[str, Planner] = Recent(PLANNERS_KEPT)
        self._plans: Recent[tuple[str, str, bool], PlanResult] = Recent(PLANS_KEPT)
        self._warmed: Planner | None = None

    def add(self, inputs: Inputs) -> None:
        """Inputs just imported, so that they need not be read back."""
        self._inputs.get(inputs.id, lambda: inputs)
        self._kept.keep_inputs(inputs)

    def forget_plans(self) -> None:
        """Demand models came from elsewhere: what was planned with others no longer holds."""
        self._planners.clear()
        self._plans.clear()

    def inputs(self, inputs_id: str) -> Inputs:
        """The inputs with this id; raises NotFound."""
        return self._inputs.get(inputs_id, lambda: self._read(inputs_id))

    def base(self, inputs_id: str) -> Parameters:
        """Base's parameters of these inputs; raises InputError when they make none."""
        return self._bases.get(inputs_id, lambda: self._new_base(inputs_id))

    def planner(self, inputs_id: str) -> Planner:
        """The planner of these inputs; SopError before the demand model is fitted."""
        return self._planners.get(inputs_id, lambda: self._new_planner(inputs_id))

    def plan(
        self, inputs_id: str, asked: Scenario, overrides: Sequence[Override], whole: bool, saved: bool
    ) -> PlanResult:
        """The plan of a question. ``saved``: of a scenario as it is saved, worth keeping for the next start."""
        key = (inputs_id, scenario_hash(overrides), whole)
        return self._plans.get(key, lambda: self._planned(inputs_id, asked, overrides, whole, saved))

    def warm_up(self, inputs_id: str) -> None:
        """Build what the next turns of levers need, in a thread of its own: an answer kept from before did without.

        Cheap to call again and again.
        """
        planner = self.planner(inputs_id)
        if planner is not self._warmed:
            self._warmed = planner
            threading.Thread(target=planner.warm_up, name="supply model").start()

    def _planned(
        self, inputs_id: str, asked: Scenario, overrides: Sequence[Override], whole: bool, saved: bool
    ) -> PlanResult:
        planner = self.planner(inputs_id)
        if whole or not saved:
            return planner.plan(asked, overrides, whole=whole)
        key = key_of(inputs_id, planner.model, scenario_hash(overrides))
        if (found := self._kept.answer(key)) is not None:
            return planner.answered(asked, overrides, found)
        result = planner.plan(asked, overrides)
        self._kept.keep_answer(key, result)
        return result

    def _read(self, inputs_id: str) -> Inputs:
        if (found := self._kept.inputs(inputs_id)) is not None:
            return found
        inputs = self._store.inputs(inputs_id)
        self._kept.keep_inputs(inputs)
        return inputs

    def _new_base(self, inputs_id: str) -> Parameters:
        if (found := self._kept.base(inputs_id)) is not None:
            return found
        base = base_parameters(self.inputs(inputs_id))
        self._kept.keep_base(inputs_id, base)
        return base

    def _new_planner(self, inputs_id: str) -> Planner:
        from sop.planning import Planner

        return Planner(self.inputs(inputs_id), self._models.read(inputs_id), self.base(inputs_id))
