"""Files into inputs that can be planned, or one error that names every fault."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Final

from pydantic import ValidationError

import sop
from sop.domain.base import base_parameters
from sop.domain.errors import InputError, SopError
from sop.domain.inputs import Inputs
from sop.domain.scenario import Scenario
from sop.exchange.mapping import ColumnMapping
from sop.exchange.reading import ReadResult, read_path, read_uploads

__all__ = [
    "DEMO",
    "SCENARIOS",
    "check",
    "merged",
    "plannable",
    "read_checked",
    "read_path",
    "read_uploads",
    "scenarios_in",
]

DEMO: Final = Path(sop.__file__).parent.parent / "data"
SCENARIOS: Final = "scenarios.json"


def plannable(read: ReadResult) -> Inputs:
    """The inputs read, once they are known to make a plan.

    Raises InputError with every fault of the files, or else with every item sold without a price.
    """
    if read.faults:
        raise InputError(read.faults)
    inputs = Inputs.of(read.tables)
    base_parameters(inputs)
    return inputs


def read_checked(path: Path, mapping: ColumnMapping | None = None) -> tuple[Inputs, ReadResult]:
    """Inputs of a folder or workbook and what was noted on the way; raises InputError."""
    read = read_path(path, mapping)
    return plannable(read), read


def check(path: Path, mapping: ColumnMapping | None = None) -> ReadResult:
    """What is read at ``path`` with every fault an import would refuse; nothing is stored."""
    read = read_path(path, mapping)
    try:
        plannable(read)
    except InputError as error:
        return replace(read, faults=error.faults)
    return read


def scenarios_in(file: Path) -> list[Scenario]:
    """Scenarios listed in a JSON file; none when there is no such file. Raises SopError when one cannot be."""
    if not file.exists():
        return []
    try:
        return [Scenario.model_validate(told) for told in json.loads(file.read_text("utf-8"))]
    except (ValueError, TypeError, ValidationError) as error:
        raise SopError(f"{file.name} does not list scenarios.", str(error)) from error


def merged(first: ColumnMapping, second: ColumnMapping) -> dict[str, dict[str, str]]:
    """Both mappings; where they speak of the same column the second one counts."""
    tables = dict.fromkeys([*first, *second])
    return {table: {**first.get(table, {}), **second.get(table, {})} for table in tables}
