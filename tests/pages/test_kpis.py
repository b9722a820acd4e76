"""The six figures: differences in their own unit, arrows and colours, and the small lines beside them."""

from __future__ import annotations

from urllib.parse import unquote

import numpy as np
import pytest
from streamlit.proto.Metric_pb2 import Metric
from streamlit.testing.v1 import AppTest

from sop.analysis.wording import SAME
from sop.ui.formatting import change, days
from sop.ui.sparkline import HEIGHT, WIDTH, sparkline


@pytest.mark.parametrize(
    ("value", "reference", "shown"),
    [
        (9_590_000, 9_170_000, "+0.42M"),  # 9.59M and 9.17M: the second decimal counts
        (96_810_000, 96_200_000, "+0.6M"),  # 96.8M and 96.2M
        (96_210_000, 96_190_000, SAME),  # both read 96.2M
        (990, 1_010, "-0.02k"),  # spelled in the larger one's scale: 1.01k
        (999_600, 1_000_100, SAME),  # both read 1.00M
        (0.0, 0.0, SAME),
        (50.0, -50.0, "+100.0"),
        (float("nan"), 5.0, SAME),
        (-2_040_000, 0.0, "-2.04M"),
    ],
)
def test_a_difference_is_spelled_as_the_amounts_are(value: float, reference: float, shown: str) -> None:
    """Same scale, same last digit, a sign, and "=" for what nobody could see."""
    assert change(value, reference) == shown


@pytest.mark.parametrize(
    ("value", "reference", "shown"),
    [(20.4, 17.2, "+3 d"), (17.4, 17.2, SAME), (16.0, 17.6, "-2 d"), (float("nan"), 3.0, SAME)],
)
def test_days_differ_by_what_is_shown(value: float, reference: float, shown: str) -> None:
    """18 days less 17 is one day, whatever the hidden decimals: shown figures add up."""
    assert days(value, reference) == shown


def points(picture: str) -> list[list[tuple[float, float]]]:
    """Points of each line in the picture."""
    parts = unquote(picture).split('points="')[1:]
    return [[tuple(map(float, pair.split(","))) for pair in part.split('"')[0].split()] for part in parts]  # type: ignore[misc]


def test_a_course_rises_from_bottom_to_top() -> None:
    """1, 2, 3 against a level 1: the reference runs along the bottom, the plan climbs to the top edge (2 px in)."""
    below, above = points(sparkline(np.array([1.0, 2.0, 3.0]), np.ones(3), "#e69f00"))
    assert [y for _, y in below] == [HEIGHT - 2.0] * 3
    assert above == [(2.0, HEIGHT - 2.0), (WIDTH / 2, HEIGHT / 2), (WIDTH - 2.0, 2.0)]


def test_a_course_without_change_runs_along_the_middle() -> None:
    """No range, no division by zero."""
    assert {y for _, y in points(sparkline(np.full(4, 5.0), np.full(4, 5.0), "#000"))[1]} == {HEIGHT / 2}


def test_months_without_a_figure_are_left_out() -> None:
    """Three months of which one has no margin: two points; a single month draws nothing."""
    gap = sparkline(np.array([0.2, np.nan, 0.4]), np.full(3, np.nan), "#000")
    assert [len(line) for line in points(gap)] == [2]
    assert points(sparkline(np.array([1.0]), np.array([2.0]), "#000")) == []


def test_base_against_itself_is_equal_everywhere(app: AppTest) -> None:
    """Six times "=", and a line beside each, hidden from screen readers by its empty text."""
    assert [metric.delta for metric in app.metric] == [SAME] * 6
    drawn = [html.proto.body for html in app.get("html") if "<img" in html.proto.body]
    assert len(drawn) == 1
    assert drawn[0].count('alt=""') == 6


def test_a_lower_price_sells_more_at_less_margin(app: AppTest) -> None:
    """-10 % price: the margin falls by points, in the colour of bad; stock has no colour of good or bad."""
    app.slider(key="lever_price").set_value(-10.0).run()
    figures = {metric.label: metric for metric in app.metric}
    assert figures["Gross margin"].delta.startswith("-")
    assert figures["Gross margin"].delta.endswith(" pp")
    assert figures["Gross margin"].color == Metric.MetricColor.RED
    assert figures["Inventory"].color == Metric.MetricColor.GRAY
    assert figures["Net revenue"].value.split("[")[-1].startswith("of ")
