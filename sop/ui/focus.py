"""What the panes look at together: one family, month or resource, picked in any of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from sop.analysis.wording import bucket_name
from sop.charts.names import CHOSEN
from sop.charts.routes import products_of, products_on, resources_of
from sop.charts.view import View
from sop.ui.formatting import plain
from sop.ui.question import Answer

if TYPE_CHECKING:
    from sop.finance import Window

_KEY, _CLICKS = "focus", "clicks"
_FIELDS = {"period": "month"}
Picked = Mapping[str, str]


@dataclass(frozen=True)
class Focus:
    """The family, month (a bucket's label) and resource in focus; "" = all."""

    family: str = ""
    month: str = ""
    resource: str = ""


def focus(answer: Answer) -> Focus:
    """What is in focus, without what these data do not have."""
    chosen: Focus = st.session_state.get(_KEY, Focus())
    known = {
        "family": set(answer.inputs["items"]["family"]),
        "month": set(answer.result.horizon.labels[: answer.result.horizon.periods]),
        "resource": set(answer.result.parameters.labels("resource")),
    }
    gone = {name: "" for name, values in known.items() if getattr(chosen, name) not in values}
    return replace(chosen, **gone)


def view(answer: Answer) -> View:
    """What is in focus, in the unit of the bar."""
    chosen = focus(answer)
    scope = (("family", chosen.family),) if chosen.family else ()
    on = products_on(answer.inputs, chosen.resource) if chosen.resource else ()
    return View(scope, answer.unit, on, f"on {chosen.resource}" if chosen.resource else "")


def window(answer: Answer) -> Window:
    """The month in focus, else the window of the bar."""
    month = focus(answer).month
    if not month:
        return answer.window
    from sop.finance import Window

    bucket = answer.result.horizon.index_of_label(month)
    return Window("month", month_title(answer, month), bucket, bucket + 1)


def month_title(answer: Answer, month: str) -> str:
    """The name of a bucket with its year."""
    horizon = answer.result.horizon
    name = bucket_name(horizon, horizon.index_of_label(month))
    return name if name[-1].isdigit() and horizon.bucket == "month" else f"{name} {month[:4]}"


def resources(answer: Answer) -> tuple[str, ...]:
    """Resources the family in focus passes; all without one."""
    family = focus(answer).family
    if not family:
        return answer.result.parameters.labels("resource")
    return resources_of(answer.inputs, products_of(answer.inputs, family))


def marked(frame: pd.DataFrame, answer: Answer) -> pd.DataFrame:
    """``frame`` with ``focus``: on the last row of each month whether it is in focus, None on the others."""
    looked_at = (frame["period"] == focus(answer).month).astype(object)
    return frame.assign(focus=looked_at.mask(frame["period"].duplicated(keep="last"), None))


def set_focus(**parts: str) -> None:
    """Look at another family, month or resource; "" = all."""
    st.session_state[_KEY] = replace(st.session_state.get(_KEY, Focus()), **parts)


def picked(key: str) -> None:
    """A click into chart ``key``: focus on what was clicked; on the same again, on everything."""
    now = [dict(one) for one in st.session_state[key]["selection"].get(CHOSEN, [])]
    clicks = st.session_state.setdefault(_CLICKS, {})
    one = clicked(clicks.get(key, []), now)
    clicks[key] = now
    if one:
        st.session_state[_KEY] = toggled(st.session_state.get(_KEY, Focus()), one)


def clicked(before: Sequence[Picked], now: Sequence[Picked]) -> Picked | None:
    """What was clicked last, from the values a chart held before and holds now: every click adds or takes out one."""
    added = [one for one in now if one not in before]
    gone = [one for one in before if one not in now]
    if added:
        return added[-1]
    return gone[0] if len(gone) == 1 else None


def toggled(present: Focus, one: Picked) -> Focus:
    """``present`` with what was clicked, or without it where that is in focus already."""
    parts = {_FIELDS.get(name, name): str(value) for name, value in one.items()}
    same = all(getattr(present, name) == value for name, value in parts.items())
    return replace(present, **dict.fromkeys(parts, "") if same else parts)


def title(answer: Answer) -> str:
    """What money is about: family, resource, month or window, currency."""
    chosen = focus(answer)
    where = f"on {chosen.resource}" if chosen.resource else ""
    return ", ".join(part for part in (chosen.family, where, window(answer).title, answer.currency) if part)


def chips(answer: Answer) -> None:
    """What is in focus, each part removable."""
    chosen = focus(answer)
    month = month_title(answer, chosen.month) if chosen.month else ""
    names = {"family": chosen.family, "resource": chosen.resource, "month": month}
    for field in fields(Focus):
        if names[field.name]:
            st.button(
                plain(names[field.name]),
                key=f"chip_{field.name}",
                icon=":material/close:",
                icon_position="right",
                help=f"Show every {field.name} again",
                on_click=set_focus,
                kwargs={field.name: ""},
            )
