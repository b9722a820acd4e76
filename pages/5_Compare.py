"""Compare: two to five scenarios side by side against a reference; take them away as files."""

import streamlit as st

from sop.ui import approving, comparing, exporting, topbar
from sop.ui.figure_style import place
from sop.ui.frame import frame, guarded
from sop.ui.question import ask

workspace = frame("Compare")
place()
topbar.show(workspace)
with guarded():
    answer = ask(workspace)
    results, only_different = comparing.picked(answer)
    if len(results) < comparing.FEWEST:
        st.info("Choose two to five scenarios above.", icon=":material/compare_arrows:")
    else:
        comparison = workspace.comparison(results, answer.reference, answer.window)
        left, right = st.columns([6, 5])
        with left:
            st.subheader(f"Key figures, {answer.window.title}", help="In brackets: difference against the reference.")
            comparing.key_figures(comparison, answer, only_different)
        with right:
            comparing.over_time(results, answer)
        st.subheader("What was turned")
        comparing.overrides(comparison)
        st.subheader(f"P&L, {answer.window.title}")
        comparing.lines(comparison, only_different)
    approving.show(workspace)
    exporting.show(workspace)
