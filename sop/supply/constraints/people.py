"""People: head-count from bucket to bucket, and their overtime."""

from __future__ import annotations

import numpy as np

from sop.supply.constraints.rows import Rows
from sop.supply.structure import Structure
from sop.supply.variables import Variables


def headcount_balance(v: Variables, s: Structure) -> Rows:
    """W[p,t] - W[p,t-1] - H[p,t] + F[p,t] = 0   (t = 0: heads on the first day)

    Dual: what one more head at the start of the bucket is worth.
    """
    pools = np.arange(len(s.pool_resource))
    rows = Rows(pools, s.total)
    rows.add(pools, v["heads"], 1.0)
    rows.add(pools, v["heads"], -1.0, delay=1)
    rows.add(pools, v["hires"], -1.0)
    rows.add(pools, v["layoffs"], 1.0)
    return rows


def pool_overtime_limit(v: Variables, s: Structure) -> Rows:
    """O[p,t] - overtime_hours W[p,t] <= 0

    Dual: what one more overtime hour allowed is worth (sign turned).
    """
    pools = np.arange(len(s.pool_resource))
    rows = Rows(pools, s.total)
    rows.add(pools, v["pool_overtime"], 1.0)
    rows.add(pools, v["heads"], -s.base["pool_overtime_hours"])
    return rows
