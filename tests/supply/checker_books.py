"""A plan beside the tables it was made from, and sentences about figures that do not agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sop.domain.inputs import Inputs, rows
from sop.domain.parameters import Array, Parameters
from sop.domain.plans import DemandPlan, SupplyPlan

CLOSE = 1e-5
Place = tuple[str, str]
Flows = dict[Place, Array]


@dataclass(frozen=True, eq=False)
class Books:
    """One plan beside the tables it was made from. ``whole`` says that whole numbers were asked for."""

    inputs: Inputs
    p: Parameters
    demand: DemandPlan
    plan: SupplyPlan
    whole: bool = False

    @cached_property
    def total(self) -> int:
        """Buckets planned, tail included."""
        return self.inputs.horizon.total

    @cached_property
    def wanted(self) -> Array:
        """Demand [I, M, T], never negative."""
        return np.maximum(self.demand.planned, 0.0)

    def names(self, table: str) -> list[str]:
        """First column of a table: the names of its rows, in order."""
        return list(self.inputs[table].iloc[:, 0])

    def row(self, table: str, name: str) -> int:
        """Row of ``name`` in ``table``."""
        return self.names(table).index(name)

    @cached_property
    def stock(self) -> Flows:
        """Closing stock by (location, item)."""
        net, places, items = self.plan.network, self.names("locations"), self.names("items")
        at = zip(net.node_location, net.node_item, self.plan.stock, strict=True)
        return {(places[place], items[item]): stock for place, item, stock in at}

    @cached_property
    def level(self) -> dict[str, Array]:
        """Level by operation."""
        return dict(zip(self.names("operations"), self.plan.level, strict=True))

    @cached_property
    def runs(self) -> dict[str, Array]:
        """Share of a set-up by operation."""
        return dict(zip(self.names("operations"), self.plan.runs, strict=True))

    def more(self, name: str, table: str) -> dict[str, Array]:
        """One of the plan's extras by row of ``table``; zeros where the plan has none."""
        names = self.names(table)
        return dict(zip(names, self.plan.extras.get(name, np.zeros((len(names), self.total))), strict=True))

    @cached_property
    def scrapped(self) -> Flows:
        """Units written off by (location, item)."""
        values = self.plan.extras.get("scrapped", np.zeros_like(self.plan.stock))
        return dict(zip(self.stock, values, strict=True))

    def terms(self, column: str, general: float) -> Array:
        """[I, M, T] of one term of sale: the markets table (or ``general``), then rows of market_terms for all items,
        for an item, and for a bucket of it, each over the ones before."""
        markets = self.inputs["markets"]
        own = markets[column].to_numpy(dtype=np.float64) if column in markets else np.full(len(markets), general)
        result = np.repeat(np.repeat(own[None, :, None], len(self.names("items")), axis=0), self.total, axis=2)
        given = self.inputs["market_terms"].dropna(subset=[column])
        for wants_item, wants_day in ((False, False), (False, True), (True, False), (True, True)):
            for market, item, day, value in rows(given, "market", "item", "period", column):
                if bool(item) != wants_item or bool(day == day) != wants_day:  # noqa: PLR0124 - NaT is not itself
                    continue
                bucket = self.inputs.horizon.index_of(day.date()) if wants_day else -1
                chosen = slice(bucket, bucket + 1) if wants_day else slice(None)
                if wants_day and not 0 <= bucket < self.total:
                    continue
                result[self.row("items", item) if item else slice(None), self.row("markets", market), chosen] = value
        return result

    @cached_property
    def arcs(self) -> list[Arc]:
        """What was shipped over which way."""
        net, items = self.plan.network, self.names("items")
        places, markets = self.names("locations"), self.names("markets")
        found = []
        for arc, shipped in enumerate(self.plan.shipped):
            to, market = int(net.arc_to_location[arc]), int(net.arc_to_market[arc])
            end = places[to] if to >= 0 else markets[market]
            found.append(
                Arc(
                    int(net.arc_lane[arc]),
                    items[net.arc_item[arc]],
                    places[net.arc_from[arc]],
                    end,
                    market >= 0,
                    int(net.arc_lead[arc]),
                    shipped,
                )
            )
        return found


@dataclass(frozen=True, eq=False)
class Arc:
    """An item on a way: ``lane`` is the row of the lanes table, -1 a market's free way."""

    lane: int
    item: str
    origin: str
    end: str
    to_market: bool
    lead: int
    shipped: Array

    @property
    def arrived(self) -> Array:
        """Shipped, by bucket of arrival; what arrives after the horizon is left out."""
        return later(self.shipped, self.lead)

    def __str__(self) -> str:
        return f"lane {self.origin} > {self.end} for {self.item}"


def later(series: Array, lead: float) -> Array:
    """``series`` moved ``lead`` buckets on; of a lead of 1.25 a quarter comes after two buckets, the rest after one."""
    full, part = int(lead), lead - int(lead)
    moved = np.concatenate([np.zeros(full), series])[: len(series)]
    return moved if not part else (1 - part) * moved + part * later(series, full + 1)


def exceeded(what: str, value: Array | float, limit: Array | float) -> Iterator[str]:
    """A sentence for every bucket in which ``value`` lies above ``limit``."""
    values, limits = np.broadcast_arrays(np.atleast_1d(value), np.atleast_1d(limit))
    for t, (is_now, most) in enumerate(zip(values.tolist(), limits.tolist(), strict=True)):
        if not np.isnan(most) and is_now - most > CLOSE * max(1.0, abs(is_now)):
            yield f"{what}, bucket {t}: {is_now:.9g} is more than {most:.9g}"


def undercut(what: str, value: Array | float, limit: Array | float) -> Iterator[str]:
    """A sentence for every bucket in which ``value`` lies below ``limit``."""
    values, limits = np.broadcast_arrays(np.atleast_1d(value), np.atleast_1d(limit))
    for t, (is_now, least) in enumerate(zip(values.tolist(), limits.tolist(), strict=True)):
        if not np.isnan(least) and least - is_now > CLOSE * max(1.0, abs(is_now), abs(least)):
            yield f"{what}, bucket {t}: {is_now:.9g} is less than {least:.9g}"


def differs(what: str, value: Array | float, expected: Array | float) -> Iterator[str]:
    """A sentence for every bucket in which two figures are not the same."""
    yield from exceeded(what, value, expected)
    yield from undercut(what, value, expected)
