"""Compare: two to five scenarios side by side against a reference; take them away as files."""

import streamlit as st

from sop.charts import overlay
from sop.ui import comparing, exporting, session, tables, topbar
from sop.ui.drawing import draw
from sop.ui.frame import frame, guarded
from sop.ui.question import ask

workspace = frame("Compare")
topbar.show(workspace)
with guarded():
    answer = ask(workspace)
    chosen, only_different = comparing.picked(workspace)
    if not chosen:
        st.info("Choose two to five scenarios above.", icon=":material/compare_arrows:")
        st.stop()
    comparison = workspace.compare(chosen, answer.reference.scenario.id, answer.window.name)
    left, right = st.columns([6, 5])
    with left:
        st.subheader(f"Key figures, {answer.window.title}", help="Difference against the reference in brackets.")
        figures = comparing.kpi_table(comparison, answer, only_different)
        st.table(figures, hide_index=True, border="horizontal", alt="Key figures of the scenarios")
    with right:
        results = [workspace.plan(scenario_id) for scenario_id in chosen]
        measure = st.segmented_control(
            "Over time", list(comparing.MEASURES), default="EBITDA", required=True, key="measure"
        )
        draw(
            overlay.overlaid,
            comparing.over_time(results, answer, measure),
            key="overlaid",
            height=300,
            alt=f"{measure} by month of each scenario",
            title=f"{measure} by month",
            unit=comparing.unit(measure, answer),
            names=tuple(result.scenario.name for result in results),
            colours=tuple(session.colour(workspace, scenario_id) for scenario_id in chosen),
        )
    st.subheader("What was turned")
    tables.show(
        comparing.override_table(comparison),
        key="overrides",
        alt="Overrides of each scenario",
        empty="None of these scenarios turns a lever.",
    )
    st.subheader(f"P&L, {answer.window.title}")
    lines = comparing.line_table(comparison, only_different)
    tables.show(
        lines, key="compared_lines", alt="P&L lines of the scenarios", columns=comparing.line_columns(comparison)
    )
exporting.show(workspace)
