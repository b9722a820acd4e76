"""Editing in place: who and why, doing it with progress, what it did to Base, taking it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import streamlit as st

from sop.analysis.wording import signed_percent
from sop.charts.view import VALUE, View, plan_weights
from sop.domain.errors import SopError
from sop.ui import session, tables
from sop.ui.fitting import words
from sop.ui.formatting import plain
from sop.ui.question import units_of
from sop.workspace import Workspace
from sop.workspace.demand_review import Signed
from sop.workspace.editing import Edit
from sop.workspace.fit_run import Pace

if TYPE_CHECKING:
    from sop.workspace.fitting import Progress

Act = Callable[["Progress"], Edit]
Edited = Mapping[int, Mapping[str, Any]]
"""What a person changed in a grid: by row number the new cells by column."""
_ROW, _HEAD = 30, 42
_TOLD = "edit_told"
_ROUND = "edit_round"


def key(name: str) -> str:
    """Key of a widget that starts afresh after every edit."""
    return f"{name}_{st.session_state.get(_ROUND, 0)}"


def signed(name: str, reason: str = "Reason") -> Signed:
    """Fields for who makes a change and why."""
    known = str(st.session_state.get("editor_name", st.session_state.get("author", "")))
    author = st.text_input("Your name", known, max_chars=100, key=key(f"{name}_author"), width=180)
    why = st.text_input(reason, max_chars=300, key=key(f"{name}_reason"), placeholder="Why, in a few words")
    return Signed(author, why)


def grid(
    frame: pd.DataFrame,
    *,
    key: str,
    columns: Mapping[str, Any],
    height: int,
    locked: bool | Sequence[str] = False,
    hides_index: bool = True,
) -> Edited:
    """Draw ``frame`` to be edited in place, at most ``height`` pixels high; what a person changed, by row number."""
    data: Any = frame
    st.data_editor(
        data,
        key=key,
        hide_index=hides_index,
        height=min(_HEAD + _ROW * len(frame), height),
        row_height=_ROW,
        num_rows="fixed",
        placeholder="",
        disabled=locked,
        column_config=dict(columns),
    )
    changed: Edited = st.session_state.get(key, {}).get("edited_rows", {})
    return changed


def perform(workspace: Workspace, by: Signed | None, act: Act) -> None:
    """Make a change with its progress on screen, say what it did to Base, and draw the page again.

    Any click meanwhile, the one on Cancel among them, ends it where it stands: nothing has changed then.
    """
    if by is not None:
        st.session_state["editor_name"] = by.author
    now = workspace.status().inputs_id
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        bar = st.progress(0.0, "Saving", width="stretch")
        st.button("Cancel", key="cancel_edit", icon=":material/stop:", on_click=_cancelled, args=(workspace, now))

    pace = Pace()

    def tell(share: float, doing: str) -> None:
        pace.hear(share, doing)
        bar.progress(share, words(pace))

    before = base_demand(workspace)
    try:
        done = act(tell)
    except SopError as error:
        session.warn(f"{error.title} {error.remedy}")
    else:
        adopt(workspace)
        _tell(workspace, f"{done.what}. {effect(before, base_demand(workspace), workspace)}")
    st.rerun()


def _cancelled(workspace: Workspace, before: str) -> None:
    if workspace.status().inputs_id == before:
        session.warn("Cancelled: nothing was changed. Series forecast so far are kept, so that another try is quicker.")
    else:
        session.warn("It was done before it could be cancelled. Undo takes it back.")


def _tell(workspace: Workspace, text: str) -> None:
    st.session_state[_TOLD] = (text, workspace.status().inputs_id)


def adopt(workspace: Workspace) -> None:
    """Go on with the data as they are now: this session knows that they changed."""
    st.session_state["inputs_id"] = workspace.status().inputs_id
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def base_demand(workspace: Workspace) -> dict[str, float]:
    """Base's expected demand over the reported months, in the first unit all products convert to and in money."""
    from sop.demand import forecast

    planner = workspace.planner
    expected = forecast(planner.model, planner.base).expected
    found = {}
    for unit in dict.fromkeys((units_of(workspace.inputs)[0], VALUE)):
        weights = plan_weights(workspace.inputs, planner.base, View((), unit))
        found[unit] = float((expected * weights)[:, :, : planner.base.horizon.periods].sum())
    return found


def effect(before: dict[str, float], after: dict[str, float], workspace: Workspace) -> str:
    """What an edit did to Base, in a sentence."""
    if all(np.isclose(before.get(unit, 0.0), after[unit], rtol=1e-9) for unit in after):
        layer = workspace.inputs.settings.forecast_layer or "statistical"
        return f"Base did not change: it is planned from the {layer} forecast."
    currency = workspace.inputs.settings.currency
    told = [_moved(before.get(unit, 0.0), value, currency if unit == VALUE else unit) for unit, value in after.items()]
    return f"Demand of Base over the plan: {', '.join(told)}."


def _moved(before: float, after: float, unit: str) -> str:
    share = f" ({signed_percent(after / before - 1.0, 2)})" if before else ""
    return f"{before:,.0f} → {after:,.0f} {unit}{share}"


def steps(workspace: Workspace) -> None:
    """Undo and redo of edits, and the list of them."""
    desk = workspace.desk()
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="edits", width="content"):
        last = desk.done[-1].what if desk.done else "There is nothing to take back."
        _step(workspace, "undo", ":material/undo:", f"Take back: {last}", not desk.done)
        again = desk.undone[-1].what if desk.undone else "There is nothing to make again."
        _step(workspace, "redo", ":material/redo:", f"Make again: {again}", not desk.undone)
        if desk.done:
            with st.popover(f"{len(desk.done)} change{'s' * (len(desk.done) > 1)}", type="tertiary"):
                tables.show(log(desk.done), key="edits_log", alt="Changes of the data since the import", height=300)


def last(workspace: Workspace) -> None:
    """What the last edit of this session did; nothing once the data were replaced."""
    told, inputs_id = st.session_state.get(_TOLD, ("", ""))
    if told and inputs_id == workspace.status().inputs_id:
        st.info(plain(str(told)), icon=":material/edit_note:")


def _step(workspace: Workspace, name: str, icon: str, help: str, is_idle: bool) -> None:
    st.button(
        name.capitalize(),
        key=f"{name}_edit",
        icon=icon,
        type="tertiary",
        help=plain(help),
        disabled=is_idle,
        on_click=step,
        args=(workspace, name),
    )


def step(workspace: Workspace, name: str) -> None:
    """Take the last edit back, or make the one taken back again."""
    with session.told():
        before = base_demand(workspace)
        done = workspace.undo_edit() if name == "undo" else workspace.redo_edit()
        adopt(workspace)
        word = "Taken back" if name == "undo" else "Made again"
        _tell(workspace, f"{word}: {done.what}. {effect(before, base_demand(workspace), workspace)}")


def log(done: tuple[Edit, ...]) -> pd.DataFrame:
    """Edits as a table, newest first: when (UTC) and what."""
    rows = [(f"{edit.at:%d %b %Y %H:%M}", edit.what) for edit in reversed(done)]
    return pd.DataFrame(rows, columns=["When, UTC", "What, who and why"])
