"""How good every engine is, which plans and by how much, an engine of a family's own, what layers were worth."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from sop.analysis.wording import percent, percentage_points
from sop.charts.view import View
from sop.domain.inputs import Inputs
from sop.ui import editing, tables
from sop.ui.formatting import plain
from sop.ui.glossary import GLOSSARY
from sop.ui.question import Answer
from sop.workspace.demand_review import ENGINES

NAIVE = "seasonal naive"
COMPANY = "as the company"

_ENGINES: dict[str, Any] = {
    "engine": st.column_config.TextColumn("Engine", width=170),
    "plans": st.column_config.CheckboxColumn("Plans", help="What Base is planned with."),
    "wape": tables.percentage("WMAPE", GLOSSARY["WMAPE"]),
    "mase": tables.decimal("MASE", GLOSSARY["MASE"]),
    "bias": tables.percentage("Bias", GLOSSARY["Bias"]),
    "fva": tables.percentage("FVA", GLOSSARY["FVA"]),
    "behind": tables.percentage("Behind", "WMAPE more than that of the engine that plans; - = better."),
    "coverage": tables.percentage("Coverage", GLOSSARY["Coverage"]),
}

_LAYERS: dict[str, Any] = {
    "family": tables.text("Family"),
    "layer": tables.text("Layer"),
    "wape": tables.percentage("WMAPE", GLOSSARY["WMAPE"]),
    "bias": tables.percentage("Bias", GLOSSARY["Bias"]),
    "fva": tables.percentage("FVA", GLOSSARY["FVA"]),
    "step": tables.percentage("Against the layer before", "Points of WMAPE this step of the consensus gained or lost."),
}


def compared(accuracy: pd.DataFrame, planning: str, view: View) -> pd.DataFrame:
    """All engines over the same held-out months: of the company, else of the family or series in view, best first.

    Columns: engine, plans (the company's engine ``planning``, or the own one of what is in view), wape, mase, bias,
    fva, behind (WMAPE less that of what plans), coverage.
    """
    if accuracy.empty:
        return accuracy
    scope = dict(view.scope)
    level = "series" if {"item", "market"} <= set(scope) else "family" if set(scope) == {"family"} else "total"
    frame = accuracy[accuracy["level"] == level]
    for dimension in {"total": (), "family": ("family",), "series": ("item", "market")}[level]:
        frame = frame[frame[dimension] == scope[dimension]]
    if frame.empty:
        return frame
    plans = frame["plans"] if "plans" in frame else frame["engine"] == planning
    own = frame.loc[plans, "wape"]
    behind = frame["wape"] - (float(own.iloc[0]) if len(own) else float("nan"))
    frame = frame.assign(plans=plans, behind=behind)
    shown = [name for name in _ENGINES if name in frame]
    return frame.sort_values("wape", kind="stable", ignore_index=True)[shown]


def verdict(accuracy: pd.DataFrame, planning: str) -> str:
    """Which engine plans the company and by how much it beats repeating last year; which one the backtest prefers."""
    total = {row["engine"]: row for row in accuracy[accuracy["level"] == "total"].to_dict("records")}
    if planning not in total:
        return f"Planned with {planning}."
    plans = next((name for name, row in total.items() if row.get("plans")), planning)
    own = total[plans]
    how = f"with {planning}" if plans == planning else f"{plans}, {planning} elsewhere"
    told = (
        f"Planned {how}: WMAPE {percent(own['wape'])}, {percentage_points(own['fva'])} better than repeating last year."
    )
    best = str(next((name for name, row in total.items() if row["best"]), planning))
    if best == plans:
        return f"{told} It has the least error and bias of all."
    other = total[best]
    gap = own["wape"] + abs(own["bias"]) - other["wape"] - abs(other["bias"])
    return f"{told} Error and bias together, {best} is {100 * gap:.2f} points ahead."


def better(accuracy: pd.DataFrame, planning: str) -> str:
    """The engine the backtest found best for the company; blank where it plans already, or nothing was measured."""
    if accuracy.empty:
        return ""
    best = accuracy.loc[(accuracy["level"] == "total") & accuracy["best"].astype(bool), "engine"]
    return "" if best.empty or best.iloc[0] == planning else str(best.iloc[0])


def own_engines(inputs: Inputs) -> pd.DataFrame:
    """Families and the engine of their own their items have: family, engine (several where they differ), items."""
    products = inputs["items"].query("kind == 'product'")
    named = products.assign(engine=products["engine"].where(products["engine"] != "", COMPANY))
    groups = named.groupby("family", sort=False)["engine"]
    return pd.DataFrame(
        {"engine": groups.agg(lambda told: ", ".join(dict.fromkeys(told))), "items": groups.size()}
    ).reset_index()


def show(answer: Answer, view: View) -> None:
    """All engines, the verdict, and the engine of a family."""
    found, planning = answer.workspace.accuracy(), answer.workspace.planner.model.engine
    if not found.empty:
        st.caption(plain(verdict(found, planning)))
    tables.show(
        compared(found, planning, view),
        key="engines",
        alt="Accuracy of every engine",
        columns=_ENGINES,
        height=280,
        empty="Being measured in the background: come back in a minute. Plans without history have nothing to measure.",
    )
    if best := better(found, planning):
        _show_adopt(answer, best)


def _show_adopt(answer: Answer, best: str) -> None:
    """One click plans the company with the engine the backtest found best."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        by = editing.signed("adopt_engine")
        pressed = st.button(
            f"Plan with {best}",
            key="adopt_engine",
            icon=":material/check:",
            help="The company, from now on. Undo goes back.",
        )
    if pressed:
        reason = by if by.reason.strip() else replace(by, reason="best in the backtest")
        editing.perform(answer.workspace, reason, lambda tell: answer.workspace.adopt_engine(best, reason, tell))


def show_own(answer: Answer) -> None:
    """An engine of its own for a family."""
    shown = own_engines(answer.inputs)
    families = list(shown["family"])
    now = dict(zip(shown["family"], shown["engine"], strict=True))
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        family = str(st.selectbox("Family to forecast", families, key=editing.key("engine_family"), width=180))
        options = [COMPANY, *ENGINES]
        index = options.index(now[family]) if now[family] in options else 0
        engine = str(st.selectbox("Engine", options, index=index, key=editing.key(f"engine_of_{family}"), width=180))
        by = editing.signed("engine")
        pressed = st.button("Forecast with it", disabled=engine == now[family], key="save_engine")
    if pressed:
        name = "" if engine == COMPANY else engine
        editing.perform(answer.workspace, by, lambda tell: answer.workspace.use_engine(family, name, by, tell))


def show_value_added(answer: Answer) -> None:
    """What every layer of the last round was worth, once its months have passed."""
    month, found = answer.workspace.value_added()
    if month:
        st.caption(f"Forecasts of the round of {month}, held against what was sold since.")
    families = found.assign(family=found["family"].where(found["family"] != "", "All")) if len(found) else found
    tables.show(
        families,
        key="value_added",
        alt="Forecast value added of every layer",
        columns=_LAYERS,
        height=260,
        empty="No earlier round of this company has months with sales yet: load next month's data and it is measured.",
    )
