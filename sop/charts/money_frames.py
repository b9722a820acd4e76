"""Money as small frames: the bridge folded to what is worth a bar, margin by family."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sop.domain.parameters import Array, Mask
from sop.domain.plans import PlanResult

OTHER = "Other"


def largest_steps(steps: pd.DataFrame, most: int = 7, precision: float = 0.5) -> pd.DataFrame:
    """``bridge``: the largest steps, gains first, the rest folded into one called Other, last.

    Takes columns ``title`` and ``amount``, returns ``step``, ``amount``, ``rank``. At most ``most`` bars; the amounts
    add up to those given. Steps below ``precision`` go into the rest; a rest below it goes into the largest step, where
    nobody sees it.
    """
    size = steps["amount"].abs()
    shown = size[size >= precision].nlargest(most).index
    if len(shown) < (size >= precision).sum():
        shown = shown[: most - 1]
    rest = float(steps["amount"].drop(shown).sum())
    kept = steps.loc[shown].sort_values("amount", ascending=False, kind="stable")
    amounts = kept["amount"].to_numpy(dtype=np.float64, copy=True)
    if len(amounts) and abs(rest) < precision:
        amounts[np.abs(amounts).argmax()] += rest
    rows = [*zip(kept["title"], amounts.tolist(), strict=True)]
    rows += [(OTHER, rest)] if abs(rest) >= precision else []
    return pd.DataFrame(rows, columns=["step", "amount"]).assign(rank=range(len(rows)))


def family_frame(reference: PlanResult, result: PlanResult, window: slice) -> pd.DataFrame:
    """``by_family``: net revenue less cost of sales at standard over the planned buckets ``window``, largest first."""
    axis = result.parameters.axis("item")
    now, before = (_margin(plan, window) for plan in (result, reference))
    families = [name for name in dict.fromkeys(axis.groups["family"]) if name]
    values = [(_of(axis.mask("family", name), now), _of(axis.mask("family", name), before)) for name in families]
    frame = pd.DataFrame(values, columns=["value", "reference"]).assign(family=families)
    frame = frame[(frame[["value", "reference"]] != 0).any(axis=1)]
    frame = frame.sort_values(["reference", "family"], ascending=[False, True], ignore_index=True)
    return frame[["family", "value", "reference"]]


def _margin(plan: PlanResult, window: slice) -> Array:
    return np.asarray((plan.finance.revenue_by_item - plan.finance.cogs_by_item)[:, window].sum(axis=1))


def _of(chosen: Mask, values: Array) -> float:
    return float(values[chosen].sum())
