"""Companies that are not the demo: no supply side, weeks instead of months, no common unit, nothing sold at a price."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from sop.domain.inputs import Inputs, typed
from sop.store import Repository
from sop.ui import frame
from sop.workspace import Workspace
from sop.workspace.fitting import fitted
from tests.companies import small_company
from tests.pages.conftest import ROOT
from tests.pages.test_pages import PAGES

SUPPLY = ("operations", "routings", "resources", "stock", "stock_policy")


def without_supply() -> dict[str, pd.DataFrame]:
    """Demand and prices only."""
    return {name: table for name, table in small_company().items() if name not in SUPPLY}


def in_weeks() -> dict[str, pd.DataFrame]:
    """Ten weeks of the same items."""
    tables = small_company()
    settings = tables["settings"].set_index("key")["value"].to_dict()
    settings |= {"bucket": "week", "horizon": "10", "first_period": "2026-01-05"}
    weeks = [date(2026, 1, 5) + timedelta(weeks=number) for number in range(10)]
    forecasts = pd.DataFrame({"version": "plan", "item": "Kettle", "market": "UK", "period": weeks, "quantity": 100.0})
    return {
        **tables,
        "settings": typed("settings", pd.DataFrame({"key": list(settings), "value": list(settings.values())})),
        "forecasts": typed("forecasts", forecasts),
    }


def without_a_common_unit() -> dict[str, pd.DataFrame]:
    """Kettles in pieces, toasters in kilograms."""
    tables = small_company()
    return {**tables, "items": tables["items"].assign(unit=["piece", "kg"])}


def for_nothing() -> dict[str, pd.DataFrame]:
    """Everything is given away."""
    tables = small_company()
    return {**tables, "prices": tables["prices"].assign(list_price=0.0)}


COMPANIES = {one.__name__: one for one in (without_supply, in_weeks, without_a_common_unit, for_nothing)}


@cache
def workspace(name: str) -> Workspace:
    """The company, imported and fitted."""
    inputs = Inputs.of(COMPANIES[name]())
    store = Repository()
    store.add_inputs(inputs, "by hand", datetime(2026, 1, 5), model=fitted(inputs))
    return Workspace(store)


@pytest.mark.parametrize("company", COMPANIES)
def test_every_page_draws_for_every_company(monkeypatch: pytest.MonkeyPatch, company: str) -> None:
    """The screen shows what there is and says what there is not; it never fails, and never shows nan."""
    monkeypatch.setattr(frame, "workspace", lambda: workspace(company))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    app.slider(key="lever_demand").set_value(10).run()
    assert not app.exception
    assert not [metric.value for metric in app.metric if "nan" in metric.value.lower()]
    for page in PAGES:
        app.switch_page(page).run()
        assert not app.exception, page
        assert not app.error, page
