"""Base's parameters of supply: resources and people, operations, lanes, stock, as arrays with named axes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sop.domain.inputs import Inputs, rows
from sop.domain.parameters import Array, Axis, Parameter


def resources(inputs: Inputs, axes: dict[str, Axis]) -> dict[str, Parameter]:
    """Hours, shifts and rates of resources [R, T], and of the pools of people that work on them [P, T]."""
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


def operations(inputs: Inputs, axes: dict[str, Axis]) -> dict[str, Parameter]:
    """Rates and limits of operations [O, T], and what was approved of them."""
    kind = inputs["operations"]["kind"].to_numpy()[:, None]
    cost, least, most, setup, lot, startup = (
        _by_period(inputs, "operations", "operation_limits", "operation", name)
        for name in ("unit_cost", "minimum", "maximum", "setup_cost", "minimum_lot", "startup_cost")
    )
    in_total, lead = (inputs["operations"][name].to_numpy(dtype=np.float64) for name in ("maximum_total", "lead_time"))
    most = np.where(np.isnan(most), np.inf, most)
    approved = np.full(cost.shape, np.nan)
    for operation, since, level in rows(inputs["approved_levels"], "operation", "period", "level"):
        approved[axes["operation"].index[operation], buckets_of(inputs, since)] = level
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


def moving(inputs: Inputs, axes: dict[str, Axis]) -> dict[str, Parameter]:
    """Rates and limits of lanes by row, and by way [corridors, T]."""
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
                result[row, buckets_of(inputs, since)] = value
    return result


def _by_corridor(inputs: Inputs, axes: dict[str, Axis], name: str, blank: float) -> Array:
    """[corridors, T] of one column of lane_limits: every-period rows, then named buckets."""
    result = np.full((len(axes["corridor"]), inputs.horizon.total), blank)
    limits = inputs["lane_limits"].dropna(subset=[name])
    corridor = limits["from"] + ">" + limits["to"]
    for since_named in (False, True):
        for label, since, value in zip(corridor, limits["period"], limits[name], strict=True):
            if pd.notna(since) == since_named and label in axes["corridor"].index:
                result[axes["corridor"].index[label], buckets_of(inputs, since)] = value
    return result


def stocking(inputs: Inputs, axes: dict[str, Axis]) -> dict[str, Parameter]:
    """Limits and rates of stock by location and item, of locations, and of the whole plan."""
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
        cells[chosen, buckets_of(inputs, since)] = value
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
                result[index[label], buckets_of(inputs, since)] = value
    return result


def buckets_of(inputs: Inputs, since: Any) -> slice:
    """All buckets for a blank period, the one bucket for a date, none outside the plan."""
    if pd.isna(since):
        return slice(None)
    index = inputs.horizon.index_of(since.date())
    return slice(index, index + 1) if 0 <= index < inputs.horizon.total else slice(0, 0)
