"""Scenarios side by side: KPIs, P&L lines and overrides, each against one reference."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from sop.analysis.references import Reference, plan_reference
from sop.analysis.wording import MINUS
from sop.domain.errors import ScenarioError
from sop.domain.inputs import Inputs
from sop.domain.levers import LEVERS, Lever
from sop.domain.plans import PlanResult
from sop.domain.scenario import Override
from sop.finance import KPI_LINES, Window, kpis, statement_with_actuals

MOST_SCENARIOS = 5
_SMALLEST_DIFFERENCE = 1e-6  # relative, below which two figures count as the same


@dataclass(frozen=True, eq=False)
class Comparison:
    """2 to 5 plans against a reference, as long tables with one row per figure and scenario.

    ``kpis``: kpi, title, unit, definition, scenario, name, value, reference, difference, percent.
    ``lines``: line, title, sign, definition, scenario, name, value, reference, difference, percent.
    ``overrides``: lever, title, scope, months, then one column of text per scenario id ("" = not turned).
    Percent is 100 x difference / |reference|, NaN where the reference is 0; reference, difference and percent are NaN
    where the reference has no such figure. Scenario ids are in the order asked for.
    """

    window: Window
    reference: str
    scenarios: tuple[str, ...]
    names: Mapping[str, str]
    kpis: pd.DataFrame
    lines: pd.DataFrame
    overrides: pd.DataFrame


def compare(
    inputs: Inputs, results: Sequence[PlanResult], reference: PlanResult | Reference, window: Window
) -> Comparison:
    """Compare plans of the same inputs; ScenarioError for more than five, or for plans of other inputs.

    ``reference`` is a plan of the same inputs, or a Reference of the same window.
    """
    plans = {plan.scenario.id: plan for plan in results}
    _require_comparable(inputs, plans.values(), reference)
    known = reference if isinstance(reference, Reference) else plan_reference(inputs, reference, window)
    return Comparison(
        window=window,
        reference=known.id,
        scenarios=tuple(plans),
        names={name: plan.scenario.name for name, plan in plans.items()},
        kpis=_kpi_table(inputs, plans, known, window),
        lines=_line_table(inputs, plans, known, window),
        overrides=_override_table(plans),
    )


def only_what_differs(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of ``kpis`` or ``lines`` whose figure differs from the reference in at least one scenario."""
    figure = frame.columns[0]
    size = np.maximum(frame["value"].abs(), frame["reference"].abs())
    differs = frame["difference"].abs() > _SMALLEST_DIFFERENCE * np.maximum(size, 1.0)
    return frame[differs.groupby(frame[figure]).transform("any")].reset_index(drop=True)


def side_by_side(frame: pd.DataFrame, column: str = "value") -> pd.DataFrame:
    """``kpis`` or ``lines`` with one row per figure and one column per scenario id, in the order asked for."""
    figure = frame.columns[0]
    wide = frame.pivot(index=figure, columns="scenario", values=column)
    wide = wide.loc[frame[figure].drop_duplicates(), frame["scenario"].drop_duplicates()]
    titles = frame.drop_duplicates(figure).set_index(figure)["title"]
    wide.insert(0, "title", titles)
    return wide.rename_axis(columns=None).reset_index()


def told(override: Override) -> str:
    """What an override does, in a few characters: +4 %, 2 shifts, late, x 1.1.

    >>> told(Override(lever="price", value=4)), told(Override(lever="unmet_demand", value=1))
    ('+4 %', 'late')
    """
    lever = LEVERS[override.lever]
    if lever.scale == "choice":
        return lever.choices[int(override.value)]
    if override.operation == "multiply":
        return f"x {override.value:g}"
    sign = "+" if override.value > 0 and _is_change(lever, override) else ""
    further = " on top" if override.operation == "add" and lever.scale != "level" else ""
    return f"{sign}{override.value:,.10g} {lever.unit}{further}".strip().replace("-", MINUS)


def _is_change(lever: Lever, override: Override) -> bool:
    return lever.scale in ("percent", "shift") or override.operation == "add"


def _require_comparable(inputs: Inputs, plans: Collection[PlanResult], reference: PlanResult | Reference) -> None:
    if len(plans) > MOST_SCENARIOS:
        raise ScenarioError(f"{len(plans)} scenarios are too many to compare.", f"Choose up to {MOST_SCENARIOS}.")
    others = [reference] if isinstance(reference, PlanResult) else []
    strangers = [plan.scenario.name for plan in (*plans, *others) if plan.inputs_id != inputs.id]
    if strangers:
        raise ScenarioError(f"Planned from other data: {', '.join(strangers)}.", "Plan them again, then compare.")


def _kpi_table(inputs: Inputs, plans: Mapping[str, PlanResult], reference: Reference, window: Window) -> pd.DataFrame:
    facts = pd.DataFrame(
        [(name, *told) for name, told in KPI_LINES.items()], columns=["kpi", "title", "unit", "definition"]
    )
    values = {name: asdict(kpis(inputs, plan, window)) for name, plan in plans.items()}
    return _against(facts, values, reference.kpis, plans)


def _line_table(inputs: Inputs, plans: Mapping[str, PlanResult], reference: Reference, window: Window) -> pd.DataFrame:
    """P&L lines with what is booked for elapsed buckets, so that EBITDA is the KPI's."""
    frames = {name: statement_with_actuals(inputs, plan, window) for name, plan in plans.items()}
    values = {name: dict(zip(frame["line"], frame["value"], strict=True)) for name, frame in frames.items()}
    facts = next(iter(frames.values()), pd.DataFrame([], columns=["line", "title", "sign", "definition"]))
    return _against(facts[["line", "title", "sign", "definition"]], values, reference.lines, plans)


def _against(
    facts: pd.DataFrame,
    values: Mapping[str, Mapping[str, float]],
    reference: Mapping[str, float | None],
    plans: Mapping[str, PlanResult],
) -> pd.DataFrame:
    """``facts`` repeated for every scenario with value, reference, difference and percent."""
    figures = facts.columns[0]
    known = {name: np.nan if figure is None else figure for name, figure in reference.items()}
    parts = [
        facts.assign(scenario=name, name=plans[name].scenario.name, value=facts[figures].map(found).astype(float))
        for name, found in values.items()
    ]
    frame = pd.concat(parts, ignore_index=True)
    frame["reference"] = frame[figures].map(known).astype(float)
    frame["difference"] = frame["value"] - frame["reference"]
    base = frame["reference"].abs()
    frame["percent"] = 100.0 * frame["difference"] / base.where(base > 0)
    return frame


def _override_table(plans: Mapping[str, PlanResult]) -> pd.DataFrame:
    turns: dict[tuple[str, str, str], dict[str, str]] = {}
    for name, plan in plans.items():
        for override in plan.overrides:
            cell = turns.setdefault((override.lever, override.target[1], _months(override)), {})
            cell[name] = f"{cell[name]}, {told(override)}" if name in cell else told(override)
    rows = [
        (lever, LEVERS[lever].title, scope, months, *_cells(plans, cell))
        for (lever, scope, months), cell in turns.items()
    ]
    return pd.DataFrame(rows, columns=["lever", "title", "scope", "months", *plans])


def _cells(names: Iterable[str], cell: Mapping[str, str]) -> list[str]:
    return [cell.get(name, "") for name in names]


def _months(override: Override) -> str:
    if not override.first and not override.last:
        return "all"
    return f"{override.first or 'start'} to {override.last or 'end'}"
