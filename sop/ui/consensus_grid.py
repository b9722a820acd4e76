"""The consensus: every layer by family or item and month, edited in units, value or per cent; weights by family."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from sop import charts
from sop.analysis.wording import money, signed_percent, units
from sop.charts.view import View
from sop.domain.catalogue.demand import LAYERS
from sop.domain.parameters import Array, Mask
from sop.ui import editing, tables
from sop.ui.drawing import draw
from sop.ui.formatting import plain
from sop.ui.glossary import GLOSSARY
from sop.ui.question import Answer
from sop.workspace.demand_review import Say, Views

CONSENSUS = "consensus"
STATISTICAL = LAYERS[0]
_BASES = {"Units": "units", "Value": "value", "% of statistical": "percent"}
_ROWS = {"Families": "family", "Items": "item"}


@dataclass(frozen=True)
class Sheet:
    """What the grid shows: one ``layer`` by family or item (``by``) in units, value or percent (``basis``).

    ``family`` and ``market`` narrow it; blank = all.
    """

    layer: str
    by: str
    basis: str
    family: str = ""
    market: str = ""

    @property
    def is_open(self) -> bool:
        """Whether people may change it."""
        return self.layer in LAYERS[1:]


def layer_of(views: Views, name: str) -> Array:
    """[I, M, T] of a layer; the statistical forecast where it has no view yet."""
    return views.layers.get(name, views.layers[STATISTICAL])


def grid(views: Views, sheet: Sheet) -> pd.DataFrame:
    """Rows families or items with demand, columns the reported months, cells in the sheet's basis.

    Per cent: change against the statistical forecast of the same cells, NaN where that is 0.
    """
    rows, member = _rows(views, sheet)
    values = _totals(views, layer_of(views, sheet.layer), sheet, member)
    if sheet.basis == "percent":
        told = _totals(views, views.layers[STATISTICAL], sheet, member)
        values = 100.0 * np.divide(values - told, told, out=np.full_like(values, np.nan), where=told > 0)
    horizon = views.base.horizon
    return pd.DataFrame(values, index=pd.Index(rows, name=sheet.by), columns=list(horizon.labels[: horizon.periods]))


def _rows(views: Views, sheet: Sheet) -> tuple[list[str], Array]:
    """Labels of the rows and which items each of them counts [rows, I]."""
    items = views.base.axis("item")
    sold = (views.sold & _markets(views, sheet)).any(axis=1)
    family = np.array(items.groups["family"], dtype=object)
    seen = sold & ((family == sheet.family) if sheet.family else True)
    labels = family if sheet.by == "family" else np.array(items.labels, dtype=object)
    rows = list(dict.fromkeys(labels[seen]))
    member = np.array([(labels == row) & seen for row in rows], dtype=np.float64)
    return rows, member.reshape(len(rows), len(items))


def _markets(views: Views, sheet: Sheet) -> Mask:
    """Which markets count [1, M]."""
    labels = np.array(views.base.labels("market"), dtype=object)
    return np.asarray((labels == sheet.market) if sheet.market else np.ones(len(labels), dtype=bool))[None, :]


def _totals(views: Views, values: Array, sheet: Sheet, member: Array) -> Array:
    """[rows, months] sums of a layer over the items of each row and the chosen markets."""
    count = views.base.horizon.periods
    worth = views.base["price"][:, :, :count] if sheet.basis == "value" else 1.0
    chosen = (views.sold & _markets(views, sheet))[:, :, None]
    return np.asarray(member @ (values[:, :, :count] * worth * chosen).sum(axis=1))


def says(views: Views, sheet: Sheet, edited: Mapping[int, Mapping[str, float | None]]) -> list[Say]:
    """The cells a person changed: by row number the new amounts by month. A cleared cell = the statistical forecast."""
    rows, horizon = _rows(views, sheet)[0], views.base.horizon
    result = []
    for number, cells in sorted(edited.items()):
        item, family = (rows[number], "") if sheet.by == "item" else ("", rows[number])
        for month, amount in sorted(cells.items()):
            cleared = amount is None or pd.isna(amount)
            told = (0.0, "percent") if cleared or amount is None else (float(amount), sheet.basis)
            first_day = horizon.start(horizon.index_of_label(month))
            result.append(Say(first_day, *told, item=item, family=family, market=sheet.market))
    return result


def lines_frame(views: Views, sheet: Sheet) -> pd.DataFrame:
    """``layer_lines``: totals of every layer with a view over the sheet's scope: period, series, value."""
    _, member = _rows(views, sheet)
    basis = "value" if sheet.basis == "value" else "units"
    over = Sheet(sheet.layer, sheet.by, basis, sheet.family, sheet.market)
    labels = list(views.base.horizon.labels[: views.base.horizon.periods])
    parts = []
    for name in shown_layers(views):
        values = _totals(views, views.layers[name], over, member).sum(axis=0)
        parts.append(pd.DataFrame({"period": labels, "series": name, "value": values}))
    return pd.concat(parts, ignore_index=True)


