"""Fitting the demand model in a process of its own, so that neither a crash nor a fork can reach the app."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

import sop
from sop.demand import fit
from sop.demand.handover import write_inputs
from sop.demand.places import usual_processes
from sop.domain.errors import SopError
from sop.domain.inputs import Inputs

Progress = Callable[[float, str], None]
WORKER = "sop.demand.worker"
_PATIENT = 15  # niceness of work nobody waits for (where the system knows such a thing)
_LOOK = 0.1  # seconds until somebody's wish to cancel is noticed


class FitCancelled(SopError):
    """Somebody ended the fit. What was forecast until then is kept."""

    def __init__(self) -> None:
        super().__init__("Fitting was cancelled.", "What is forecast so far is kept: fit again, and it goes on there.")


def fitted(
    inputs: Inputs,
    progress: Progress | None = None,
    keep: Path | None = None,
    engine: str = "",
    cancel: threading.Event | None = None,
) -> bytes:
    """The demand model fitted to ``inputs``, as bytes.

    In a process of its own, unless there is no history: then nothing is estimated and it takes a moment right here.
    Series are dealt out to all processors, or to the Dask cluster whose scheduler SOP_SCHEDULER names. ``keep``: file
    with forecasts of earlier fits. ``engine``: name of one, instead of the setting's. Setting ``cancel`` ends the
    process at once (FitCancelled), an exception that ``progress`` raises does when it is next told; what was forecast
    until then is kept.
    """
    if not inputs.has_history:
        return fit(inputs, progress).to_bytes()
    named = ["--engine", engine] if engine else []
    return fit_in_worker(inputs, progress, options=[*_places(keep), *named], cancel=cancel)


def measured(inputs: Inputs, model: bytes, progress: Progress | None = None, keep: Path | None = None) -> bytes:
    """``model`` with its accuracy measured by a backtest in a process of its own; its forecasts stay as they are.

    The process gives way to everything else on the machine: nobody waits for it.
    """
    return _work(inputs, progress, model=model, options=["--backtest", *_kept_in(keep)], patient=True)


def fit_in_worker(
    inputs: Inputs,
    progress: Progress | None = None,
    worker: str = WORKER,
    options: Sequence[str] = (),
    cancel: threading.Event | None = None,
) -> bytes:
    """Fit the demand model to ``inputs`` in a fresh Python process and return its bytes.

    ``progress`` hears the share done (0 to 1) and what is being done. Raises SopError when the process fails,
    FitCancelled once ``cancel`` is set.
    """
    return _work(inputs, progress, worker=worker, options=options, cancel=cancel)


def _places(keep: Path | None) -> list[str]:
    """Where series are forecast, as options of the worker."""
    scheduler = os.environ.get("SOP_SCHEDULER", "")
    where = ["--scheduler", scheduler] if scheduler else ["--processes", str(usual_processes())]
    return [*where, *_kept_in(keep)]


def _kept_in(keep: Path | None) -> list[str]:
    return ["--keep", str(keep.absolute())] if keep is not None else []


def _work(
    inputs: Inputs,
    progress: Progress | None,
    *,
    model: bytes = b"",
    options: Sequence[str] = (),
    worker: str = WORKER,
    patient: bool = False,
    cancel: threading.Event | None = None,
) -> bytes:
    """Hand tables (and a model to start from) over in a folder, run the worker there, take the model it leaves."""
    with tempfile.TemporaryDirectory(prefix="sop-fit-") as folder:
        tables, outcome, complaints = Path(folder, "tables"), Path(folder, "model"), Path(folder, "errors.txt")
        tables.mkdir()
        write_inputs(inputs, tables)
        if model:
            outcome.write_bytes(model)
        command = [sys.executable, "-m", worker, str(tables), str(outcome), "--watch-stdin", *options]
        with complaints.open("w+", encoding="utf-8") as errors:
            code = _run(command, folder, errors, progress, patient, cancel)
        if cancel is not None and cancel.is_set():
            raise FitCancelled
        if code != 0 or not outcome.exists():
            raise _failure(code, complaints.read_text("utf-8", errors="replace"))
        return outcome.read_bytes()


def _run(  # noqa: PLR0917 - a process and who listens to it
    command: list[str],
    folder: str,
    errors: IO[str],
    progress: Progress | None,
    patient: bool,
    cancel: threading.Event | None,
) -> int:
    """Exit code of the worker, after relaying what it told on the way. It never outlives us: it ends when its standard
    input does, which no process survives with it open."""
    process = subprocess.Popen(  # noqa: S603  (our own module, paths we made)
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        cwd=folder,
        env=_environment(),
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    try:
        if patient and hasattr(os, "setpriority"):
            os.setpriority(os.PRIO_PROCESS, process.pid, _PATIENT)
        if cancel is not None:
            threading.Thread(target=_end_once, args=(cancel, process), name="cancel", daemon=True).start()
        for line in process.stdout or ():
            _relay(line, progress)
        return process.wait()
    finally:
        _end(process)
        if process.stdin is not None:
            process.stdin.close()


def _end_once(cancel: threading.Event, process: subprocess.Popen[str]) -> None:
    """End the worker when somebody cancels; be gone when it is."""
    while process.poll() is None:
        if cancel.wait(_LOOK):
            _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """End the worker with the processes it dealt series out to (on Windows, those notice by themselves)."""
    if process.poll() is None and hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def _environment() -> dict[str, str]:
    """Ours, with this package importable from anywhere and one thread per numeric library."""
    paths = [str(Path(sop.__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "OMP_NUM_THREADS": "1",
        "PYTHONUTF8": "1",
    }


def _relay(line: str, progress: Progress | None) -> None:
    """Pass on progress; raise the fault the worker tells of. Anything else on the line came from a library."""
    try:
        told = json.loads(line)
    except ValueError:
        return
    if not isinstance(told, dict):
        return
    if "error" in told:
        raise SopError(str(told["error"]), str(told.get("remedy", "")))
    if progress is not None and "progress" in told:
        progress(min(max(float(told["progress"]), 0.0), 1.0), str(told.get("doing", "")))


def _failure(code: int, complaints: str) -> SopError:
    last = next((line.strip() for line in reversed(complaints.splitlines()) if line.strip()), "")
    if code < 0 and not last:
        last = f"The process was ended from outside (signal {-code}), perhaps for want of memory."
    return SopError("The demand model could not be fitted.", last or "The process said nothing; try again.")
