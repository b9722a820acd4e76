"""What was agreed beyond the statistical forecast: the chosen layer of the consensus, and the first bucket as sensed.

Both change Base; a scenario's levers act on top of them, but not on what is sold already. The layer is kept as a factor
on demand, and as units where the statistical forecast has none to multiply: these move with drivers, growth and launch
like the rest. The first bucket's factor counts its rest only.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sop.demand.consensus import STATISTICAL, consensus
from sop.demand.forecast import forecast, units_factor
from sop.demand.model import NOT_SOLD, DemandModel
from sop.demand.sensing import sales_to_date
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
    positive = statistical > 0
    factor = np.divide(wanted, statistical, out=np.ones_like(wanted), where=positive)
    units = np.where(positive, 0.0, wanted / units_factor(model, base))
    sold, still_open, elapsed = sales_to_date(inputs, base.axis("item"), base.axis("market"))
    factor[:, :, 0] *= 1.0 - elapsed
    units[:, :, 0] *= 1.0 - elapsed
    return replace(
        model,
        agreed=factor,
        agreed_units=units,
        sold_so_far=np.nan_to_num(sold),
        booked=still_open,
        notes=notes,
    )
