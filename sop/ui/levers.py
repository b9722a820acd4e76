"""The levers column: one scope and one range of months for all levers, read off the lever catalogue."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from sop.analysis.wording import bucket_name
from sop.domain.levers import LEVERS, Lever
from sop.domain.parameters import Parameters
from sop.domain.scenario import ALL
from sop.ui import session
from sop.ui.desk import Desk, idle_remarks
from sop.ui.glossary import GLOSSARY, IN_VIEW
from sop.ui.lever import is_number_only, show_lever
from sop.ui.question import Answer
from sop.ui.turning import Reach, place, reach, scope_title, scopes, value


def show(answer: Answer) -> None:
    """Draw scope, months, the main levers, and the rest behind a button."""
    base = answer.workspace.planner.base
    with st.container(key="levers", gap=None):
        where = _reach(base)
        desk = Desk(
            answer.workspace,
            base,
            session.overrides(answer.workspace),
            answer.reference.overrides,
            where,
            idle_remarks(answer.workspace, where),
        )
        _marks(desk)
        with st.container(key="sliders", gap=None):
            for name in IN_VIEW:
                show_lever(desk, LEVERS[name])
        _rest(desk)


def _reach(base: Parameters) -> Reach:
    labels = base.horizon.labels[: base.horizon.periods]
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        scope = st.selectbox(
            "Scope of the levers",
            scopes(base),
            format_func=lambda text: "Levers: everywhere" if text == ALL else scope_title(text),
            key="scope",
            label_visibility="collapsed",
            persist_state="session",
            help=GLOSSARY["Scope"],
        )
        _step("undo", "past", session.undo)
        _step("redo", "future", session.redo)
    months = st.select_slider(
        "Months of the levers",
        labels,
        value=(labels[0], labels[-1]),
        format_func=lambda label: bucket_name(base.horizon, base.horizon.index_of_label(label)),
        key="months",
        label_visibility="collapsed",
        persist_state="session",
        help=GLOSSARY["Months"],
    )
    return reach(scope, months, base.horizon)


def _step(name: str, stack: str, act: object) -> None:
    st.button(
        f":material/{name}:",
        key=name,
        type="tertiary",
        disabled=not st.session_state[stack],
        on_click=act,  # type: ignore[arg-type]
        help=f"{name.capitalize()} the last turn",
        width=26,
    )


def _marks(desk: Desk) -> None:
    """Tell the style sheet where each slider carries the mark of the reference."""
    sliders = [lever for lever in LEVERS.values() if lever.scale != "choice" and not is_number_only(lever)]
    rules = "".join(f".st-key-lever_{lever.name}{{--mark:{_mark(desk, lever):.2f}%}}" for lever in sliders)
    with st.container(key="marks"):
        st.html(f"<style>{rules}</style><span></span>")


def _mark(desk: Desk, lever: Lever) -> float:
    return place(lever, value(lever, desk.reference, desk.base, desk.where))


def _rest(desk: Desk) -> None:
    """The other levers. The button's words never change: it would close with every turn."""
    others = [lever for lever in LEVERS.values() if lever.name not in IN_VIEW]
    more = st.popover("More levers", icon=":material/tune:", key="more_levers", width="stretch", on_change="rerun")
    with more:
        if not more.open:
            return
        with st.container(key="other_levers", gap="xsmall"):
            for group, levers in groupby(others, key=lambda lever: lever.group):
                st.caption(group.capitalize())
                for lever in levers:
                    show_lever(desk, lever)
