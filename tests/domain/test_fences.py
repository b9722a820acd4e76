"""Levers that fall before a plant's fence say so."""

from __future__ import annotations

import pandas as pd

from sop.domain.base import base_parameters
from sop.domain.fences import acts_before_fence
from sop.domain.inputs import Inputs, typed
from sop.domain.scenario import Override
from tests.companies import small_company
from tests.supply.test_by_hand import one_line


def _fenced() -> Inputs:
    return one_line({("A", "M"): [20, 20, 20, 20]}, locations=[{"location": "P", "frozen_periods": 2}])


def test_a_lever_within_the_fence_says_that_it_has_no_effect() -> None:
    """Capacity turned in January and February only, with two frozen months."""
    turned = Override(lever="capacity", value=10, first="2026-01", last="2026-02")
    assert acts_before_fence(base_parameters(_fenced()), turned) == (
        "Available capacity: the plan is frozen to the end of 2026-02; the lever has no effect."
    )


def test_a_lever_across_the_fence_says_from_when_it_acts() -> None:
    """Capacity turned over the whole horizon acts after the fence only."""
    told = acts_before_fence(base_parameters(_fenced()), Override(lever="capacity", value=10))
    assert told is not None
    assert told.endswith("only acts after it.")


def test_other_levers_and_later_months_are_not_fenced() -> None:
    """Demand is not made by the plant; March lies behind the fence."""
    base = base_parameters(_fenced())
    assert acts_before_fence(base, Override(lever="demand", value=10)) is None
    assert acts_before_fence(base, Override(lever="capacity", value=10, first="2026-03", last="2026-03")) is None


def test_a_supplier_limit_within_the_lead_time_says_that_it_has_no_effect() -> None:
    """What S delivers takes two months: a limit turned in February changes nothing, one turned to March does."""
    tables = small_company()
    operations = tables["operations"].assign(
        kind=["buy", "make"], supplier=["S", ""], lead_time=[2.0, 0.0], unit_cost=[15.0, 12.0]
    )
    suppliers = typed("suppliers", pd.DataFrame({"supplier": ["S"], "capacity": [900.0]}))
    base = base_parameters(Inputs.of({**tables, "operations": operations, "suppliers": suppliers}))
    early = Override(lever="supplier_limit", value=20, first="2026-02", last="2026-02")
    assert acts_before_fence(base, early) == (
        "Supplier limit: what is ordered now arrives after 2026-02; the lever has no effect."
    )
    later = Override(lever="supplier_limit", value=20, first="2026-02", last="2026-03")
    assert acts_before_fence(base, later) is None
