"""Scenarios: named, ordered turns of levers, and how parent and child compose.

Precedence, stated once: Base first, then the parent's overrides in order, then the child's. ``set`` replaces, ``add``
and ``multiply`` compose with what is there: in a child, ``set`` of the same lever, scope and months replaces the
parent's turns, ``add`` and ``multiply`` come on top of them. The same turn twice within one scenario is refused (a
frozen one, which has taken in its ancestors' turns, may hold both).
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from sop.domain.errors import ScenarioError
from sop.domain.horizon import Horizon
from sop.domain.levers import LEVERS, Lever
from sop.domain.parameters import Array, Parameters

Operation = Literal["set", "add", "multiply"]
ALL = "*"
BASE_ID = "base"
_DIMENSIONS = sorted({dimension for lever in LEVERS.values() for dimension in lever.scopes})
_PARTING = re.compile(rf",(?=\s*(?:{'|'.join(_DIMENSIONS)})\s*=)")


class Override(BaseModel):
    """One turn of a lever: how, where, when, why.

    ``scope`` is "*" or comma-separated ``dimension=value`` pairs such as "family=Kettles,market=UK". ``first`` and
    ``last`` are bucket labels (2026-07), both included; blank = from the start / to the end.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    lever: str
    value: float
    operation: Operation = "set"
    scope: str = ALL
    first: str = ""
    last: str = ""
    reason: str = Field(default="", max_length=500)
    author: str = Field(default="", max_length=100)
    time: datetime | None = None

    @field_validator("lever")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in LEVERS:
            raise ValueError(f"unknown lever {name!r}; known: {', '.join(LEVERS)}")
        return name

    @model_validator(mode="after")
    def _in_bounds(self) -> Override:
        problem = bounds_problem(LEVERS[self.lever], self.operation, self.value)
        if problem:
            raise ValueError(problem)
        for dimension, _ in scope_pairs(self.scope):
            if dimension not in LEVERS[self.lever].scopes:
                allowed = ", ".join(LEVERS[self.lever].scopes) or "nothing: it holds for the whole plan"
                raise ValueError(f"{self.lever} cannot be scoped by {dimension!r}; it accepts {allowed}")
        return self

    @property
    def target(self) -> tuple[str, str, str, str]:
        """What makes two overrides the same turn: lever, scope, months."""
        return (self.lever, canonical_scope(self.scope), self.first, self.last)

    @property
    def is_neutral(self) -> bool:
        """Whether it changes nothing by construction."""
        if self.operation == "multiply":
            return self.value == 1.0
        neutral = 0.0 if self.operation == "add" else LEVERS[self.lever].neutral
        return self.value == neutral


