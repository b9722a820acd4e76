"""Base's parameters: the input tables as arrays with named axes. What each array means stands beside its name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

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
    for part in (_demand, _promotions, _life_cycle, _policy, _resources, _operations, _moving, _stocking, _money):
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
        cell[_buckets(inputs, since)] += minimum
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


def _resources(inputs: Inputs, axes: dict[str, Axis]) -> dict[str, Parameter]:
    over_time = {
        name: _by_period(inputs, "resources", "resource_calendar", "resource", name)
        for name in (
            *("days", "shifts", "hours_per_shift", "efficiency", "hours", "downtime", "overtime_limit"),
            *("overtime_cost", "extra_hours", "extra_cost"),
        )
    }
    worked = over_time["days"] * over_time["hours_per_shift"] * over_time["efficiency"]
    given = over_time["hours"] / np.maximum(over_time["shifts"], 1e-9)
    shape = ("resource", "period")
    table = inputs["resources"]
    pools = {
        f"pool_{name}": Parameter(
            _by_period(inputs, "workforce", "workforce_calendar", "pool", name), ("pool", "period")
        )
        for name in (
            "hours_per_worker",
            "wage",
            "hire_cost",
            "layoff_cost",
            "overtime_hours",
            "overtime_cost",
            "minimum",
            "maximum",
            "maximum_hires",
            "maximum_layoffs",
        )
    }
    return (
        pools
        | {
            "capacity": Parameter(np.where(np.isnan(given), worked, given), shape, "hours per shift"),
            "shifts": Parameter(over_time["shifts"], shape, "shifts"),
            "no_idle": Parameter(_may_not_idle(inputs), shape, "1 = all hours must be used"),
            "base_shifts": Parameter(over_time["shifts"].copy(), shape, "shifts"),
            "downtime": Parameter(over_time["downtime"], shape, "hours"),
            "overtime_limit": Parameter(over_time["overtime_limit"], shape, "share of available hours"),
            "labour_rate": Parameter(np.ones_like(worked), shape, "factor on hourly cost, wages, overtime, shift cost"),
        }
        | {
            name: Parameter(table[name].to_numpy(dtype=np.float64).copy(), ("resource",), "money")
            for name in ("hour_cost", "shift_cost")
        }
        | {
            name: Parameter(over_time[name], shape, "money, hours")
            for name in ("overtime_cost", "extra_hours", "extra_cost")
        }
    )


def _may_not_idle(inputs: Inputs) -> Array:
    """1 where a resource has to use all its hours [R, T]: yes or no of the calendar goes before the resource's own."""
    calendar = inputs["resource_calendar"]
    said = calendar.assign(no_idle=calendar["no_idle"].map({"yes": 1.0, "no": 0.0}).astype(np.float64))
    return _spread(inputs, inputs["resources"], said, "resource", "no_idle")


