"""Questions that take seconds: asked in a thread when the page has drawn everything else, and never in its way."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from time import monotonic
from typing import Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sop.ui.question import Answer

_KEPT = 24
_LOOK = 0.2
Key = tuple[Hashable, ...]
Found = TypeVar("Found")


def question(answer: Answer, what: str) -> Key:
    """What names a question about the plan on the desk over the window."""
    asked = answer.result
    return what, asked.inputs_id, asked.scenario.id, asked.scenario_key, answer.window.first, answer.window.last


def awaited(place: DeltaGenerator, key: Key, make: Callable[[], Found], doing: str) -> Found:
    """What ``make`` gives, made once per session and ``key`` in a thread; ``place`` says meanwhile what is being done.

    A click elsewhere on the page ends the waiting, not the making. Errors of ``make`` are raised here.
    """
    job, since = _job(key, make), monotonic()
    while not job.done():
        place.caption(f":material/hourglass_top: {doing}, {monotonic() - since:.0f} s")
        wait([job], timeout=_LOOK)
    place.empty()
    found: Found = job.result()
    return found


def _job(key: Key, make: Callable[[], Any]) -> Future[Any]:
    jobs: OrderedDict[Key, Future[Any]] = st.session_state.setdefault("background", OrderedDict())
    if key not in jobs or (jobs[key].done() and jobs[key].exception() is not None):
        jobs[key] = _pool().submit(make)
    jobs.move_to_end(key)
    while len(jobs) > _KEPT:
        jobs.popitem(last=False)
    return jobs[key]


@st.cache_resource(show_spinner=False)
def _pool() -> ThreadPoolExecutor:
    """One thread for all sessions: reviews must not take the machine away from those who move levers."""
    return ThreadPoolExecutor(1, thread_name_prefix="supply review")
