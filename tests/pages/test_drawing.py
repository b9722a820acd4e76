"""Charts as they reach the browser."""

from __future__ import annotations

from sop.charts.palette import INK
from sop.ui.drawing import on_paper


def test_a_picture_has_the_pages_ground_and_ink() -> None:
    """No transparent ground, which pale letters vanish on, and no colour that only the page knows."""
    spec = {"layer": [{"mark": {"color": INK}}], "config": {"background": "transparent", "view": {"strokeWidth": 0}}}
    assert on_paper(spec, "#e8eef3") == {
        "layer": [{"mark": {"color": "#e8eef3"}}],
        "config": {"view": {"strokeWidth": 0}},
    }
    assert spec["config"]["background"] == "transparent"
