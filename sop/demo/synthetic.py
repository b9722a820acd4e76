"""Companies of any size for benchmarks: planned from a forecast version or from history, busy enough that the plan is
interesting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sop.domain.parameters import Array

FIRST = "2026-01-01"
_ITEMS_PER_FAMILY = 25
_HOURS_PER_RESOURCE = 320.0
_AVERAGE_LOAD = 0.97
_SWING = 0.07
_PRICE_STEP, _ELASTICITY, _NOISE = 0.06, -1.5, 0.12
_GROWTH = 0.02


@dataclass(frozen=True)
class _Size:
    items: tuple[str, ...]
    resources: tuple[str, ...]
    markets: tuple[str, ...]
    sites: tuple[str, ...]
    periods: pd.DatetimeIndex

    @property
    def resource_of(self) -> list[str]:
        return [self.resources[number % len(self.resources)] for number in range(len(self.items))]

    @property
    def site_of(self) -> list[str]:
        return [self.sites[number % len(self.resources) % len(self.sites)] for number in range(len(self.items))]


def synthetic_company(  # noqa: PLR0917 - sizes read in their natural order
    items: int, resources: int, periods: int, markets: int = 1, sites: int = 1, seed: int = 0
) -> dict[str, pd.DataFrame]:
    """Typed-ready tables of a company with ``items`` products made on ``resources`` lines over ``periods`` months.

    Demand comes from a forecast version and would load every line 90 to 106 % by season, 97 % on average. Each item is
    made on one line of one site out of one of a few components; sites deliver to every market over lanes. Pass each
    frame through ``sop.domain.inputs.typed`` to make Inputs of them.
    """
    if min(items, resources, periods, markets, sites) < 1:
        raise ValueError("a company needs at least one item, resource, period, market and site")
    rng = np.random.default_rng(seed)
    size = _Size(
        tuple(f"I{number:05d}" for number in range(items)),
        tuple(f"R{number:03d}" for number in range(resources)),
        tuple(f"M{number:02d}" for number in range(markets)),
        tuple(f"S{number:02d}" for number in range(sites)),
        pd.date_range(FIRST, periods=periods, freq="MS"),
    )
    demand = np.round(_demand(size, rng))
    hours = _hours(size, demand, rng)
    price = np.round(rng.uniform(20.0, 120.0, items), 2)
    return _commercial(size, demand, price) | _supply(size, demand, hours, price)


def with_history(tables: dict[str, pd.DataFrame], months: int, seed: int = 0) -> dict[str, pd.DataFrame]:
    """A synthetic company planned from ``months`` of history instead of its forecast version.

    Every series had, on average over season and years, what the version forecasts, 2 % less for each year back. List
    prices move every January by about 6 % either way and demand answers with an elasticity of -1.5; 12 % noise.
    """
    rng = np.random.default_rng(seed)
    prices, starts = tables["prices"], pd.date_range(end=FIRST, periods=months + 1, freq="MS")[:-1]
    steps = rng.normal(0.0, _PRICE_STEP, (len(prices), starts.year[-1] - starts.year[0] + 1))
    level = np.exp(steps - steps[:, -1:])
    kept = {name: table for name, table in tables.items() if name != "forecasts"}
    history = _history(tables["forecasts"], prices["item"], level, starts, rng)
    return kept | {"prices": _yearly(prices, level, starts), "sales_history": history}


def _history(
    version: pd.DataFrame, items: pd.Series[str], level: Array, starts: pd.DatetimeIndex, rng: np.random.Generator
) -> pd.DataFrame:
    """Orders of the months ``starts`` at prices ``level`` [item, year] times today's."""
    series = version.groupby(["item", "market"], sort=False)["quantity"].mean().reset_index()
    row, months = pd.Index(items).get_indexer(pd.Index(series["item"])), len(starts)
    phase = rng.uniform(0.0, 2 * np.pi, (len(series), 1))
    season = 1.0 + 3.0 * _SWING * np.sin(2 * np.pi * starts.month.to_numpy() / 12 + phase)
    growth = (1.0 + _GROWTH) ** ((np.arange(months) - months) / 12.0)
    noise = np.exp(rng.normal(0.0, _NOISE, (len(series), months)))
    price = level[row][:, starts.year - starts.year[0]] ** _ELASTICITY
    sold = series["quantity"].to_numpy()[:, None] * season * growth * noise * price
    return pd.DataFrame(
        {
            "date": np.tile(starts, len(series)),
            "item": np.repeat(series["item"].to_numpy(), months),
            "market": np.repeat(series["market"].to_numpy(), months),
            "ordered": np.round(sold).ravel(),
        }
    )


def _yearly(prices: pd.DataFrame, level: Array, starts: pd.DatetimeIndex) -> pd.DataFrame:
    """``prices`` times ``level`` [item, year], from every January on."""
    years = level.shape[1]
    return pd.DataFrame(
        {
            "item": np.repeat(prices["item"].to_numpy(), years),
            "market": "",
            "valid_from": np.tile([f"{starts.year[0] + year}-01-01" for year in range(years)], len(prices)),
            "list_price": np.round(prices["list_price"].to_numpy()[:, None] * level, 2).ravel(),
        }
    )


