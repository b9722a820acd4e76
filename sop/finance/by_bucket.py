"""The P&L bucket by bucket over a window, booked ones beside planned ones, so that columns add up to its total."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sop.domain.inputs import Inputs
from sop.domain.parameters import Array
from sop.domain.plans import PlanResult
from sop.domain.rounding import round_statement
from sop.finance.kpis import booked
from sop.finance.statement import ACTUAL_NAMES, BOOKED, statement_with_actuals
from sop.finance.windows import Window


def statement_by_bucket(inputs: Inputs, result: PlanResult, window: Window) -> pd.DataFrame:
    """One row per line of ``statement_with_actuals``, one column per bucket of the window.

    Columns: line, title, sign, then the labels of the window's buckets in order, elapsed ones from ``actuals``. Each
    row adds up to the line's value in ``statement_with_actuals``, unrounded.
    """
    frame = statement_with_actuals(inputs, result, window)[["line", "title", "sign"]]
    past = booked_lines(inputs, window)
    planned, none = result.finance.lines, np.zeros(result.horizon.total)
    elapsed = np.zeros(max(-window.first, 0))
    rows = [
        np.concatenate([past.get(line, elapsed), planned.get(line, none)[window.planned]]) for line in frame["line"]
    ]
    labels = [result.horizon.label(bucket) for bucket in range(window.first, window.last)]
    return pd.concat([frame, pd.DataFrame(np.array(rows), columns=labels)], axis=1)


def shown_by_bucket(statement: pd.DataFrame) -> pd.DataFrame:
    """``statement_by_bucket`` in whole money with a ``total``: rows add up to it, lines to their subtotals."""
    labels = [str(name) for name in statement if name not in ("line", "title", "sign")]
    cells = round_statement(statement[labels].to_numpy(), [int(sign) for sign in statement["sign"]])
    return statement.assign(**dict(zip(labels, cells.T, strict=True)), total=cells.sum(axis=1))


def booked_lines(inputs: Inputs, window: Window) -> dict[str, Array]:
    """What is booked in each elapsed bucket of the window, by line, what is not split included; 0 where nothing is."""
    past = {line: _booked(inputs, ACTUAL_NAMES.get(line, line), window) for line in BOOKED}
    past["booked_cost"] = past["net_revenue"] - past["gross_margin"]
    past["booked_overhead"] = past["gross_margin"] - past["ebitda"] - past["marketing"] - past["fixed_costs"]
    return past


def _booked(inputs: Inputs, line: str, window: Window) -> Array:
    amounts = np.zeros(max(-window.first, 0))
    for bucket, amount in booked(inputs, line) if len(amounts) else ():
        if window.first <= bucket < 0:
            amounts[bucket - window.first] += amount
    return amounts
