"""Scenarios side by side: which ones, the table of key figures, one figure over time, what was turned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from sop.analysis.comparison import MOST_SCENARIOS, Comparison, only_what_differs, side_by_side
from sop.analysis.wording import bucket_name, money, percent, percentage_points, signed_money
from sop.charts import frames
from sop.domain.inputs import rows
from sop.domain.parameters import Array
from sop.domain.plans import PlanResult
from sop.finance import KPI_LINES
from sop.ui import tables
from sop.ui.question import Answer
from sop.ui.topbar import titles
from sop.ui.turning import scope_title
from sop.workspace import Workspace

MEASURES = ("EBITDA", "Net revenue", "Unconstrained demand", "Stock", "Closing cash", "Short and declined")
_LESS_IS_BETTER = ("inventory_value", "inventory_days")


def picked(workspace: Workspace) -> tuple[list[str], bool]:
    """Draw the picker; the scenarios chosen (kept while they exist) and whether to show only what differs."""
    names = titles({scenario.id: scenario for scenario in workspace.scenarios()})
    kept = [scenario_id for scenario_id in st.session_state.get("compared", []) if scenario_id in names]
    if not kept:
        kept = list(names)[: min(len(names), 4)]
    if st.session_state.get("compared") != kept:
        st.session_state["compared"] = kept
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.multiselect(
            "Scenarios",
            list(names),
            format_func=lambda scenario_id: names.get(scenario_id, scenario_id),
            key="compared",
            max_selections=MOST_SCENARIOS,
            persist_state="session",
        )
        differs = st.toggle("Only what differs", key="only_different", persist_state="session")
    return (list(chosen) if len(chosen) >= 2 else []), bool(differs)


def kpi_table(comparison: Comparison, answer: Answer, only_different: bool) -> pd.DataFrame:
    """One row per key figure, one column per scenario: value, and its difference in good or bad colour."""
    frame = only_what_differs(comparison.kpis) if only_different else comparison.kpis
    cells = {
        (kpi, scenario): _cell(answer, kpi, kind, value, reference)
        for kpi, scenario, kind, value, reference in rows(frame, "kpi", "scenario", "unit", "value", "reference")
    }
    shown = list(dict.fromkeys(frame["kpi"]))
    columns = {"": [f"**{KPI_LINES[kpi][0]}**" for kpi in shown]}
    for scenario_id in comparison.scenarios:
        columns[comparison.names[scenario_id]] = [cells[kpi, scenario_id] for kpi in shown]
    return pd.DataFrame(columns)


def _cell(answer: Answer, kpi: str, unit: str, value: float, reference: float) -> str:
    shown, change = _value(answer, unit, value), _difference(unit, value - reference)
    if change in ("", "="):
        return shown
    worse = (value < reference) != (kpi in _LESS_IS_BETTER)
    return f"{shown} :{'red' if worse else 'green'}[({change})]"


def _value(answer: Answer, unit: str, value: float) -> str:
    if unit == "money":
        return money(value)
    if unit in ("share", "percent"):
        return percent(value if unit == "share" else value / 100)
    return bucket_name(answer.result.horizon, int(value)) if unit == "period" else f"{value:.0f}"


def _difference(unit: str, change: float) -> str:
    if unit == "money":
        return signed_money(change)
    if unit in ("share", "percent"):
        return percentage_points(change if unit == "share" else change / 100)
    return "" if unit == "period" or abs(change) < 0.5 else f"{change:+.0f}".replace("-", "−")


def over_time(results: Sequence[PlanResult], answer: Answer, measure: str) -> pd.DataFrame:
    """One figure of every scenario by month."""
    return frames.overlay_frame(results, {result.scenario.id: _measure(result, answer, measure) for result in results})


def unit(measure: str, answer: Answer) -> str:
    """Unit of a measure."""
    return answer.unit_title if measure in ("Unconstrained demand", "Stock", "Short and declined") else answer.currency


def _measure(result: PlanResult, answer: Answer, measure: str) -> Array:
    periods = result.horizon.periods
    if measure in ("EBITDA", "Net revenue"):
        return result.finance.lines["ebitda" if measure == "EBITDA" else "net_revenue"][:periods]
    if measure == "Closing cash":
        return result.finance.cash["closing_cash"][:periods]
    if measure == "Stock":
        return frames.stock(answer.inputs, result, answer.view())[0]
    if measure == "Unconstrained demand":
        return frames.expected_demand(answer.inputs, result, answer.view())
    return frames.unmet(answer.inputs, result, answer.view())


def override_table(comparison: Comparison) -> pd.DataFrame:
    """Overrides of each scenario, one row per lever, scope and months."""
    frame = comparison.overrides.drop(columns="lever")
    frame["scope"] = frame["scope"].map(scope_title)
    return frame.rename(columns={"title": "Lever", "scope": "Where", "months": "Months", **comparison.names})


def line_table(comparison: Comparison, only_different: bool) -> pd.DataFrame:
    """P&L lines, one column per scenario."""
    frame = only_what_differs(comparison.lines) if only_different else comparison.lines
    return side_by_side(frame).drop(columns="line") if len(frame) else pd.DataFrame()


def line_columns(comparison: Comparison) -> dict[str, Any]:
    """Column settings of ``line_table``."""
    return {
        "title": tables.text("Line"),
        **{scenario_id: tables.number(comparison.names[scenario_id]) for scenario_id in comparison.scenarios},
    }
