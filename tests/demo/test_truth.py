"""Fitting the demo company finds the coefficients its history was made with."""

from __future__ import annotations

import pandas as pd
import pytest

from sop.demo import truth
from tests.demo.readings import Demo

NINETY_PERCENT = 1.645
FAMILIES = tuple(truth.GROWTH)


def effects(demo: Demo, driver: str, true: dict[str, float]) -> pd.DataFrame:
    """Fitted effects of one driver, a row per item and market with history, beside the true one."""
    table = demo.planner.model.effects_table()
    launched = demo.inputs["items"].loc[demo.inputs["items"]["launch"].notna(), "item"]
    chosen = table[(table["driver"] == driver) & ~table["item"].isin(launched)]
    return chosen.assign(true=chosen["family"].map(true))


def test_price_elasticities_are_recovered(demo: Demo) -> None:
    """Own-price elasticities of all 92 series: mean absolute error at most 0.2, each family's mean within 0.2."""
    found = effects(demo, "price", truth.PRICE_ELASTICITY)
    assert len(found) == 23 * 4
    assert (found["estimate"] - found["true"]).abs().mean() <= 0.2
    by_family = found.groupby("family")[["estimate", "true"]].mean()
    assert (by_family["estimate"] - by_family["true"]).abs().max() <= 0.2


def test_price_elasticity_intervals_cover_the_truth(demo: Demo) -> None:
    """At least 90 % of the 90 % intervals hold the true elasticity, and they are narrow enough to mean something."""
    found = effects(demo, "price", truth.PRICE_ELASTICITY)
    covered = (found["estimate"] - found["true"]).abs() <= NINETY_PERCENT * found["standard_error"]
    assert covered.mean() >= 0.9
    assert found["standard_error"].mean() < 0.3


@pytest.mark.parametrize(
    ("driver", "true", "tolerance"),
    [
        ("promotion", truth.PROMOTION_UPLIFT, 0.25),
        ("promotion_after", dict.fromkeys(FAMILIES, -truth.PROMOTION_PAYBACK), 0.35),
        ("marketing", dict.fromkeys(FAMILIES, truth.MARKETING_RESPONSE), 0.02),
        ("consumer_confidence", dict.fromkeys(FAMILIES, truth.INDEX_SENSITIVITY), 0.35),
    ],
)
def test_other_effects_are_recovered_by_family(
    demo: Demo, driver: str, true: dict[str, float], tolerance: float
) -> None:
    """Promotion uplift and payback, marketing and the index: each family's mean effect is near the true one."""
    by_family = effects(demo, driver, true).groupby("family")[["estimate", "true"]].mean()
    assert (by_family["estimate"] - by_family["true"]).abs().max() <= tolerance
