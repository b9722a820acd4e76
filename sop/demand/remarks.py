"""What a planner must be told about a forecast that is lower than it looks: nothing known, or nothing planned."""

from __future__ import annotations

from collections.abc import Iterator

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


def _carried_on(inputs: Inputs) -> Iterator[str]:
    """A sentence where the forecast version in use ends before the plan does."""
    until, horizon = known_until(inputs), inputs.horizon
    if until is not None and until < horizon.periods - 1:
        how = "the year before is repeated" if until + 1 >= horizon.periods_per_year else "its mean is planned"
        ends = f"Forecast version {chosen_version(inputs)} ends with {horizon.label(until)}"
        yield f"{ends}: from {horizon.label(until + 1)} on {how}. Give rows for these too, with 0 where none is wanted."


def _last_marketing(inputs: Inputs) -> str:
    """Label of the last past bucket with marketing, blank when the season before the plan has none."""
    table = inputs["drivers"]
    spent = table.loc[(table["driver"] == "marketing") & (table["value"] > 0), "date"]
    if spent.empty:
        return ""
    bucket = inputs.horizon.index_of_dates(spent)
    past = bucket[(bucket < 0) & (bucket >= -inputs.horizon.periods_per_year)]
    return inputs.horizon.label(int(past.max())) if len(past) else ""
