"""Fit once per Inputs: effects first, then the baseline on what they leave, then the spread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sop.demand.agreement import with_agreement
from sop.demand.baseline import base_paths, driven, references, remainder
from sop.demand.cleaning import clean_material
from sop.demand.coefficients import Coefficients, Learned, acceptance_records, coefficients, learn
from sop.demand.decomposition import parts_of
from sop.demand.effects import Effects
from sop.demand.engines import Ces, Engine, Ensemble, Prophet, named, sparse_method
from sop.demand.material import Material
from sop.demand.model import NOT_SOLD, STATISTICAL, DemandModel
from sop.demand.places import Places
from sop.demand.spread import Uncertainty, uncertainty, unsure
from sop.demand.under_way import ramp_notes
from sop.domain.countries import COUNTRIES
from sop.domain.inputs import Inputs
from sop.domain.launches import end_positions, launch_positions
from sop.domain.parameters import Array

Progress = Callable[[float, str], None]


def fit(
    inputs: Inputs, progress: Progress | None = None, engine: Engine | str = "", places: Places | None = None
) -> DemandModel:
    """Fit effects, baselines and spread for ``inputs``.

    ``engine``: one, or its name (engines.NAMES); blank takes the setting ``engine``, where that is blank too the
    ensemble. ``progress`` hears the share done and what is being done. ``places``: where series are forecast, here
    unless given. Raises InputError when something sold has no price.
    """
    tell = progress or (lambda share, doing: None)
    tell(0.0, "Reading history")
    material = clean_material(inputs)
    tell(0.05, "Fitting driver effects")
    known = _learn(material)
    tell(0.15, "Fitting baselines")
    places = places or Places()
    chosen = engine
    if isinstance(chosen, str):
        chosen = engine_named(chosen or inputs.settings.engine, material, known.cleaned)
    base = _baselines(known, chosen, places, lambda share: tell(0.15 + 0.75 * share, _so_far(material, share)))
    apart = _taken_apart(known, chosen, places)
    tell(0.9, "Measuring spread")
    strays = uncertainty(material, known.effects, known.cleaned, places.over(Ces()))
    tell(1.0, "Done")
    history_notes = () if material.history is None else material.history.notes
    notes = (*history_notes, *ramp_notes(material, base), *_preferred(inputs, engine), *_without_holidays(inputs))
    return with_agreement(
        _stated(known, strays, engine=chosen.name, base=base, parts=apart, notes=notes), inputs, material.base
    )


def _so_far(material: Material, share: float) -> str:
    """``Fitting baselines: 850 of 2,000 series``."""
    count = 0 if material.history is None else int((material.history.sold & (material.origin == STATISTICAL)).sum())
    return f"Fitting baselines: {round(share * count):,} of {count:,} series"


@dataclass(frozen=True, eq=False)
class _Known:
    """What history tells: effects, coefficients, the levels they are held against, and what they leave [I, M, H]."""

    material: Material
    learned: Learned | None
    found: Coefficients
    reference: Array
    cleaned: Array

    @property
    def effects(self) -> Effects | None:
        return None if self.learned is None else self.learned.effects


def _learn(material: Material) -> _Known:
    learned = learn(material)
    found = coefficients(material, learned)
    reference = references(material, found.acts, found.unseen)
    cleaned = remainder(material, None if learned is None else learned.effects, found.acting, reference)
    return _Known(material, learned, found, reference, cleaned)


def _baselines(known: _Known, chosen: Engine, places: Places, tell: Callable[[float], None]) -> Array:
    """Base's paths by the company's engine, items with one of their own by that."""
    material = known.material
    own = {
        name: places.over(engine_named(name, material, known.cleaned))
        for name in sorted({*material.inputs["items"]["engine"]} - {""})
    }
    return base_paths(material, known.effects, known.cleaned, places.over(chosen), tell, own)


def _taken_apart(known: _Known, chosen: Engine, places: Places) -> Array:
    """What Prophet planned, of the company's items or of those that ask for it themselves, taken apart."""
    own = known.material.inputs["items"]["engine"].to_numpy(dtype=str)
    asked = (own == Prophet.name) | ((own == "") & (chosen.name == Prophet.name))
    prophet = engine_named(Prophet.name, known.material, known.cleaned) if asked.any() else None
    if not isinstance(prophet, Prophet):
        return np.zeros((0, 0, 0, 0))
    return parts_of(known.material, known.effects, known.cleaned, prophet, places, asked)


