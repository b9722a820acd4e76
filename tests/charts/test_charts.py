"""Charts say what they show: title, unit, colours with a fixed meaning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from sop.charts import finance, forecast, frames, overlay, supply
from sop.charts.entries import DASHED, SQUARE, TITLE, Entry, with_legend, with_lines
from sop.charts.names import CHOSEN, two_lines
from sop.charts.palette import BAD, DRIVERS, FULFILMENT, GOOD, INK, LOAD_STEPS, REFERENCE, scenario_colour
from sop.charts.parts import SI, specification, with_ends
from sop.charts.scales import nice_ceiling
from tests.charts import samples

LINES = [Entry("Actual"), Entry("Base", REFERENCE, DASHED), Entry("Price up", "#0a84d0")]
ALL: dict[str, tuple[Callable[..., Any], pd.DataFrame, dict[str, Any]]] = {
    "forecast": (
        forecast.forecast_lines,
        with_ends(with_lines(samples.forecast(), LINES), (0.0, 150.0)),
        {"unit": "piece", "held": True},
    ),
    "changes": (
        forecast.driver_changes,
        with_legend(samples.by("driver", "price", "growth"), [Entry("price", DRIVERS["price"], SQUARE)]),
        {"unit": "piece"},
    ),
    "decomposition": (
        forecast.decomposition,
        samples.by("driver", "baseline", "price").assign(total=20.0),
        {"unit": "piece"},
    ),
    "fulfilment": (
        supply.fulfilment,
        with_ends(samples.fulfilment(), (-10.0, 50.0)),
        {"unit": "piece", "held": True},
    ),
    "load": (supply.load_heat, samples.load(), {}),
    "stock": (
        supply.stock_lines,
        with_lines(samples.by("series", "Base", "Price up").assign(low=5.0, high=10.0, focus=False), LINES),
        {"unit": "piece"},
    ),
    "shortages": (
        supply.shortages,
        pd.DataFrame({"what": ["Kettle, UK"], "value": [400.0], "units": [10.0]}),
        {"unit": "EUR"},
    ),
    "sourcing": (supply.sourcing, samples.by("source", "Made", "Bought"), {"unit": "piece"}),
    "bridge": (finance.bridge, samples.bridge(), {"unit": "EUR"}),
    "families": (
        finance.by_family,
        pd.DataFrame({"family": ["Kettles"], "value": [9.0], "reference": [8.0], "label": ["9"], "hue": "#0a84d0"}),
        {"unit": "EUR", "order": ("Kettles",)},
    ),
    "cash": (finance.cash_lines, with_lines(samples.cash(), LINES), {"unit": "EUR", "minimum": 3.0}),
    "money": (
        finance.money_by_month,
        pd.DataFrame({"period": samples.PERIODS, "value": 5.0, "reference": 4.0, "hue": "#0a84d0"}),
        {"unit": "EUR"},
    ),
    "walk": (
        finance.walk,
        pd.DataFrame(
            {
                "step": ["Z"],
                "start": [0.0],
                "end": [9.0],
                "right": [9.0],
                "kind": ["total"],
                "label": ["9"],
                "rank": [0],
            }
        ),
        {"unit": "EUR"},
    ),
    "overlay": (
        overlay.overlaid,
        samples.by("scenario", "Base", "Price up"),
        {"unit": "EUR", "names": ("Base", "Price up"), "colours": (REFERENCE, "#0a84d0")},
    ),
}


def drawn(name: str) -> dict[str, Any]:
    """The checked specification of a chart of its sample."""
    build, frame, settings = ALL[name]
    spec: dict[str, Any] = build(frame, title=f"About {name}", **settings).to_dict()
    return spec


def texts(part: Any) -> list[str]:
    """Every text anywhere inside a specification."""
    if isinstance(part, dict):
        return [text for value in part.values() for text in texts(value)]
    if isinstance(part, list | tuple):
        return [text for value in part for text in texts(value)]
    return [part] if isinstance(part, str) else []


@pytest.mark.parametrize("name", ALL)
def test_every_chart_is_valid_and_titled(name: str) -> None:
    """Vega-Lite accepts it, its title says the subject, its background lets the page through."""
    spec = drawn(name)
    assert spec["title"]["text"] == f"About {name}"
    assert spec["config"]["background"] == "transparent"


@pytest.mark.parametrize("name", [name for name, (_, _, settings) in ALL.items() if "unit" in settings])
def test_every_axis_of_amounts_tells_its_unit(name: str) -> None:
    """The unit stands in the chart, on an axis or in a tooltip."""
    assert any(ALL[name][2]["unit"] in text for text in texts(drawn(name)))


@pytest.mark.parametrize("name", ALL)
def test_the_specification_does_not_depend_on_figures(name: str) -> None:
    """While only figures change, the browser keeps its chart: other figures, same specification, no data inside."""
    build, frame, settings = ALL[name]
    spec = specification(build, tuple(frame.columns), title="x", **settings)
    assert "data" not in spec
    assert "datasets" not in spec
    with_data = build(frame, title="x", **settings).to_dict(validate=False)
    for key in ("data", "datasets", "$schema"):
        with_data.pop(key, None)
    assert spec == with_data


def test_actual_is_ink_reference_grey_and_scenario_its_own_colour() -> None:
    """Colour means the same everywhere, and travels with the figures: ink where a row brings none."""
    frame = ALL["forecast"][1]
    hues = frame.groupby("series")["hue"].first().to_dict()
    assert hues == {"Actual": "", "Base": REFERENCE, "Price up": "#0a84d0"}
    assert frame.groupby("series")["dashed"].all().to_dict() == {"Actual": False, "Base": True, "Price up": False}
    (line,) = (layer for layer in drawn("forecast")["layer"] if layer["mark"]["type"] == "line")
    colour = line["encoding"]["color"]
    assert (colour["condition"]["field"], colour["condition"]["scale"], colour["value"]) == ("hue", None, INK)


def test_names_and_colours_do_not_change_the_specification() -> None:
    """Another scenario is other rows: a browser keeps its chart and swaps them."""
    others = [*LINES[:2], Entry("A scenario of forty letters, no more, no", "#e69f00")]
    for frame in (samples.forecast(), samples.forecast().replace({"series": {"Price up": others[2].name}})):
        shown = with_lines(frame, others if others[2].name in set(frame["series"]) else LINES)
        spec = specification(forecast.forecast_lines, tuple(shown.columns), title="", unit="piece")
        assert not {"Price up", others[2].name, "#0a84d0", "#e69f00"} & set(texts(spec))


def test_a_scenario_that_is_the_reference_is_named_once() -> None:
    """Base beside Base has one line and one name; what is not drawn is not in the legend."""
    frame = samples.forecast()
    frame = with_lines(frame[frame["series"] != "Price up"], LINES)
    assert frame["entry"].dropna().tolist() == ["Actual", "Base"]


def test_names_that_do_not_fit_on_a_line_go_below() -> None:
    """Left to right while there is room, the last line nearest to the plot; a title stands on one of its own."""
    short_names = with_legend(samples.forecast(), LINES)
    assert short_names["entry_y"].dropna().tolist() == [0, 0, 0]
    assert short_names["entry_x"].dropna().is_monotonic_increasing
    long_names = with_legend(samples.forecast(), [LINES[0], Entry(LONG), Entry(LONG)])
    assert long_names["entry_y"].dropna().tolist() == [-1, -1, 0]
    titled = with_legend(samples.forecast(), [Entry("What moves it", mark=TITLE), Entry("price", mark=SQUARE)])
    assert titled["entry_y"].dropna().tolist() == [-1, 0]


def test_a_legend_longer_than_its_frame_adds_rows_without_figures() -> None:
    """Nothing is drawn for them, and no month is added to the axis."""
    frame = with_legend(samples.forecast()[:1], LINES)
    assert len(frame) == 3
    assert frame["value"].count() == 1
    assert set(frame["period"]) == {"2025-12"}


def test_held_axes_reach_the_ends_that_travel_with_the_figures() -> None:
    """All layers share one axis, not rounded further, and one of them has nothing but its two ends on it."""
    for name, ends in (("forecast", [0.0, 150.0]), ("fulfilment", [-10.0, 50.0])):
        layers = drawn(name)["layer"]
        axes = [layer["encoding"]["y"] for layer in layers if "y" in layer["encoding"]]
        scales = [axis["scale"] for axis in axes if "scale" in axis]  # a legend stands in pixels
        assert scales == [{"nice": False, "zero": True}] * len(scales)
        (hidden,) = (layer for layer in layers if layer["encoding"].get("y", {}).get("field") == "ends")
        assert (hidden["mark"]["opacity"], hidden["transform"]) == (0, [{"filter": "isValid(datum.ends)"}])
        assert ALL[name][1]["ends"].dropna().tolist() == ends


def test_an_axis_not_held_starts_at_zero() -> None:
    """Without ends it runs from zero over the figures."""
    bars = next(layer for layer in drawn("changes")["layer"] if "color" in layer["encoding"])
    assert bars["encoding"]["y"]["scale"] == {"zero": True}


def test_short_is_bad_and_on_time_is_not() -> None:
    """Only what customers do not get carries the colour of bad."""
    assert FULFILMENT["short"] == BAD
    assert [name for name, colour in FULFILMENT.items() if colour == BAD] == ["short"]


def test_load_changes_colour_at_75_90_95_and_100_with_numbers_from_95() -> None:
    """The heat map is stepped; a cell is numbered once it rounds to 95."""
    layers = drawn("load")["layer"]
    assert layers[1]["encoding"]["color"]["scale"]["domain"] == list(LOAD_STEPS) == [75, 90, 95, 100]
    assert layers[2]["transform"] == [{"filter": "datum.full"}]
    assert layers[4]["transform"] == [{"filter": "datum.required >= 94.5"}]


def test_few_rows_keep_their_height() -> None:
    """Rows without figures take up room and nothing else; the specification is the same with and without them."""
    frame, order = samples.load(), {"title": "", "order": ("Line", "Oven", "Press", "Saw")}
    padded = frames.with_room(frame, 4)
    assert padded["row"].nunique() == 4
    assert padded["required"].count() == len(frame)
    assert not padded[len(frame) :][["full", "focus"]].any().any()
    assert frames.with_room(frame, 1) is frame
    layers = specification(supply.load_heat, tuple(padded.columns), **order)["layer"]
    assert layers[1]["transform"] == [{"filter": "isValid(datum.required)"}]
    assert layers[0]["mark"]["opacity"] == 0


def test_bridge_bars_are_red_for_losses_not_for_length() -> None:
    """Losses are bad, gains good."""
    colour = drawn("bridge")["layer"][0]["encoding"]["color"]
    assert colour == {"condition": {"test": "datum.amount < 0", "value": BAD}, "value": GOOD}


def test_cash_shows_its_minimum_only_where_there_is_one() -> None:
    """No rule and no word for it without a minimum."""
    without = finance.cash_lines(with_lines(samples.cash(), LINES), title="", unit="EUR").to_dict()
    assert len(drawn("cash")["layer"]) == len(without["layer"]) + 2


def test_a_scenario_keeps_its_colour() -> None:
    """The colour goes by the place among all scenarios; Base is always the reference grey; unknown ids get the next."""
    known = ["base", "a", "b"]
    assert scenario_colour("base", known) == REFERENCE
    assert scenario_colour("b", known) == scenario_colour("b", [*known, "c"])
    assert len({scenario_colour(name, known) for name in ("base", "a", "b", "new")}) == 4


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("forecast", ["period"]),
        ("changes", ["period"]),
        ("fulfilment", ["period"]),
        ("load", ["resource", "period"]),
        ("stock", ["period"]),
        ("cash", ["period"]),
        ("families", ["family"]),
    ],
)
def test_a_click_picks_what_the_panes_then_look_at(name: str, fields: list[str]) -> None:
    """Every click adds a value or takes one out, so that none goes unheard."""
    (selection,) = (one for one in drawn(name)["params"] if "select" in one)
    assert selection["name"] == CHOSEN
    assert selection["select"]["fields"] == fields
    assert selection["select"]["toggle"] == "true"


LONG = "Confectionery packaging line four, Wolve"


def test_long_names_are_broken_not_cut_off() -> None:
    """A resource of 40 letters stands on two lines, without a limit to its width."""
    row = two_lines(LONG)
    frame = samples.load().assign(resource=LONG, row=row)
    layer = supply.load_heat(frame, title="", order=(row,)).to_dict()["layer"][0]
    axis = layer["encoding"]["y"]["axis"]
    assert len(LONG) == 40
    assert max(map(len, row.split("\n"))) <= 26
    assert row.replace("\n", " ") == LONG
    assert axis["labelLimit"] == 0
    assert "split" in axis["labelExpr"]


def test_axes_write_billions_as_people_do() -> None:
    """Ten digits read 1.2B, and nothing below one is called milli."""
    assert "'G', 'B'" in SI
    assert "< 1" in SI


@pytest.mark.parametrize(("value", "top"), [(0.0, 1.0), (99.0, 100.0), (101.0, 120.0), (0.31, 0.4), (7.2e6, 8e6)])
def test_axes_end_at_round_figures(value: float, top: float) -> None:
    """The top of an axis is the next round figure."""
    assert nice_ceiling(value) == pytest.approx(top)
