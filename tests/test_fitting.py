"""Fitting in a process of its own: progress is relayed, failures are told in words."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep

import numpy as np
import pandas as pd
import pytest

from sop.demand import worker
from sop.demand.handover import write_inputs
from sop.domain.errors import SopError
from sop.domain.inputs import Inputs, typed
from sop.store import Repository
from sop.workspace import fitting
from sop.workspace.fit_run import seconds_left
from sop.workspace.fitting import fit_in_worker, fitted
from sop.workspace.models import DemandModels, is_usable, read_model
from tests.companies import QUANTITIES, small_company, small_inputs

AT = datetime(2026, 1, 5)


def _with_history() -> Inputs:
    """The small company planned from four years of history around its usual quantities, not from a forecast."""
    tables = {name: table for name, table in small_company().items() if name != "forecasts"}
    tables["settings"] = tables["settings"].query("key != 'forecast_version'").reset_index(drop=True)
    months = pd.date_range("2022-01-01", "2025-12-01", freq="MS")
    frames = [
        pd.DataFrame({"date": months, "item": item, "market": market, "ordered": units + 10.0 * np.sin(np.arange(48))})
        for (item, market), units in QUANTITIES.items()
    ]
    return Inputs.of(tables | {"sales_history": typed("sales_history", pd.concat(frames, ignore_index=True))})


def test_a_company_with_history_is_fitted_in_a_process_of_its_own() -> None:
    """The real worker gives a model of these inputs; progress never falls and ends at 1."""
    heard: list[float] = []
    inputs = _with_history()
    data = fitted(inputs, lambda share, doing: heard.append(share))
    assert read_model(data, inputs.id).inputs_id == inputs.id
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


def test_accuracy_is_measured_once_in_the_background(monkeypatch: pytest.MonkeyPatch) -> None:
    """The backtest adds its records; base path and coefficients stay, and nobody measures twice."""
    inputs, store = _with_history(), Repository()
    store.add_inputs(inputs, "here", AT)
    models = DemandModels(store)
    assert models.measure_in_background(inputs, AT) is None  # nothing is fitted yet
    models.ensure(inputs, AT, None)
    before = models.read(inputs.id)
    thread = models.measure_in_background(inputs, AT)
    assert thread is not None
    assert models.measure_in_background(inputs, AT) is None
    thread.join()
    after = models.read(inputs.id)
    assert before.accuracy == ()
    assert len(after.accuracy) > 0
    np.testing.assert_array_equal(after.base, before.base)
    monkeypatch.setattr(fitting, "measured", lambda *_: pytest.fail("measured again"))
    models.measure(inputs, AT)


def test_a_model_is_fitted_once_however_many_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four sessions that open a new store together wait for one of them to fit."""
    made: list[int] = []
    inputs, store = small_inputs(), Repository()
    data = fitted(inputs)
    monkeypatch.setattr(fitting, "fitted", lambda *_: made.append(1) or data)
    models = DemandModels(store)
    threads = [threading.Thread(target=models.ensure, args=(inputs, AT, None)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]


def test_without_history_no_process_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is estimated, so the model is there in a moment."""
    monkeypatch.setattr(fitting, "fit_in_worker", lambda *_: pytest.fail("a process was started"))
    inputs = small_inputs()
    assert is_usable(fitted(inputs), inputs.id)


def test_progress_is_heard_and_other_output_ignored() -> None:
    """Lines of libraries do no harm, shares beyond 1 count as 1, and the worker gets the folder of tables."""
    heard: list[tuple[float, str]] = []
    data = fit_in_worker(small_inputs(), lambda *told: heard.append(told), worker="tests.workers.chatty")
    assert data == b"model of tables"
    assert heard == [(1.0, "Too much")]


@pytest.mark.parametrize(
    ("worker", "title", "remedy"),
    [
        ("tests.workers.crashing", "could not be fitted", "RuntimeError: the lamp went out"),
        ("tests.workers.telling", "There is too little history.", "Add a year."),
        ("tests.workers.killed", "could not be fitted", "signal 9"),
        ("tests.workers.nowhere", "could not be fitted", "No module named tests.workers.nowhere"),
    ],
)
def test_a_failing_worker_is_told_in_words(worker: str, title: str, remedy: str) -> None:
    """One sentence what failed, one why; never a stack trace."""
    with pytest.raises(SopError) as caught:
        fit_in_worker(small_inputs(), worker=worker)
    assert title in caught.value.title
    assert remedy in caught.value.remedy
    assert "Traceback" not in str(caught.value)


def test_models_of_other_inputs_or_versions_are_of_no_use() -> None:
    """A model is accepted for the inputs it was fitted to, and only if it can be read."""
    inputs = small_inputs()
    data = fitted(inputs)
    assert is_usable(data, inputs.id)
    assert not is_usable(data, "other")
    assert not is_usable(b"", inputs.id)
    assert not is_usable(data[: len(data) // 2], inputs.id)
    assert not is_usable(None, inputs.id)


def _with_slow_process(monkeypatch: pytest.MonkeyPatch) -> DemandModels:
    """Models of the company with history, whose fit tells half of its progress and then takes a minute."""
    store = Repository()
    store.add_inputs(_with_history(), "here", AT)
    monkeypatch.setattr(
        fitting,
        "fitted",
        lambda inputs, progress, keep, engine, cancel: fit_in_worker(
            inputs, progress, worker="tests.workers.slow", cancel=cancel
        ),
    )
    return DemandModels(store)


def _until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    end = monotonic() + seconds
    while not holds() and monotonic() < end:
        sleep(0.02)
    assert holds()


def test_a_running_fit_is_watched_and_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    """All who look see the same fit; cancelled, its process is gone at once though it had nothing to tell, no model is
    stored, and it says what is kept. Begun again it is another fit."""
    inputs, models = _with_history(), _with_slow_process(monkeypatch)
    run = models.begin(inputs, AT)
    assert models.begin(inputs, AT) is run
    assert models.run(inputs.id) is run
    assert models.run("other") is None
    _until(lambda: run.pace.share == 0.5)
    assert run.pace.doing.startswith("Half way")
    pid = int(run.pace.doing.split()[-1])
    run.cancel()
    run.wait(5.0)
    assert not run.is_running
    assert run.is_cancelled
    assert run.error is not None
    assert "kept" in run.error.remedy
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert not models.is_fitted(inputs.id)
    again = models.begin(inputs, AT)
    assert again is not run
    again.cancel()
    again.wait(5.0)


def test_a_fit_to_other_data_ends_the_one_nobody_waits_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """New data are imported while the old ones are fitted: the old fit ends, the new one begins."""
    models = _with_slow_process(monkeypatch)
    old = models.begin(_with_history(), AT)
    _until(lambda: old.pace.share == 0.5)
    new = models.begin(small_inputs(), AT)
    old.wait(5.0)
    assert old.is_cancelled
    new.cancel()
    new.wait(5.0)


def test_a_worker_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    """Standard input at its end means that whoever waits is gone: the worker ends, tells nothing, leaves no model."""
    write_inputs(_with_history(), tmp_path)
    command = [sys.executable, "-m", fitting.WORKER, str(tmp_path), str(tmp_path / "model"), "--watch-stdin"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as process:
        assert b"Starting" in process.stdout.readline()
        process.stdin.close()
        assert process.wait(10.0) == 1
        assert process.stderr.read() == b""
    assert not (tmp_path / "model").exists()


def test_progress_is_told_again_though_nothing_is_new(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was told last is told again and again until there is something new: it can be cancelled meanwhile."""
    done = threading.Event()
    monkeypatch.setattr(worker, "_EVERY", 0.01)
    worker._tell(0.25, "Fitting driver effects")
    thread = threading.Thread(target=worker._repeat, args=(done,))
    thread.start()
    sleep(0.2)
    done.set()
    thread.join()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) >= 3
    assert set(lines) == {'{"progress": 0.25, "doing": "Fitting driver effects"}'}


def test_the_time_left_follows_the_speed_of_late() -> None:
    """From 20 % to 50 % in 6 seconds, the other half takes 10 s from the last moment told; nobody can say at first, nor
    while nothing moves; a moment later it is a second less."""
    assert seconds_left([(100.0, 0.2), (103.0, 0.4), (106.0, 0.5)], 106.0) == pytest.approx(10.0)
    assert seconds_left([(100.0, 0.2), (106.0, 0.5)], 107.0) == pytest.approx(9.0)
    assert seconds_left([(100.0, 0.2), (106.0, 0.5)], 200.0) == 0.0
    assert seconds_left([(100.0, 0.0), (101.0, 0.1)], 101.0) is None
    assert seconds_left([(100.0, 0.3), (110.0, 0.3)], 110.0) is None