def shown_layers(views: Views) -> tuple[str, ...]:
    """Layers that have a view, and the consensus once there is more than the statistical forecast."""
    names = [name for name in LAYERS if name in views.layers]
    return (*names, CONSENSUS) if len(names) > 1 else tuple(names)


def totals_frame(views: Views, sheet: Sheet) -> pd.DataFrame:
    """One row per layer with a view: units and value over the months of the plan, change against the statistical one.

    Columns: layer, units, money, share, base (whether Base is planned from it).
    """
    _, member = _rows(views, sheet)
    scope = {"family": sheet.family, "market": sheet.market}
    records = []
    for name in shown_layers(views):
        count = {
            basis: float(_totals(views, views.layers[name], Sheet(name, sheet.by, basis, **scope), member).sum())
            for basis in ("units", "value")
        }
        records.append({"layer": name, "units": count["units"], "money": count["value"]})
    frame = pd.DataFrame(records)
    told = float(frame["units"].iloc[0])
    return frame.assign(
        share=frame["units"] / told - 1.0 if told > 0 else np.nan,
        base=frame["layer"] == (views.planned_from or STATISTICAL),
    )


def base_unit(views: Views, sheet: Sheet) -> str:
    """The unit all items of the sheet are stated in, blank where they differ: then units do not add up."""
    table = views.inputs["items"]
    _, member = _rows(views, sheet)
    found = set(table["unit"].to_numpy()[member.any(axis=0)])
    return str(found.pop()) if len(found) == 1 else ""


def weights_frame(views: Views) -> pd.DataFrame:
    """Weights as they are in the data, a row for all families and one each, a column a layer; NaN = none given."""
    table = views.inputs["forecast_weights"]
    products = views.inputs["items"].query("kind == 'product'")
    names = ["", *dict.fromkeys(products["family"])]
    given = {(family, layer): weight for family, layer, weight in table.itertuples(index=False)}
    cells = [[given.get((name, layer), np.nan) for layer in LAYERS] for name in names]
    return pd.DataFrame(cells, index=pd.Index(names, name="family"), columns=list(LAYERS), dtype=np.float64)


def weights_said(frame: pd.DataFrame, edited: Mapping[int, Mapping[str, float | None]]) -> dict[str, dict[str, float]]:
    """All weights of the families a person changed; cleared cells count nothing."""
    result = {}
    for number, cells in edited.items():
        before = dict(zip(LAYERS, frame.to_numpy()[number], strict=True))
        after = {layer: cells.get(layer, weight) for layer, weight in before.items()}
        kept = {layer: float(weight) for layer, weight in after.items() if weight is not None and not np.isnan(weight)}
        result[str(frame.index[number])] = kept
    return result


# --- on screen ------------------------------------------------------------------------------------------------------


def show(answer: Answer, view: View) -> None:
    """The grid of one layer, what its changes would do, all layers side by side, weights, where Base comes from."""
    views = answer.workspace.views()
    scope = dict(view.scope)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        sheet = _sheet(views, scope.get("family", ""), scope.get("market", ""))
        _base(answer, views)
    _editor(answer, views, sheet)
    left, right = st.columns([5, 4])
    with left:
        _lines(answer, views, sheet)
    with right:
        _totals_table(answer, views, sheet)
    with st.expander("Weights and picks by family"):
        _weights(answer, views)


def _sheet(views: Views, family: str, market: str) -> Sheet:
    layer = st.segmented_control(
        "Layer",
        [*LAYERS, CONSENSUS],
        default="sales",
        required=True,
        key="consensus_layer",
        help=GLOSSARY["Consensus forecast"],
    )
    by = st.segmented_control("Rows", list(_ROWS), default="Families", required=True, key="consensus_rows")
    asked = Sheet(str(layer), _ROWS[str(by)], "units", family, market)
    mixed = not base_unit(views, asked) and asked.by == "family"
    offered = [name for name in _BASES if not (mixed and name == "Units")]
    basis = st.segmented_control("In", offered, default=offered[0], required=True, key=f"consensus_in_{mixed}")
    return Sheet(asked.layer, asked.by, _BASES[str(basis)], family, market)


def _editor(answer: Answer, views: Views, sheet: Sheet) -> None:
    frame = grid(views, sheet)
    shown = "%+.1f" if sheet.basis == "percent" else "%,.0f"
    least = -100.0 if sheet.basis == "percent" else 0.0
    months = {
        str(month): st.column_config.NumberColumn(str(month), format=shown, min_value=least, width=76)
        for month in frame
    }
    edited = editing.grid(
        frame,
        key=editing.key(f"grid_{sheet.layer}_{sheet.by}_{sheet.basis}_{sheet.family}_{sheet.market}"),
        height=274,
        locked=not sheet.is_open,
        hides_index=False,
        columns={sheet.by: st.column_config.TextColumn(sheet.by.capitalize(), pinned=True, width=150), **months},
    )
    if not sheet.is_open:
        who = "comes from history" if sheet.layer == STATISTICAL else "follows from the layers and their weights"
        st.caption(f"The {sheet.layer} forecast {who}: it is not edited by hand.")
        return
    changed = says(views, sheet, edited)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="consensus_save"):
        by = editing.signed("consensus")
        label = f"Save {len(changed)} cell{'s' * (len(changed) != 1)}" if changed else "Save"
        pressed = st.button(label, type="primary", icon=":material/save:", disabled=not changed, key="save_layer")
    st.caption(preview(views, sheet, changed, answer.currency) if changed else _how(views, sheet))
    if pressed:
        editing.perform(answer.workspace, by, lambda _: answer.workspace.say(sheet.layer, changed, by))


