"""The bar on top of every plan page: scenario, reference, window, unit, its overrides, save."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import streamlit as st

from sop.charts.view import VALUE
from sop.domain.errors import ScenarioError
from sop.domain.scenario import BASE_ID, Override, Scenario
from sop.ui import presenting, session, stories
from sop.ui.formatting import plain
from sop.ui.glossary import GLOSSARY
from sop.ui.question import units_of
from sop.ui.turning import in_words
from sop.workspace import Workspace

BESIDE_SIDEBAR, ALONE = 1150, 1340
"""Pixels of the bar on a laptop, on pages that open with the sidebar and on those without."""
_FIXED = 445  # what stands in the bar besides pickers and chips
_LETTER, _PICKER, _CHIP, _MORE = 6.8, 54, 44, 110
_NARROWEST, _WIDEST = 100, 345
_PX_PER_REM = 14


def show(workspace: Workspace, width: int = BESIDE_SIDEBAR) -> None:
    """Draw the bar, ``width`` pixels wide on a laptop, and what the session has to be told."""
    session.notices()
    scenarios = {scenario.id: scenario for scenario in workspace.scenarios()}
    references = _references(workspace, scenarios)
    pickers = _pickers(workspace, scenarios, references)
    widths = {key: picker_width(text) for key, text in pickers.items()}
    with st.container(key="top", horizontal=True, vertical_alignment="center", gap="small"):
        _dot(session.colour(workspace, session.working().id), widths)
        _scenario(workspace, scenarios)
        stories.show(workspace, scenarios)
        _reference(references)
        _window(workspace)
        _unit(workspace)
        _chips(workspace, width - _FIXED - sum(widths.values()))
        _save(workspace)
        presenting.switch()


def _pickers(workspace: Workspace, scenarios: dict[str, Scenario], references: dict[str, str]) -> dict[str, str]:
    """What each picker reads, by its key."""
    windows, units = workspace.windows(), units_of(workspace.inputs)
    first = next(iter(windows))
    window = str(session.choice("window", first))
    unit = str(session.choice("unit", units[0]))
    reference = str(session.choice("reference", BASE_ID))
    return {
        "picked": titles(scenarios).get(session.saved().id, ""),
        "reference": f"vs {references.get(reference, reference)}",
        "window": windows[window if window in windows else first].title,
        "unit": f"in {workspace.inputs.settings.currency if unit == VALUE else unit}",
    }


def picker_width(text: str) -> int:
    """Pixels a picker needs to show ``text`` whole, within reason.

    >>> picker_width("Base"), picker_width("x" * 40), picker_width("x" * 80)
    (100, 326, 345)
    """
    return int(min(max(_PICKER + _LETTER * len(text), _NARROWEST), _WIDEST))


def _dot(colour: str, widths: dict[str, int]) -> None:
    """The scenario's colour; with it the widths of the pickers, which grow with the type."""
    rules = "".join(
        f".st-key-{key}{{width:{width / _PX_PER_REM:.1f}rem !important;flex:0 0 auto}}" for key, width in widths.items()
    )
    st.html(
        f'<style>{rules}</style><span style="color:{colour};font-size:1.5rem;line-height:1">●</span>', width="content"
    )


def _scenario(workspace: Workspace, scenarios: dict[str, Scenario]) -> None:
    present, options = session.saved().id, list(scenarios)
    shown: dict[str, Any] = {}
    if st.session_state.get("picked") != present:
        st.session_state["picked"] = present
    elif present in options:  # a browser that comes from another page goes by the picker's default
        shown["index"] = options.index(present)
    names = titles(scenarios)
    st.selectbox(
        "Scenario",
        options,
        **shown,
        format_func=lambda name: names.get(name, name),
        key="picked",
        on_change=_opened,
        args=(workspace,),
        label_visibility="collapsed",
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
    with session.told():
        session.open_scenario(workspace, st.session_state["picked"])


def _references(workspace: Workspace, scenarios: dict[str, Scenario]) -> dict[str, str]:
    names = titles(scenarios)
    return {one.id: names.get(one.id, one.title) for one in workspace.references()}


def _reference(references: dict[str, str]) -> None:
    st.selectbox(
        "Reference",
        list(references),
        format_func=lambda name: f"vs {references.get(name, name)}",
        key="reference",
        label_visibility="collapsed",
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
        persist_state="session",
        help=GLOSSARY["Unit"],
    )


def _chips(workspace: Workspace, room: int) -> None:
    overrides, horizon = session.overrides(workspace), workspace.inputs.horizon
    with st.container(key="chips", horizontal=True, vertical_alignment="center", gap="xsmall"):
        if session.is_changed():
            st.badge("unsaved", color="orange", help="Levers were moved since the scenario was opened.")
            room -= 70
        shown = fitting([in_words(override, horizon) for override in overrides], room)
        for override in overrides[len(overrides) - shown :]:
            _chip(workspace, override, "chip")
        if len(overrides) > shown:
            count = f"all {len(overrides)} levers" if shown else f"{len(overrides)} lever{'s' * (len(overrides) > 1)}"
            with st.popover(count, type="tertiary", key="all_chips"):
                for override in overrides:
                    _chip(workspace, override, "listed")


def fitting(texts: Sequence[str], room: int) -> int:
    """How many chips, the last turned first, fit into ``room`` pixels; where not all do, their list has to fit too.

    >>> fitting(["Demand +5 %"], 150), fitting(["Demand +5 %"] * 3, 300), fitting(["x" * 90], 300)
    (1, 1, 0)
    """
    widths = [_CHIP + _LETTER * len(text) for text in reversed(texts)]
    if sum(widths) <= room:
        return len(widths)
    return next(count for count in range(len(widths) - 1, -1, -1) if sum(widths[:count]) + _MORE <= room or not count)


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
    with session.told():
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
        workspace.begin_exactly(kept)
        exact = " Its exact plan is being looked for: see the Supply page." if workspace.wants_whole else ""
        session.tell(f"{kept.name} is saved.{exact}")


def _frozen(workspace: Workspace) -> None:
    with session.told():
        kept = workspace.freeze(session.saved().id, str(st.session_state["author"]))
        session.open_scenario(workspace, kept.id)
        session.tell(f"{kept.name} is frozen.")


def _deleted(workspace: Workspace) -> None:
    with session.told():
        workspace.delete(session.saved().id)
        session.open_scenario(workspace, BASE_ID)
        session.tell("Deleted.")
