"""A scenario's unconstrained demand from the fitted model: array arithmetic only.

    expected = base x life cycle x exp(sum over drivers of (level - reference) x coefficient) x growth x agreed
               + planner's units

Base is fitted on units, not on logarithms, so it is a mean already and no correction for the log model's error is due
(a median would need exp(s^2 / 2)). Components are attributed one after the other in this order: baseline (everything
at its reference), life cycle (all of a launch's volume; what a phase-out takes away), price, promotion with what
follows it (fitted, and given by the planner), marketing, indices, growth, planner (the agreed layer and the
planner's units). Planner's units go to series on sale only.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sop.demand.features import (
    WIDEST,
    carried,
    effective_price,
    index_level,
    log_price,
    marketing_response,
    promotion_after,
    rival_price,
)
from sop.demand.lifecycle import Course, lived, moved
from sop.demand.model import GIVEN, LAUNCH, NOT_SOLD, STATISTICAL, DemandModel
from sop.domain.launches import FAR
from sop.domain.parameters import Array, Mask, Parameters
from sop.domain.plans import DEMAND_COMPONENTS, DemandPlan
from sop.domain.promotions import promotion_factor

PRICE_SLACK = 0.02


def forecast(model: DemandModel, parameters: Parameters) -> DemandPlan:
    """Unconstrained demand [I, M, T] under ``parameters``, with its decomposition and quantiles."""
    path = _path(model, parameters)
    baseline = path * (model.origin != LAUNCH)[:, :, None]
    components, reached = {"baseline": baseline}, baseline
    for name, level in _steps(model, parameters, path):
        components[name] = level - reached
        reached = level
    on_sale = (model.origin != NOT_SOLD)[:, :, None]
    agreed = reached if model.agreed.size == 1 else reached * model.agreed + model.agreed_units
    expected = np.maximum(agreed + parameters["planner_units"] * on_sale, 0.0)
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
        common=model.common,
    )


def _steps(model: DemandModel, parameters: Parameters, path: Array) -> list[tuple[str, Array]]:
    """Demand after each factor has been applied, in the order of attribution."""
    level, acts = _life(model, parameters, path), model.acts
    result = [("life_cycle", level)]
    factors = (
        ("price", _priced(model, parameters)),
        ("promotion", _promoted(model, parameters)),
        ("marketing", _kept(model, "marketing", parameters, _marketing) if acts[3] else None),
        ("index", _kept(model, "index", parameters, _index) if any(acts[4 : 4 + len(model.index_is_log)]) else None),
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


def _life(model: DemandModel, parameters: Parameters, path: Array) -> Array:
    launching, ending = model.origin == LAUNCH, model.end < FAR
    if not (launching.any() or ending.any()):
        return path
    return lived(
        path,
        Course(
            launching,
            model.origin == STATISTICAL,
            model.launch + np.where(model.reached > 0, 0.0, parameters["launch_shift"]),
            model.end + parameters["phase_out_shift"],
            model.ramp,
            model.family_codes,
            model.reached,
        ),
        parameters,
    )


def _promoted(model: DemandModel, parameters: Parameters) -> Array | None:
    """Promotions by depth, through their fitted effect, and those whose uplift the planner gives."""
    by_depth = _kept(model, "promotion", parameters, _promotion) if model.acts[1] or model.acts[2] else None
    uplift, early = parameters["promotion_uplift"], parameters["pull_forward"]
    if not (uplift.any() or early.any()):
        return by_depth
    given = promotion_factor(uplift, early, parameters["pull_forward_over"])
    return given if by_depth is None else given * by_depth


def _price(model: DemandModel, price: Array) -> Array:
    """(price / reference) ^ elasticity; held beyond a threefold change, 1 where a price is 0 or unknown."""
    change = log_price(price) - model.reference[0]
    change[np.isnan(change)] = 0.0
    return _effect(np.clip(change, -WIDEST, WIDEST, out=change), model.coefficient[0])


def _priced(model: DemandModel, parameters: Parameters) -> Array | None:
    """Own price, and the effective prices of rivals within the family where they act."""
    own = _kept(model, "price", parameters, _price) if model.acts[0] else None
    if not model.rival_weight.size or not model.acts[-1]:
        return own
    effective = effective_price(log_price(parameters["price"]), parameters["promotion"])
    change = rival_price(effective, model.family_codes, model.rival_weight) - model.reference[-1]
    rivals = _effect(np.clip(change, -WIDEST, WIDEST), model.coefficient[-1])
    return rivals if own is None else own * rivals


def _promotion(model: DemandModel, depth: Array) -> Array:
    now = (depth - model.reference[1]) * model.coefficient[1][:, :, None]
    after = promotion_after(depth, model.depth_before) - model.reference[2]
    now += after * model.coefficient[2][:, :, None]
    return np.asarray(np.exp(now, out=now))


def _marketing(model: DemandModel, spend: Array) -> Array:
    stock = carried(spend, model.carry_over, model.stock_before) if model.carry_over else spend
    return _effect(marketing_response(stock, model.usual_spend) - model.reference[3], model.coefficient[3])


def _index(model: DemandModel, index: Array) -> Array:
    last = 4 + len(model.index_is_log)
    change = index_level(index, model.index_is_log) - model.reference[4:last]
    change *= model.coefficient[4:last, :, :, None]
    total: Array = change.sum(axis=0) if len(change) > 1 else change[0]
    return np.exp(total, out=total)


def _effect(change: Array, coefficient: Array) -> Array:
    change *= coefficient[:, :, None]
    return np.exp(change, out=change)


def _kept(model: DemandModel, name: str, parameters: Parameters, make: Callable[[DemandModel, Array], Array]) -> Array:
    """``make`` of a parameter, or what it made last time if the parameter is the very same read-only array: a turned
    lever leaves the other parameters alone, so only its own effect is worked out again."""
    values = parameters[name]
    source, factor = model.memory.get(name, (None, values))
    if source is not values or values.flags.writeable:
        factor = make(model, values)
        model.memory[name] = (values, factor)
    return factor


def _extrapolated(model: DemandModel, price: Array) -> Mask:
    below = price < model.lowest_price * (1.0 - PRICE_SLACK)
    return np.asarray(below | (price > model.highest_price * (1.0 + PRICE_SLACK)))
