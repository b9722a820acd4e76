"""What the demand review does: layers of the consensus, corrections of history, assumptions, engines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from sop.domain.base import base_parameters
from sop.domain.catalogue import TABLES
from sop.domain.catalogue.demand import LAYERS
from sop.domain.errors import SopError
from sop.domain.inputs import Inputs, typed
from sop.domain.parameters import Array, Mask, Parameters
from sop.workspace.carrying import statistical
from sop.workspace.demand_checks import check_corrections, check_elasticities, check_says, check_weights
from sop.workspace.editing import Edit, Editing
from sop.workspace.recent import Recent

if TYPE_CHECKING:
    from sop.demand import DemandModel
    from sop.workspace.cycles import Before
    from sop.workspace.fitting import Progress

ENGINES: Final = tuple(next(one.choices for one in TABLES["items"].columns if one.name == "engine"))
THE_IMPORT: Final = "the import"
ROUNDS_BACK: Final = 3


@dataclass(frozen=True)
class Say:
    """One cell of the grid: what ``amount`` (units, money or per cent) a scope should have in the month ``period``
    (its first day). A blank item, family or market means all of them."""

    period: date
    amount: float
    basis: str = "units"
    item: str = ""
    family: str = ""
    market: str = ""


@dataclass(frozen=True)
class Signed:
    """Who changes something and why; both are kept with the change."""

    author: str
    reason: str = ""

    def told(self, what: str) -> str:
        """``Ann: sales view of Kettles (new listing)``; SopError without a name."""
        if not self.author.strip():
            raise SopError("A change needs a name.", "Say who makes it.")
        why = f" ({self.reason.strip()})" if self.reason.strip() else ""
        return f"{self.author.strip()}: {what}{why}"


@dataclass(frozen=True)
class Correction:
    """What to learn from instead of what was recorded in the bucket of ``day``: ``action`` keep, replace (``quantity``
    NaN = bridged), or blank to leave it to the cleaning again."""

    item: str
    market: str
    day: date
    action: str
    quantity: float = float("nan")
    reason: str = ""


@dataclass(frozen=True, eq=False)
class Views:
    """Layers of the consensus [I, M, T] by name, the statistical one first and the consensus last, and where anything
    is sold [I, M]; ``base`` has the axes and Base's prices. ``planned_from`` is the setting: blank = statistical."""

    inputs: Inputs
    base: Parameters
    layers: Mapping[str, Array]
    sold: Mask
    planned_from: str

    def with_says(self, layer: str, says: Sequence[Say]) -> Views:
        """The same with further rows of one layer, nothing stored: what a change would do."""
        tables = {**self.inputs.tables, "forecast_layers": _longer(self.inputs, layer, says, Signed("-"))}
        return _views(Inputs.of(tables), self.base, self.layers[LAYERS[0]], self.sold)

    @property
    def base_units(self) -> Array:
        """[I, M, T] what Base is planned from, before sales to date."""
        return self.layers.get(self.planned_from or LAYERS[0], self.layers[LAYERS[0]])


