"""What is packed comes back equal in every value, type and order, and nothing in a file is run."""

from __future__ import annotations

import io
from dataclasses import fields
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from sop.domain.base import base_parameters
from sop.domain.inputs import content_hash
from sop.workspace import packing
from tests.companies import small_inputs

TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)


def there_and_back(value: Any) -> Any:
    """``value`` written to a file and read from it."""
    file = io.BytesIO()
    packing.write(file, value)
    file.seek(0)
    return packing.read(file)


@given(
    arrays(st.sampled_from([np.float64, np.int64, np.bool_, "datetime64[ns]"]), array_shapes(min_dims=0, min_side=0)),
    st.dictionaries(TEXTS, st.one_of(st.none(), st.booleans(), st.integers(), TEXTS), max_size=3),
)
def test_arrays_and_mappings_come_back(values: Any, told: dict[str, Any]) -> None:
    """Any shape, empty ones and single numbers too."""
    back, again, others = there_and_back((values, values[..., None], told))
    np.testing.assert_array_equal(back, values)
    np.testing.assert_array_equal(again, values[..., None])
    assert back.dtype == values.dtype
    assert others == told
    assert list(others) == list(told)


@given(st.lists(st.tuples(TEXTS, st.floats(allow_nan=True), st.booleans()), max_size=6))
def test_tables_come_back(rows: list[tuple[str, float, bool]]) -> None:
    """Text stays text, blank or not."""
    table = pd.DataFrame(rows, columns=["text", "number", "flag"]).astype({"text": object, "number": float})
    table["flag"] = table["flag"].astype(bool)
    table["day"] = pd.Series(pd.NaT, index=table.index, dtype="datetime64[ns]")
    pd.testing.assert_frame_equal(there_and_back({"one": table})["one"], table)


def test_a_company_comes_back() -> None:
    """Tables have the same content hash; Base's parameters are the same arrays, read-only as before."""
    inputs = small_inputs()
    assert content_hash(there_and_back(inputs.tables)) == inputs.id
    base = base_parameters(inputs)
    again = there_and_back(base)
    assert again.horizon == base.horizon
    assert [[getattr(axis, one.name) for one in fields(axis)] for axis in again.axes.values()] == [
        [getattr(axis, one.name) for one in fields(axis)] for axis in base.axes.values()
    ]
    assert list(again.arrays) == list(base.arrays)
    for name, parameter in base.arrays.items():
        np.testing.assert_array_equal(again[name], parameter.values)
        assert (again.arrays[name].axes, again.arrays[name].unit) == (parameter.axes, parameter.unit)
        with pytest.raises(ValueError, match="read-only"):
            again[name][...] = 0.0


def test_objects_are_refused() -> None:
    """What would have to be pickled is not written."""
    with pytest.raises(TypeError, match="objects"):
        there_and_back(np.array([object()]))


def test_a_pickle_is_not_read() -> None:
    """A file with a pickled array in it is no file of ours."""
    file = io.BytesIO()
    np.savez(file, told=np.array([{}], dtype=object))
    file.seek(0)
    with pytest.raises(ValueError, match="allow_pickle"):
        packing.read(file)
