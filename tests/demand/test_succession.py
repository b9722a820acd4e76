"""Launches with gate, pipeline fill and cannibalisation, phase-outs with a successor: by hand, and movable by levers.

Three items of one family in two markets M0 and M1 have sold 100 and 300 (Old), 50 and 50 (Other) a month all along;
New is launched from March 2026 like Old.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from sop.demand.lifecycle import generations
from sop.domain.scenario import Override
from tests.demand.lives import NEW, NOT_YET, OLD, OTHER, company, planned, with_new_sold


def test_launch_counts_with_its_probability() -> None:
    """Old's 400 a month at a gate of 60 %: 240 from March on, split 1 to 3; 80 % by lever makes it 320."""
    inputs = company(launch_probability=[1.0, 1.0, 0.6])
    np.testing.assert_allclose(planned(inputs).expected[NEW], [[0, 0, 60, 60, 60, 60], [0, 0, 180, 180, 180, 180]])
    likelier = planned(inputs, Override(lever="launch_probability", value=80))
    np.testing.assert_allclose(likelier.expected[NEW].sum(axis=0), [0, 0, 320, 320, 320, 320])


def test_pipeline_is_filled_in_the_month_of_the_launch() -> None:
    """200 units fill the trade in March, a quarter of them in M0, on top of a ramp over two months (half, all); the
    launch volume lever doubles what sells, not what fills shelves; a later launch fills later."""
    inputs = company(pipeline_fill=[0.0, 0.0, 200.0], ramp_periods=[1.0, 1.0, 2.0])
    np.testing.assert_allclose(planned(inputs).expected[NEW, 0], [0, 0, 50 + 50, 100, 100, 100])
    twice = planned(inputs, Override(lever="launch_volume", value=100))
    np.testing.assert_allclose(twice.expected[NEW, 0], [0, 0, 100 + 50, 200, 200, 200])
    later = planned(inputs, Override(lever="launch_shift", value=1))
    np.testing.assert_allclose(later.expected[NEW, 0], [0, 0, 0, 50 + 50, 100, 100])


def test_a_launch_takes_from_its_family() -> None:
    """30 % of New's 100 and 300 comes from the family: 30 of 150 in M0 (Old 80, Other 40), 90 of 350 in M1 (x 260/350);
    the lever at 50 points takes 80 %; all of it shows as life cycle, and components add up."""
    inputs = company(cannibalisation=[0.0, 0.0, 0.3])
    plan = planned(inputs)
    np.testing.assert_allclose(plan.expected[:2, 0, 2:].mean(axis=1), [80, 40])
    np.testing.assert_allclose(plan.expected[:2, 1, 2:].mean(axis=1), [300 * 260 / 350, 50 * 260 / 350])
    np.testing.assert_allclose(plan.expected[:2, :, :2].sum(), 2 * 500)
    np.testing.assert_allclose(plan.components["life_cycle"][OLD, 0], [0, 0, -20, -20, -20, -20])
    np.testing.assert_allclose(sum(plan.components.values()), plan.expected)
    more = planned(inputs, Override(lever="cannibalisation", value=50))
    np.testing.assert_allclose(more.expected[OLD, 0, 2:], 100 * (1 - 80 / 150))


def test_a_launch_never_takes_more_than_there_is() -> None:
    """A launch of 4,000 a month that takes everything from its family leaves nothing, and nothing negative."""
    plan = planned(company(cannibalisation=[0.0, 0.0, 1.0], launch_volume=[None, None, 4000.0]))
    assert (plan.expected[:2, :, 2:] == 0).all()
    assert plan.expected.min() == 0


def test_a_phase_out_hands_over_to_its_successor() -> None:
    """Old sold until the end of April: from May on 70 % of its 100 and 300 go to Other, on top of Other's 50; a month
    later by lever, it is from June on."""
    inputs = company(
        phase_out=[date(2026, 4, 30), None, None], successor=["Other", "", ""], transfer=[0.7, 1.0, 1.0],
        launch=[None] * 3,
    )  # fmt: skip
    plan = planned(inputs)
    np.testing.assert_allclose(plan.expected[OLD, 1], [300, 300, 300, 300, 0, 0])
    np.testing.assert_allclose(plan.expected[OTHER], [[50] * 4 + [120] * 2, [50] * 4 + [260] * 2])
    later = planned(inputs, Override(lever="phase_out_shift", value=1))
    np.testing.assert_allclose(later.expected[OTHER, 0], [50] * 5 + [120])


