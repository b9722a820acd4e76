"""Why EBITDA differs between two plans: seven signed steps that add up to the difference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sop.domain.parameters import Array
from sop.domain.plans import PlanResult
from sop.finance import Window

STEPS: dict[str, tuple[str, str]] = {
    "demand": (
        "Demand volume and mix",
        "Change of demand at the reference's margin (net price less rebates and cost).",
    ),
    "price": ("Price", "Units delivered x change of net price after rebates."),
    "promotion_marketing": ("Promotion and marketing", "Change of promotion cost and marketing spend."),
    "unmet": ("Unmet demand", "Change of demand not delivered in its bucket, at the reference's margin."),
    "purchase": ("Purchase prices", "Change of purchase price and subcontract variances."),
    "capacity": ("Labour and capacity", "Change of labour, overtime, extra capacity, hiring and set-up cost."),
    "logistics_fixed": ("Freight, storage and fixed", "Change of freight, storage and fixed costs."),
}

_COST_STEPS = {
    "promotion_marketing": ("promotion", "marketing"),
    "purchase": ("purchase_price_variance", "subcontract_variance"),
    "capacity": ("labour_variance", "overtime", "extra_capacity", "hiring", "setup"),
    "logistics_fixed": ("freight", "storage", "fixed_costs"),
}


@dataclass(frozen=True, eq=False)
class _Volumes:
    """Sums over the window a plan contributes, all at the reference's unit figures."""

    demand_margin: float  # demand x reference margin
    delivered_margin: float  # delivered x reference margin
    delivered_net: float  # delivered x reference net price after rebates
    net_revenue: float  # the plan's own revenue less rebates


def ebitda_bridge(reference: PlanResult, result: PlanResult, window: Window) -> pd.DataFrame:
    """Steps from the reference's EBITDA to the result's: step, title, amount, formula; the window's planned buckets.

    With d demand, q delivered, n = price x (1 - rebate), m = n - standard cost, 0 the reference, 1 the result, sums
    over items, markets and buckets:

        demand               sum m0 x (d1 - d0)
        price                (revenue1 - rebates1 - sum n0 x q1) - (revenue0 - rebates0 - sum n0 x q0)
        promotion_marketing  - change of promotion and marketing
        unmet                - sum m0 x ((d1 - q1) - (d0 - q0))
        purchase             - change of purchase price and subcontract variances
        capacity             - change of labour variance, overtime, extra capacity, hiring, set-up
        logistics_fixed      - change of freight, storage and fixed costs

    demand + unmet + price is the change of revenue less rebates less COGS, so the steps add up to the change of EBITDA
    exactly. Both plans must come from the same inputs.
    """
    before, after = (_volumes(reference, plan, window.planned) for plan in (reference, result))
    amounts = {
        "demand": after.demand_margin - before.demand_margin,
        "price": (after.net_revenue - after.delivered_net) - (before.net_revenue - before.delivered_net),
        "unmet": (after.delivered_margin - after.demand_margin) - (before.delivered_margin - before.demand_margin),
        **{
            step: -sum(_change(reference, result, name, window) for name in names)
            for step, names in _COST_STEPS.items()
        },
    }
    return pd.DataFrame(
        {
            "step": list(STEPS),
            "title": [title for title, _ in STEPS.values()],
            "amount": [amounts[step] for step in STEPS],
            "formula": [formula for _, formula in STEPS.values()],
        }
    )


def _volumes(reference: PlanResult, plan: PlanResult, span: slice) -> _Volumes:
    net = _net_price(reference, span)
    margin = net - reference.finance.standard_cost[:, None, None]
    delivered = plan.supply.delivered[..., span]
    lines = plan.finance.lines
    return _Volumes(
        demand_margin=float((margin * plan.demand.planned[..., span]).sum()),
        delivered_margin=float((margin * delivered).sum()),
        delivered_net=float((net * delivered).sum()),
        net_revenue=float((lines["net_revenue"] - lines["rebates"])[span].sum()),
    )


def _net_price(reference: PlanResult, span: slice) -> Array:
    """Price after rebates [I, M, t]."""
    parameters = reference.parameters
    return np.asarray(parameters["price"][..., span] * (1.0 - parameters["rebate"])[:, :, None])


def _change(reference: PlanResult, result: PlanResult, line: str, window: Window) -> float:
    return float((result.finance.lines[line] - reference.finance.lines[line])[window.planned].sum())
