"""One plain sentence: what a scenario does to EBITDA, what binds, what customers feel."""

from __future__ import annotations

from math import floor, log10

import pandas as pd

from sop.analysis.exceptions import full_resources, full_suppliers, shortages
from sop.analysis.wording import bucket_ranges, money, signed_money, units
from sop.domain.inputs import Inputs, rows
from sop.domain.plans import PlanResult
from sop.finance import Window, budget_gap, kpis

LONGEST = 200
_MOSTLY = 0.5  # share from which one market is "mostly"


def headline(inputs: Inputs, reference: PlanResult, result: PlanResult, window: Window) -> str:
    """At most 200 characters, such as "EBITDA +412k vs Base; demand offers +1.30M. Line 2 full Sep-Nov; 31.0k kettles
    short (1.24M, mostly UK)."

    *Demand offers* is the part of the difference that demand, price, promotion and marketing would bring if all of it
    could be supplied. Of full resources and suppliers those are named that lie upstream of what is short. The
    reference itself is held against the budget.
    """
    lost = shortages(result, window)
    family = _worst_family(lost)
    opening = _against_budget(inputs, result, window) if _is_same(reference, result) else ""
    opening = opening or _against_reference(inputs, reference, result, window)
    rest = [part for part in (_binding(inputs, result, window, family), _consequence(lost, family)) if part]
    conflict = [_conflict(result)] if result.supply.conflicts else []
    return _fit([opening, *conflict, *rest])


def _is_same(reference: PlanResult, result: PlanResult) -> bool:
    return reference.scenario_key == result.scenario_key


def _fit(parts: list[str]) -> str:
    """Parts as sentences, the last ones dropped until they fit."""
    while len(parts) > 1 and len(_joined(parts)) > LONGEST:
        parts = parts[:-1]
    text = _joined(parts)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _joined(parts: list[str]) -> str:
    first, *others = parts
    rest = "; ".join(others)
    return f"{first}." + (f" {rest[0].upper()}{rest[1:]}." if rest else "")


def _against_reference(inputs: Inputs, reference: PlanResult, result: PlanResult, window: Window) -> str:
    before, after = kpis(inputs, reference, window).ebitda, kpis(inputs, result, window).ebitda
    precision = _last_digit(before) / 2
    name = _short(reference.scenario.name)
    if abs(after - before) < precision:
        text = f"EBITDA {money(after)}, as in {name}" if not _is_same(reference, result) else f"EBITDA {money(after)}"
    else:
        text = f"EBITDA {signed_money(after - before)} vs {name}"
    offered = _offered(reference, result, window)
    if abs(offered - (after - before)) < max(precision, 0.05 * abs(after - before)):
        return text
    return (
        f"{text}; demand offers {signed_money(offered)}" if abs(offered) >= precision else f"{text}; demand unchanged"
    )


def _offered(reference: PlanResult, result: PlanResult, window: Window) -> float:
    return _unconstrained(result, window) - _unconstrained(reference, window)


def _unconstrained(plan: PlanResult, window: Window) -> float:
    """Margin at standard cost after rebates, promotion and marketing, were all demand delivered when due."""
    span, parameters = window.planned, plan.parameters
    kept = 1.0 - parameters["rebate"][:, :, None] - parameters["promotion"][..., span]
    margin = parameters["price"][..., span] * kept - plan.finance.standard_cost[:, None, None]
    return float((margin * plan.demand.planned[..., span]).sum() - plan.finance.lines["marketing"][span].sum())


def _against_budget(inputs: Inputs, result: PlanResult, window: Window) -> str:
    gaps = budget_gap(inputs, result, window, ["ebitda"])
    gap = gaps[gaps["family"] == ""]
    ebitda = f"EBITDA {money(kpis(inputs, result, window).ebitda)}"
    if gap.empty:
        return ""
    amount, budgeted = float(gap["gap"].iloc[0]), int(gap["buckets"].iloc[0])
    partly = f" in the {budgeted} {result.horizon.bucket}s budgeted" if budgeted < window.last - window.first else ""
    if abs(amount) < _last_digit(float(gap["budget"].iloc[0])) / 2:
        return f"{ebitda}, on budget{partly}"
    return f"{ebitda}, {money(abs(amount))} {'over' if amount > 0 else 'under'} budget{partly}"


