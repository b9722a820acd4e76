"""Parameters: the numbers a plan is made of, as read-only arrays with named axes, and the one place levers act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from sop.domain.errors import ScenarioError
from sop.domain.horizon import Horizon

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Axis:
    """One axis of a parameter: its labels, and for every scope dimension it understands the value of each element.

    The market axis, say, has ``groups = {"market": labels, "region": ..., "channel": ...}``.
    """

    name: str
    labels: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def index(self) -> dict[str, int]:
        """Label -> position."""
        return {label: position for position, label in enumerate(self.labels)}

    def mask(self, dimension: str, value: str) -> Mask:
        """Which elements belong to ``value`` of ``dimension``."""
        return np.array([member == value for member in self.groups[dimension]], dtype=bool)

    def codes(self, dimension: str) -> tuple[npt.NDArray[np.int64], tuple[str, ...]]:
        """Group number of every element and the group names in order of first appearance."""
        names = tuple(dict.fromkeys(self.groups[dimension]))
        position = {name: number for number, name in enumerate(names)}
        return np.array([position[member] for member in self.groups[dimension]], dtype=np.int64), names


@dataclass(frozen=True, eq=False)
class Parameter:
    """A read-only array and the names of its axes, such as ("item", "market", "period")."""

    values: Array
    axes: tuple[str, ...]
    unit: str = ""


@dataclass(frozen=True, eq=False)
class Parameters:
    """All parameters of one plan: Base's, or a scenario's after ``apply``."""

    horizon: Horizon
    axes: Mapping[str, Axis]
    arrays: Mapping[str, Parameter]

    def __getitem__(self, name: str) -> Array:
        return self.arrays[name].values

    def axis(self, name: str) -> Axis:
        """The axis called ``name``."""
        return self.axes[name]

    def labels(self, axis: str) -> tuple[str, ...]:
        """Labels of an axis."""
        return self.axes[axis].labels

    def with_values(self, changed: Mapping[str, Array]) -> Parameters:
        """The same parameters with some arrays replaced (made read-only)."""
        arrays = dict(self.arrays)
        for name, values in changed.items():
            values.flags.writeable = False
            arrays[name] = Parameter(values, self.arrays[name].axes, self.arrays[name].unit)
        return Parameters(self.horizon, self.axes, MappingProxyType(arrays))

    def selection(self, name: str, scope: Sequence[tuple[str, str]], first: int, last: int) -> Mask:
        """Cells of parameter ``name`` inside a scope and bucket range (``last`` included).

        Raises ScenarioError when the parameter knows no such dimension or no such value.
        """
        axes = self.arrays[name].axes
        chosen = np.ones(self.arrays[name].values.shape, dtype=bool)
        for dimension, value in scope:
            chosen &= self._along(name, dimension, value)
        if "period" in axes:
            inside = np.zeros(self.horizon.total, dtype=bool)
            inside[max(first, 0) : last + 1] = True
            chosen &= _spread(inside, axes.index("period"), len(axes))
        return chosen

    def _along(self, name: str, dimension: str, value: str) -> Mask:
        axes = self.arrays[name].axes
        for position, axis_name in enumerate(axes):
            axis = self.axes.get(axis_name)
            if axis is not None and dimension in axis.groups:
                if value not in axis.groups[dimension]:
                    known = ", ".join(dict.fromkeys(axis.groups[dimension]))
                    raise ScenarioError(f"There is no {dimension} {value!r} here.", f"Choose one of: {known}.")
                return _spread(axis.mask(dimension, value), position, len(axes))
        raise ScenarioError(f"{name.replace('_', ' ')} cannot be turned by {dimension}.", "Choose another scope.")


def _spread(mask: Mask, position: int, dimensions: int) -> Mask:
    return mask.reshape([-1 if axis == position else 1 for axis in range(dimensions)])


def parameters(horizon: Horizon, axes: Sequence[Axis], arrays: Mapping[str, Parameter]) -> Parameters:
    """Freeze parameters: every array becomes read-only."""
    for parameter in arrays.values():
        parameter.values.flags.writeable = False
    return Parameters(horizon, MappingProxyType({axis.name: axis for axis in axes}), MappingProxyType(dict(arrays)))
