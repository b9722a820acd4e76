"""The DuckDB file: one connection per process, locked down, a cursor per call, one writer at a time."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeVar

import duckdb

from sop.domain.errors import SopError, StoreBusy

MEMORY: Final = ":memory:"
LOCKED_DOWN: Final = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "python_enable_replacements": "false",
    "lock_configuration": "true",
}
ATTEMPTS: Final = 5

Cursor = duckdb.DuckDBPyConnection
Result = TypeVar("Result")


class Connection:
    """An open store. Any number of threads may read; writes queue behind one lock and are all or nothing."""

    def __init__(self, path: Path | str) -> None:
        """Open or create the file at ``path`` (":memory:" = none).

        Raises StoreBusy when another process holds it, SopError when it cannot be read as a store.
        """
        self._duckdb = _connect(path)
        self._writing = threading.Lock()
        self.writes = 0
        """Times anything was written; what was read at the same count is still so: nobody else writes here."""

    def close(self) -> None:
        """Let go of the file."""
        self._duckdb.close()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Cursor]:
        """A cursor of its own for one call. Fetch all of a result before the next statement."""
        cursor = self._duckdb.cursor()
        try:
            yield cursor
        finally:
            cursor.close()

    def write(self, work: Callable[[Cursor], Result]) -> Result:
        """``work`` in one transaction: all of it is there afterwards, or nothing. Repeated on a conflict."""
        with self._writing:
            for attempt in range(1, ATTEMPTS + 1):
                try:
                    result = self._transaction(work)
                    self.writes += 1
                    return result
                except duckdb.TransactionException as error:
                    if attempt == ATTEMPTS:
                        raise SopError("The store could not take the change.", "Try again in a moment.") from error
                    time.sleep(0.01 * attempt)
        raise AssertionError("unreachable")

    def _transaction(self, work: Callable[[Cursor], Result]) -> Result:
        with self.reading() as cursor:
            cursor.begin()
            try:
                result = work(cursor)
                cursor.commit()
            except BaseException:
                with contextlib.suppress(duckdb.Error):
                    cursor.rollback()
                raise
            return result


def _connect(path: Path | str) -> duckdb.DuckDBPyConnection:
    try:
        if str(path) != MEMORY:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        return duckdb.connect(str(path), config=dict(LOCKED_DOWN))
    except duckdb.IOException as error:
        if "lock" in str(error).lower() or "being used by another process" in str(error):
            raise StoreBusy(
                f"The store {path} is held by another process, probably the running app.",
                "Stop that one first, or choose another file with --store.",
            ) from error
        raise _unusable(path, str(error)) from error
    except (duckdb.Error, OSError) as error:
        raise _unusable(path, str(error)) from error


def _unusable(path: Path | str, reason: str) -> SopError:
    cause = reason.strip().splitlines()[0] if reason.strip() else "unknown reason"
    return SopError(f"{path} cannot be used as a store ({cause}).", "Choose another file with --store or SOP_STORE.")
