"""The chart of the consensus, through its specification."""

from __future__ import annotations

import pandas as pd

from sop.charts.consensus import COLOURS, layer_lines
from sop.domain.catalogue.demand import LAYERS


def test_every_layer_has_a_colour_of_its_own_and_the_statistical_one_is_dashed() -> None:
    """Six names, six colours; in the legend the statistical forecast stands first and is the only dashed line."""
    assert set(COLOURS) == {*LAYERS, "consensus"}
    assert len(set(COLOURS.values())) == len(COLOURS)
    frame = pd.DataFrame({"period": ["2026-01"], "series": ["sales"], "value": [1.0]})
    spec = layer_lines(frame, title="Layers", unit="piece", names=("statistical", "sales")).to_dict()
    dashes = spec["encoding"]["strokeDash"]["scale"]
    assert dashes["domain"] == ["statistical", "sales"]
    assert dashes["range"] == [[5, 3], [1, 0]]
    assert spec["encoding"]["color"]["scale"]["range"] == [COLOURS["statistical"], COLOURS["sales"]]
    assert spec["encoding"]["y"]["axis"]["title"] == "piece"
