"""The best next action in the sentence: looked for in the background once the levers rest, turned with one click."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

import streamlit as st

from sop.ui import session
from sop.ui.formatting import plain
from sop.ui.question import Answer
from sop.ui.turning import in_words

if TYPE_CHECKING:
    from sop.analysis.advice import Advice

    Found = list[Advice]

REST = 1.5
"""Seconds the levers have to rest before anything is looked for: moving them comes first."""
LOOK = 30.0
"""Seconds between looks whether something is found: a key pressed on a lever during one can get lost."""
_KEY = "next_step"
Question = tuple[str, str, str]
"""Inputs, overrides and window an action is looked for."""


@dataclass
class Search:
    """What is looked for in this session: one question at a time, from the moment it was first asked."""

    question: Question = ("", "", "")
    since: float = 0.0
    job: Future[Found] | None = None
    known: dict[Question, Found] = field(default_factory=dict)

    def step(self, question: Question, now: float, start: Callable[[], Future[Found]]) -> bool:
        """Go on with ``question`` at time ``now``; True when its answer has just come in."""
        if question != self.question:
            self.question, self.since, self.job = question, now, None
        elif question in self.known:
            return False
        elif self.job is None and now - self.since >= REST:
            self.job = start()
        elif self.job is not None and self.job.done():
            self.known[question] = _result(self.job)
            return True
        return False


def best(answer: Answer) -> Advice | None:
    """The best action that is known by now."""
    found = _search().known.get(_question(answer), [])
    return found[0] if found else None


def show(answer: Answer) -> None:
    """The action's button where it is known; else look for it without keeping anybody waiting."""
    if _question(answer) not in _search().known:
        st.fragment(_look, run_every=LOOK, key="next_step_look")(answer)
        return
    action = best(answer)
    if action is None:
        return
    horizon = answer.inputs.horizon
    turns = "; ".join(plain(in_words(override, horizon)) for override in action.overrides)
    st.button(
        "Do it",
        key="do_next",
        type="tertiary",
        icon=":material/add_task:",
        help=f"{plain(action.title)}: {plain(action.reason)}\n\nTurns: {turns}",
        on_click=_do,
        args=(answer, action),
    )


def _look(answer: Answer) -> None:
    workspace, scenario, window = answer.workspace, answer.result.scenario, answer.window
    if _search().step(
        _question(answer), monotonic(), lambda: _background().submit(workspace.advice, scenario, window.name)
    ):
        st.rerun()


def _do(answer: Answer, action: Advice) -> None:
    with session.told():
        session.adopt(answer.workspace, action.overrides)


def _search() -> Search:
    search: Search = st.session_state.setdefault(_KEY, Search())
    return search


def _question(answer: Answer) -> Question:
    return answer.inputs.id, answer.result.scenario_key, answer.window.name


def _result(job: Future[Found]) -> Found:
    """What was found; nothing where looking failed: the sentence does without."""
    error = job.exception()
    if error is not None:
        logging.getLogger(__name__).warning("No next action could be looked for.", exc_info=error)
        return []
    return job.result()


@st.cache_resource(show_spinner=False)
def _background() -> ThreadPoolExecutor:
    """One thread for all sessions: looking for actions must not take the machine away from those who move levers."""
    return ThreadPoolExecutor(1, thread_name_prefix="next action")