def _how(views: Views, sheet: Sheet) -> str:
    scope = f"in {plain(sheet.market)}" if sheet.market else "over all markets"
    start = (
        "" if sheet.layer in views.layers else f"Nobody entered a {sheet.layer} view yet: it starts as statistical. "
    )
    return (
        f"{start}Type into the grid: a figure is the total of its row {scope}, spread over items and markets in the "
        "shares they have. A cleared cell goes back to the statistical forecast."
    )


def preview(views: Views, sheet: Sheet, changed: list[Say], currency: str) -> str:
    """What saving these cells would do to the layer, in a sentence."""
    after = views.with_says(sheet.layer, changed)
    before_value, value = (_worth(one, sheet.layer) for one in (views, after))
    before_units, volume = (_volume(one, sheet.layer) for one in (views, after))
    unit = base_unit(views, Sheet(sheet.layer, "item", "units"))
    told = f"{money(before_value, currency)} → {money(value, currency)} ({signed_percent(value / before_value - 1)})"
    if unit:
        told = f"{units(before_units, unit)} → {units(volume, unit)}, {told}"
    moves = views.planned_from in (sheet.layer, CONSENSUS)
    base = "Base moves with it." if moves else f"Base stays: it is planned from {views.planned_from or STATISTICAL}."
    return f"Not saved yet. The {sheet.layer} forecast over the plan: {told}. {base}"


def _worth(views: Views, layer: str) -> float:
    count = views.base.horizon.periods
    return float((layer_of(views, layer) * views.base["price"])[:, :, :count].sum())


def _volume(views: Views, layer: str) -> float:
    return float(layer_of(views, layer)[:, :, : views.base.horizon.periods].sum())


def _lines(answer: Answer, views: Views, sheet: Sheet) -> None:
    unit = answer.currency if sheet.basis == "value" else base_unit(views, sheet)
    if not unit:
        sheet, unit = Sheet(sheet.layer, sheet.by, "value", sheet.family, sheet.market), answer.currency
    where = View(tuple((name, value) for name, value in (("family", sheet.family), ("market", sheet.market)) if value))
    draw(
        charts.consensus.layer_lines,
        lines_frame(views, sheet),
        key="layer_lines",
        height=230,
        alt=f"Layers of the forecast of {where.title()} by month",
        title=f"Layers of the forecast: {where.title()}",
        unit=unit,
        names=shown_layers(views),
    )


def _totals_table(answer: Answer, views: Views, sheet: Sheet) -> None:
    unit = base_unit(views, sheet)
    tables.show(
        totals_frame(views, sheet),
        key="layer_totals",
        alt="Layers over the months of the plan",
        columns={
            "layer": tables.text("Layer"),
            "units": tables.number("Demand", unit) if unit else None,
            "money": tables.number("At Base's price", answer.currency),
            "share": tables.percentage("vs statistical"),
            "base": st.column_config.CheckboxColumn("Base"),
        },
        height=190,
    )


def _base(answer: Answer, views: Views) -> None:
    options = [STATISTICAL, *LAYERS[1:], CONSENSUS]
    present = views.planned_from or STATISTICAL
    with st.popover(f"Base from {present}", icon=":material/flag:", help="Which forecast Base is planned from."):
        chosen = st.selectbox("Plan Base from", options, index=options.index(present), key=editing.key("planned_from"))
        if chosen not in (present, STATISTICAL, CONSENSUS) and chosen not in views.layers:
            st.caption(
                f"Nobody entered a {chosen} view yet: demand stays the statistical forecast until somebody does."
            )
        by = editing.signed("plan_from")
        pressed = st.button("Plan from it", type="primary", disabled=chosen == present, key="plan_from")
    if pressed:
        layer = "" if chosen == STATISTICAL else str(chosen)
        editing.perform(answer.workspace, by, lambda _: answer.workspace.plan_from(layer, by))


def _weights(answer: Answer, views: Views) -> None:
    st.caption(
        "How much each layer counts in the consensus of a family: 1 for one layer alone is a pick, others are scaled "
        "to add up. A family without weights takes those of *all*; without those the last layer with a view counts."
    )
    frame = weights_frame(views)
    columns = {layer: st.column_config.NumberColumn(layer, format="%.2f", min_value=0.0, width=90) for layer in LAYERS}
    edited = editing.grid(
        frame.rename(index={"": "all"}),
        key=editing.key("weights"),
        height=244,
        hides_index=False,
        columns={"family": st.column_config.TextColumn("Family", width=170), **columns},
    )
    changed = weights_said(frame, edited)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        by = editing.signed("weights")
        if st.button("Save weights", disabled=not changed, key="save_weights"):
            editing.perform(answer.workspace, by, lambda _: answer.workspace.weigh(changed, by))