def _operations(inputs: Inputs, axes: dict[str, Axis]) -> dict[str, Parameter]:
    kind = inputs["operations"]["kind"].to_numpy()[:, None]
    cost, least, most, setup, lot, startup = (
        _by_period(inputs, "operations", "operation_limits", "operation", name)
        for name in ("unit_cost", "minimum", "maximum", "setup_cost", "minimum_lot", "startup_cost")
    )
    in_total, lead = (inputs["operations"][name].to_numpy(dtype=np.float64) for name in ("maximum_total", "lead_time"))
    most = np.where(np.isnan(most), np.inf, most)
    approved = np.full(cost.shape, np.nan)
    for operation, since, level in rows(inputs["approved_levels"], "operation", "period", "level"):
        approved[axes["operation"].index[operation], _buckets(inputs, since)] = level
    supplier = inputs["suppliers"]["capacity"].to_numpy(dtype=np.float64)
    capacity = np.repeat(np.where(np.isnan(supplier), np.inf, supplier)[:, None], inputs.horizon.total, axis=1)
    shape = ("operation", "period")
    return {
        "operation_cost": Parameter(np.where(kind == "buy", 0.0, cost), shape, "money per level, make and subcontract"),
        "material_cost": Parameter(np.where(kind == "buy", cost, 0.0), shape, "money per level, buy"),
        "operation_minimum": Parameter(least, shape, "units"),
        "operation_maximum": Parameter(np.where(kind == "subcontract", np.inf, most), shape, "units"),
        "subcontract_limit": Parameter(np.where(kind == "subcontract", most, np.inf), shape, "units"),
        "supplier_limit": Parameter(capacity, ("supplier", "period"), "units"),
        "setup_cost": Parameter(setup, shape, "money"),
        "approved_level": Parameter(approved, shape, "units"),
        "purchase_lead": Parameter(np.where(kind[:, 0] == "make", 0.0, np.floor(lead)), ("operation",), "periods"),
        "startup_cost": Parameter(startup, shape, "money"),
        "minimum_lot": Parameter(lot, shape, "units"),
        "operation_minimum_total": Parameter(
            inputs["operations"]["minimum_total"].to_numpy(dtype=np.float64).copy(), ("operation",), "units"
        ),
        "operation_maximum_total": Parameter(np.where(np.isnan(in_total), np.inf, in_total), ("operation",), "units"),
    }


def _moving(inputs: Inputs, axes: dict[str, Axis]) -> dict[str, Parameter]:
    shape, corridors = ("lane", "period"), ("corridor", "period")
    freight, least, most = (_lane_rates(inputs, axes, name) for name in ("unit_cost", "minimum", "maximum"))
    capacity, fixed, load = (
        _by_corridor(inputs, axes, name, blank)
        for name, blank in (("capacity", np.inf), ("fixed_cost", 0.0), ("minimum_load", 0.0))
    )
    return {
        "freight": Parameter(freight, shape, "money per unit"),
        "lane_minimum": Parameter(least, shape, "units"),
        "lane_maximum": Parameter(np.where(np.isnan(most), np.inf, most), shape, "units"),
        "lane_capacity": Parameter(capacity, corridors, "units"),
        "lane_fixed_cost": Parameter(fixed, corridors, "money"),
        "lane_minimum_load": Parameter(load, corridors, "units"),
    }


def _lane_rates(inputs: Inputs, axes: dict[str, Axis], name: str) -> Array:
    """[lane rows, T] of one column: the lane's own, then the calendar's every-period rows, then its named buckets."""
    own = inputs["lanes"][name].to_numpy(dtype=np.float64)
    result = np.repeat(own[:, None], inputs.horizon.total, axis=1)
    row_of = {label: row for row, label in enumerate(axes["lane"].labels)}
    dated = inputs["lane_calendar"].dropna(subset=[name])
    for named in (False, True):
        for origin, to, item, since, value in rows(dated, "from", "to", "item", "period", name):
            row = row_of.get(f"{origin}>{to}" + (f":{item}" if item else ""))
            if row is not None and pd.notna(since) == named:
                result[row, _buckets(inputs, since)] = value
    return result


def _by_corridor(inputs: Inputs, axes: dict[str, Axis], name: str, blank: float) -> Array:
    """[corridors, T] of one column of lane_limits: every-period rows, then named buckets."""
    result = np.full((len(axes["corridor"]), inputs.horizon.total), blank)
    limits = inputs["lane_limits"].dropna(subset=[name])
    corridor = limits["from"] + ">" + limits["to"]
    for since_named in (False, True):
        for label, since, value in zip(corridor, limits["period"], limits[name], strict=True):
            if pd.notna(since) == since_named and label in axes["corridor"].index:
                result[axes["corridor"].index[label], _buckets(inputs, since)] = value
    return result


