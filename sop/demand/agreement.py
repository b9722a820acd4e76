"""What was agreed beyond the statistical forecast: the chosen layer of the consensus, and the first bucket as sensed.

Both change Base; a scenario's levers act on top of them. They are kept as a factor on demand, and as units where the
statistical forecast has none to multiply.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sop.demand.consensus import STATISTICAL, consensus
from sop.demand.forecast import forecast
from sop.demand.model import NOT_SOLD, DemandModel
from sop.demand.sensing import sales_to_date, sensed
from sop.domain.inputs import Inputs
from sop.domain.parameters import Parameters


def with_agreement(model: DemandModel, inputs: Inputs, base: Parameters) -> DemandModel:
    """``model`` whose Base is the setting's layer and the first bucket as sensed; as it is where neither speaks."""
    layer = inputs.settings.forecast_layer
    if not layer and inputs["sales_to_date"].empty:
        return model
    statistical = forecast(model, base).expected
    wanted, notes = statistical, model.notes
    if layer:
        views = consensus(inputs, base, statistical, model.origin != NOT_SOLD)
        wanted = views.get(layer, views[STATISTICAL])
        if layer not in views:
            notes = (
                *notes,
                f"No layer called {layer} has a view yet: demand is planned from the statistical forecast.",
            )
    sold, still_open, elapsed = sales_to_date(inputs, base.axis("item"), base.axis("market"))
    wanted = wanted.copy()
    wanted[:, :, 0] = sensed(wanted[:, :, 0], sold, still_open, elapsed)
    positive = statistical > 0
    factor = np.divide(wanted, statistical, out=np.ones_like(wanted), where=positive)
    return replace(model, agreed=factor, agreed_units=np.where(positive, 0.0, wanted), notes=notes)
