"""Ramps and launch volumes by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from sop.demand.lifecycle import launch_paths, moved, ramp_down, ramp_up
from sop.domain.inputs import Inputs, typed
from sop.domain.launches import end_positions, launch_positions


def inputs_of(**items: list[object]) -> Inputs:
    """A company planned from 2026-01 with the given items table."""
    settings = {"key": ["first_period", "horizon"], "value": ["2026-01-01", "4"]}
    return Inputs.of(
        {"settings": typed("settings", pd.DataFrame(settings)), "items": typed("items", pd.DataFrame(items))}
    )


def test_positions_count_days_as_fractions() -> None:
    """2026-03-01 is position 2; last day on sale 30 June ends at 6, 15 June at 5.5."""
    inputs = inputs_of(
        item=["A", "B"],
        launch=[date(2026, 3, 1), date(2026, 4, 16)],
        phase_out=[date(2026, 6, 30), date(2026, 6, 15)],
    )
    np.testing.assert_allclose(launch_positions(inputs), [2.0, 3.5])
    np.testing.assert_allclose(end_positions(inputs), [6.0, 5.5])


def test_launch_ramps_in_equal_steps() -> None:
    """Launched in bucket 1 over three buckets: a third, two thirds, all."""
    np.testing.assert_allclose(ramp_up(np.array([1.0]), np.array([3.0]), 5), [[0, 1 / 3, 2 / 3, 1, 1]])


def test_half_a_bucket_later_is_halfway_between() -> None:
    """A shift of half a bucket is the mean of no shift and one bucket."""
    both = [ramp_up(np.array([position]), np.array([3.0]), 6) for position in (1.0, 2.0)]
    np.testing.assert_allclose(ramp_up(np.array([1.5]), np.array([3.0]), 6), np.mean(both, axis=0))


def test_phase_out_ends_after_the_last_day() -> None:
    """Last day on sale at the end of bucket 2: sold in full until then, nothing after; over two buckets half in 2."""
    assert ramp_down(np.array([3.0]), np.array([1.0]), 5).tolist() == [[1, 1, 1, 0, 0]]
    assert ramp_down(np.array([3.0]), np.array([2.0]), 5).tolist() == [[1, 1, 0.5, 0, 0]]


def test_paths_move_by_whole_and_part_buckets() -> None:
    """One later: zeros come in. One earlier: the last value stays. Half: straight line."""
    path = np.array([[[0.0, 10.0, 20.0, 40.0]]])
    assert moved(path, np.array([1.0])).tolist() == [[[0, 0, 10, 20]]]
    assert moved(path, np.array([-1.0])).tolist() == [[[10, 20, 40, 40]]]
    assert moved(path, np.array([0.5])).tolist() == [[[0, 5, 15, 30]]]


def test_launch_volume_follows_the_like_item() -> None:
    """The like item sells 60 and 20 a bucket on average; 160 in all split 3 to 1 along its profile."""
    inputs = inputs_of(item=["Old", "New"], like_item=["", "Old"], launch_volume=[None, 160.0])
    base = np.zeros((2, 2, 4))
    base[0] = [[30, 90, 30, 90], [10, 30, 10, 30]]
    paths = launch_paths(inputs, base, np.array([False, True]))
    assert paths[1].tolist() == [[60, 180, 60, 180], [20, 60, 20, 60]]


def test_launch_without_volume_sells_like_its_like_item() -> None:
    """No launch volume: the like item's own path. No like item: level and split evenly. Neither: nothing."""
    inputs = inputs_of(
        item=["Old", "Twin", "Alone", "Nothing"], like_item=["", "Old", "", ""], launch_volume=[None, None, 100.0, None]
    )
    base = np.zeros((4, 2, 4))
    base[0] = [[1, 2, 3, 4], [4, 3, 2, 1]]
    paths = launch_paths(inputs, base, np.array([False, True, True, True]))
    assert paths[1].tolist() == base[0].tolist()
    assert (paths[2] == 50.0).all()
    assert (paths[3] == 0.0).all()


@pytest.mark.parametrize("shift", [0.0, 1.0, -2.0])
def test_shift_moves_the_ramp(shift: float) -> None:
    """A shifted ramp is the ramp of the shifted launch."""
    moved_ramp = ramp_up(np.array([3.0]) + shift, np.array([2.0]), 8)[0]
    expected = [0.0 if t < 3 + shift else 0.5 if t == 3 + shift else 1.0 for t in range(8)]
    assert moved_ramp.tolist() == expected
