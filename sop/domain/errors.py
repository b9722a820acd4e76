"""Errors the user is meant to read: what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One fault in the input. ``row`` is the row as the user sees it in a spreadsheet (header = 1); 0 = whole table."""

    table: str
    row: int
    column: str
    value: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.table}" + (f", row {self.row}" if self.row else "")
        place += f", column {self.column}" if self.column else ""
        value = f" ({self.value!r})" if self.value else ""
        return f"{place}{value}: {self.problem} {self.remedy}"


class SopError(Exception):
    """Anything the user can put right. ``title`` is one sentence, ``remedy`` says what to do."""

    def __init__(self, title: str, remedy: str = "") -> None:
        super().__init__(f"{title} {remedy}".strip())
        self.title = title
        self.remedy = remedy


class InputError(SopError):
    """Every fault found in a set of input tables, all at once."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        shown = "\n".join(str(fault) for fault in self.faults)
        super().__init__(f"{len(self.faults)} fault(s) in the input.", f"Put these right and load again:\n{shown}")


class ScenarioError(SopError):
    """A scenario or override that cannot be: unknown lever or scope, value out of bounds, twice the same turn."""


class NotFound(SopError):
    """Something a link or a command names does not exist (any more)."""


class StoreBusy(SopError):
    """The store is held by another process."""
