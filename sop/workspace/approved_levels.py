"""Staying near the last approved plan: its levels become a table of the next cycle's inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from sop.domain.inputs import Inputs, typed
from sop.store import Repository

if TYPE_CHECKING:
    from sop.store import Approval

TABLE: Final = "approved_levels"
_DIGITS: Final = 6


def with_approved_levels(store: Repository, inputs: Inputs) -> tuple[Inputs, str]:
    """``inputs`` with the levels of the company's last approved plan, and a sentence about it.

    Where the deviation_limit setting asks to stay near the approved plan and the files name no approved levels; else
    ``inputs`` as they are and no sentence. Levels count for operations that are still there and months still planned.
    """
    if np.isnan(inputs.settings.deviation_limit) or not inputs[TABLE].empty:
        return inputs, ""
    approval = next(iter(store.approvals(inputs.settings.company)), None)
    if approval is None:
        return inputs, "deviation_limit has no effect yet: no plan has been approved and approved_levels is empty."
    table = _levels(store, approval, inputs)
    if table.empty:
        return inputs, "deviation_limit has no effect: the last approved plan covers none of these months."
    told = f"approved_levels: {len(table)} levels of the plan approved on {approval.approved_at:%Y-%m-%d}."
    return Inputs.of({**inputs.tables, TABLE: table}), told


def _levels(store: Repository, approval: Approval, inputs: Inputs) -> pd.DataFrame:
    """Rows of the table: the reported buckets of the approved plan that ``inputs`` plan as well."""
    from sop.exchange.snapshot import read_result

    then, now = store.inputs(approval.inputs_id).horizon, inputs.horizon
    found = read_result(store.approved_snapshot(approval.number), "operations")
    same_buckets = (then.bucket, then.calendar) == (now.bucket, now.calendar)
    starts = {then.label(index): then.start(index) for index in range(then.periods if same_buckets else 0)}
    planned = {label: pd.Timestamp(day) for label, day in starts.items() if 0 <= now.index_of(day) < now.periods}
    period = pd.to_datetime(found["period"].map(planned))
    kept = period.notna() & found["operation"].isin(inputs["operations"]["operation"])
    rows = {"operation": found["operation"], "period": period, "level": found["level"].round(_DIGITS)}
    return typed(TABLE, pd.DataFrame(rows)[kept].reset_index(drop=True))
