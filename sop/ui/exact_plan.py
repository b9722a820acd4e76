"""Two speeds: the continuous plan the levers move, and the exact one in whole numbers, computed on request."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING

import streamlit as st

from sop.analysis.wording import money, percent, signed_money
from sop.domain.plans import PlanResult, SolveStatus
from sop.ui.formatting import plain
from sop.ui.frame import show_error
from sop.ui.question import Answer

if TYPE_CHECKING:
    from sop.workspace.exact import ExactRun

CONTINUOUS, EXACT = "Continuous plan", "Exact plan"
_LOOK = 1.0
_GAPS = {"proven best": 1e-6, "within 0.1 %": 1e-3, "within 1 %": 1e-2}
_SHARES = "Set-ups, lots and whole numbers count as shares."
_OF_CONTINUOUS = "Reasons and advice below are those of the continuous plan."


def chosen(answer: Answer) -> Answer:
    """Say which of the two plans the page shows, offer the other one, and return the answer with the plan to show.

    Draws nothing where the data ask for no whole numbers: then there is only one plan.
    """
    if not answer.workspace.wants_whole:
        return answer
    run = answer.workspace.exact(answer.result.scenario)
    with st.container(key="exact_plan", border=True, gap="xsmall"):
        if run is None:
            _offer(answer)
        elif run.is_running:
            st.fragment(_watch, run_every=_LOOK, key="exact_watch")(run)
        else:
            return _finished(answer, run)
    return answer


def difference(answer: Answer, exact: PlanResult) -> str:
    """What whole numbers cost: objective and EBITDA of the exact plan against the continuous one."""
    objective = exact.supply.objective - answer.result.supply.objective
    ebitda = answer.workspace.kpis(exact, answer.window).ebitda - answer.kpis.ebitda
    return (
        f"against the continuous plan: objective {signed_money(objective)} {answer.currency}, "
        f"EBITDA {signed_money(ebitda)} {answer.currency} in {answer.window.title}"
    )


def ending(run: ExactRun, exact: PlanResult) -> str:
    """How good the exact plan is known to be."""
    if exact.supply.status is SolveStatus.OPTIMAL:
        return "proven best" if exact.supply.gap <= _GAPS["proven best"] else f"within {percent(exact.supply.gap, 2)}"
    by = "cancelled" if run.is_cancelled else f"stopped after {run.seconds:.0f} s"
    return f"{by}, at most {percent(exact.supply.gap, 2)} off the best"


def progress_in_words(run: ExactRun) -> str:
    """Seconds gone, best plan so far and how far off it may be."""
    seen = run.progress
    if seen is None:
        return "Looking for the exact plan: starting"
    text = f"Looking for the exact plan: {seen.seconds:.0f} of {run.seconds:.0f} s"
    if isfinite(seen.best) and isfinite(seen.possible):
        text += f"; best so far {money(seen.best)}, at most {money(seen.possible)} possible, gap {percent(seen.gap, 2)}"
    return text


def _offer(answer: Answer, label: str = "Compute the exact plan") -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":material/speed: **This page shows the continuous plan.** {_SHARES}", width="stretch")
        seconds = st.number_input(
            "Seconds at most", 5, 3600, 60, 5, key="exact_seconds", persist_state="session", width=120
        )
        gap = st.selectbox("Good enough", list(_GAPS), key="exact_gap", persist_state="session", width=140)
        st.button(
            label,
            type="primary",
            key="compute_exact",
            icon=":material/calculate:",
            on_click=_begin,
            args=(answer, float(seconds), _GAPS[str(gap)]),
        )


def _begin(answer: Answer, seconds: float, gap: float) -> None:
    answer.workspace.plan_exactly(answer.result.scenario, seconds, gap)


def _watch(run: ExactRun) -> None:
    if not run.is_running:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        gone = run.progress.seconds if run.progress else 0.0
        st.progress(min(gone / run.seconds, 1.0), progress_in_words(run), width="stretch")
        st.button("Cancel", key="cancel_exact", icon=":material/stop:", on_click=run.cancel)
    st.caption("The page shows the continuous plan meanwhile; levers and pages go on.")


def _finished(answer: Answer, run: ExactRun) -> Answer:
    exact = run.result
    if run.error is not None or exact is None:
        if run.error is not None:
            show_error(run.error)
        _offer(answer, "Try again")
        return answer
    if not exact.supply.exact:
        _without(answer, run, exact)
        return answer
    shown = str(
        st.segmented_control(
            "Plan shown",
            [CONTINUOUS, EXACT],
            default=EXACT,
            required=True,
            key="plan_shown",
            persist_state="session",
            label_visibility="collapsed",
        )
    )
    st.markdown(
        f":material/check_circle: **This page shows the {shown.lower()}.** "
        f"The exact plan is {ending(run, exact)}; {plain(difference(answer, exact))}. "
        f"{_OF_CONTINUOUS if shown == EXACT else ''}"
    )
    if exact.supply.status is not SolveStatus.OPTIMAL:
        _offer(answer, "Look longer")
    if shown != EXACT:
        return answer
    return replace(answer, result=replace(exact, scenario=answer.result.scenario, overrides=answer.result.overrides))


def _without(answer: Answer, run: ExactRun, exact: PlanResult) -> None:
    """There is no plan in whole numbers, or none was found in time."""
    if exact.supply.status is SolveStatus.INFEASIBLE:
        named = "; ".join(f"{plain(one.limit)}: {one.relaxation:,.4g} {one.unit}" for one in exact.supply.conflicts)
        st.warning(f"No plan in whole numbers keeps all hard limits. {named}".strip(), icon=":material/error:")
    else:
        by = "before it was cancelled" if run.is_cancelled else f"within {run.seconds:.0f} s"
        st.warning(f"No plan in whole numbers was found {by}.", icon=":material/timer_off:")
    _offer(answer, "Try again")
