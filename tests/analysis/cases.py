"""Plans of the small company for tests of the analysis."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

import pandas as pd

from sop.demand import fit
from sop.domain.inputs import Inputs, typed
from sop.domain.plans import PlanResult
from sop.domain.scenario import BASE, Override, Scenario
from sop.finance import Window, windows
from sop.planning import Planner
from sop.store import Repository
from sop.workspace import Workspace
from sop.workspace.fitting import fitted
from tests.companies import small_company


@lru_cache(maxsize=1)
def planner() -> Planner:
    """The small company with a budget of 15,000 EBITDA a month."""
    budget = pd.DataFrame(
        {
            "line": ["ebitda"] * 6 + ["volume", "volume", "inventory", "net_revenue"],
            "family": [""] * 6 + ["Kettles", "Toasters", "", "Kettles"],
            "period": [f"2026-{month:02d}-01" for month in range(1, 7)]
            + ["2026-01-01"] * 2
            + ["2026-02-01", "2026-05-01"],
            "amount": [15_000.0] * 6 + [480.0, 250.0, 2_000.0, 50_000.0],
        }
    )
    inputs = Inputs.of(small_company() | {"budget": typed("budget", budget)})
    return Planner(inputs, fit(inputs))


def whole_plan() -> Window:
    """All six months."""
    return windows(planner().inputs.horizon, False)["horizon"]


@lru_cache(maxsize=1)
def base() -> PlanResult:
    """Base: every unit sold."""
    return planner().plan(BASE, [])


def planned(name: str, *overrides: Override) -> PlanResult:
    """A scenario of the small company."""
    scenario = Scenario(id=name.lower(), name=name, overrides=overrides)
    return planner().plan(scenario, overrides)


def promised_inputs() -> Inputs:
    """The small company with every kettle promised by contract: 300 to the UK, 200 to DACH, 100 hours a month.

    The line's 160 hours less 120 of downtime, with 10 % overtime, are 44: then the promises cannot be kept.
    """
    contracts = {
        "contract": ["UK kettles", "DACH kettles"],
        "market": ["UK", "DACH"],
        "item": ["Kettle"] * 2,
        "minimum": [300.0, 200.0],
    }
    return Inputs.of(small_company() | {"contracts": typed("contracts", pd.DataFrame(contracts))})


def workspace_of(inputs: Inputs) -> Workspace:
    """A workspace in memory that plans these inputs."""
    store = Repository()
    store.add_inputs(inputs, "by hand", datetime(2026, 1, 5), model=fitted(inputs))
    return Workspace(store)
