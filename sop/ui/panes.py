"""The three panes of the cockpit, side by side: demand, supply, P&L. A click in one narrows the others."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
import streamlit as st

from sop import charts
from sop.analysis.exceptions import full_hours
from sop.analysis.wording import bucket_name, money, signed_money
from sop.charts import frames
from sop.charts.entries import DASHED, LINE, SQUARE, TITLE, Entry, Mark, with_legend, with_lines
from sop.charts.money_frames import family_frame, largest_steps
from sop.charts.names import short, two_lines
from sop.charts.palette import ACTUAL, DRIVERS, REFERENCE
from sop.charts.stock_frames import DAYS, stock_band_frame
from sop.charts.view import VALUE, View
from sop.domain.parameters import Array
from sop.domain.plans import DEMAND_COMPONENTS
from sop.domain.scenario import BASE_ID
from sop.ui import focus, opening, pnl, session
from sop.ui.drawing import draw, held
from sop.ui.figure_style import place
from sop.ui.formatting import plain
from sop.ui.glossary import GLOSSARY
from sop.ui.question import Answer

Height = int | Literal["stretch"]
STRETCH: Literal["stretch"] = "stretch"
_EVERYTHING = "All families"
_STORIES = 5
_BRIDGED = "bridge_drawn"
_ROWS = 4
_STOCK_UNITS = {"Stock value": VALUE, "Stock days": DAYS}


def demand(answer: Answer) -> None:
    """Forecast with history and band; below it what moved it."""
    place()
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="head_demand"):
        st.page_link("pages/2_Demand.py", label="**Demand**")
        _family(answer)
    view = focus.view(answer)
    forecast(answer, view, "demand_lines", STRETCH)
    _changes(answer, view)


def _family(answer: Answer) -> None:
    """The picker of the family all panes look at."""
    chosen = focus.focus(answer).family or _EVERYTHING
    if st.session_state.get("focus_family") != chosen:
        st.session_state["focus_family"] = chosen
    st.selectbox(
        "Family all panes show",
        [_EVERYTHING, *families(answer)],
        key="focus_family",
        on_change=_family_picked,
        label_visibility="collapsed",
        help=GLOSSARY["Unconstrained demand"],
    )


def _family_picked() -> None:
    chosen = str(st.session_state["focus_family"])
    focus.set_focus(family="" if chosen == _EVERYTHING else chosen)


def forecast(answer: Answer, view: View, key: str, height: Height, past: int = 12) -> None:
    """History, reference and scenario with its band."""
    instead = stated_demand(answer, view)
    reference = instead[0] if instead else answer.reference.scenario.name
    frame = frames.forecast_frame(answer.inputs, answer.reference, answer.result, view, past, instead=instead)
    lines = [Entry(ACTUAL), *_lines(answer, reference, DASHED)]
    draw(
        charts.forecast.forecast_lines,
        with_lines(focus.marked(frame, answer), lines),
        key=key,
        height=height,
        alt="Demand: history, reference and scenario",
        of=view.title(),
        selects=True,
        title="Unconstrained demand" if height == STRETCH else f"Unconstrained demand: {view.title()}",
        unit=answer.unit_title,
        ends=held(key, frame, ("value", "high"), view, reference, answer.reference.scenario_key),
    )


def _lines(answer: Answer, reference: str, mark: Mark = LINE) -> list[Entry]:
    """How reference and scenario are drawn; the same plan once."""
    own = answer.result.scenario.name
    before = Entry(reference, REFERENCE, mark)
    return [before] if own == reference else [before, Entry(own, answer.colour)]


def stated_demand(answer: Answer, view: View) -> tuple[str, Array] | None:
    """Title and demand [periods] of a reference that is no plan, where it has figures for what is in view.

    It counts base units by family, so another unit, money or a choice of products leaves nothing to draw.
    """
    against, family = answer.against, dict(view.scope).get("family", "")
    if against is None or view.items or set(dict(view.scope)) - {"family"}:
        return None
    items = answer.inputs["items"]
    if set(items.loc[items["kind"] == "product", "unit"]) != {view.unit}:
        return None
    figures = against.demand.get(family)
    name = f"{against.title} (reference)" if against.title == answer.result.scenario.name else against.title
    return None if figures is None else (name, figures)


def _changes(answer: Answer, view: View) -> None:
    """What moved demand against the reference; what it is made of beyond the baseline while nothing differs."""
    changes = frames.driver_change_frame(answer.inputs, answer.reference, answer.result, view)
    title, against = f"Change against {short(answer.reference.scenario.name)}, by driver", not changes.empty
    if not against:
        changes = frames.driver_frame(answer.inputs, answer.result, view)
        title = f"What moves it (as in {short(answer.reference.scenario.name)})"
    if changes.empty or not changes["value"].any():
        _nothing("no_drivers", STRETCH, "Nothing moves it beyond the forecast itself.")
        return
    told = [Entry(title, mark=TITLE), *(Entry(name, DRIVERS[name], SQUARE) for name in _drivers(answer, against))]
    draw(
        charts.forecast.driver_changes,
        with_legend(focus.marked(changes, answer), told),
        key="demand_changes",
        height=STRETCH,
        alt="Demand by what moves it",
        of=title,
        selects=True,
        title="",
        unit=answer.unit_title,
        ends=held("demand_changes", changes, ("value",), view, title, stacked=True),
    )


def _drivers(answer: Answer, against: bool) -> tuple[str, ...]:
    """Drivers that differ from the reference (``against``) or act anywhere: a legend that stays for every family."""
    now, before = answer.result.demand.components, answer.reference.demand.components
    names = DEMAND_COMPONENTS if against else DEMAND_COMPONENTS[1:]
    acting = [name for name in names if ((now[name] != before[name]) if against else now[name] != 0.0).any()]
    return tuple(name.replace("_", " ") for name in acting)


def supply_plan(answer: Answer) -> None:
    """What customers get; below it how full resources are, or stock."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="head_supply"):
        st.page_link("pages/3_Supply.py", label="**Supply plan**")
        focus.chips(answer)
    view = focus.view(answer)
    served(answer, view, "supply_served", STRETCH)
    shown = _switch("supply_below", ("Load", *_STOCK_UNITS))
    if shown in _STOCK_UNITS:
        stock(answer, view, STRETCH, _STOCK_UNITS[shown])
    else:
        load(answer, STRETCH)


