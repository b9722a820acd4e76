"""The workspace: what a planner does with a store, one method per use case."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from sop.domain.errors import NotFound, ScenarioError
from sop.domain.inputs import Inputs
from sop.domain.plans import Kpis, PlanResult
from sop.domain.scenario import BASE, BASE_ID, Scenario, apply, canonical, effective_overrides
from sop.store import Import, Repository, SavedResult
from sop.store.connection import MEMORY
from sop.workspace import family
from sop.workspace.answers import Answers
from sop.workspace.approved_levels import with_approved_levels
from sop.workspace.demand_review import DemandReview
from sop.workspace.kept import Kept
from sop.workspace.models import DemandModels
from sop.workspace.reports import ImportReport, Status, Verification

if TYPE_CHECKING:
    from sop.analysis.advice import Advice
    from sop.analysis.comparison import Comparison
    from sop.analysis.references import Reference
    from sop.exchange.mapping import ColumnMapping
    from sop.exchange.reading import ReadResult
    from sop.finance import Window
    from sop.planning import Planner
    from sop.workspace.fit_run import FitRun
    from sop.workspace.fitting import Progress

_BACKTEST_AFTER = 20.0  # seconds: the first screen and the first moves come first


def default_store() -> Path:
    """``SOP_STORE``, or state/sop.duckdb below the current folder."""
    return Path(os.environ.get("SOP_STORE") or Path("state", "sop.duckdb"))


class Workspace(DemandReview):
    """One store and the plans asked of it. Shared by all sessions of a server; safe to use from any thread."""

    def __init__(self, repository: Repository, answers: Path | None = None) -> None:
        super().__init__()
        self._store = repository
        self._current: Import | None = next(iter(repository.imports()), None)
        self._models = DemandModels(repository)
        self._answers = Answers(repository, self._models, Kept(answers))

    @classmethod
    def open(cls, path: Path | str | None = None) -> Workspace:
        """Open or create the store at ``path`` (None: ``default_store()``; ":memory:": nowhere).

        Raises StoreBusy when another process holds it. Answers are kept in a folder of the same name beside it.
        """
        place = default_store() if path is None else path
        return cls(Repository(place), None if place == MEMORY else Path(place).with_suffix(".answers"))

    def close(self) -> None:
        """Let go of the store."""
        self._store.close()

    # --- data ---------------------------------------------------------------------------------------------------

    def status(self) -> Status:
        """What the store holds."""
        now = self._current
        if now is None:
            return Status()
        fitted = self._models.is_fitted(now.inputs_id)
        return Status(True, now.inputs_id, now.company, fitted, now.source, now.imported_at)

    def import_path(self, path: Path | str, mapping: ColumnMapping | None = None) -> ImportReport:
        """Import a folder of CSV files or a workbook. Column names matched before are remembered; ``mapping`` adds.

        Raises InputError with every fault; the store is then as it was.
        """
        from sop.workspace import loading

        told = loading.merged(self._store.mapping(), mapping or {})
        return self._imported(loading.read_path(Path(path), told), str(path), mapping and told)

    def import_uploads(self, files: Mapping[str, bytes], mapping: ColumnMapping | None = None) -> ImportReport:
        """The same for uploaded files, content by name."""
        from sop.workspace import loading

        told = loading.merged(self._store.mapping(), mapping or {})
        return self._imported(loading.read_uploads(files, told), ", ".join(sorted(files)), mapping and told)

    def load_demo(self) -> ImportReport:
        """Import the demo company with its scenarios; ones that were changed since stay as they are."""
        from sop.workspace.loading import DEMO, SCENARIOS, read_checked, scenarios_in

        inputs, read = read_checked(DEMO)
        present = self._store.scenarios(inputs.settings.company)
        new = [scenario for scenario in scenarios_in(DEMO / SCENARIOS) if scenario.id not in present]
        self._store.add_inputs(inputs, "demo company", _now(), scenarios=new)
        return self._switch(inputs, tuple(note for note in read.notes if SCENARIOS not in note))

    def template(self) -> bytes:
        """An empty workbook to fill in."""
        from sop.exchange.template import write_template

        target = io.BytesIO()
        write_template(target)
        return target.getvalue()

    @property
    def inputs(self) -> Inputs:
        """The cycle being planned; NotFound before the first import."""
        return self._inputs_of(self._cycle.inputs_id)

    def ensure_model(self, progress: Progress | None = None) -> None:
        """Fit the demand model in a process of its own when the store has none of use for the present inputs."""
        self._models.ensure(self.inputs, _now(), progress)

    @property
    def fit_run(self) -> FitRun | None:
        """The fit to the present inputs begun last in this process, running or ended; None where there was none."""
        return self._models.run(self._cycle.inputs_id)

    def begin_fit(self) -> FitRun:
        """Begin ``ensure_model`` in a thread of its own, to be watched and cancelled by any session; the fit that runs
        already, where one does. Series that were forecast before are not forecast again."""
        return self._models.begin(self.inputs, _now())

    def measure_accuracy(self, progress: Progress | None = None) -> None:
        """Backtest the demand model in a process of its own, unless that is done; plans stay as they are."""
        self._models.measure(self.inputs, _now(), progress)

    def measure_in_background(self) -> None:
        """Start ``measure_accuracy`` in a thread, once per import and not before the screen has had time to draw; cheap
        to call again and again."""
        self._models.measure_in_background(self.inputs, _now(), _BACKTEST_AFTER)

    def accuracy(self) -> pd.DataFrame:
        """What the backtest found, by engine and level; empty before it has run."""
        return self._models.read(self._cycle.inputs_id).accuracy_table()

    def demand_notes(self) -> tuple[str, ...]:
        """What fitting left out of history, and the engine the backtest would rather plan with."""
        return self._models.read(self._cycle.inputs_id).notes

    @property
    def planner(self) -> Planner:
        """The planner of the present inputs; SopError before the demand model is fitted."""
        return self._answers.planner(self._cycle.inputs_id)

    # --- scenarios ----------------------------------------------------------------------------------------------

    def scenarios(self) -> list[Scenario]:
        """Base, then every saved scenario of the present company, oldest first."""
        return [BASE, *self._saved().values()]

    def scenario(self, scenario_id: str) -> Scenario:
        """The scenario with this id; raises NotFound."""
        return family.find(self._saved(), scenario_id)

    def new_id(self, name: str) -> str:
        """An id for a new scenario of this name."""
        return family.slug(name, self._saved())

    def save(self, scenario: Scenario) -> Scenario:
        """Append a version of ``scenario``, its months spelled as the plan labels them.

        Raises ScenarioError when it is Base or frozen, its own ancestor, called like another one, or turns what does
        not exist here or the same thing twice.
        """
        if scenario.id == BASE_ID:
            raise ScenarioError("Base is the plan without overrides and stays so.", "Save under a new name.")
        if scenario.frozen:
            raise ScenarioError(f"{scenario.name!r} is frozen and never changes again.", "Save under a new name.")
        family.require_own_name(self._saved(), scenario)
        told = canonical(scenario, self.inputs.horizon)
        apply(self._answers.base(self._cycle.inputs_id), effective_overrides(self.chain(told)))
        self._store.save_scenarios(self._company, [told], _now())
        return told

    def freeze(self, scenario_id: str, author: str = "") -> Scenario:
        """Freeze a scenario for good, with what it takes from its ancestors and what it answers today.

        Freezing twice is no error.
        """
        scenario = self.scenario(scenario_id)
        if scenario.frozen:
            return scenario
        if scenario.id == BASE_ID:
            raise ScenarioError("Base follows the data and cannot be frozen.", "Save it under a name first.")
        done = family.frozen(self._saved(), scenario).model_copy(update={"author": author or scenario.author})
        now = _now()
        self._store.save_scenarios(self._company, [done], now, [self._answer(done, author, now)])
        return done

    def answers(self, scenario_id: str) -> list[SavedResult]:
        """What a scenario answered when it was frozen (key figures by window); empty when it was not."""
        return self._store.results(self._company, scenario_id)

    def delete(self, scenario_id: str) -> None:
        """Hide a scenario. Base, frozen scenarios and those others build on stay."""
        scenario = self.scenario(scenario_id)
        if scenario.id == BASE_ID or scenario.frozen:
            raise ScenarioError(f"{scenario.name!r} cannot be deleted.", "Base and frozen scenarios stay.")
        built_on = [child.name for child in family.children(self._saved(), scenario_id)]
        if built_on:
            raise ScenarioError(f"{', '.join(built_on)} build(s) on {scenario.name!r}.", "Delete that first.")
        self._store.delete_scenario(self._company, scenario_id, _now())

    def chain(self, scenario: Scenario) -> list[Scenario]:
        """The scenario and its ancestors, oldest first."""
        return family.chain(self._saved(), scenario)

    # --- plans --------------------------------------------------------------------------------------------------

    def plan(self, scenario: Scenario | str, whole: bool = False) -> PlanResult:
        """The plan of a scenario, saved or not; the ones asked for last are kept.

        ``whole`` plans set-ups, minimum lots and whole numbers exactly, which takes longer; see ``Planner.plan``.
        """
        asked = self.scenario(scenario) if isinstance(scenario, str) else scenario
        overrides = effective_overrides(self.chain(asked))
        result = self._answers.plan(self._cycle.inputs_id, asked, overrides, whole, self._is_saved(asked))
        return replace(result, scenario=asked, overrides=overrides)

    def warm_up(self) -> None:
        """Build what the next turns of levers need, in a thread of its own; cheap to call again and again."""
        self._answers.warm_up(self._cycle.inputs_id)

    def windows(self) -> dict[str, Window]:
        """Windows figures can be stated over, by name; the first is the default."""
        from sop.finance import windows

        return windows(self.inputs.horizon, not self.inputs["actuals"].empty)

    def window(self, window: Window | str) -> Window:
        """The window of this name; NotFound when the plan has none."""
        if not isinstance(window, str):
            return window
        known = self.windows()
        if window not in known:
            raise NotFound(f"There is no window {window!r} here.", f"There are: {', '.join(known)}.")
        return known[window]

    def kpis(self, result: PlanResult, window: Window | str) -> Kpis:
        """Key figures of a plan over a window."""
        from sop.finance import kpis

        return kpis(self._inputs_of(result.inputs_id), result, self.window(window))

    def statement(self, result: PlanResult, window: Window | str) -> pd.DataFrame:
        """P&L lines of a plan over a window, booked months included; see ``finance.statement_with_actuals``."""
        from sop.finance import statement_with_actuals

        return statement_with_actuals(self._inputs_of(result.inputs_id), result, self.window(window))

    def compare(self, ids: Sequence[str], reference_id: str, window_name: str) -> Comparison:
        """Saved scenarios side by side against a reference (see ``references``)."""
        reference = self.reference(reference_id, window_name)
        return self.comparison([self.plan(one) for one in ids], reference.plan or reference, window_name)

    def comparison(
        self, results: Sequence[PlanResult], reference: PlanResult | Reference, window: Window | str
    ) -> Comparison:
        """Plans side by side, saved scenarios or not, against a plan or any other reference over the same window."""
        from sop.analysis.comparison import compare

        inputs_id = reference.inputs_id if isinstance(reference, PlanResult) else self._cycle.inputs_id
        return compare(self._inputs_of(inputs_id), results, reference, self.window(window))

    def headline(
        self,
        result: PlanResult,
        reference: PlanResult | Reference,
        window: Window | str,
        next_action: Advice | None = None,
    ) -> str:
        """One sentence: what happened against the reference, and why; what to do next, where that is known."""
        from sop.analysis.headline import headline

        return headline(self._inputs_of(result.inputs_id), reference, result, self.window(window), next_action)

    def mix(self, result: PlanResult) -> pd.DataFrame:
        """Demand and deliveries of items planned as a family, split into what is sold; see ``split_by_mix``."""
        from sop.analysis.mix import split_by_mix

        return split_by_mix(self._inputs_of(result.inputs_id), result)

    # --- files --------------------------------------------------------------------------------------------------

    def workbook(self, scenario: Scenario | str) -> bytes:
        """The scenario beside Base as an Excel workbook."""
        from sop.exchange.workbook import workbook
        from sop.workspace.exporting import report

        result, base = self.plan(scenario), self.plan(BASE)
        inputs, chain = self._inputs_of(result.inputs_id), self.chain(result.scenario)
        return workbook(report(inputs, result, base, chain, self.windows()))

    def snapshot(self, scenario: Scenario | str) -> bytes:
        """The scenario with all it was made of, to be planned again anywhere."""
        from sop.exchange.snapshot import write_snapshot
        from sop.workspace.exporting import versions

        result = self.plan(scenario)
        inputs, model = self._inputs_of(result.inputs_id), self._models.data(result.inputs_id)
        return write_snapshot(inputs, model, self.chain(result.scenario), result, versions())

    def import_snapshot(self, data: bytes) -> Scenario:
        """Take over a snapshot's inputs, demand model and scenarios; they are what is planned from now on.

        Returns the scenario as it is called here. Raises SopError for a snapshot that cannot be read or trusted.
        """
        from sop.exchange.snapshot import read_snapshot
        from sop.workspace.verifying import planner_of

        snapshot = read_snapshot(data)
        planner_of(snapshot)
        present = self._store.scenarios(snapshot.inputs.settings.company)
        chain = family.adopted(present, snapshot.chain)
        new = [scenario for scenario in chain if scenario.id not in present and scenario.id != BASE_ID]
        self._store.add_inputs(snapshot.inputs, "snapshot", _now(), scenarios=new, model=snapshot.model)
        self._models.forget()
        self._answers.forget_plans()
        self._switch(snapshot.inputs, ())
        return chain[-1]

    @staticmethod
    def verify(snapshot: bytes | Path) -> Verification:
        """Plan a snapshot again from nothing but itself (not the store) and say whether the results are equal."""
        from sop.workspace.verifying import verify

        return verify(snapshot)

    # --- inside -------------------------------------------------------------------------------------------------

    def _imported(self, read: ReadResult, source: str, mapping: ColumnMapping | None) -> ImportReport:
        from sop.workspace.loading import plannable

        inputs, told = with_approved_levels(self._store, plannable(read))
        notes = (*read.notes, *([told] if told else []))
        self._store.add_inputs(inputs, source, _now(), note="\n".join(notes), mapping=mapping or {})
        return self._switch(inputs, notes)

    def _switch(self, inputs: Inputs, notes: tuple[str, ...]) -> ImportReport:
        """Plan with these inputs from now on."""
        self._answers.add(inputs)
        self._current = self._store.imports()[0]
        return ImportReport(inputs.id, {name: len(table) for name, table in inputs.tables.items() if len(table)}, notes)

    def _answer(self, scenario: Scenario, author: str, now: datetime) -> SavedResult:
        result = self.plan(scenario)
        kpis = {name: asdict(self.kpis(result, window)) for name, window in self.windows().items()}
        figures = {"frozen_by": author, "objective": result.supply.objective, "kpis": kpis}
        return SavedResult(result.inputs_id, scenario.id, result.scenario_key, now, figures)

    @property
    def _cycle(self) -> Import:
        if self._current is None:
            raise NotFound("There are no data yet.", "Load the demo company or import your own tables.")
        return self._current

    @property
    def _company(self) -> str:
        return self._cycle.company

    def _saved(self) -> Mapping[str, Scenario]:
        return self._store.scenarios(self._company) if self._current else {}

    def _inputs_of(self, inputs_id: str) -> Inputs:
        return self._answers.inputs(inputs_id)

    def _is_saved(self, scenario: Scenario) -> bool:
        return scenario == BASE or self._saved().get(scenario.id) == scenario


def _now() -> datetime:
    """UTC without zone, as the store keeps it."""
    return datetime.now(UTC).replace(tzinfo=None)
