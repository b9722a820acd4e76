"""The six figures of the cockpit, each with its difference against the reference in its own unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from sop.analysis.wording import SAME, bucket_name, money, percent, percentage_points, signed_money
from sop.domain.plans import Kpis
from sop.ui.formatting import relative
from sop.ui.glossary import GLOSSARY
from sop.ui.question import Answer


@dataclass(frozen=True)
class Figure:
    """One figure as shown: title, value, note beside it, difference, and whether more is better (None = neither)."""

    title: str
    value: str
    note: str
    difference: str
    more_is_better: bool | None
    definition: str


def show(answer: Answer) -> None:
    """Draw the row of six."""
    with st.container(key="kpis"):
        for column, figure in zip(st.columns(6, gap="small"), figures(answer), strict=True):
            column.metric(
                figure.title,
                f"{figure.value} :gray[:small[{figure.note}]]" if figure.note else figure.value,
                (figure.difference or None) if answer.differs else None,
                delta_color=_colour(figure),
                delta_arrow="off" if figure.difference in ("", SAME) else "auto",
                help=figure.definition,
                border=True,
                height="stretch",
            )


def figures(answer: Answer) -> list[Figure]:
    """The six, in order."""
    now, before = answer.kpis, answer.reference_kpis
    return [
        _money("Net revenue", now.net_revenue, before.net_revenue, f"of {money(now.demanded_revenue)} demanded"),
        _figure(
            "Gross margin",
            percent(now.gross_margin_pct / 100),
            percentage_points((now.gross_margin_pct - before.gross_margin_pct) / 100),
            "",
        ),
        _money("EBITDA", now.ebitda, before.ebitda, f"{percent(_share(now.ebitda, now.net_revenue))} of revenue"),
        _figure(
            "Expected fill rate",
            percent(now.expected_fill_rate),
            percentage_points(now.expected_fill_rate - before.expected_fill_rate),
            f"plan {percent(now.fill_rate)}",
        ),
        _inventory(answer, now, before),
        _money("Cash low point", now.cash_low, before.cash_low, _low_month(answer, now)),
    ]


def _money(title: str, now: float, before: float, note: str) -> Figure:
    change, share = signed_money(now - before), relative(now, before)
    text = SAME if SAME in (change, share) else f"{change} ({share})" if share else change
    return _figure(title, money(now), text, note)


def _figure(title: str, value: str, difference: str, note: str, more_is_better: bool | None = True) -> Figure:
    return Figure(title, value, note, difference.replace("−", "-"), more_is_better, GLOSSARY[title])


def _inventory(answer: Answer, now: Kpis, before: Kpis) -> Figure:
    """Neutral until it is over the ceiling; then more of it is bad."""
    ceiling = answer.inputs.settings.maximum_inventory
    over = now.inventory_value > ceiling
    return _figure(
        "Inventory",
        money(now.inventory_value),
        signed_money(now.inventory_value - before.inventory_value),
        f"{now.inventory_days:.0f} days" + (f", over {money(ceiling)}" if over else ""),
        False if over else None,
    )


def _low_month(answer: Answer, now: Kpis) -> str:
    return f"in {bucket_name(answer.result.horizon, now.cash_low_period)}"


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _colour(figure: Figure) -> Literal["normal", "inverse", "off"]:
    if figure.difference in ("", SAME) or figure.more_is_better is None:
        return "off"
    return "normal" if figure.more_is_better else "inverse"
