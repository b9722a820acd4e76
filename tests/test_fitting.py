"""Fitting in a process of its own: progress is relayed, failures are told in words."""

from __future__ import annotations

import threading
from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from sop.domain.errors import SopError
from sop.domain.inputs import Inputs, typed
from sop.store import Repository
from sop.workspace import fitting
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
