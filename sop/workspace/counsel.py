"""What the workspace says about plans: advice, references to hold them against, the sentence, comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sop.domain.errors import NotFound
from sop.domain.plans import PlanResult
from sop.domain.scenario import Scenario, canonical, effective_overrides, scenario_hash
from sop.workspace.recent import Recent

if TYPE_CHECKING:
    from sop.analysis.advice import Advice
    from sop.analysis.references import Reference, ReferenceChoice
    from sop.domain.inputs import Inputs
    from sop.finance import Window
    from sop.planning import Planner

ADVICE_KEPT = 16


class Counsel:
    """The part of the workspace that judges plans. Its other half supplies what is declared here without a body."""

    if TYPE_CHECKING:

        @property
        def inputs(self) -> Inputs:
            """See Workspace."""
            raise NotImplementedError

        @property
        def planner(self) -> Planner:
            """See Workspace."""
            raise NotImplementedError

        def plan(self, scenario: Scenario | str, whole: bool = False) -> PlanResult:
            """See Workspace."""
            raise NotImplementedError

        def chain(self, scenario: Scenario) -> list[Scenario]:
            """See Workspace."""
            raise NotImplementedError

        def scenario(self, scenario_id: str) -> Scenario:
            """See Workspace."""
            raise NotImplementedError

        def scenarios(self) -> list[Scenario]:
            """See Workspace."""
            raise NotImplementedError

        def window(self, window: Window | str) -> Window:
            """See Workspace."""
            raise NotImplementedError

    def __init__(self) -> None:
        self._advice: Recent[tuple[object, ...], list[Advice]] = Recent(ADVICE_KEPT)

    # --- advice -------------------------------------------------------------------------------------------------

    def advice(self, scenario: Scenario | str, window: Window | str) -> list[Advice]:
        """What would help a scenario, saved or not, each confirmed by re-solving; see ``analysis.advice``.

        Takes a second or two the first time; the answers asked for last are kept. Not for the path of a slider.
        """
        asked, over = self._spelled(scenario), self.window(window)
        links = tuple(scenario_hash(link.overrides) for link in self.chain(asked))
        key = (self.inputs.id, links, asked.frozen, over.first, over.last)
        return self._advice.get(key, lambda: self._new_advice(asked, over))

    def advised(self, scenario: Scenario | str, advice: Advice) -> Scenario:
        """``scenario`` with an advice's turns added, unsaved. A frozen scenario gets an unsaved child that has them."""
        from sop.analysis.applying import applied

        return applied(self._spelled(scenario), advice.overrides)

    def _new_advice(self, asked: Scenario, window: Window) -> list[Advice]:
        from sop.analysis.advice import advice

        return advice(self.inputs, self._solver(asked), asked, window)

    def _solver(self, asked: Scenario) -> Solver:
        """Plans changed versions of a scenario without keeping them: the plans on screen stay at hand."""
        return Solver(self.planner, tuple(self.chain(asked)), asked.frozen)

    def _spelled(self, scenario: Scenario | str) -> Scenario:
        asked = self.scenario(scenario) if isinstance(scenario, str) else scenario
        return canonical(asked, self.inputs.horizon)

    # --- references ---------------------------------------------------------------------------------------------

    def references(self) -> list[ReferenceChoice]:
        """What a plan can be held against here: Base, saved scenarios, and the budget and last year where known."""
        from sop.analysis.references import BUDGET, PRIOR_YEAR, ReferenceChoice

        found = [ReferenceChoice(one.id, one.name, "plan") for one in self.scenarios()]
        if len(self.inputs["budget"]):
            found.append(ReferenceChoice(BUDGET, "Budget", "budget"))
        if len(self.inputs["actuals"]) or len(self.inputs["sales_history"]):
            found.append(ReferenceChoice(PRIOR_YEAR, "Prior year", "prior_year"))
        return found

    def reference(self, reference_id: str, window: Window | str) -> Reference:
        """What a reference says over a window; NotFound when there is no such reference (any more)."""
        from sop.analysis.references import BUDGET, PRIOR_YEAR, budget_reference, plan_reference, prior_year_reference

        over = self.window(window)
        if not reference_id.startswith("@"):
            return plan_reference(self.inputs, self.plan(reference_id), over)
        if reference_id not in {choice.id for choice in self.references()}:
            raise NotFound(f"There is no reference {reference_id!r} here.", "Choose another one.")
        if reference_id == BUDGET:
            return budget_reference(self.inputs, over)
        if reference_id == PRIOR_YEAR:
            base = self.planner.base
            return prior_year_reference(self.inputs, base.axis("item"), base.axis("market"), over)
        raise NotFound(f"There is no reference {reference_id!r} here.", "Choose another one.")


class Solver:
    """Plans a scenario that took the place of the last one of a chain (or, where that is frozen, was added to it)."""

    def __init__(self, planner: Planner, chain: Sequence[Scenario], is_frozen: bool) -> None:
        self._planner, self._chain, self._is_frozen = planner, chain, is_frozen

    def __call__(self, scenario: Scenario) -> PlanResult:
        """The plan of ``scenario``."""
        is_child = self._is_frozen and scenario.id != self._chain[-1].id
        before = self._chain if is_child else self._chain[:-1]
        return self._planner.plan(scenario, effective_overrides([*before, scenario]))
