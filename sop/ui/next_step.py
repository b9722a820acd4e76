"""The best next action in the sentence: looked for when somebody asks, turned with one click.

It is not looked for by itself: a page that redraws on its own can swallow a key pressed on a lever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from sop.ui import session
from sop.ui.formatting import plain
from sop.ui.question import Answer
from sop.ui.turning import in_words

if TYPE_CHECKING:
    from sop.analysis.advice import Advice

_KEY = "next_step"
Question = tuple[str, str, str]
"""Inputs, overrides and window an action is looked for."""


def best(answer: Answer) -> Advice | None:
    """The best action, where it has been looked for and there is one."""
    from sop.analysis.advice import next_action

    return next_action(_known().get(_question(answer), []))


def show(answer: Answer) -> None:
    """The action's button where it is known, else the one that looks for it."""
    action = best(answer)
    if action is not None:
        _offer(answer, action)
    elif _question(answer) in _known():
        st.markdown(":gray[No action found that would help.]", width="content")
    else:
        st.button(
            "What next?",
            key="find_next",
            type="tertiary",
            icon=":material/lightbulb:",
            help="Plan what could be done about this and name what is worth most. It takes a second or two.",
            on_click=_find,
            args=(answer,),
        )


def _offer(answer: Answer, action: Advice) -> None:
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


def _find(answer: Answer) -> None:
    with session.told():
        _known()[_question(answer)] = answer.workspace.advice(answer.result.scenario, answer.window.name)


def _do(answer: Answer, action: Advice) -> None:
    with session.told():
        session.adopt(answer.workspace, action.overrides)


def _known() -> dict[Question, list[Advice]]:
    known: dict[Question, list[Advice]] = st.session_state.setdefault(_KEY, {})
    return known


def _question(answer: Answer) -> Question:
    return answer.inputs.id, answer.result.scenario_key, answer.window.name
