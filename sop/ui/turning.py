"""Turning levers of the working scenario: pure functions from one scenario to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sop.analysis.comparison import told
from sop.analysis.wording import bucket_ranges
from sop.domain.horizon import Horizon
from sop.domain.levers import LEVERS, Lever
from sop.domain.parameters import Parameters
from sop.domain.scenario import ALL, Override, Scenario, canonical_scope, scope_pairs

DIMENSIONS = ("family", "item", "market", "region", "channel", "resource", "location", "supplier", "lane", "driver")
WHAT_IF = "What-if"


@dataclass(frozen=True)
class Reach:
    """Where and when the levers on screen act: one scope and one range of months (blank = whole plan)."""

    scope: str = ALL
    first: str = ""
    last: str = ""

    def of(self, lever: Lever) -> Reach:
        """The reach as ``lever`` knows it: levers without months hold for the whole plan."""
        return self if lever.by_period else Reach(self.scope)

    def allows(self, lever: Lever) -> bool:
        """Whether ``lever`` can be turned by the chosen dimension."""
        return all(dimension in lever.scopes for dimension, _ in scope_pairs(self.scope))


def scopes(parameters: Parameters) -> list[str]:
    """Every scope the picker offers: all, then each value of each dimension that has more than one."""
    result = [ALL]
    for dimension in DIMENSIONS:
        named = (name for axis in parameters.axes.values() for name in axis.groups.get(dimension, ()))
        values = [name for name in dict.fromkeys(named) if name]
        if len(values) > 1 or dimension in ("resource", "supplier"):
            result += [f"{dimension}={value}" for value in values]
    return result


def reach(scope: str, months: tuple[str, str], horizon: Horizon) -> Reach:
    """The reach chosen on screen, spelled as scenarios are saved; the whole range of months counts as no limit."""
    whole = (horizon.labels[0], horizon.labels[horizon.periods - 1])
    first = "" if months[0] == horizon.labels[0] else months[0]
    last = "" if tuple(months) == whole or months[1] == horizon.labels[-1] else months[1]
    return Reach(scope, first, last)


def find(overrides: Sequence[Override], lever: Lever, where: Reach) -> Override | None:
    """The override of this lever, scope and months, if there is one."""
    own = where.of(lever)
    target = (lever.name, canonical_scope(own.scope), own.first, own.last)
    return next((override for override in overrides if override.target == target), None)


def elsewhere(overrides: Sequence[Override], lever: Lever, where: Reach) -> list[Override]:
    """Overrides that turn this lever in other scopes or months."""
    here = find(overrides, lever, where)
    return [override for override in overrides if override.lever == lever.name and override is not here]


def place(lever: Lever, number: float) -> float:
    """Where on the lever's slider ``number`` stands, in per cent of its way.

    >>> place(LEVERS["overtime_limit"], 5.0)
    20.0
    """
    way = lever.maximum - lever.minimum
    return 100.0 * min(max((number - lever.minimum) / way, 0.0), 1.0) if way else 0.0


def base_value(lever: Lever, base: Parameters, where: Reach) -> float:
    """What the lever reads when it is not turned: its neutral value, or Base's own level or choice in the scope; NaN
    where Base has no such limit."""
    if lever.neutral is not None or not where.allows(lever):
        return lever.neutral or 0.0
    chosen = base.selection(lever.parameter, scope_pairs(where.scope), 0, base.horizon.total - 1)
    values = base[lever.parameter][chosen]
    own = float(values.mean()) / lever.factor if values.size else 0.0
    if lever.scale == "choice":
        return float(round(float(np.median(values)))) if values.size else 0.0
    if not np.isfinite(own):
        return np.nan
    return min(max(round(own / lever.step) * lever.step, lever.minimum), lever.maximum)


def value(lever: Lever, overrides: Sequence[Override], base: Parameters, where: Reach) -> float:
    """What the lever reads now."""
    found = find(overrides, lever, where)
    if found is None or found.operation != "set":
        return base_value(lever, base, where)
    return found.value


def turned(scenario: Scenario, inherited: Sequence[Override], override: Override, neutral: float) -> Scenario:
    """``scenario`` with one lever turned: the override replaces its own kind; the neutral value removes it.

    ``inherited`` are its ancestors' overrides.
    """
    if override.value == neutral and override.operation == "set":
        return dropped(scenario, inherited, override.target)
    if any(own.target == override.target for own in scenario.overrides):
        changed = tuple(override if own.target == override.target else own for own in scenario.overrides)
        return scenario.model_copy(update={"overrides": changed})
    return scenario.model_copy(update={"overrides": (*scenario.overrides, override)})


def dropped(scenario: Scenario, inherited: Sequence[Override], target: tuple[str, str, str, str]) -> Scenario:
    """``scenario`` without the override of ``target``.

    Where an ancestor turned it, the scenario takes in the others of its ancestors and stands alone from then on; only
    what comes on top of an ancestor's turn (add, multiply) goes by itself.
    """
    own = tuple(override for override in scenario.overrides if override.target != target)
    on_top = any(one.target == target and one.operation != "set" for one in scenario.overrides)
    if on_top or all(override.target != target for override in inherited):
        return scenario.model_copy(update={"overrides": own})
    replaced = {override.target for override in own}
    kept = tuple(one for one in inherited if one.target != target and one.target not in replaced)
    return scenario.model_copy(update={"overrides": (*kept, *own), "parent": ""})


def named(scenario: Scenario, saved: Scenario) -> Scenario:
    """The working scenario under the name the screen shows: its own while unchanged."""
    if scenario.overrides == saved.overrides and scenario.parent == saved.parent:
        return saved
    if saved.id == "base":
        return scenario.model_copy(update={"id": "what-if", "name": WHAT_IF, "frozen": False})
    return scenario.model_copy(update={"name": f"{saved.name[:70]} (changed)", "frozen": False})


def in_words(override: Override, horizon: Horizon) -> str:
    """An override in a few words: ``Net price +4 % · Kettles · Jul-Sep``."""
    parts = [f"{LEVERS[override.lever].title} {told(override)}"]
    parts += [text for _, text in scope_pairs(override.scope)]
    if override.first or override.last:
        parts.append(_months(override, horizon))
    return " · ".join(parts)


def scope_title(scope: str) -> str:
    """A scope as people read it."""
    return " and ".join(f"{name.capitalize()}: {text}" for name, text in scope_pairs(scope)) or "Everything"


def _months(override: Override, horizon: Horizon) -> str:
    first = horizon.index_of_label(override.first) if override.first else 0
    last = horizon.index_of_label(override.last) if override.last else horizon.periods - 1
    return bucket_ranges(horizon, range(first, last + 1))
