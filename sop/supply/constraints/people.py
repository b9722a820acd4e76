"""People: head-count from bucket to bucket, and their overtime."""

from __future__ import annotations

import numpy as np

from sop.supply.constraints.rows import AT_MOST, EQUAL, Rows
from sop.supply.structure import Structure
from sop.supply.variables import Variables


def headcount_balance(v: Variables, s: Structure) -> Rows:
    """W[p,t] - W[p,t-1] - H[p,t] + F[p,t] = 0   (t = 0: heads on the first day)

    Dual: what one more head at the start of the bucket is worth.
    """
    rows = Rows(np.arange(len(s.pool_resource)), s.total, EQUAL)
    for pool in range(len(rows.entities)):
        rows.add(pool, v["heads"][pool], 1.0)
        rows.add(pool, v["heads"][pool], -1.0, delay=1)
        rows.add(pool, v["hires"][pool], -1.0)
        rows.add(pool, v["layoffs"][pool], 1.0)
    return rows


def pool_overtime_limit(v: Variables, s: Structure) -> Rows:
    """O[p,t] - overtime_hours W[p,t] <= 0

    Dual: what one more overtime hour allowed is worth (sign turned).
    """
    rows = Rows(np.arange(len(s.pool_resource)), s.total, AT_MOST)
    for pool, hours_per_head in enumerate(s.base["pool_overtime_hours"]):
        rows.add(pool, v["pool_overtime"][pool], 1.0)
        for line, heads, hours in zip(rows.terms[pool], v["heads"][pool], hours_per_head, strict=True):
            line.append((heads, -float(hours)))
    return rows
