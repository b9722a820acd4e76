"""Parts of the demand review: forecast and decomposition, driver effects with their source, accuracy."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from sop import charts
from sop.analysis.wording import percent, percentage_points
from sop.charts import apart as apart_charts
from sop.charts import frames
from sop.charts.view import View, plan_weights
from sop.domain.parameters import Array
from sop.ui import panes, tables
from sop.ui.drawing import draw
from sop.ui.formatting import plain
from sop.ui.glossary import GLOSSARY
from sop.ui.question import Answer

NINE_IN_TEN = 1.6448536269514722
"""Standard errors to either side that hold nine values in ten of a normal distribution."""

_EFFECTS: dict[str, Any] = {
    "family": tables.text("Family"),
    "item": tables.text("Item"),
    "market": tables.text("Market"),
    "driver": tables.text("Driver"),
    "estimate": tables.decimal("Effect", GLOSSARY["Elasticity"]),
    "standard_error": None,
    "source": tables.text("Source", "Fitted from this series, pooled with its family, or assumed by the planner."),
    "lowest": tables.decimal("From", "Nine times in ten the effect on a typical series lies inside; blank = assumed."),
    "highest": tables.decimal("To", "Nine times in ten the effect on a typical series lies inside; blank = assumed."),
    "series": tables.number("Series", help="How many items in markets."),
}

_SCOPES = ("family", "item", "market")
_ACCURACY: dict[str, Any] = {
    "level": None,
    "family": tables.text("Family"),
    "item": tables.text("Item"),
    "market": tables.text("Market"),
    "engine": tables.text("Engine"),
    "money": tables.number("Money at stake", help="WMAPE x the window's demand at its price: what errors put at risk."),
    "wape": tables.percentage("WMAPE", GLOSSARY["WMAPE"]),
    "bias": tables.percentage("Bias", GLOSSARY["Bias"]),
    "fva": tables.percentage("FVA", GLOSSARY["FVA"]),
    "coverage": tables.percentage("Coverage", GLOSSARY["Coverage"]),
    "demand": tables.number("Units held out"),
    "best": st.column_config.CheckboxColumn("Plans"),
}


SPLITS = ("Drivers", "Trend and season")
PARTS = ("Forecast", "Consensus", "History", "Drivers", "Accuracy")


def parts() -> str:
    """The part of the review on screen."""
    return str(
        st.segmented_control(
            "Part",
            PARTS,
            default=PARTS[0],
            required=True,
            key="demand_part",
            label_visibility="collapsed",
            persist_state="session",
        )
    )


def notes(answer: Answer) -> None:
    """What fitting left out of history, and what it would rather plan with."""
    for note in answer.workspace.demand_notes():
        st.caption(plain(note))


def forecast_lines(answer: Answer, view: View) -> None:
    """Two years of history, reference and scenario with its band."""
    panes.forecast(answer, view, "page_demand", 260, past=24)


def decomposition(answer: Answer, view: View) -> None:
    """Everything expected demand is made of; where Prophet planned it, the forecast behind it taken apart as well."""
    apart = taken_apart(answer, view)
    if len(apart):
        shown = st.segmented_control(
            "Taken apart into", SPLITS, default=SPLITS[0], required=True, key="split", label_visibility="collapsed"
        )
        if shown == SPLITS[1]:
            _prophet(answer, view, apart)
            return
    parts = frames.decomposition_frame(answer.inputs, answer.result, view)
    draw(
        charts.forecast.decomposition,
        parts,
        key="page_decomposition",
        height=260,
        alt=f"What demand of {view.title()} is made of, by month",
        title="What demand is made of",
        unit=answer.unit_title,
        drivers=tuple(dict.fromkeys(parts["driver"])),
    )


def taken_apart(answer: Answer, view: View) -> pd.DataFrame:
    """Prophet's trend, season and holidays summed over the view, at Base's first price where it shows money; see
    ``decomposition_table``."""
    from sop.demand.decomposition import decomposition_table

    return decomposition_table(answer.workspace.planner.model, answer.inputs.horizon, _weight(answer, view))


def _weight(answer: Answer, view: View) -> Array:
    return plan_weights(answer.inputs, answer.workspace.planner.base, view)[:, :, 0]


def planned_by_prophet(answer: Answer, view: View) -> str:
    """The view's families that Prophet plans, where it does not plan all of them: `` of Kettles``; else blank."""
    from sop.demand.decomposition import spoken

    model, seen = answer.workspace.planner.model, _weight(answer, view) > 0
    families = np.array(model.families, dtype=object)
    every, planned = (list(dict.fromkeys(families[among.any(axis=1)])) for among in (seen, seen & spoken(model)))
    return "" if every == planned else f" of {', '.join(planned[:3])}" + (" and others" if len(planned) > 3 else "")


def trend_frame(apart: pd.DataFrame) -> pd.DataFrame:
    """``trend_lines`` of what ``taken_apart`` gives."""
    columns = {apart_charts.LEARNED: "cleaned", apart_charts.FORECAST: "total", apart_charts.TREND: "trend"}
    first = apart.loc[apart["cleaned"].isna(), "period"].iloc[0]
    lines = [
        pd.DataFrame({"period": apart["period"], "series": name, "value": apart[column]}).dropna()
        for name, column in columns.items()
    ]
    frame = pd.concat(lines, ignore_index=True)
    return frame.assign(today=(frame["period"] == first) & (frame["series"] == apart_charts.TREND))


def swing_frame(apart: pd.DataFrame) -> pd.DataFrame:
    """``swings`` of what ``taken_apart`` gives; parts that never swing are left out."""
    parts = [name for name in apart_charts.SWINGS if apart[name].abs().max() > 0]
    return apart.melt("period", parts, var_name="part", value_name="value")


