"""The frame of every page: configuration, sidebar, the workspace, first start, and errors people can act on."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import streamlit as st

from sop.domain.errors import InputError, SopError
from sop.ui import early, fitting, presenting, session
from sop.ui.formatting import plain
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

_opening = Lock()
_open: list[Workspace] = []


def workspace() -> Workspace:
    """The one workspace of this process, whoever asks first: SOP_STORE, or the default store."""
    with _opening:
        if not _open:
            _open.append(Workspace.open())
        return _open[0]


def frame(title: str, *, needs_plan: bool = True, sidebar: bool = True) -> Workspace:
    """Set up the page called ``title`` and return the workspace, ready to plan when ``needs_plan``.

    Stops the page with a readable message when the store is busy or there is nothing to show yet.
    """
    st.set_page_config(f"{title} · S&OP cockpit", ICON, "wide", SIDEBAR if sidebar else "collapsed")
    spacing()
    presenting.begin()
    with guarded():
        opened = workspace()
        if needs_plan:
            prepare(opened)
            opened.measure_in_background()
            session.begin(opened)
        if presenting.is_on():
            presenting.bar(title)
        else:
            _sidebar(opened)
        return opened
    raise AssertionError("guarded() stops the page")


@contextmanager
def guarded() -> Iterator[None]:
    """Show an error as title and remedy and stop the page there; never a stack trace."""
    try:
        yield
    except SopError as error:
        show_error(error)
        st.stop()
    except Exception:  # of ours or of a library: people get a sentence, the log gets the rest
        logging.getLogger(__name__).exception("A page could not be drawn.")
        st.error(
            "What happened is written in the log of the server. The other pages and your data are not affected.",
            title="Something went wrong here.",
            icon=":material/error:",
        )
        st.stop()


def show_error(error: SopError) -> None:
    """Title and remedy; faults in the input as a table."""
    early.clear()
    if isinstance(error, InputError):
        from sop.ui.faults import show_faults

        show_faults(error)
    else:
        st.error(plain(error.remedy) or " ", title=plain(error.title), icon=":material/error:")


def prepare(opened: Workspace) -> None:
    """Load the demo company on first start and fit what is not fitted, telling what is being done."""
    status = opened.status()
    if status.has_inputs and status.has_model:
        return
    early.clear()
    _, middle, _ = st.columns([1, 2, 1])
    with middle:
        st.space("large")
        fitting.show(opened)
    st.rerun()


def _sidebar(opened: Workspace) -> None:
    with st.sidebar:
        st.markdown(f"**{plain(opened.status().company or 'S&OP cockpit')}**")
        for group, pages in PAGES:
            st.caption(group)
            for path, label, icon in pages:
                st.page_link(path, label=label, icon=icon, query_params=session.link())
