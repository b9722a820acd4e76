"""Where series are forecast: right here, in processes of this computer, or on a Dask cluster; never by forking.

    with Places(processes=2, kept=Kept(path)) as places:
        places.over(Ensemble()).forecast(history, 18, 12)

``over`` is the same engine with its series dealt out in small chunks. A finished chunk is kept at once, so that a fit
that was cancelled or cut off goes on from there, and a later one repeats only series whose history changed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from importlib import import_module
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

from sop.demand.engines import Engine, Report, silent
from sop.demand.kept import Kept, key_of
from sop.domain.errors import SopError
from sop.domain.parameters import Array

Index = npt.NDArray[np.int64]

FEWEST_FOR_PROCESSES = 250
"""Series from which on starting processes (seconds for their libraries) is worth it."""
LARGEST_CHUNK = 25
CHUNKS_PER_WORKER = 8


class Places:
    """Workers that stay up while a fit lasts: ``processes`` of this computer (1 = none beside this one), or those of
    the Dask cluster whose ``scheduler`` is named ("tcp://host:8786"). ``kept``: forecasts from earlier fits."""

    def __init__(self, processes: int = 1, kept: Kept | None = None, scheduler: str = "") -> None:
        self._processes, self._kept, self._scheduler = processes, kept, scheduler
        self._executor: Executor | None = None
        self._client: object = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._executor is not None and self._client is not None:
            self._executor.shutdown(wait=False)  # gives up what is not done yet
            self._client.close()  # type: ignore[attr-defined]
        elif self._executor is not None:
            self._executor.shutdown(wait=fault is None, cancel_futures=True)

    def over(self, engine: Engine) -> Engine:
        """``engine`` at work in these places: the same forecasts."""
        return _Dealt(engine, self)

    def run(self, engine: Engine, history: Array, horizon: int, season_length: int) -> Iterator[tuple[Index, Array]]:
        """Rows done and their forecasts, chunk by chunk, in whatever order they are done."""
        chunks = self._chunks(len(history))
        executor = self._opened(len(history))
        if executor is None:
            for rows in chunks:
                yield rows, engine.forecast(history[rows], horizon, season_length)
            return
        pending = {executor.submit(engine.forecast, history[rows], horizon, season_length): rows for rows in chunks}
        for future in as_completed(pending):
            yield pending[future], future.result()

    @property
    def kept(self) -> Kept | None:
        """What earlier fits forecast."""
        return self._kept

    def _chunks(self, count: int) -> list[Index]:
        workers = max(self._processes, 1)
        size = min(LARGEST_CHUNK, max(1, -(-count // (workers * CHUNKS_PER_WORKER))))
        return [np.arange(start, min(start + size, count)) for start in range(0, count, size)]

    def _opened(self, count: int) -> Executor | None:
        """The workers, started when first needed; None when ``count`` series are done sooner without."""
        if self._executor is None and self._scheduler:
            self._executor = self._on_cluster()
        elif self._executor is None and self._processes > 1 and count >= FEWEST_FOR_PROCESSES:
            self._executor = local_processes(self._processes)
        return self._executor

    def _on_cluster(self) -> Executor:
        try:
            distributed = import_module("distributed")
        except ImportError as fault:
            remedy = "Install requirements-dask.txt, or name no scheduler."
            raise SopError("Fitting on a Dask cluster needs dask[distributed].", remedy) from fault
        try:
            client = distributed.Client(self._scheduler, timeout=10, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as fault:
            remedy = f"Start it, or change the address {self._scheduler!r}."
            raise SopError("The Dask scheduler does not answer.", remedy) from fault
        self._client = client
        self._processes = max(sum(client.nthreads().values()), 1)
        executor: Executor = client.get_executor(pure=False)
        return executor


def usual_processes() -> int:
    """As many processes as this computer has processors, 8 at most."""
    return max(1, min(os.cpu_count() or 1, 8))


def local_processes(count: int) -> ProcessPoolExecutor:
    """``count`` fresh processes (spawned, never forked) that end when this one does, however it ends."""
    from multiprocessing import get_context

    os.environ.setdefault("OMP_NUM_THREADS", "1")
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_end_with_parent)


def _end_with_parent() -> None:
    """A parent that is killed takes nobody along: watch it."""
    from multiprocessing import parent_process
    from threading import Thread

    parent = parent_process()
    if parent is not None:

        def watch() -> None:
            parent.join()
            os._exit(1)

        Thread(target=watch, name="parent", daemon=True).start()


@dataclass(frozen=True, eq=False)
class _Dealt:
    """An engine whose series are looked up among those kept and else dealt out to workers."""

    engine: Engine
    places: Places

    @property
    def name(self) -> str:
        """The engine's."""
        return self.engine.name

    def forecast(self, history: Array, horizon: int, season_length: int, report: Report = silent) -> Array:
        """See Engine."""
        result = np.zeros((len(history), horizon))
        keys = [key_of(self.engine, values, horizon, season_length) for values in history]
        kept = self.places.kept
        known = kept.find(keys) if kept is not None else {}
        for row, key in enumerate(keys):
            if key in known:
                result[row] = known[key]
        missing = np.array([row for row, key in enumerate(keys) if key not in known], dtype=np.int64)
        done = len(history) - len(missing)
        report(done / max(len(history), 1))
        for rows, answers in self.places.run(self.engine, history[missing], horizon, season_length):
            result[missing[rows]] = answers
            if kept is not None:
                kept.add([keys[row] for row in missing[rows]], answers)
            done += len(rows)
            report(done / len(history))
        return result
