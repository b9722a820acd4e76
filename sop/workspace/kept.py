"""Answers kept beside the store, so that a later start shows its first figures without building a model.

An answer is used only for the question it was given to: same inputs, same fitted demand, same turns of levers, same
program and solver. Anything else, or a file that cannot be read, and the plan is made anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zipfile import BadZipFile

import numpy as np

import sop
from sop.domain.parameters import Array
from sop.domain.plans import Conflict, DemandPlan, FinancialPlan, Network, PlanResult, SolveStatus, SupplyPlan
from sop.domain.uncertainty import CommonErrors

if TYPE_CHECKING:
    from sop.demand import DemandModel

KEPT: Final = 8
"""Answers on disk; the one written longest ago goes first."""

_PARTS: Final = ("demand", "supply", "finance", "expected_fill", "warnings", "seconds")
_KINDS: Final[dict[str, Any]] = {
    kind.__name__: kind
    for kind in (DemandPlan, SupplyPlan, FinancialPlan, Network, CommonErrors, Conflict, SolveStatus)
}
_NOT_IN_PLANS: Final = ("accuracy", "notes", "memory")
_UNREADABLE: Final = (OSError, ValueError, KeyError, TypeError, IndexError, EOFError, BadZipFile)


class KeptAnswers:
    """Parts of plans in a folder, one file each; without a folder nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def find(self, key: str) -> dict[str, Any] | None:
        """The fields of a PlanResult kept under ``key`` that are not known without planning; or None."""
        if self._folder is None:
            return None
        try:
            with np.load(self._folder / f"{key}.npz", allow_pickle=False) as file:
                told = json.loads(file["told"].tobytes())
                return {part: _unpacked(told[part], file) for part in _PARTS}
        except _UNREADABLE:
            return None

    def keep(self, key: str, result: PlanResult) -> None:
        """Write an answer, whole or not at all; a disk that is full or read-only is no reason to complain."""
        if self._folder is None:
            return
        arrays: dict[str, Array] = {}
        told = {part: _packed(getattr(result, part), part, arrays) for part in _PARTS}
        text = np.frombuffer(json.dumps(told).encode(), dtype=np.uint8)
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder, suffix=".part")
            with os.fdopen(handle, "wb") as file:
                np.savez(file, allow_pickle=False, told=text, **arrays)
            Path(name).replace(self._folder / f"{key}.npz")
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        assert self._folder is not None
        by_age = sorted(self._folder.glob("*.npz"), key=lambda path: path.stat().st_mtime)
        for path in by_age[:-KEPT]:
            path.unlink(missing_ok=True)


def key_of(inputs_id: str, model: DemandModel, scenario_key: str) -> str:
    """Name of the answer to one question, as this program would give it."""
    digest = hashlib.sha256(f"{inputs_id} {scenario_key} {_program()}".encode())
    for name, value in _model_fields(model):
        digest.update(name.encode())
        digest.update(value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode())
    return digest.hexdigest()[:32]


def _model_fields(model: DemandModel) -> Iterator[tuple[str, Any]]:
    return ((one.name, getattr(model, one.name)) for one in fields(model) if one.name not in _NOT_IN_PLANS)


@cache
def _program() -> str:
    """This program: its source files as they lie on disk, and the libraries that decide figures."""
    root = Path(sop.__file__).parent
    files = sorted(root.rglob("*.py"))
    lines = [f"{path.relative_to(root)} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files]
    lines += [f"{name} {_version(name)}" for name in ("numpy", "highspy", "pulp")]
    return hashlib.sha256("\n".join([sys.version, *lines]).encode()).hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"


def _packed(value: Any, path: str, arrays: dict[str, Array]) -> Any:
    """``value`` as JSON; its arrays go to ``arrays`` under their path."""
    if isinstance(value, np.ndarray):
        arrays[path] = value
        return {"array": path}
    if isinstance(value, Enum):
        return {"kind": type(value).__name__, "value": value.value}
    if is_dataclass(value) and not isinstance(value, type):
        told = {one.name: _packed(getattr(value, one.name), f"{path}.{one.name}", arrays) for one in fields(value)}
        return {"kind": type(value).__name__, "fields": told}
    if isinstance(value, Mapping):
        return {"keys": list(value), "values": [_packed(v, f"{path}.{k}", arrays) for k, v in value.items()]}
    if isinstance(value, tuple):
        return {"tuple": [_packed(one, f"{path}.{number}", arrays) for number, one in enumerate(value)]}
    return value.item() if isinstance(value, np.generic) else value


def _unpacked(told: Any, file: Mapping[str, Array]) -> Any:
    """Inverse of ``_packed``; KeyError for anything it does not write."""
    if not isinstance(told, dict):
        return told
    if "array" in told:
        return file[told["array"]]
    if "tuple" in told:
        return tuple(_unpacked(one, file) for one in told["tuple"])
    if "keys" in told:
        return dict(zip(told["keys"], (_unpacked(one, file) for one in told["values"]), strict=True))
    kind = _KINDS[told["kind"]]
    if "value" in told:
        return kind(told["value"])
    return kind(**{name: _unpacked(one, file) for name, one in told["fields"].items()})
