"""Approving a plan: from then on it never changes, and can be planned again from what is kept with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sop.domain.errors import NotFound, ScenarioError
from sop.domain.plans import Kpis, PlanResult, SolveStatus
from sop.domain.scenario import BASE_ID, Scenario
from sop.store import Approval, Repository
from sop.workspace import family

if TYPE_CHECKING:
    from sop.domain.inputs import Inputs
    from sop.finance import Window
    from sop.workspace.models import DemandModels

_LONGEST_REASON = 2_000


class Approving:
    """The part of the workspace that approves. The other parts supply what is declared here without a body."""

    if TYPE_CHECKING:
        _store: Repository
        _models: DemandModels

        @property
        def inputs(self) -> Inputs:
            """See Workspace."""
            raise NotImplementedError

        @property
        def _company(self) -> str:
            raise NotImplementedError

        def _saved(self) -> Mapping[str, Scenario]:
            raise NotImplementedError

        def plan(self, scenario: Scenario | str, whole: bool = False) -> PlanResult:
            """See Workspace."""
            raise NotImplementedError

        def exact_plan(self, scenario: Scenario) -> tuple[PlanResult, float] | None:
            """See Exactly."""
            raise NotImplementedError

        def chain(self, scenario: Scenario) -> list[Scenario]:
            """See Workspace."""
            raise NotImplementedError

        def scenario(self, scenario_id: str) -> Scenario:
            """See Workspace."""
            raise NotImplementedError

        def windows(self) -> dict[str, Window]:
            """See Workspace."""
            raise NotImplementedError

        def window(self, window: Window | str) -> Window:
            """See Workspace."""
            raise NotImplementedError

        def kpis(self, result: PlanResult, window: Window | str) -> Kpis:
            """See Workspace."""
            raise NotImplementedError

    def approve(self, scenario_id: str, author: str, reason: str = "") -> Approval:
        """Approve a saved scenario on the present inputs; it is frozen with what it takes from its ancestors.

        Base is approved as a frozen copy, as it follows the data itself. The approval keeps the figures and a snapshot
        of everything the plan was made of. It is about the exact plan where that has been found, else about the
        continuous one, and says which. Raises ScenarioError without an author, or when the plan is not final.
        """
        if not author.strip():
            raise ScenarioError("An approval needs a name.", "Say who approves.")
        scenario = self._to_approve(self.scenario(scenario_id))
        result, gap = self.exact_plan(scenario) or (self.plan(scenario), None)
        if result.supply.status is not SolveStatus.OPTIMAL:
            told = f"{scenario.name!r} cannot be approved: its plan ended with {result.supply.status.value!r}."
            raise ScenarioError(told, "Change it until it can be carried out.")
        approval = Approval(
            result.inputs_id,
            scenario.id,
            result.scenario_key,
            datetime.now(UTC).replace(tzinfo=None),
            author.strip(),
            reason.strip()[:_LONGEST_REASON],
            {**self._record(result), "gap": gap},
        )
        return self._store.approve(self._company, scenario, approval, self._sealed(scenario, result, gap))

    def approved(self) -> list[Approval]:
        """Approved plans of the present company, newest first."""
        return self._store.approvals(self._company)

    def last_approved(self) -> Approval | None:
        """The plan approved last, or None."""
        return next(iter(self.approved()), None)

    def approved_snapshot(self, number: int) -> bytes:
        """The snapshot kept with an approval: it can be verified or imported anywhere; NotFound."""
        if number not in {approval.number for approval in self.approved()}:
            raise NotFound(f"There is no approval {number}.", "Choose one of the approved plans.")
        return self._store.approved_snapshot(number)

    def _to_approve(self, scenario: Scenario) -> Scenario:
        """The frozen scenario an approval is about."""
        if scenario.frozen:
            return scenario
        if scenario.id != BASE_ID:
            return family.frozen(self._saved(), scenario)
        name = f"Base {self.inputs.horizon.label(0)} ({self.inputs.id[:6]})"
        same = (one for one in self._saved().values() if one.name == name and one.frozen and not one.overrides)
        new = Scenario(id=family.slug(name, self._saved()), name=name, purpose="Base as approved.", frozen=True)
        return next(same, new)

    def _record(self, result: PlanResult) -> dict[str, object]:
        from sop.analysis.record import record

        kpis = {name: asdict(self.kpis(result, window)) for name, window in self.windows().items()}
        return {"objective": result.supply.objective, "kpis": kpis, "record": record(self.inputs, result)}

    def _sealed(self, scenario: Scenario, result: PlanResult, gap: float | None) -> bytes:
        from sop.exchange.snapshot import write_snapshot
        from sop.workspace.exporting import versions

        model = self._models.data(result.inputs_id)
        return write_snapshot(self.inputs, model, [scenario], result, versions(), gap=gap)
