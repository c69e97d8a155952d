"""What is in the collection: documents, articles and passages in one SQLite file.

The ledger is the truth and the stores follow it: a passage is `pending` until a store has it,
and the id of a deleted one stays in `removed` until no store has it. Both may be told twice.

A ledger may be used by any number of threads at once. One process writes at a time, holding
`write_lock`; readers never wait for it. Leaves out: reading files (`corpus.ingest`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from corpus import listing, storing
from corpus.database import Database
from corpus.errors import NotFound
from corpus.lock import write_lock
from corpus.rows import ArticleRow, Counts, DocumentRow, PassageRow
from corpus.types import Article, Document, Filters, Passage

__all__ = ["Ledger", "write_lock"]


class Ledger:
    """The collection's ledger; close it, or use it as a context manager."""

    def __init__(self, path: Path) -> None:
        """Open the ledger, made where there is none.

        Raises:
            HomeTooNew: a newer version of the program wrote it.
            IndexCorrupt: the file is damaged or is not a ledger.
            StorageFull: the disk is full or the folder not writable.
        """
        self._database = Database(Path(path))

    def __enter__(self) -> Ledger:
        """Return the ledger itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close the file. Using the ledger afterwards is a ValueError."""
        self._database.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make several changes one: all of them, or none when the block raises."""
        with self._database.transaction():
            yield

    # Writing

    def put(
        self,
        document: Document,
        digest: str,
        articles: Sequence[Article],
        passages: Sequence[Sequence[Passage]],
        *,
        version: str = "",
        restore: bool = False,
    ) -> list[str]:
        """Store what a file holds, in place of what it held before; return the articles' ids.

        `passages[i]` belong to `articles[i]`; the ids both carry are ignored and given anew,
        but for an article that is known by its title or place (see `corpus.identity`), and
        passages stay as they are where nothing of their article's text changed. An article
        that was removed by its id stays removed unless `restore`; its id is returned all the
        same. `digest` is the sha256 of the file's bytes, `version` names the code that split it.

        Raises:
            ValueError: a span outside its article, or text that SQLite cannot keep (NUL).
        """
        with self._database.transaction() as connection:
            return storing.put(
                connection, document, digest, articles, passages, version=version, restore=restore
            )

    def remove(self, article_ids: Iterable[str]) -> int:
        """Remove articles for good, all of them or none; return how many.

        They stay removed when their file is ingested again with its folder.

        Raises:
            NotFound: one of the ids is not there.
        """
        wanted = list(dict.fromkeys(article_ids))
        with self._database.transaction() as connection:
            numbers = [storing.article_number(connection, id) for id in wanted]
            storing.withdraw(connection, numbers)
        return len(wanted)

    def remove_document(self, path: str) -> int:
        """Forget a file and all it holds; return how many articles went, 0 for an unknown path."""
        with self._database.transaction() as connection:
            return storing.remove_document(connection, path)

    def move(self, old: str, new: str) -> None:
        """Let a known file stand under another path, which must not be known yet."""
        with self._database.transaction() as connection:
            connection.execute("UPDATE documents SET path = ? WHERE path = ?", (new, old))

    # Documents

    def digest_of(self, path: str) -> str | None:
        """Return the sha256 that a file had when it was stored, None for an unknown path."""
        state = self.state_of(path)
        return state[0] if state else None

    def digests(self) -> dict[str, str]:
        """Return the sha256 of every stored file, by its path."""
        with self._database.reading() as connection:
            return dict(connection.execute("SELECT path, digest FROM documents"))

    def state_of(self, path: str) -> tuple[str, str] | None:
        """Return (digest, version) of a stored file, None for an unknown path."""
        row = self._row("SELECT digest, version FROM documents WHERE path = ?", path)
        return (row[0], row[1]) if row else None

    def path_of(self, digest: str) -> str | None:
        """Return the path under which this content was stored, None where it was not."""
        row = self._row("SELECT path FROM documents WHERE digest = ? ORDER BY number", digest)
        return row[0] if row else None

    def withdrawn(self, path: str) -> int:
        """Count the articles of a file that were removed by their ids."""
        row = self._row(
            "SELECT count(*) FROM articles JOIN documents ON documents.number = document"
            " WHERE path = ? AND withdrawn",
            path,
        )
        return int(row[0]) if row else 0

    def paths(self) -> list[str]:
        """Return the path of every stored file, sorted."""
        with self._database.reading() as connection:
            return [row[0] for row in connection.execute("SELECT path FROM documents ORDER BY 1")]

    def documents(self) -> list[DocumentRow]:
        """Return every stored file, by path."""
        with self._database.reading() as connection:
            return listing.documents(connection)

    def document(self, path: str) -> Document:
        """Return a file as it was read. Raises NotFound."""
        with self._database.reading() as connection:
            return listing.document(connection, path)

    # Articles

    def article(self, id: str) -> Article:
        """Return an article with its text. Raises NotFound."""
        with self._database.reading() as connection:
            return listing.article(connection, id)

    def raw(self, article_id: str) -> str:
        """Return the decoded text of the file that an article came from. Raises NotFound."""
        row = self._row(
            "SELECT documents.text FROM articles JOIN documents ON documents.number = document"
            " WHERE articles.id = ? AND NOT withdrawn",
            article_id,
        )
        if row is None:
            message, hint = listing.no_article(article_id)
            raise NotFound(message, hint=hint)
        return str(row[0])

    def articles(
        self,
        *,
        filters: Filters | None = None,
        contains: str = "",
        limit: int | None = None,
        offset: int = 0,
    ) -> list[ArticleRow]:
        """Return articles by path and place in the file; `contains` looks into title and source."""
        with self._database.reading() as connection:
            return listing.articles(connection, filters or Filters(), contains, limit, offset)

    def sources(self) -> dict[str, int]:
        """Return how many articles each source has, most first; "" counts those without."""
        return self._tally("source")

    def languages(self) -> dict[str, int]:
        """Return how many articles each language has, most first; "" counts those without."""
        return self._tally("language")

    # Passages

    def passages(self, ids: Iterable[int]) -> dict[int, PassageRow]:
        """Return the passages with these ids, in the order asked for; unknown ids are left out."""
        with self._database.reading() as connection:
            return listing.passages(connection, [int(id) for id in ids])

    def passages_of(self, article_id: str) -> list[PassageRow]:
        """Return an article's passages in order. Raises NotFound."""
        with self._database.reading() as connection:
            return listing.passages_of(connection, article_id)

    def filtered(self, filters: Filters) -> set[int]:
        """Return the ids of the passages that may answer; of all, where nothing is filtered."""
        with self._database.reading() as connection:
            return listing.filtered(connection, filters)

    # For the stores

    def pending(self, limit: int = 1000) -> list[tuple[int, str, str]]:
        """Return up to `limit` (id, text, context) that the stores lack, by id."""
        with self._database.reading() as connection:
            return listing.pending(connection, limit)

    def removed(self) -> list[int]:
        """Return the ids, ascending, of deleted passages that the stores may still hold."""
        with self._database.reading() as connection:
            return [row[0] for row in connection.execute("SELECT id FROM removed_passages")]

    def mark_indexed(self, added: Collection[int], removed: Collection[int] = ()) -> None:
        """Note that the stores durably hold `added` and no longer hold `removed`."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE passages SET indexed = 1 WHERE id IN (SELECT value FROM json_each(?))",
                (listing.json_ids(added),),
            )
            connection.execute(
                "DELETE FROM removed_passages WHERE id IN (SELECT value FROM json_each(?))",
                (listing.json_ids(removed),),
            )

    def reset_indexed(self) -> None:
        """Note that the stores are empty: every passage is pending, nothing is left to remove."""
        with self._database.transaction() as connection:
            connection.execute("UPDATE passages SET indexed = 0 WHERE indexed")
            connection.execute("DELETE FROM removed_passages")

    # The ledger itself

    def counts(self) -> Counts:
        """Count what there is."""
        with self._database.reading() as connection:
            return listing.counts(connection)

    def meta(self, key: str) -> str | None:
        """Return a value that was set, None where it was not."""
        row = self._row("SELECT value FROM meta WHERE key = ?", key)
        return row[0] if row else None

    def set_meta(self, key: str, value: str) -> None:
        """Keep a small value under a key, in place of the one before."""
        with self._database.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def check(self) -> list[str]:
        """Return what SQLite finds wrong with the file; empty when it is sound. Reads all of it."""
        with self._database.reading() as connection:
            problems = [str(row[0]) for row in connection.execute("PRAGMA quick_check")]
            broken = connection.execute("PRAGMA foreign_key_check").fetchall()
        problems = [problem for problem in problems if problem != "ok"]
        return problems + [f"a row of {row[0]} belongs to nothing" for row in broken]

    def _row(self, query: str, *values: str) -> tuple[str, ...] | None:
        with self._database.reading() as connection:
            row: tuple[str, ...] | None = connection.execute(query, values).fetchone()
            return row

    def _tally(self, column: str) -> dict[str, int]:
        with self._database.reading() as connection:
            return listing.tally(connection, column)
