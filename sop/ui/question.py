"""What is being looked at right now: scenario, reference, window and unit, answered by the workspace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import streamlit as st

from sop.charts.view import VALUE, View, volume_units
from sop.domain.inputs import Inputs
from sop.domain.plans import Kpis, PlanResult
from sop.ui import session
from sop.workspace import Workspace

if TYPE_CHECKING:
    from sop.analysis.references import Reference
    from sop.finance import Window


@dataclass(frozen=True, eq=False)
class Answer:
    """The plan on the desk beside its reference, over one window.

    ``against`` is the reference where it is no plan (budget, last year): it has figures for the window, but no months
    to draw; ``reference`` is then Base, the plan that charts compare with.
    """

    workspace: Workspace
    inputs: Inputs
    result: PlanResult
    reference: PlanResult
    window: Window
    unit: str
    against: Reference | None = None

    @cached_property
    def kpis(self) -> Kpis:
        """Key figures of the plan."""
        return self.workspace.kpis(self.result, self.window)

    @cached_property
    def reference_kpis(self) -> Mapping[str, float | None]:
        """Key figures of the reference by name; None where it has none."""
        return self.against.kpis if self.against else asdict(self.workspace.kpis(self.reference, self.window))

    @property
    def differs(self) -> bool:
        """Whether plan and reference answer different questions."""
        return self.result.scenario_key != self.reference.scenario_key

    @property
    def currency(self) -> str:
        """Currency of all money."""
        return self.inputs.settings.currency

    @cached_property
    def colour(self) -> str:
        """Colour of the scenario."""
        return session.colour(self.workspace, self.result.scenario.id)

    def view(self, *scope: tuple[str, str]) -> View:
        """The chosen unit over a scope."""
        return View(scope, self.unit)

    @property
    def unit_title(self) -> str:
        """The chosen unit as an axis reads it."""
        return unit_title(self.unit, self.currency)


def ask(workspace: Workspace) -> Answer:
    """Plan the scenario on the desk and its reference."""
    inputs = workspace.inputs
    windows = workspace.windows()
    chosen = session.choice("window", "")
    window = windows.get(chosen) or next(iter(windows.values()))
    units = units_of(inputs)
    unit = session.choice("unit", "")
    return Answer(
        workspace=workspace,
        inputs=inputs,
        result=workspace.plan(session.working()),
        reference=session.reference(workspace),
        window=window,
        unit=unit if unit in units else units[0],
        against=_against(workspace, inputs.id, window),
    )


def _against(workspace: Workspace, inputs_id: str, window: Window) -> Reference | None:
    """The chosen reference where it is no plan; looked up once per window, not with every move of a slider."""
    chosen = str(session.choice("reference", ""))
    if not session.is_no_plan(chosen):
        return None
    key = (inputs_id, chosen, window)
    if st.session_state.get("against", (None,))[0] != key:
        st.session_state["against"] = (key, workspace.reference(chosen, window))
    found: Reference = st.session_state["against"][1]
    return found


def units_of(inputs: Inputs) -> tuple[str, ...]:
    """Units the screen offers, the one of the settings first, money last."""
    return _units(inputs.id, inputs)


@st.cache_data(max_entries=8, show_spinner=False)
def _units(inputs_id: str, _inputs: Inputs) -> tuple[str, ...]:
    units = volume_units(_inputs)
    first = _inputs.settings.volume_unit
    ordered = [first] if first in units else []
    return (*ordered, *(unit for unit in units if unit not in ordered), VALUE)


def unit_title(unit: str, currency: str) -> str:
    """``pieces`` for a unit, the currency for value."""
    return currency if unit == VALUE else unit
