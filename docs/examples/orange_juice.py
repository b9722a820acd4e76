"""Weekly orange-juice sales of a supermarket chain as input tables.

    python docs/examples/orange_juice.py SALES FOLDER

SALES is a CSV with the columns date, item, market, quantity, price, deal_share, feature_share (a row per item, market
and week). FOLDER receives the tables, ready for ``python -m sop import FOLDER``. What the data do not say (everything
about supply) is assumed below; each assumption is one constant. docs/examples/orange-juice.md tells the story.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

WEEKS_PLANNED = 26
WEEKS_OF_USUAL_PRICE = 26
WEEKS_A_YEAR = 52
OUNCES_PER_CARTON = 64
COST_SHARE = 0.60
"""Variable cost of an item, as a share of its average price."""
OUNCES_PER_HOUR = 40_000.0
"""Speed of the one filling line, for every item."""
HOURS_OVER_MEAN_LOAD = 1.15
"""Hours of the line, as a multiple of what mean weekly sales need."""
WEEKS_OF_STOCK = 1.5
SAFETY_DAYS = 3
FREIGHT = 0.001
"""Money per ounce from plant to stores."""
FIXED_COST_SHARE = 0.15
"""Fixed cost a week, as a share of mean weekly revenue."""

Tables = dict[str, pd.DataFrame]


def convert(sales: pd.DataFrame) -> Tables:
    """All input tables made from the weekly sales."""
    starts = pd.to_datetime(sales["date"]) - pd.to_timedelta(pd.to_datetime(sales["date"]).dt.dayofweek, unit="D")
    sales = sales.assign(week=starts, deal=sales["deal_share"], feature=sales["feature_share"])
    return _company(sales) | _demand(sales) | _supply(sales) | _money(sales)


def _company(sales: pd.DataFrame) -> Tables:
    settings = {
        "company": "Orange juice",
        "currency": "USD",
        "bucket": "week",
        "first_period": f"{_first_planned(sales):%Y-%m-%d}",
        "horizon": WEEKS_PLANNED,
        "goal": "profit",
        "volume_unit": "carton",
    }
    items, markets = sorted(sales["item"].unique()), sorted(sales["market"].unique())
    return {
        "settings": pd.DataFrame({"key": list(settings), "value": [str(value) for value in settings.values()]}),
        "items": pd.DataFrame({"item": items, "family": "Orange juice", "unit": "ounce"}),
        "item_units": pd.DataFrame({"item": items, "unit": "carton", "per_unit": OUNCES_PER_CARTON}),
        "locations": pd.DataFrame({"location": ["Plant"], "kind": ["plant"]}),
        "markets": pd.DataFrame({"market": markets, "description": [f"Stores of group {name}" for name in markets]}),
    }


def _demand(sales: pd.DataFrame) -> Tables:
    """History with the price actually paid; deals and features as indices, because how deep they were is in the price.

    The plan repeats the prices, deals and features of the same weeks a year before.
    """
    history = sales[["week", "item", "market", "quantity"]].rename(columns={"week": "date", "quantity": "ordered"})
    known = [_driver(sales, name) for name in ("price", "deal", "feature")]
    prices = _recent(sales, WEEKS_OF_USUAL_PRICE).groupby(["item", "market"])["price"].median().round(6).reset_index()
    return {
        "sales_history": history,
        "drivers": pd.concat([*known, *(_repeated(sales, driver) for driver in known)], ignore_index=True),
        "prices": prices.rename(columns={"price": "list_price"}),
    }


def _driver(sales: pd.DataFrame, name: str) -> pd.DataFrame:
    table = sales[["item", "market", "week", name]].rename(columns={"week": "date", name: "value"})
    return table.assign(driver=name)


def _repeated(sales: pd.DataFrame, driver: pd.DataFrame) -> pd.DataFrame:
    """The driver's rows of a year before, in the planned weeks."""
    later = driver.assign(date=driver["date"] + pd.Timedelta(weeks=WEEKS_A_YEAR))
    first = _first_planned(sales)
    return later[(later["date"] >= first) & (later["date"] < first + pd.Timedelta(weeks=WEEKS_PLANNED))]


def _supply(sales: pd.DataFrame) -> Tables:
    weekly = _weekly_by_item(sales)
    cost = (sales.groupby("item")["price"].mean() * COST_SHARE).round(6)
    operation = "fill " + weekly.index
    hours = weekly.sum() / OUNCES_PER_HOUR * HOURS_OVER_MEAN_LOAD
    return {
        "operations": pd.DataFrame(
            {"operation": operation, "location": "Plant", "item": weekly.index, "unit_cost": cost.to_numpy()}
        ),
        "routings": pd.DataFrame({"operation": operation, "resource": "Line", "hours": 1.0 / OUNCES_PER_HOUR}),
        "resources": pd.DataFrame(
            {"resource": ["Line"], "location": ["Plant"], "hours": [round(hours)], "overtime_limit": [0.1]}
        ),
        "lanes": pd.DataFrame({"from": "Plant", "to": sorted(sales["market"].unique()), "unit_cost": FREIGHT}),
        "stock": pd.DataFrame(
            {"location": "Plant", "item": weekly.index, "on_hand": (weekly * WEEKS_OF_STOCK).round().to_numpy()}
        ),
        "stock_policy": pd.DataFrame({"location": ["Plant"], "safety_days": [SAFETY_DAYS]}),
    }


def _money(sales: pd.DataFrame) -> Tables:
    revenue = float((sales["quantity"] * sales["price"]).sum() / sales["week"].nunique())
    return {"fixed_costs": pd.DataFrame({"cost": ["overhead"], "amount": [round(revenue * FIXED_COST_SHARE)]})}


def _weekly_by_item(sales: pd.DataFrame) -> pd.Series:
    return sales.groupby("item")["quantity"].sum() / sales["week"].nunique()


def _recent(sales: pd.DataFrame, weeks: int) -> pd.DataFrame:
    return sales[sales["week"] > sales["week"].max() - pd.Timedelta(weeks=weeks)]


def _first_planned(sales: pd.DataFrame) -> pd.Timestamp:
    return sales["week"].max() + pd.Timedelta(days=7)


def main() -> int:
    """Convert the file named on the command line."""
    if len(sys.argv) != 3:
        print(__doc__)
        return 2
    folder = Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in convert(pd.read_csv(sys.argv[1])).items():
        table.to_csv(folder / f"{name}.csv", index=False)
        print(f"{name}: {len(table)} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
