"""The repository: what the workspace keeps and finds again. Append only; text never becomes part of a query."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sop.domain.errors import NotFound, SopError
from sop.domain.inputs import Inputs
from sop.domain.scenario import Scenario
from sop.store.connection import MEMORY, Connection, Cursor
from sop.store.schema import prepare
from sop.store.tables import read_tables, write_tables

Mapped = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Import:
    """One import: which inputs came from where, when (UTC), with what remarks."""

    inputs_id: str
    company: str
    source: str
    note: str
    imported_at: datetime


@dataclass(frozen=True)
class SavedResult:
    """What a frozen scenario answered when it was frozen: the question's key and the figures."""

    inputs_id: str
    scenario_id: str
    scenario_key: str
    saved_at: datetime
    figures: Mapping[str, Any]


@dataclass(frozen=True)
class Approval:
    """An approved plan: a frozen scenario on the inputs of its cycle, who approved it when (UTC) and why.

    ``figures`` is what it answered (key figures by window, lines by bucket). ``number`` is its place in the store, 0
    before it is stored.
    """

    inputs_id: str
    scenario_id: str
    scenario_key: str
    approved_at: datetime
    author: str
    reason: str
    figures: Mapping[str, Any]
    number: int = 0


class Repository:
    """One store. Safe to use from any thread; every method is one transaction."""

    def __init__(self, path: Path | str = MEMORY) -> None:
        """Open or create the store; raises StoreBusy or SopError (see Connection)."""
        self.path = None if path == MEMORY else Path(path)
        self._connection = Connection(path)
        self._known: dict[str, tuple[int, dict[str, Scenario]]] = {}
        try:
            prepare(self._connection)
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def add_inputs(
        self,
        inputs: Inputs,
        source: str,
        at: datetime,
        *,
        note: str = "",
        scenarios: Sequence[Scenario] = (),
        model: bytes = b"",
        mapping: Mapped | None = None,
    ) -> None:
        """Append an import, with scenarios, a fitted model and column names that come with it: all, or nothing."""

        def work(cursor: Cursor) -> None:
            if not _has_inputs(cursor, inputs.id):
                write_tables(cursor, inputs.id, inputs.tables)
            cursor.execute(
                "INSERT INTO imports (inputs_id, company, source, note, imported_at) VALUES (?, ?, ?, ?, ?)",
                [inputs.id, inputs.settings.company, source, note, at],
            )
            for scenario in scenarios:
                _append_scenario(cursor, inputs.settings.company, scenario, at)
            if model:
                _append_model(cursor, inputs.id, model, at)
            if mapping:
                _append_mapping(cursor, mapping, at)

        self._connection.write(work)

    def imports(self) -> list[Import]:
        """All imports, newest first."""
        query = "SELECT inputs_id, company, source, note, imported_at FROM imports ORDER BY number DESC"
        with self._connection.reading() as cursor:
            return [Import(*row) for row in cursor.execute(query).fetchall()]

    def inputs(self, inputs_id: str) -> Inputs:
        """The inputs with this id; raises NotFound."""
        with self._connection.reading() as cursor:
            if not _has_inputs(cursor, inputs_id):
                raise NotFound(f"There are no inputs {inputs_id!r} in the store.", "Import them again.")
            return Inputs(read_tables(cursor, inputs_id), inputs_id)

    def add_model(self, inputs_id: str, model: bytes, at: datetime) -> None:
        """Append a fitted demand model."""
        self._connection.write(lambda cursor: _append_model(cursor, inputs_id, model, at))

    def model(self, inputs_id: str) -> bytes | None:
        """The newest demand model fitted to these inputs, or None."""
        query = "SELECT model FROM demand_models WHERE inputs_id = ? ORDER BY number DESC LIMIT 1"
        with self._connection.reading() as cursor:
            found = cursor.execute(query, [inputs_id]).fetchall()
        return bytes(found[0][0]) if found else None

    def save_scenarios(
        self, company: str, scenarios: Sequence[Scenario], at: datetime, results: Sequence[SavedResult] = ()
    ) -> None:
        """Append versions of scenarios, and what they answered.

        Raises SopError when one of them is frozen in the store and would change: checked inside the transaction.
        """

        def work(cursor: Cursor) -> None:
            present = _scenarios(cursor, company)
            for scenario in scenarios:
                _refuse_frozen(present.get(scenario.id), scenario)
                _append_scenario(cursor, company, scenario, at)
            for result in results:
                _append_result(cursor, company, result)

        self._connection.write(work)

    def delete_scenario(self, company: str, scenario_id: str, at: datetime) -> None:
        """Append a tombstone; raises NotFound when there is no such scenario (any more)."""

        def work(cursor: Cursor) -> None:
            scenario = _scenarios(cursor, company).get(scenario_id)
            if scenario is None:
                raise NotFound(f"There is no scenario {scenario_id!r}.", "It may have been deleted.")
            _append_scenario(cursor, company, scenario, at, deleted=True)

        self._connection.write(work)

    def scenarios(self, company: str) -> dict[str, Scenario]:
        """Newest version of every scenario that is not deleted, by id, oldest scenario first."""
        writes = self._connection.writes
        kept = self._known.get(company)
        if kept is None or kept[0] != writes:
            with self._connection.reading() as cursor:
                kept = self._known[company] = (writes, _scenarios(cursor, company))
        return dict(kept[1])

    def results(self, company: str, scenario_id: str) -> list[SavedResult]:
        """What a scenario answered, newest first."""
        query = """
            SELECT inputs_id, scenario_id, scenario_key, saved_at, figures FROM results
            WHERE company = ? AND scenario_id = ? ORDER BY number DESC
        """
        with self._connection.reading() as cursor:
            found = cursor.execute(query, [company, scenario_id]).fetchall()
        return [
            SavedResult(inputs_id, name, key, saved_at, json.loads(figures))
            for inputs_id, name, key, saved_at, figures in found
        ]

    def approve(self, company: str, scenario: Scenario, approval: Approval, snapshot: bytes) -> Approval:
        """Append an approval, and the frozen scenario where it is not there: both, or nothing.

        ``snapshot`` holds all the plan was made of. Raises SopError when the scenario is frozen and would change.
        """

        def work(cursor: Cursor) -> int:
            present = _scenarios(cursor, company).get(scenario.id)
            _refuse_frozen(present, scenario)
            if present != scenario:
                _append_scenario(cursor, company, scenario, approval.approved_at)
            return _append_approval(cursor, company, approval, snapshot)

        return replace(approval, number=self._connection.write(work))

    def approvals(self, company: str) -> list[Approval]:
        """Approved plans, newest first."""
        query = """
            SELECT figures, inputs_id, scenario_id, scenario_key, approved_at, author, reason, number FROM approvals
            WHERE company = ? ORDER BY number DESC
        """
        with self._connection.reading() as cursor:
            found = cursor.execute(query, [company]).fetchall()
        return [
            Approval(inputs_id, scenario_id, key, approved_at, author, reason, json.loads(figures), number)
            for figures, inputs_id, scenario_id, key, approved_at, author, reason, number in found
        ]

    def approved_snapshot(self, number: int) -> bytes:
        """The snapshot kept with approval ``number``; raises NotFound."""
        with self._connection.reading() as cursor:
            found = cursor.execute("SELECT snapshot FROM approvals WHERE number = ?", [number]).fetchall()
        if not found:
            raise NotFound(f"There is no approval {number}.", "Choose one of the approved plans.")
        return bytes(found[0][0])

    def mapping(self) -> dict[str, dict[str, str]]:
        """The column names remembered last; empty when none were."""
        query = "SELECT document FROM column_mappings ORDER BY number DESC LIMIT 1"
        with self._connection.reading() as cursor:
            newest = cursor.execute(query).fetchall()
        found: dict[str, dict[str, str]] = json.loads(newest[0][0]) if newest else {}
        return found


