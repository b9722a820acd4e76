"""What the demand review refuses before anything is stored or fitted, in words that say what to do."""

from __future__ import annotations

from datetime import date
from functools import cache

import pandas as pd
import pytest

from sop.domain.errors import SopError
from sop.domain.inputs import Inputs, typed
from sop.workspace.demand_checks import check_corrections, check_elasticities, check_says, check_weights
from sop.workspace.demand_review import Correction, Say
from tests.companies import small_company
from tests.test_editing import with_history

FEBRUARY = date(2026, 2, 1)


@cache
def _company() -> Inputs:
    """Kettles and toasters with history from 2022 on, planned from 2026-01 to 06; a lamp that nobody sells."""
    tables = small_company()
    lamp = pd.DataFrame({"item": ["Lamp"], "family": ["Lamps"]})
    items = pd.concat([tables["items"], typed("items", lamp)], ignore_index=True)
    return with_history(items=items)


def _keep(item: str = "Kettle", market: str = "", day: date = date(2025, 3, 1)) -> Correction:
    return Correction(item, market, day, "keep")


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (_keep("Kettel"), "There is no 'Kettel' here. Choose an item, family or market of the data."),
        (_keep(market="Mars"), "There is no 'Mars' here. Choose an item, family or market of the data."),
        (_keep(day=date(2021, 12, 31)), "There is no history of 2021-12-31 to correct. Choose a month with sales."),
        (_keep(day=FEBRUARY), "2026-02-01 is not in the past. Change the forecast in the consensus instead."),
    ],
)
def test_corrections_of_nothing_are_refused(one: Correction, told: str) -> None:
    """Unknown items and markets, months before history and in the plan; a good one beside it does not help."""
    with pytest.raises(SopError) as refused:
        check_corrections(_company(), [_keep(), one])
    assert str(refused.value) == told
    check_corrections(_company(), [_keep(), _keep(day=date(2022, 1, 31))])


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (
            Say(date(2025, 12, 1), 5.0, item="Kettle"),
            "2025-12-01 is not planned. Choose one of 2026-01 to 2026-06; what has passed is corrected in history.",
        ),
        (
            Say(date(2026, 7, 1), 5.0, item="Kettle"),
            "2026-07-01 is not planned. Choose one of 2026-01 to 2026-06; what has passed is corrected in history.",
        ),
        (
            Say(FEBRUARY, 5.0, item="Lamp"),
            "Lamp is not sold: a view of it would be lost. Give it sales history, a forecast or a launch date first.",
        ),
        (
            Say(FEBRUARY, 5.0, family="Kettels"),
            "There is no 'Kettels' here. Choose an item, family or market of the data.",
        ),
    ],
)
def test_views_of_nothing_are_refused(one: Say, told: str) -> None:
    """Months that have passed or lie beyond the plan, items nobody sells, unknown names."""
    good = Say(FEBRUARY, 5.0, item="Kettle")
    with pytest.raises(SopError) as refused:
        check_says(_company(), "sales", [good, one])
    assert str(refused.value) == told
    check_says(_company(), "sales", [good])


def test_weights_and_elasticities_are_of_families_and_items_there_are() -> None:
    """A name that is none is refused; all families (blank) and known ones are fine."""
    for check, name in ((check_weights, {"Kettels": {"sales": 1.0}}), (check_elasticities, {"Kettel": -1.0})):
        with pytest.raises(SopError, match="There is no 'Kettel"):
            check(_company(), name)
    check_weights(_company(), {"": {"sales": 1.0}, "Kettles": {"final": 1.0}})
    check_elasticities(_company(), {"Kettle": float("nan"), "Toaster": -2.0})
