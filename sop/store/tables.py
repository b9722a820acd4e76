"""Input tables in the store: one DuckDB table per table of the catalogue, rows told apart by the inputs they belong to.

Every identifier in a statement comes from the catalogue; values are bound.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from sop.domain.catalogue import TABLES, Column
from sop.domain.inputs import blank_of, dtype_of, empty_table
from sop.store.connection import Cursor

_INCOMING: Final = "incoming"


def match_catalogue(cursor: Cursor) -> None:
    """Make the tables the catalogue has and the store has not, and add columns that came later."""
    present: dict[str, set[str]] = {}
    query = "SELECT table_name, column_name FROM information_schema.columns"
    for table, column in cursor.execute(query).fetchall():
        present.setdefault(table, set()).add(column)
    for name, table in TABLES.items():
        stored = _stored(name)
        if stored not in present:
            cursor.execute(_create(name))
        for column in table.columns:
            if column.name not in present.get(stored, table.column_names):
                cursor.execute(f"ALTER TABLE {_quoted(stored)} ADD COLUMN {_declared(column)}")


def write_tables(cursor: Cursor, inputs_id: str, tables: Mapping[str, pd.DataFrame]) -> None:
    """Append all rows of typed tables under ``inputs_id``."""
    for name, frame in tables.items():
        if not frame.empty:
            cursor.register(_INCOMING, _to_arrow(name, frame))
            columns = ", ".join(_quoted(column) for column in TABLES[name].column_names)
            cursor.execute(
                f"INSERT INTO {_quoted(_stored(name))} (inputs_id, row_number, {columns}) "  # noqa: S608
                f"SELECT ?, row_number, {columns} FROM {_INCOMING}",
                [inputs_id],
            )
            cursor.unregister(_INCOMING)


def read_tables(cursor: Cursor, inputs_id: str) -> dict[str, pd.DataFrame]:
    """All tables stored under ``inputs_id``, typed and in their order; columns added since hold their defaults."""
    asked = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {_quoted(_stored(name))} WHERE inputs_id = $1)"  # noqa: S608
        for name in TABLES
    )
    filled = {name for (name,) in cursor.execute(asked, [inputs_id]).fetchall()}
    return {name: _read(cursor, inputs_id, name) if name in filled else empty_table(name) for name in TABLES}


def _read(cursor: Cursor, inputs_id: str, name: str) -> pd.DataFrame:
    columns = ", ".join(_quoted(column) for column in TABLES[name].column_names)
    query = f"SELECT {columns} FROM {_quoted(_stored(name))} WHERE inputs_id = ? ORDER BY row_number"  # noqa: S608
    found = cursor.sql(query, params=[inputs_id]).to_arrow_table()
    frame: pd.DataFrame = found.to_pandas(deduplicate_objects=True)
    for column in TABLES[name].columns:
        if found[column.name].null_count:
            frame[column.name] = _filled(column, frame[column.name])
    return frame


def _filled(column: Column, values: pd.Series) -> Any:
    blank = blank_of(column)
    filled = values if pd.isna(blank) else values.where(values.notna(), blank)
    return filled.astype(dtype_of(column))  # type: ignore[call-overload]


def _to_arrow(name: str, frame: pd.DataFrame) -> pa.Table:
    columns = {column.name: _arrow_column(column, frame[column.name]) for column in TABLES[name].columns}
    return pa.table({"row_number": np.arange(len(frame), dtype=np.int64), **columns})


def _arrow_column(column: Column, values: pd.Series) -> pa.Array:
    """Text goes over as codes and distinct values: a history repeats a few thousand texts a million times."""
    if dtype_of(column) != "object":
        return pa.array(values.to_numpy(), from_pandas=True)
    codes, distinct = pd.factorize(values.to_numpy())
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32(), mask=codes < 0), pa.array(distinct, pa.string()))


def _create(name: str) -> str:
    columns = ", ".join(_declared(column) for column in TABLES[name].columns)
    return f"CREATE TABLE {_quoted(_stored(name))} (inputs_id TEXT NOT NULL, row_number BIGINT NOT NULL, {columns})"


def _declared(column: Column) -> str:
    return f"{_quoted(column.name)} {_duckdb_type(column)}"


def _stored(name: str) -> str:
    return f"input_{name}"


def _duckdb_type(column: Column) -> str:
    return {"float64": "DOUBLE", "bool": "BOOLEAN", "datetime64[ns]": "TIMESTAMP_NS"}.get(dtype_of(column), "TEXT")


def _quoted(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'
