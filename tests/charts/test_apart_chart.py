"""Prophet's forecast taken apart says what it shows."""

from __future__ import annotations

from sop.charts import apart
from tests.charts import samples


def test_trend_lines_tell_unit_and_lines() -> None:
    """Three lines in fixed colours, the unit on the axis, the title the subject, the page through the background."""
    frame = samples.by("series", apart.LEARNED, apart.FORECAST, apart.TREND).assign(today=False)
    spec = apart.trend_lines(frame, title="Trend", unit="piece").to_dict()
    line = spec["layer"][1]["encoding"]
    assert spec["title"]["text"] == "Trend"
    assert spec["config"]["background"] == "transparent"
    assert line["y"]["axis"]["title"] == "piece"
    assert line["color"]["scale"]["domain"] == ["Learned from", "Prophet", "Trend"]


def test_swings_are_signed_bars_of_the_parts_there_are() -> None:
    """A company without holidays has none in the legend."""
    frame = samples.by("part", "yearly")
    spec = apart.swings(frame, title="Season", unit="piece", parts=("yearly",)).to_dict()
    assert spec["mark"]["type"] == "bar"
    assert spec["encoding"]["color"]["scale"]["domain"] == ["yearly"]
    assert spec["encoding"]["y"]["axis"]["title"] == "piece"
