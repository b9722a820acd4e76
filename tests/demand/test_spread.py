"""How far demand strays, where a series itself says little about it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sop.demand import fit
from sop.demand.engines import SeasonalNaive
from sop.demand.spread import ASSUMED_SPREAD, _irregular
from sop.domain.inputs import Inputs, typed


def _company(spread: float) -> Inputs:
    """Six siblings of 48 months that stray by ``spread``, one item sold once and one sold twice."""
    rng = np.random.default_rng(3)
    sold = {f"I{number}": 100 * np.exp(rng.normal(0, spread, 48)) for number in range(6)}
    sold |= {"New": np.array([40.0]), "Young": np.array([40.0, 60.0])}
    months = pd.date_range("2022-01-01", "2025-12-01", freq="MS")
    history = [
        pd.DataFrame({"item": item, "date": months[-len(values) :], "shipped": values}) for item, values in sold.items()
    ]
    tables = {
        "settings": {"key": ["first_period", "horizon"], "value": ["2026-01-01", "6"]},
        "items": {"item": list(sold), "family": "F"},
        "prices": {"item": list(sold), "list_price": 10.0},
        "sales_history": pd.concat(history),
    }
    return Inputs.of({name: typed(name, pd.DataFrame(table)) for name, table in tables.items()})


def test_short_series_lean_on_their_family_by_hand() -> None:
    """One point: the family's 0.3 as it is. 40 and 60: mean 50, variance 200 with one degree of freedom, c^2 = 0.08,
    log 1.08 = 0.077 against six parts of 0.09: sqrt((0.077 + 0.54) / 7) = 0.297. Eight points or more speak for
    themselves: four of 0 and four of 2 have c^2 = 1, sqrt(log 2) = 0.833."""
    rows = np.full((3, 8), np.nan)
    rows[0, 7], rows[1, 6:], rows[2] = 40.0, (40.0, 60.0), [0.0, 2.0] * 4
    found = _irregular(rows, np.full(3, 0.3))
    assert found == pytest.approx([0.3, np.sqrt((np.log(1.08) + 0.54) / 7), np.sqrt(np.log(2.0))])


@pytest.mark.parametrize("spread", [0.3, 0.05])
def test_one_or_two_points_are_not_certain(spread: float) -> None:
    """Siblings that stray by 30 % make items with one or two months about as uncertain; quiet siblings do not make
    them quiet: the assumed 20 % is the least. One point alone is said to be assumed."""
    model = fit(_company(spread), engine=SeasonalNaive())
    assert (model.spread[6:] >= max(ASSUMED_SPREAD, 0.75 * spread)).all()
    assert (model.spread[6:] <= 0.5).all()
    assert model.spread_assumed[:, 0].tolist() == [False] * 6 + [True, False]