class DemandReview(Editing):
    """The part of the workspace that reviews demand. The other parts supply what is declared in Editing."""

    def __init__(self) -> None:
        super().__init__()
        self._views: Recent[str, Views] = Recent(2)
        self._changes: Recent[str, tuple[str, pd.DataFrame]] = Recent(2)
        self._starts: Recent[str, Before | None] = Recent(2)

    def views(self) -> Views:
        """Every layer that has a view, and their consensus."""
        return self._views.get(self._cycle.inputs_id, self._new_views)

    def _new_views(self) -> Views:
        planner = self.planner
        return views_of(planner.inputs, planner.model, planner.base)

    # --- consensus ----------------------------------------------------------------------------------------------

    def say(self, layer: str, says: Sequence[Say], signed: Signed) -> Edit:
        """Add a view of sales, marketing or finance, or what was finally agreed; later rows count before earlier ones.

        Raises SopError for an amount or scope that cannot be.
        """
        check_says(self.inputs, layer, says)
        scopes = list(dict.fromkeys(one.item or one.family or "all items" for one in says))
        named = ", ".join(scopes[:3]) + (f" and {len(scopes) - 3} more" if len(scopes) > 3 else "")
        what = signed.told(f"{layer} view of {named}, {_months(len({one.period for one in says}))}")
        return self.edit(lambda inputs: {"forecast_layers": _longer(inputs, layer, says, signed)}, what)

    def plan_from(self, layer: str, signed: Signed) -> Edit:
        """Plan Base from a layer, the ``consensus`` of all, or (blank) the statistical forecast."""
        if layer not in ("", *LAYERS[1:], "consensus"):
            raise SopError(f"There is no layer {layer!r}.", f"Choose one of {', '.join(LAYERS)} or consensus.")
        what = signed.told(f"Base planned from the {layer or LAYERS[0]} forecast")
        return self.edit(lambda inputs: {"settings": _with_setting(inputs, "forecast_layer", layer)}, what)

    def weigh(self, by_family: Mapping[str, Mapping[str, float]], signed: Signed) -> Edit:
        """Weights of the layers in the consensus of some families; a family without weights takes the usual ones."""
        check_weights(self.inputs, by_family)
        what = signed.told(f"weights of {', '.join(name or 'all families' for name in by_family)}")
        return self.edit(lambda inputs: {"forecast_weights": _weighed(inputs, by_family)}, what)

    def value_added(self) -> tuple[str, pd.DataFrame]:
        """First month of the last round whose months have passed, and what its layers were worth since (family blank =
        all, layer, wape, bias, fva, step); blank and empty before there is one."""
        from sop.workspace.cycles import value_added_since

        planner, earlier = self.planner, self._earlier()
        if earlier is None:
            return "", pd.DataFrame()
        views = views_of(earlier, self._models.read(earlier.id))
        return earlier.horizon.label(0), value_added_since(views, planner.model, planner.base)

    def changed_since(self) -> tuple[str, pd.DataFrame]:
        """What Base's demand changed since, and by how much: see ``cycles.changes``.

        Since the last round; where the store has none, since the data were imported; where nothing was edited, against
        what was ordered in the same months last year.
        """
        return self._changes.get(self._cycle.inputs_id, self._new_changes)

    def _new_changes(self) -> tuple[str, pd.DataFrame]:
        from sop.demand import forecast
        from sop.workspace.cycles import changes

        planner = self.planner
        before = self._before()
        return before.title, changes(before, planner.base, forecast(planner.model, planner.base).expected)

    def _before(self) -> Before:
        from sop.workspace.cycles import last_year

        planner, start = self.planner, self.desk().start
        found = self._starts.get(start, lambda: self._planned_before(start))
        if found is None or (found.title == THE_IMPORT and start == planner.inputs.id):
            return last_year(planner.model, planner.base)
        return found

    def _planned_before(self, start: str) -> Before | None:
        """What was planned in the last round, or at the ``start`` of this one; None where neither is known."""
        from sop.workspace.cycles import planned_before

        base, earlier = self.planner.base, self._earlier()
        if earlier is not None:
            title = f"the round of {earlier.horizon.label(0)}"
            return planned_before(title, earlier, self._models.read(earlier.id), base)
        if not self._models.is_fitted(start):
            return None
        return planned_before(THE_IMPORT, self._store.inputs(start), self._models.read(start), base)

    def _earlier(self) -> Inputs | None:
        """What the last round with an earlier first month ended with, where its model is there."""
        from sop.workspace.cycles import last_states

        first, company = self.inputs.horizon.first, self._cycle.company
        entries = [entry for entry in self._store.imports() if entry.company == company]
        for inputs_id in last_states(entries)[1 : ROUNDS_BACK + 1]:
            found = self._store.inputs(inputs_id)
            if found.horizon.first < first and self._models.is_fitted(inputs_id):
                return found
        return None

    # --- history and assumptions --------------------------------------------------------------------------------

    def correct(self, corrections: Sequence[Correction], signed: Signed, progress: Progress | None = None) -> Edit:
        """Overrule the cleaning of history, or leave it to the cleaning again; the forecast is fitted again."""
        check_corrections(self.inputs, corrections)
        count = f"{len(corrections)} month{'s' * (len(corrections) > 1)}"
        what = signed.told(f"history of {', '.join(dict.fromkeys(one.item for one in corrections))}, {count}")
        return self.edit(
            lambda inputs: {"history_corrections": _corrected(inputs, corrections, signed)}, what, progress
        )

    def assume(self, elasticity: Mapping[str, float], signed: Signed, progress: Progress | None = None) -> Edit:
        """The planner's own-price elasticity of some items (NaN = none), used where data say nothing."""
        check_elasticities(self.inputs, elasticity)
        what = signed.told(f"assumed elasticity of {', '.join(elasticity)}")
        return self.edit(lambda inputs: {"items": _items_with(inputs, "price_elasticity", elasticity)}, what, progress)

    def adopt_engine(self, engine: str, signed: Signed, progress: Progress | None = None) -> Edit:
        """Forecast the company with an engine from now on, such as the one the backtest found best: the setting
        ``engine``. Families and items with an engine of their own keep it."""
        if engine not in ENGINES:
            raise SopError(f"There is no engine {engine!r}.", f"Choose one of {', '.join(ENGINES)}.")
        what = signed.told(f"the company planned with {engine}")
        return self.edit(lambda inputs: {"settings": _with_setting(inputs, "engine", engine)}, what, progress)

    def use_engine(self, family: str, engine: str, signed: Signed, progress: Progress | None = None) -> Edit:
        """Forecast a family's items with an engine of their own; blank = the company's."""
        if engine not in ("", *ENGINES):
            raise SopError(f"There is no engine {engine!r}.", f"Choose one of {', '.join(ENGINES)}.")
        table = self.inputs["items"]
        items = table.loc[(table["family"] == family) & (table["kind"] == "product"), "item"]
        if items.empty:
            raise SopError(f"There is no family {family!r}.", "Choose one that has products.")
        what = signed.told(f"engine of {family}: {engine or 'as the company'}")
        chosen = dict.fromkeys(items, engine)
        return self.edit(lambda inputs: {"items": _items_with(inputs, "engine", chosen)}, what, progress)


