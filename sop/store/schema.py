"""Bringing a store to the present schema: a new one from schema.sql, an older one by the numbered migrations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sop.domain.errors import SopError
from sop.store.connection import Connection, Cursor
from sop.store.tables import match_catalogue

HERE: Final = Path(__file__).parent
VERSION: Final = 3


@dataclass(frozen=True)
class Migration:
    """Statements that bring a store to ``version`` from the one before."""

    version: int
    sql: str


def known_migrations(folder: Path = HERE / "migrations") -> tuple[Migration, ...]:
    """All migrations in order, read from files named like 0002_what.sql."""
    return tuple(Migration(int(file.name[:4]), file.read_text("utf-8")) for file in sorted(folder.glob("*.sql")))


def prepare(connection: Connection, migrations: Sequence[Migration] | None = None) -> None:
    """Bring the store to the present schema in one transaction; ``migrations`` are the known ones unless given.

    Raises SopError when the file is some other DuckDB database, or was written by a newer version of this program.
    """
    steps = known_migrations() if migrations is None else migrations
    connection.write(lambda cursor: _prepare(cursor, steps))


def _prepare(cursor: Cursor, migrations: Sequence[Migration]) -> None:
    newest = max([VERSION, *(step.version for step in migrations)])
    present = _present_version(cursor)
    if present is None:
        cursor.execute((HERE / "schema.sql").read_text("utf-8"))
        _note(cursor, VERSION)
        present = VERSION
    if present > newest:
        raise SopError("The store was written by a newer version of this program.", "Update the program.")
    for step in migrations:
        if step.version > present:
            cursor.execute(step.sql)
            _note(cursor, step.version)
    match_catalogue(cursor)


def _present_version(cursor: Cursor) -> int | None:
    tables = {name for (name,) in cursor.execute("SELECT table_name FROM information_schema.tables").fetchall()}
    if not tables:
        return None
    if "schema_version" not in tables:
        raise SopError("The file is a DuckDB database, but not a store of this program.", "Choose another file.")
    return max(int(version) for (version,) in cursor.execute("SELECT version FROM schema_version").fetchall())


def _note(cursor: Cursor, version: int) -> None:
    now = datetime.now(UTC).replace(tzinfo=None)
    cursor.execute("INSERT INTO schema_version VALUES (?, ?)", [version, now])
