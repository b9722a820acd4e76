"""Small frames put together column by column: joining many tables of a dozen rows would take longer than a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sop.domain.parameters import Array

Part = Mapping[str, Any]
"""Columns of some rows: a sequence of values, or one value for all of the rows."""


def stacked(parts: Sequence[Part], columns: Sequence[str]) -> pd.DataFrame:
    """``parts`` under one another; every part has all ``columns``, the first of them as a sequence.

    >>> prices = {"month": ["2026-01", "2026-02"], "driver": "price", "value": [1.0, 2.0]}
    >>> stacked([prices], ("month", "driver", "value"))
         month driver  value
    0  2026-01  price    1.0
    1  2026-02  price    2.0
    """
    if not parts:
        return pd.DataFrame(columns=list(columns))
    lengths = [len(part[columns[0]]) for part in parts]
    return pd.DataFrame({name: _column([part[name] for part in parts], lengths) for name in columns})


def _column(values: Sequence[Any], lengths: Sequence[int]) -> Array:
    return np.concatenate([_rows(one, length) for one, length in zip(values, lengths, strict=True)])


def _rows(value: Any, length: int) -> Array:
    if isinstance(value, str):
        return np.full(length, value, dtype=object)
    if np.ndim(value) == 0:
        return np.full(length, value)
    array = np.asarray(value)
    return array.astype(object) if array.dtype.kind == "U" else array
