"""Demand input that would have no effect is told on import, one note for each kind, with place, value and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from sop.exchange.reading import read_path
from tests.exchange.company_files import write

_LAYERS = "layer,item,family,market,basis,amount\n"
_GOOD = {
    "settings": "key,value\nfirst_period,2026-01-01\nhorizon,6\nforecast_layer,consensus\n",
    "items": "item,family,unit,launch,launch_volume,like_item\n"
    "A,F,piece,,,\nT,F,tonne,,,\nB,G,piece,,,\nN,G,piece,2026-03-01,50,\n",
    "markets": "market\nUK\nDACH\n",
    "sales_history": "date,item,market,ordered\n2025-11-01,A,UK,9\n2025-11-01,T,UK,9\n2025-12-01,B,UK,9\n",
    "prices": "item,list_price\nA,10\nT,10\nB,0\nN,5\n",
    "forecast_layers": _LAYERS + "sales,A,,,units,5\nfinal,,F,UK,percent,5\nfinal,N,,DACH,units,5\n",
    "forecast_weights": "family,layer,weight\n,sales,1\n,statistical,0\n",
    "sales_to_date": "item,market,through,sold\nA,UK,2026-01-31,5\nB,UK,2026-01-01,5\n",
    "history_corrections": "item,date,action\nA,2025-11-30,keep\nB,2025-12-01,keep\n",
    **dict.fromkeys(("locations", "operations", "materials", "lanes", "stock")),
}
_ITEMS = "item,family,launch,launch_volume,like_item,phase_out,successor\n"
_UNSOLD = (
    "Nothing of it is (or will be) sold there, so that the view is left out. "
    "Add sales history, a forecast or a launch date, or correct the view."
)
_OUTSIDE = "lies outside the history of sales: the correction is ignored. Correct the day, or remove it."


def _notes(folder: Path, **changed: str | None) -> tuple[str, ...]:
    result = read_path(write(folder / "company", **{**_GOOD, **changed}))
    assert result.faults == ()
    return result.notes


def test_input_that_counts_needs_no_note(tmp_path: Path) -> None:
    """Views of items, families and launches, weights, sales of January and corrections of history are all used."""
    assert _notes(tmp_path) == ()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (
            {"settings": "key,value\nfirst_period,2026-01-01\nhorizon,6\n", "forecast_weights": None},
            "forecast_layers: The 3 views change no plan while the setting forecast_layer is blank. "
            "Set it to consensus, or to the layer to plan from.",
        ),
        (
            {"settings": "key,value\nfirst_period,2026-01-01\nhorizon,6\nforecast_layer,final\n"},
            "forecast_weights: Weights change no plan while the setting forecast_layer is final. Set it to consensus.",
        ),
        (
            {"forecast_weights": "family,layer,weight\n,sales,1\nF,sales,0\n"},
            "forecast_weights, row 3, column family ('F'): The weights of the family are all 0 and are left out. "
            "Give one layer a weight, or no row.",
        ),
        (
            {"forecast_weights": "family,layer,weight\nF,finance,1\n"},
            "forecast_weights, row 2, column layer ('finance'): No view of this layer: its weight goes to the others. "
            "Add its rows to forecast_layers.",
        ),
        (
            {
                "items": _GOOD["items"] + "Z,G,piece,,,\n",
                "prices": _GOOD["prices"] + "Z,1\n",
                "forecast_layers": _LAYERS + "sales,Z,,,units,100\n",
            },
            f"forecast_layers, row 2, column item ('Z'): {_UNSOLD}",
        ),
        (
            {"forecast_layers": _LAYERS + "sales,A,,DACH,percent,5\n"},
            f"forecast_layers, row 2, column item ('A'): {_UNSOLD}",
        ),
        (
            {"forecast_layers": _LAYERS + "sales,A,,,units,1\nsales,,F,DACH,percent,5\n"},
            f"forecast_layers, row 3, column family ('F'): {_UNSOLD}",
        ),
        (
            {"forecast_layers": _LAYERS + "sales,B,,,value,500\n"},
            "forecast_layers, row 2, column amount ('500'): A value at a price of 0 says nothing: the view is left "
            "out. State units, or add a price.",
        ),
        (
            {"forecast_layers": _LAYERS + "sales,A,,,units,1\nsales,,F,,units,202\n"},
            "forecast_layers, row 3, column family ('F'): The items are counted in different units, which are added "
            "up as they stand. State value or percent, or the items one by one.",
        ),
        (
            {"sales_to_date": "item,market,through,sold\nA,UK,2026-02-01,5\n"},
            "sales_to_date, row 2, column through ('2026-02-01'): lies outside 2026-01, the first planned month: the "
            "row is ignored. Correct the day, or move first_period.",
        ),
        (
            {"history_corrections": "item,date,action\nA,2026-05-01,keep\n"},
            f"history_corrections, row 2, column date ('2026-05-01'): {_OUTSIDE}",
        ),
        (
            {"history_corrections": "item,date,action\nA,2025-11-01,keep\nA,2025-10-31,keep\n"},
            f"history_corrections, row 3, column date ('2025-10-31'): {_OUTSIDE}",
        ),
        (
            {"items": _GOOD["items"].replace("2026-03-01,50,", "2026-03-01,,"), "forecast_layers": None,
             "forecast_weights": None},
            "items, row 5, column item ('N'): is launched without a launch_volume or a like_item that sells: nothing "
            "is forecast for it. Fill in one of them, or add a forecast.",
        ),
        (
            {"items": _ITEMS + "A,F,,,,2026-01-31,N\nT,F,,,,,\nB,G,,,,,\nN,F,2026-03-01,50,,,\n"},
            "items, row 2, column successor ('N'): comes later than the item it follows goes: nobody takes its demand "
            "over in between. Move one of the dates, or leave it so.",
        ),
        (
            {"items": _ITEMS + "A,F,,,,2026-01-31,B\nT,F,,,,,\nB,G,,,,2026-01-31,\nN,F,2026-03-01,50,,,\n"},
            "items, row 2, column successor ('B'): is gone when the item it follows goes: it takes nothing over. "
            "Name another item.",
        ),
    ],
)  # fmt: skip
def test_input_without_effect_is_told(changed: dict[str, str | None], told: str, tmp_path: Path) -> None:
    """Just one note, that names table, row, column and value, what does not happen, and what to do."""
    assert _notes(tmp_path, **changed) == (told,)


def test_a_launch_like_an_item_that_sells_or_with_a_forecast_needs_no_volume(tmp_path: Path) -> None:
    """Either says how much there will be; the day after is no gap, nor is a phase-out without a successor."""
    like = _ITEMS + "A,F,,,,2026-02-28,N\nT,F,,,,2026-02-28,\nB,G,,,,,\nN,F,2026-03-01,,A,,\n"
    assert _notes(tmp_path, items=like) == ()
    own = like.replace("2026-03-01,,A", "2026-03-01,,")
    forecasts = "version,item,market,period,quantity\nv,N,DACH,2026-03,5\n"
    assert _notes(tmp_path, items=own, forecasts=forecasts) == ()
