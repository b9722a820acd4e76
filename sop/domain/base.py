"""Base's parameters: the input tables as arrays with named axes. What each array means stands beside its name."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sop.domain.base_supply import buckets_of, moving, operations, resources, stocking
from sop.domain.costing import standard_costs
from sop.domain.errors import Fault, InputError
from sop.domain.history import Drivers, drivers, index_names, sold
from sop.domain.inputs import Inputs, rows
from sop.domain.levers import LEVERS
from sop.domain.parameters import Array, Axis, Parameter, Parameters, parameters
from sop.domain.promotions import promotions

ItemMarket = ("item", "market", "period")


def base_parameters(inputs: Inputs) -> Parameters:
    """All parameters of Base; raises InputError naming every item and market sold without a price."""
    axes = _axes(inputs)
    by_name = {axis.name: axis for axis in axes}
    arrays: dict[str, Parameter] = {}
    for part in (_demand, _promotions, _life_cycle, _policy, resources, operations, moving, stocking, _money):
        arrays.update(part(inputs, by_name))
    return parameters(inputs.horizon, axes, arrays)


def _axes(inputs: Inputs) -> list[Axis]:
    items, operations, lanes = inputs["items"], inputs["operations"], inputs["lanes"]
    family_of = dict(zip(items["item"], items["family"], strict=True))
    location_of = dict(zip(inputs["resources"]["resource"], inputs["resources"]["location"], strict=True))
    corridor = lanes["from"] + ">" + lanes["to"]
    lane_labels = corridor + lanes["item"].map(lambda item: f":{item}" if item else "")
    corridors = corridor.drop_duplicates()
    pool_resource = inputs["workforce"]["resource"]
    return [
        _axis("item", items["item"], family=items["family"], kind=items["kind"]),
        _axis(
            "market",
            inputs["markets"]["market"],
            **{name: inputs["markets"][name] for name in ("region", "channel", "customer_group")},
        ),
        _axis("location", inputs["locations"]["location"]),
        _axis("supplier", inputs["suppliers"]["supplier"]),
        _axis("resource", inputs["resources"]["resource"], location=inputs["resources"]["location"]),
        _axis(
            "operation",
            operations["operation"],
            family=operations["item"].map(family_of),
            **{name: operations[name] for name in ("location", "kind", "item", "supplier")},
        ),
        _axis("pool", inputs["workforce"]["pool"], resource=pool_resource, location=pool_resource.map(location_of)),
        Axis("lane", tuple(lane_labels), {"lane": tuple(corridor), "location": tuple(lanes["from"])}),
        Axis(
            "corridor", tuple(corridors), {"lane": tuple(corridors), "location": tuple(lanes["from"][corridors.index])}
        ),
        _axis("driver", pd.Series(index_names(inputs), dtype=object)),
    ]


def _axis(name: str, labels: pd.Series, **groups: pd.Series) -> Axis:
    return Axis(name, tuple(labels), {name: tuple(labels), **{key: tuple(values) for key, values in groups.items()}})


def _demand(inputs: Inputs, axes: dict[str, Axis]) -> dict[str, Parameter]:
    items, markets, total = axes["item"], axes["market"], inputs.horizon.total
    moved = drivers(inputs, items, markets, 0, total)
    _require_prices(inputs, items, markets, moved)
    shape = (len(items), len(markets), total)
    zeros = np.zeros(len(items))
    return {
        "growth": Parameter(np.ones(shape), ItemMarket, "factor"),
        "price": Parameter(np.nan_to_num(moved.price), ItemMarket, "net money per unit"),
        "promotion": Parameter(moved.promotion, ItemMarket, "share of price"),
        "marketing": Parameter(moved.marketing, ItemMarket, "money"),
        "index": Parameter(moved.index, ("driver", *ItemMarket), "index"),
        "planner_units": Parameter(np.zeros(shape), ItemMarket, "units"),
        "contract_minimum": Parameter(_contracts(inputs, axes), ItemMarket, "units"),
        "group_contract": Parameter(_group_contracts(inputs, axes), ("item", "period"), "share of the contracts"),
        "firm_share": Parameter(_firm(inputs, axes), ItemMarket, "share of demand that has to be served"),
        "demand_minimum_total": Parameter(_demand_totals(inputs, axes, "minimum", 0.0), ("item", "market"), "units"),
        "demand_maximum_total": Parameter(_demand_totals(inputs, axes, "maximum", np.inf), ("item", "market"), "units"),
        "launch_shift": Parameter(zeros.copy(), ("item",), "periods"),
        "phase_out_shift": Parameter(zeros.copy(), ("item",), "periods"),
        "quantile": Parameter(np.array(0.0), (), "case"),
    }


def _promotions(inputs: Inputs, axes: dict[str, Axis]) -> dict[str, Parameter]:
    """Planned promotions with an uplift of the planner's own."""
    planned = promotions(inputs, axes["item"], axes["market"], 0, inputs.horizon.total)
    return {
        "promotion_uplift": Parameter(planned.uplift, ItemMarket, "share"),
        "pull_forward": Parameter(planned.pull_forward, ItemMarket, "share of each bucket after"),
        "pull_forward_over": Parameter(planned.over, ItemMarket, "periods"),
        "promotion_discount": Parameter(planned.discount, ItemMarket, "share of price"),
        "promotion_cost": Parameter(planned.cost, ("period",), "money"),
    }


