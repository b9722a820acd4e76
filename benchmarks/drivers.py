"""What drivers are worth: real weekly orange-juice sales held out, and the demo company's true elasticities.

    SOP_ORANGE_JUICE=weekly_sales.csv python benchmarks/drivers.py

The file has the columns date, item, market, quantity, price, deal_share, feature_share (docs/examples/orange-juice.md).
Without it that half is skipped, and said so. Two trials, each forecasting 20 weeks whose prices and adverts are known:
after 101 weeks of history, and after the first 20 only, where one regression per series has next to nothing to learn
from. WAPE = sum |error| / sum sold.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from bars import Bar, finish

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from sop.demand import DemandModel, fit, forecast  # noqa: E402
from sop.demo import aldermoor, truth  # noqa: E402
from sop.domain.base import base_parameters  # noqa: E402
from sop.domain.inputs import Inputs, typed  # noqa: E402

AHEAD, SHORT = 20, 20
Array = npt.NDArray[np.float64]


def converter() -> Callable[[pd.DataFrame], dict[str, pd.DataFrame]]:
    """The documented conversion of the weekly sales."""
    spec = spec_from_file_location("orange_juice", ROOT / "docs" / "examples" / "orange_juice.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.convert  # type: ignore[no-any-return]


def held_out(sales: pd.DataFrame, history: int, *, with_drivers: bool = True) -> tuple[Inputs, Array]:
    """Inputs that know ``history`` weeks of sales and the prices and adverts of AHEAD more; what was sold then
    [I, M, AHEAD], NaN where no row is."""
    weeks = np.sort(sales["date"].unique())[: history + AHEAD]
    tables = converter()(sales[sales["date"].isin(weeks)])
    starts = np.sort(tables["sales_history"]["date"].unique())
    cut = starts[history]
    settings = tables["settings"].set_index("key")["value"]
    settings["first_period"], settings["horizon"] = str(pd.Timestamp(cut).date()), str(AHEAD)
    sold, drivers = tables["sales_history"], tables["drivers"]
    tables |= {
        "settings": settings.reset_index(),
        "sales_history": sold[sold["date"] < cut],
        "drivers": drivers[drivers["date"] <= starts[-1]] if with_drivers else drivers.iloc[:0],
    }
    inputs = Inputs.of({name: typed(name, table) for name, table in tables.items()})
    came = sold[sold["date"] >= cut].pivot_table(index=["item", "market"], columns="date", values="ordered")
    places = pd.MultiIndex.from_product([inputs["items"]["item"], inputs["markets"]["market"]])
    actual = came.reindex(index=places, columns=starts[history:]).to_numpy(dtype=np.float64)
    return inputs, actual.reshape(len(inputs["items"]), -1, AHEAD)


def wape(ahead: Array, actual: Array) -> float:
    """WAPE in percent over all weeks with sales."""
    return 100 * float(np.nansum(np.abs(ahead - actual)) / np.nansum(actual))


def one_by_one(sales: pd.DataFrame, history: int) -> float:
    """WAPE of one least-squares regression of log sales on log price, deal and feature for each series."""
    weeks = np.sort(sales["date"].unique())
    errors, sold = 0.0, 0.0
    for _, rows in sales.groupby(["item", "market"]):
        past = rows[rows["date"].isin(weeks[:history])]
        ahead = rows[rows["date"].isin(weeks[history : history + AHEAD])]
        learned = np.linalg.lstsq(_terms(past), np.log(past["quantity"].to_numpy()), rcond=None)[0]
        errors += np.abs(np.exp(_terms(ahead) @ learned) - ahead["quantity"].to_numpy()).sum()
        sold += ahead["quantity"].sum()
    return 100 * errors / sold


def _terms(rows: pd.DataFrame) -> Array:
    columns = [np.ones(len(rows)), np.log(rows["price"]), rows["deal_share"], rows["feature_share"]]
    return np.column_stack(columns).astype(np.float64)


def made_worse(model: DemandModel) -> int:
    """Series whose drivers are on although their backtest is worse with them."""
    table = model.acceptance_table().query("level == 'series' and on")
    return int((table["wape_with"] > table["wape_without"] + 1e-12).sum())


def trial(sales: pd.DataFrame, history: int) -> tuple[list[Bar], list[str]]:
    """Forecasts with and without drivers after ``history`` weeks."""
    inputs, actual = held_out(sales, history)
    model = fit(inputs)
    ahead = forecast(model, base_parameters(inputs)).expected
    bare, _ = held_out(sales, history, with_drivers=False)
    without = wape(forecast(fit(bare), base_parameters(bare)).expected[..., :AHEAD], actual)
    with_ = wape(ahead[..., :AHEAD], actual)
    name = f"{history} weeks of history"
    note = f"{name}: WAPE {without:.1f} without drivers, {with_:.1f} with, {one_by_one(sales, history):.1f} one by one"
    wrong = int((model.coefficient[0][model.origin > 0] >= 0).sum())
    return [
        Bar(f"{name}: with drivers over without", 100 * with_ / without, 80, "%"),
        Bar(f"{name}: wrong-signed price effects", wrong, 0, "series"),
        Bar(f"{name}: series made worse by accepted drivers", made_worse(model), 0, "series"),
    ], [note, *_told(model)]


def _told(model: DemandModel) -> list[str]:
    table = model.acceptance_table().query("level == 'driver'").dropna(subset=["wape_with"])
    return [
        f"  {driver}: {'on' if on else 'off'}, WAPE {100 * before:.1f} -> {100 * after:.1f}"
        for driver, on, before, after in zip(
            table["driver"], table["on"], table["wape_without"], table["wape_with"], strict=True
        )
    ]


def demo_company() -> tuple[list[Bar], list[str]]:
    """Elasticities of the demo company against those its history was made with."""
    model = fit(Inputs.of({name: typed(name, frame) for name, frame in aldermoor().items()}))
    table = model.effects_table()
    true = {
        "price": table["family"].map(truth.PRICE_ELASTICITY),
        "promotion": table["family"].map(truth.PROMOTION_UPLIFT),
        "promotion_after": pd.Series(-truth.PROMOTION_PAYBACK, table.index),
        "marketing": pd.Series(truth.MARKETING_RESPONSE, table.index),
        "consumer_confidence": pd.Series(truth.INDEX_SENSITIVITY, table.index),
    }
    error, inside = {}, []
    for driver, values in true.items():
        rows = table["driver"] == driver
        if not rows.any():
            continue
        away = (table["estimate"] - values)[rows].abs()
        error[driver] = float(away.mean())
        inside.append(away <= 1.96 * table["standard_error"][rows])
    notes = ["demo company: mean absolute error " + ", ".join(f"{name} {far:.3f}" for name, far in error.items())]
    covered = 100 * float(pd.concat(inside).mean())
    return [
        Bar("demo company: error of price elasticities", error["price"], 0.2, ""),
        Bar("demo company: intervals that hold the truth", covered, 90, "%", at_least=True),
    ], [*notes, *_told(model)]


def main() -> None:
    """Both halves; the first is skipped without its data."""
    file = os.environ.get("SOP_ORANGE_JUICE", "")
    bars, notes = demo_company()
    if file:
        sales = pd.read_csv(file)
        for history in (sales["date"].nunique() - AHEAD, SHORT):
            more, told = trial(sales, history)
            bars, notes = bars + more, notes + told
    else:
        notes.append("orange juice: skipped, SOP_ORANGE_JUICE does not name the weekly sales file")
    finish("What drivers are worth", bars, notes)


if __name__ == "__main__":
    main()
