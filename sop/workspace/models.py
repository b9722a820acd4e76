"""Fitted demand models: found in the store, fitted when missing, measured when there is time."""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from sop.domain.errors import SopError
from sop.domain.inputs import Inputs
from sop.store import Repository
from sop.workspace.recent import Recent

if TYPE_CHECKING:
    from sop.demand import DemandModel
    from sop.workspace.fit_run import FitRun
    from sop.workspace.fitting import Progress

_CYCLES_BACK = 3
_UNREADABLE = (ValueError, KeyError, TypeError, OSError, EOFError, MemoryError, AttributeError, BadZipFile)


def read_model(data: bytes, inputs_id: str) -> DemandModel:
    """The demand model in ``data``; SopError when it cannot be read or was fitted to other inputs."""
    from sop.demand import DemandModel

    try:
        model = DemandModel.from_bytes(data)
    except _UNREADABLE as error:
        raise SopError("The demand model cannot be read by this version.", "Fit it again.") from error
    if model.inputs_id != inputs_id:
        raise SopError("The demand model was fitted to other inputs.", "Fit it again.")
    return model


def is_usable(data: bytes | None, inputs_id: str) -> bool:
    """Whether there is a model that ``read_model`` accepts."""
    try:
        return data is not None and bool(read_model(data, inputs_id).items)
    except SopError:
        return False


class DemandModels:
    """The demand models of one store. Fitting and measuring happen once, whoever asks; the others wait."""

    def __init__(self, store: Repository) -> None:
        """Forecasts of single series are kept in a file beside the store, so that later fits need not repeat them."""
        self._store = store
        self._keep = None if store.path is None else store.path.with_suffix(".fits")
        self._usable: Recent[str, bool] = Recent(8)
        self._fitting = threading.Lock()
        self._measuring = threading.Lock()
        self._begun: set[str] = set()
        self._run: FitRun | None = None
        self._starting = threading.Lock()

    def data(self, inputs_id: str) -> bytes:
        """The newest model of some inputs as bytes; SopError when there is none."""
        model = self._store.model(inputs_id)
        if model is None:
            raise SopError("The demand model is not fitted yet.", "Fit it first (python -m sop fit).")
        return model

    def read(self, inputs_id: str) -> DemandModel:
        """The newest model of some inputs."""
        return read_model(self.data(inputs_id), inputs_id)

    def is_fitted(self, inputs_id: str) -> bool:
        """Whether there is a model of use."""
        return self._usable.get(inputs_id, lambda: is_usable(self._store.model(inputs_id), inputs_id))

    @property
    def keep(self) -> Path | None:
        """File with forecasts of single series from earlier fits; None where nothing is kept."""
        return self._keep

    def forget(self) -> None:
        """Look into the store again: it has got models from elsewhere."""
        self._usable.clear()

    def ensure(
        self, inputs: Inputs, at: datetime, progress: Progress | None, cancel: threading.Event | None = None
    ) -> None:
        """Fit a model unless there is one of use; FitCancelled once ``cancel`` is set."""
        from sop.workspace.fitting import fitted

        with self._fitting:
            if not self.is_fitted(inputs.id):
                model = fitted(inputs, progress, self._keep, self._preferred(inputs), cancel)
                self._store.add_model(inputs.id, model, at)
                self._usable.clear()

    def run(self, inputs_id: str) -> FitRun | None:
        """The fit to these inputs begun last in this process, running or ended; None where there was none."""
        run = self._run
        return run if run is not None and run.inputs_id == inputs_id else None

    def begin(self, inputs: Inputs, at: datetime) -> FitRun:
        """Begin to fit in a thread, or the fit that runs already. One to other inputs ends: nobody waits for it."""
        from sop.workspace.fit_run import FitRun

        with self._starting:
            run = self._run
            if run is None or run.inputs_id != inputs.id or not run.is_running or run.is_cancelled:
                if run is not None:
                    run.cancel()
                run = self._run = FitRun(inputs.id, lambda tell, cancel: self.ensure(inputs, at, tell, cancel))
            return run

    def _preferred(self, inputs: Inputs) -> str:
        """The engine the last backtest of this company chose; blank where the data choose one or none was measured."""
        from sop.demand.backtest import preferred_engine

        company = inputs.settings.company
        cycles = [] if inputs.settings.engine else [one for one in self._store.imports() if one.company == company]
        for cycle in cycles[:_CYCLES_BACK]:
            data = self._store.model(cycle.inputs_id)
            if data is not None and is_usable(data, cycle.inputs_id):
                chosen = preferred_engine(read_model(data, cycle.inputs_id))
                if chosen:
                    return chosen
        return ""

    def measure(self, inputs: Inputs, at: datetime, progress: Progress | None = None) -> None:
        """Backtest the model unless that is done or there is no history; its forecasts stay as they are."""
        from sop.workspace.fitting import measured

        with self._measuring:
            if inputs.has_history and not self.read(inputs.id).accuracy:
                model = measured(inputs, self.data(inputs.id), progress, self._keep)
                self._store.add_model(inputs.id, model, at)

    def measure_in_background(self, inputs: Inputs, at: datetime, delay: float = 0.0) -> threading.Thread | None:
        """Start ``measure`` in a thread after ``delay`` seconds, once per inputs; where it fails, accuracy just stays
        unknown."""
        if inputs.id in self._begun or not self.is_fitted(inputs.id):
            return None
        self._begun.add(inputs.id)
        thread = threading.Thread(target=self._measure_quietly, args=(inputs, at, delay), name="backtest", daemon=True)
        thread.start()
        return thread

    def _measure_quietly(self, inputs: Inputs, at: datetime, delay: float) -> None:
        time.sleep(delay)
        try:
            self.measure(inputs, at)
        except Exception:  # in a thread nobody waits for
            logging.getLogger(__name__).warning("The accuracy of the forecast could not be measured.", exc_info=True)
