"""Presentation mode: no side bar, no chrome, larger type, arrow keys through the pages; ``?present=1`` opens in it."""

from __future__ import annotations

import streamlit as st

from sop.ui import session
from sop.ui.style import presentation

PARAMETER = "present"
_KEY = "presenting"
STEPS = (
    ("app.py", "Cockpit"),
    ("pages/2_Demand.py", "Demand"),
    ("pages/3_Supply.py", "Supply"),
    ("pages/4_Finance.py", "Finance"),
    ("pages/5_Compare.py", "Compare"),
)

_ARROW_KEYS = """
<script>
  if (!window.presentationKeys) {
    window.presentationKeys = true;
    const own = "input, textarea, select, canvas, [contenteditable], [role=slider], [role=radio], [role=tab]," +
      "[role=listbox], [role=option], [role=dialog], [role=combobox]";
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.target.closest(own)) return;
      const back = ["ArrowLeft", "PageUp"].includes(event.key);
      const on = ["ArrowRight", "PageDown"].includes(event.key);
      const link = back || on ? document.querySelector(`.st-key-present_${back ? "back" : "on"} a`) : null;
      if (link) { event.preventDefault(); link.click(); }
    });
  }
</script>
"""
"""A constant: nothing of users or files gets into it. Keys stay with whatever uses them itself, such as sliders."""


def is_on() -> bool:
    """Whether this session presents."""
    return bool(st.session_state.get(_KEY))


def begin() -> None:
    """Take the mode over from the link, or keep the link in step with the mode."""
    if st.query_params.get(PARAMETER) == "1":
        st.session_state[_KEY] = True
    elif is_on():
        st.query_params[PARAMETER] = "1"
    if is_on():
        presentation()


def bar(page: str) -> None:
    """Where ``page`` stands in the presentation, the way back and on, and the way out."""
    titles = [title for _, title in STEPS]
    at = titles.index(page) if page in titles else 0
    with st.container(key="present_bar", horizontal=True, gap="xsmall", vertical_alignment="center"):
        _link("back", "Previous page", ":material/chevron_left:", at - 1)
        st.markdown(f"{at + 1} / {len(STEPS)}", width="content")
        _link("on", "Next page", ":material/chevron_right:", at + 1)
        st.button(
            ":material/close_fullscreen:",
            key="present_end",
            type="tertiary",
            help="End the presentation",
            on_click=_end,
        )
        st.html(_ARROW_KEYS, unsafe_allow_javascript=True, width="content")


def switch() -> None:
    """The button that starts the presentation."""
    if is_on():
        return
    if st.button(
        ":material/slideshow:",
        key="present_start",
        type="tertiary",
        help="Present: no side bar, larger type, arrow keys through the pages",
    ):
        st.session_state[_KEY] = True
        st.rerun()


def _link(key: str, label: str, icon: str, at: int) -> None:
    path, title = STEPS[at % len(STEPS)]
    with st.container(key=f"present_{key}", width="content"):
        st.page_link(path, label=label, icon=icon, help=title, query_params={PARAMETER: "1", **session.link()})


def _end() -> None:
    st.session_state[_KEY] = False
    st.query_params.pop(PARAMETER, None)
