"""Editing the data on screen: every change is a new version of the inputs, and can be taken back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import pandas as pd

from sop.domain.base import base_parameters
from sop.domain.errors import SopError
from sop.domain.inputs import Inputs
from sop.workspace.approved_levels import with_approved_levels
from sop.workspace.carrying import carried_over, carries_over
from sop.workspace.counsel import Counsel

if TYPE_CHECKING:
    from sop.store import Import
    from sop.workspace.fitting import Progress
    from sop.workspace.reports import ImportReport

EDITED: Final = ", edited"
TAKEN_BACK: Final = ", edit taken back"
MADE_AGAIN: Final = ", edit made again"
_ENDINGS: Final = (EDITED, TAKEN_BACK, MADE_AGAIN)
_LONGEST: Final = 500

Tables = Mapping[str, pd.DataFrame]
Change = Callable[[Inputs], Tables]


@dataclass(frozen=True)
class Edit:
    """One change of the data: what, by whom and why (in one sentence), when (UTC), and the inputs before and after."""

    what: str
    at: datetime
    before: str
    after: str


@dataclass(frozen=True)
class Desk:
    """Where editing stands: ``done`` oldest first, ``undone`` with the one to make again last, and the inputs all of
    it began with. ``is_fresh``: nothing but an import was done yet."""

    start: str = ""
    done: tuple[Edit, ...] = ()
    undone: tuple[Edit, ...] = ()
    is_fresh: bool = True


class Editing(Counsel):
    """The part of the workspace that edits. The other parts supply what is declared here without a body."""

    if TYPE_CHECKING:
        _current: Import | None

        @property
        def _cycle(self) -> Import:
            raise NotImplementedError

        def _inputs_of(self, inputs_id: str) -> Inputs:
            raise NotImplementedError

        def _switch(self, inputs: Inputs, notes: tuple[str, ...]) -> ImportReport:
            raise NotImplementedError

    def __init__(self) -> None:
        super().__init__()
        self._editing = threading.RLock()

    def edit(self, change: Change, what: str, progress: Progress | None = None) -> Edit:
        """Plan with changed tables from now on: a new version of the inputs, the one before stays.

        ``change`` gives the tables that differ, ``what`` says what was changed, by whom and why. The demand model goes
        along where history and drivers stay as they are; else it is fitted again with the same engine (series whose
        history stays are not forecast again). Raises SopError when nothing would change or no plan could be made;
        nothing has changed then.
        """
        with self._editing:
            before = self.inputs
            after, _ = with_approved_levels(self._store, Inputs.of({**before.tables, **change(before)}))
            if after.id == before.id:
                raise SopError("Nothing would change.", "Change a figure first.")
            self._add(after, EDITED, what[:_LONGEST], self._model_for(before, after, progress))
            return self.desk().done[-1]

    def undo_edit(self) -> Edit:
        """Go back to the data before the last edit; SopError when there is none."""
        with self._editing:
            done = self.desk().done
            if not done:
                raise SopError("There is no edit to take back.", "Data that were imported stay as they are.")
            self._add(self._inputs_of(done[-1].before), TAKEN_BACK, done[-1].what)
            return done[-1]

    def redo_edit(self) -> Edit:
        """Make the edit again that was taken back last; SopError when there is none."""
        with self._editing:
            undone = self.desk().undone
            if not undone:
                raise SopError("There is no edit to make again.", "Nothing was taken back.")
            self._add(self._inputs_of(undone[-1].after), MADE_AGAIN, undone[-1].what)
            return undone[-1]

    def desk(self) -> Desk:
        """The edits since the data were imported, in the order of the store: it survives a restart."""
        desk = Desk()
        for entry in reversed(self._store.imports()):
            desk = after_entry(desk, entry)
        return desk

    def _model_for(self, before: Inputs, after: Inputs, progress: Progress | None) -> bytes:
        from sop.workspace.fitting import fitted

        if not self._models.is_fitted(before.id):
            base_parameters(after)
            return b""
        model = self._models.read(before.id)
        if carries_over(before, after):
            return carried_over(model, after).to_bytes()
        base_parameters(after)
        chosen = after.settings.engine
        engine = "" if chosen or not before.has_history or before.settings.engine else model.engine
        return fitted(after, progress, self._models.keep, engine)

    def _add(self, inputs: Inputs, ending: str, what: str, model: bytes = b"") -> None:
        source = _plain_source(self._cycle.source) + ending
        now = datetime.now(UTC).replace(tzinfo=None)
        self._store.add_inputs(inputs, source, now, note=what, model=model)
        self._models.forget()
        self._switch(inputs, ())


def after_entry(desk: Desk, entry: Import) -> Desk:
    """Where editing stands after one more entry of the store's list of imports."""
    before = desk.done[-1].after if desk.done else desk.start
    if entry.source.endswith(TAKEN_BACK) and desk.done:
        return Desk(desk.start, desk.done[:-1], (*desk.undone, desk.done[-1]), is_fresh=False)
    if entry.source.endswith(MADE_AGAIN) and desk.undone:
        return Desk(desk.start, (*desk.done, desk.undone[-1]), desk.undone[:-1], is_fresh=False)
    if entry.source.endswith(EDITED) and before:
        edit = Edit(entry.note, entry.imported_at, before, entry.inputs_id)
        return Desk(desk.start, (*desk.done, edit), (), is_fresh=False)
    return Desk(entry.inputs_id)


def _plain_source(source: str) -> str:
    for ending in _ENDINGS:
        source = source.removesuffix(ending)
    return source
