"""What a planner must be told about a forecast that is lower than it looks: nothing known, or nothing planned."""

from __future__ import annotations

from collections.abc import Iterator

from sop.demand.model import NOT_SOLD, DemandModel
from sop.domain.inputs import Inputs
from sop.domain.parameters import Parameters


def remarks(inputs: Inputs, model: DemandModel, base: Parameters) -> Iterator[str]:
    """Sentences on what demand leaves out for want of data; ``base`` are Base's parameters."""
    start = inputs.horizon.label(0)
    if (model.origin == NOT_SOLD).all():
        yield f"Nothing to forecast from: no sales history before {start} and no forecast version from then on."
    last = _last_marketing(inputs)
    if last and not base["marketing"][..., : inputs.horizon.periods].any():
        yield f"Marketing was spent until {last} but none is planned: demand is forecast without it."


def _last_marketing(inputs: Inputs) -> str:
    """Label of the last past bucket with marketing, blank when the season before the plan has none."""
    table = inputs["drivers"]
    spent = table.loc[(table["driver"] == "marketing") & (table["value"] > 0), "date"]
    if spent.empty:
        return ""
    bucket = inputs.horizon.index_of_dates(spent)
    past = bucket[(bucket < 0) & (bucket >= -inputs.horizon.periods_per_year)]
    return inputs.horizon.label(int(past.max())) if len(past) else ""
