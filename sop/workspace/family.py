"""Scenarios and their parents: ids, chains, and what may be saved."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence

from sop.domain.errors import NotFound, ScenarioError
from sop.domain.scenario import BASE, BASE_ID, Scenario, effective_overrides

_LONGEST_ID = 64


def slug(name: str, taken: Collection[str] = ()) -> str:
    """An id made from a name, unlike the ones taken.

    >>> slug("Kettle price +4 %"), slug("Größe & Co", {"grosse-co"})
    ('kettle-price-4', 'grosse-co-2')
    """
    letters = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[: _LONGEST_ID - 4].strip("-") or "scenario"
    used = {*taken, BASE_ID}
    number = 2
    found = stem
    while found in used:
        found, number = f"{stem}-{number}", number + 1
    return found


def find(scenarios: Mapping[str, Scenario], scenario_id: str) -> Scenario:
    """The scenario with this id; raises NotFound."""
    if scenario_id in ("", BASE_ID):
        return BASE
    if scenario_id not in scenarios:
        known = ", ".join([BASE_ID, *scenarios])
        raise NotFound(f"There is no scenario {scenario_id!r} (any more).", f"There are: {known}.")
    return scenarios[scenario_id]


def chain(scenarios: Mapping[str, Scenario], scenario: Scenario) -> list[Scenario]:
    """``scenario`` and its ancestors, oldest first. Raises ScenarioError when it is its own ancestor, NotFound."""
    result = [scenario]
    seen = {scenario.id}
    while result[0].parent not in ("", BASE_ID):
        if result[0].parent in seen:
            raise ScenarioError(f"{scenario.name!r} would be its own ancestor.", "Choose another parent.")
        seen.add(result[0].parent)
        result.insert(0, find(scenarios, result[0].parent))
    return result


def require_own_name(scenarios: Mapping[str, Scenario], scenario: Scenario) -> None:
    """Raises ScenarioError when another scenario has this name, whatever its case; who has it already may keep it."""
    present = scenarios.get(scenario.id)
    if present is not None and present.name == scenario.name:
        return
    others = [BASE, *(one for one in scenarios.values() if one.id != scenario.id)]
    if scenario.name.strip().casefold() in (one.name.strip().casefold() for one in others):
        raise ScenarioError(f"There is a scenario {scenario.name!r} already.", "Choose another name.")


def children(scenarios: Mapping[str, Scenario], scenario_id: str) -> list[Scenario]:
    """Scenarios whose parent has this id."""
    return [scenario for scenario in scenarios.values() if scenario.parent == scenario_id]


def frozen(scenarios: Mapping[str, Scenario], scenario: Scenario) -> Scenario:
    """The scenario with its ancestors' overrides taken in, so that nothing they do later can change it."""
    told = effective_overrides(chain(scenarios, scenario))
    return scenario.model_copy(update={"overrides": told, "parent": "", "frozen": True})


def adopted(scenarios: Mapping[str, Scenario], newcomers: Sequence[Scenario]) -> list[Scenario]:
    """``newcomers`` (a chain, oldest first) as they are called here; ones that are here already, under any id, stay.

    A newcomer whose id stands for something else here gets a new id, and its children follow it.
    """
    renamed: dict[str, str] = {}
    result: list[Scenario] = []
    for newcomer in newcomers:
        moved = newcomer.model_copy(update={"parent": renamed.get(newcomer.parent, newcomer.parent)})
        if scenarios.get(moved.id, moved) != moved:
            taken = {*scenarios, *(scenario.id for scenario in result)}
            renamed[newcomer.id] = _same_elsewhere(scenarios, moved) or slug(newcomer.name, taken)
            moved = moved.model_copy(update={"id": renamed[newcomer.id]})
        result.append(moved)
    return result


def _same_elsewhere(scenarios: Mapping[str, Scenario], scenario: Scenario) -> str:
    """Id of a scenario that differs from ``scenario`` in nothing but its id, or ""."""
    alike = (one.id for one in scenarios.values() if one.model_copy(update={"id": scenario.id}) == scenario)
    return next(alike, "")
