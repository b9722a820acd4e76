"""What must hold between cells and tables beyond types, keys and references; and what is only worth a note."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sop.domain.catalogue import TABLES
from sop.domain.countries import COUNTRIES, country_code
from sop.domain.errors import Fault
from sop.domain.horizon import Horizon
from sop.exchange.demand_notes import demand_notes
from sop.exchange.draft import Draft
from sop.exchange.faults import Problem
from sop.exchange.mapping import did_you_mean
from sop.exchange.settings import NO_FIRST_PERIOD

_SHARE_TOLERANCE = 0.005
_SHOWN_VERSIONS = 5
_BUDGETED = frozenset(("budget", "actuals"))


def something_to_plan(draft: Draft) -> list[Fault]:
    """A company has items, and settings that say when the plan starts."""
    faults = []
    if draft["items"].empty and ("items", "item") not in draft.missing:
        faults.append(Fault("items", 0, "", "", "There are no items.", "Add a table items with one row per item."))
    if draft["settings"].empty and not {("settings", "key"), ("settings", "value")} & draft.missing:
        faults.append(NO_FIRST_PERIOD)
    return faults


def quantities_in_history(draft: Draft) -> list[Fault]:
    """A row of history says what was ordered or what was shipped."""
    history = draft["sales_history"]
    bad = history["ordered"].isna() & history["shipped"].isna()
    return draft.faults(
        "sales_history", "ordered", bad, Problem("Neither ordered nor shipped is given.", "Fill in one of them.")
    )


def ordered_limits(draft: Draft) -> Iterator[Fault]:
    """Where a table has a least and a most, or a first and a last, the first does not exceed the last."""
    pairs = (("minimum", "maximum"), ("closing_minimum", "closing_maximum"), ("first_day", "last_day"))
    for name, table in TABLES.items():
        for low, high in (*pairs, ("launch", "phase_out")):
            if {low, high} <= set(table.column_names):
                frame = draft[name]
                problem = Problem(f"{high} comes before {low}." if "_" in high else f"{high} is below {low}.",
                                  f"Correct {low} or {high}.")  # fmt: skip
                yield from draft.faults(name, high, frame[high] < frame[low], problem)


def mix_adds_up(draft: Draft) -> list[Fault]:
    """The shares of a family add up to 1 (within half a per cent)."""
    mix = draft["family_mix"]
    totals = mix.groupby("item", sort=False)["share"].sum()
    faults = []
    for item, total in zip(totals.index, totals.to_numpy(), strict=True):
        if abs(total - 1.0) > _SHARE_TOLERANCE:
            row = int(draft.rows["family_mix"][np.flatnonzero(mix["item"] == item)[0]])
            problem = f"The shares of {item!r} add up to {total:.4g}, not to 1."
            faults.append(Fault("family_mix", row, "share", f"{total:.4g}", problem, "Correct the shares."))
    return faults


def promotion_depth(draft: Draft) -> list[Fault]:
    """A promotion's depth is a share of the price."""
    drivers = draft["drivers"]
    bad = (drivers["driver"] == "promotion") & (drivers["value"] > 1)
    return draft.faults(
        "drivers", "value", bad, Problem("A promotion's depth is a share of the price.", "Write 0.15 or 15 % for 15 %.")
    )


def no_self_reference(draft: Draft) -> Iterator[Fault]:
    """No lane ends where it starts, no item follows itself."""
    lanes, items = draft["lanes"], draft["items"]
    same = (lanes["from"] == lanes["to"]) & (lanes["to"] != "")
    yield from draft.faults("lanes", "to", same, Problem("The lane ends where it starts.", "Correct from or to."))
    same = (items["like_item"] == items["item"]) & (items["item"] != "")
    yield from draft.faults("items", "like_item", same, Problem("The item is like itself.", "Name another item."))
    same = (items["successor"] == items["item"]) & (items["item"] != "")
    yield from draft.faults("items", "successor", same, Problem("The item succeeds itself.", "Name another item."))


