"""Carrying a fitted demand model over to other inputs, where what it learned from is the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from sop.domain.base import base_parameters
from sop.domain.catalogue import TABLES
from sop.domain.inputs import Inputs

if TYPE_CHECKING:
    from sop.demand import DemandModel

AGREED: Final = ("forecast_layers", "forecast_weights", "sales_to_date")
"""Tables that change what Base is agreed to be, not what was learned from history."""
LEARNED_FROM: Final = (
    *("items", "markets"),
    *(name for name, table in TABLES.items() if table.group == "demand" and name not in (*AGREED, "rebates")),
)
"""Tables a fit may read; besides these the settings and, for how far ahead it looks, the longest lead time."""
_AGREED_SETTING: Final = "forecast_layer"
_NO_VIEW_YET: Final = "No layer called "


def carries_over(before: Inputs, after: Inputs) -> bool:
    """Whether a model fitted to ``before`` says about ``after`` what a fit to it would, but for what is agreed."""
    return (
        _settings(before) == _settings(after)
        and before.horizon == after.horizon
        and all(before[name] is after[name] or before[name].equals(after[name]) for name in LEARNED_FROM)
    )


def carried_over(model: DemandModel, after: Inputs) -> DemandModel:
    """``model`` for the inputs ``after`` (see ``carries_over``): nothing is fitted again, only agreed anew."""
    from sop.demand.agreement import with_agreement

    return with_agreement(replace(statistical(model), inputs_id=after.id), after, base_parameters(after))


def statistical(model: DemandModel) -> DemandModel:
    """``model`` as history alone has it: without the chosen layer of the consensus and without sales to date."""
    notes = tuple(note for note in model.notes if not note.startswith(_NO_VIEW_YET))
    return replace(
        model,
        agreed=np.ones((1, 1, 1)),
        agreed_units=np.zeros((1, 1, 1)),
        sold_so_far=np.zeros((1, 1)),
        booked=np.zeros((1, 1)),
        notes=notes,
    )


def _settings(inputs: Inputs) -> dict[str, str]:
    given = dict(zip(inputs["settings"]["key"], inputs["settings"]["value"], strict=True))
    return {key: value for key, value in given.items() if value != "" and key != _AGREED_SETTING}
