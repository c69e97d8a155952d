"""The ledger's tables, as numbered migrations: `migrations/NNNN_name.sql`.

`PRAGMA user_version` counts those that were applied. A file that was released is never edited;
a change is a new file with the next number.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from importlib.resources import files

from corpus.errors import HomeTooNew, IndexCorrupt

__all__ = ["APPLICATION", "migrate", "migrations"]

# "Wenj" in ASCII, kept in the file's header: another program's SQLite file is not ours to change.
APPLICATION = 0x57656E6A


def migrations() -> list[tuple[int, str]]:
    """Return (number, SQL) of every migration, ascending from 1 without a gap."""
    folder = files("corpus") / "migrations"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [(int(name[:4]), (folder / name).read_text(encoding="utf-8")) for name in names]


def migrate(connection: sqlite3.Connection, name: str) -> None:
    """Bring the database up to date, all in one transaction; `name` is for messages.

    Raises:
        HomeTooNew: a newer version of the program wrote it.
        IndexCorrupt: it is a database of something else.
    """
    steps = migrations()
    if _version(connection, name, steps[-1][0]) == steps[-1][0]:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked again, now that nobody else can write: two processes may open a new home at once.
        version = _version(connection, name, steps[-1][0])
        for number, script in steps[version:]:
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection, name: str, newest: int) -> int:
    """Return how many migrations were applied."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    tables = int(connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0])
    if tables and application != APPLICATION:
        raise IndexCorrupt(
            f"{name} is a database, but not one of Wenju's.",
            hint="Choose another data folder with --home, or move that file away.",
        )
    if version > newest:
        raise HomeTooNew(
            f"{name} was written by a newer version (schema {version}, this one knows {newest}).",
            hint="Update Wenju, or choose another data folder with --home.",
        )
    if version and not tables:
        raise IndexCorrupt(
            f"{name} has lost its tables.",
            hint="Restore it from a backup, or delete the data folder and ingest again.",
        )
    return version


def _statements(script: str) -> Iterator[str]:
    """Split a script into statements; `executescript` would commit the transaction first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