def successors_end_somewhere(draft: Draft) -> list[Fault]:
    """No item comes back as a successor of its successors."""
    items = draft["items"]
    after = {item: to for item, to in zip(items["item"], items["successor"], strict=True) if to and to != item}
    while heirs := {item: to for item, to in after.items() if to in after}:
        if len(heirs) == len(after):
            break
        after = heirs
    if not heirs:
        return []
    circle = [next(iter(after))]
    while after[circle[-1]] not in circle:
        circle.append(after[circle[-1]])
    circle = circle[circle.index(after[circle[-1]]) :]
    bad = items["item"] == circle[0]
    problem = f"Successors go in a circle: {' to '.join([*circle, circle[0]])}."
    return draft.faults("items", "successor", bad, Problem(problem, "Leave one of these successors blank."))


def lane_ends_are_clear(draft: Draft) -> Iterator[Fault]:
    """A lane's end is a location or a market, not the name of both."""
    both = draft.values("locations", "location") & draft.values("markets", "market")
    for table in ("lanes", "lane_limits"):
        bad = draft[table]["to"].isin(both - {""})
        problem = Problem("is the name of a location and of a market.", "Rename one of them.")
        yield from draft.faults(table, "to", bad, problem)


def markets_are_served(draft: Draft) -> list[Fault]:
    """Where there is supply and more than one location, every market is served from one or reached by a lane."""
    markets = draft["markets"]
    if draft["operations"].empty or len(draft["locations"]) < 2:
        return []
    bad = (markets["served_from"] == "") & ~markets["market"].isin(draft["lanes"]["to"]) & (markets["market"] != "")
    problem = Problem("Nothing reaches the market.", "Fill in served_from, or add a lane to it.")
    return draft.faults("markets", "market", bad, problem)


def forecast_version_is_there(draft: Draft) -> list[Fault]:
    """The forecast version the settings ask for is in forecasts."""
    settings, versions = draft["settings"], sorted(draft.values("forecasts", "version") - {""})
    asked = (settings["key"] == "forecast_version") & (settings["value"] != "")
    if ("forecasts", "version") in draft.missing:
        return []

    def unknown(name: str) -> Problem:
        there = ", ".join(versions[:_SHOWN_VERSIONS]) + (", ..." if len(versions) > _SHOWN_VERSIONS else "")
        problem = f"forecast_version {name!r} is not in forecasts; versions there: {there or 'none'}."
        return Problem(problem, f"{did_you_mean(name, versions)}Name one of them, or leave forecast_version blank.")

    return draft.faults_by_value("settings", "value", asked & ~settings["value"].isin(versions), unknown)


def country_is_known(draft: Draft) -> list[Fault]:
    """The country whose holidays are asked for is one."""
    settings = draft["settings"]
    asked = (settings["key"] == "country") & (settings["value"] != "")

    def unknown(name: str) -> Problem:
        remedy = "Give its two letters, such as DE or GB, or leave it blank."
        return Problem(f"country {name!r} is no country code.", remedy)

    known = settings["value"].map(lambda value: country_code(str(value)) in COUNTRIES).astype(bool)
    return draft.faults_by_value("settings", "value", asked & ~known, unknown)


def materials_can_start(draft: Draft) -> list[Fault]:
    """No item needs itself, directly or through others, in every way there is to get it."""
    loop = _loop(draft)
    if not loop:
        return []
    materials, operations = draft["materials"], draft["operations"]
    made = operations.loc[operations["item"] == loop[0], "operation"]
    at = np.flatnonzero(materials["operation"].isin(made) & (materials["item"] == loop[1]))
    row = int(draft.rows["materials"][at[0]]) if len(at) else 0
    problem = f"The bill of material goes in a circle: {' needs '.join(loop)}."
    return [Fault("materials", row, "item", loop[1], problem, "Remove one of these materials, or add a way to buy it.")]


def _loop(draft: Draft) -> list[str]:
    """Items of a loop without a way out, first one repeated at the end; empty when there is none.

    An operation can start when all its materials can be had; an item nobody yields counts as given.
    """
    needed = draft["materials"].groupby("operation")["item"].agg(set)
    materials: dict[str, set[str]] = dict(zip(map(str, needed.index), needed, strict=True))
    yields = pd.concat([draft["operations"][["operation", "item"]], draft["coproducts"][["operation", "item"]]])
    pending = {(operation, item) for operation, item in zip(yields["operation"], yields["item"], strict=True)}
    stuck = {item for _, item in pending}
    while True:
        started = {pair for pair in pending if not materials.get(pair[0], set()) & stuck}
        if not started:
            return _walk(pending, materials, stuck)
        stuck -= {item for _, item in started}
        pending = {pair for pair in pending - started if pair[1] in stuck}


