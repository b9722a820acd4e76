"""What a planner must be told about a forecast that is lower than it looks: nothing known, or nothing planned."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sop.demand.features import RIVALS
from sop.demand.given import chosen_version, known_until
from sop.demand.model import NOT_SOLD, DemandModel
from sop.domain.inputs import Inputs
from sop.domain.parameters import Parameters


def remarks(inputs: Inputs, model: DemandModel, base: Parameters) -> Iterator[str]:
    """Sentences on what demand leaves out for want of data; ``base`` are Base's parameters."""
    start = inputs.horizon.label(0)
    if (model.origin == NOT_SOLD).all():
        yield f"Nothing to forecast from: no sales history before {start} and no forecast version from then on."
    yield from _carried_on(inputs)
    last = _last_marketing(inputs)
    if last and not base["marketing"][..., : inputs.horizon.periods].any():
        yield f"Marketing was spent until {last} but none is planned: demand is forecast without it."
    if off := _unmeasured(model):
        yield (
            f"No backtest could measure {' and '.join(off)}: too little history lies behind the first move. "
            "History is left as it is, and a change acts as assumed."
        )
    if tied := _tied(model):
        yield (
            f"Prices of all items of {', '.join(tied)} together: history shows no demand lost when all get dearer, "
            "only customers who change the item. Prices that follow demand look like that; take care when all rise."
        )


def _carried_on(inputs: Inputs) -> Iterator[str]:
    """A sentence where the forecast version in use ends before the plan does."""
    until, horizon = known_until(inputs), inputs.horizon
    if until is not None and until < horizon.periods - 1:
        how = "the year before is repeated" if until + 1 >= horizon.periods_per_year else "its mean is planned"
        ends = f"Forecast version {chosen_version(inputs)} ends with {horizon.label(until)}"
        yield f"{ends}: from {horizon.label(until + 1)} on {how}. Give rows for these too, with 0 where none is wanted."


def _unmeasured(model: DemandModel) -> tuple[str, ...]:
    """Drivers that moved in history, but not where the backtest could measure them."""
    return tuple(
        str(one["driver"]).replace("_", " ")
        for one in model.acceptance
        if one["level"] == "driver" and np.isnan(one["wape_without"])
    )


def _tied(model: DemandModel) -> tuple[str, ...]:
    """Families most of whose series gain by rivals' prices all that they lose by their own."""
    if RIVALS not in model.drivers:
        return ()
    own, rivals = model.coefficient[0], model.coefficient[model.drivers.index(RIVALS)]
    sold = model.origin != NOT_SOLD
    bound = sold & (rivals > 0) & np.isclose(rivals, -own)
    share = np.bincount(model.family_codes, bound.sum(axis=1)) / np.bincount(
        model.family_codes, sold.sum(axis=1) + 1e-9
    )
    return tuple(np.unique(np.array(model.families))[share > 0.5])


def _last_marketing(inputs: Inputs) -> str:
    """Label of the last past bucket with marketing, blank when the season before the plan has none."""
    table = inputs["drivers"]
    spent = table.loc[(table["driver"] == "marketing") & (table["value"] > 0), "date"]
    if spent.empty:
        return ""
    bucket = inputs.horizon.index_of_dates(spent)
    past = bucket[(bucket < 0) & (bucket >= -inputs.horizon.periods_per_year)]
    return inputs.horizon.label(int(past.max())) if len(past) else ""
