"""What is shown as the worth of an hour is what an hour brings: for any company, in the whole range stated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sop.domain.inputs import Inputs
from sop.domain.parameters import Parameters
from sop.domain.plans import DemandPlan, SolveStatus
from sop.supply import SupplyModel
from tests.supply.any_company import any_companies
from tests.supply.test_random_companies import COMPANIES, model_of

SOME = settings(
    max_examples=max(COMPANIES // 2, 1),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


@dataclass(frozen=True, eq=False)
class Asked:
    """A company's model and question."""

    model: SupplyModel
    base: Parameters
    demand: DemandPlan

    def worth(self, resource: str, bucket: int, hours: float) -> float:
        """Z (goal cost: less cost) with so many more regular hours and as much overtime as before."""
        row = self.base.axis("resource").index[resource]
        own = np.maximum(self.base["capacity"] * self.base["shifts"] - self.base["downtime"], 0.0)
        down, share = self.base["downtime"].copy(), self.base["overtime_limit"].copy()
        down[row, bucket] = float(self.base["capacity"][row, bucket] * self.base["shifts"][row, bucket])
        down[row, bucket] -= own[row, bucket] + hours
        more = own[row, bucket] + hours
        share[row, bucket] = share[row, bucket] * own[row, bucket] / more if more > 0 else 0.0
        plan = self.model.solve(self.base.with_values({"downtime": down, "overtime_limit": share}), self.demand)
        assert plan.status is SolveStatus.OPTIMAL
        return -plan.objective if plan.goal == "cost" else plan.objective


@SOME
@given(any_companies(), st.floats(0.05, 0.95))
def test_an_hour_is_worth_what_is_shown(inputs: Inputs, share: float) -> None:
    """Solving again with hours changed by a small step, and by a share of the range stated, changes Z by the value
    shown times the hours: upwards always, downwards too where the value was confirmed."""
    asked = Asked(*model_of(inputs))
    prices = asked.model.shadow_prices(asked.base, asked.demand)
    labels = inputs.horizon.labels
    for price in prices.head(3).to_dict("records"):
        resource, bucket = price["resource"], labels.index(price["period"])
        up = max(price["valid_to"] - price["available"], 0.0) if price["confirmed"] else 0.0
        down = min(price["valid_from"] - price["available"], 0.0) if price["confirmed"] else 0.0
        up, down = min(up, 1e4), max(down, -price["available"])
        here = asked.worth(resource, bucket, 0.0)
        steps = [min(0.01, up), up * share, max(-0.01, down), down * share]
        for hours in steps if price["confirmed"] else [min(1.0, _range(price))]:
            gained = asked.worth(resource, bucket, hours) - here
            assert abs(gained - price["value_per_hour"] * hours) <= 1e-5 * max(1.0, abs(here)) + 1e-3 * abs(hours)


def _range(price: dict[str, float]) -> float:
    """Hours an unconfirmed value was measured over: one, or up to the end of its range where that is nearer."""
    room = price["valid_to"] - price["available"]
    return room if 1e-6 < room < 1.0 else 1.0


@SOME
@given(any_companies())
def test_no_hour_is_worth_less_than_nothing(inputs: Inputs) -> None:
    """Hours nobody has to use are never worth less than nothing, and only full resources have a price."""
    asked = Asked(*model_of(inputs))
    prices = asked.model.shadow_prices(asked.base, asked.demand)
    plan = asked.model.solve(asked.base, asked.demand)
    names = list(asked.base.labels("resource"))
    for price in prices.to_dict("records"):
        row, bucket = names.index(price["resource"]), inputs.horizon.labels.index(price["period"])
        room = plan.available + plan.overtime + plan.extra_hours
        people = plan.pool_overtime[inputs["workforce"]["resource"].to_numpy() == price["resource"]].sum(axis=0)
        assert price["value_per_hour"] >= -1e-6
        assert plan.load[row, bucket] >= room[row, bucket] + people[bucket] - 1e-5 * max(1.0, room[row, bucket])