def _stocking(inputs: Inputs, axes: dict[str, Axis]) -> dict[str, Parameter]:
    blanks = {
        "safety_stock": 0.0,
        "safety_days": 0.0,
        "minimum": 0.0,
        "maximum": np.inf,
        "holding_cost": 0.0,
        "storage_units": 1.0,
        "closing_minimum": np.nan,
        "closing_maximum": np.inf,
    }
    names = {"minimum": "stock_minimum", "maximum": "stock_maximum"}
    places, total = inputs["locations"], inputs.horizon.total
    by_place = {
        name: np.where(np.isnan(values), np.inf, values)
        for name in ("storage_capacity", "inbound_capacity", "maximum_lanes_out")
        for values in (places[name].to_numpy(dtype=np.float64),)
    }
    result = {
        name: Parameter(np.repeat(by_place[name][:, None], total, axis=1), ("location", "period"), "units")
        for name in ("storage_capacity", "inbound_capacity")
    }
    chosen = inputs.settings
    most = np.inf if np.isnan(chosen.inventory_limit) else chosen.inventory_limit
    result["inventory_limit"] = Parameter(np.full(total, most), ("period",), "money")
    least = -np.inf if np.isnan(chosen.cash_limit) else chosen.cash_limit
    result["cash_limit"] = Parameter(np.full(total, least), ("period",), "money")
    result["deviation_limit"] = Parameter(np.array(chosen.deviation_limit), (), "share of the approved level")
    result["maximum_lanes_out"] = Parameter(by_place["maximum_lanes_out"], ("location",), "lanes")
    result["frozen_periods"] = Parameter(places["frozen_periods"].to_numpy(dtype=np.float64), ("location",), "periods")
    for name, blank in blanks.items():
        values = _stock_policy(inputs, axes, name, blank)
        result[names.get(name, name)] = Parameter(values, ("location", "item", "period"), "as in stock_policy")
    return result


def _stock_policy(inputs: Inputs, axes: dict[str, Axis], name: str, blank: float) -> Array:
    """[L, I, T]: general rows first, then an item's own rows (which stand alone), named buckets last, cell by cell."""
    table, items = inputs["stock_policy"], axes["item"]
    result = np.full((len(axes["location"]), len(items), inputs.horizon.total), blank)
    order = (table["item"] != "").astype(int) * 2 + table["period"].notna().astype(int)
    own = set(rows(table, "location", "item"))
    ranked = table.iloc[np.argsort(order.to_numpy(), kind="stable")].dropna(subset=[name])
    for location, item, since, value in rows(ranked, "location", "item", "period", name):
        chosen = np.array([item == label if item else (location, label) not in own for label in items.labels])
        cells = result[axes["location"].index[location]]
        cells[chosen, _buckets(inputs, since)] = value
    return result


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
                result[_buckets(inputs, since)] = amount
    return result


def _by_period(inputs: Inputs, table: str, calendar: str, key: str, name: str) -> Array:
    """[rows of table, T]: the table's value, then the calendar's every-period rows, then its named buckets."""
    return _spread(inputs, inputs[table], inputs[calendar], key, name)


def _spread(inputs: Inputs, table: pd.DataFrame, calendar: pd.DataFrame, key: str, name: str) -> Array:
    index = {label: row for row, label in enumerate(table[key])}
    start = table[name].to_numpy(dtype=np.float64)
    result = np.repeat(start[:, None], inputs.horizon.total, axis=1)
    if name not in calendar:
        return result
    dated = calendar.dropna(subset=[name])
    for named in (False, True):
        for label, since, value in rows(dated, key, "period", name):
            if pd.notna(since) == named:
                result[index[label], _buckets(inputs, since)] = value
    return result


def _buckets(inputs: Inputs, since: Any) -> slice:
    """All buckets for a blank period, the one bucket for a date, none outside the plan."""
    if pd.isna(since):
        return slice(None)
    index = inputs.horizon.index_of(since.date())
    return slice(index, index + 1) if 0 <= index < inputs.horizon.total else slice(0, 0)
