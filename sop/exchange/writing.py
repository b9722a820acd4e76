"""Tables as a folder of CSV files that reads back unchanged."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from sop.domain.catalogue import TABLES, Column
from sop.domain.inputs import Inputs, blank_of
from sop.exchange.safety import csv_safe


def write_folder(inputs: Inputs, path: Path) -> tuple[Path, ...]:
    """Write the tables that hold rows as ``<table>.csv`` into the folder ``path`` (made if absent); the files written.

    UTF-8, comma, decimal point, ISO days, yes/no; columns that hold nothing but their default are left out, text that
    a spreadsheet would take for a formula gets a leading '. ``load_inputs(path)`` gives the same inputs again.
    CSV files of tables that are empty now are removed from the folder, so that nothing stale is read with the rest.
    """
    path.mkdir(parents=True, exist_ok=True)
    written = []
    for name in TABLES:
        file = path / f"{name}.csv"
        if inputs[name].empty:
            file.unlink(missing_ok=True)
        else:
            file.write_bytes(csv_bytes(name, inputs[name]))
            written.append(file)
    return tuple(written)


def csv_bytes(name: str, frame: pd.DataFrame) -> bytes:
    """Table ``name`` as CSV, in the form ``write_folder`` writes."""
    columns = used_columns(name, frame)
    texts = {column.name: csv_texts(column, frame[column.name]) for column in columns}
    table = pa.table(texts)
    sink = pa.BufferOutputStream()
    sink.write((",".join(texts) + "\n").encode())
    try:
        pacsv.write_csv(table, sink, pacsv.WriteOptions(include_header=False, quoting_style="none"))
    except pa.ArrowInvalid:  # some text holds a comma, quote or line break
        return _quoted_bytes(table)
    return bytes(sink.getvalue().to_pybytes())


def _quoted_bytes(table: pa.Table) -> bytes:
    frame = table.to_pandas()
    text: str = frame.to_csv(index=False, quoting=csv.QUOTE_MINIMAL, lineterminator="\n")
    return text.encode() if "\r" not in text else _all_quoted_bytes(frame)


def _all_quoted_bytes(frame: pd.DataFrame) -> bytes:
    """For texts with a carriage return, which the minimal style leaves bare."""
    text: str = frame.to_csv(index=False, quoting=csv.QUOTE_ALL, lineterminator="\n")
    return text.encode()


def used_columns(name: str, frame: pd.DataFrame) -> list[Column]:
    """Columns worth writing: required ones, and those that say something besides their default."""
    return [
        column
        for column in TABLES[name].columns
        if column.required or not _holds_only(frame[column.name], blank_of(column))
    ]


def _holds_only(values: pd.Series[Any], blank: object) -> bool:
    if pd.isna(blank):  # type: ignore[call-overload]
        return bool(values.isna().all())
    return bool((values == blank).all())


def csv_texts(column: Column, values: pd.Series[Any]) -> pa.Array:
    """Values as texts: shortest exact numbers, ISO days, yes/no, text safe for spreadsheets."""
    if column.kind in ("number", "integer"):
        return _number_texts(values.to_numpy(dtype=np.float64))
    if column.kind in ("date", "period"):
        codes, days = pd.factorize(values)
        texts = np.append(np.datetime_as_string(np.asarray(days, "datetime64[D]"), unit="D"), "").astype(object)
        return pa.array(texts[codes], pa.string())  # code -1 stands for a blank
    if column.kind == "flag":
        return pa.array(np.where(values.to_numpy(dtype=bool), "yes", "no"), pa.string())
    codes, distinct = pd.factorize(values)
    safe = np.array([csv_safe(str(text)) for text in distinct], dtype=object)
    return pa.array(safe[codes], pa.string())


def _number_texts(values: npt.NDArray[np.float64]) -> pa.Array:
    texts = pa.array(values, from_pandas=True).cast(pa.string())
    return pc.fill_null(pc.replace_substring_regex(texts, r"\.0$", ""), "")
