"""When no plan keeps all hard limits: which ones collide, and the least relaxation, one click away."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from sop.domain.plans import Conflict
from sop.domain.scenario import Override
from sop.ui import session
from sop.ui.formatting import plain
from sop.ui.question import Answer
from sop.ui.turning import in_words

TITLE = "Hard limits collide: no plan keeps them all."


def show(answer: Answer) -> None:
    """Say it in the place of the sentence; limits, remedies and the click behind a button."""
    st.markdown(f":red-badge[:material/error: {TITLE}]", width="content")
    label = f"What collides ({len(answer.result.supply.conflicts)})"
    with st.popover(label, type="primary", key="collides", on_change="rerun") as opened:
        if opened.open:
            relaxation_panel(answer)


def relaxation_panel(answer: Answer) -> None:
    """Every limit that had to give way, and the levers that would give it, added to the scenario with one click."""
    st.markdown("**The least that would do**")
    for text in in_sentences(answer.result.supply.conflicts):
        st.markdown(f"- {plain(text)}")
    found = answer.workspace.relaxations(answer.result.scenario)
    turns = [turn for one in found for turn in one.overrides]
    if not turns:
        st.caption("No lever gives way to these: change the limits in the data, or take back the lever that hit them.")
        return
    st.caption("As levers: " + "; ".join(plain(in_words(turn, answer.inputs.horizon)) for turn in turns))
    if not all(one.confirmed for one in found):
        st.caption("These alone are not enough: the rest lies in the data.")
    st.button(
        "Add to the scenario",
        type="primary",
        key="relax",
        icon=":material/healing:",
        on_click=add,
        args=(answer, turns),
    )


def in_sentences(conflicts: Sequence[Conflict]) -> list[str]:
    """Each conflict with what it needs."""
    return [f"{one.limit}: {one.relaxation:,.0f} {one.unit}".strip() for one in conflicts]


def add(answer: Answer, overrides: Sequence[Override]) -> None:
    """Turn the levers on the desk, one step to undo."""
    with session.told():
        session.adopt(answer.workspace, overrides)
