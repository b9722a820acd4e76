"""Where series are forecast makes no difference to the figures; what was forecast once is not forecast again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from sop.demand import fit, fitting
from sop.demand.engines import Report, SeasonalNaive, Theta, silent
from sop.demand.handover import write_inputs
from sop.demand.kept import Kept, key_of
from sop.demand.model import STATISTICAL, DemandModel
from sop.demand.places import FEWEST_FOR_PROCESSES, Places
from sop.demo import aldermoor
from sop.domain.errors import SopError
from sop.domain.inputs import Inputs, typed
from tests.demand.simulated import simulated

ROOT = Path(__file__).resolve().parents[2]


def histories(count: int, months: int = 30) -> np.ndarray:
    """Random series of two and a half years."""
    return 100.0 * np.exp(np.random.default_rng(count).normal(0, 0.2, (count, months)))


@dataclass(frozen=True)
class Counting:
    """An engine that repeats the last bucket and notes every series it is asked for."""

    asked: list[float]
    name = "counting"

    def __repr__(self) -> str:
        return "Counting()"

    def forecast(self, history: np.ndarray, horizon: int, season_length: int, report: Report = silent) -> np.ndarray:
        """See Engine."""
        self.asked.extend(history[:, -1])
        return np.repeat(history[:, -1:], horizon, axis=1)


def test_processes_forecast_the_same() -> None:
    """Two fresh processes give, bit by bit and in order, what this one gives, and tell how far they are."""
    history, heard = histories(FEWEST_FOR_PROCESSES), []
    with Places(processes=2) as places:
        dealt = places.over(Theta()).forecast(history, 6, 12, heard.append)
    np.testing.assert_array_equal(dealt, Theta().forecast(history, 6, 12))
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


def test_only_series_whose_history_changed_are_forecast_again(tmp_path: Path) -> None:
    """Of ten series kept, one is changed and two are new: three are asked for, and all thirteen come out right."""
    kept, history, asked = Kept(tmp_path / "fits"), histories(10), []
    engine = Places(kept=kept).over(Counting(asked))
    engine.forecast(history, 4, 12)
    assert len(asked) == 10
    asked.clear()
    more = np.concatenate([history, histories(2)])
    more[3, -1] += 1.0
    ahead = engine.forecast(more, 4, 12)
    assert sorted(asked) == sorted(more[[3, 10, 11], -1])
    np.testing.assert_array_equal(ahead, np.repeat(more[:, -1:], 4, axis=1))


def test_another_engine_horizon_or_season_is_another_forecast() -> None:
    """Everything a forecast follows from is part of its key."""
    values = histories(1)[0]
    keys = [
        key_of(engine, series, horizon, season)
        for engine, series, horizon, season in (
            (Theta(), values, 6, 12),
            (Theta("tsb"), values, 6, 12),
            (SeasonalNaive(), values, 6, 12),
            (Theta(), values, 7, 12),
            (Theta(), values, 6, 4),
            (Theta(), values + 1e-12, 6, 12),
        )
    ]
    assert len(set(keys)) == 6
    assert key_of(Theta(), values.copy(), 6, 12) == keys[0]


def test_what_was_done_before_a_stop_is_not_done_again(tmp_path: Path) -> None:
    """Stopped after a third of 90 series, a fit asks for the other two thirds only."""
    kept, history, asked = Kept(tmp_path / "fits"), histories(90), []

    def stop(share: float) -> None:
        if share >= 1 / 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Places(kept=kept).over(Counting(asked)).forecast(history, 4, 12, stop)
    done = len(asked)
    assert 30 <= done < 60
    Places(kept=kept).over(Counting(asked)).forecast(history, 4, 12)
    assert len(asked) == 90


def test_a_damaged_file_only_costs_time(tmp_path: Path) -> None:
    """Rubbish, or a folder that is not there, is left aside."""
    rubbish = tmp_path / "fits"
    rubbish.write_bytes(b"no database at all" * 100)
    history = histories(3)
    for path in (rubbish, tmp_path / "nowhere" / "fits"):
        ahead = Places(kept=Kept(path)).over(SeasonalNaive()).forecast(history, 3, 12)
        np.testing.assert_array_equal(ahead, SeasonalNaive().forecast(history, 3, 12))


def test_a_fit_repeated_takes_everything_from_what_is_kept(tmp_path: Path) -> None:
    """Fitting again gives the same bytes, without a single series forecast anew."""
    inputs, _ = simulated(seed=3, items=3, markets=1, months=30)
    kept, asked = Kept(tmp_path / "fits"), []
    first = fit(inputs, engine=Counting(asked), places=Places(kept=kept)).to_bytes()
    assert asked
    asked.clear()
    assert fit(inputs, engine=Counting(asked), places=Places(kept=kept)).to_bytes() == first
    assert not asked


def test_a_corrected_month_leaves_most_of_other_families_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """30 % more in one month of one series of the demo company: of the series of other families three in four or more
    are not forecast again, and their Base is what it was to the last digit."""
    monkeypatch.setattr(fitting, "Ces", SeasonalNaive)  # how errors grow with the lead is not asked here
    tables = {name: typed(name, frame) for name, frame in aldermoor().items()}
    kept, asked = Kept(tmp_path / "fits"), []
    before = fit(Inputs.of(tables), engine=Counting(asked), places=Places(kept=kept))
    others = (before.origin == STATISTICAL) & (np.array(before.families) != "Kettles")[:, None]
    asked.clear()
    history = tables["sales_history"].copy()
    row = history.query("item == 'ALD-K1' and market == 'DACH'").index[5]
    history.loc[row, ["ordered", "shipped"]] *= 1.3
    after = fit(Inputs.of({**tables, "sales_history": history}), engine=Counting(asked), places=Places(kept=kept))
    moved = (after.base != before.base).any(axis=2)
    assert moved[before.items.index("ALD-K1"), before.markets.index("DACH")]
    assert moved[others].mean() <= 0.25
    assert len(asked) <= (before.origin == STATISTICAL).sum() - 0.75 * others.sum()


def test_a_killed_worker_leaves_what_it_kept_and_no_process(tmp_path: Path) -> None:
    """Killed once series are being forecast, the worker's processes end too, and the next run goes on from there."""
    inputs, _ = simulated(seed=3, items=85, markets=3, months=36)
    write_inputs(inputs, tmp_path / "tables")
    command = [sys.executable, "-m", "sop.demand.worker", str(tmp_path / "tables"), str(tmp_path / "model")]
    options = ["--processes", "2", "--keep", str(tmp_path / "fits")]
    first = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, cwd=ROOT, text=True)
    for line in first.stdout or ():
        if '"progress": 0.3' in line or '"progress": 0.4' in line:
            break
    helpers = _children(first.pid)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert len(helpers) >= 2
    until = time.monotonic() + 20
    while any(_runs(pid) for pid in helpers) and time.monotonic() < until:
        time.sleep(0.1)
    assert not any(_runs(pid) for pid in helpers)
    second = subprocess.run([*command, *options], capture_output=True, cwd=ROOT, text=True, timeout=300, check=True)
    shares = [line for line in second.stdout.splitlines() if "Fitting baselines" in line]
    assert '"progress": 0.15,' in shares[0]
    assert float(shares[1].split(":")[1].split(",")[0]) > 0.25
    model = DemandModel.from_bytes((tmp_path / "model").read_bytes())
    np.testing.assert_allclose(model.base, fit(inputs).base, rtol=1e-9)


