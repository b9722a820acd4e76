"""The bar on top of every plan page: scenario, reference, window, unit, its overrides, save."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

import streamlit as st
from pydantic import ValidationError

from sop.charts.view import VALUE
from sop.domain.errors import ScenarioError, SopError
from sop.domain.scenario import BASE_ID, Override, Scenario
from sop.ui import session
from sop.ui.formatting import plain
from sop.ui.glossary import GLOSSARY
from sop.ui.question import units_of
from sop.ui.turning import in_words
from sop.workspace import Workspace

_CHIPS = 3


def show(workspace: Workspace) -> None:
    """Draw the bar, and what the session has to be told."""
    session.notices()
    scenarios = {scenario.id: scenario for scenario in workspace.scenarios()}
    with st.container(key="top", horizontal=True, vertical_alignment="center", gap="small"):
        _dot(session.colour(workspace, session.working().id))
        _scenario(workspace, scenarios)
        _reference(scenarios)
        _window(workspace)
        _unit(workspace)
        _chips(workspace)
        _save(workspace)


def _dot(colour: str) -> None:
    st.html(f'<span style="color:{colour};font-size:1.5rem;line-height:1">●</span>', width="content")


def _scenario(workspace: Workspace, scenarios: dict[str, Scenario]) -> None:
    present = session.saved().id
    if st.session_state.get("picked") != present:
        st.session_state["picked"] = present
    names = titles(scenarios)
    st.selectbox(
        "Scenario",
        list(scenarios),
        format_func=lambda name: names.get(name, name),
        key="picked",
        on_change=_opened,
        args=(workspace,),
        label_visibility="collapsed",
        width=240,
        help=plain(scenarios[present].purpose) if present in scenarios else None,
    )


def titles(scenarios: dict[str, Scenario]) -> dict[str, str]:
    """What each scenario is called in pickers: its name, with its id where two share one.

    Pickers know their options by these texts, so they must be unlike and stay the same while levers move.
    """
    names = [scenario.name for scenario in scenarios.values()]
    return {
        key: f"{scenario.name}{f' ({key})' if names.count(scenario.name) > 1 else ''}{' (frozen)' * scenario.frozen}"
        for key, scenario in scenarios.items()
    }


def _opened(workspace: Workspace) -> None:
    with _told():
        session.open_scenario(workspace, st.session_state["picked"])


def _reference(scenarios: dict[str, Scenario]) -> None:
    names = titles(scenarios)
    st.selectbox(
        "Reference",
        list(scenarios),
        format_func=lambda name: f"vs {names.get(name, name)}",
        key="reference",
        label_visibility="collapsed",
        width=150,
        persist_state="session",
        help=GLOSSARY["Reference"],
    )


def _window(workspace: Workspace) -> None:
    windows = workspace.windows()
    st.selectbox(
        "Window",
        list(windows),
        format_func=lambda name: windows[name].title if name in windows else name,
        key="window",
        label_visibility="collapsed",
        width=160,
        persist_state="session",
        help=GLOSSARY["Window"],
    )


def _unit(workspace: Workspace) -> None:
    currency = workspace.inputs.settings.currency
    st.selectbox(
        "Unit",
        list(units_of(workspace.inputs)),
        format_func=lambda unit: f"in {currency}" if unit == VALUE else f"in {unit}",
        key="unit",
        label_visibility="collapsed",
        width=110,
        persist_state="session",
        help=GLOSSARY["Unit"],
    )


def _chips(workspace: Workspace) -> None:
    overrides = session.overrides(workspace)
    with st.container(key="chips", horizontal=True, vertical_alignment="center", gap="xsmall"):
        if session.is_changed():
            st.badge("unsaved", color="orange", help="Levers were moved since the scenario was opened.")
        shown = overrides if len(overrides) <= _CHIPS else overrides[-_CHIPS + 1 :]
        for override in shown:
            _chip(workspace, override, "chip")
        if len(overrides) > len(shown):
            with st.popover(f"all {len(overrides)} levers", type="tertiary"):
                for override in overrides:
                    _chip(workspace, override, "listed")


def _chip(workspace: Workspace, override: Override, kind: str) -> None:
    st.button(
        plain(in_words(override, workspace.inputs.horizon)),
        key=f"{kind}-{override.operation}-{override.value}-{'-'.join(override.target)}",
        icon=":material/close:",
        icon_position="right",
        help=plain(override.reason) or "Take this lever back",
        on_click=session.drop,
        args=(workspace, override.target),
    )


def _save(workspace: Workspace) -> None:
    changed, present = session.is_changed(), session.saved()
    with st.popover("Save", icon=":material/save:", type="primary" if changed else "secondary", key="save"):
        name = "" if present.id == BASE_ID else present.name
        st.text_input("Name", name, max_chars=80, key=_key("save_name"))
        st.text_area("Purpose", present.purpose, max_chars=500, height=80, key=_key("save_purpose"))
        st.text_input("Your name", max_chars=100, key="author", persist_state="session")
        _action("Save as new scenario", _saved, workspace, True, kind="primary")
        if present.id == BASE_ID or present.frozen:
            return
        _action(f"Save as new version of {plain(present.name)}", _saved, workspace, False)
        if not changed:
            _action("Freeze", _frozen, workspace, help="Never changes again.")
            _action("Delete", _deleted, workspace)


def _key(field: str) -> str:
    """A field of its own for every scenario that is opened, so that it proposes that scenario's text."""
    return f"{field}_{session.saved().id}"


def _action(
    label: str,
    act: Callable[..., None],
    *args: object,
    kind: Literal["primary", "secondary"] = "secondary",
    help: str | None = None,
) -> None:
    st.button(label, type=kind, on_click=act, args=args, help=help, width="stretch")


def _saved(workspace: Workspace, as_new: bool) -> None:
    state = st.session_state
    name = str(state[_key("save_name")]).strip()
    with _told():
        if not name:
            raise ScenarioError("A scenario needs a name.", "Type one and save again.")
        if as_new and name in (scenario.name for scenario in workspace.scenarios()):
            raise ScenarioError(f"There is a scenario {name!r} already.", "Choose another name.")
        changes = {
            "id": workspace.new_id(name) if as_new else session.saved().id,
            "name": name,
            "purpose": str(state[_key("save_purpose")]),
            "author": str(state["author"]),
            "frozen": False,
        }
        kept = workspace.save(Scenario.model_validate({**state["working"].model_dump(), **changes}))
        session.open_scenario(workspace, kept.id)
        session.tell(f"{kept.name} is saved.")


def _frozen(workspace: Workspace) -> None:
    with _told():
        kept = workspace.freeze(session.saved().id, str(st.session_state["author"]))
        session.open_scenario(workspace, kept.id)
        session.tell(f"{kept.name} is frozen.")


def _deleted(workspace: Workspace) -> None:
    with _told():
        workspace.delete(session.saved().id)
        session.open_scenario(workspace, BASE_ID)
        session.tell("Deleted.")


@contextmanager
def _told() -> Iterator[None]:
    """Keep an error of ours for the next drawing of the page: callbacks cannot draw."""
    try:
        yield
    except SopError as error:
        session.warn(f"{error.title} {error.remedy}")
    except ValidationError as error:
        session.warn("; ".join(str(fault["msg"]) for fault in error.errors()))