def _stated(
    known: _Known, strays: Uncertainty, *, engine: str, base: Array, parts: Array, notes: tuple[str, ...]
) -> DemandModel:
    """All of it as the model plans are made with."""
    material, found, cleaned = known.material, known.found, known.cleaned
    inputs, items, history = material.inputs, material.base.axis("item"), material.history
    lowest, highest = _price_range(material)
    return DemandModel(
        inputs_id=inputs.id,
        engine=engine,
        items=items.labels,
        families=tuple(items.groups["family"]),
        markets=material.base.labels("market"),
        drivers=material.names,
        origin=material.origin,
        base=base,
        coefficient=found.mean,
        covariance=found.covariance,
        source=found.source,
        reference=known.reference,
        depth_before=material.depth_before,
        usual_spend=material.usual_spend,
        index_is_log=material.index_is_log,
        spread=np.sqrt(strays.deviation**2 + unsure(found.covariance, material.planned - known.reference)),
        spread_assumed=strays.assumed,
        lowest_price=lowest,
        highest_price=highest,
        launch=launch_positions(inputs),
        end=end_positions(inputs),
        ramp=inputs["items"]["ramp_periods"].to_numpy(dtype=np.float64),
        first=history.first if history is not None else 0,
        history=history.demand if history is not None else cleaned,
        cleaned=cleaned,
        carry_over=material.carry_over,
        stock_before=np.zeros((1, 1)) if material.stock_before is None else material.stock_before,
        rival_weight=np.zeros((0, 0)) if material.rival_weight is None else material.rival_weight,
        used=cleaned if history is None else cleaned * driven(material, found.acting, known.reference),
        why=np.zeros(cleaned.shape, dtype=np.int8) if history is None else history.reasons,
        acceptance=acceptance_records(material, known.learned),
        shared=strays.shared,
        parts=parts,
        notes=notes,
    )


def _preferred(inputs: Inputs, engine: Engine | str) -> tuple[str, ...]:
    """A sentence where neither the setting nor the default chose the engine, but an earlier backtest."""
    if not isinstance(engine, str) or inputs.settings.engine or engine in ("", Ensemble.name):
        return ()
    return (
        f"Planned with {engine}: the last backtest found it better for this company. The setting engine overrules.",
    )


def _without_holidays(inputs: Inputs) -> tuple[str, ...]:
    """A sentence where the country whose holidays are asked for is unknown."""
    country = inputs.settings.country
    if not country or country in COUNTRIES:
        return ()
    return (
        f"No country has the code {country}: Prophet plans without holidays. Set country to two letters, such as DE.",
    )


def engine_named(name: str, material: Material, cleaned: Array | None = None) -> Engine:
    """The engine called ``name``, ready for buckets from the first of history to the last planned; blank = ensemble.

    Sparse series get the method that tells those among ``cleaned`` [I, M, H] best, the mean unless given.
    """
    horizon, history = material.inputs.horizon, material.history
    starts = tuple(horizon.start(index) for index in range(history.first if history is not None else 0, horizon.total))
    if history is None or cleaned is None:
        return named(name, starts, material.inputs.settings.country)
    known = cleaned[history.sold][:, : history.buckets - history.ended]
    return named(name, starts, material.inputs.settings.country, sparse_method(known, horizon.periods_per_year))


def _price_range(material: Material) -> tuple[Array, Array]:
    """Lowest and highest price of history [I, M, 1]; without history, of Base's plan; any where nothing is sold."""
    seen = material.planned[0]
    if material.history is not None:
        own = np.where(material.history.known, material.past[0], np.nan)
        has_own = ~np.isnan(own).all(axis=2, keepdims=True)
        padded = np.concatenate([own, np.where(has_own, np.nan, seen)], axis=2)
    else:
        padded = seen
    missing = np.isnan(padded).all(axis=2, keepdims=True) | (material.origin == NOT_SOLD)[:, :, None]
    low = np.nanmin(np.where(missing, 0.0, padded), axis=2, keepdims=True)
    high = np.nanmax(np.where(missing, 0.0, padded), axis=2, keepdims=True)
    return np.where(missing, -np.inf, np.exp(low)), np.where(missing, np.inf, np.exp(high))