def _children(pid: int) -> list[int]:
    """Processes started by ``pid``."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in listed.stdout.split()]


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/status")
    return "State:\tZ" not in status.read_text() if status.exists() else False


def test_a_cluster_forecasts_the_same(tmp_path: Path) -> None:
    """A real Dask scheduler with two worker processes gives the same model as this process alone."""
    pytest.importorskip("distributed", reason="dask[distributed] is not installed (requirements-dask.txt)")
    inputs, _ = simulated(seed=3, items=4, markets=2, months=30)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    answer = tmp_path / "scheduler.json"
    flags = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(answer)]
    started = [subprocess.Popen([sys.executable, "-m", "distributed.cli.dask_scheduler", *flags], env=environment)]
    try:
        until = time.monotonic() + 30
        while not answer.exists() and time.monotonic() < until:
            time.sleep(0.1)
        work = ["--scheduler-file", str(answer), "--nworkers", "2", "--nthreads", "1", "--no-dashboard"]
        command = [sys.executable, "-m", "distributed.cli.dask_worker", *work, "--local-directory", str(tmp_path)]
        started.append(subprocess.Popen(command, env=environment))
        import json

        address = json.loads(answer.read_text())["address"]
        with Places(scheduler=address) as places:
            model = fit(inputs, engine="theta", places=places)
        np.testing.assert_array_equal(model.base, fit(inputs, engine="theta").base)
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(timeout=20)


def test_a_cluster_that_is_not_there_is_told_in_words() -> None:
    """No scheduler at the address, or no dask at all: one sentence, and what to do."""
    with pytest.raises(SopError, match="Dask"), Places(scheduler="tcp://127.0.0.1:1") as places:
        places.over(Theta()).forecast(histories(2), 3, 12)