def served(answer: Answer, view: View, key: str, height: Height) -> None:
    """Planned demand by what becomes of it, unconstrained demand as a tick."""
    frame = frames.fulfilment_frame(answer.inputs, answer.result, view)
    draw(
        charts.supply.fulfilment,
        focus.marked(frame[(frame["value"] > 0) | (frame["rank"] == 0)], answer),
        key=key,
        height=height,
        alt="Planned deliveries against unconstrained demand",
        of=view.title(),
        selects=True,
        table=lambda: frame,
        title="Demand served" if height == STRETCH else f"Demand served: {view.title()}",
        unit=answer.unit_title,
        ends=held(key, frame, ("demand",), view),
    )


def load(answer: Answer, height: Height, most: int = 8) -> None:
    """Heat map of required load: the fullest resources the family in focus passes."""
    frame = load_figures(answer, most)
    if frame.empty:
        _nothing("no_load", height, "No resource limits this: nothing in the data needs hours.")
        return
    names = answer.result.parameters.labels("resource")
    everything = frames.fullest(answer.reference)
    draw(
        charts.supply.load_heat,
        frames.with_room(frame, min(len(names), _ROWS)),
        key="load_heat",
        height=height,
        alt="Required load by resource and month",
        selects=True,
        table=lambda: frame,
        title="Load required, % of regular hours; framed: full",
        order=tuple(two_lines(names[place]) for place in everything),
    )


