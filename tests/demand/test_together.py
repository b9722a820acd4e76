"""How far series err together: found again where it is known, and no more than that where there is nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sop.demand import DemandModel, fit, forecast
from sop.demand.engines import Theta
from sop.demand.together import ASSUMED_SHARES, shares_by_lead
from sop.domain.base import base_parameters
from sop.domain.inputs import Inputs, typed
from tests.companies import small_inputs

ITEMS = np.repeat(np.arange(12), 2)
FAMILIES = ITEMS // 4


def noise(rng: np.random.Generator, shares: tuple[float, float, float], months: int) -> np.ndarray:
    """Standard normal errors [24, months]: shares of variance common to all, to a family, to an item; the rest own."""
    parts = [rng.normal(0, 1, (size, months)) for size in (1, 3, 12, 24)]
    weights = np.sqrt([*shares, 1 - sum(shares)])
    groups = (np.zeros(24, dtype=int), FAMILIES, ITEMS, np.arange(24))
    return np.sum([w * part[group] for w, part, group in zip(weights, parts, groups, strict=True)], axis=0)


def company(error: np.ndarray, spread: float) -> Inputs:
    """Twelve items of three families in two markets, level demand with the given errors, sold until 2025-12."""
    months = pd.date_range(end="2025-12-01", periods=error.shape[1], freq="MS")
    names, markets = [f"I{number:02d}" for number in range(12)], ["M0", "M1"]
    demand = 500.0 * np.exp(spread * error - spread**2 / 2)
    tables = {
        "settings": {"key": ["first_period", "horizon"], "value": ["2026-01-01", "6"]},
        "items": {"item": names, "family": [f"F{number // 4}" for number in range(12)]},
        "markets": {"market": markets},
        "prices": {"item": names, "list_price": 10.0},
        "sales_history": {
            "date": np.tile(months, 24),
            "item": np.repeat(np.repeat(names, 2), len(months)),
            "market": np.repeat(np.tile(markets, 12), len(months)),
            "ordered": demand.ravel(),
        },
    }
    return Inputs.of({name: typed(name, pd.DataFrame(columns)) for name, columns in tables.items()})


def test_shares_are_found_again() -> None:
    """On 20 histories of ten years with 20 % common to all, 20 % to a family and 20 % to an item, each share is met
    within 0.06 on average."""
    rng = np.random.default_rng(0)
    found = [shares_by_lead(noise(rng, (0.2, 0.2, 0.2), 120), FAMILIES, ITEMS, 18) for _ in range(20)]
    assert np.mean(found, axis=(0, 2)) == pytest.approx([0.2, 0.2, 0.2], abs=0.06)


def test_independent_series_share_next_to_nothing() -> None:
    """With nothing in common, the deviation of a sum is the root of the sum of variances, but for the season a family
    was given in common: 12 terms on 72 months, doubtful in both directions, make 1 + 2 x 12 / 72 of the variance."""
    rng = np.random.default_rng(1)
    ratios = []
    for _ in range(3):
        model = fit(company(noise(rng, (0.0, 0.0, 0.0), 72), 0.15), engine=Theta())
        ratios.append(model.common.deviation(model.spread) / np.sqrt((model.spread**2).sum(axis=(0, 1))))
    assert np.mean(ratios) == pytest.approx(np.sqrt(1 + 2 * 12 / 72), abs=0.1)


def test_without_history_shares_are_assumed() -> None:
    """Given forecasts err together as stated: 0.10 between families, 0.15 within, 0.25 between markets of an item."""
    model = fit(small_inputs())
    assert np.cumsum(model.shared, axis=0) == pytest.approx(np.tile(np.array(ASSUMED_SHARES)[:, None], 6))


def test_a_short_history_leans_on_what_is_assumed() -> None:
    """Ten months of independent noise leave part of the assumed shares standing; ten years hardly any."""
    rng = np.random.default_rng(2)
    short, long = (
        np.mean([shares_by_lead(noise(rng, (0, 0, 0), months), FAMILIES, ITEMS, 1).sum() for _ in range(10)])
        for months in (10, 120)
    )
    assert long < 0.06 < short


def test_coverage_of_totals_on_what_was_held_out() -> None:
    """Four companies that share half their errors: of the totals of the next six months about 80 % fall within P10 to
    P90, where the sum of variances alone would catch less than 60 %."""
    rng = np.random.default_rng(3)
    spread, caught = 0.15, {"together": [], "independent": []}
    for _ in range(4):
        inputs = company(noise(rng, (0.3, 0.1, 0.1), 72), spread)
        plan = forecast(fit(inputs, engine=Theta()), base_parameters(inputs))
        future = np.stack([noise(rng, (0.3, 0.1, 0.1), 6) for _ in range(200)])
        total = 500.0 * np.exp(spread * future - spread**2 / 2).sum(axis=1)
        for name, made in (("together", plan), ("independent", replace(plan, common=None))):
            low, _, high = made.band()
            caught[name].append(((total >= low) & (total <= high)).mean())
    assert 0.7 <= np.mean(caught["together"]) <= 0.9
    assert np.mean(caught["independent"]) < 0.6


def test_models_stored_before_keep_their_independent_bands() -> None:
    """A model without shares is read, and its series err on their own as they did then."""
    model = fit(small_inputs())
    old = replace(model, shared=np.zeros((3, 1)))
    read = DemandModel.from_bytes(_without(old.to_bytes(), "shared"))
    sigma = model.spread
    assert read.common.deviation(sigma) == pytest.approx(np.sqrt((sigma**2).sum(axis=(0, 1))))


def _without(data: bytes, name: str) -> bytes:
    """A stored model as it was before it knew the field ``name``."""
    import io

    with np.load(io.BytesIO(data)) as file:
        kept = {key: file[key] for key in file.files if key != name}
    target = io.BytesIO()
    np.savez_compressed(target, **kept)
    return target.getvalue()
