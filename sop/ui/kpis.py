"""The six figures of the cockpit, each with its difference against the reference in its own unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import streamlit as st

from sop.analysis.wording import NOTHING, SAME, bucket_name, money, percent, percentage_points
from sop.domain.parameters import Array
from sop.domain.plans import Kpis, PlanResult
from sop.ui import opening
from sop.ui.formatting import change, days, relative
from sop.ui.glossary import GLOSSARY
from sop.ui.question import Answer
from sop.ui.sparkline import sparkline


@dataclass(frozen=True)
class Figure:
    """One figure as shown: title, value, note beside it, difference, and whether more is better (None = neither)."""

    title: str
    value: str
    note: str
    difference: str
    more_is_better: bool | None
    definition: str


COURSES = ("Net revenue", "Gross margin, %", "EBITDA", "Expected fill rate, %", "Inventory", "Closing cash")
"""What ``courses`` gives, in order."""


def show(answer: Answer) -> None:
    """Draw the row of six, and the course of each over the window."""
    with st.container(key="kpis"):
        for column, figure in zip(st.columns(6, gap="small"), figures(answer), strict=True):
            column.metric(
                figure.title,
                f"{figure.value} :gray[:small[{figure.note}]]" if figure.note else figure.value,
                figure.difference,
                delta_color=_colour(figure),
                delta_arrow="off" if figure.difference in (SAME, NOTHING) else "auto",
                help=figure.definition,
                border=True,
                height="stretch",
            )
        opening.button("kpis", "Key figures by month", lambda: by_month(answer))
        with st.container(key="courses"):
            st.html(f"<div>{''.join(f'<span>{line}</span>' for line in sparklines(answer))}</div>")


def figures(answer: Answer) -> list[Figure]:
    """The six, in order."""
    now, before = answer.kpis, answer.reference_kpis
    return [
        _money("Net revenue", now.net_revenue, before["net_revenue"], f"of {money(now.demanded_revenue)} demanded"),
        _figure(
            "Gross margin",
            percent(now.gross_margin_pct / 100),
            _difference(_points, now.gross_margin_pct / 100, _hundredth(before["gross_margin_pct"])),
            "of net revenue",
        ),
        _money("EBITDA", now.ebitda, before["ebitda"], f"{percent(_share(now.ebitda, now.net_revenue))} of revenue"),
        _figure(
            "Expected fill rate",
            percent(now.expected_fill_rate),
            _difference(_points, now.expected_fill_rate, before["expected_fill_rate"]),
            f"plan {percent(now.fill_rate)}",
        ),
        _inventory(answer, now, before),
        _money("Cash low point", now.cash_low, before["cash_low"], _low_month(answer, now)),
    ]


def by_month(answer: Answer) -> pd.DataFrame:
    """The six by planned month of the window, the plan's and, if it is a plan, the reference's; shares in per cent."""
    span, horizon = answer.window.planned, answer.result.horizon
    shown = {"Plan": answer.result} if answer.against else {"Plan": answer.result, "Reference": answer.reference}
    found: dict[str, object] = {"Month": [horizon.label(bucket) for bucket in range(span.start, span.stop)]}
    values = {title: courses(plan, span) for title, plan in shown.items()}
    for place, name in enumerate(COURSES):
        for title, own in values.items():
            found[f"{name}, {title}"] = own[place] * (100.0 if name.endswith("%") else 1.0)
    return pd.DataFrame(found)


def sparklines(answer: Answer) -> list[str]:
    """The course of each of the six over the planned months of the window, the reference's in grey if it is a plan."""
    now = courses(answer.result, answer.window.planned)
    unknown = [np.full(len(course), np.nan) for course in now]
    before = unknown if answer.against else courses(answer.reference, answer.window.planned)
    return [sparkline(own, other, answer.colour) for own, other in zip(now, before, strict=True)]


def courses(plan: PlanResult, span: slice) -> list[Array]:
    """Revenue, gross margin as a share, EBITDA, expected fill rate, stock value and closing cash by bucket."""
    lines = plan.finance.lines
    revenue = lines["net_revenue"][span]
    margin = np.divide(lines["gross_margin"][span], revenue, out=np.full(len(revenue), np.nan), where=revenue > 0)
    cash, stock = plan.finance.cash["closing_cash"][span], plan.finance.inventory_value[span]
    return [revenue, margin, lines["ebitda"][span], _expected_fill(plan, span), stock, cash]


def _expected_fill(plan: PlanResult, span: slice) -> Array:
    from sop.finance.kpis import expected_fill_rate

    buckets = (slice(bucket, bucket + 1) for bucket in range(span.start, span.stop))
    return np.array([expected_fill_rate(plan, bucket) for bucket in buckets], dtype=np.float64)


def _money(title: str, now: float, before: float | None, note: str) -> Figure:
    amount = _difference(change, now, before)
    share = "" if before is None else relative(now, before)
    text = amount if amount in (SAME, NOTHING) or share in ("", SAME) else f"{amount} ({share})"
    return _figure(title, money(now), text, note)


def _difference(spelled: Callable[[float, float], str], now: float, before: float | None) -> str:
    """The difference, a dash where the reference has no such figure."""
    return NOTHING if before is None else spelled(now, before)


def _points(now: float, before: float) -> str:
    return percentage_points(now - before)


def _hundredth(percentage: float | None) -> float | None:
    return None if percentage is None else percentage / 100


def _figure(title: str, value: str, difference: str, note: str, more_is_better: bool | None = True) -> Figure:
    return Figure(title, value, note, difference.replace("−", "-"), more_is_better, GLOSSARY[title])


def _inventory(answer: Answer, now: Kpis, before: Mapping[str, float | None]) -> Figure:
    """Neutral until it is over the ceiling; then more of it is bad."""
    ceiling = answer.inputs.settings.maximum_inventory
    over = now.inventory_value > ceiling
    amount = _difference(change, now.inventory_value, before["inventory_value"])
    cover = _difference(days, now.inventory_days, before["inventory_days"])
    return _figure(
        "Inventory",
        money(now.inventory_value),
        amount if cover in (SAME, NOTHING) else f"{amount}, {cover}".removeprefix(f"{SAME}, "),
        f"{now.inventory_days:.0f} days" + (f", over {money(ceiling)}" if over else ""),
        False if over else None,
    )


def _low_month(answer: Answer, now: Kpis) -> str:
    return f"in {bucket_name(answer.result.horizon, now.cash_low_period)}"


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _colour(figure: Figure) -> Literal["normal", "inverse", "off"]:
    if figure.difference in (SAME, NOTHING) or figure.more_is_better is None:
        return "off"
    return "normal" if figure.more_is_better else "inverse"
