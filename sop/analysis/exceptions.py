"""Where a plan needs a decision: shortages, full resources and suppliers, stock off target."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sop.analysis.wording import bucket_ranges
from sop.domain.inputs import Inputs
from sop.domain.parameters import Array, Mask
from sop.domain.plans import Index, PlanResult
from sop.finance import Window

FULL = 0.995  # share of its limit from which something counts as full
_UNITS = 0.5  # units below which a shortage is solver noise


def shortages(result: PlanResult, window: Window) -> pd.DataFrame:
    """Demand not met per item and market, worst money first.

    Columns: item, family, market, months, first (bucket), short (units that could not be served), declined (units the
    plan chose not to serve), late (units owed at the end of the window), money (short and declined at their price).
    """
    span, supply, axes = window.planned, result.supply, result.parameters
    short, declined = supply.short[..., span], supply.declined[..., span]
    lost = short + declined
    late = supply.backlog[..., window.last - 1]
    item, market = np.nonzero((lost.sum(axis=2) > _UNITS) | (late > _UNITS))
    frame = pd.DataFrame(
        {
            "item": _named(axes.labels("item"), item),
            "family": _named(axes.axis("item").groups["family"], item),
            "market": _named(axes.labels("market"), market),
            "months": _months(result, lost[item, market] > _UNITS / 10, span.start),
            "first": span.start + (lost[item, market] > _UNITS / 10).argmax(axis=1),
            "short": short.sum(axis=2)[item, market],
            "declined": declined.sum(axis=2)[item, market],
            "late": late[item, market],
            "money": (lost * axes["price"][..., span]).sum(axis=2)[item, market],
        }
    )
    return frame.sort_values(["money", "item", "market"], ascending=[False, True, True], ignore_index=True)


def full_resources(result: PlanResult, window: Window) -> pd.DataFrame:
    """Resources that are full after planning: resource, location, months, buckets (a tuple), utilisation, required.

    Full is when hours used reach regular hours, permitted overtime and rentable hours together. ``utilisation`` is the
    highest load / regular hours, ``required`` the highest hours demand would need when due / regular hours.
    """
    span, supply, parameters = window.planned, result.supply, result.parameters
    axis = parameters.axis("resource")
    full = full_hours(result)[:, span]
    chosen = np.flatnonzero(full.any(axis=1))
    regular = np.maximum(supply.available[:, span], 1e-9)
    frame = pd.DataFrame(
        {
            "resource": _named(axis.labels, chosen),
            "location": _named(axis.groups["location"], chosen),
            "months": _months(result, full[chosen], span.start),
            "buckets": _buckets(full[chosen], span.start),
            "utilisation": (supply.load[:, span] / regular).max(axis=1)[chosen],
            "required": (supply.required_load[:, span] / regular).max(axis=1)[chosen],
        }
    )
    return frame.sort_values(["required", "resource"], ascending=[False, True], ignore_index=True)


def full_suppliers(inputs: Inputs, result: PlanResult, window: Window) -> pd.DataFrame:
    """Suppliers that deliver all they can: supplier, months, buckets (a tuple)."""
    span, labels = window.planned, result.parameters.labels("supplier")
    full = supplied_full(inputs, result)[:, span]
    chosen = np.flatnonzero(full.any(axis=1))
    return pd.DataFrame(
        {
            "supplier": _named(labels, chosen),
            "months": _months(result, full[chosen], span.start),
            "buckets": _buckets(full[chosen], span.start),
        }
    )


def full_hours(result: PlanResult) -> Mask:
    """Whether each resource is full in each bucket [R, T]."""
    supply = result.supply
    pools = result.parameters.axis("pool").groups["resource"]
    resource = [result.parameters.axis("resource").index[name] for name in pools]
    most = supply.available + supply.overtime_limit + result.parameters["extra_hours"]
    np.add.at(most, resource, result.parameters["pool_overtime_hours"] * supply.heads)
    return np.asarray((supply.load >= FULL * most) & ((supply.load > 0) | (supply.required_load > 0)))


def supplied_full(inputs: Inputs, result: PlanResult) -> Mask:
    """Whether each supplier is at its limit in each bucket [S, T]."""
    suppliers = result.parameters.axis("supplier")
    delivered = np.zeros((len(suppliers), result.horizon.total))
    of_operation = inputs["operations"]["supplier"].map(lambda name: suppliers.index.get(name, -1)).to_numpy(dtype=int)
    named = of_operation >= 0
    np.add.at(delivered, of_operation[named], result.supply.level[named])
    limit = result.parameters["supplier_limit"]
    return np.asarray(np.isfinite(limit) & (delivered >= FULL * limit))


def stock_off_target(result: PlanResult, window: Window) -> pd.DataFrame:
    """Stock under its safety target, at its ceiling, or beyond twice target and a month of use: worst money first.

    Columns: location, item, kind (under, full, over), months, units (largest distance from the target), money (at
    standard cost).
    """
    span, supply, network = window.planned, result.supply, result.supply.network
    stock, target = supply.stock[:, span], supply.safety_target[:, span]
    ceiling = result.parameters["stock_maximum"][network.node_location, network.node_item][:, span]
    use = _outflow(result)[:, span]
    found = {
        "under": np.where(stock < target - _UNITS, target - stock, 0.0),
        "full": np.where((stock >= FULL * ceiling) & (ceiling > 0), stock - target, 0.0),
        "over": np.where((stock > 2 * target + use) & (target > 0), stock - target, 0.0),
    }
    frame = pd.concat([_stock_rows(result, kind, distance, span.start) for kind, distance in found.items()])
    return frame.sort_values(["money", "location", "item"], ascending=[False, True, True], ignore_index=True)


def _outflow(result: PlanResult) -> Array:
    """Units shipped from every node [N, T]."""
    network = result.supply.network
    places = zip(network.node_location.tolist(), network.node_item.tolist(), strict=True)
    node = {place: number for number, place in enumerate(places)}
    origin = [node[place] for place in zip(network.arc_from.tolist(), network.arc_item.tolist(), strict=True)]
    flow = np.zeros(result.supply.stock.shape)
    np.add.at(flow, origin, result.supply.shipped)
    return flow


def _stock_rows(result: PlanResult, kind: str, distance: Array, start: int) -> pd.DataFrame:
    network, parameters = result.supply.network, result.parameters
    chosen = np.flatnonzero((distance > 0).any(axis=1))
    most = distance[chosen].max(axis=1)
    return pd.DataFrame(
        {
            "location": _named(parameters.labels("location"), network.node_location[chosen]),
            "item": _named(parameters.labels("item"), network.node_item[chosen]),
            "kind": kind,
            "months": _months(result, distance[chosen] > 0, start),
            "units": most,
            "money": most * result.finance.standard_cost[network.node_item[chosen]],
        }
    )


def _named(labels: tuple[str, ...], chosen: Index) -> list[str]:
    return [labels[int(position)] for position in chosen]


def _buckets(mask: Mask, start: int) -> list[tuple[int, ...]]:
    return [tuple(int(bucket) + start for bucket in np.flatnonzero(row)) for row in mask]


def _months(result: PlanResult, mask: Mask, start: int) -> list[str]:
    return [bucket_ranges(result.horizon, buckets) for buckets in _buckets(mask, start)]
