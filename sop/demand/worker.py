"""Fitting in a process of its own: ``python -m sop.demand.worker FOLDER OUTFILE`` and options.

Reads the tables handed over in FOLDER, writes the model to OUTFILE and tells progress on stdout, one JSON object a
line: {"progress": 0.4, "doing": "Fitting baselines"}. With --backtest, OUTFILE holds a fitted model already; it is
replaced by the same model with its accuracy measured. A fault the user can put right ends with {"error": title,
"remedy": what to do} and exit code 1.

Series are dealt out to --processes fresh processes of this computer (never forked) or, with --scheduler, to a Dask
cluster. With --keep FILE, forecasts of series are kept there as they are made: a fit that was ended goes on from them,
and a later one repeats only series whose history changed. With --watch-stdin the worker ends when its standard input
does, as it does when the process that started it is killed, and tells its progress every second, new or not.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

_EVERY = 1.0
_told: list[str] = []
"""What was told last."""


def main(arguments: list[str] | None = None) -> int:
    """Run the worker; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m sop.demand.worker", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("outfile", type=Path)
    parser.add_argument("--backtest", action="store_true", help="measure accuracy of the model in OUTFILE")
    parser.add_argument("--engine", default="", help="name of an engine, instead of the setting's")
    parser.add_argument("--processes", type=int, default=1, help="to deal series out to")
    parser.add_argument("--keep", type=Path, help="file with forecasts of series from earlier fits")
    parser.add_argument("--scheduler", default="", help="address of a Dask scheduler to deal series out to")
    parser.add_argument(
        "--watch-stdin", action="store_true", help="end as soon as standard input does; repeat progress every second"
    )
    chosen = parser.parse_args(arguments)
    if chosen.watch_stdin:
        threading.Thread(target=_end_with_caller, name="caller", daemon=True).start()
        threading.Thread(target=_repeat, args=(threading.Event(),), name="progress", daemon=True).start()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from sop.domain.errors import SopError

    try:
        _replace(chosen.outfile, _work(chosen, _tell))
    except SopError as error:
        print(json.dumps({"error": error.title, "remedy": error.remedy}), flush=True)
        return 1
    return 0


def _work(chosen: argparse.Namespace, tell: Callable[[float, str], None]) -> bytes:
    from sop.demand.backtest import with_accuracy
    from sop.demand.fitting import fit
    from sop.demand.handover import read_inputs
    from sop.demand.kept import Kept
    from sop.demand.model import DemandModel
    from sop.demand.places import Places

    tell(0.0, "Starting")
    inputs = read_inputs(chosen.folder)
    kept = Kept(chosen.keep) if chosen.keep is not None else None
    with Places(chosen.processes, kept, chosen.scheduler) as places:
        if chosen.backtest:
            model = DemandModel.from_bytes(chosen.outfile.read_bytes())
            return with_accuracy(model, inputs, tell, places).to_bytes()
        return fit(inputs, tell, chosen.engine, places).to_bytes()


def _tell(share: float, doing: str) -> None:
    told = json.dumps({"progress": round(share, 3), "doing": doing})
    _told[:] = [told]
    print(told, flush=True)


def _repeat(done: threading.Event) -> None:
    """Tell the same again every second: whoever listens may want to end a fit while there is nothing new to tell."""
    while not done.wait(_EVERY):
        if _told:
            print(_told[0], flush=True)


def _end_with_caller() -> None:
    """Whoever started us holds the other end of standard input: killed, it lets go, and nobody waits for us."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os._exit(1)


def _replace(path: Path, data: bytes) -> None:
    """Write beside, then rename: a reader never sees half a model."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    part.replace(path)


if __name__ == "__main__":
    sys.exit(main())
