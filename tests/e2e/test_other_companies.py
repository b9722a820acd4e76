"""Companies unlike the demo: without supply tables, with limits that collide, with very long names and large figures.

Each is looked at on a laptop and on a projector, light and dark; pictures go to screenshots/.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pandas as pd
import pytest

from sop.domain.inputs import Inputs
from sop.workspace import Workspace
from tests.analysis.cases import promised_inputs
from tests.companies import small_company
from tests.e2e.conftest import LAPTOP, open_at, pictures, serving
from tests.e2e.test_states import OVERFLOW
from tests.workspaces import written

Tables = dict[str, pd.DataFrame]
SUPPLY = ("operations", "routings", "resources", "stock", "stock_policy")
LONG = "Professional stainless-steel {} 4000"
CUT = """(() => [...document.querySelectorAll("[data-testid=stMetricValue] *, .st-key-headline p")]
  .filter(one => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflow === "hidden")
  .map(one => one.textContent))()"""
"""Figures and sentences that are cut off."""


def without_supply(tables: Tables) -> Tables:
    """A forecast and a P&L at list price is all there can be."""
    return {name: table for name, table in tables.items() if name not in SUPPLY}


def colliding(_: Tables) -> Tables:
    """Every kettle is promised by contract, and the line runs for one week a month."""
    tables = dict(promised_inputs().tables)
    return tables | {"resources": tables["resources"].assign(days=[5.0])}


def enormous(tables: Tables) -> Tables:
    """Names of forty characters and money of ten digits."""
    names = {
        "Kettle": LONG.format("kettle"),
        "Toaster": LONG.format("toasts"),
        "UK": "United Kingdom incl. the Channel Islands",
        "Line": "Assembly line number two, northern halls",
    }
    grown = {
        **{"forecasts": ("quantity", 1e5), "routings": ("hours", 1e-5), "fixed_costs": ("amount", 1e5)},
        **{"stock": ("on_hand", 1e5), "stock_policy": ("maximum", 1e5)},
    }
    renamed = {name: table.replace(names) for name, table in tables.items()}
    return renamed | {
        name: renamed[name].assign(**{column: renamed[name][column] * factor})
        for name, (column, factor) in grown.items()
    }


COMPANIES: dict[str, Callable[[Tables], Tables]] = {
    "without-supply": without_supply,
    "colliding": colliding,
    "enormous": enormous,
}
SAYS = {
    "without-supply": "No supply tables",
    "colliding": "Hard limits collide",
    "enormous": "EBITDA",
}


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The app served once for each company."""
    with ExitStack() as servers:
        found = {}
        for name, change in COMPANIES.items():
            folder = tmp_path_factory.mktemp(name)
            workspace = Workspace.open(folder / "sop.duckdb")
            workspace.import_path(written(Inputs.of(change(small_company())), folder / "tables"))
            workspace.ensure_model()
            workspace.close()
            found[name] = servers.enter_context(serving(folder / "sop.duckdb"))
        yield found


@pytest.mark.parametrize("name", list(COMPANIES))
def test_other_companies_fit_the_screen_and_are_told_about(browser: Any, addresses: dict[str, str], name: str) -> None:
    """No error box, nothing out of sight or cut off, and the state is said in words."""
    context = browser.new_context(viewport=LAPTOP)
    page = context.new_page()
    open_at(page, addresses[name])
    assert page.query_selector("[data-testid=stException]") is None
    said, hidden, cut = page.inner_text("[data-testid=stMain]"), page.evaluate(OVERFLOW), page.evaluate(CUT)
    pictures(page, f"company-{name}")
    context.close()
    assert SAYS[name] in said
    assert max(hidden) <= 1
    assert cut == []
