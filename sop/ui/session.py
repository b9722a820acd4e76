"""What one browser session works on. Unsaved levers live here and nowhere else, so no other session sees them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import streamlit as st
from pydantic import ValidationError

from sop.charts.palette import scenario_colour
from sop.domain.errors import NotFound, SopError
from sop.domain.plans import PlanResult
from sop.domain.scenario import BASE, BASE_ID, Override, Scenario, effective_overrides
from sop.ui.formatting import plain
from sop.ui.turning import dropped, named, turned
from sop.workspace import Workspace

LINK = "scenario"
_KEPT_STEPS = 50
COCKPIT = "cockpit"
"""Key of the fragment that draws the whole cockpit."""
_NOTICE = "notice_text"


def begin(workspace: Workspace) -> None:
    """Open the scenario the link names, Base at first; a link to something that is not there says so once."""
    state = st.session_state
    _onto_present_data(workspace)
    wanted = st.query_params.get(LINK)
    if wanted is not None and wanted != state["saved"].id:
        try:
            _show(workspace.scenario(wanted))
        except NotFound as error:
            warn(f"{error.title} {error.remedy}")
            st.query_params.pop(LINK, None)
    settle(workspace)


def settle(workspace: Workspace) -> None:
    """Bring the session in step with what others did meanwhile: new data, scenarios deleted or saved anew; say so."""
    _onto_present_data(workspace)
    known = {scenario.id: scenario for scenario in workspace.scenarios()}
    if saved().id not in known:
        warn(f"{saved().name} was deleted in another session. Its levers stay here: save them under a new name.")
        _leave()
    elif known[saved().id] != saved():
        _onto_new_version(known[saved().id])
    reference = st.session_state.get("reference", BASE_ID)
    others = {one.id for one in workspace.references()} if is_no_plan(reference) else set(known)
    if reference not in others:
        st.session_state["reference"] = BASE_ID
        warn("The reference was deleted in another session. Differences are against Base.")


def _onto_present_data(workspace: Workspace) -> None:
    """Start from Base on new data; unsaved levers move along where they are data of the same company."""
    state, status = st.session_state, workspace.status()
    if state.get("inputs_id") == status.inputs_id:
        return
    keeps = "saved" in state and is_changed() and state.get("company") == status.company
    if "saved" in state:
        kept = "Your unsaved levers are still turned." if keeps else ""
        warn(f"The data were replaced since this page was drawn: all figures are planned on the new ones. {kept}")
    if keeps:
        _leave()
    else:
        _show(BASE)
    state.update(inputs_id=status.inputs_id, company=status.company)


def _onto_new_version(newer: Scenario) -> None:
    """Take over what another session saved under the same id; unsaved levers stay, on top of what they were made on."""
    if is_changed():
        warn(
            f"{newer.name} was saved anew in another session; your levers still stand on the version before. "
            "Save them under a new name, or choose the scenario again to see the new version."
        )
        st.session_state["saved"] = newer
    else:
        _show(newer)
        warn(f"{newer.name} was saved anew in another session. This is the new version.")


def _leave() -> None:
    """Keep the levers on the desk as unsaved ones of nobody's scenario."""
    kept = st.session_state["working"]
    _show(BASE)
    st.session_state["working"] = kept.model_copy(update={"id": BASE_ID, "name": BASE.name, "frozen": False})
    st.query_params.pop(LINK, None)


def open_scenario(workspace: Workspace, scenario_id: str) -> None:
    """Put a saved scenario on the desk, drop unsaved turns, and name it in the link."""
    _show(workspace.scenario(scenario_id))
    if scenario_id == BASE_ID:
        st.query_params.pop(LINK, None)
    else:
        st.query_params[LINK] = scenario_id


def link() -> dict[str, str]:
    """What a link to another page has to carry so that it shows the same scenario."""
    present = st.session_state.get("saved")
    return {LINK: present.id} if present is not None and present.id != BASE_ID else {}


def saved() -> Scenario:
    """The scenario as it is in the store."""
    scenario: Scenario = st.session_state["saved"]
    return scenario


def working() -> Scenario:
    """The scenario on the desk, with this session's unsaved turns."""
    return named(st.session_state["working"], saved())


