"""What the workspace answers, apart from plans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Status:
    """What the store holds right now. Text is blank and ``imported_at`` (UTC) None before the first import."""

    has_inputs: bool = False
    inputs_id: str = ""
    company: str = ""
    has_model: bool = False
    source: str = ""
    imported_at: datetime | None = None


@dataclass(frozen=True)
class ImportReport:
    """A finished import: rows by table, and remarks that are no faults."""

    inputs_id: str
    tables: dict[str, int]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verification:
    """Whether a snapshot's results came out again, and where they did not."""

    equal: bool
    differences: list[str]
