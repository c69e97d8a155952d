"""What readers thought of answers: kept in one SQLite file, exportable as evaluation questions."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from corpus.errors import IndexCorrupt, StorageFull

__all__ = ["VERDICTS", "Cited", "Feedback", "Judgement", "Verdict"]

Verdict: TypeAlias = Literal["up", "down", "wrong_evidence"]
VERDICTS: tuple[str, ...] = get_args(Verdict)
MOST = 100_000  # judgements kept: anyone may send one, and a disk is not endless
SCHEMA = """
CREATE TABLE IF NOT EXISTS feedback (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,        -- ISO 8601, UTC
    verdict TEXT NOT NULL,
    question TEXT NOT NULL,
    searched TEXT NOT NULL,
    quotes TEXT NOT NULL,    -- JSON
    note TEXT NOT NULL
)
"""


@dataclass(frozen=True, slots=True)
class Cited:
    """A quote that was judged: its place, and its words as they were."""

    article: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a reader thought of an answer. For `wrong_evidence` the quotes are the wrong ones."""

    verdict: Verdict
    question: str
    searched: str
    quotes: tuple[Cited, ...] = ()
    note: str = ""
    at: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return one line of the export."""
        return asdict(self)


class Feedback:
    """The judgements of one data folder; any thread may use it."""

    def __init__(self, path: Path) -> None:
        """Open the file, made where there is none.

        Raises:
            IndexCorrupt: it is no SQLite file. StorageFull: it cannot be written.
        """
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, check_same_thread=False, timeout=10)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute(SCHEMA)
        except sqlite3.DatabaseError as error:
            raise IndexCorrupt(
                f"{path} cannot be opened: {error}.",
                hint="Move the file away; a new one is made. Articles and index are not affected.",
            ) from error

    def __enter__(self) -> Feedback:
        """Return the file itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def add(self, judgement: Judgement) -> int:
        """Keep a judgement, dated now; return its number. Raises StorageFull above the cap."""
        quotes = json.dumps([asdict(quote) for quote in judgement.quotes], ensure_ascii=False)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        row = (now, judgement.verdict, judgement.question, judgement.searched, quotes)
        with self._lock, self._connection:
            if self._count() >= MOST:
                raise StorageFull(
                    f"{MOST:,} judgements are kept already.",
                    hint="Export them with `wenju feedback export` and move feedback.sqlite away.",
                )
            cursor = self._connection.execute(
                "INSERT INTO feedback (at, verdict, question, searched, quotes, note)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (*row, judgement.note),
            )
            return int(cursor.lastrowid or 0)

    def count(self) -> int:
        """Count what is kept."""
        with self._lock:
            return self._count()

    def export(self, verdicts: Sequence[str] = VERDICTS) -> Iterator[Judgement]:
        """Yield the judgements with one of these verdicts, oldest first."""
        with self._lock, closing(self._connection.cursor()) as cursor:
            rows = cursor.execute(
                "SELECT verdict, question, searched, quotes, note, at FROM feedback ORDER BY id"
            ).fetchall()
        for verdict, question, searched, quotes, note, at in rows:
            if verdict in verdicts:
                cited = tuple(Cited(**quote) for quote in json.loads(quotes))
                yield Judgement(verdict, question, searched, cited, note, at)

    def _count(self) -> int:
        return int(self._connection.execute("SELECT count(*) FROM feedback").fetchone()[0])
