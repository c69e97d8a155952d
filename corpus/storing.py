"""How a document, its articles and their passages enter the ledger's tables and leave them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from sqlite3 import Connection

from corpus.errors import NotFound
from corpus.identity import Known, document_id, match
from corpus.listing import json_ids, no_article
from corpus.types import Article, Document, Passage

__all__ = ["article_number", "put", "remove_document", "withdraw"]

# Made once: `json.dumps` with options makes an encoder each time.
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def put(
    connection: Connection,
    document: Document,
    digest: str,
    articles: Sequence[Article],
    passages: Sequence[Sequence[Passage]],
    *,
    version: str,
    restore: bool,
) -> list[str]:
    """Store a document; see `Ledger.put`. Call it inside a transaction."""
    _check(document, articles, passages)
    number, id, next_ordinal, is_new = _put_document(connection, document, digest, version)
    rows = [] if is_new else connection.execute(_ARTICLES, (number,)).fetchall()
    known = [Known(row[0], row[1], bool(row[2]) and not restore) for row in rows]
    matches = match(known, [article.title for article in articles])
    kept = set(matches)
    gone = [row[3] for i, row in enumerate(rows) if i not in kept and not known[i].withdrawn]
    if gone:
        _remove_articles(connection, gone)
    ids = []
    for position, (article, spans, index) in enumerate(
        zip(articles, passages, matches, strict=True)
    ):
        if index is None:
            ordinal, old = next_ordinal, None
            next_ordinal += 1
        else:
            ordinal, old = known[index].ordinal, rows[index][3]
        ids.append(f"{id}-{ordinal}")
        if index is None or not known[index].withdrawn:
            stored = replace(article, id=ids[-1])
            _put_article(connection, (old, number, ordinal, position), stored, spans)
    connection.execute(
        "UPDATE documents SET next_ordinal = ? WHERE number = ?", (next_ordinal, number)
    )
    return ids


_ARTICLES = (
    "SELECT ordinal, title, withdrawn, number FROM articles WHERE document = ? ORDER BY position"
)


def _check(
    document: Document, articles: Sequence[Article], passages: Sequence[Sequence[Passage]]
) -> None:
    if len(articles) != len(passages):
        raise ValueError(f"{len(articles)} articles, but passages of {len(passages)}")
    for text in (document.text, *(article.text for article in articles)):
        if "\0" in text:  # SQLite's functions would end the text there
            raise ValueError("the text holds a NUL character")
    for article, spans in zip(articles, passages, strict=True):
        for passage in spans:
            if passage.span.end > len(article.text):
                raise ValueError(f"{passage.span} lies outside its article of {len(article.text)}")


def _put_document(
    connection: Connection, document: Document, digest: str, version: str
) -> tuple[int, str, int, bool]:
    """Insert or update the row; return number, id, next free ordinal, and whether it is new."""
    values = {
        "path": document.path,
        "digest": digest,
        "version": version,
        "text": document.text,
        "media_type": document.media_type,
        "encoding": document.encoding,
        "metadata": _json(dict(document.metadata)),
        "warnings": _json(document.warnings),
        "pages": _json([tuple(span) for span in document.pages]),
        "parts": _json([(*part.span, dict(part.metadata)) for part in document.parts]),
        "lines": _json(
            [(*line.span, line.page, *line.box, line.confidence) for line in document.lines]
        ),
    }
    row = connection.execute(
        "SELECT number, id, next_ordinal FROM documents WHERE path = ?", (document.path,)
    ).fetchone()
    if row is not None:
        names = ", ".join(f"{name} = :{name}" for name in values)
        connection.execute(f"UPDATE documents SET {names} WHERE path = :path", values)
        return int(row[0]), str(row[1]), int(row[2]), False

    def taken(id: str) -> bool:
        found = connection.execute("SELECT 1 FROM documents WHERE id = ?", (id,)).fetchone()
        return found is not None

    id = document_id(digest, document.path, taken)
    cursor = connection.execute(
        f"INSERT INTO documents (id, next_ordinal, {', '.join(values)})"
        f" VALUES (:id, 1, {', '.join(':' + name for name in values)})",
        {"id": id, **values},
    )
    return int(cursor.lastrowid or 0), id, 1, True


def _put_article(
    connection: Connection,
    place: tuple[int | None, int, int, int],
    article: Article,
    passages: Sequence[Passage],
) -> None:
    """Write one article; `place` is its number if it is known, its document, ordinal, position."""
    old, document, ordinal, position = place
    values = {
        "id": article.id,
        "document": document,
        "ordinal": ordinal,
        "position": position,
        "withdrawn": 0,
        "title": article.title,
        "author": article.author,
        "source": article.source,
        "date": article.date,
        "language": article.language,
        "url": article.url,
        "characters": len(article.text),
        "headings": _json([tuple(span) for span in article.headings]),
        "source_offsets": _json(article.source_offsets),
        "text": article.text,
    }
    spans = [(passage.span.start, passage.span.end, passage.context) for passage in passages]
    if old is None:
        cursor = connection.execute(
            f"INSERT INTO articles ({', '.join(values)})"
            f" VALUES ({', '.join(':' + name for name in values)})",
            values,
        )
        number = int(cursor.lastrowid or 0)
    else:
        number = old
        same = _same(connection, number, article.text, spans)
        names = ", ".join(f"{name} = :{name}" for name in values)
        connection.execute(
            f"UPDATE articles SET {names} WHERE number = :number", {"number": number, **values}
        )
        if same:
            return
        connection.execute("DELETE FROM passages WHERE article = ?", (number,))
    connection.executemany(
        'INSERT INTO passages (article, start, "end", context) VALUES (?, ?, ?, ?)',
        [(number, *span) for span in spans],
    )


def _same(
    connection: Connection, number: int, text: str, spans: list[tuple[int, int, str]]
) -> bool:
    """Say whether an article's passages read as before: then they keep ids and vectors."""
    (before,) = connection.execute(
        "SELECT text FROM articles WHERE number = ?", (number,)
    ).fetchone()
    stored = connection.execute(
        'SELECT start, "end", context FROM passages WHERE article = ? ORDER BY id', (number,)
    ).fetchall()
    return bool(before == text and stored == spans)