def views_of(inputs: Inputs, model: DemandModel, base: Parameters | None = None) -> Views:
    """The layers of ``inputs`` over the statistical forecast of ``model``, fitted to them (``base``)."""
    from sop.demand import forecast
    from sop.demand.model import NOT_SOLD

    base = base_parameters(inputs) if base is None else base
    return _views(inputs, base, forecast(statistical(model), base).expected, model.origin != NOT_SOLD)


def _views(inputs: Inputs, base: Parameters, told: Array, sold: Mask) -> Views:
    from sop.demand.consensus import consensus

    return Views(inputs, base, consensus(inputs, base, told, sold), sold, inputs.settings.forecast_layer)


def _longer(inputs: Inputs, layer: str, says: Sequence[Say], signed: Signed) -> pd.DataFrame:
    """forecast_layers with further rows at the end."""
    now = pd.Timestamp(datetime.now(UTC).date())
    told = {"layer": layer, "author": signed.author.strip(), "reason": signed.reason.strip(), "entered": now}
    keys = ("item", "family", "market", "period", "basis", "amount")
    rows = [{key: getattr(one, key) for key in keys} | told for one in says]
    added = typed("forecast_layers", pd.DataFrame(rows))
    return pd.concat([inputs["forecast_layers"], added], ignore_index=True)


def _with_setting(inputs: Inputs, key: str, value: str) -> pd.DataFrame:
    table = inputs["settings"]
    kept = table[table["key"] != key]
    row = typed("settings", pd.DataFrame({"key": [key], "value": [value]})) if value else kept.iloc[:0]
    return pd.concat([kept, row], ignore_index=True)


def _weighed(inputs: Inputs, by_family: Mapping[str, Mapping[str, float]]) -> pd.DataFrame:
    table = inputs["forecast_weights"]
    rows = [
        {"family": family, "layer": layer, "weight": weight}
        for family, weights in by_family.items()
        for layer, weight in weights.items()
    ]
    added = typed("forecast_weights", pd.DataFrame(rows, columns=["family", "layer", "weight"]))
    return pd.concat([table[~table["family"].isin(list(by_family))], added], ignore_index=True)


def _corrected(inputs: Inputs, corrections: Sequence[Correction], signed: Signed) -> pd.DataFrame:
    """history_corrections with one row for each corrected month; blank actions leave none."""
    table, horizon = inputs["history_corrections"], inputs.horizon
    keys = [(one.item, one.market, horizon.index_of(one.day)) for one in corrections]
    present = list(zip(table["item"], table["market"], horizon.index_of_dates(table["date"]), strict=True))
    kept = table[_are_not_in(present, keys)]
    rows = [
        {
            "item": one.item,
            "market": one.market,
            "date": pd.Timestamp(horizon.start(bucket)),
            "action": one.action,
            "quantity": one.quantity if one.action == "replace" else np.nan,
            "reason": one.reason or signed.reason.strip(),
            "author": signed.author.strip(),
        }
        for one, (_, _, bucket) in zip(corrections, keys, strict=True)
        if one.action
    ]
    added = typed("history_corrections", pd.DataFrame(rows, columns=list(table.columns)))
    return pd.concat([kept, added], ignore_index=True)


def _are_not_in(present: Sequence[tuple[str, str, int]], keys: Sequence[tuple[str, str, int]]) -> npt.NDArray[np.bool_]:
    gone = set(keys)
    return np.array([(item, market, int(bucket)) not in gone for item, market, bucket in present], dtype=bool)


def _items_with(inputs: Inputs, column: str, values: Mapping[str, object]) -> pd.DataFrame:
    table = inputs["items"]
    changed = [values.get(item, old) for item, old in zip(table["item"], table[column], strict=True)]
    return table.assign(**{column: pd.Series(changed, index=table.index, dtype=table[column].dtype)})


def _months(count: int) -> str:
    return "1 month" if count == 1 else f"{count} months"
