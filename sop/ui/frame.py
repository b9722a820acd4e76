"""The frame of every page: configuration, sidebar, the workspace, first start, and errors people can act on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from sop.domain.errors import InputError, SopError
from sop.ui import session
from sop.ui.icon import ICON
from sop.ui.style import spacing
from sop.workspace import Workspace

PAGES = (
    (
        "Plan",
        (("app.py", "Cockpit", ":material/tune:"), ("pages/5_Compare.py", "Compare", ":material/compare_arrows:")),
    ),
    (
        "Review",
        (
            ("pages/2_Demand.py", "Demand", ":material/trending_up:"),
            ("pages/3_Supply.py", "Supply", ":material/factory:"),
            ("pages/4_Finance.py", "Finance", ":material/payments:"),
        ),
    ),
    ("Prepare", (("pages/1_Data.py", "Data", ":material/table:"),)),
)

SIDEBAR = 190
"""Width of the sidebar in pixels where a page opens with it."""


@st.cache_resource(show_spinner=False)
def workspace() -> Workspace:
    """The one workspace of this process: SOP_STORE, or the default store."""
    return Workspace.open()


def frame(title: str, *, needs_plan: bool = True, sidebar: bool = True) -> Workspace:
    """Set up the page called ``title`` and return the workspace, ready to plan when ``needs_plan``.

    Stops the page with a readable message when the store is busy or there is nothing to show yet.
    """
    st.set_page_config(f"{title} · S&OP cockpit", ICON, "wide", SIDEBAR if sidebar else "collapsed")
    spacing()
    with guarded():
        opened = workspace()
        if needs_plan:
            prepare(opened)
            session.begin(opened)
        _sidebar(opened)
        if told := session.notice():
            st.warning(told)
        return opened
    raise AssertionError("guarded() stops the page")


@contextmanager
def guarded() -> Iterator[None]:
    """Show an error of ours as title and remedy and stop the page there; never a stack trace."""
    try:
        yield
    except SopError as error:
        show_error(error)
        st.stop()


def show_error(error: SopError) -> None:
    """Title and remedy; faults in the input as a table."""
    if isinstance(error, InputError):
        from sop.ui.faults import show_faults

        show_faults(error)
    else:
        st.error(error.remedy or " ", title=error.title, icon=":material/error:")


def prepare(opened: Workspace) -> None:
    """Load the demo company on first start and fit what is not fitted, telling what is being done."""
    status = opened.status()
    if status.has_inputs and status.has_model:
        return
    place = st.container(key="first-start")
    with place:
        st.subheader("Getting ready" if status.has_inputs else "Welcome to the S&OP cockpit")
        st.caption("This happens once. Later starts take a few seconds.")
        bar = st.progress(0.0, "Reading the demo company" if not status.has_inputs else "Starting")
        if not status.has_inputs:
            opened.load_demo()

        def tell(share: float, doing: str) -> None:
            bar.progress(share, doing or "Fitting the demand model")

        opened.ensure_model(tell)
        bar.progress(1.0, "Planning")
    st.rerun()


def _sidebar(opened: Workspace) -> None:
    with st.sidebar:
        st.markdown(f"**{opened.status().company or 'S&OP cockpit'}**")
        for group, pages in PAGES:
            st.caption(group)
            for path, label, icon in pages:
                st.page_link(path, label=label, icon=icon, query_params=_link())


def _link() -> dict[str, str]:
    present = st.session_state.get("saved")
    return {session.LINK: present.id} if present is not None and present.id != "base" else {}
