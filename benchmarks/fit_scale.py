"""Fitting 2,000 series x 60 months the way the app does, killed half-way (kill -9) and started again.

Shows that no series that was confirmed before the kill is forecast again, that no process of the killed fit lives on,
that the model is the same as one fitted without interruption, and how quickly a running fit is cancelled. Run it from
the project's folder: python benchmarks/fit_scale.py [items]
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bars import Bar, finish

from sop.demo.synthetic import synthetic_company, with_history
from sop.domain.inputs import Inputs, typed
from sop.exchange.writing import write_folder
from sop.workspace import Workspace

ITEMS, MARKETS, MONTHS = 500, 4, 60
SLOWEST = 25.0
"""Series a second at least: 1,000 in 40 s, start of processes, history and driver effects included."""
FITTED = re.compile(r"Fitting baselines: ([\d,]+) of ([\d,]+)")


def prepared(store: Path, items: int) -> Path:
    """A store with the company imported, nothing fitted."""
    tables = with_history(synthetic_company(items, max(items // 25, 1), 18, markets=MARKETS), MONTHS)
    with tempfile.TemporaryDirectory() as folder:
        write_folder(Inputs.of({name: typed(name, frame) for name, frame in tables.items()}), Path(folder))
        workspace = Workspace.open(store)
        workspace.import_path(folder)
        workspace.close()
    return store


def fit(store: Path) -> None:
    """What the app's server does when somebody opens it: begin a fit, tell how far it is. A process of its own."""
    workspace = Workspace.open(store)
    run, told = workspace.begin_fit(), ""
    while run.is_running:
        if run.pace.doing != told:
            told = run.pace.doing
            print(told, flush=True)
        time.sleep(0.02)
    if run.error is not None:
        raise run.error
    workspace.close()


def started(store: Path) -> subprocess.Popen[str]:
    """A server that fits."""
    command = [sys.executable, str(Path(__file__).resolve()), "--fit", str(store)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def counts(server: subprocess.Popen[str]) -> list[int]:
    """Numbers of series told as fitted, until the server ends."""
    return [fitted_in(line) for line in server.stdout or () if FITTED.search(line)]


def fitted_in(line: str) -> int:
    """How many series a line tells as fitted; 0 where it speaks of something else."""
    found = FITTED.search(line)
    return int(found[1].replace(",", "")) if found else 0


def kept(store: Path) -> dict[str, int]:
    """Series confirmed in the file beside the store: key -> number of its row, a new one whenever it is written."""
    with closing(sqlite3.connect(store.with_suffix(".fits"))) as file:
        return dict(file.execute("SELECT key, rowid FROM paths").fetchall())


def killed(store: Path, half: int) -> tuple[dict[str, int], int]:
    """Kill the server with what is confirmed then, once ``half`` are; processes of the fit that live 5 s later."""
    server = started(store)
    for line in server.stdout or ():
        if fitted_in(line) >= half:
            break
    family = descendants(server.pid)
    server.send_signal(signal.SIGKILL)
    server.wait()
    until = time.monotonic() + 5.0
    while (alive := sum(lives(pid) for pid in family)) and time.monotonic() < until:
        time.sleep(0.05)
    return kept(store), alive


def descendants(pid: int) -> list[int]:
    """Processes started by ``pid`` and by those."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    children = [int(line) for line in listed.stdout.split()]
    return children + [one for child in children for one in descendants(child)]


def lives(pid: int) -> bool:
    """Whether a process is there and not just waiting to be buried."""
    status = Path(f"/proc/{pid}/status")
    try:
        return "State:\tZ" not in status.read_text()
    except OSError:
        return False


def cancelled(store: Path, share: float) -> float:
    """Seconds from cancelling a fit that has done ``share`` until it is gone with all its processes."""
    workspace = Workspace.open(store)
    run = workspace.begin_fit()
    while run.is_running and run.pace.share < share:
        time.sleep(0.02)
    family = descendants(os.getpid())
    begun = time.perf_counter()
    run.cancel()
    run.wait()
    while any(lives(pid) for pid in family):
        time.sleep(0.01)
    seconds = time.perf_counter() - begun
    if not run.is_cancelled:
        raise RuntimeError("the fit was done before it could be cancelled")
    workspace.close()
    return seconds


def model_in(store: Path) -> bytes:
    """The model that was fitted."""
    workspace = Workspace.open(store)
    data = workspace.planner.model.to_bytes()
    workspace.close()
    return data


def main(items: int) -> None:
    """One fit without interruption, one that is cancelled, killed and resumed."""
    series = items * MARKETS
    with tempfile.TemporaryDirectory() as folder:
        store = prepared(Path(folder, "cut.duckdb"), items)
        whole = Path(shutil.copy(store, Path(folder, "whole.duckdb")))
        begun = time.perf_counter()
        counts(started(whole))
        seconds = time.perf_counter() - begun
        ending = cancelled(store, 0.3)
        before, alive = killed(store, series // 2)
        begun = time.perf_counter()
        first = (counts(started(store)) or [0])[0]
        resumed = time.perf_counter() - begun
        after = kept(store)
        again = sum(after.get(key) != row for key, row in before.items())
        same = model_in(store) == model_in(whole)
    finish(
        f"Fitting {series:,} series x {MONTHS} months",
        [
            Bar("whole fit, series a second", series / seconds, SLOWEST, "", at_least=True),
            Bar("series confirmed before the kill", len(before), series / 2, "", at_least=True),
            Bar("confirmed series written again", again, 0, ""),
            Bar("series told as fitted at first after the restart", first, len(before), "", at_least=True),
            Bar("processes of the killed fit alive after 5 s", alive, 0, ""),
            Bar("resumed model equals the uninterrupted one", float(same), 1, "", at_least=True),
            Bar("cancelled until every process is gone", ending, 1.0, "s"),
        ],
        [f"whole fit {seconds:.1f} s, resumed fit {resumed:.1f} s, both from the start of the process"],
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--fit"]:
        fit(Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ITEMS)