def article_number(connection: Connection, id: str) -> int:
    """Return the row of an article that is there. Raises NotFound."""
    row = connection.execute(
        "SELECT number FROM articles WHERE id = ? AND NOT withdrawn", (id,)
    ).fetchone()
    if row is None:
        message, hint = no_article(id)
        raise NotFound(message, hint=hint)
    return int(row[0])


def withdraw(connection: Connection, numbers: Iterable[int]) -> None:
    """Empty these articles but keep their names, so that ingesting does not bring them back."""
    ids = json_ids(numbers)
    for statement in (
        "DELETE FROM passages WHERE article IN (SELECT value FROM json_each(?))",
        "UPDATE articles SET withdrawn = 1, text = '', characters = 0, headings = '[]',"
        " source_offsets = '[]' WHERE number IN (SELECT value FROM json_each(?))",
    ):
        connection.execute(statement, (ids,))
    # What nobody can ask for any more need not be kept either.
    connection.execute(
        "UPDATE documents SET text = '', metadata = '{}', pages = '[]', parts = '[]', lines = '[]'"
        " WHERE number IN (SELECT document FROM articles WHERE number IN"
        " (SELECT value FROM json_each(?))) AND NOT EXISTS"
        " (SELECT 1 FROM articles WHERE document = documents.number AND NOT withdrawn)",
        (ids,),
    )


def _remove_articles(connection: Connection, numbers: Iterable[int]) -> None:
    connection.execute(
        "DELETE FROM articles WHERE number IN (SELECT value FROM json_each(?))",
        (json_ids(numbers),),
    )


def remove_document(connection: Connection, path: str) -> int:
    """Delete a document with its articles and passages; return how many articles it had."""
    (articles,) = connection.execute(
        "SELECT count(*) FROM articles JOIN documents ON documents.number = document"
        " WHERE path = ? AND NOT withdrawn",
        (path,),
    ).fetchone()
    connection.execute("DELETE FROM documents WHERE path = ?", (path,))
    return int(articles)
