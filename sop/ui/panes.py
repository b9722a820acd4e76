"""The three panes of the cockpit, side by side: demand, supply, P&L."""

from __future__ import annotations

from typing import Literal

import pandas as pd
import streamlit as st

from sop import charts
from sop.analysis.wording import SAME, bucket_name, money, signed_money
from sop.charts import frames
from sop.charts.scales import nice_ceiling
from sop.charts.view import View
from sop.domain.scenario import BASE_ID
from sop.ui import session
from sop.ui.drawing import draw
from sop.ui.formatting import plain, relative
from sop.ui.glossary import GLOSSARY
from sop.ui.question import Answer

Height = int | Literal["stretch"]
STRETCH: Literal["stretch"] = "stretch"
_EVERYTHING = "All families"
_STORIES = 6


def demand(answer: Answer) -> None:
    """Forecast with history and band; below it what moved it."""
    family = _heading("Demand", "pages/2_Demand.py", answer, "demand_family")
    view = answer.view(*([("family", family)] if family else []))
    frame = frames.forecast_frame(answer.inputs, answer.reference, answer.result, view)
    highest = max(float(frame["value"].max()), float(frame["high"].max()))
    draw(
        charts.forecast.forecast_lines,
        frame,
        key="demand_lines",
        height=STRETCH,
        alt=f"Demand of {view.title()}: history, reference and scenario",
        title="Unconstrained demand",
        unit=answer.unit_title,
        reference=answer.reference.scenario.name,
        scenario=answer.result.scenario.name,
        colour=answer.colour,
        top=nice_ceiling(highest),
    )
    changes = frames.driver_change_frame(answer.inputs, answer.reference, answer.result, view)
    title = f"Change against {answer.reference.scenario.name}, by driver"
    if changes.empty:
        changes = frames.driver_frame(answer.inputs, answer.result, view)
        title = f"What moves it (same demand as {answer.reference.scenario.name})"
    draw(
        charts.forecast.driver_changes,
        changes,
        key="demand_changes",
        height=STRETCH,
        alt=title,
        title=title,
        unit=answer.unit_title,
        drivers=tuple(dict.fromkeys(changes["driver"])),
    )


def supply_plan(answer: Answer) -> None:
    """What customers get; below it how full resources are, or stock."""
    family = _heading("Supply plan", "pages/3_Supply.py", answer, "supply_family")
    view = answer.view(*([("family", family)] if family else []))
    frame = frames.fulfilment_frame(answer.inputs, answer.result, view)
    draw(
        charts.supply.fulfilment,
        frame,
        key="supply_served",
        height=STRETCH,
        alt=f"Planned deliveries of {view.title()} against unconstrained demand",
        title="Demand served",
        unit=answer.unit_title,
        top=nice_ceiling(float(frame["demand"].max())),
    )
    shown = _switch("supply_below", ("Load", "Stock"))
    if shown == "Stock":
        stock(answer, view, STRETCH)
    else:
        load(answer, STRETCH)


def load(answer: Answer, height: Height, most: int = 8) -> None:
    """Heat map of required load."""
    frame = frames.load_frame(answer.reference, answer.result, most)
    if frame.empty:
        st.caption("No resources in the data: nothing limits what can be made.")
        return
    draw(
        charts.supply.load_heat,
        frame,
        key="load_heat",
        height=height,
        alt="Required load by resource and month",
        title="Load required, % of regular hours",
    )


def stock(answer: Answer, view: View, height: Height) -> None:
    """Projected stock against its target."""
    frame = frames.stock_frame(answer.inputs, answer.reference, answer.result, view)
    draw(
        charts.supply.stock_lines,
        frame,
        key="stock_lines",
        height=height,
        alt="Projected stock against its target",
        title="Stock at the end of the month",
        unit=answer.unit_title,
        reference=answer.reference.scenario.name,
        scenario=answer.result.scenario.name,
        colour=answer.colour,
        top=nice_ceiling(float(frame[["value", "target"]].max().max())),
    )


