"""Scenarios side by side: which ones, key figures, one figure over time, what was turned, P&L lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import streamlit as st

from sop import charts
from sop.analysis.comparison import MOST_SCENARIOS, Comparison, only_what_differs, side_by_side
from sop.analysis.wording import bucket_name, money, percent, percentage_points, signed_money
from sop.charts import frames
from sop.domain.inputs import rows
from sop.domain.parameters import Array
from sop.domain.plans import PlanResult
from sop.domain.scenario import BASE_ID
from sop.finance import KPI_LINES
from sop.ui import session, tables
from sop.ui.drawing import draw
from sop.ui.formatting import plain
from sop.ui.question import Answer
from sop.ui.topbar import titles
from sop.ui.turning import scope_title

FEWEST = 2
_NEITHER_GOOD_NOR_BAD = ("inventory_value", "inventory_days")
_AT_FIRST = 4


def picked(answer: Answer) -> tuple[list[PlanResult], bool]:
    """Draw the picker; plans of the chosen scenarios, and whether to show only what differs.

    The scenario on the desk can be chosen with its unsaved levers.
    """
    scenarios = {scenario.id: scenario for scenario in answer.workspace.scenarios()}
    if session.is_changed():
        desk = session.working()
        scenarios[desk.id] = desk
    kept = [scenario_id for scenario_id in st.session_state.get("compared", []) if scenario_id in scenarios]
    kept = kept or list(dict.fromkeys([BASE_ID, session.working().id, *scenarios]))[:_AT_FIRST]
    if st.session_state.get("compared") != kept:
        st.session_state["compared"] = kept
    names = titles(scenarios)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.multiselect(
            "Scenarios",
            list(scenarios),
            format_func=lambda scenario_id: names.get(scenario_id, scenario_id),
            key="compared",
            max_selections=MOST_SCENARIOS,
            persist_state="session",
        )
        differs = st.toggle("Only what differs", key="only_different", persist_state="session")
    return [answer.workspace.plan(scenarios[scenario_id]) for scenario_id in chosen], bool(differs)


def key_figures(comparison: Comparison, answer: Answer, only_different: bool) -> None:
    """One row per key figure, one column per scenario: value, and its difference in good or bad colour."""
    frame = only_what_differs(comparison.kpis) if only_different else comparison.kpis
    if frame.empty:
        st.caption("No key figure differs.")
        return
    cells = {
        (kpi, scenario): _cell(answer, kpi, kind, value, reference)
        for kpi, scenario, kind, value, reference in rows(frame, "kpi", "scenario", "unit", "value", "reference")
    }
    shown = list(dict.fromkeys(frame["kpi"]))
    columns = {"": [f"**{KPI_LINES[kpi][0]}**" for kpi in shown]}
    for scenario_id in comparison.scenarios:
        columns[plain(comparison.names[scenario_id])] = [cells[kpi, scenario_id] for kpi in shown]
    with st.container(key="key_figures"):
        st.table(pd.DataFrame(columns), hide_index=True, border="horizontal", alt="Key figures of the scenarios")


def over_time(results: Sequence[PlanResult], answer: Answer) -> None:
    """One figure of every scenario by month."""
    measure = str(st.selectbox("Over time", list(_MEASURES), key="measure", persist_state="session", width=260))
    values = {result.scenario.id: _MEASURES[measure](answer, result) for result in results}
    draw(
        charts.overlay.overlaid,
        frames.overlay_frame(results, values),
        key="overlaid",
        height=300,
        alt=f"{measure} by month of each scenario",
        title=f"{measure} by month",
        unit=answer.unit_title if measure in _IN_UNITS else answer.currency,
        names=tuple(result.scenario.name for result in results),
        colours=tuple(session.colour(answer.workspace, result.scenario.id) for result in results),
    )


def overrides(comparison: Comparison) -> None:
    """Overrides of each scenario, one row per lever, scope and months."""
    frame = comparison.overrides.drop(columns="lever")
    frame["scope"] = frame["scope"].map(scope_title)
    tables.show(
        frame.rename(columns={"title": "Lever", "scope": "Where", "months": "Months", **comparison.names}),
        key="overrides",
        alt="Overrides of each scenario",
        empty="None of these scenarios turns a lever.",
    )


def lines(comparison: Comparison, only_different: bool) -> None:
    """P&L lines that any of them has, one column per scenario."""
    frame = only_what_differs(comparison.lines) if only_different else comparison.lines
    wide = side_by_side(frame).drop(columns="line") if len(frame) else pd.DataFrame()
    tables.show(
        wide[(wide.select_dtypes("number") != 0).any(axis=1)] if len(wide) else wide,
        key="compared_lines",
        alt="P&L lines of the scenarios",
        columns={
            "title": tables.text("Line"),
            **{scenario_id: tables.number(comparison.names[scenario_id]) for scenario_id in comparison.scenarios},
        },
        height=600,
        empty="No line differs.",
    )


def _cell(answer: Answer, kpi: str, kind: str, value: float, reference: float) -> str:
    shown, change = _value(answer, kind, value), _difference(kind, value - reference)
    if change in ("", "="):
        return shown
    colour = "gray" if kpi in _NEITHER_GOOD_NOR_BAD else "red" if value < reference else "green"
    return f"{shown} :{colour}[({change})]"


def _value(answer: Answer, kind: str, value: float) -> str:
    if kind == "money":
        return money(value)
    if kind in ("share", "percent"):
        return percent(value if kind == "share" else value / 100)
    return bucket_name(answer.result.horizon, int(value)) if kind == "period" else f"{value:.0f}"


def _difference(kind: str, change: float) -> str:
    if kind == "money":
        return signed_money(change)
    if kind in ("share", "percent"):
        return percentage_points(change if kind == "share" else change / 100)
    return "" if kind == "period" or abs(change) < 0.5 else f"{change:+.0f}".replace("-", "−")


def _line(name: str) -> Callable[[Answer, PlanResult], Array]:
    return lambda answer, result: result.finance.lines[name][: result.horizon.periods]


_MEASURES: Mapping[str, Callable[[Answer, PlanResult], Array]] = {
    "EBITDA": _line("ebitda"),
    "Net revenue": _line("net_revenue"),
    "Closing cash": lambda answer, result: result.finance.cash["closing_cash"][: result.horizon.periods],
    "Unconstrained demand": lambda answer, result: frames.expected_demand(answer.inputs, result, answer.view()),
    "Short and declined": lambda answer, result: frames.unmet(answer.inputs, result, answer.view()),
    "Stock": lambda answer, result: frames.stock(answer.inputs, result, answer.view())[0],
}
_IN_UNITS = ("Unconstrained demand", "Short and declined", "Stock")
