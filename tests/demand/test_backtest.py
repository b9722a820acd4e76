"""Accuracy figures by hand, and on a company where drivers matter."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sop.demand import fit
from sop.demand.backtest import WITHOUT_DRIVERS, Trial, _scores, backtest, best_engine, recommendation, with_accuracy
from tests.companies import small_inputs
from tests.demand.simulated import simulated


def test_scores_by_hand() -> None:
    """Actual 100, 200, one unknown; forecast 110, 170: WAPE 40/300, bias -20/300; the naive misses by 90, so FVA is
    50/300; with spread 0.1 the first lies inside P10 to P90 (exp(0.128) = 1.137), the second does not."""
    trial = Trial(
        np.array([[100.0, 200.0, np.nan]]),
        {"ensemble": np.array([[110.0, 170.0, 50.0]]), "seasonal naive": np.array([[150.0, 160.0, 0.0]])},
        np.full((1, 3), 0.1),
    )
    scores = _scores(trial, "ensemble", np.array([True]))
    assert scores["wape"] == pytest.approx(40 / 300)
    assert scores["bias"] == pytest.approx(-20 / 300)
    assert scores["fva"] == pytest.approx(50 / 300)
    assert scores["coverage"] == pytest.approx(0.5)
    assert scores["demand"] == 300.0


@pytest.fixture(scope="module")
def accuracy() -> pd.DataFrame:
    """Backtest of nine items, 36 months."""
    return backtest(simulated(seed=6, items=9, markets=1, months=36)[0])


def test_drivers_and_engine_add_value(accuracy: pd.DataFrame) -> None:
    """Knowing prices and promotions beats not knowing them, and both beat the seasonal naive; intervals are honest."""
    total = accuracy[accuracy["level"] == "total"].set_index("engine")
    assert total.loc["ensemble", "wape"] < total.loc[WITHOUT_DRIVERS, "wape"] < total.loc["seasonal naive", "wape"]
    assert total.loc["ensemble", "fva"] > 0.05
    assert total.loc["seasonal naive", "fva"] == 0.0
    assert abs(total.loc["ensemble", "bias"]) < 0.08
    assert 0.65 <= total.loc["ensemble", "coverage"] <= 0.95


def test_every_level_is_scored_and_one_engine_is_best(accuracy: pd.DataFrame) -> None:
    """Total, three families and nine series for each of four forecasts; held-out demand adds up over families."""
    assert accuracy.groupby("level").size().to_dict() == {"family": 12, "series": 36, "total": 4}
    assert best_engine(accuracy) in ("ensemble", "prophet")
    ensemble = accuracy[accuracy["engine"] == "ensemble"].groupby("level")["demand"].sum()
    assert ensemble["family"] == pytest.approx(ensemble["total"])
    assert ensemble["series"] == pytest.approx(ensemble["total"])


def test_nothing_to_hold_out() -> None:
    """A company planned from a forecast has no accuracy to show, and no best engine."""
    table = backtest(small_inputs())
    assert table.empty
    assert best_engine(table) == ""


def test_only_a_clear_lead_is_recommended() -> None:
    """Error plus bias: ensemble 10.0 + 2.0, Prophet 11.0 + 0.4 % is 0.6 points ahead; at 11.0 + 0.6 % it is 0.4."""

    def measured(bias: float) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "level": ["total", "total"],
                "engine": ["ensemble", "prophet"],
                "wape": [0.10, 0.11],
                "bias": [-0.02, bias],
                "best": [False, True],
            }
        )

    assert "set engine to prophet" in recommendation(measured(0.004), "ensemble")
    assert "11.4 % against 12.0 %" in recommendation(measured(0.004), "ensemble")
    assert recommendation(measured(0.006), "ensemble") == ""
    assert recommendation(measured(0.004), "prophet") == ""
    assert recommendation(pd.DataFrame(), "ensemble") == ""


def test_the_model_keeps_the_recommendation_and_its_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measuring adds the advice to the model's notes and leaves its forecast and its engine as they were."""
    total = {"level": "total", "family": "", "item": "", "market": "", "fva": 0.0, "coverage": 0.8, "demand": 1.0}
    found = [
        total | {"engine": "ensemble", "wape": 0.2, "bias": 0.0, "best": False},
        total | {"engine": "prophet", "wape": 0.1, "bias": 0.0, "best": True},
    ]
    monkeypatch.setattr("sop.demand.backtest.backtest", lambda inputs, progress: pd.DataFrame(found))
    model = fit(small_inputs())
    measured = with_accuracy(model, small_inputs())
    assert measured.notes[-1].startswith("The backtest found prophet better than ensemble")
    assert measured.engine == "ensemble"
    np.testing.assert_array_equal(measured.base, model.base)
