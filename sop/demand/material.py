"""What fitting works on, read off the Inputs once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sop.demand.features import (
    driver_names,
    index_level,
    log_price,
    marketing_response,
    promotion_after,
    usual_spend,
)
from sop.demand.given import given_forecast
from sop.demand.history import History, sales_history
from sop.demand.model import GIVEN, LAUNCH, NOT_SOLD, STATISTICAL, Codes
from sop.domain.base import base_parameters
from sop.domain.history import Drivers, drivers, sold
from sop.domain.inputs import Inputs
from sop.domain.parameters import Array, Mask, Parameters


@dataclass(frozen=True, eq=False)
class Material:
    """What fitting works on: the past, drivers past and planned on the model's scale, and where series come from."""

    inputs: Inputs
    base: Parameters
    history: History | None
    past: Array  # [K, I, M, H]
    planned: Array  # [K, I, M, T]
    names: tuple[str, ...]
    index_is_log: Mask  # [D]
    depth_before: Array  # [I, M, n]
    usual_spend: Array  # [I, M, 1]
    given: Array  # [I, M, T] units; NaN where no forecast version speaks
    origin: Codes  # [I, M]
    carry_over: float = 0.0  # share of marketing's stock that lasts to the next bucket, see response.py
    stock_before: Array | None = None  # [I, M] marketing's stock in the last history bucket
    rival_weight: Array | None = None  # [I, M] volume rivals' prices are weighed by
    begun: Array | None = None  # [I, M, H] units launches under way have sold, NaN elsewhere, see under_way.py


def gather(inputs: Inputs) -> Material:
    """Read history, drivers and forecast versions onto arrays."""
    base = base_parameters(inputs)
    items, markets, total = base.axis("item"), base.axis("market"), inputs.horizon.total
    history = sales_history(inputs, items, markets)
    first = history.first if history is not None else -1
    past = drivers(inputs, items, markets, first, 0)
    planned = drivers(inputs, items, markets, 0, total)
    n = inputs.settings.pull_forward_months
    nothing = np.zeros((*past.promotion.shape[:2], n))
    before = np.concatenate([nothing, past.promotion], axis=2)[:, :, past.promotion.shape[2] :]
    usual = _usual(past.marketing, planned.marketing)
    given = given_forecast(inputs, items, markets)
    return Material(
        inputs,
        base,
        history,
        _levels(past, nothing, usual),
        _levels(planned, before, usual),
        driver_names(past.index_names),
        past.index_is_log,
        before,
        usual,
        given,
        _origins(inputs, history, given, sold(inputs, items, markets)),
    )


def _levels(moved: Drivers, before: Array, usual: Array) -> Array:
    own = (
        log_price(moved.price),
        moved.promotion,
        promotion_after(moved.promotion, before),
        marketing_response(moved.marketing, usual),
    )
    return np.concatenate([np.stack(own), index_level(moved.index, moved.index_is_log)])


def _usual(past: Array, planned: Array) -> Array:
    """Usual spend of each series [I, M, 1]: of the past, else of the plan, else the mean of all series, else 1."""
    spent, planning = (past > 0).any(axis=2, keepdims=True), (planned > 0).any(axis=2, keepdims=True)
    own = np.where(spent, usual_spend(past), usual_spend(planned))
    known = spent | planning
    return np.asarray(np.where(known, own, own[known].mean() if known.any() else 1.0))


def _origins(inputs: Inputs, history: History | None, given: Array, is_sold: Mask) -> Codes:
    """Where each series' base path comes from [I, M]: a chosen version goes first, else history, else any version."""
    has_given = ~np.isnan(given).all(axis=2)
    learned = history.sold if history is not None else np.zeros_like(has_given)
    launching = (is_sold & ~learned & ~has_given) & inputs["items"]["launch"].notna().to_numpy()[:, None]
    origin = np.where(launching, LAUNCH, NOT_SOLD)
    if inputs.settings.forecast_version:
        origin = np.where(has_given, GIVEN, np.where(learned, STATISTICAL, origin))
    else:
        origin = np.where(learned, STATISTICAL, np.where(has_given, GIVEN, origin))
    return np.asarray(origin, dtype=np.int8)


def season_positions(inputs: Inputs, first: int, last: int) -> Array:
    """Place of buckets ``first`` to ``last`` - 1 within the year, in buckets; weeks by day of the year."""
    if inputs.horizon.bucket == "month":
        return np.arange(first, last, dtype=np.float64)
    days = [inputs.horizon.start(index).timetuple().tm_yday for index in range(first, last)]
    return np.array(days, dtype=np.float64) / 365.25 * inputs.horizon.periods_per_year
