"""A scenario's unconstrained demand from the fitted model: array arithmetic only.

    expected = base x life cycle x exp(sum over drivers of (level - reference) x coefficient) x growth + planner's units

Base is fitted on units, not on logarithms, so it is a mean already and no correction for the log model's error is due
(a median would need exp(s^2 / 2)). Components are attributed one after the other in this order: baseline (everything
at its reference), life cycle (all of a launch's volume; what a phase-out takes away), price, promotion with what
follows it, marketing, indices, growth, planner.
"""

from __future__ import annotations

import numpy as np

from sop.demand.features import WIDEST, index_level, log_price, marketing_response, promotion_after
from sop.demand.lifecycle import FAR, moved, ramp_down, ramp_up
from sop.demand.model import GIVEN, LAUNCH, DemandModel
from sop.domain.parameters import Array, Mask, Parameters
from sop.domain.plans import DEMAND_COMPONENTS, DemandPlan

PRICE_SLACK = 0.02


def forecast(model: DemandModel, parameters: Parameters) -> DemandPlan:
    """Unconstrained demand [I, M, T] under ``parameters``, with its decomposition and quantiles."""
    path = _path(model, parameters)
    baseline = path * (model.origin != LAUNCH)[:, :, None]
    components, reached = {"baseline": baseline}, baseline
    for name, level in _steps(model, parameters, path):
        components[name] = level - reached
        reached = level
    expected = np.maximum(reached + parameters["planner_units"], 0.0)
    components["planner"] = expected - reached
    low, median, high, deviation = (expected * factor for factor in model.quantile_factors)
    case = int(parameters["quantile"])
    return DemandPlan(
        expected=expected,
        planned=(expected, low, median, high)[case],
        low=low,
        median=median,
        high=high,
        sigma=deviation,
        components={name: components[name] for name in DEMAND_COMPONENTS},
        extrapolated=_extrapolated(model, parameters["price"]),
    )


def _steps(model: DemandModel, parameters: Parameters, path: Array) -> list[tuple[str, Array]]:
    """Demand after each factor has been applied, in the order of attribution."""
    level, result = path, []
    factors = (
        ("life_cycle", _life(model, parameters)),
        ("price", _price(model, parameters)),
        ("promotion", _promotion(model, parameters)),
        ("marketing", _marketing(model, parameters)),
        ("index", _index(model, parameters)),
        ("growth", parameters["growth"]),
    )
    for name, factor in factors:
        level = level if factor is None else level * factor
        result.append((name, level))
    return result


def _path(model: DemandModel, parameters: Parameters) -> Array:
    """Base; the launches inside a given forecast moved by their shift."""
    shift = parameters["launch_shift"]
    if not shift.any():
        return model.base
    given = (model.origin == GIVEN) & ((shift != 0) & (model.launch > -FAR))[:, None]
    return np.where(given[:, :, None], moved(model.base, shift), model.base) if given.any() else model.base


def _life(model: DemandModel, parameters: Parameters) -> Array | None:
    launching = model.origin == LAUNCH
    ending = model.end < FAR
    if not (launching.any() or ending.any()):
        return None
    total = model.base.shape[2]
    up = ramp_up(model.launch + parameters["launch_shift"], model.ramp, total)[:, None, :]
    down = ramp_down(model.end + parameters["phase_out_shift"], model.ramp, total)[:, None, :]
    return np.asarray(np.where(launching[:, :, None], up, 1.0) * down)


def _price(model: DemandModel, parameters: Parameters) -> Array | None:
    """(price / reference) ^ elasticity; held beyond a threefold change, 1 where a price is 0 or unknown."""
    if not model.acts[0]:
        return None
    change = log_price(parameters["price"]) - model.reference[0]
    held = np.clip(np.nan_to_num(change), -WIDEST, WIDEST)
    return np.asarray(np.exp(held * model.coefficient[0][:, :, None]))


def _promotion(model: DemandModel, parameters: Parameters) -> Array | None:
    if not (model.acts[1] or model.acts[2]):
        return None
    depth = parameters["promotion"]
    now = (depth - model.reference[1]) * model.coefficient[1][:, :, None]
    after = promotion_after(depth, model.depth_before) - model.reference[2]
    return np.asarray(np.exp(now + after * model.coefficient[2][:, :, None]))


def _marketing(model: DemandModel, parameters: Parameters) -> Array | None:
    if not model.acts[3]:
        return None
    change = marketing_response(parameters["marketing"], model.usual_spend) - model.reference[3]
    return np.asarray(np.exp(change * model.coefficient[3][:, :, None]))


def _index(model: DemandModel, parameters: Parameters) -> Array | None:
    if not any(model.acts[4:]):
        return None
    change = index_level(parameters["index"], model.index_is_log) - model.reference[4:]
    return np.asarray(np.exp((change * model.coefficient[4:, :, :, None]).sum(axis=0)))


def _extrapolated(model: DemandModel, price: Array) -> Mask:
    below = price < model.lowest_price * (1.0 - PRICE_SLACK)
    return np.asarray(below | (price > model.highest_price * (1.0 + PRICE_SLACK)))