def _has_inputs(cursor: Cursor, inputs_id: str) -> bool:
    return bool(cursor.execute("SELECT 1 FROM imports WHERE inputs_id = ? LIMIT 1", [inputs_id]).fetchall())


def _append_model(cursor: Cursor, inputs_id: str, model: bytes, at: datetime) -> None:
    query = "INSERT INTO demand_models (inputs_id, fitted_at, model) VALUES (?, ?, ?)"
    cursor.execute(query, [inputs_id, at, model])


def _append_result(cursor: Cursor, company: str, result: SavedResult) -> None:
    query = """
        INSERT INTO results (inputs_id, company, scenario_id, scenario_key, saved_at, figures)
        VALUES (?, ?, ?, ?, ?, ?)
    """
    figures = json.dumps(result.figures, sort_keys=True, default=float)
    given = [result.inputs_id, company, result.scenario_id, result.scenario_key, result.saved_at, figures]
    cursor.execute(query, given)


def _append_approval(cursor: Cursor, company: str, approval: Approval, snapshot: bytes) -> int:
    """The number it got."""
    query = """
        INSERT INTO approvals
        (inputs_id, company, scenario_id, scenario_key, approved_at, author, reason, figures, snapshot)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number
    """
    told = [approval.inputs_id, company, approval.scenario_id, approval.scenario_key, approval.approved_at]
    figures = json.dumps(approval.figures, sort_keys=True, default=float)
    given = [*told, approval.author, approval.reason, figures, snapshot]
    return int(cursor.execute(query, given).fetchall()[0][0])


def _append_mapping(cursor: Cursor, mapping: Mapped, at: datetime) -> None:
    told = json.dumps(mapping, sort_keys=True)
    cursor.execute("INSERT INTO column_mappings (saved_at, document) VALUES (?, ?)", [at, told])


def _append_scenario(cursor: Cursor, company: str, scenario: Scenario, at: datetime, deleted: bool = False) -> None:
    query = "INSERT INTO scenarios (company, id, deleted, saved_at, document) VALUES (?, ?, ?, ?, ?)"
    cursor.execute(query, [company, scenario.id, deleted, at, scenario.model_dump_json()])


def _scenarios(cursor: Cursor, company: str) -> dict[str, Scenario]:
    query = """
        SELECT arg_max(document, number), arg_max(deleted, number) AS gone FROM scenarios
        WHERE company = ? GROUP BY id HAVING NOT gone ORDER BY min(number)
    """
    found = [Scenario.model_validate_json(row[0]) for row in cursor.execute(query, [company]).fetchall()]
    return {scenario.id: scenario for scenario in found}


def _refuse_frozen(present: Scenario | None, scenario: Scenario) -> None:
    if present is not None and present.frozen and present != scenario:
        raise SopError(f"{present.name!r} is frozen and never changes again.", "Save your changes under a new name.")