def _nothing(key: str, height: Height, why: str) -> None:
    """Words in the place of a chart that would be empty."""
    with st.container(height=height, border=False, key=key):
        st.caption(why)


def load_figures(answer: Answer, most: int) -> pd.DataFrame:
    """Frame of the heat map, rows in the order of the reference's fullest; full as the exceptions call it."""
    chosen, labels = focus.focus(answer), answer.result.parameters.labels("resource")
    frame = frames.load_frame(answer.reference, answer.result, len(labels))
    kept = focus.resources(answer)
    frame = frame[frame["resource"].isin([name for name in dict.fromkeys(frame["resource"]) if name in kept][:most])]
    periods = answer.result.horizon.periods
    full = full_hours(answer.result)[:, :periods]
    rows = pd.Index(labels).get_indexer(pd.Index(frame["resource"]))
    columns = pd.Index(answer.result.horizon.labels[:periods]).get_indexer(pd.Index(frame["period"]))
    looked_at = (frame["period"] == chosen.month) if chosen.month else (frame["resource"] == chosen.resource)
    if chosen.month and chosen.resource:
        looked_at = looked_at & (frame["resource"] == chosen.resource)
    return frame.assign(
        full=full[rows, columns],
        row=frame["resource"].map(two_lines),
        focus=looked_at & bool(chosen.month or chosen.resource),
    )


def stock(answer: Answer, view: View, height: Height, unit: str = VALUE) -> None:
    """Projected stock against its target band."""
    frame = stock_band_frame(answer.inputs, answer.reference, answer.result, view, unit)
    shown = "days" if unit == DAYS else answer.currency if unit == VALUE else unit
    lines = _lines(answer, answer.reference.scenario.name)
    draw(
        charts.supply.stock_lines,
        with_lines(focus.marked(frame, answer), lines),
        key="stock_lines",
        height=height,
        alt=f"Projected stock against its target band, {shown}",
        of=view.title(),
        selects=True,
        title="Stock at the end of the month, band = target to twice it",
        unit=shown,
        ends=held("stock_lines", frame, ("value", "high"), view, unit, answer.reference.scenario_key),
    )


