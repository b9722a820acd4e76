"""Promotions with an uplift the planner gives: demand now and after, history cleaned, cost in the P&L; by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sop.demand import fit, forecast
from sop.demand.engines import SeasonalNaive
from sop.demand.history import sales_history
from sop.domain.base import base_parameters
from sop.domain.inputs import Inputs, typed
from sop.domain.promotions import promotion_factor
from sop.domain.scenario import Override, Scenario, apply
from sop.planning import Planner
from tests.companies import small_company


def _with(promotion: dict[str, object]) -> Inputs:
    table = pd.DataFrame({name: [value] for name, value in ({"promotion": "June"} | promotion).items()})
    return Inputs.of({**small_company(), "promotions": typed("promotions", table)})


def _demand(inputs: Inputs, *turns: Override) -> np.ndarray:
    model, base = fit(inputs, engine=SeasonalNaive()), base_parameters(inputs)
    return forecast(model, apply(base, turns)).expected


def test_a_promotion_lifts_its_month_and_pulls_the_next_two_forward() -> None:
    """+20 % in February and 10 % of March and April bought early: of 300 a month 360, 270, 270, then 300 again; the
    difference is the promotion's component, nothing else moves."""
    plain = Inputs.of(small_company())
    inputs = _with({"first_day": "2026-02-10", "uplift": 0.2, "pull_forward": 0.1, "pull_forward_periods": 2})
    plan = forecast(fit(inputs, engine=SeasonalNaive()), base_parameters(inputs))
    before = forecast(fit(plain, engine=SeasonalNaive()), base_parameters(plain))
    ratio = plan.expected / before.expected
    np.testing.assert_allclose(ratio[0, 0], [1.0, 1.2, 0.9, 0.9, 1.0, 1.0])
    np.testing.assert_allclose(plan.components["promotion"], plan.expected - before.expected)


def test_overlapping_promotions_compound() -> None:
    """+50 % in bucket 0 with 20 % early over two, +10 % in bucket 1 with 50 % early over one: 1.5, 0.8 x 1.1,
    0.8 x 0.5, then 1."""
    uplift, early = np.array([0.5, 0.1, 0, 0]), np.array([0.2, 0.5, 0, 0])
    over = np.array([2.0, 1.0, 0, 0])
    np.testing.assert_allclose(promotion_factor(uplift, early, over), [1.5, 0.88, 0.4, 1.0])


def test_levers_make_a_promotion() -> None:
    """Uplift 30 points and pull-forward 10 in March act like a row of the table, over the setting's two months."""
    inputs = Inputs.of(small_company())
    turns = [Override(lever=name, value=value, first="2026-03", last="2026-03")
             for name, value in (("promotion_uplift", 30), ("pull_forward", 10))]  # fmt: skip
    np.testing.assert_allclose(_demand(inputs, *turns)[0, 0] / _demand(inputs)[0, 0], [1, 1, 1.3, 0.9, 0.9, 1])


def test_discount_and_cost_reach_the_profit_and_loss_account() -> None:
    """A discount of 10 % in February costs a tenth of that month's revenue at list, and 5,000 are paid in its month."""
    inputs = _with({"first_day": "2026-02-01", "uplift": 0.0, "discount": 0.1, "cost": 5000.0})
    result = Planner(inputs, fit(inputs, engine=SeasonalNaive())).plan(Scenario(id="base", name="Base"), [])
    price = result.parameters["price"][:, :, 1]
    delivered = result.supply.delivered[:, :, 1]
    assert result.finance.lines["promotion"][1] == pytest.approx(0.1 * (price * delivered).sum() + 5000)
    assert np.count_nonzero(result.finance.lines["promotion"]) == 1


def test_past_promotions_are_cleaned_out_and_reach_into_the_plan() -> None:
    """Constant sales of 100, 150 in December with +50 %: history to learn from is 100 throughout; 20 % bought early of
    the month after leaves 80 in January, 100 from February on."""
    months = pd.date_range("2024-01-01", "2025-12-01", freq="MS")
    sold = np.where(months == months[-1], 150.0, 100.0)
    tables = {
        "settings": {"key": ["first_period", "horizon"], "value": ["2026-01-01", "3"]},
        "items": {"item": ["A"]},
        "sales_history": {"date": months, "item": "A", "ordered": sold},
        "prices": {"item": ["A"], "list_price": [10.0]},
        "promotions": {
            "promotion": ["Xmas"],
            "first_day": ["2025-12-05"],
            "uplift": [0.5],
            "pull_forward": [0.2],
            "pull_forward_periods": [1],
        },
    }
    inputs = Inputs.of({name: typed(name, pd.DataFrame(table)) for name, table in tables.items()})
    base = base_parameters(inputs)
    history = sales_history(inputs, base.axis("item"), base.axis("market"))
    assert history is not None
    np.testing.assert_allclose(history.clean[0, 0], 100.0)
    np.testing.assert_allclose(forecast(fit(inputs, engine=SeasonalNaive()), base).expected[0, 0], [80.0, 100.0, 100.0])


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 1, 0)])
def test_the_largest_share_bought_early_counts_over_its_own_months(order: tuple[int, ...]) -> None:
    """February has +40 % with 10 % early over three months, +10 % without any and a longer list of 5 % over four: in
    whatever order they stand, 1.4 x 1.1 in February and 0.9 in March, April and May, nothing after."""
    rows = pd.DataFrame(
        {
            "promotion": ["x", "y", "z"],
            "first_day": ["2026-02-01"] * 3,
            "uplift": [0.4, 0.1, 0.0],
            "pull_forward": [0.1, 0.0, 0.05],
            "pull_forward_periods": [3, 1, 4],
        }
    ).iloc[list(order)]
    inputs = Inputs.of({**small_company(), "promotions": typed("promotions", rows.reset_index(drop=True))})
    ratio = _demand(inputs)[0, 0] / _demand(Inputs.of(small_company()))[0, 0]
    np.testing.assert_allclose(ratio, [1, 1.54, 0.9, 0.9, 0.9, 1])


def test_of_equal_shares_bought_early_the_longest_counts() -> None:
    """Twice 10 % early, over one month and over two: March and April miss a tenth."""
    rows = pd.DataFrame(
        {"promotion": ["x", "y"], "first_day": ["2026-02-01"] * 2, "pull_forward": [0.1] * 2,
         "pull_forward_periods": [2, 1]}
    )  # fmt: skip
    inputs = Inputs.of({**small_company(), "promotions": typed("promotions", rows)})
    ratio = _demand(inputs)[0, 0] / _demand(Inputs.of(small_company()))[0, 0]
    np.testing.assert_allclose(ratio, [1, 1, 0.9, 0.9, 1, 1])
