"""What the demand review refuses: names nobody knows, months that cannot be changed, amounts that cannot be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from math import isfinite
from typing import TYPE_CHECKING, Final

import numpy as np

from sop.domain.catalogue.demand import LAYERS
from sop.domain.errors import SopError
from sop.domain.inputs import Inputs

if TYPE_CHECKING:
    from sop.workspace.demand_review import Correction, Say

STEEPEST: Final = -10.0
BASES: Final = ("units", "value", "percent")


def check_says(inputs: Inputs, layer: str, says: Sequence[Say]) -> None:
    """Views of a layer: known scopes with demand, planned months, amounts that can be."""
    if layer not in LAYERS[1:]:
        raise SopError(f"Nobody can change the {layer} forecast by hand.", f"Choose one of {', '.join(LAYERS[1:])}.")
    if not says:
        raise SopError("Nothing would change.", "Change a figure first.")
    for one in says:
        if one.basis not in BASES or not isfinite(one.amount):
            raise SopError(f"{one.amount} {one.basis} is no amount.", "Enter a number.")
        if one.amount < (-100.0 if one.basis == "percent" else 0.0):
            raise SopError("Demand cannot be less than nothing.", "Enter 0 or more, or no less than -100 %.")
    for column in ("item", "family", "market"):
        _known(inputs, column, (getattr(one, column) for one in says))
    for day in dict.fromkeys(one.period for one in says):
        _planned(inputs, day)
    selling = _selling(inputs)
    for one in says:
        if one.item and one.item not in selling:
            raise SopError(
                f"{one.item} is not sold: a view of it would be lost.",
                "Give it sales history, a forecast or a launch date first.",
            )


def check_corrections(inputs: Inputs, corrections: Sequence[Correction]) -> None:
    """Corrections of months of history of known items and markets."""
    if not corrections:
        raise SopError("Nothing would change.", "Choose what to do with a month first.")
    for column in ("item", "market"):
        _known(inputs, column, (getattr(one, column) for one in corrections))
    earliest = inputs["sales_history"]["date"].min()
    first = inputs.horizon.index_of(earliest.date()) if len(inputs["sales_history"]) else 0
    for one in corrections:
        if one.action not in ("", "keep", "replace"):
            raise SopError(f"{one.action!r} is nothing that can be done with a month.", "Keep or replace it.")
        if one.quantity < 0:
            raise SopError("Demand cannot be less than nothing.", "Enter 0 or more.")
        bucket = inputs.horizon.index_of(one.day)
        if bucket >= 0:
            raise SopError(f"{one.day} is not in the past.", "Change the forecast in the consensus instead.")
        if bucket < first:
            raise SopError(f"There is no history of {one.day} to correct.", "Choose a month with sales.")


def check_weights(inputs: Inputs, by_family: Mapping[str, Mapping[str, float]]) -> None:
    """Weights of known layers in known families."""
    for weights in by_family.values():
        if set(weights) - set(LAYERS) or not all(isfinite(one) and one >= 0 for one in weights.values()):
            raise SopError("Weights are 0 or more, one for each layer.", "Put the weights right.")
    _known(inputs, "family", by_family)


def check_elasticities(inputs: Inputs, elasticity: Mapping[str, float]) -> None:
    """Own-price elasticities of known items (NaN = none)."""
    _known(inputs, "item", elasticity)
    for item, value in elasticity.items():
        if not np.isnan(value) and not STEEPEST <= value <= 0:
            told = f"An elasticity of {value:g} for {item} cannot be."
            raise SopError(told, f"It lies between {STEEPEST:g} and 0: a higher price never sells more.")


def _known(inputs: Inputs, column: str, names: Iterable[str]) -> None:
    """SopError for the first of ``names`` (blank = all) that is no item, family or market."""
    listed = set(inputs["markets" if column == "market" else "items"][column])
    unknown = next((name for name in names if name and name not in listed), "")
    if unknown:
        raise SopError(f"There is no {unknown!r} here.", "Choose an item, family or market of the data.")


def _planned(inputs: Inputs, day: date) -> None:
    horizon = inputs.horizon
    if not 0 <= horizon.index_of(day) < horizon.periods:
        months = f"{horizon.label(0)} to {horizon.label(horizon.periods - 1)}"
        raise SopError(f"{day} is not planned.", f"Choose one of {months}; what has passed is corrected in history.")


def _selling(inputs: Inputs) -> Collection[str]:
    """Items with history, a forecast, an order or a launch."""
    tables = [inputs[name]["item"] for name in ("sales_history", "forecasts", "sales_orders")]
    launched = inputs["items"].loc[inputs["items"]["launch"].notna(), "item"]
    return set().union(*(table.unique() for table in (*tables, launched)))
