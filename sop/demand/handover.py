"""Inputs as a folder of parquet files: how the fitting process gets them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sop.domain.catalogue import TABLES
from sop.domain.inputs import Inputs, dtype_of


def write_inputs(inputs: Inputs, folder: Path) -> None:
    """Write every table that has rows to ``folder`` (made if need be) as <table>.parquet."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in inputs.tables.items():
        if len(table):
            table.to_parquet(folder / f"{name}.parquet", engine="pyarrow", index=False)


def read_inputs(folder: Path) -> Inputs:
    """The Inputs written to ``folder``, with the same id."""
    files = {name: folder / f"{name}.parquet" for name in TABLES}
    return Inputs.of({name: _typed(name, path) for name, path in files.items() if path.exists()})


def _typed(name: str, path: Path) -> pd.DataFrame:
    table = pd.read_parquet(path, engine="pyarrow")
    return table.astype({column.name: dtype_of(column) for column in TABLES[name].columns})