def _binding(inputs: Inputs, result: PlanResult, window: Window, family: str) -> str:
    """The resource and the supplier that are full for longest, of those that family needs (of all without one)."""
    resources, suppliers = full_resources(result, window), full_suppliers(inputs, result, window)
    if family:
        needed_resources, needed_suppliers = _upstream(inputs, family)
        resources = resources[resources["resource"].isin(needed_resources)]
        suppliers = suppliers[suppliers["supplier"].isin(needed_suppliers)]
    found = (_longest(result, resources, "resource", "full"), _longest(result, suppliers, "supplier", "at its limit"))
    return ", ".join(part for part in found if part)


def _longest(result: PlanResult, frame: pd.DataFrame, column: str, state: str) -> str:
    """The row with most buckets, in words."""
    if frame.empty:
        return ""
    row = frame.iloc[int(frame["buckets"].map(len).to_numpy().argmax())]
    return f"{_short(str(row[column]))} {state} {bucket_ranges(result.horizon, row['buckets'])}"


def _upstream(inputs: Inputs, family: str) -> tuple[set[str], set[str]]:
    """Resources and suppliers on the way to a family's items, through bills of material."""
    made_by: dict[str, list[str]] = {}
    supplier_of, parts, routed = {}, _listed(inputs, "materials", "item"), _listed(inputs, "routings", "resource")
    for operation, item, supplier in rows(inputs["operations"], "operation", "item", "supplier"):
        made_by.setdefault(item, []).append(operation)
        supplier_of[operation] = supplier
    news = {item for item, own in rows(inputs["items"], "item", "family") if own == family}
    wanted: set[str] = set()
    used: set[str] = set()
    while news:
        wanted |= news
        found = {operation for item in news for operation in made_by.get(item, [])}
        used |= found
        news = {part for operation in found for part in parts.get(operation, [])} - wanted
    return {name for operation in used for name in routed.get(operation, [])}, {supplier_of[name] for name in used}


def _listed(inputs: Inputs, table: str, column: str) -> dict[str, list[str]]:
    """What a table lists under each operation."""
    result: dict[str, list[str]] = {}
    for operation, name in rows(inputs[table], "operation", column):
        result.setdefault(operation, []).append(name)
    return result


def _worst_family(lost: pd.DataFrame) -> str:
    """The family that misses most money (most units where nothing has a price)."""
    if lost.empty:
        return ""
    by_family = lost.assign(units=lost["short"] + lost["declined"] + lost["late"]).groupby("family", sort=False)
    total = by_family[["money", "units"]].sum()
    return str(total["money" if total["money"].any() else "units"].idxmax())


def _consequence(lost: pd.DataFrame, family: str) -> str:
    """How many units of the worst family are short, declined or late, in money, and mostly where."""
    if not family:
        return "all demand met"
    chosen = lost[lost["family"] == family]
    sums = chosen[["short", "declined", "late"]].sum()
    kind = str(sums.idxmax())
    worst = f"{units(float(sums[kind]))} {_lower(family)} {kind}"
    told = [money(float(chosen["money"].sum()))] if kind != "late" and chosen["money"].any() else []
    by_market = chosen.groupby("market", sort=False)[kind].sum()
    if by_market.max() >= _MOSTLY * by_market.sum():
        told.append(f"{'mostly' if len(by_market) > 1 else 'all'} {by_market.idxmax()}")
    return worst + (f" ({', '.join(told)})" if told else "")


def _conflict(result: PlanResult) -> str:
    first = result.supply.conflicts[0]
    return f"hard limits collide: {_short(first.limit, 80)}"


def _last_digit(value: float) -> float:
    """Size of the third significant digit."""
    return 10.0 ** (floor(log10(abs(value))) - 2) if abs(value) >= 1 else 1.0


def _short(name: str, longest: int = 30) -> str:
    return name if len(name) <= longest else name[: longest - 1] + "…"


def _lower(family: str) -> str:
    """Kettles -> kettles, but TV and iPads stay."""
    return family.lower() if family.istitle() else family
