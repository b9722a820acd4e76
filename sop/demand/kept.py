"""Forecasts of single series kept between fits, under a key of everything they follow from.

A file of its own beside the store (SQLite: each chunk is a transaction that survives a kill). It only saves time: where
it is busy, damaged or missing, series are forecast again.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from sop.demand.engines import Engine
from sop.domain.parameters import Array

RULES = 3
"""To be raised when an engine of ours answers differently: what was kept before is then forecast again."""
MOST_KEPT = 200_000
_AT_ONCE = 500
_TABLE = "CREATE TABLE IF NOT EXISTS paths (key TEXT PRIMARY KEY, path BLOB NOT NULL, used INTEGER NOT NULL)"


def key_of(engine: Engine, values: Array, horizon: int, season_length: int) -> str:
    """What the forecast of one series follows from: engine with its options, libraries, history, horizon, season."""
    digest = hashlib.sha256(f"{engine!r} {_libraries()} {RULES} {horizon} {season_length}".encode())
    digest.update(np.ascontiguousarray(values, dtype=np.float64).tobytes())
    return digest.hexdigest()[:32]


class Kept:
    """The forecasts kept in one file; MOST_KEPT series at most, those used last stay."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def find(self, keys: Sequence[str]) -> dict[str, Array]:
        """The forecasts kept under these keys; touching them keeps them longer."""
        found: dict[str, Array] = {}
        try:
            with closing(self._opened()) as file, file:
                now = self._next(file)
                for start in range(0, len(keys), _AT_ONCE):
                    part = keys[start : start + _AT_ONCE]
                    marks = ",".join("?" * len(part))
                    rows = file.execute(f"SELECT key, path FROM paths WHERE key IN ({marks})", part)  # noqa: S608
                    found |= {key: np.frombuffer(path, dtype=np.float64) for key, path in rows}
                file.executemany("UPDATE paths SET used = ? WHERE key = ?", [(now, key) for key in found])
                self._prune(file)
        except sqlite3.Error as fault:
            _log(fault)
        return found

    def add(self, keys: Sequence[str], paths: Array) -> None:
        """Keep ``paths`` [S, horizon] under their keys."""
        try:
            with closing(self._opened()) as file, file:
                now = self._next(file)
                rows = [(key, row.astype(np.float64).tobytes(), now) for key, row in zip(keys, paths, strict=True)]
                file.executemany("INSERT OR REPLACE INTO paths VALUES (?, ?, ?)", rows)
        except sqlite3.Error as fault:
            _log(fault)

    def _opened(self) -> sqlite3.Connection:
        file = sqlite3.connect(self._path, timeout=5.0)
        try:
            file.execute(_TABLE)
        except sqlite3.DatabaseError:
            file.close()
            raise
        return file

    @staticmethod
    def _next(file: sqlite3.Connection) -> int:
        return int(file.execute("SELECT COALESCE(MAX(used), 0) + 1 FROM paths").fetchone()[0])

    @staticmethod
    def _prune(file: sqlite3.Connection) -> None:
        oldest = "SELECT key FROM paths ORDER BY used DESC LIMIT -1 OFFSET ?"
        file.execute(f"DELETE FROM paths WHERE key IN ({oldest})", (MOST_KEPT,))  # noqa: S608


@cache
def _libraries() -> str:
    return " ".join(f"{name} {_version(name)}" for name in ("statsforecast", "prophet", "numpy"))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _log(fault: Exception) -> None:
    logging.getLogger(__name__).info("Kept forecasts are left aside: %s", fault)