def is_changed() -> bool:
    """Whether there are unsaved turns."""
    return working() is not saved()


def overrides(workspace: Workspace) -> tuple[Override, ...]:
    """Overrides in force, ancestors' included."""
    return effective_overrides(_chain(workspace))


def inherited(workspace: Workspace) -> tuple[Override, ...]:
    """Overrides of the ancestors of the scenario on the desk."""
    return effective_overrides(_chain(workspace)[:-1])


def _chain(workspace: Workspace) -> list[Scenario]:
    desk: Scenario = st.session_state["working"]
    return workspace.chain(desk) if desk.parent else [desk]


def turn(workspace: Workspace, override: Override, neutral: float) -> None:
    """Turn a lever of the working scenario."""
    _change(turned(st.session_state["working"], inherited(workspace), override, neutral))


def drop(workspace: Workspace, target: tuple[str, str, str, str]) -> None:
    """Take one override out of the working scenario."""
    _change(dropped(st.session_state["working"], inherited(workspace), target))


def adopt(workspace: Workspace, overrides: Sequence[Override]) -> None:
    """Turn several levers of the working scenario in one step; a turn of the same lever, scope and months adds up."""
    from sop.analysis.applying import applied

    desk: Scenario = st.session_state["working"]
    changed = applied(desk.model_copy(update={"frozen": False}), overrides)
    workspace.plan(changed)
    _change(changed)


def undo() -> None:
    """Take the last turn back."""
    _move("past", "future")


def redo() -> None:
    """Turn again what was taken back."""
    _move("future", "past")


def reference(workspace: Workspace) -> PlanResult:
    """The plan charts compare with: the chosen reference; Base at first, and where the reference is no plan."""
    chosen = str(choice("reference", BASE_ID))
    return workspace.plan(BASE_ID if is_no_plan(chosen) else chosen)


def is_no_plan(reference_id: str) -> bool:
    """Whether this reference has figures only: budget, last year, what was approved in an earlier cycle."""
    return reference_id.startswith("@")


def choice(key: str, default: Any) -> Any:
    """What a widget of this session holds, ``default`` before it is drawn."""
    return st.session_state.get(key, default)


def colour(workspace: Workspace, scenario_id: str) -> str:
    """The colour a scenario has everywhere."""
    return scenario_colour(scenario_id, [scenario.id for scenario in workspace.scenarios()])


def warn(text: str) -> None:
    """Say on the next drawing of the page that something did not go."""
    said = str(st.session_state.get(_NOTICE, ""))
    if text not in said:
        st.session_state[_NOTICE] = f"{said} {text}".strip()


def tell(text: str) -> None:
    """Say in passing, on the next drawing of the page, that something is done."""
    st.session_state["done"] = text


@contextmanager
def told() -> Iterator[None]:
    """Keep an error of ours for the next drawing of the page: callbacks cannot draw. What was said before is past."""
    _quiet()
    try:
        yield
    except SopError as error:
        warn(f"{error.title} {error.remedy}")
    except ValidationError as error:
        warn("; ".join(str(fault["msg"]) for fault in error.errors()))


def notices() -> None:
    """Draw what is to be said: in passing what is done; what went wrong until it is closed or something else done."""
    if text := st.session_state.get(_NOTICE, ""):
        with st.container(key="notice", horizontal=True, vertical_alignment="center", gap=None):
            st.warning(plain(text), icon=":material/info:")
            st.button(":material/close:", key="notice_read", type="tertiary", help="Close", on_click=_quiet)
    if text := st.session_state.pop("done", ""):
        st.toast(plain(text), icon=":material/check_circle:")


def _quiet() -> None:
    st.session_state.pop(_NOTICE, None)


def _show(scenario: Scenario) -> None:
    st.session_state.update(saved=scenario, working=scenario, past=[], future=[])


def _change(scenario: Scenario) -> None:
    _quiet()
    state = st.session_state
    state["past"] = [*state["past"], state["working"]][-_KEPT_STEPS:]
    state["future"] = []
    state["working"] = scenario


def _move(source: str, target: str) -> None:
    state = st.session_state
    if state[source]:
        state[target] = [*state[target], state["working"]]
        *state[source], state["working"] = state[source]
