"""Handing a plan over: the material plan for purchasing, the release file for an ERP or a scheduling system."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from sop.domain.errors import ScenarioError
from sop.domain.plans import PlanResult, SolveStatus
from sop.workspace.exact import Exactly

if TYPE_CHECKING:
    from sop.analysis.material_plan import MaterialPlan


class Releasing(Exactly):
    """The part of the workspace that hands plans over to those who carry them out."""

    def material_plan(self, result: PlanResult, as_of: date | None = None) -> MaterialPlan:
        """Requirements, receipts, projected stock and latest order days; see ``analysis.material_plan``."""
        from sop.analysis.material_plan import material_plan

        return material_plan(self.inputs, result, as_of)

    def release(self, result: PlanResult, whole_units: bool = False) -> pd.DataFrame:
        """The plan by item, plant, period and week; see ``analysis.release``.

        Raises ScenarioError for a plan that cannot be carried out.
        """
        from sop.analysis.release import release

        if result.supply.status not in (SolveStatus.OPTIMAL, SolveStatus.TIME_LIMIT):
            told = f"{result.scenario.name!r} cannot be released: its plan ended with {result.supply.status.value!r}."
            raise ScenarioError(told, "Change it until it can be carried out.")
        return release(self.inputs, result, whole_units=whole_units)

    def release_file(self, result: PlanResult, whole_units: bool = False, *, excel: bool = False) -> bytes:
        """The release as a file: CSV, or Excel."""
        from sop.exchange.release_file import release_csv, release_excel

        frame = self.release(result, whole_units)
        if not excel:
            return release_csv(frame)
        return release_excel(frame, f"{self.inputs.settings.company}: release of {result.scenario.name}")
