"""What the lever widgets are drawn from: the overrides in force, the reference's, and where the next turn acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from sop.domain.parameters import Parameters
from sop.domain.scenario import Override
from sop.ui.effects import Effect, effects
from sop.ui.turning import Reach
from sop.workspace import Workspace


@dataclass(frozen=True)
class Desk:
    """One drawing of the levers."""

    workspace: Workspace
    base: Parameters
    overrides: tuple[Override, ...]
    reference: tuple[Override, ...]
    where: Reach
    effects: Mapping[str, Effect]


def idle_remarks(workspace: Workspace, where: Reach) -> Mapping[str, Effect]:
    """What each lever can do in ``where``; worked out once per place, not with every move of a slider."""
    key = (workspace.status().inputs_id, where)
    kept = st.session_state.get("effects")
    if kept is None or kept[0] != key:
        planner = workspace.planner
        kept = (key, effects(planner.base, planner.acts_on, where))
        st.session_state["effects"] = kept
    found: Mapping[str, Effect] = kept[1]
    return found
