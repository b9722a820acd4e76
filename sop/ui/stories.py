"""Ready-made scenarios: the saved ones, each with its story in a line and one click away."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from sop.domain.scenario import BASE_ID, Scenario
from sop.ui import session
from sop.ui.formatting import plain
from sop.workspace import Workspace

_MOST = 12


def show(workspace: Workspace, scenarios: Mapping[str, Scenario]) -> None:
    """A button that opens the list; the list is made when somebody looks at it."""
    others = [one for one in scenarios.values() if one.id != BASE_ID]
    if not others:
        return
    with st.popover(
        "Stories",
        icon=":material/auto_stories:",
        type="tertiary",
        key="ready_made",
        on_change="rerun",
        help="Ready-made scenarios: one click opens one.",
    ) as opened:
        if not opened.open:
            return
        st.caption("Ready-made scenarios. What you turned and did not save is dropped.")
        with st.container(key="story_list", gap="xsmall"):
            for scenario in others[-_MOST:]:
                _story(workspace, scenario)


def _story(workspace: Workspace, scenario: Scenario) -> None:
    colour = session.colour(workspace, scenario.id)
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="top", key=f"told-{scenario.id}"):
        st.html(f'<span style="color:{colour};font-size:1.1rem;line-height:1.4">●</span>', width="content")
        with st.container(gap=None):
            st.button(
                plain(scenario.name),
                key=f"open-{scenario.id}",
                type="tertiary",
                disabled=scenario.id == session.saved().id and not session.is_changed(),
                on_click=open_story,
                args=(workspace, scenario.id),
            )
            st.caption(plain(scenario.purpose) or "No story was written for it.")


def open_story(workspace: Workspace, scenario_id: str) -> None:
    """Put a scenario on the desk and close the list."""
    with session.told():
        session.open_scenario(workspace, scenario_id)
    st.session_state["ready_made"] = False