def _demand(size: _Size, rng: np.random.Generator) -> Array:
    """Units [I, M, T]: lognormal sizes, a season whose peak is that of the line an item is made on."""
    volume = rng.lognormal(6.0, 0.8, len(size.items))[:, None, None]
    share = rng.dirichlet(np.full(len(size.markets), 5.0), len(size.items))[:, :, None]
    line = np.array([size.resources.index(name) for name in size.resource_of])
    phase = rng.uniform(0.0, 2 * np.pi, len(size.resources))[line][:, None, None]
    month = np.arange(len(size.periods))
    season = 1.0 + _SWING * np.sin(2 * np.pi * month / 12 + phase)
    noise = np.exp(rng.normal(0.0, 0.05, (len(size.items), len(size.markets), len(month))))
    return np.asarray(volume * share * season * noise)


def _hours(size: _Size, demand: Array, rng: np.random.Generator) -> Array:
    """Hours per unit [I] such that a line's average load is the wanted one."""
    weight = rng.uniform(0.5, 1.5, len(size.items))
    monthly = demand.sum(axis=1).mean(axis=1) * weight
    line = np.array([size.resources.index(name) for name in size.resource_of])
    load = np.bincount(line, monthly, minlength=len(size.resources))
    return np.asarray(weight * (_HOURS_PER_RESOURCE * _AVERAGE_LOAD / load)[line])


def _commercial(size: _Size, demand: Array, price: Array) -> dict[str, pd.DataFrame]:
    item, market, month = np.nonzero(demand)
    names = np.array(size.items)
    families = [f"F{number // _ITEMS_PER_FAMILY:03d}" for number in range(len(size.items))]
    return {
        "settings": pd.DataFrame(
            {
                "key": ["company", "first_period", "horizon", "dso", "dpo", "opening_cash"],
                "value": ["Synthetic", FIRST, str(len(size.periods)), "45", "30", "1000000"],
            }
        ),
        "items": pd.DataFrame(
            {
                "item": [*size.items, *_components(size)],
                "family": [*families, *["Components"] * len(_components(size))],
                "kind": ["product"] * len(size.items) + ["component"] * len(_components(size)),
            }
        ),
        "markets": pd.DataFrame({"market": size.markets, "priority": [1 + m % 3 for m in range(len(size.markets))]}),
        "prices": pd.DataFrame({"item": size.items, "market": "", "list_price": price}),
        "forecasts": pd.DataFrame(
            {
                "version": "Consensus",
                "item": names[item],
                "market": np.array(size.markets)[market],
                "period": size.periods[month],
                "quantity": demand[item, market, month],
            }
        ),
    }


def _components(size: _Size) -> list[str]:
    return [f"C{number:03d}" for number in range(max(1, len(size.items) // 50))]


def _supply(size: _Size, demand: Array, hours: Array, price: Array) -> dict[str, pd.DataFrame]:
    operations = [f"MAKE-{item}" for item in size.items]
    parts = _components(size)
    part_of = [parts[number % len(parts)] for number in range(len(size.items))]
    buys = pd.DataFrame([(f"BUY-{part}-{site}", site, part) for part in parts for site in size.sites])
    makes = pd.DataFrame({0: operations, 1: size.site_of, 2: size.items})
    made = pd.concat([makes, buys], ignore_index=True).set_axis(["operation", "location", "item"], axis=1)
    made["kind"] = ["make"] * len(makes) + ["buy"] * len(buys)
    made["unit_cost"] = np.concatenate([np.round(price * 0.3, 2), np.full(len(buys), 4.0)])
    resource_site = [size.sites[number % len(size.sites)] for number in range(len(size.resources))]
    return {
        "locations": pd.DataFrame({"location": size.sites}),
        "operations": made,
        "materials": pd.DataFrame({"operation": operations, "item": part_of, "quantity": 1.0}),
        "routings": pd.DataFrame({"operation": operations, "resource": size.resource_of, "hours": hours}),
        "resources": pd.DataFrame(
            {
                "resource": size.resources,
                "location": resource_site,
                "hours": _HOURS_PER_RESOURCE,
                "overtime_limit": 0.05,
                "overtime_cost": 60.0,
                "hour_cost": 40.0,
            }
        ),
        "lanes": pd.DataFrame(
            [(site, market, 1.0 + number % 3) for number, site in enumerate(size.sites) for market in size.markets],
            columns=["from", "to", "unit_cost"],
        ),
        "stock": pd.DataFrame(
            {"location": size.site_of, "item": size.items, "on_hand": np.round(demand[:, :, 0].sum(axis=1) * 0.3)}
        ),
        "stock_policy": pd.DataFrame({"location": size.sites, "item": "", "safety_days": 7.0, "holding_cost": 0.05}),
    }
