"""Fitted demand models as they are stored: read back, or said to be of no use."""

from __future__ import annotations

from zipfile import BadZipFile

from sop.demand import DemandModel
from sop.domain.errors import SopError

_UNREADABLE = (ValueError, KeyError, TypeError, OSError, EOFError, MemoryError, AttributeError, BadZipFile)


def read_model(data: bytes, inputs_id: str) -> DemandModel:
    """The demand model in ``data``; SopError when it cannot be read or was fitted to other inputs."""
    try:
        model = DemandModel.from_bytes(data)
    except _UNREADABLE as error:
        raise SopError("The demand model cannot be read by this version.", "Fit it again.") from error
    if model.inputs_id != inputs_id:
        raise SopError("The demand model was fitted to other inputs.", "Fit it again.")
    return model


def is_usable(data: bytes | None, inputs_id: str) -> bool:
    """Whether there is a model that ``read_model`` accepts."""
    try:
        return data is not None and bool(read_model(data, inputs_id).items)
    except SopError:
        return False
