"""Exceptions of the demand review: what changed most, where the forecast is most biased, what was cleaned."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from sop.analysis.wording import money, percent, signed_money, signed_percent
from sop.demand.cleaning import cleaning_table
from sop.domain.horizon import Horizon
from sop.domain.parameters import Parameters
from sop.ui import editing, tables
from sop.ui.formatting import plain
from sop.ui.glossary import GLOSSARY
from sop.ui.question import Answer

MOST = 5
"""Rows of each kind in the list."""
CLEANED_BY_ITSELF = ("outlier", "stock-out")
_SHOWN = ("what", "item", "market", "said", "money")

_COLUMNS: dict[str, Any] = {
    "what": tables.text("Exception"),
    "item": tables.text("Item"),
    "description": tables.text("Name"),
    "market": tables.text("Market"),
    "said": tables.text("How much"),
}


def largest_changes(changes: pd.DataFrame, since: str) -> pd.DataFrame:
    """Series whose demand changed most, in money: what, item, market, said, money; see ``cycles.changes``."""
    moved = changes[changes["money"].abs() > 0].head(MOST)
    said = [signed_percent(share) if share == share else "new" for share in moved["share"]]  # noqa: PLR0124  (NaN)
    return moved.assign(what=f"Changed since {since}", said=said)[list(_SHOWN)]


def worst_bias(accuracy: pd.DataFrame, demanded: pd.DataFrame) -> pd.DataFrame:
    """Series whose backtest was most biased, in money of the window's demand (item, market, money): + = too high."""
    if accuracy.empty:
        return pd.DataFrame(columns=list(_SHOWN))
    series = accuracy[(accuracy["level"] == "series") & accuracy["best"].astype(bool)]
    found = series.drop(columns="money", errors="ignore").merge(demanded[["item", "market", "money"]])
    found = found.assign(money=found["bias"] * found["money"])
    found = found[found["money"].abs() > 0].sort_values("money", key=lambda one: -one.abs(), kind="stable")
    said = [f"{percent(abs(bias))} too {'high' if bias > 0 else 'low'}" for bias in found["bias"]]
    return found.assign(what="Forecast biased", said=said)[list(_SHOWN)].head(MOST)


def cleaned_year(cleaned: pd.DataFrame, base: Parameters, horizon: Horizon) -> pd.DataFrame:
    """Outliers and stock-outs of the last year: what, item, market, said, money (difference at Base's first price)."""
    since = pd.Timestamp(horizon.start(-horizon.periods_per_year))
    own = cleaned["why"].str.startswith(CLEANED_BY_ITSELF) if len(cleaned) else cleaned["why"].astype(bool)
    found = cleaned[own & (cleaned["date"] >= since)]
    items, markets = base.axis("item").index, base.axis("market").index
    price = [
        base["price"][items[item], markets[market], 0]
        for item, market in zip(found["item"], found["market"], strict=True)
    ]
    change = found["used"] - found["recorded"].fillna(0.0)
    said = [f"{period}: {why.partition(':')[0]}" for period, why in zip(found["period"], found["why"], strict=True)]
    found = found.assign(what="History cleaned", said=said, money=change * price)
    return found.sort_values("money", key=lambda one: -one.abs(), kind="stable")[list(_SHOWN)]


def found_in(answer: Answer) -> tuple[str, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """What changes are measured against, changes, biases and cleaned months of the whole company."""
    from sop.ui.demand_review import demanded_money, in_use

    workspace = answer.workspace
    planner, (since, changes) = workspace.planner, workspace.changed_since()
    cleaned = cleaning_table(planner.model, answer.inputs.horizon)
    return (
        since,
        largest_changes(changes, since),
        worst_bias(in_use(workspace.accuracy(), planner.model.engine), demanded_money(answer)),
        cleaned_year(cleaned, planner.base, answer.inputs.horizon),
    )


def told(answer: Answer) -> pd.DataFrame:
    """The three exceptions in a line, undo and redo of edits beside them; returns the list behind them."""
    since, changed, biased, cleaned = found_in(answer)
    with st.container(horizontal=True, gap="medium", key="exceptions", vertical_alignment="center"):
        _metric(answer, f"Largest change since {since}", changed, GLOSSARY["Reference"])
        awaited = answer.inputs.has_history and answer.workspace.accuracy().empty
        _metric(answer, "Worst bias", biased, GLOSSARY["Bias"], "being measured" if awaited else "none")
        count = f"{len(cleaned)} month{'s' * (len(cleaned) != 1)}, {money(float(cleaned['money'].abs().sum()))}"
        st.metric(
            "Outliers and stock-outs, last year",
            f"{count} {answer.currency}" if len(cleaned) else "none",
            help="Months of history the cleaning does not learn from as recorded, at Base's price.",
            width="content",
        )
        editing.steps(answer.workspace)
    editing.last(answer.workspace)
    return pd.concat([changed, biased, cleaned.head(MOST)], ignore_index=True)


def _metric(answer: Answer, label: str, found: pd.DataFrame, help: str, nothing: str = "none") -> None:
    value = nothing
    if len(found):
        row = found.iloc[0]
        amount, name = signed_money(float(row["money"]), answer.currency), answer.inputs.item_titles[row["item"]]
        value = f"{amount} :small[{plain(name)}, {plain(row['market'])}]"
    st.metric(label, value, help=help, width="content")


def table(answer: Answer, found: pd.DataFrame) -> None:
    """The list of exceptions, most money first within each kind."""
    names = dict(zip(answer.inputs["items"]["item"], answer.inputs["items"]["description"], strict=True))
    shown = found.assign(description=found["item"].map(names))
    help = "At Base's price. Bias: over the window's demand."
    tables.show(
        shown[["what", "item", "description", "market", "said", "money"]],
        key="demand_exceptions",
        alt="Exceptions of the demand review",
        columns={**_COLUMNS, "money": tables.number("Money", answer.currency, help)},
        height=300,
        empty="No exception: nothing changed, nothing is biased, nothing was cleaned.",
    )
