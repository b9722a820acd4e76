"""Plans of items planned as a family, split into the items that are sold."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sop.domain.inputs import Inputs
from sop.domain.plans import PlanResult


def split_by_mix(inputs: Inputs, result: PlanResult) -> pd.DataFrame:
    """Demand and deliveries of every member: item, member, period, demand, delivered; empty without a mix.

    Units of the item over all markets, one row per member and reported bucket. Shares, checked to add up to 1 within
    half a per cent when imported, are scaled to do so exactly: members add up to their item.
    """
    mix = inputs["family_mix"]
    axis, span = result.parameters.axis("item"), result.horizon.periods
    at = np.array([axis.index[item] for item in mix["item"]], dtype=np.int64)
    shares = (mix["share"] / mix.groupby("item")["share"].transform("sum")).to_numpy(dtype=np.float64)
    demand, delivered = (
        (shares[:, None] * values[at].sum(axis=1)[:, :span]).ravel()
        for values in (result.demand.planned, result.supply.delivered)
    )
    return pd.DataFrame(
        {
            "item": np.repeat(mix["item"].astype(str).to_numpy(), span),
            "member": np.repeat(mix["member"].astype(str).to_numpy(), span),
            "period": np.tile(np.array(result.horizon.labels[:span]), len(mix)),
            "demand": demand,
            "delivered": delivered,
        }
    )