class Scenario(BaseModel):
    """A named list of overrides. Base is the empty scenario; a frozen scenario never changes again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(default=BASE_ID, pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")
    name: str = Field(default="Base", min_length=1, max_length=80)
    purpose: str = Field(default="", max_length=500)
    author: str = Field(default="", max_length=100)
    parent: str = ""
    overrides: tuple[Override, ...] = ()
    frozen: bool = False

    @model_validator(mode="after")
    def _no_turn_twice(self) -> Scenario:
        if self.frozen:
            return self
        seen: set[tuple[str, str, str, str]] = set()
        for override in self.overrides:
            if override.target in seen:
                raise ValueError(f"{override.lever} is turned twice for {override.scope} in the same months")
            seen.add(override.target)
        return self


BASE = Scenario()


def bounds_problem(lever: Lever, operation: Operation, value: float) -> str:
    """Why ``value`` cannot be, or an empty string."""
    if not math.isfinite(value):
        return f"{lever.name} needs a finite number, got {value}"
    if lever.scale == "choice":
        if operation != "set" or value not in range(len(lever.choices)):
            return f"{lever.name} takes one of {', '.join(lever.choices)}"
        return ""
    if operation == "multiply":
        return "" if 0 <= value <= 100 else f"{lever.name} can be multiplied by 0 to 100, got {value:g}"
    widest = lever.maximum - lever.minimum
    low, high = (lever.minimum, lever.maximum) if operation == "set" else (-widest, widest)
    if low <= value <= high:
        return ""
    return f"{lever.name} must lie between {low:g} and {high:g} {lever.unit}, got {value:g}".replace("  ", " ")


def scope_pairs(scope: str) -> tuple[tuple[str, str], ...]:
    """("family", "Kettles"), ... of a scope text; () for "*". ValueError when a part has no "=".

    A comma parts only where a dimension follows, so that names may hold commas and equal signs.

    >>> scope_pairs("family=Fans, small,market=UK")
    (('family', 'Fans, small'), ('market', 'UK'))
    """
    if scope.strip() in ("", ALL):
        return ()
    pairs = []
    for part in _PARTING.split(scope):
        dimension, equals, value = part.partition("=")
        if not equals or not value.strip():
            raise ValueError(f"scope {part!r} must read dimension=value, such as family=Kettles")
        pairs.append((dimension.strip(), value.strip()))
    return tuple(pairs)


def canonical_scope(scope: str) -> str:
    """Scope text with parts sorted, so that equal scopes compare equal."""
    return ",".join(f"{dimension}={value}" for dimension, value in sorted(scope_pairs(scope))) or ALL


def effective_overrides(chain: Sequence[Scenario]) -> tuple[Override, ...]:
    """Overrides of a chain in the order they act, oldest ancestor first.

    ``set`` replaces earlier turns of its target; ``add`` and ``multiply`` leave them and compose with them.
    """
    result: list[Override] = []
    for scenario in chain:
        for override in scenario.overrides:
            if override.operation == "set":
                result = [earlier for earlier in result if earlier.target != override.target]
            result.append(override)
    return tuple(result)


def canonical(scenario: Scenario, horizon: Horizon) -> Scenario:
    """``scenario`` with months as the horizon labels them, blank at the plan's own start and end.

    Raises ScenarioError for months that are none or lie outside, and for the same turn spelled in two ways.
    """
    turns = tuple(_spelled(override, horizon) for override in scenario.overrides)
    seen: set[tuple[str, ...]] = set()
    for turn in turns:
        target = turn.target if LEVERS[turn.lever].by_period else turn.target[:2]
        if target in seen and not scenario.frozen:
            problem = f"{turn.lever} is turned twice for {turn.target[1]} in the same months."
            raise ScenarioError(problem, "Give it once.")
        seen.add(target)
    return scenario.model_copy(update={"overrides": turns})


def scenario_hash(overrides: Iterable[Override]) -> str:
    """16 hex digits of what the overrides do, in order (not who made them, nor why)."""
    told = [[*o.target, o.operation, o.value] for o in overrides]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def apply(base: Parameters, overrides: Sequence[Override]) -> Parameters:
    """Base's parameters with every override applied in order: the only place where a lever acts.

    Raises ScenarioError for a scope, value or month that does not exist here. Neutral overrides reproduce Base exactly.
    """
    changed: dict[str, Array] = {}
    for override in overrides:
        lever = LEVERS[override.lever]
        first, last = _bucket_range(base.horizon, override)
        cells = base.selection(lever.parameter, scope_pairs(override.scope), first, last)
        values = changed.setdefault(lever.parameter, base[lever.parameter].copy())
        values[cells] = _turned(lever, override, base[lever.parameter][cells], values[cells])
    return base.with_values(changed)


def _turned(lever: Lever, override: Override, base: Array, current: Array) -> Array:
    value = override.value
    if override.operation == "multiply":
        result = np.where(np.isfinite(current), current, 0.0) * value + np.where(np.isfinite(current), 0.0, current)
    elif lever.scale == "percent":
        change = np.where(np.isfinite(base), base, 0.0) * (value / 100.0)
        result = (base if override.operation == "set" else current) + change
    elif lever.scale == "shift":
        result = (base if override.operation == "set" else current) + value * lever.factor
    elif override.operation == "set":
        result = np.full_like(current, value * lever.factor)
    else:
        result = current + value * lever.factor
    if override.is_neutral and override.operation != "set":
        return current
    return np.clip(result, lever.floor, lever.ceiling) if not override.is_neutral else base.copy()


def _bucket_range(horizon: Horizon, override: Override) -> tuple[int, int]:
    try:
        first = horizon.index_of_label(override.first) if override.first else 0
        last = horizon.index_of_label(override.last) if override.last else horizon.total - 1
    except ValueError as error:
        raise ScenarioError(f"{override.lever}: months must read like 2026-07.", str(error)) from error
    if last < first or last < 0 or first >= horizon.total:
        raise ScenarioError(
            f"{override.lever}: {override.first or 'start'} to {override.last or 'end'} lies outside the plan.",
            f"Choose months from {horizon.labels[0]} to {horizon.labels[-1]}.",
        )
    return max(first, 0), min(last, horizon.total - 1)


def _spelled(override: Override, horizon: Horizon) -> Override:
    first, last = _bucket_range(horizon, override)
    labels = {
        "first": horizon.label(first) if first > 0 else "",
        "last": horizon.label(last) if last < horizon.total - 1 else "",
    }
    return override.model_copy(update=labels)
