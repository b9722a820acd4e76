"""A plan as long tables: what a snapshot keeps and a workbook shows. Quantities in base units, money, hours, heads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from sop.domain.parameters import Array
from sop.domain.plans import Index, PlanResult

Texts = npt.NDArray[np.object_]
Labels = Sequence[str] | Texts

MONEY: Final = ("pnl", "cash", "spend", "penalties", "values", "walk")
"""Tables whose numbers are money; the others hold quantities."""


def result_tables(result: PlanResult) -> dict[str, pd.DataFrame]:
    """Every array of a plan by name; key columns first, then numbers; all buckets, tail included."""
    return {**_demand(result), **_flows(result), **_capacity(result), **_money(result)}


def key_columns(table: pd.DataFrame) -> list[str]:
    """The columns that say what a row is about."""
    return [name for name in table.columns if not pd.api.types.is_float_dtype(table[name])]


def _demand(result: PlanResult) -> dict[str, pd.DataFrame]:
    demand, supply = result.demand, result.supply
    keys = {"item": result.parameters.labels("item"), "market": result.parameters.labels("market")}
    paths = {name: getattr(demand, name) for name in ("expected", "planned", "low", "median", "high", "sigma")}
    sales = {name: getattr(supply, name) for name in ("accepted", "delivered", "backlog", "short", "declined")}
    parts = {f"of_{name}": values for name, values in demand.components.items()}
    return {"demand": _cube(result, keys, {**paths, **parts}), "sales": _cube(result, keys, sales)}


def _flows(result: PlanResult) -> dict[str, pd.DataFrame]:
    supply, network = result.supply, result.supply.network
    items, locations = result.parameters.labels("item"), result.parameters.labels("location")
    markets = result.parameters.labels("market")
    to = np.where(network.arc_to_market >= 0, _named(markets, network.arc_to_market), "")
    to = np.where(network.arc_to_location >= 0, _named(locations, network.arc_to_location), to)
    arcs = {"from": _named(locations, network.arc_from), "to": to, "item": _named(items, network.arc_item)}
    nodes = {"location": _named(locations, network.node_location), "item": _named(items, network.node_item)}
    return {
        "operations": _rows(
            result, {"operation": result.parameters.labels("operation")}, {"level": supply.level, "runs": supply.runs}
        ),
        "shipments": _rows(result, arcs, {"shipped": supply.shipped}),
        "stock": _rows(result, nodes, {"on_hand": supply.stock, "safety_target": supply.safety_target}),
        "transit": _rows(result, {"item": items}, {"in_transit": supply.in_transit, "received": supply.receipts}),
    }


def _capacity(result: PlanResult) -> dict[str, pd.DataFrame]:
    names = ("load", "available", "overtime", "overtime_limit", "extra_hours", "required_load")
    pools = {"heads": "heads", "hires": "hires", "layoffs": "layoffs", "overtime": "pool_overtime"}
    supply, parameters = result.supply, result.parameters
    return {
        "resources": _rows(
            result, {"resource": parameters.labels("resource")}, {name: getattr(supply, name) for name in names}
        ),
        "workforce": _rows(
            result,
            {"pool": parameters.labels("pool")},
            {name: getattr(supply, field) for name, field in pools.items()},
        ),
    }


def _money(result: PlanResult) -> dict[str, pd.DataFrame]:
    finance, supply = result.finance, result.supply
    by_item = {
        "revenue": finance.revenue_by_item,
        "demanded_revenue": finance.demanded_revenue_by_item,
        "cogs": finance.cogs_by_item,
        "inventory": finance.inventory_by_item,
    }
    walk = {"objective": supply.objective, "opening_inventory": finance.opening_inventory_value, **finance.walk}
    return {
        "pnl": _lines(result, finance.lines),
        "cash": _lines(result, finance.cash),
        "spend": _lines(result, finance.spend),
        "penalties": _lines(result, supply.penalties),
        "values": _rows(result, {"item": result.parameters.labels("item")}, by_item),
        "walk": pd.DataFrame(
            {"line": pd.Series(list(walk), dtype=object), "amount": np.array(list(walk.values()), dtype=np.float64)}
        ),
        "service": _rows(result, {"item": result.parameters.labels("item")}, {"expected_fill": result.expected_fill}),
    }


def _lines(result: PlanResult, lines: Mapping[str, Array]) -> pd.DataFrame:
    values = np.array([lines[name] for name in lines]) if lines else np.zeros((0, result.horizon.total))
    return _rows(result, {"line": tuple(lines)}, {"amount": values})


def _rows(result: PlanResult, keys: Mapping[str, Labels], values: Mapping[str, Array]) -> pd.DataFrame:
    """[rows, T] arrays, one row per key and bucket."""
    total = result.horizon.total
    columns: dict[str, object] = {
        name: np.repeat(np.array(labels, dtype=object), total) for name, labels in keys.items()
    }
    count = len(next(iter(keys.values())))
    columns["period"] = np.tile(np.array(result.horizon.labels, dtype=object), count)
    return pd.DataFrame(columns | {name: array.ravel() for name, array in values.items()})


def _cube(result: PlanResult, keys: Mapping[str, Labels], values: Mapping[str, Array]) -> pd.DataFrame:
    """[I, M, T] arrays, one row per item, market and bucket."""
    first, second = (np.array(labels, dtype=object) for labels in keys.values())
    names = list(keys)
    pairs = {names[0]: np.repeat(first, len(second)), names[1]: np.tile(second, len(first))}
    flat = {name: array.reshape(len(first) * len(second), -1) for name, array in values.items()}
    return _rows(result, pairs, flat)


def _named(labels: Sequence[str], positions: Index) -> Texts:
    return np.array([*labels, ""], dtype=object)[positions]