def profit(answer: Answer) -> None:
    """P&L lines beside the reference; below them the bridge or cash."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="head_pnl"):
        st.page_link("pages/4_Finance.py", label="**P&L**", icon=":material/payments:")
        st.caption(f"{answer.window.title}, {plain(answer.currency)}")
    with st.container(key="pnl"):
        st.table(pnl_table(answer), hide_index=True, border="horizontal", alt="P&L beside the reference")
    if _switch("finance_below", ("Bridge", "Cash")) == "Cash":
        cash(answer, STRETCH)
    else:
        bridge(answer, STRETCH)


def pnl_table(answer: Answer) -> pd.DataFrame:
    """Ten lines, two more with booked months: reference, plan, difference and per cent, good in green, bad in red."""
    own, other = (_condensed(answer, plan) for plan in (answer.result, answer.reference))
    rows = []
    for title, (value, sign) in own.items():
        before = other[title][0]
        name = f"**{title}**" if sign == 0 else title
        change = signed_money(value - before)
        colour = "green" if (value - before) * (sign or 1) >= 0 else "red"
        marked = change if change == SAME else f":{colour}[{change}]"
        share = "" if change == SAME else relative(value, before).removesuffix(" %")
        rows.append((name, money(before), money(value), marked, share))
    names = ("", "Ref.", "Plan", "Diff.", "%")
    return pd.DataFrame(rows, columns=list(names))


_LINES = {
    "Net revenue": (("net_revenue",), 0),
    "Rebates, promotion": (("rebates", "promotion"), -1),
    "COGS at standard": (("cogs",), -1),
    "Variances": (
        (
            "purchase_price_variance",
            "subcontract_variance",
            "labour_variance",
            "overtime",
            "extra_capacity",
            "hiring",
            "setup",
        ),
        -1,
    ),
    "Booked costs of sales": (("booked_cost",), -1),
    "Gross margin": (("gross_margin",), 0),
    "Freight": (("freight",), -1),
    "Storage": (("storage",), -1),
    "Marketing": (("marketing",), -1),
    "Fixed costs": (("fixed_costs",), -1),
    "Other booked costs": (("booked_overhead",), -1),
    "EBITDA": (("ebitda",), 0),
}


def _condensed(answer: Answer, plan: object) -> dict[str, tuple[float, int]]:
    lines = answer.workspace.statement(plan, answer.window).set_index("line")["value"]  # type: ignore[arg-type]
    shown = {title: line for title, line in _LINES.items() if set(line[0]) <= set(lines.index)}
    return {title: (float(lines[list(names)].sum()), sign) for title, (names, sign) in shown.items()}


def bridge(answer: Answer, height: Height) -> None:
    """Why EBITDA differs from the reference."""
    if not answer.differs:
        _stories(answer)
        return
    from sop.analysis.bridge import ebitda_bridge

    frame = ebitda_bridge(answer.reference, answer.result, answer.window)
    frame = frame[frame["amount"].abs() >= 1.0].sort_values("amount", ascending=False)
    frame = frame.assign(step=frame["title"], label=[signed_money(amount) for amount in frame["amount"]])
    draw(
        charts.finance.bridge,
        frame[["step", "amount", "label"]],
        key="bridge",
        height=height,
        alt="Causes of the difference in EBITDA",
        title=f"EBITDA against {answer.reference.scenario.name}, by cause",
        unit=answer.currency,
    )


def _stories(answer: Answer) -> None:
    """Saved scenarios, one click each: where to start when nothing differs yet."""
    present = session.saved().id
    others = [one for one in answer.workspace.scenarios() if one.id not in (BASE_ID, present)]
    next_step = "Move a lever, or open a scenario:" if others else "Move a lever to see what changes."
    st.caption(f"Same plan as {plain(answer.reference.scenario.name)}. {next_step}")
    with st.container(gap=None, key="stories"):
        for scenario in others[:_STORIES]:
            st.button(
                plain(scenario.name),
                key=f"story-{scenario.id}",
                icon=":material/play_arrow:",
                type="tertiary",
                help=plain(scenario.purpose) or None,
                on_click=session.open_scenario,
                args=(answer.workspace, scenario.id),
            )


def cash(answer: Answer, height: Height) -> None:
    """Closing cash with its minimum and low point."""
    minimum = answer.inputs.settings.minimum_cash
    label = f"{money(answer.kpis.cash_low)} {bucket_name(answer.result.horizon, answer.kpis.cash_low_period)}"
    frame = frames.cash_frame(answer.reference, answer.result, answer.window.first, answer.window.last, label)
    draw(
        charts.finance.cash_lines,
        frame,
        key="cash",
        height=height,
        alt="Closing cash by month",
        title="Closing cash",
        unit=answer.currency,
        reference=answer.reference.scenario.name,
        scenario=answer.result.scenario.name,
        colour=answer.colour,
        minimum=minimum if minimum == minimum else None,  # noqa: PLR0124  (NaN = no minimum)
    )


def families(answer: Answer) -> list[str]:
    """Families that have products."""
    items = answer.inputs["items"]
    return list(dict.fromkeys(items.loc[items["kind"] == "product", "family"]))


def _heading(title: str, page: str, answer: Answer, key: str) -> str:
    """Name of the pane, linked to its page, and its family filter; "" for all."""
    icon = ":material/trending_up:" if title == "Demand" else ":material/factory:"
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"head_{key}"):
        st.page_link(page, label=f"**{title}**", icon=icon)
        chosen = st.selectbox(
            f"Family shown under {title}",
            [_EVERYTHING, *families(answer)],
            key=key,
            label_visibility="collapsed",
            persist_state="session",
            help=GLOSSARY["Unconstrained demand"],
        )
    return "" if chosen == _EVERYTHING else str(chosen)


def _switch(key: str, options: tuple[str, ...]) -> str:
    return str(
        st.segmented_control(key, options, default=options[0], required=True, key=key, label_visibility="collapsed")
    )
