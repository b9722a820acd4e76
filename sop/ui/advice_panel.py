"""What to do about the plan: every action re-solved, with what it brings and costs; one click adds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from sop.analysis.wording import percentage_points, signed_money
from sop.ui import session
from sop.ui.background import awaited, question
from sop.ui.formatting import plain
from sop.ui.glossary import GLOSSARY
from sop.ui.question import Answer
from sop.ui.turning import in_words

if TYPE_CHECKING:
    from sop.analysis.advice import Advice

SHOWN = 5
_WIDTHS = [56, 8, 8, 10, 11, 8, 8]
_TOGETHER = "Best together"
_HEADS = ("Action", "Worth", "EBITDA", "Expected fill", "Cash low point", "Cost")
_HELP = {
    "Worth": f"{GLOSSARY['Worth of an action']} What is not worth it is not listed.",
    "EBITDA": "Change of EBITDA in the window, by planning again with the action. Actions are ranked by it.",
    "Expected fill": GLOSSARY["Expected fill rate"],
    "Cash low point": "Change of the lowest closing cash of a month in the window.",
    "Cost": "Rise of all cost lines but COGS at standard, rebates and promotion; it is inside EBITDA already.",
}


def show(answer: Answer) -> None:
    """The best actions, best first; the others open below."""
    st.subheader("What would help", help="Each action was planned again: these are the differences it makes.")
    found = awaited(
        st.empty(),
        question(answer, "advice"),
        lambda: answer.workspace.advice(answer.result.scenario, answer.window),
        "Trying what would help",
    )
    if not found:
        st.caption("Nothing that was tried brings more than it costs.")
        return
    ordered = in_order(found)
    with st.container(key="advice", gap="xsmall"):
        _head()
        for number, advice in enumerate(ordered[:SHOWN]):
            _row(answer, advice, number)
    if len(ordered) > SHOWN:
        with st.expander(f"{len(ordered) - SHOWN} more"), st.container(key="more_advice", gap="xsmall"):
            for number, advice in enumerate(ordered[SHOWN:], SHOWN):
                _row(answer, advice, number)


def in_order(found: Sequence[Advice]) -> list[Advice]:
    """The combination first where there is one, then single actions as they are ranked."""
    return sorted(found, key=lambda one: not one.parts)


def figures(advice: Advice) -> tuple[str, ...]:
    """What an action changes: worth, EBITDA, expected fill rate, cash low point, and its cost."""
    effect = advice.effect
    cost = signed_money(effect.cost) if advice.is_costed else "not known"
    fill = percentage_points(effect.expected_fill)
    return signed_money(effect.worth), signed_money(effect.ebitda), fill, signed_money(effect.cash_low), cost


def add(answer: Answer, advice: Advice) -> None:
    """Turn an advice's levers on the desk, each with its reason: one step to undo."""
    turns = [
        turn if turn.reason else turn.model_copy(update={"reason": advice.reason[:500]}) for turn in advice.overrides
    ]
    with session.told():
        session.adopt(answer.workspace, turns)
        session.tell(f"Added: {advice.short}. Save keeps it.")


def _head() -> None:
    for column, title in zip(st.columns(_WIDTHS, gap="small"), _HEADS, strict=False):
        column.caption(title, help=_HELP.get(title))


def _row(answer: Answer, advice: Advice, number: int) -> None:
    text, *cells, click = st.columns(_WIDTHS, gap="small", vertical_alignment="center")
    title = f"{_TOGETHER}: {advice.title}" if advice.parts else advice.title
    text.markdown(f"**{plain(title)}**  \n{plain(advice.reason)}")
    for cell, value in zip(cells, figures(advice), strict=True):
        cell.markdown(value)
    turns = "; ".join(plain(in_words(turn, answer.inputs.horizon)) for turn in advice.overrides)
    click.button(
        "Add",
        key=f"advice_{number}",
        width="stretch",
        type="primary" if number == 0 else "secondary",
        help=f"Turns: {turns}",
        on_click=add,
        args=(answer, advice),
    )
