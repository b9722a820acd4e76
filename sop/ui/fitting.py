"""Getting ready: what is being learned, about how long it still takes, a button to cancel and one to go on."""

from __future__ import annotations

from time import sleep
from typing import TYPE_CHECKING

import streamlit as st

from sop.ui.formatting import plain
from sop.workspace import Workspace

if TYPE_CHECKING:
    from sop.workspace.fit_run import FitRun, Pace

DATA = "pages/1_Data.py"
_LOOK = 0.1


def show(workspace: Workspace) -> None:
    """Read the demo company where nothing is loaded, fit what is loaded, and return when that is done.

    The fit goes on in the server when its page is left. Stops the page where it was cancelled or failed.
    """
    status = workspace.status()
    st.header("Getting ready" if status.has_inputs else "Welcome to the S&OP cockpit")
    company = status.company or "the demo company Aldermoor Appliances"
    st.markdown(f"Reading {plain(company)} and learning its demand from history. This happens once.")
    if not status.has_inputs:
        workspace.load_demo()
    run = workspace.fit_run
    if run is not None and run.is_cancelled:
        run.wait()
    if run is not None and run.error is not None:
        _stopped(workspace, run)
    else:
        _watch(workspace.begin_fit() if run is None or not run.is_running else run)


def words(pace: Pace) -> str:
    """``Fitting baselines: 850 of 2,000 series, about 3 min left``; without the time while nobody can say or next to
    nothing is left."""
    left = pace.seconds_left
    if left is None or left < 1.0:
        return pace.doing
    return f"{pace.doing}, about " + (f"{left / 60:.0f} min left" if left >= 90.0 else f"{left:.0f} s left")


def _watch(run: FitRun) -> None:
    """Show how far the fit is until it has ended. A click ends the watching, not the fit."""
    bar = st.progress(run.pace.share, run.pace.doing)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "Cancel",
            key="cancel_fit",
            icon=":material/stop:",
            on_click=run.cancel,
            help="Ends it for everybody. What is forecast so far is kept.",
        )
        st.caption("You may leave this page: it goes on, and nothing is lost when the app is stopped.")
    while run.is_running:
        bar.progress(run.pace.share, words(run.pace))
        sleep(_LOOK)
    if run.error is None:
        bar.progress(1.0, "Planning")


def _stopped(workspace: Workspace, run: FitRun) -> None:
    """Say what was cancelled or went wrong and what is kept, and offer to go on."""
    from sop.ui.frame import show_error

    if run.is_cancelled:
        kept = "What is forecast so far is kept: going on starts from there, and so does the next start of the app."
        reached = f"It was stopped at {100 * run.pace.share:.0f} %. {plain(run.pace.doing)}."
        st.warning(f"{reached} {kept}", title="Cancelled")
    elif run.error is not None:
        show_error(run.error)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "Go on" if run.is_cancelled else "Try again",
            key="go_on_fitting",
            type="primary",
            icon=":material/play_arrow:",
            on_click=_begin,
            args=(workspace,),
        )
        st.page_link(DATA, label="Load other data", icon=":material/table:")
    st.stop()


def _begin(workspace: Workspace) -> None:
    workspace.begin_fit()
