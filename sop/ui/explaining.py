"""Why the plan is as it is: bottlenecks in words and money, why an item is short, early or bought outside, what
commitments cost, and what stands behind one cell of the heat map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from sop.analysis.wording import compact, money, percent
from sop.ui import focus, supply_review, tables
from sop.ui.background import awaited, question
from sop.ui.formatting import plain
from sop.ui.glossary import GLOSSARY
from sop.ui.question import Answer

if TYPE_CHECKING:
    from sop.analysis.bottlenecks import Bottleneck
    from sop.analysis.explanations import Explanation
    from sop.analysis.routes import User

_KINDS = {
    "Bottlenecks": (),
    "Short": ("short",),
    "Made early": ("early",),
    "Made outside": ("outside",),
    "Commitments": ("contract", "minimum", "safety", "limit"),
}
_NOTHING = {
    "Bottlenecks": "No resource limits this plan: one more hour is worth nothing.",
    "Short": "Nobody goes short.",
    "Made early": "Nothing is made ahead of a full month.",
    "Made outside": "Nothing is made outside because of a limit.",
    "Commitments": "There is no contract minimum, purchase minimum, safety stock or limit in money that binds.",
}
_USERS: dict[str, Any] = {
    "item": tables.text("Item"),
    "hours": tables.number("Hours used", help="Hours of the resource the plan spends on it in the months looked at."),
    "per_hour": tables.number("Earned per hour", help="Net price less standard cost, per hour of the resource."),
}
_MOST = 8


def show(answer: Answer) -> None:
    """Statements by kind, one kind at a time."""
    st.subheader("Why the plan is like this", help="Each statement was confirmed by planning again.")
    chosen = str(
        st.segmented_control(
            "Kind", list(_KINDS), default="Bottlenecks", required=True, key="why", label_visibility="collapsed"
        )
    )
    if chosen == "Bottlenecks":
        _bottlenecks(answer)
    elif chosen == "Short":
        _short(answer)
    else:
        found = [one for one in _explanations(answer) if one.kind in _KINDS[chosen]]
        _statements(found, chosen)


def cell(answer: Answer) -> None:
    """What stands behind the resource and month picked in the heat map."""
    chosen = focus.focus(answer)
    if not chosen.resource:
        st.caption(
            ":material/touch_app: Click a cell of the heat map to see what is behind it.",
            help=f"{GLOSSARY['Required load']} {GLOSSARY['Still full']}",
        )
        return
    with st.container(key="cell", border=True, gap="xsmall"):
        with st.container(horizontal=True, gap="xsmall"):
            focus.chips(answer)
        bucket = answer.result.horizon.index_of_label(chosen.month) if chosen.month else None
        st.markdown(plain(load_in_words(answer, chosen.resource, bucket)))
        place = st.empty()
        worth = [one for one in _found_bottlenecks(answer, place) if one.resource == chosen.resource]
        _list([one.text for one in worth if bucket in (None, one.bucket)])
        _users(answer, users_in(answer, chosen.resource, bucket), "cell_users", 190)


def load_in_words(answer: Answer, resource: str, bucket: int | None) -> str:
    """Hours of one resource in one month, or over the window without one: needed, regular, what the plan does."""
    supply, row = answer.result.supply, answer.result.parameters.axis("resource").index[resource]
    span = answer.window.planned if bucket is None else slice(bucket, bucket + 1)
    regular = float(supply.available[row, span].sum())
    needed, used = float(supply.required_load[row, span].sum()), float(supply.load[row, span].sum())
    beyond = float((supply.overtime + supply.extra_hours)[row, span].sum())
    share = f" ({percent(needed / regular, 0)} of {compact(regular)} regular hours)" if regular > 0 else ""
    text = f"{resource}: demand due needs {compact(needed)} h{share}; the plan uses {compact(used)} h"
    return f"{text}, {compact(beyond)} of them overtime or rented." if beyond > 0 else f"{text}."


def users_in(answer: Answer, resource: str, bucket: int | None) -> tuple[User, ...]:
    """Who uses a resource in a month (the window without one), least earned per hour first."""
    from sop.analysis.routes import users_of

    span = answer.window.planned if bucket is None else slice(bucket, bucket + 1)
    return users_of(answer.inputs, answer.result, resource, span)


def _found_bottlenecks(answer: Answer, place: Any) -> Sequence[Bottleneck]:
    return awaited(
        place,
        question(answer, "bottlenecks"),
        lambda: answer.workspace.bottlenecks(answer.result.scenario, answer.window),
        "Solving again with one more hour",
    )


def _explanations(answer: Answer) -> Sequence[Explanation]:
    return awaited(
        st.empty(),
        question(answer, "explanations"),
        lambda: answer.workspace.explanations(answer.result.scenario, answer.window),
        "Planning again without each limit",
    )


def _bottlenecks(answer: Answer) -> None:
    found = _found_bottlenecks(answer, st.empty())
    _list([one.text for one in found])
    if not found:
        st.caption(_NOTHING["Bottlenecks"])
        return
    with st.expander("All prices with the range they hold in"):
        supply_review.shadow_prices(answer)


def _short(answer: Answer) -> None:
    """One line of the shortage list at a time: the way back to what limits it, and who else needs that."""
    missing = supply_review.missing(answer)
    if missing.empty:
        st.caption(_NOTHING["Short"])
        return
    subjects = missing["item"] + " in " + missing["market"]
    lost = dict(zip(subjects, missing["money"], strict=True))
    titles = dict(
        zip(subjects, missing["item"].map(answer.inputs.item_titles) + " in " + missing["market"], strict=True)
    )
    subject = str(
        st.selectbox(
            "Who goes short, most money first",
            list(lost),
            format_func=lambda name: f"{titles[name]}: {money(lost[name])} {answer.currency}" if name in lost else name,
            key="why_short",
        )
    )
    found = [one for one in _explanations(answer) if one.kind == "short" and one.subject == subject]
    if not found:
        st.caption("No single limit is behind it: easing each of them alone brings less than a twentieth of it back.")
    for one in found:
        st.markdown(plain(one.text))
        _users(answer, one.users, "short_users", 230)


def _statements(found: Sequence[Explanation], kind: str) -> None:
    if not found:
        st.caption(_NOTHING[kind])
    _list([one.text for one in found[:_MOST]])
    if rest := found[_MOST:]:
        with st.expander(f"{len(rest)} more"):
            _list([one.text for one in rest])


def _list(texts: Sequence[str]) -> None:
    if texts:
        st.markdown("\n".join(f"- {plain(text)}" for text in texts))


def _users(answer: Answer, users: Sequence[User], key: str, height: int) -> None:
    titles = answer.inputs.item_titles
    frame = pd.DataFrame([(titles[one.item], one.hours, one.per_hour) for one in users], columns=list(_USERS))
    frame = frame[frame["hours"] > 0]
    if len(frame):
        st.caption("What uses it, the least earned per hour first")
        tables.show(frame, key=key, alt="Who uses the resource", columns=_USERS, height=height)
