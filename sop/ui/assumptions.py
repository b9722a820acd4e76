"""What moves demand: which drivers the backtest switched on, their effects, and elasticities the planner assumes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from sop.charts.view import View
from sop.demand.model import LEAST_DEVIATIONS, DemandModel
from sop.domain.inputs import Inputs
from sop.ui import editing, tables
from sop.ui.glossary import GLOSSARY
from sop.ui.question import Answer

_SWITCHES: dict[str, Any] = {
    "driver": tables.text("Driver"),
    "on": st.column_config.CheckboxColumn("On", help="Switched on where it lowers the backtest's WMAPE."),
    "wape_without": tables.percentage("WMAPE without", GLOSSARY["WMAPE"]),
    "wape_with": tables.percentage("WMAPE with", "The other drivers that are on stay on."),
    "gain": tables.percentage("Gain", "By how much of demand errors fall with it."),
}

_ELASTICITIES: dict[str, Any] = {
    "item": tables.text("Item"),
    "family": tables.text("Family"),
    "used": tables.decimal("In use", GLOSSARY["Elasticity"]),
    "source": tables.text("Where from", "Fitted: own data. Pooled: its family's or the company's. Assumed: yours."),
    "planner": st.column_config.NumberColumn(
        "Yours",
        format="%.2f",
        min_value=-10.0,
        max_value=0.0,
        step=0.1,
        help="Used where data say nothing sure.",
    ),
}


def switches(acceptance: pd.DataFrame) -> pd.DataFrame:
    """What decided on every driver: driver, on, wape_without, wape_with, gain (blank where it could not be measured);
    all drivers together first. Empty where nothing moved.
    """
    if acceptance.empty:
        return acceptance
    frame = acceptance[acceptance["level"].isin(("total", "driver"))].copy()
    frame["driver"] = frame["driver"].where(frame["level"] == "driver", "all that are on")
    frame["gain"] = frame["wape_without"] - frame["wape_with"]
    frame["rank"] = (frame["level"] != "total").astype(int)
    frame = frame.sort_values(["rank", "gain"], ascending=[True, False], kind="stable", ignore_index=True)
    return frame[list(_SWITCHES)]


def series_off(acceptance: pd.DataFrame) -> int:
    """How many series do without drivers because these made their backtest worse."""
    if acceptance.empty:
        return 0
    series = acceptance[acceptance["level"] == "series"]
    return int((~series["on"].astype(bool)).sum())


def unmeasured(acceptance: pd.DataFrame) -> list[str]:
    """Drivers that moved in history, but not where the backtest could measure them."""
    if acceptance.empty:
        return []
    return list(acceptance.loc[(acceptance["level"] == "driver") & acceptance["wape_without"].isna(), "driver"])


def elasticities(inputs: Inputs, model: DemandModel, view: View) -> pd.DataFrame:
    """Own-price elasticity of every item sold in the view: item, family, used (mean over its markets), source, planner
    (NaN = none given)."""
    effects = model.effects_table()
    prices = effects[effects["driver"] == "price"]
    for dimension, value in view.scope:
        prices = prices[prices[dimension] == value]
    groups = prices.groupby("item", sort=False)
    found = groups.agg(
        family=("family", "first"),
        used=("estimate", "mean"),
        source=("source", lambda told: ", ".join(sorted(set(told)))),
    ).reset_index()
    planner = dict(zip(inputs["items"]["item"], inputs["items"]["price_elasticity"], strict=True))
    return found.assign(planner=found["item"].map(planner).astype(np.float64))


def certain(model: DemandModel) -> set[str]:
    """Items whose prices in history say clearly enough what demand does to overrule the planner in every market."""
    prices = model.effects_table().query("driver == 'price'")
    doubtful = ~(prices["estimate"].abs() >= LEAST_DEVIATIONS * prices["standard_error"])
    return set(prices["item"]) - set(prices.loc[doubtful, "item"])


def assumed(shown: pd.DataFrame, edited: Mapping[int, Mapping[str, Any]]) -> dict[str, float]:
    """Elasticities a person changed, by item; NaN where the cell was cleared."""
    return {
        str(shown["item"].iloc[number]): np.nan if cells["planner"] is None else float(cells["planner"])
        for number, cells in sorted(edited.items())
        if "planner" in cells
    }


def show_switches(answer: Answer) -> None:
    """Which drivers are on, and the WMAPE that decided it."""
    acceptance = answer.workspace.planner.model.acceptance_table()
    tables.show(
        switches(acceptance),
        key="driver_switches",
        alt="Drivers switched on by the backtest",
        columns=_SWITCHES,
        height=240,
        empty="No driver has moved in history: what is assumed speaks.",
    )
    if silent := unmeasured(acceptance):
        st.caption(
            f"Not measured, and so off: {', '.join(silent)}. History behind the first move is too short; a change of "
            "price or promotion acts as assumed, other changes not at all."
        )
    if off := series_off(acceptance):
        st.caption(f"{off} series do without drivers: with them their own backtest was worse.")


def show_elasticities(answer: Answer, view: View) -> None:
    """Elasticities in use, and the planner's own, edited in place."""
    shown = elasticities(answer.inputs, answer.workspace.planner.model, view)
    if shown.empty:
        st.caption("Nothing is sold in this selection.")
        return
    edited = editing.grid(
        shown,
        key=editing.key("elasticities"),
        height=304,
        locked=[str(name) for name in shown if name != "planner"],
        columns=_ELASTICITIES,
    )
    changed = assumed(shown, edited)
    spoken = sorted(certain(answer.workspace.planner.model) & set(changed))
    if spoken:
        st.caption(f"Prices in history speak for {', '.join(spoken)}: yours is kept, and used should they fall silent.")
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        by = editing.signed("elasticities")
        if st.button("Save elasticities", disabled=not changed, key="save_elasticities", icon=":material/save:"):
            editing.perform(answer.workspace, by, lambda tell: answer.workspace.assume(changed, by, tell))