def profit(answer: Answer) -> None:
    """P&L lines beside the reference; below them the bridge, cash or families."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="head_pnl"):
        st.page_link("pages/4_Finance.py", label="**P&L**")
        st.caption(plain(focus.title(answer)))
        opening.button("pnl", f"P&L: {focus.title(answer)}", lambda: pnl.figures(answer))
    with st.container(key="pnl"):
        st.html(pnl.table(answer))
    shown = _switch("finance_below", ("Bridge", "Cash", "Families"))
    {"Bridge": bridge, "Cash": cash, "Families": by_family}[shown](answer, STRETCH)


def bridge(answer: Answer, height: Height) -> None:
    """Why EBITDA differs from the reference; where nothing does, what could be opened instead.

    The chart stays in the browser meanwhile, out of sight: to make it anew takes longer than all its figures.
    """
    with st.container(gap=None, key="instead"):
        if not answer.differs:
            _stories(answer)
    is_pane = height == STRETCH
    if not answer.differs and not (is_pane and session.choice(_BRIDGED, False)):
        return
    st.session_state[_BRIDGED] = is_pane
    steps = _steps(answer)
    draw(
        charts.finance.bridge,
        steps,
        key="bridge",
        height=height,
        alt="Causes of the difference in EBITDA",
        title=f"EBITDA against {short(answer.reference.scenario.name)}, by cause",
        unit=answer.currency,
        ends=held("bridge", steps, ("amount",), answer.reference.scenario_key, focus.window(answer)),
    )


def _steps(answer: Answer) -> pd.DataFrame:
    """Frame of the bridge; two blank rows where nothing differs."""
    if not answer.differs:
        return pd.DataFrame({"step": ["", " "], "amount": [0.0, 0.0], "rank": [0, 1], "label": ["", ""]})
    from sop.analysis.bridge import ebitda_bridge

    steps = largest_steps(ebitda_bridge(answer.reference, answer.result, focus.window(answer)))
    return steps.assign(label=[signed_money(amount) for amount in steps["amount"]])


def _stories(answer: Answer) -> None:
    """Saved scenarios, one click each: where to start when nothing differs yet."""
    present = session.saved().id
    others = [one for one in answer.workspace.scenarios() if one.id not in (BASE_ID, present)]
    next_step = "Move a lever, or open a scenario:" if others else "Move a lever to see what changes."
    if answer.against:
        st.caption(f"{plain(answer.against.title)} has figures but no plan to explain a difference by. {next_step}")
    else:
        st.caption(f"Same plan as {plain(answer.reference.scenario.name)}. {next_step}")
    with st.container(gap=None, key="stories"):
        for scenario in others[:_STORIES]:
            st.button(
                plain(scenario.name),
                key=f"story-{scenario.id}",
                icon=":material/play_arrow:",
                type="tertiary",
                help=plain(scenario.purpose) or None,
                on_click=_open,
                args=(answer, scenario.id),
            )


def _open(answer: Answer, scenario_id: str) -> None:
    with session.told():
        session.open_scenario(answer.workspace, scenario_id)
    st.rerun(session.COCKPIT)


def cash(answer: Answer, height: Height) -> None:
    """Closing cash with its minimum and low point."""
    label = f"{money(answer.kpis.cash_low)} {bucket_name(answer.result.horizon, answer.kpis.cash_low_period)}"
    frame = frames.cash_frame(answer.reference, answer.result, answer.window.first, answer.window.last, label)
    lines = _lines(answer, answer.reference.scenario.name)
    draw(
        charts.finance.cash_lines,
        with_lines(focus.marked(frame, answer), lines),
        key="cash",
        height=height,
        alt="Closing cash by month",
        selects=True,
        title="Closing cash",
        unit=answer.currency,
        minimum=_least_cash(answer),
        ends=held("cash", frame, ("value",), answer.reference.scenario_key),
    )


def _least_cash(answer: Answer) -> float | None:
    """The highest of what closing cash should not, or the scenario must not, fall below; None where nothing says so."""
    limits = answer.result.parameters["cash_limit"][: answer.result.horizon.periods]
    given = np.array([answer.inputs.settings.minimum_cash, *limits])
    return float(given[np.isfinite(given)].max()) if np.isfinite(given).any() else None


def by_family(answer: Answer, height: Height) -> None:
    """What each family earns over the window or month in focus."""
    window = focus.window(answer)
    frame = family_frame(answer.reference, answer.result, window.planned)
    changes = [signed_money(change) for change in frame["value"] - frame["reference"]]
    texts = [
        f"{money(value)} {change}" if answer.differs and change != "=" else money(value)
        for value, change in zip(frame["value"], changes, strict=True)
    ]
    draw(
        charts.finance.by_family,
        frame.assign(label=texts, focus=frame["family"] == focus.focus(answer).family, hue=answer.colour),
        key="families",
        height=height,
        alt="Net revenue less cost of sales at standard, by family",
        selects=True,
        title="Margin at standard cost, by family",
        unit=answer.currency,
        order=tuple(frame["family"]),
        ends=charts.finance.with_text(
            held("families", frame, ("value", "reference"), answer.reference.scenario_key, window)
        ),
    )


def families(answer: Answer) -> list[str]:
    """Families that have products."""
    items = answer.inputs["items"]
    return list(dict.fromkeys(items.loc[items["kind"] == "product", "family"]))


def _switch(key: str, options: tuple[str, ...]) -> str:
    return str(
        st.segmented_control(key, options, default=options[0], required=True, key=key, label_visibility="collapsed")
    )