def test_a_ramp_down_hands_over_step_by_step() -> None:
    """Old runs down over two months to the end of April: half of April's 400 is left and goes to the new item, which
    has launched with a volume of its own of 40."""
    inputs = company(
        phase_out=[date(2026, 4, 30), None, None], ramp_periods=[2.0, 1.0, 1.0], successor=["New", "", ""],
        launch_volume=[None, None, 40.0],
    )  # fmt: skip
    plan = planned(inputs)
    np.testing.assert_allclose(plan.expected[OLD].sum(axis=0), [400, 400, 400, 200, 0, 0])
    np.testing.assert_allclose(plan.expected[NEW].sum(axis=0), [0, 0, 40, 240, 440, 440])


def test_what_was_taken_over_is_handed_on() -> None:
    """Old ends in January and goes to Other, which ends in March and goes to New, sold all along at 40 in M0: Other has
    50 + 100 in February and March and nothing from April on; then New has 40 + 50 + 100. The order of the table does
    not matter, and with 80 % from each to the next New gets 0.8 x (50 + 0.8 x 100)."""
    ends = [date(2026, 1, 31), date(2026, 3, 31), None]
    chain = {"launch": NOT_YET, "phase_out": ends, "successor": ["Other", "New", ""]}
    plan = planned(with_new_sold(**chain))
    np.testing.assert_allclose(plan.expected[OLD, 0], [100, 0, 0, 0, 0, 0])
    np.testing.assert_allclose(plan.expected[OTHER, 0], [50, 150, 150, 0, 0, 0])
    np.testing.assert_allclose(plan.expected[NEW, 0], [40, 40, 40, 190, 190, 190])
    np.testing.assert_allclose(sum(plan.components.values()), plan.expected)
    in_part = planned(with_new_sold(**chain, transfer=[0.8, 0.8, 1.0]))
    np.testing.assert_allclose(in_part.expected[NEW, 0, 3:], 40 + 0.8 * (50 + 0.8 * 100))


def test_nothing_is_taken_over_before_the_successor_is_on_sale() -> None:
    """Old ends with January, New comes on 1 May: nobody sells Old's 400 from February to April; from May on New has
    them on top of its own 40, at once though its own ramp takes two months; at a gate of 50 % half of both."""
    late = {"phase_out": [date(2026, 1, 31), None, None], "successor": ["New", "", ""], "like_item": ["", "", "Old"],
            "launch": [None, None, date(2026, 5, 1)], "launch_volume": [None, None, 40.0],
            "ramp_periods": [1.0, 1.0, 2.0]}  # fmt: skip
    np.testing.assert_allclose(planned(company(**late)).expected[NEW].sum(axis=0), [0, 0, 0, 0, 420, 440])
    gate = planned(company(**late, launch_probability=[1.0, 1.0, 0.5]))
    np.testing.assert_allclose(gate.expected[NEW].sum(axis=0), [0, 0, 0, 0, 210, 220])


def test_a_handover_in_the_middle_of_a_month_loses_nothing() -> None:
    """Old's last day is 15 April, New's first the 16th: half of April's 400 each."""
    inputs = company(
        phase_out=[date(2026, 4, 15), None, None], successor=["New", "", ""], launch_volume=[None, None, 0.0],
        launch=[None, None, date(2026, 4, 16)],
    )  # fmt: skip
    plan = planned(inputs)
    np.testing.assert_allclose(plan.expected[OLD].sum(axis=0), [400, 400, 400, 200, 0, 0])
    np.testing.assert_allclose(plan.expected[NEW].sum(axis=0), [0, 0, 0, 200, 400, 400])


def test_a_launch_hands_on_what_it_sold_when_it_ends() -> None:
    """New sells 100 a month in M0 and M1 each from March to the end of April and is followed by Old: 100 + 100, 300
    + 100."""
    inputs = company(
        phase_out=[None, None, date(2026, 4, 30)], successor=["", "", "Old"], launch_volume=[None, None, 200.0],
        like_item=[""] * 3,
    )  # fmt: skip
    plan = planned(inputs)
    np.testing.assert_allclose(plan.expected[NEW], [[0, 0, 100, 100, 0, 0]] * 2)
    np.testing.assert_allclose(plan.expected[OLD, :, 3:], [[100, 200, 200], [300, 400, 400]])


def test_full_shelves_take_no_customers() -> None:
    """30 % of New's 400 come from the family's 500, of the 200 units that fill the trade none: 380 stay."""
    plan = planned(company(cannibalisation=[0.0, 0.0, 0.3], pipeline_fill=[0.0, 0.0, 200.0]))
    np.testing.assert_allclose(plan.expected[:2].sum(axis=(0, 1)), [500, 500, 380, 380, 380, 380])
    np.testing.assert_allclose(plan.expected[NEW].sum(axis=0), [0, 0, 600, 400, 400, 400])


def test_items_in_a_circle_hand_nothing_on() -> None:
    """Two items that name each other are left out, whoever hands over to one of them is not."""
    after, all_end = np.array([1, 0, 0, -1]), np.ones(4, dtype=bool)
    assert [items.tolist() for items in generations(after, all_end)] == [[2]]
