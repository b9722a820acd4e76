"""Demand input that is read but changes nothing, or not what it seems to: one rule each, told as a note."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from sop.domain.catalogue.demand import LAYERS
from sop.domain.errors import Fault
from sop.domain.horizon import Horizon
from sop.exchange.draft import Draft
from sop.exchange.faults import Problem

Flags = npt.NDArray[np.bool_]


def demand_notes(draft: Draft, horizon: Horizon) -> Iterator[Fault]:
    """Every note on demand input, in the form of a fault: where, what it does not do, and what to do about it."""
    for rule in RULES:
        yield from rule(draft, horizon)


def _planned_from(draft: Draft) -> str:
    settings = draft["settings"]
    return "".join(settings.loc[settings["key"] == "forecast_layer", "value"].tail(1))


def layers_are_planned_from(draft: Draft, _: Horizon) -> Iterator[Fault]:
    """Views count only where the setting names a layer or the consensus."""
    count = len(draft["forecast_layers"])
    if count and not _planned_from(draft):
        told = f"The {count:,} views change no plan while the setting forecast_layer is blank."
        yield Fault("forecast_layers", 0, "", "", told, "Set it to consensus, or to the layer to plan from.")


def weights_are_planned_from(draft: Draft, _: Horizon) -> Iterator[Fault]:
    """Weights count only in the consensus."""
    layer = _planned_from(draft)
    if len(draft["forecast_weights"]) and layer != "consensus":
        told = f"Weights change no plan while the setting forecast_layer is {layer or 'blank'}."
        yield Fault("forecast_weights", 0, "", "", told, "Set it to consensus.")


def weights_add_up(draft: Draft, _: Horizon) -> list[Fault]:
    """A family whose weights are all 0 is weighed as if it had none."""
    table = draft["forecast_weights"]
    total = table.groupby("family", sort=False)["weight"].transform("sum")
    problem = Problem("The weights of the family are all 0 and are left out.", "Give one layer a weight, or no row.")
    return draft.faults("forecast_weights", "family", total == 0, problem)


def picks_have_views(draft: Draft, _: Horizon) -> list[Fault]:
    """The weight of a layer nobody has stated goes to the others."""
    table = draft["forecast_weights"]
    stated = draft.values("forecast_layers", "layer") | {LAYERS[0]}
    bad = ~table["layer"].isin(stated) & (table["weight"] > 0)
    problem = Problem("No view of this layer: its weight goes to the others.", "Add its rows to forecast_layers.")
    return draft.faults("forecast_weights", "layer", bad, problem)


def views_have_demand(draft: Draft, _: Horizon) -> Iterator[Fault]:
    """A view is spread over what is sold; where nothing is, it is lost."""
    table = draft["forecast_layers"]
    if table.empty:
        return
    pairs = _sold(draft)
    problem = Problem(
        "Nothing of it is (or will be) sold there, so that the view is left out.",
        "Add sales history, a forecast or a launch date, or correct the view.",
    )
    for column in ("item", "family"):
        named = (table[column] != "") & ((table["item"] == "") if column == "family" else True)
        for with_market in (False, True):
            rows = named & ((table["market"] != "") == with_market)
            keys = [column, "market"] if with_market else [column]
            known = pd.MultiIndex.from_frame(pairs[keys])
            yield from draft.faults(
                "forecast_layers", column, rows & ~pd.MultiIndex.from_frame(table[keys]).isin(known), problem
            )


def views_in_money_have_prices(draft: Draft, _: Horizon) -> list[Fault]:
    """Revenue at a price of 0 says nothing about units."""
    table, prices, charged = draft["forecast_layers"], draft["prices"], draft["drivers"]
    earns = prices.groupby("item")["list_price"].max()
    free = set(earns.index[earns == 0])
    if table.empty or not free or ((charged["driver"] == "price") & (charged["value"] > 0)).any():
        return []
    members = _members(draft, table)
    bad = (table["basis"] == "value") & np.array([bool(found) and found <= free for found in members], dtype=bool)
    problem = Problem("A value at a price of 0 says nothing: the view is left out.", "State units, or add a price.")
    return draft.faults("forecast_layers", "amount", bad, problem)


def views_sum_one_unit(draft: Draft, _: Horizon) -> list[Fault]:
    """Units of a family add up only where its items are counted in one unit."""
    table = draft["forecast_layers"]
    summed = (table["basis"] == "units") & (table["item"] == "")
    unit = dict(zip(draft["items"]["item"], draft["items"]["unit"], strict=True))
    if not summed.any() or len(set(unit.values())) < 2:
        return []
    mixed = [len({unit.get(item) for item in found}) > 1 for found in _members(draft, table)]
    bad = summed & np.array(mixed, dtype=bool)
    problem = Problem(
        "The items are counted in different units, which are added up as they stand.",
        "State value or percent, or the items one by one.",
    )
    return draft.faults("forecast_layers", "family", bad, problem)


def sales_are_of_the_first_bucket(draft: Draft, horizon: Horizon) -> list[Fault]:
    """Sales to date say something about the first planned bucket only."""
    through = draft["sales_to_date"]["through"]
    first, last = pd.Timestamp(horizon.start(0)), pd.Timestamp(horizon.start(1))
    problem = Problem(
        f"lies outside {horizon.label(0)}, the first planned {horizon.bucket}: the row is ignored.",
        "Correct the day, or move first_period.",
    )
    return draft.faults("sales_to_date", "through", (through < first) | (through >= last), problem)


def corrections_are_of_history(draft: Draft, horizon: Horizon) -> list[Fault]:
    """Only months with history before the plan can be corrected."""
    day, sales = draft["history_corrections"]["date"], draft["sales_history"]["date"]
    earliest = sales.min()
    bad = day >= pd.Timestamp(horizon.start(0))
    if pd.notna(earliest):
        bad |= day < pd.Timestamp(horizon.start(horizon.index_of(earliest.date())))
    problem = Problem("lies outside the history of sales: the correction is ignored.", "Correct the day, or remove it.")
    return draft.faults("history_corrections", "date", bad, problem)


def launches_have_a_volume(draft: Draft, _: Horizon) -> list[Fault]:
    """A launch needs a volume, an item to be like, or a forecast."""
    items = draft["items"]
    unstated = items["launch"].notna() & items["launch_volume"].isna()
    if not unstated.any():
        return []
    sells = set(draft.values("sales_history", "item") | draft.values("forecasts", "item"))
    bad = unstated & ~items["like_item"].isin(sells) & ~items["item"].isin(sells)
    problem = Problem(
        "is launched without a launch_volume or a like_item that sells: nothing is forecast for it.",
        "Fill in one of them, or add a forecast.",
    )
    return draft.faults("items", "item", bad, problem)


def successors_are_there(draft: Draft, _: Horizon) -> Iterator[Fault]:
    """A successor takes over while it is on sale: not before its launch, not after its own end."""
    items = draft["items"]
    of = items.drop_duplicates("item").set_index("item").reindex(items["successor"])
    follows = (items["successor"] != "") & (items["successor"] != items["item"]) & items["phase_out"].notna()
    comes, goes = (of[name].reset_index(drop=True).set_axis(items.index) for name in ("launch", "phase_out"))
    late = follows & (comes > items["phase_out"] + pd.Timedelta(days=1))
    gap = "comes later than the item it follows goes: nobody takes its demand over in between."
    yield from draft.faults("items", "successor", late, Problem(gap, "Move one of the dates, or leave it so."))
    gone = follows & (goes <= items["phase_out"])
    none = "is gone when the item it follows goes: it takes nothing over."
    yield from draft.faults("items", "successor", gone, Problem(none, "Name another item."))


def _sold(draft: Draft) -> pd.DataFrame:
    """Pairs of item and market with demand, with the item's family; launches are taken to go everywhere."""
    items = draft["items"]
    sources = ("sales_history", "forecasts", "sales_orders")
    tables = [draft[name][["item", "market"]].drop_duplicates() for name in sources]
    launched = pd.DataFrame({"item": items.loc[items["launch"].notna(), "item"]})
    everywhere = launched.merge(pd.DataFrame({"market": sorted(draft.values("markets", "market"))}), how="cross")
    pairs = pd.concat([*tables, everywhere], ignore_index=True).drop_duplicates()
    family = dict(zip(items["item"], items["family"], strict=True))
    return pairs.assign(family=pairs["item"].map(family).fillna(""))


def _members(draft: Draft, table: pd.DataFrame) -> list[frozenset[str]]:
    """Items with demand that each row of ``table`` means: one, those of a family, or all."""
    pairs = _sold(draft)
    everything = frozenset(pairs["item"])
    families = {str(name): frozenset(items) for name, items in pairs.groupby("family")["item"]}
    scopes = zip(table["item"], table["family"], strict=True)
    return [
        frozenset((item,)) if item else families.get(family, frozenset()) if family else everything
        for item, family in scopes
    ]


RULES: tuple[Callable[[Draft, Horizon], list[Fault] | Iterator[Fault]], ...] = (
    layers_are_planned_from,
    weights_are_planned_from,
    weights_add_up,
    picks_have_views,
    views_have_demand,
    views_in_money_have_prices,
    views_sum_one_unit,
    sales_are_of_the_first_bucket,
    corrections_are_of_history,
    launches_have_a_volume,
    successors_are_there,
)
