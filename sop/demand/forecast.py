"""A scenario's unconstrained demand from the fitted model: array arithmetic only.

    expected = base x life cycle x exp(sum over drivers of (level - reference) x coefficient) x growth x agreed
               + agreed units x drivers x growth + planner's units

The first bucket, where its sales to date are told, is what was sold and the rest of its forecast (``agreed`` holds
the share left), at least the orders booked for it: no lever moves what is sold or booked, and no band lies around it.
Base is fitted on units, not on logarithms, so it is a mean already and no correction for the log model's error is due
(a median would need exp(s^2 / 2)). Components are attributed one after the other in this order: baseline (everything
at its reference), life cycle (all of a launch's volume; what a phase-out takes away), price, promotion with what
follows it (fitted, and given by the planner), marketing, indices, growth, planner (the agreed layer and the
planner's units). Planner's units go to series on sale only.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sop.demand.bands import band
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
    expected = _agreed(model, parameters, reached) + parameters["planner_units"] * on_sale
    np.maximum(expected, 0.0, out=expected)
    if model.senses:
        np.maximum(expected[:, :, 0], model.sold_so_far + model.booked, out=expected[:, :, 0])
    components["planner"] = expected - reached
    around = band(model, parameters, expected)
    case = int(parameters["quantile"])
    return DemandPlan(
        expected=expected,
        planned=(expected, around.low, around.median, around.high)[case],
        low=around.low,
        median=around.median,
        high=around.high,
        sigma=around.deviation,
        components={name: components[name] for name in DEMAND_COMPONENTS},
        extrapolated=_extrapolated(model, parameters["price"]),
        common=model.common,
        certain=model.sold_so_far if model.senses else None,
        gate=around.gate,
    )


def _agreed(model: DemandModel, parameters: Parameters, reached: Array) -> Array:
    """Demand ``reached`` as it was agreed [I, M, T], the first bucket as sensed; see agreement.py and sensing.py."""
    if model.agreed.size == 1:
        return reached
    result = reached * model.agreed
    if model.agrees_on_units:
        units, shift = model.agreed_units, np.where(model.moves, parameters["launch_shift"], 0.0)
        result += (moved(units, shift) if shift.any() else units) * units_factor(model, parameters)
    if model.senses:
        np.maximum(result[:, :, 0], model.booked, out=result[:, :, 0])
        result[:, :, 0] += model.sold_so_far
    return np.asarray(result)


def units_factor(model: DemandModel, parameters: Parameters) -> Array:
    """What drivers and growth do to units that were agreed where there is no forecast [I, M, T]; drivers that leave
    nothing of demand do nothing to them, so that what was agreed can be told from it."""
    drivers = np.ones(model.base.shape)
    for name, factor in _factors(model, parameters):
        if factor is not None and name != "growth":
            drivers = drivers * factor
    return np.asarray(np.where(drivers > 0, drivers, 1.0) * parameters["growth"])


def _steps(model: DemandModel, parameters: Parameters, path: Array) -> list[tuple[str, Array]]:
    """Demand after each factor has been applied, in the order of attribution."""
    level = _life(model, parameters, path)
    result = [("life_cycle", level)]
    for name, factor in _factors(model, parameters):
        level = level if factor is None else level * factor
        result.append((name, level))
    return result


def _factors(model: DemandModel, parameters: Parameters) -> tuple[tuple[str, Array | None], ...]:
    """What drivers and growth multiply demand by [I, M, T], in the order of attribution; None where nothing acts."""
    acts = model.acts
    return (
        ("price", _priced(model, parameters)),
        ("promotion", _promoted(model, parameters)),
        ("marketing", _kept(model, "marketing", parameters, _marketing) if acts[3] else None),
        ("index", _kept(model, "index", parameters, _index) if any(acts[4 : 4 + len(model.index_is_log)]) else None),
        ("growth", parameters["growth"]),
    )


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
