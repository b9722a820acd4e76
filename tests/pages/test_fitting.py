"""A fit that was cancelled or failed: the page says so and offers to go on; it is drawn once that is done."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from threading import Event

import pytest
from streamlit.testing.v1 import AppTest

from sop.domain.errors import SopError
from sop.store import Repository
from sop.ui import fitting, frame
from sop.workspace import Workspace
from sop.workspace import fitting as process
from sop.workspace.fit_run import Pace
from tests.companies import small_inputs

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def unfitted(monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The small company, imported but not fitted."""
    store = Repository()
    store.add_inputs(small_inputs(), "by hand", datetime(2026, 1, 5))
    shared = Workspace(store)
    monkeypatch.setattr(frame, "workspace", lambda: shared)
    return shared


def test_a_cancelled_fit_goes_on_where_asked(unfitted: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """How far it was and what is kept; no figures, no fit of its own accord; Go on fits, and figures are there."""
    whole = process.fitted

    def waiting(_inputs: object, tell: process.Progress, _keep: object, _engine: object, cancel: Event) -> bytes:
        tell(0.4, "Fitting baselines: 40 of 100 series")
        cancel.wait(20.0)
        raise process.FitCancelled

    monkeypatch.setattr(process, "fitted", waiting)
    run = unfitted.begin_fit()
    run.cancel()
    run.wait()
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    assert "stopped at 40 %. Fitting baselines: 40 of 100 series" in app.warning[0].value
    assert "kept" in app.warning[0].value
    assert not app.metric
    assert unfitted.fit_run is run
    monkeypatch.setattr(process, "fitted", whole)
    app.button(key="go_on_fitting").click().run(timeout=60)
    assert not app.exception
    assert len(app.metric) == 6


def test_a_failed_fit_is_told_and_tried_again(unfitted: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Title and remedy of the fault stay on the page until somebody tries again."""

    def failing(*_: object) -> bytes:
        raise SopError("There is too little history.", "Add a year.")

    monkeypatch.setattr(process, "fitted", failing)
    unfitted.begin_fit().wait()
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    assert "Add a year." in app.error[0].value
    assert app.button(key="go_on_fitting").label == "Try again"


def test_the_time_left_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Minutes from a minute and a half on, else seconds; nothing when there is nothing to say."""
    pace = Pace()
    for seconds, told in ((None, ""), (0.4, ""), (42.3, ", about 42 s left"), (200.0, ", about 3 min left")):
        monkeypatch.setattr(Pace, "seconds_left", seconds)
        assert fitting.words(pace) == f"Starting{told}"