def _life_cycle(inputs: Inputs, axes: dict[str, Axis]) -> dict[str, Parameter]:
    """What a launch brings and takes, and who takes over from items phased out; ``successor`` is an item's position."""
    items = inputs["items"]
    after = [axes["item"].index.get(name, -1) for name in items["successor"]]
    own = {
        name: Parameter(items[name].to_numpy(dtype=np.float64).copy(), ("item",), unit)
        for name, unit in (
            ("launch_probability", "share"),
            ("pipeline_fill", "units"),
            ("cannibalisation", "share of the launch's demand"),
            ("transfer", "share of demand left"),
        )
    }
    return own | {
        "launch_volume": Parameter(np.ones(len(items)), ("item",), "factor"),
        "successor": Parameter(np.array(after, dtype=np.float64), ("item",), "position, -1 = none"),
    }


def _require_prices(inputs: Inputs, items: Axis, markets: Axis, moved: Drivers) -> None:
    missing = sold(inputs, items, markets) & np.isnan(moved.price).all(axis=2)
    if not missing.any():
        return
    raise InputError(
        Fault(
            "prices",
            0,
            "item",
            f"{items.labels[i]} / {markets.labels[m]}",
            "is sold but has no price.",
            "Add a row to prices (list_price 0 if it earns nothing).",
        )
        for i, m in np.argwhere(missing)
    )


def _contracts(inputs: Inputs, axes: dict[str, Axis]) -> Array:
    table, horizon = inputs["contracts"], inputs.horizon
    result = np.zeros((len(axes["item"]), len(axes["market"]), horizon.total))
    for item, market, since, minimum in rows(table, "item", "market", "period", "minimum"):
        cell = result[axes["item"].index[item], axes["market"].index[market]]
        cell[buckets_of(inputs, since)] += minimum
    return result


def _group_contracts(inputs: Inputs, axes: dict[str, Axis]) -> Array:
    """1 for items with a contract of some customer group [I, T]; a row without an item is of all."""
    result = np.zeros((len(axes["item"]), inputs.horizon.total))
    for item, minimum in rows(inputs["group_terms"], "item", "minimum"):
        if minimum > 0:
            result[axes["item"].index[item] if item else slice(None)] = 1.0
    return result


def _firm(inputs: Inputs, axes: dict[str, Axis]) -> Array:
    """1 in firm markets [I, M, T]."""
    firm = inputs["markets"]["firm"].to_numpy(dtype=np.float64)
    return np.tile(firm[None, :, None], (len(axes["item"]), 1, inputs.horizon.total))


def _demand_totals(inputs: Inputs, axes: dict[str, Axis], name: str, blank: float) -> Array:
    """[I, M] of one column of demand_totals."""
    result = np.full((len(axes["item"]), len(axes["market"])), blank)
    for item, market, value in rows(inputs["demand_totals"].dropna(subset=[name]), "item", "market", name):
        result[axes["item"].index[item], axes["market"].index[market]] = value
    return result


def _policy(inputs: Inputs, axes: dict[str, Axis]) -> dict[str, Parameter]:
    own = inputs["markets"]["unmet_demand"]
    waits = np.asarray(own.where(own != "", inputs.settings.unmet_demand) == "late", dtype=np.float64)
    goal = float(LEVERS["goal"].choices.index(inputs.settings.goal))
    return {
        "late_allowed": Parameter(waits, ("market",), "0 lost, 1 late"),
        "goal": Parameter(np.array(goal), (), "choice"),
    }


def _money(inputs: Inputs, axes: dict[str, Axis]) -> dict[str, Parameter]:
    table = inputs["rebates"]
    rebate = np.zeros((len(axes["item"]), len(axes["market"])))
    specific = (table["market"] != "").astype(int) + 2 * (table["item"] != "").astype(int)
    ranked = table.iloc[np.argsort(specific.to_numpy(), kind="stable")]
    for item, market, share in rows(ranked, "item", "market", "rebate"):
        row = axes["item"].index[item] if item else slice(None)
        rebate[row, axes["market"].index[market] if market else slice(None)] = share
    fixed = np.zeros(inputs.horizon.total)
    costs = inputs["fixed_costs"]
    for name in dict.fromkeys(costs["cost"]):
        fixed += _dated(inputs, costs[costs["cost"] == name])
    return {
        "rebate": Parameter(rebate, ("item", "market"), "share of net revenue"),
        "fixed_costs": Parameter(fixed, ("period",), "money"),
        "standard_cost": Parameter(standard_costs(inputs, axes["item"]), ("item",), "money per unit"),
    } | {
        kind: Parameter(
            _dated(inputs, inputs["cash_flows"][inputs["cash_flows"]["kind"] == kind]), ("period",), "money"
        )
        for kind in ("tax", "capital_expenditure", "interest", "dividend", "loan_repayment")
    }


def _dated(inputs: Inputs, costs: pd.DataFrame) -> Array:
    """Amount per bucket of one cost: the every-period row, replaced in the buckets that are named."""
    result = np.zeros(inputs.horizon.total)
    for named in (False, True):
        for since, amount in rows(costs, "period", "amount"):
            if pd.notna(since) == named:
                result[buckets_of(inputs, since)] = amount
    return result
