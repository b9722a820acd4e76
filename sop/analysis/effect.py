"""What a change does to a plan: EBITDA, service, cash, what it costs and what it risks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sop.domain.inputs import Inputs
from sop.domain.plans import Kpis, PlanResult
from sop.finance import Window, kpis

_EARNED = {"net_revenue": 1.0, "rebates": -1.0, "promotion": -1.0, "cogs": -1.0}


@dataclass(frozen=True)
class Figures:
    """What effects are differences of: key figures and margin earned in the window, EBITDA of the buckets after it."""

    kpis: Kpis
    earned: float
    later: float


@dataclass(frozen=True)
class Effect:
    """Differences between two plans of the same inputs.

    ``ebitda`` = ``earned`` (revenue less rebates, promotion and COGS at standard) - ``cost`` (all other lines), in the
    window; ``later`` is the change of EBITDA in the planned buckets after it. Fill rates are shares (0.01 = 1 pp).
    ``worth`` = ebitda + later - ``at_risk``, the margin of sales the *expected* fill rate loses beyond the plan's own:
    a plan that runs on one forecast never misses the safety stock it gives up.
    """

    ebitda: float
    earned: float
    cost: float
    later: float
    at_risk: float
    fill: float
    expected_fill: float
    cash_low: float
    inventory: float

    @property
    def worth(self) -> float:
        """EBITDA now and later, less what is put at risk."""
        return self.ebitda + self.later - self.at_risk


def plan_figures(inputs: Inputs, result: PlanResult, window: Window) -> Figures:
    """Figures of one plan."""
    lines = result.finance.lines
    earned = sum(sign * float(lines[name][window.planned].sum()) for name, sign in _EARNED.items())
    later = float(lines["ebitda"][window.last : result.horizon.periods].sum())
    return Figures(kpis(inputs, result, window), earned, later)


def effect_of(before: Figures, after: Figures) -> Effect:
    """``after`` less ``before``."""
    old, new = before.kpis, after.kpis
    ebitda, earned = new.ebitda - old.ebitda, after.earned - before.earned
    expected, planned = new.expected_fill_rate - old.expected_fill_rate, new.fill_rate - old.fill_rate
    lost = max(-(expected - min(planned, 0.0)), 0.0)
    return Effect(
        ebitda=ebitda,
        earned=earned,
        cost=earned - ebitda,
        later=after.later - before.later,
        at_risk=lost * old.demanded_revenue * max(np.nan_to_num(old.gross_margin_pct), 0.0) / 100.0,
        fill=planned,
        expected_fill=expected,
        cash_low=new.cash_low - old.cash_low,
        inventory=new.inventory_value - old.inventory_value,
    )
