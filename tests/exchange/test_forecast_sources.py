"""A company must have something to forecast from, and the forecast it asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from sop.exchange.reading import read_path
from tests.exchange.company_files import write

FORECASTS = "version,item,market,period,quantity\nplan,KET-01,UK,2026-01,5\nbudget,KET-01,UK,2026-01,6\n"


@pytest.mark.parametrize(("forecasts", "there"), [(FORECASTS, "budget, plan"), (None, "none")])
def test_a_forecast_version_must_be_there(forecasts: str | None, there: str, tmp_path: Path) -> None:
    """Planning from a version nobody has would be planning nothing: a fault with the versions there are."""
    settings = "key,value\nfirst_period,2026-01-01\nforecast_version,plam\n"
    (fault,) = read_path(write(tmp_path / "company", settings=settings, forecasts=forecasts)).faults
    assert (fault.table, fault.row, fault.column, fault.value) == ("settings", 3, "value", "plam")
    assert fault.problem == f"forecast_version 'plam' is not in forecasts; versions there: {there}."
    assert fault.remedy.startswith("Did you mean 'plan'?" if forecasts else "Name one of them")


def test_a_forecast_version_that_is_there_or_blank(tmp_path: Path) -> None:
    """Naming a version of the table, or none, is fine."""
    for version in ("plan", ""):
        settings = f"key,value\nfirst_period,2026-01-01\nforecast_version,{version}\n"
        assert read_path(write(tmp_path / "company", settings=settings, forecasts=FORECASTS)).faults == ()


def test_nothing_to_forecast_from_is_noted(tmp_path: Path) -> None:
    """Neither sales before the plan nor a forecast: read, with a note; with a forecast or a launch without."""
    nothing = "Nothing to forecast from: no sales history before 2026-01 and no forecast version from then on."
    items = "item,kind,launch\nKET-01,product,2026-03-01\nTOA-01,product,\nCHIP,component,\n"
    late = "date,item,market,ordered\n2026-01-05,KET-01,UK,100\n"
    cases = [(None, None, None), (late, None, None), (None, FORECASTS, None), (None, None, items)]
    told = []
    for number, (history, forecasts, launches) in enumerate(cases):
        changed = {"sales_history": history, "forecasts": forecasts} | ({"items": launches} if launches else {})
        result = read_path(write(tmp_path / str(number), **changed))
        assert result.faults == ()
        told.append(nothing in result.notes)
    assert told == [True, True, False, False]


@pytest.mark.parametrize(("country", "faults"), [("XX", 1), ("Germany", 1), ("de", 0), ("GB", 0), ("", 0)])
def test_a_country_must_be_one(country: str, faults: int, tmp_path: Path) -> None:
    """Codes no country has are told before a plan is made, with what to write; small letters are fine."""
    settings = f"key,value\nfirst_period,2026-01-01\ncountry,{country}\n"
    found = read_path(write(tmp_path / "company", settings=settings, forecasts=FORECASTS)).faults
    assert len(found) == faults
    if found:
        assert found[0].problem == f"country {country!r} is no country code."
        assert "two letters" in found[0].remedy
