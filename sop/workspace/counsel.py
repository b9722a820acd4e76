"""What the workspace says about plans: advice, references to hold them against, the sentence, comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sop.domain.errors import NotFound
from sop.domain.plans import PlanResult
from sop.domain.scenario import Scenario, canonical, effective_overrides, scenario_hash
from sop.workspace.recent import Recent
from sop.workspace.releasing import Releasing

if TYPE_CHECKING:
    from sop.analysis.advice import Advice
    from sop.analysis.bottlenecks import Bottleneck
    from sop.analysis.explanations import Explanation
    from sop.analysis.references import Reference, ReferenceChoice
    from sop.analysis.relaxations import Relaxation
    from sop.finance import Window
    from sop.planning import Planner
    from sop.store import Approval

ADVICE_KEPT = 16
REFERENCES_KEPT = 8


class Counsel(Releasing):
    """The part of the workspace that judges plans. The other parts supply what is declared here without a body."""

    if TYPE_CHECKING:

        def scenarios(self) -> list[Scenario]:
            """See Workspace."""
            raise NotImplementedError

    def __init__(self) -> None:
        super().__init__()
        self._advice: Recent[tuple[object, ...], list[Advice]] = Recent(ADVICE_KEPT)
        self._explained: Recent[tuple[object, ...], list[Explanation]] = Recent(ADVICE_KEPT)
        self._bottlenecks: Recent[tuple[object, ...], list[Bottleneck]] = Recent(ADVICE_KEPT)
        self._references: Recent[tuple[object, ...], Reference] = Recent(REFERENCES_KEPT)

    # --- advice -------------------------------------------------------------------------------------------------

    def advice(self, scenario: Scenario | str, window: Window | str) -> list[Advice]:
        """What would help a scenario, saved or not, each confirmed by re-solving; see ``analysis.advice``.

        Takes a second or two the first time; the answers asked for last are kept. Not for the path of a slider.
        """
        asked, over = self._spelled(scenario), self.window(window)
        return self._advice.get(self._key(asked, over), lambda: self._new_advice(asked, over))

    def advised(self, scenario: Scenario | str, advice: Advice) -> Scenario:
        """``scenario`` with an advice's turns added, unsaved. A frozen scenario gets an unsaved child that has them."""
        from sop.analysis.applying import applied

        return applied(self._spelled(scenario), advice.overrides)

    def explanations(self, scenario: Scenario | str, window: Window | str) -> list[Explanation]:
        """Why items are short, made early or outside, and what commitments cost, each confirmed by planning again."""
        from sop.analysis.explanations import explanations

        asked, over = self._spelled(scenario), self.window(window)
        return self._explained.get(
            (*self._key(asked, over), "why"), lambda: explanations(self.inputs, self._solver(asked), asked, over)
        )

    def bottlenecks(self, scenario: Scenario | str, window: Window | str) -> list[Bottleneck]:
        """What one more hour of each full resource is worth, and how far that holds."""
        from sop.analysis.bottlenecks import bottlenecks

        asked, over, planner = self._spelled(scenario), self.window(window), self.planner

        def found() -> list[Bottleneck]:
            solve = self._solver(asked)
            plan = solve(asked)
            return bottlenecks(self.inputs, solve, asked, over, planner.shadow_prices(plan))

        return self._bottlenecks.get(self._key(asked, over), found)

    def relaxations(self, scenario: Scenario | str) -> list[Relaxation]:
        """What to give way in so that a scenario whose limits collide can be planned; apply all (``relaxed``)."""
        from sop.analysis.relaxations import relaxations

        asked = self._spelled(scenario)
        return relaxations(self.inputs, self.planner.base, self._solver(asked), asked)

    def relaxed(self, scenario: Scenario | str, found: Sequence[Relaxation]) -> Scenario:
        """``scenario`` with the turns of all relaxations added, unsaved."""
        from sop.analysis.applying import applied

        return applied(self._spelled(scenario), [turn for one in found for turn in one.overrides])

    def _key(self, asked: Scenario, window: Window) -> tuple[object, ...]:
        links = tuple(scenario_hash(link.overrides) for link in self.chain(asked))
        return (self.inputs.id, links, asked.frozen, window.first, window.last)

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
        found += [self._approved_choice(approval) for approval in self.approved()[:1]]
        if len(self.inputs["budget"]):
            found.append(ReferenceChoice(BUDGET, "Budget", "budget"))
        if len(self.inputs["actuals"]) or len(self.inputs["sales_history"]):
            found.append(ReferenceChoice(PRIOR_YEAR, "Prior year", "prior_year"))
        return found

    def reference(self, reference_id: str, window: Window | str) -> Reference:
        """What a reference says over a window; NotFound when there is no such reference (any more)."""
        from sop.analysis.references import plan_reference

        over = self.window(window)
        if not reference_id.startswith("@"):
            return plan_reference(self.inputs, self.plan(reference_id), over)
        if reference_id not in {choice.id for choice in self.references()}:
            raise NotFound(f"There is no reference {reference_id!r} here.", "Choose another one.")
        last = self.last_approved()
        key = (self.inputs.id, reference_id, over.name, last and last.number)
        return self._references.get(key, lambda: self._new_reference(reference_id, over, last))

    def _new_reference(self, reference_id: str, window: Window, last: Approval | None) -> Reference:
        from sop.analysis.references import APPROVED, BUDGET, budget_reference, prior_year_reference

        if reference_id == BUDGET:
            return budget_reference(self.inputs, window)
        if reference_id == APPROVED and last is not None:
            return self._approved_reference(last, window)
        base = self.planner.base
        return prior_year_reference(self.inputs, base.axis("item"), base.axis("market"), window)

    def _approved_choice(self, approval: Approval) -> ReferenceChoice:
        from sop.analysis.references import APPROVED, ReferenceChoice

        name = self.scenario(approval.scenario_id).name
        return ReferenceChoice(APPROVED, f"Last approved ({name}, {approval.approved_at:%d %b %Y})", "approved")

    def _approved_reference(self, approval: Approval, window: Window) -> Reference:
        """The plan itself where it was made from the present inputs; else its record, month by month."""
        from sop.analysis.record import recorded_reference
        from sop.analysis.references import plan_reference

        choice = self._approved_choice(approval)
        if approval.inputs_id == self.inputs.id:
            return plan_reference(self.inputs, self.plan(approval.scenario_id), window, choice)
        return recorded_reference(self.inputs, approval.figures["record"], window, choice)


class Solver:
    """Plans a scenario that took the place of the last one of a chain (or, where that is frozen, was added to it)."""

    def __init__(self, planner: Planner, chain: Sequence[Scenario], is_frozen: bool) -> None:
        self._planner, self._chain, self._is_frozen = planner, chain, is_frozen

    def __call__(self, scenario: Scenario) -> PlanResult:
        """The plan of ``scenario``."""
        is_child = self._is_frozen and scenario.id != self._chain[-1].id
        before = self._chain if is_child else self._chain[:-1]
        return self._planner.plan(scenario, effective_overrides([*before, scenario]))
