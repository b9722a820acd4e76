"""Earlier rounds of planning beside the present one: what changed since, and what every view turned out to be worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from sop.domain.base import base_parameters
from sop.domain.inputs import Inputs
from sop.domain.parameters import Array, Parameters
from sop.workspace.editing import Desk, after_entry

if TYPE_CHECKING:
    from sop.demand import DemandModel
    from sop.store import Import
    from sop.workspace.demand_review import Views

Places = npt.NDArray[np.int64]
FVA_COLUMNS = ("family", "layer", "wape", "bias", "fva", "step")


@dataclass(frozen=True, eq=False)
class Before:
    """What demand was held to be before: ``title`` says when; ``units`` [I, M, T] on present axes, NaN = unknown."""

    title: str
    units: Array


def last_states(entries: Sequence[Import]) -> list[str]:
    """Inputs every round ended with after its edits, newest first; ``entries`` are one company's, newest first."""
    desk, ends = Desk(), list[str]()
    for entry in reversed(entries):
        desk = after_entry(desk, entry)
        now = desk.done[-1].after if desk.done else desk.start
        if desk.is_fresh:
            ends.append(now)
        else:
            ends[-1] = now
    return list(dict.fromkeys(reversed(ends)))


def planned_before(title: str, inputs: Inputs, model: DemandModel, base: Parameters) -> Before:
    """Base's demand of other ``inputs`` and their ``model`` on the axes and months of ``base``."""
    from sop.demand import forecast

    old = base_parameters(inputs)
    expected = forecast(model, old).expected[:, :, : inputs.horizon.periods]
    months = [inputs.horizon.index_of(day) for day in base.horizon.starts[: base.horizon.periods]]
    return Before(title, _placed(expected, old, base, np.array(months)))


def last_year(model: DemandModel, base: Parameters) -> Before:
    """What customers ordered in the same months a year before; unknown beyond the first year."""
    months = np.arange(base.horizon.periods) - base.horizon.periods_per_year
    wanted = np.where(months < 0, months - model.first, -1)
    return Before("last year", _months(model.history, wanted))


def changes(before: Before, base: Parameters, now: Array) -> pd.DataFrame:
    """One row per series with demand then or now: item, family, market, before, after (units of the months known both
    times), change, money (the change at Base's price), share. Largest change of money first."""
    count = base.horizon.periods
    known = ~np.isnan(before.units)
    then, after = np.where(known, before.units, 0.0), np.where(known, now[:, :, :count], 0.0)
    items, markets = base.axis("item"), base.labels("market")
    frame = pd.DataFrame(
        {
            "item": np.repeat(np.array(items.labels, dtype=object), len(markets)),
            "family": np.repeat(np.array(items.groups["family"], dtype=object), len(markets)),
            "market": np.tile(np.array(markets, dtype=object), len(items)),
            "before": then.sum(axis=2).ravel(),
            "after": after.sum(axis=2).ravel(),
            "money": ((after - then) * base["price"][:, :, :count]).sum(axis=2).ravel(),
        }
    )
    frame = frame[(frame["before"] > 0) | (frame["after"] > 0)].assign(
        change=lambda rows: rows["after"] - rows["before"]
    )
    share = frame["change"] / frame["before"].where(frame["before"] > 0)
    return frame.assign(share=share).sort_values(
        "money", key=lambda money: -money.abs(), kind="stable", ignore_index=True
    )


def value_added_since(views: Views, model: DemandModel, base: Parameters) -> pd.DataFrame:
    """What every layer of an earlier round was worth by the sales since: see ``consensus.value_added``.

    ``views`` are the earlier round's, ``model`` and ``base`` the present ones. Series and months count for which
    sales are known now and a year before. Empty where none are.
    """
    from sop.demand.consensus import value_added

    then = views.base.horizon
    months = np.array([base.horizon.index_of(day) for day in then.starts[: then.periods]])
    gone = months < 0
    if not gone.any():
        return pd.DataFrame(columns=list(FVA_COLUMNS))
    wanted = np.where(gone, months - model.first, -1)
    before = np.where(gone, months - base.horizon.periods_per_year - model.first, -1)
    actual = _placed(_months(model.history, wanted), base, views.base, np.arange(len(months)))
    naive = _placed(_months(model.history, before), base, views.base, np.arange(len(months)))
    actual = np.where(np.isnan(naive), np.nan, actual)
    layers = {name: values[:, :, : len(months)] for name, values in views.layers.items()}
    return value_added(actual, layers, np.nan_to_num(naive), tuple(views.base.axis("item").groups["family"]))


def _months(values: Array, wanted: Places) -> Array:
    """Columns ``wanted`` [n] of ``values`` [I, M, H]; NaN for those outside."""
    inside = (wanted >= 0) & (wanted < values.shape[2])
    result = np.full((*values.shape[:2], len(wanted)), np.nan)
    result[:, :, inside] = values[:, :, wanted[inside]]
    return result


def _placed(values: Array, old: Parameters, new: Parameters, months: Places) -> Array:
    """``values`` on ``old``'s items and markets, on ``new``'s; columns ``months``. NaN where old has no such thing."""
    taken = _months(values, months)
    result = np.full((len(new.labels("item")), len(new.labels("market")), len(months)), np.nan)
    here, there = _pairs(new.labels("item"), old.labels("item"))
    market_here, market_there = _pairs(new.labels("market"), old.labels("market"))
    result[np.ix_(here, market_here)] = taken[np.ix_(there, market_there)]
    return result


def _pairs(new: tuple[str, ...], old: tuple[str, ...]) -> tuple[Places, Places]:
    """Positions of the labels both have, among the new and among the old ones."""
    there = pd.Index(old).get_indexer(pd.Index(new))
    return np.flatnonzero(there >= 0), there[there >= 0]
