"""The material plan: what every component needs, what arrives, what is left, and when to order it at the latest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import floor

import numpy as np
import pandas as pd

from sop.domain.horizon import Horizon
from sop.domain.inputs import Inputs, rows
from sop.domain.parameters import Array, Mask
from sop.domain.plans import Index, PlanResult

PAST_DUE, UNDER_TARGET, ORDER_NOW, LATER = "past due", "under target", "order now", ""
STATES = (PAST_DUE, UNDER_TARGET, ORDER_NOW, LATER)
_DUST = 1e-6


@dataclass(frozen=True, eq=False)
class MaterialPlan:
    """``components``: one row per component, location and bucket of the plan: status, item, location, supplier, period,
    opening, required (by operations, in their start bucket; by what is
    made outside when it is ordered), shipped (to markets and other places), open_orders,
    planned (new orders), other (made or moved in, less written off), stock (at the end), target (safety), missing
    (below target), order_by (latest day of the bucket's earliest order; None without one).
    opening + open_orders + planned + other - required - shipped = stock.

    ``orders``: one row per order to place and per open one: status, order (number of an open one), supplier, item,
    location, period, due (day of receipt), order_by (None for open ones), quantity, cost.

    Past due and missing first.
    """

    components: pd.DataFrame
    orders: pd.DataFrame


def material_plan(inputs: Inputs, result: PlanResult, as_of: date | None = None) -> MaterialPlan:
    """Components are all items that operations use up and all that are bought or made outside.

    ``as_of``: the day from which an order is past due (the first day of the plan unless given); one due by the end of
    the bucket of that day is to be placed now.
    """
    today = as_of or result.horizon.start(0)
    orders = _orders(inputs, result, today)
    return MaterialPlan(_components(inputs, result, orders), orders)


def order_day(horizon: Horizon, bucket: int, lead_time: float) -> date:
    """Latest day to order what is received in ``bucket``: its first day less the lead time (in buckets; of part of a
    bucket so many of its days, rounded to the earlier day).

    >>> order_day(Horizon(date(2026, 1, 1), 6), 2, 1.5)
    datetime.date(2026, 1, 16)
    """
    position = bucket - lead_time
    whole = floor(position)
    length = (horizon.start(whole + 1) - horizon.start(whole)).days
    return horizon.start(whole) + timedelta(days=floor((position - whole) * length + 1e-9))


# --- orders ----------------------------------------------------------------------------------------------------------


def _orders(inputs: Inputs, result: PlanResult, today: date) -> pd.DataFrame:
    frame = pd.concat([_planned_orders(inputs, result), _open_orders(inputs)], ignore_index=True)
    horizon = result.horizon
    soon = horizon.start(horizon.index_of(today) + 1)
    act = [by or due for by, due in rows(frame, "order_by", "due")]
    is_open = frame["order"] != ""
    past = np.array([day < today for day in act], dtype=bool)
    now = ~is_open.to_numpy(dtype=bool) & np.array([day < soon for day in act], dtype=bool)
    frame.insert(0, "status", np.select([past, now], [PAST_DUE, ORDER_NOW], LATER))
    frame["act"] = act
    ordered = frame.assign(rank=_ranks(frame["status"])).sort_values(["rank", "act", "item", "location"], kind="stable")
    return ordered.drop(columns=["rank", "act"]).reset_index(drop=True)


def _planned_orders(inputs: Inputs, result: PlanResult) -> pd.DataFrame:
    table, horizon = inputs["operations"], result.horizon
    outside = (table["kind"] != "make").to_numpy(dtype=bool)
    level = np.where(outside[:, None], result.supply.level, 0.0)[:, : horizon.periods]
    operation, bucket = np.nonzero(level > _DUST)
    chosen = table.iloc[operation]
    days = [order_day(horizon, at, lead) for at, lead in zip(bucket.tolist(), chosen["lead_time"], strict=True)]
    amount = level[operation, bucket]
    price = result.parameters["operation_cost"] + result.parameters["material_cost"]
    return pd.DataFrame(
        {
            "order": "",
            "supplier": chosen["supplier"].to_numpy(),
            "item": chosen["item"].to_numpy(),
            "location": chosen["location"].to_numpy(),
            "period": np.array(horizon.labels, dtype=object)[bucket],
            "due": pd.Series([horizon.start(at) for at in bucket.tolist()], dtype=object),
            "order_by": pd.Series(days, dtype=object),
            "quantity": amount * chosen["yield"].to_numpy(dtype=np.float64),
            "cost": amount * price[operation, bucket],
        }
    )


def _open_orders(inputs: Inputs) -> pd.DataFrame:
    table, horizon = inputs["scheduled_receipts"], inputs.horizon
    days = [day.date() for day in table["due"]]
    labels = [horizon.label(max(horizon.index_of(day), 0)) for day in days]
    frame = table[["order", "supplier", "item", "location"]].assign(period=labels, quantity=table["quantity"])
    return frame.assign(
        due=pd.Series(days, dtype=object),
        order_by=pd.Series([None] * len(table), dtype=object),
        cost=np.where(table["kind"] == "purchase", table["unit_cost"] * table["quantity"], 0.0),
    )


# --- components ------------------------------------------------------------------------------------------------------


def _components(inputs: Inputs, result: PlanResult, orders: pd.DataFrame) -> pd.DataFrame:
    network, horizon, axes = result.supply.network, result.horizon, result.parameters
    flows = _flows(inputs, result)
    stock = result.supply.stock
    opening = np.concatenate([result.supply.opening_stock[:, None], stock[:, :-1]], axis=1)
    target = result.supply.safety_target
    arrays = {"opening": opening, **flows, "stock": stock, "target": target, "missing": np.maximum(target - stock, 0)}
    chosen = np.flatnonzero(_is_component(inputs, result))
    periods = horizon.periods
    columns: dict[str, object] = {
        "item": np.repeat(_named(axes.labels("item"), network.node_item[chosen]), periods),
        "location": np.repeat(_named(axes.labels("location"), network.node_location[chosen]), periods),
        "period": np.tile(np.array(horizon.labels[:periods], dtype=object), len(chosen)),
    }
    figures = {name: _clean(values[chosen, :periods]).ravel() for name, values in arrays.items()}
    return _with_orders(pd.DataFrame(columns | figures), orders)


def _with_orders(frame: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """Components with their suppliers, the earliest order day of each bucket and their status, urgent ones first."""
    keys = ["item", "location", "period"]
    place = ["item", "location"]
    suppliers = orders[orders["supplier"] != ""].groupby(place)["supplier"].agg(_listed).rename("supplier")
    days = orders[orders["order_by"].notna()].groupby(keys)["order_by"].agg(min).rename("order_by")
    ranks = orders.assign(rank=_ranks(orders["status"])).groupby(keys)["rank"].min().rename("rank")
    joined = frame.join(suppliers, on=place).join(days, on=keys).join(ranks, on=keys)
    joined["supplier"] = joined["supplier"].fillna("")
    joined["order_by"] = joined["order_by"].astype(object).where(joined["order_by"].notna(), None)
    missing = np.where(joined["missing"] > 0, STATES.index(UNDER_TARGET), STATES.index(LATER))
    rank = np.minimum(joined["rank"].fillna(STATES.index(LATER)).to_numpy(dtype=np.int64), missing)
    joined["status"] = np.array(STATES, dtype=object)[rank]
    ordered = joined.assign(rank=rank).sort_values(["rank", *keys], kind="stable", ignore_index=True)
    first = ["status", "item", "location", "supplier", "period"]
    return ordered[[*first, *(name for name in ordered if name not in (*first, "rank"))]]


def _flows(inputs: Inputs, result: PlanResult) -> dict[str, Array]:
    """What comes to and leaves every node [N, T]."""
    supply, network, table = result.supply, result.supply.network, inputs["operations"]
    places = _places(result)
    operation = result.parameters.axis("operation").index
    at = dict(zip(table["operation"], table["location"], strict=True))
    flows = {name: np.zeros(supply.stock.shape) for name in ("required", "shipped", "open_orders", "planned", "other")}
    outside = table["lead_time"].where(table["kind"] != "make", 0.0)
    sent = dict(zip(table["operation"], np.floor(outside.to_numpy(dtype=np.float64)).astype(int).tolist(), strict=True))
    for name, item, quantity in rows(inputs["materials"], "operation", "item", "quantity"):
        needed = quantity * supply.level[operation[name]][sent[name] :]
        flows["required"][places[at[name], item], : len(needed)] += needed
    np.add.at(flows["shipped"], _arc_origins(result), supply.shipped)
    for location, item, due, quantity in rows(inputs["scheduled_receipts"], "location", "item", "due", "quantity"):
        bucket = max(result.horizon.index_of(due.date()), 0)
        if bucket < supply.stock.shape[1]:
            flows["open_orders"][places[location, item], bucket] += quantity
    for name, kind, item, share, lead in rows(table, "operation", "kind", "item", "yield", "lead_time"):
        made = kind == "make"
        _arrive(
            flows["other" if made else "planned"][places[at[name], item]],
            share * supply.level[operation[name]],
            lead if made else 0.0,
        )
    leads = dict(zip(table["operation"], table["lead_time"].where(table["kind"] == "make", 0.0), strict=True))
    for name, item, quantity in rows(inputs["coproducts"], "operation", "item", "quantity"):
        _arrive(flows["other"][places[at[name], item]], quantity * supply.level[operation[name]], leads[name])
    for arc in np.flatnonzero(network.arc_to_location >= 0).tolist():
        target = _arc_target(result, arc)
        _arrive(flows["other"][places[target]], supply.shipped[arc], float(network.arc_lead[arc]))
    if "scrapped" in supply.extras:
        flows["other"] -= supply.extras["scrapped"]
    return flows


def _arrive(target: Array, sent: Array, lead: float) -> None:
    """Add what was sent ``lead`` buckets before; of a part of a bucket so much arrives a bucket later."""
    whole, part = floor(lead), lead - floor(lead)
    for delay, share in ((whole, 1.0 - part), (whole + 1, part)):
        if share and delay < len(sent):
            target[delay:] += share * sent[: len(sent) - delay]


def _places(result: PlanResult) -> dict[tuple[str, str], int]:
    """Node of every location and item."""
    network, axes = result.supply.network, result.parameters
    locations = _named(axes.labels("location"), network.node_location)
    items = _named(axes.labels("item"), network.node_item)
    return {place: node for node, place in enumerate(zip(locations, items, strict=True))}


def _arc_origins(result: PlanResult) -> Index:
    network = result.supply.network
    nodes = zip(network.node_location.tolist(), network.node_item.tolist(), strict=True)
    at = {place: node for node, place in enumerate(nodes)}
    origins = zip(network.arc_from.tolist(), network.arc_item.tolist(), strict=True)
    return np.array([at[place] for place in origins], dtype=np.int64)


def _arc_target(result: PlanResult, arc: int) -> tuple[str, str]:
    network, axes = result.supply.network, result.parameters
    return (
        axes.labels("location")[int(network.arc_to_location[arc])],
        axes.labels("item")[int(network.arc_item[arc])],
    )


def _is_component(inputs: Inputs, result: PlanResult) -> Mask:
    """Nodes [N] where an item is used up, bought or made outside."""
    table = inputs["operations"]
    at = dict(zip(table["operation"], table["location"], strict=True))
    outside = table[table["kind"] != "make"]
    wanted = {(at[name], item) for name, item in rows(inputs["materials"], "operation", "item")}
    wanted |= set(rows(outside, "location", "item"))
    found = np.zeros(len(result.supply.network.node_item), dtype=bool)
    for place, node in _places(result).items():
        found[node] = place in wanted
    return found


def _named(labels: tuple[str, ...], positions: Index) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    return np.array([*labels, ""], dtype=object)[positions]


def _clean(values: Array) -> Array:
    """Without the solver's dust."""
    return np.asarray(np.where(np.abs(values) < _DUST, 0.0, values))


def _ranks(status: pd.Series) -> list[int]:
    return [STATES.index(name) for name in status]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(set(names)))
