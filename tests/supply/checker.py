"""An independent check of any supply plan, written from the input tables: no PuLP, nothing of sop.supply.

``violations(inputs, parameters, demand, plan)`` works every balance and limit out again with plain sums over the rows
of the tables and says in words what does not hold. What levers turn is read from ``parameters`` (whether Base's are
those of the tables is not checked here); recipes, routings, lead times, ways and openings are read from the tables.
Money is checked in ``checker_money.py``, stock targets in ``checker_targets.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sop.domain.inputs import Inputs
from sop.domain.parameters import Parameters
from sop.domain.plans import DemandPlan, SolveStatus, SupplyPlan
from tests.supply import checker_aging as aging
from tests.supply import checker_flows as flows
from tests.supply import checker_limits as limits
from tests.supply import checker_policy as policy
from tests.supply.checker_books import Books


def violations(
    inputs: Inputs, parameters: Parameters, demand: DemandPlan, plan: SupplyPlan, whole: bool = False
) -> list[str]:
    """Everything about ``plan`` that the tables forbid, in words; empty when all holds.

    A plan that is not optimal (limits had to give way) is held to conservation and to what is physical only.
    """
    books = Books(inputs, parameters, demand, plan, whole)
    final = plan.status is SolveStatus.OPTIMAL
    checks = (*ALWAYS, *HARD) if final else ALWAYS
    return [problem for check in checks for problem in check(books)]


ALWAYS: tuple[Callable[[Books], Iterator[str]], ...] = (
    flows.nothing_negative,
    flows.openings,
    flows.goods_conserved,
    flows.markets_conserved,
    flows.under_way,
    flows.ways_exist,
    limits.hours_kept,
    limits.suppliers_kept,
)
HARD: tuple[Callable[[Books], Iterator[str]], ...] = (
    limits.demand_kept,
    limits.group_promises_kept,
    limits.demand_totals_kept,
    limits.backlog_allowed,
    limits.operations_kept,
    limits.setups_kept,
    limits.maintenance_done,
    aging.not_too_old,
    policy.not_too_far_ahead,
    policy.near_the_approved_plan,
    policy.within_the_value,
    limits.people_kept,
    limits.lanes_kept,
    limits.stock_kept,
    limits.whole_numbers,
)
