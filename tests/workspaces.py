"""Workspaces in memory that tests share."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path

import pandas as pd

from sop.domain.inputs import Inputs, typed
from sop.domain.scenario import Override, Scenario
from sop.exchange.writing import write_folder
from sop.store import Repository
from sop.workspace import Workspace
from sop.workspace.fitting import fitted
from tests.companies import small_company, small_inputs


def written(inputs: Inputs, folder: Path) -> Path:
    """``inputs`` as a folder of CSV files."""
    write_folder(inputs, folder)
    return folder


@cache
def _small_model() -> bytes:
    return fitted(small_inputs())


def small_workspace() -> Workspace:
    """A workspace in memory with the small company imported and its demand model fitted."""
    store = Repository()
    store.add_inputs(small_inputs(), "by hand", datetime(2026, 1, 5), model=_small_model())
    return Workspace(store)


def booked_workspace() -> Workspace:
    """The small company, its fiscal year from October, with a quarter booked: revenue 60,000, EBITDA 12,000."""
    tables = small_company()
    actuals = pd.DataFrame(
        {
            "line": ["net_revenue"] * 3 + ["ebitda"] * 3,
            "period": ["2025-10-01", "2025-11-01", "2025-12-01"] * 2,
            "amount": [20_000.0] * 3 + [4_000.0] * 3,
        }
    )
    year = pd.DataFrame({"key": ["fiscal_year_start"], "value": ["10"]})
    changed = {"settings": pd.concat([tables["settings"], year]), "actuals": typed("actuals", actuals)}
    inputs = Inputs.of({**tables, **changed})
    store = Repository()
    store.add_inputs(inputs, "by hand", datetime(2026, 1, 5), model=fitted(inputs))
    return Workspace(store)


def scenario(name: str, *overrides: Override, parent: str = "", **more: str) -> Scenario:
    """A scenario whose id is its name in small letters with hyphens."""
    return Scenario(id=name.lower().replace(" ", "-"), name=name, parent=parent, overrides=overrides, **more)