def _prophet(answer: Answer, view: View, apart: pd.DataFrame) -> None:
    draw(
        apart_charts.trend_lines,
        trend_frame(apart),
        key="prophet_trend",
        height=170,
        alt=f"Prophet's trend of {view.title()}, by month",
        title=f"Trend{planned_by_prophet(answer, view)}, drivers at their usual level",
        unit=answer.unit_title,
    )
    swung = swing_frame(apart)
    if len(swung):
        draw(
            apart_charts.swings,
            swung,
            key="prophet_swings",
            height=130,
            alt=f"What season and holidays add to the trend of {view.title()}, by month",
            title="What season and holidays add to it",
            unit=answer.unit_title,
            parts=tuple(dict.fromkeys(swung["part"])),
        )


def effects(answer: Answer, view: View) -> None:
    """Driver effects with their interval and where they come from: by family, or by series once one is chosen."""
    frame = answer.workspace.planner.model.effects_table()
    for dimension, value in view.scope:
        frame = frame[frame[dimension] == value]
    detailed = any(dimension != "family" for dimension, _ in view.scope)
    shown = with_interval(frame) if detailed else by_family(frame)
    tables.show(
        shown.sort_values("driver", key=_price_first, kind="stable"),
        key="effects",
        alt="Effect of each driver on demand",
        columns=_EFFECTS,
        height=330,
        empty="No driver acts on this selection.",
    )


def with_interval(effects: pd.DataFrame) -> pd.DataFrame:
    """``effects`` with the ends of the interval an effect lies in nine times in ten, blank where it is assumed."""
    half = NINE_IN_TEN * effects["standard_error"]
    ends = {"lowest": effects["estimate"] - half, "highest": effects["estimate"] + half}
    return effects.assign(**ends).drop(columns="standard_error")


def by_family(effects: pd.DataFrame) -> pd.DataFrame:
    """One row per driver and family: mean effect, interval of a typical series (median ends), series, sources."""
    groups = with_interval(effects).groupby(["driver", "family"], sort=True)
    return groups.agg(
        estimate=("estimate", "mean"),
        lowest=("lowest", "median"),
        highest=("highest", "median"),
        series=("estimate", "size"),
        source=("source", lambda sources: ", ".join(sorted(set(sources)))),
    ).reset_index()


def _price_first(drivers: pd.Series) -> pd.Series:
    return drivers.where(drivers != "price", "")


def accuracy(answer: Answer, view: View) -> None:
    """What the backtest found: families, or the series of a family, most money at stake first; engines of a series."""
    found = in_use(answer.workspace.accuracy(), answer.workspace.planner.model.engine)
    if not found.empty:
        total = found[(found["level"] == "total") & found["best"]]
        st.caption(" · ".join(_told(row) for row in total.to_dict("records")))
    tables.show(
        at_stake(found, view, demanded_money(answer)),
        key="accuracy",
        alt="Accuracy of the forecast",
        empty="Being measured in the background: come back in a minute. Plans without history have nothing to measure.",
        columns=_ACCURACY,
        height=300,
    )


def in_use(found: pd.DataFrame, planning: str) -> pd.DataFrame:
    """The backtest with ``best`` marking what plans each total, family or series: the company's engine ``planning``, or
    one of their own; the backtest's choice where that one was not tried."""
    if "plans" in found and found.loc[found["level"] == "total", "plans"].any():
        return found.assign(best=found["plans"])
    if found.empty or not (found["engine"] == planning).any():
        return found
    return found.assign(best=found["engine"] == planning)


def at_stake(found: pd.DataFrame, view: View, demanded: pd.DataFrame) -> pd.DataFrame:
    """Rows of the backtest for the view with ``money``: WMAPE x the demand of the window at its price, largest first.

    No filter: a row a family; a family: a row a series of it, each with its best engine; a series: all its engines.
    ``demanded`` has item, family, market, money.
    """
    if found.empty:
        return found
    scope = dict(view.scope)
    level = "series" if scope else "family"
    keys = ["family"] if level == "family" else ["item", "market"]
    frame = found[found["level"] == level]
    for dimension, value in scope.items():
        frame = frame[frame[dimension] == value]
    if not {"item", "market"} <= set(scope):
        frame = frame[frame["best"]]
    money = demanded.groupby(keys, as_index=False)["money"].sum()
    frame = frame.merge(money, on=keys, how="left")
    frame = frame.assign(money=frame["wape"] * frame["money"].fillna(0.0))
    order = [name for name in _ACCURACY if name in frame]
    shown = [name for name in order if name not in _SCOPES or (frame[name] != "").any()]
    shown = [name for name in shown if name != "best" or not frame["best"].all()]
    return frame.sort_values("money", ascending=False, kind="stable", ignore_index=True)[shown]


def demanded_money(answer: Answer) -> pd.DataFrame:
    """Unconstrained demand of the window at its price: item, family, market, money."""
    result, span = answer.result, answer.window.planned
    items, markets = result.parameters.axis("item"), result.parameters.labels("market")
    money = (result.demand.planned * result.parameters["price"])[..., span].sum(axis=2)
    return pd.DataFrame(
        {
            "item": np.repeat(items.labels, len(markets)),
            "family": np.repeat(items.groups["family"], len(markets)),
            "market": np.tile(markets, len(items.labels)),
            "money": money.ravel(),
        }
    )


def _told(row: Mapping[Hashable, Any]) -> str:
    figures = f"WMAPE {percent(row['wape'])}, bias {percent(row['bias'])}, {percentage_points(row['fva'])} against"
    return f"All items with {plain(str(row['engine']))}: {figures} repeating last year"
