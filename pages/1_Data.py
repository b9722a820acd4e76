"""Data: what is loaded, load your own, what each table and column means."""

import streamlit as st

from sop.domain.catalogue import TABLES
from sop.ui import dictionary, loading, session, tables
from sop.ui.formatting import plain
from sop.ui.frame import frame, guarded

workspace = frame("Data", needs_plan=False)
session.notices()
with guarded():
    status = workspace.status()
    shown = st.segmented_control(
        "View",
        ("What is loaded", "Load your own", "Data dictionary"),
        default="What is loaded",
        required=True,
        key="data_view",
        label_visibility="collapsed",
    )
    if shown == "Data dictionary":
        dictionary.show()
    elif shown == "Load your own" or not status.has_inputs:
        if not status.has_inputs:
            st.info("Load the demo company to look around, or your own tables.", title="No data yet")
        loading.show(workspace)
    else:
        st.subheader(plain(status.company))
        moment = f"{status.imported_at:%d %b %Y %H:%M} UTC" if status.imported_at else ""
        fitted = "fitted" if status.has_model else "not fitted yet: opens with the next page"
        st.caption(f"From {plain(status.source)}, {moment}. Inputs {status.inputs_id}. Demand model {fitted}.")
        left, right = st.columns([4, 6])
        with left:
            overview = loading.overview(workspace)
            picked = st.dataframe(
                overview,
                hide_index=True,
                height=520,
                on_select="rerun",
                selection_mode="single-row",
                key="tables",
                column_config={"meaning": None, "rows": tables.number("Rows"), "group": "Group", "table": "Table"},
                alt="Tables of the data set with their rows",
            )
        with right:
            rows = picked.selection.rows
            name = str(overview["table"].iloc[rows[0] if rows else 0])
            st.subheader(name, help=TABLES[name].meaning)
            st.caption(f"{TABLES[name].meaning} The first 500 rows.")
            content = workspace.inputs[name].head(500)
            tables.show(content, key=name, alt=f"Table {name}", empty="This table is empty.", height=430)
