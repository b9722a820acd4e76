"""Shapes of response taken only where rolling origins ask for them: marketing that carries over, prices of rivals.

Carry-over (adstock; Broadbent 1979): what marketing does in bucket t comes from

    stock[t] = carry x stock[t - 1] + (1 - carry) x spend[t]

so that steady spend makes a steady stock; the response log(1 + stock / usual spend) saturates. ``carry`` is the one of
CARRIES under which the company's WAPE is lowest, 0 unless another takes at least LEAST_GAIN off it.

Rivals: the mean effective price, price x (1 - promotion depth), of the other items of the family in the same market,
weighed by volume. When they get cheaper they take demand away: the coefficient, pooled like any other, is never
negative. The driver is there only where it takes at least LEAST_GAIN off the company's WAPE.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from sop.demand.acceptance import total_wape
from sop.demand.effects import Evidence
from sop.demand.features import RIVALS, carried, effective_price, marketing_response, rival_price
from sop.demand.material import Material

CARRIES = (0.0, 0.3, 0.6)
LEAST_GAIN = 0.01
MARKETING = 3


def shaped(material: Material, evidence: Callable[[Material], Evidence | None]) -> Material:
    """``material`` with the carry-over and rivals its history asks for; as it is where nothing can be measured."""
    spends = bool(np.ptp(material.past[MARKETING], axis=-1).any())
    rivalled = bool(np.ptp(with_rivals(material).past[-1], axis=-1).any())
    if not spends and not rivalled:
        return material
    plain = _wape(material, evidence)
    if plain is None:
        return material
    best, lowest = material, plain * (1.0 - LEAST_GAIN)
    if spends:
        for carry in CARRIES[1:]:
            other = with_carry_over(material, carry)
            wape = _wape(other, evidence)
            if wape is not None and wape <= lowest:
                best, lowest = other, wape
        plain = min(plain, lowest if best is not material else plain)
    if rivalled:
        rivals = with_rivals(best)
        wape = _wape(rivals, evidence)
        if wape is not None and wape <= plain * (1.0 - LEAST_GAIN):
            return rivals
    return best


def _wape(material: Material, evidence: Callable[[Material], Evidence | None]) -> float | None:
    found = evidence(material)
    return None if found is None else total_wape(found)


def with_carry_over(material: Material, carry: float) -> Material:
    """``material`` whose marketing carries over; the stock begins at the mean spend of the first season."""
    usual, season = material.usual_spend, material.inputs.horizon.periods_per_year
    past, planned = (usual * np.expm1(levels[MARKETING]) for levels in (material.past, material.planned))
    before = past[..., :season].mean(axis=-1)
    stock = carried(past, carry, before)
    last = stock[..., -1] if stock.shape[-1] else before
    levels_past, levels_planned = material.past.copy(), material.planned.copy()
    levels_past[MARKETING] = marketing_response(stock, usual)
    levels_planned[MARKETING] = marketing_response(carried(planned, carry, last), usual)
    return replace(material, past=levels_past, planned=levels_planned, carry_over=carry, stock_before=last)


def with_rivals(material: Material) -> Material:
    """``material`` with the rivals' price as its last driver."""
    assert material.history is not None
    weight = np.nansum(material.history.demand, axis=2)
    family, _ = material.base.axis("item").codes("family")
    past, planned = (
        rival_price(effective_price(levels[0], levels[1]), family, weight)
        for levels in (material.past, material.planned)
    )
    return replace(
        material,
        past=np.concatenate([material.past, past[None]]),
        planned=np.concatenate([material.planned, planned[None]]),
        names=(*material.names, RIVALS),
        rival_weight=weight,
    )