def _walk(pending: set[tuple[str, str]], materials: dict[str, set[str]], stuck: set[str]) -> list[str]:
    """Follow stuck items from one to the next until one comes back."""
    needs = {item: min(materials[operation] & stuck) for operation, item in sorted(pending)}
    path = [min(needs)] if needs else []
    while path and needs[path[-1]] not in path:
        path.append(needs[path[-1]])
    return [*path[path.index(needs[path[-1]]) :], needs[path[-1]]] if path else []


Rule = Callable[[Draft], "list[Fault] | Iterator[Fault]"]

RULES: tuple[Rule, ...] = (
    something_to_plan,
    quantities_in_history,
    ordered_limits,
    mix_adds_up,
    promotion_depth,
    no_self_reference,
    successors_end_somewhere,
    lane_ends_are_clear,
    markets_are_served,
    forecast_version_is_there,
    country_is_known,
    materials_can_start,
)


def notes_of(draft: Draft) -> Iterator[str]:
    """What is read but left out of the plan: periods outside the horizon, history after its start, demand that nothing
    can meet, and demand input without effect (demand_notes.py)."""
    yield from _never_obtained(draft)
    horizon = draft.horizon
    if horizon is None:
        return
    for name, table in TABLES.items():
        for column in table.columns:
            if column.kind == "period" and name not in _BUDGETED:
                outside = _outside(draft[name][column.name], horizon.starts[0], horizon.starts[-1])
                if outside:
                    span = f"{horizon.labels[0]} to {horizon.labels[-1]}"
                    yield f"{name}: rows whose {column.name} lies outside {span} are ignored ({outside:,})."
    late = int((draft["sales_history"]["date"] >= pd.Timestamp(horizon.starts[0])).sum())
    if late:
        yield f"sales_history: rows on or after first_period {horizon.first} are ignored for now ({late:,})."
    yield from (str(note) for note in demand_notes(draft, horizon))
    if _nothing_to_forecast(draft, horizon):
        start = horizon.labels[0]
        yield f"Nothing to forecast from: no sales history before {start} and no forecast version from then on."


def _nothing_to_forecast(draft: Draft, horizon: Horizon) -> bool:
    """Whether there is no past sale, no forecast within the horizon and no launch."""
    start, end = pd.Timestamp(horizon.starts[0]), pd.Timestamp(horizon.starts[-1])
    ahead = draft["forecasts"]["period"]
    known = (draft["sales_history"]["date"] < start).any() or ((ahead >= start) & (ahead < end)).any()
    return not (known or draft["items"]["launch"].notna().any())


def _never_obtained(draft: Draft) -> Iterator[str]:
    """Products with demand that no operation yields and that nobody has or has ordered, in a company with operations.

    A note and no fault: the plan is one, with that demand short."""
    if draft["operations"].empty:
        return
    obtained = ("operations", "coproducts", "stock", "scheduled_receipts")
    had = frozenset[str]().union(*(draft.values(table, "item") for table in obtained))
    asked = ("sales_history", "forecasts", "sales_orders", "contracts")
    wanted = frozenset[str]().union(*(draft.values(table, "item") for table in asked))
    for item in _on_sale(draft):
        if item in wanted - had:
            yield f"operations: nothing yields {item}, and there is no stock or open order: its demand stays short."


def _on_sale(draft: Draft) -> list[str]:
    """Items not phased out before the plan starts."""
    items = draft["items"]
    gone = items["phase_out"] < pd.Timestamp(draft.horizon.starts[0]) if draft.horizon else items["item"] == ""
    return list(items.loc[~gone, "item"])


def _outside(days: pd.Series[Any], first: object, end: object) -> int:
    known: npt.NDArray[np.datetime64] = days.dropna().to_numpy()
    low, high = np.datetime64(str(first)), np.datetime64(str(end))
    return int(((known < low) | (known >= high)).sum())
