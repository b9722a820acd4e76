"""What is kept beside the store, so that a later start shows its first figures without working them out again.

Answers, Base's parameters and input tables. Each is used only for the question it was made for: same inputs, same
fitted demand, same turns of levers, same program and solver. Anything else, or a file that cannot be read, and it is
made anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zipfile import BadZipFile

import numpy as np
import pandas as pd

import sop
from sop.domain.inputs import Inputs
from sop.domain.parameters import Parameters
from sop.domain.plans import PlanResult
from sop.workspace import packing

if TYPE_CHECKING:
    from sop.demand import DemandModel

KEPT: Final = 8
"""Files of a kind on disk; the one written longest ago goes first."""
ROWS: Final = 1_000_000
"""Rows of inputs up to which they are kept; beyond that a copy would fill the disk rather than save time."""

_PARTS: Final = ("demand", "supply", "finance", "expected_fill", "warnings", "seconds")
_NOT_IN_PLANS: Final = ("accuracy", "notes", "memory")
_UNREADABLE: Final = (OSError, ValueError, KeyError, TypeError, IndexError, EOFError, BadZipFile)
_ANSWER, _BASE, _TABLES = "answer", "base", "tables"


class Kept:
    """A folder of what was worked out before, one file each; without a folder nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def answer(self, key: str) -> dict[str, Any] | None:
        """What a PlanResult has that is not known without planning, kept under ``key_of`` its question; or None."""
        found = self._find(key, _ANSWER)
        return found if isinstance(found, dict) and tuple(found) == _PARTS else None

    def keep_answer(self, key: str, result: PlanResult) -> None:
        """Keep a plan under ``key_of`` its question."""
        self._keep(key, _ANSWER, {part: getattr(result, part) for part in _PARTS})

    def base(self, inputs_id: str) -> Parameters | None:
        """Base's parameters of these inputs, or None."""
        found = self._find(_key(inputs_id), _BASE)
        return found if isinstance(found, Parameters) else None

    def keep_base(self, inputs_id: str, base: Parameters) -> None:
        """Keep Base's parameters of these inputs."""
        self._keep(_key(inputs_id), _BASE, base)

    def inputs(self, inputs_id: str) -> Inputs | None:
        """The inputs with this id, or None."""
        found = self._find(_key(inputs_id), _TABLES)
        return Inputs(found, inputs_id) if _are_tables(found) else None

    def keep_inputs(self, inputs: Inputs) -> None:
        """Keep input tables, unless they are very long."""
        if sum(len(table) for table in inputs.tables.values()) <= ROWS:
            self._keep(_key(inputs.id), _TABLES, inputs.tables)

    def _find(self, key: str, kind: str) -> Any:
        if self._folder is None:
            return None
        with contextlib.suppress(*_UNREADABLE), (self._folder / f"{key}.{kind}").open("rb") as file:
            return packing.read(file)
        return None

    def _keep(self, key: str, kind: str, value: Any) -> None:
        """Write a file, whole or not at all; a disk that is full or read-only is no reason to complain."""
        if self._folder is None:
            return
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder, suffix=".part")
            with os.fdopen(handle, "wb") as file:
                packing.write(file, value)
            Path(name).replace(self._folder / f"{key}.{kind}")
            by_age = sorted(self._folder.glob(f"*.{kind}"), key=lambda path: path.stat().st_mtime)
            for path in by_age[:-KEPT]:
                path.unlink(missing_ok=True)


def key_of(inputs_id: str, model: DemandModel, scenario_key: str) -> str:
    """Name of the answer to one question, as this program would give it."""
    digest = hashlib.sha256(f"{inputs_id} {scenario_key} {_program()}".encode())
    for name, value in _model_fields(model):
        digest.update(name.encode())
        digest.update(value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode())
    return digest.hexdigest()[:32]


def _key(inputs_id: str) -> str:
    return hashlib.sha256(f"{inputs_id} {_program()}".encode()).hexdigest()[:32]


def _are_tables(found: Any) -> bool:
    return isinstance(found, Mapping) and all(isinstance(table, pd.DataFrame) for table in found.values())


def _model_fields(model: DemandModel) -> Iterator[tuple[str, Any]]:
    return ((one.name, getattr(model, one.name)) for one in fields(model) if one.name not in _NOT_IN_PLANS)


@cache
def _program() -> str:
    """This program: its source files as they lie on disk, and the libraries that decide figures."""
    lines = sorted(_sources(str(Path(sop.__file__).parent)))
    lines += [f"{name} {_version(name)}" for name in ("numpy", "pandas", "highspy", "pulp")]
    return hashlib.sha256("\n".join([sys.version, *lines]).encode()).hexdigest()


def _sources(folder: str) -> Iterator[str]:
    for entry in os.scandir(folder):
        if entry.is_dir():
            yield from _sources(entry.path)
        elif entry.name.endswith(".py"):
            found = entry.stat()
            yield f"{entry.path} {found.st_size} {found.st_mtime_ns}"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"
