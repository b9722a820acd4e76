"""Plans, parameters and tables as JSON and plain arrays, and back: a file of them runs no code when it is read.

Arrays of one type lie end to end in one buffer, so that a file of hundreds is read in a few milliseconds; what is read
is read-only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import IO, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from sop.domain.horizon import Horizon
from sop.domain.parameters import Axis, Parameter, Parameters
from sop.domain.plans import Conflict, DemandPlan, FinancialPlan, Network, SolveStatus, SupplyPlan
from sop.domain.uncertainty import CommonErrors

_KINDS: Final[dict[str, Any]] = {
    kind.__name__: kind
    for kind in (
        *(DemandPlan, SupplyPlan, FinancialPlan, Network, CommonErrors, Conflict),
        *(Parameters, Parameter, Axis, Horizon),
    )
}
_TOLD: Final = "told"
AnyArray = npt.NDArray[Any]


def write(file: IO[bytes], value: Any) -> None:
    """Write plans, parameters, tables, or mappings and tuples of them."""
    packer = _Packer()
    told = json.dumps(packer.packed(value)).encode()
    np.savez(file, allow_pickle=False, **{_TOLD: np.frombuffer(told, dtype=np.uint8)}, **packer.buffers())


def read(file: IO[bytes]) -> Any:
    """What ``write`` wrote; ValueError, KeyError, TypeError, BadZipFile or EOFError for anything else."""
    with np.load(file, allow_pickle=False) as parts:
        buffers = {name: parts[name] for name in parts.files if name != _TOLD}
        told = json.loads(parts[_TOLD].tobytes())
    for buffer in buffers.values():
        buffer.flags.writeable = False
    return _Unpacker(buffers).unpacked(told)


class _Packer:
    def __init__(self) -> None:
        self._pieces: dict[str, list[AnyArray]] = {}
        self._filled: dict[str, int] = {}

    def buffers(self) -> dict[str, AnyArray]:
        """One array per type, in which ``packed`` says where each one lies."""
        return {kind: np.concatenate(pieces) for kind, pieces in self._pieces.items()}

    def packed(self, value: Any) -> Any:
        """``value`` as JSON holds it, or as a kind and what it is made of; TypeError for what has no kind here."""
        for kind, name in _NAMES.items():
            if isinstance(value, kind):
                return {name: getattr(self, f"_{name}")(value)}
        if is_dataclass(value) and not isinstance(value, type):
            return {type(value).__name__: [self.packed(getattr(value, one.name)) for one in fields(value)]}
        return value.item() if isinstance(value, np.generic) else value

    def _array(self, values: AnyArray) -> Any:
        if values.dtype.hasobject:
            raise TypeError("an array of objects cannot be packed")
        kind, flat = values.dtype.str, values.ravel()
        first = self._filled.get(kind, 0)
        self._pieces.setdefault(kind, []).append(flat)
        self._filled[kind] = first + flat.size
        return [kind, first, flat.size, list(values.shape)]

    def _status(self, value: SolveStatus) -> Any:
        return value.value

    def _mapping(self, value: Mapping[str, Any]) -> Any:
        return [[key, self.packed(one)] for key, one in value.items()]

    def _tuple(self, value: tuple[Any, ...]) -> Any:
        return [self.packed(one) for one in value]

    def _table(self, value: pd.DataFrame) -> Any:
        return [[name, self._column(value[name].to_numpy())] for name in value.columns]

    def _column(self, values: AnyArray) -> Any:
        """Texts as positions in a list of those there are; anything else as it is."""
        if not values.dtype.hasobject:
            return self.packed(values)
        number = {text: place for place, text in enumerate(dict.fromkeys(values.tolist()))}
        codes = np.fromiter(map(number.__getitem__, values), dtype=np.int32, count=len(values))
        return {"texts": [list(number), self.packed(codes)]}

    def _date(self, value: date) -> Any:
        return value.isoformat()


_NAMES: Final[dict[type, str]] = {
    np.ndarray: "array",
    SolveStatus: "status",
    Mapping: "mapping",
    tuple: "tuple",
    pd.DataFrame: "table",
    date: "date",
}


class _Unpacker:
    def __init__(self, buffers: Mapping[str, AnyArray]) -> None:
        self._buffers = buffers
        self._by_name: dict[str, Callable[[Any], Any]] = {
            "array": self._array,
            "status": SolveStatus,
            "mapping": lambda told: {key: self.unpacked(one) for key, one in told},
            "tuple": lambda told: tuple(map(self.unpacked, told)),
            "table": lambda told: pd.DataFrame({name: self.unpacked(column) for name, column in told}),
            "texts": lambda told: np.array(told[0], dtype=object)[self.unpacked(told[1])],
            "date": date.fromisoformat,
        }

    def unpacked(self, told: Any) -> Any:
        """Inverse of ``packed``; KeyError for a name it does not write."""
        if not isinstance(told, dict):
            return told
        ((name, content),) = told.items()
        if (make := self._by_name.get(name)) is not None:
            return make(content)
        return _KINDS[name](*map(self.unpacked, content))

    def _array(self, told: tuple[str, int, int, list[int]]) -> AnyArray:
        kind, first, size, shape = told
        return self._buffers[kind][first : first + size].reshape(shape)
