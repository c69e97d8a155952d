"""A SQLite file that many threads read while one writes.

SQLite's write-ahead log lets readers go on beside a writer, but a connection serves one thread
at a time. So there is one connection for writing, behind a lock, and a pool for reading that
grows to as many as ever read at once (one a thread would pile up in a web server, whose worker
threads come and go). Errors of SQLite become ours here and nowhere else.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from corpus.errors import HomeLocked, IndexCorrupt, StorageFull, StoreError
from corpus.schema import migrate

__all__ = ["Database"]

# How long to wait for another process that is just committing, in seconds.
BUSY_SECONDS = 10.0


class Database:
    """Connections to one migrated SQLite file; closed with `close()` or as a context manager."""

    def __init__(self, path: Path) -> None:
        """Open the file, made with its folder where there is none.

        Raises:
            HomeTooNew, IndexCorrupt, StorageFull, HomeLocked: see `corpus.errors`.
        """
        self.path = path
        self._idle: deque[sqlite3.Connection] = deque()
        self._lock = threading.RLock()
        self._owner: int | None = None
        self._depth = 0
        self._closed = False
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageFull(
                f"The data folder {path.parent} cannot be made: {error.strerror}.",
                hint="Choose a folder that you may write to, with --home or WENJU_HOME.",
            ) from error
        with self._our_errors():
            self._writer = self._connect(writing=True)

    def _connect(self, *, writing: bool) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA trusted_schema = OFF")
            if writing:
                connection.execute("PRAGMA journal_mode = WAL")
                # FULL and not NORMAL: after a power cut the stores must not know ids that the
                # ledger has forgotten and would give to other passages.
                connection.execute("PRAGMA synchronous = FULL")
                migrate(connection, str(self.path))
            else:
                connection.execute("PRAGMA query_only = ON")
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection that sees one state of the file; inside a transaction, its own."""
        if self._owner == threading.get_ident():
            with self._our_errors():
                yield self._writer
            return
        if self._closed:
            raise ValueError("the ledger is closed")
        with self._our_errors():
            try:
                connection = self._idle.pop()
            except IndexError:
                connection = self._connect(writing=False)
            try:
                connection.execute("BEGIN")
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                connection.close()
                raise
            self._give_back(connection)

    def _give_back(self, connection: sqlite3.Connection) -> None:
        self._idle.append(connection)
        if self._closed:  # closed meanwhile by another thread
            self._close_idle()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Do all of it or nothing. Inside another transaction it is a part that can fail alone."""
        with self._lock, self._our_errors():
            if self._closed:
                raise ValueError("the ledger is closed")
            begin, commit, undo = _words(self._depth)
            self._writer.execute(begin)
            self._depth += 1
            self._owner = threading.get_ident()
            try:
                yield self._writer
                self._writer.execute(commit)
            except BaseException:
                if self._writer.in_transaction:  # a full disk has rolled back by itself
                    for statement in undo:
                        self._writer.execute(statement)
                raise
            finally:
                self._depth -= 1
                if not self._depth:
                    self._owner = None

    @contextmanager
    def _our_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            translated = _translate(error, self.path)
            if translated is None:
                raise
            raise translated from error

    def close(self) -> None:
        """Close every connection; one that another thread is using closes when it is done."""
        with self._lock:
            self._closed = True
            self._close_idle()
            self._writer.close()

    def _close_idle(self) -> None:
        with suppress(IndexError):
            while True:
                self._idle.pop().close()


def _words(depth: int) -> tuple[str, str, tuple[str, ...]]:
    """Return how to begin, to commit and to undo a transaction that lies in `depth` others."""
    if not depth:
        return "BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",)
    name = f"part_{depth}"
    return f"SAVEPOINT {name}", f"RELEASE {name}", (f"ROLLBACK TO {name}", f"RELEASE {name}")


def _translate(error: sqlite3.Error, path: Path) -> StoreError | None:
    """Return our error for SQLite's, or None for one that only a mistake in our SQL can cause."""
    code = str(getattr(error, "sqlite_errorname", ""))
    if code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return IndexCorrupt(
            f"{path} is damaged: {error}.",
            hint="Restore it from a backup, or delete the data folder and ingest again.",
        )
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return HomeLocked(
            f"{path} is being written to by another process.",
            hint="Wait until the other command has ended, then try again.",
        )
    if code.startswith(("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN")):
        return StorageFull(
            f"{path} cannot be written: {error}.",
            hint="Free some disk space or check the folder's permissions; "
            "nothing that was stored before is lost.",
        )
    return None
