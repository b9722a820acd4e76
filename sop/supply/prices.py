"""Shadow prices: what one more hour is worth where a resource is full, how far that holds, and proof by re-solving."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sop.domain.plans import Index, SolveStatus
from sop.supply.result import Answer, steering
from sop.supply.solver import WarmSolver

NEGLIGIBLE = 1e-6
COLUMNS = (
    "resource",
    "period",
    "available",
    "value_per_hour",
    "earned_per_hour",
    "valid_from",
    "valid_to",
    "confirmed",
)


@dataclass(frozen=True, eq=False)
class _Gain:
    """What more hours brought, per hour: in the objective, and in money (steering penalties left out)."""

    value: float
    earned: float


def shadow_prices(answer: Answer, solver: WarmSolver, rows: Index) -> pd.DataFrame:
    """Where one more regular hour would be worth something. ``rows``: solver rows of resource_capacity [R, T].

    ``value_per_hour`` is the gain of Z, ``earned_per_hour`` the part of it that is money rather than steering prices
    (lost, late, safety, closing). It holds while available hours lie between ``valid_from`` and ``valid_to`` (HiGHS
    ranging), people's hours not counted. Each is measured by solving again with one hour more (or up to the end of its
    range, where that is nearer); ``confirmed`` says that the dual said the same. Where it did not (a kink), the
    measured value stands.

    The solver must have just solved ``answer``. Without an optimal plan there are no prices: an empty frame.
    """
    if answer.solution.status is not SolveStatus.OPTIMAL:
        return pd.DataFrame([], columns=list(COLUMNS))
    duals, lowest, highest = solver.row_prices()
    base = answer.case.structure.base
    found = []
    for resource, bucket in np.argwhere(duals[rows] < -NEGLIGIBLE):
        row, available = int(rows[resource, bucket]), float(answer.case.available[resource, bucket])
        room = highest[row] - available
        gain = _gain(answer, solver, row, float(room) if NEGLIGIBLE < room < 1.0 else 1.0)
        found.append(
            {
                "resource": base.labels("resource")[resource],
                "period": base.horizon.labels[bucket],
                "available": available,
                "value_per_hour": gain.value,
                "earned_per_hour": gain.earned,
                "valid_from": max(float(lowest[row]), 0.0) + 0.0,
                "valid_to": float(highest[row]),
                "confirmed": bool(np.isclose(gain.value, -duals[row], rtol=1e-4, atol=1e-4)),
            }
        )
    return pd.DataFrame(found, columns=list(COLUMNS))


def _gain(answer: Answer, solver: WarmSolver, row: int, hours: float) -> _Gain:
    """Solve again with ``hours`` more in one row, compare, and put the row back."""
    more = Answer(answer.case, answer.vectors, solver.with_row_raised(row, hours), answer.solution, answer.columns)
    change = float((answer.vectors.cost * (answer.solution.values - more.solution.values)).sum())
    return _Gain(change / hours, (change + steering(more) - steering(answer)) / hours)
