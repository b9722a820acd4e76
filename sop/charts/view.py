"""What part of a plan is looked at, and in which unit: the weights that turn plan arrays into one figure a bucket."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sop.domain.history import drivers
from sop.domain.inputs import Inputs
from sop.domain.parameters import Array, Axis, Mask, Parameters

VALUE = "value"


@dataclass(frozen=True)
class View:
    """A selection of items and markets and the unit volumes are shown in (``VALUE`` = money at net price).

    ``items`` narrows it to some products, which ``where`` describes in words ("on Line 2").
    """

    scope: tuple[tuple[str, str], ...] = ()
    unit: str = VALUE
    items: tuple[str, ...] = ()
    where: str = ""

    def title(self) -> str:
        """The selection in words."""
        chosen = ", ".join(value for _, value in self.scope) or "All items"
        return f"{chosen} {self.where}" if self.where else chosen

    def covers(self, parameters: Parameters) -> Mask:
        """[I] items the view counts, whatever the market."""
        axis = parameters.axis("item")
        chosen = np.isin(axis.labels, self.items) if self.where else np.ones(len(axis.labels), dtype=bool)
        for dimension, value in self.scope:
            if dimension in axis.groups:
                chosen = chosen & axis.mask(dimension, value)
        return np.asarray(chosen)


def volume_units(inputs: Inputs) -> tuple[str, ...]:
    """Units every product converts to: the common base unit if there is one, then others in the order of the table."""
    products = inputs["items"][inputs["items"]["kind"] == "product"]
    factors = {unit: unit_factors(inputs, tuple(products["item"]), unit) for unit in _known_units(inputs)}
    return tuple(unit for unit, values in factors.items() if not np.isnan(values).any())


@lru_cache(maxsize=64)
def unit_factors(inputs: Inputs, items: tuple[str, ...], unit: str) -> Array:
    """Units per base unit of each item, read-only; NaN where the item does not convert."""
    table = inputs["items"]
    base = dict(zip(table["item"], table["unit"], strict=True))
    other = inputs["item_units"][inputs["item_units"]["unit"] == unit]
    per_unit = dict(zip(other["item"], other["per_unit"], strict=True))
    return _kept(
        np.array(
            [1.0 if base[item] == unit else 1.0 / per_unit[item] if item in per_unit else np.nan for item in items]
        )
    )


def plan_weights(inputs: Inputs, parameters: Parameters, view: View) -> Array:
    """[I, M, T]: what one base unit counts for in the view: 0 outside the scope, else its price or its unit factor."""
    chosen = parameters.selection("price", view.scope, 0, parameters.horizon.total - 1)
    chosen = chosen & view.covers(parameters)[:, None, None]
    if view.unit == VALUE:
        return np.where(chosen, parameters["price"], 0.0)
    return np.where(chosen, item_factors(inputs, parameters, view)[:, None, None], 0.0)


def item_factors(inputs: Inputs, parameters: Parameters, view: View) -> Array:
    """[I] units per base unit, 0 for components and items that do not convert."""
    factors = unit_factors(inputs, parameters.labels("item"), view.unit)
    products = np.array([kind == "product" for kind in parameters.axis("item").groups["kind"]], dtype=bool)
    return np.where(products, np.nan_to_num(factors), 0.0)


def history(inputs: Inputs, parameters: Parameters, view: View, buckets: int) -> Array:
    """[buckets] what customers ordered in the last ``buckets`` buckets before the plan, in the view's unit."""
    items, markets = parameters.axis("item"), parameters.axis("market")
    ordered = _ordered(inputs, items, markets, buckets)
    if view.unit == VALUE:
        weights = _prices(inputs, items, markets, buckets)
    else:
        weights = np.broadcast_to(item_factors(inputs, parameters, view)[:, None, None], ordered.shape)
    chosen = parameters.selection("rebate", view.scope, 0, 0) & view.covers(parameters)[:, None]
    return np.asarray((ordered * weights * chosen[:, :, None]).sum(axis=(0, 1)))


@lru_cache(maxsize=8)
def _ordered(inputs: Inputs, items: Axis, markets: Axis, buckets: int) -> Array:
    """[I, M, buckets] base units ordered; the same for every scenario of these inputs."""
    result = np.zeros((len(items), len(markets), buckets))
    since = np.datetime64(inputs.horizon.start(-buckets))
    table = inputs["sales_history"]
    table = table[table["date"].to_numpy() >= since]
    if table.empty:
        return _kept(result)
    bucket = inputs.horizon.index_of_dates(table["date"]) + buckets
    inside = (bucket >= 0) & (bucket < buckets)
    quantity = table["ordered"].fillna(table["shipped"]).fillna(0.0).to_numpy()
    rows = (table["item"].map(items.index), table["market"].map(lambda market: markets.index.get(market, 0)))
    np.add.at(result, (rows[0].to_numpy()[inside], rows[1].to_numpy()[inside], bucket[inside]), quantity[inside])
    return _kept(result)


@lru_cache(maxsize=8)
def _prices(inputs: Inputs, items: Axis, markets: Axis, buckets: int) -> Array:
    """[I, M, buckets] net prices before the plan, 0 where there was none."""
    return _kept(np.nan_to_num(drivers(inputs, items, markets, -buckets, 0).price))


def _kept(values: Array) -> Array:
    values.flags.writeable = False
    return values


def _known_units(inputs: Inputs) -> list[str]:
    products = inputs["items"][inputs["items"]["kind"] == "product"]
    return list(dict.fromkeys([*products["unit"], *inputs["item_units"]["unit"]]))
