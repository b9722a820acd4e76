"""One lever: slider, typed number and reset, all three on the one value the scenario on the desk holds."""

from __future__ import annotations

from math import isnan
from typing import Any

import streamlit as st

from sop.domain.errors import ScenarioError
from sop.domain.levers import Lever
from sop.domain.scenario import Override
from sop.ui import session
from sop.ui.desk import Desk
from sop.ui.formatting import plain
from sop.ui.glossary import lever_help
from sop.ui.turning import base_value, elsewhere, find, in_words, value

_MOST_STEPS = 1000
"""A lever with more steps than this is typed: no hand hits them on a slider."""


def show_lever(desk: Desk, lever: Lever) -> None:
    """Draw ``lever`` for the scope and months chosen; where it can do nothing there, say why instead of a slider."""
    allowed = desk.where.allows(lever)
    neutral = base_value(lever, desk.base, desk.where)
    now = value(lever, desk.overrides, desk.base, desk.where) if allowed else neutral
    idle = desk.effects[lever.name].idle
    with st.container(key=f"lv_{lever.name}", gap=None):
        _widget(desk, lever, now, neutral, disabled=bool(idle))
        if allowed and find(desk.overrides, lever, desk.where) is not None:
            _reset(desk, lever)
        if idle:
            st.caption(f"no effect: {idle}")


def is_number_only(lever: Lever) -> bool:
    """Whether the lever has too many steps for a slider."""
    return lever.maximum - lever.minimum > _MOST_STEPS * lever.step


def _widget(desk: Desk, lever: Lever, now: float, neutral: float, disabled: bool) -> None:
    label = _label(desk, lever)
    settings: dict[str, Any] = {"disabled": disabled, "on_change": _turned}

    def keyed(key: str, number: float | None, default: str = "value") -> dict[str, Any]:
        told = {} if _hold(key, number) else {default: number}
        return {**settings, **told, "key": key, "args": (desk, lever, neutral, key)}

    own, typed, help = f"lever_{lever.name}", f"typed_{lever.name}", _help(desk, lever)
    if lever.scale == "choice":
        _choice(lever, label, help=help, **keyed(own, round(now), "index"))
    elif is_number_only(lever):
        told = keyed(typed, None if isnan(now) else float(now))
        clearable = {"value": None, "placeholder": "none"} if isnan(neutral) else {}
        _number(lever, label, now, help=help, **{**told, **clearable})
    else:
        _slider(lever, label, help=help, **keyed(own, _on_slider(lever, now)))
        _number(lever, f"{lever.title}, typed", now, label_visibility="collapsed", **keyed(typed, float(now)))


def _choice(lever: Lever, label: str, **settings: Any) -> None:
    options = list(range(len(lever.choices)))
    st.selectbox(label, options, format_func=lambda place: lever.choices[place], **settings)


def _slider(lever: Lever, label: str, **settings: Any) -> None:
    low, high, step = (_on_slider(lever, limit) for limit in (lever.minimum, lever.maximum, lever.step))
    st.slider(label, min_value=low, max_value=high, step=step, **settings)


def _number(lever: Lever, label: str, now: float, **settings: Any) -> None:
    low, high, step = float(lever.minimum), float(lever.maximum), float(lever.step)
    st.number_input(label, min_value=low, max_value=high, step=step, format=_format(lever, now), **settings)


def _on_slider(lever: Lever, number: float) -> float:
    """Whole where the slider goes in whole steps: what is typed in between stands beside it."""
    return round(number) if float(lever.step).is_integer() else float(number)


def _hold(key: str, number: float | None) -> bool:
    """Let a widget show what the scenario says, whichever widget it was turned with; True when it had to be told.

    A browser that missed the telling (it draws a widget late, or anew) goes by the widget's default instead, which
    therefore has to be the same number; both at once Streamlit does not allow.
    """
    if st.session_state.get(key) == number:
        return False
    st.session_state[key] = number
    return True


def _format(lever: Lever, number: float) -> str:
    """No more decimals than the step or the number itself has.

    >>> from sop.domain.levers import LEVERS
    >>> _format(LEVERS["price"], 4.0), _format(LEVERS["demand"], 4.0), _format(LEVERS["demand"], 4.25)
    ('%.1f', '%.0f', '%.2f')
    """
    if isnan(number):
        return "%.0f"
    decimals = next((n for n in (0, 1) if round(number, n) == number and round(lever.step, n) == lever.step), 2)
    return f"%.{decimals}f"


def _label(desk: Desk, lever: Lever) -> str:
    unit = f", {lever.unit}" if lever.unit.lower() not in ("", lever.title.lower()) and lever.scale != "choice" else ""
    return f"{lever.title}{unit}{' •' if elsewhere(desk.overrides, lever, desk.where) else ''}"


def _help(desk: Desk, lever: Lever) -> str:
    horizon = desk.base.horizon
    parts = [lever_help(lever), desk.effects[lever.name].remark]
    if desk.where.allows(lever):
        parts.append(f"| marks the reference: {_words(lever, value(lever, desk.reference, desk.base, desk.where))}")
    if others := elsewhere(desk.overrides, lever, desk.where):
        parts.append("• also turned: " + "; ".join(plain(in_words(one, horizon)) for one in others))
    return "\n\n".join(part for part in parts if part)


def _words(lever: Lever, number: float) -> str:
    if isnan(number):
        return "none"
    return lever.choices[round(number)] if lever.scale == "choice" else f"{number:,.10g} {lever.unit}"


def _reset(desk: Desk, lever: Lever) -> None:
    found = find(desk.overrides, lever, desk.where)
    assert found is not None
    st.button(
        ":material/restart_alt:",
        key=f"reset_{lever.name}",
        type="tertiary",
        help=f"Reset {lever.title}",
        on_click=session.drop,
        args=(desk.workspace, found.target),
    )


def _cleared(desk: Desk, lever: Lever) -> None:
    """An emptied field is the lever as it was."""
    found = find(desk.overrides, lever, desk.where)
    if found is not None:
        session.drop(desk.workspace, found.target)


def _turned(desk: Desk, lever: Lever, neutral: float, key: str) -> None:
    own, number = desk.where.of(lever), st.session_state[key]
    if number is None:
        _cleared(desk, lever)
        return
    try:
        override = Override(
            lever=lever.name,
            value=float(number),
            scope=own.scope,
            first=own.first,
            last=own.last,
            author=str(session.choice("author", "")),
        )
        session.turn(desk.workspace, override, neutral)
    except (ValueError, ScenarioError) as error:
        session.warn(f"{lever.title} cannot be turned so: {error}")
