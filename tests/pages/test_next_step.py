"""The next action: looked for once the levers rest, said in the sentence, turned with one click."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from streamlit.testing.v1 import AppTest

from sop.analysis.advice import Advice
from sop.analysis.effect import Effect
from sop.domain.scenario import BASE_ID, Override
from sop.ui.next_step import REST, Search
from sop.workspace import Workspace

ASKED, OTHER = ("data", "plan", "year"), ("data", "another plan", "year")


def job(result: Any = None) -> Future[Any]:
    """A job that is done when a result is given."""
    future: Future[Any] = Future()
    if result is not None:
        future.set_result(result)
    return future


def test_nothing_is_looked_for_before_the_levers_rest() -> None:
    """A question has to stand for a while; one that changes starts waiting again."""
    search, started = Search(), []

    def start() -> Future[Any]:
        started.append(1)
        return job()

    search.step(ASKED, 0.0, start)
    search.step(ASKED, REST / 2, start)
    search.step(OTHER, REST, start)
    search.step(OTHER, 1.5 * REST, start)
    assert started == []
    search.step(OTHER, 2 * REST, start)
    search.step(OTHER, 3 * REST, start)
    assert started == [1]


def test_an_answer_is_told_once_and_kept() -> None:
    """It comes in once; asked again later it is known at once, and nothing is started."""
    search = Search()
    for now in (0.0, REST):
        assert not search.step(ASKED, now, lambda: job(["advice"]))
    assert search.step(ASKED, 2 * REST, job)
    assert search.known[ASKED] == ["advice"]
    search.step(OTHER, 3 * REST, job)
    assert not search.step(ASKED, 4 * REST, job)
    assert not search.step(ASKED, 9 * REST, lambda: job(["again"]))
    assert search.known[ASKED] == ["advice"]


def test_a_search_that_failed_leaves_the_sentence_without_an_action() -> None:
    """No error reaches the screen."""
    search, failed = Search(), job()
    failed.set_exception(RuntimeError("inside"))
    for now in (0.0, REST, 2 * REST):
        search.step(ASKED, now, lambda: failed)
    assert search.known[ASKED] == []


def test_the_action_is_in_the_sentence_and_one_click_turns_it(app: AppTest, store: Workspace) -> None:
    """ "Next: May overtime" with its button; the click turns its lever, unsaved."""
    plan = store.plan(BASE_ID)
    window = next(iter(store.windows()))
    effect = replace(_no_effect(), ebitda=20_000.0)
    override = Override(lever="overtime_limit", value=20, scope="resource=Line", first="2026-05", last="2026-05")
    advice = Advice("May overtime on Line", "May overtime", "Line is full.", (override,), effect, ("ebitda",))
    search = Search(known={(plan.inputs_id, plan.scenario_key, window): [advice]})
    app.session_state["next_step"] = search
    app.run()
    assert not app.exception
    assert any("Next: May overtime" in one.value for one in app.markdown)
    app.button(key="do_next").click().run()
    assert not app.exception
    assert [button.label for button in app.button if "Overtime limit 20 % · Line · May" in button.label]


def _no_effect() -> Effect:
    """An effect of nothing."""
    from dataclasses import fields

    return Effect(**{one.name: 0.0 for one in fields(Effect)})  # type: ignore[arg-type]
