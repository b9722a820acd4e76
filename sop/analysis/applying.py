"""Adding advice to a scenario."""

from __future__ import annotations

from collections.abc import Sequence

from sop.domain.errors import ScenarioError
from sop.domain.scenario import Override, Scenario


def applied(scenario: Scenario, overrides: Sequence[Override]) -> Scenario:
    """``scenario`` with turns added; where it turns the same lever, scope and months itself, both become one turn.

    A frozen scenario stays as it is: the turns make an unsaved child of it. Raises ScenarioError where two turns cannot
    be one, and pydantic's ValidationError where their sum lies outside the lever's bounds.
    """
    if scenario.frozen:
        return Scenario(
            id=f"{scenario.id[:55]}-advised",
            name=f"{scenario.name[:70]}, advised",
            parent=scenario.id,
            overrides=tuple(overrides),
        )
    turns = list(scenario.overrides)
    for added in overrides:
        at = next((place for place, turn in enumerate(turns) if turn.target == added.target), None)
        if at is None:
            turns.append(added)
        else:
            turns[at] = _sum(turns[at], added)
    return Scenario(**{**scenario.model_dump(), "overrides": tuple(turns)})


def _sum(present: Override, added: Override) -> Override:
    """One turn that does what both do, one after the other."""
    if added.operation == "set":
        return added
    if added.operation != "add" or present.operation == "multiply":
        raise ScenarioError(f"{present.lever} is turned there already.", "Take that turn out first.")
    told = {**present.model_dump(), "value": present.value + added.value, "reason": added.reason or present.reason}
    return Override(**told)
