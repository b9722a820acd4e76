"""The levers column: one scope and one range of months for all sliders, read off the lever catalogue."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from sop.analysis.wording import bucket_name
from sop.domain.errors import ScenarioError
from sop.domain.levers import LEVERS, Lever
from sop.domain.parameters import Parameters
from sop.domain.scenario import ALL, Override
from sop.ui import session
from sop.ui.glossary import GLOSSARY, IN_VIEW, lever_help
from sop.ui.turning import Reach, base_value, elsewhere, reach, scope_title, scopes, value
from sop.workspace import Workspace


def show(workspace: Workspace, base: Parameters) -> None:
    """Draw scope, months, the main levers, and the rest behind a button."""
    overrides = session.overrides(workspace)
    with st.container(key="levers", gap="xsmall"):
        where = _reach(base)
        with st.container(key="sliders", gap="xsmall"):
            for name in IN_VIEW:
                _lever(workspace, base, overrides, LEVERS[name], where)
        _rest(workspace, base, overrides, where)


def _reach(base: Parameters) -> Reach:
    labels = base.horizon.labels[: base.horizon.periods]
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        scope = st.selectbox(
            "Scope",
            scopes(base),
            format_func=lambda text: "Everywhere" if text == ALL else scope_title(text),
            key="scope",
            label_visibility="collapsed",
            persist_state="session",
            help=GLOSSARY["Scope"],
        )
        _step("undo", "past", session.undo)
        _step("redo", "future", session.redo)
    months = st.select_slider(
        "Months",
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
        width=34,
    )


def _rest(workspace: Workspace, base: Parameters, overrides: tuple[Override, ...], where: Reach) -> None:
    others = [lever for lever in LEVERS.values() if lever.name not in IN_VIEW]
    turned = sum(override.lever not in IN_VIEW for override in overrides)
    label = f"More levers ({turned} turned)" if turned else "More levers"
    with st.popover(label, icon=":material/tune:", key="more_levers", width="stretch", on_change="rerun") as more:
        if not more.open:
            return
        for group, levers in groupby(others, key=lambda lever: lever.group):
            st.caption(group.capitalize())
            for lever in levers:
                _lever(workspace, base, overrides, lever, where)


def _lever(workspace: Workspace, base: Parameters, overrides: tuple[Override, ...], lever: Lever, where: Reach) -> None:
    allowed = where.allows(lever)
    neutral = base_value(lever, base, where)
    now = value(lever, overrides, base, where) if allowed else neutral
    key = f"lever_{lever.name}"
    shown = _typed(lever, now)
    if st.session_state.get(key) != shown:
        st.session_state[key] = shown
    _widget(
        lever,
        key=key,
        label=_label(lever, overrides, where),
        disabled=not allowed,
        help=lever_help(lever) if allowed else f"Cannot be turned by {where.scope.partition('=')[0]}.",
        on_change=_turned,
        args=(workspace, lever, where, neutral),
    )


def _label(lever: Lever, overrides: tuple[Override, ...], where: Reach) -> str:
    more = elsewhere(overrides, lever, where)
    unit = f", {lever.unit}" if lever.unit and lever.scale != "choice" else ""
    return f"{lever.title}{unit}{' •' if more else ''}"


def _widget(lever: Lever, **settings: object) -> None:
    if lever.scale == "choice":
        options = list(range(len(lever.choices)))
        st.selectbox(options=options, format_func=lambda place: lever.choices[place], **settings)  # type: ignore[call-overload]
    elif lever.maximum - lever.minimum > 1000 * lever.step:
        st.number_input(min_value=lever.minimum, max_value=lever.maximum, step=lever.step, **settings)  # type: ignore[call-overload]
    else:
        low, high, step = (_typed(lever, limit) for limit in (lever.minimum, lever.maximum, lever.step))
        st.slider(min_value=low, max_value=high, step=step, **settings)  # type: ignore[call-overload]


def _typed(lever: Lever, number: float) -> int | float:
    whole = lever.scale == "choice" or float(lever.step).is_integer()
    if lever.maximum - lever.minimum > 1000 * lever.step:
        return float(number)
    return round(number) if whole else float(number)


def _turned(workspace: Workspace, lever: Lever, where: Reach, neutral: float) -> None:
    own = where.of(lever)
    number = float(st.session_state[f"lever_{lever.name}"])
    try:
        override = Override(
            lever=lever.name,
            value=number,
            scope=own.scope,
            first=own.first,
            last=own.last,
            author=str(session.choice("author", "")),
        )
        session.turn(workspace, override, neutral)
    except (ValueError, ScenarioError) as error:
        session.warn(f"{lever.title} cannot be turned so: {error}")
