"""How articles and passages are read from the ledger's tables."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from sqlite3 import Connection
from typing import Any

from corpus.errors import BadQuestion, NotFound
from corpus.rows import ArticleRow, Counts, DocumentRow, PassageRow
from corpus.types import Article, Document, Filters, Part, PlacedLine, Span

__all__ = [
    "article",
    "articles",
    "counts",
    "document",
    "documents",
    "filtered",
    "json_ids",
    "no_article",
    "passages",
    "passages_of",
    "pending",
    "tally",
]

_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def json_ids(ids: Iterable[int]) -> str:
    """Return ids as one SQL value for `json_each`, which takes any number of them."""
    return json.dumps([int(id) for id in ids])


def no_article(id: str) -> tuple[str, str]:
    """Return message and hint for an article that is not there."""
    return f"There is no article {id!r}.", "`wenju list` shows the articles and their ids."


def article(connection: Connection, id: str) -> Article:
    """Return one article. Raises NotFound."""
    row = connection.execute(
        "SELECT articles.text, title, author, source, date, language, url, path, headings,"
        " source_offsets, pages FROM articles JOIN documents ON documents.number = document"
        " WHERE articles.id = ? AND NOT withdrawn",
        (id,),
    ).fetchone()
    if row is None:
        message, hint = no_article(id)
        raise NotFound(message, hint=hint)
    text, title, author, source, date, language, url, path, headings, offsets, pages = row
    return Article(
        id=id,
        text=text,
        title=title,
        author=author,
        source=source,
        date=date,
        language=language,
        url=url,
        path=path,
        headings=_spans(headings),
        source_offsets=tuple((int(here), int(there)) for here, there in json.loads(offsets)),
        pages=_spans(pages),
    )


def articles(
    connection: Connection, filters: Filters, contains: str, limit: int | None, offset: int
) -> list[ArticleRow]:
    """Return light rows by path and position."""
    where, values = _where(filters)
    if contains:
        where += " AND (title LIKE ? ESCAPE '!' OR source LIKE ? ESCAPE '!')"
        literal = re.sub("([!%_])", r"!\1", contains)
        values += [f"%{literal}%"] * 2
    rows = connection.execute(
        "SELECT articles.id, title, author, source, date, language, url, path, characters,"
        " (SELECT count(*) FROM passages WHERE article = articles.number)"
        f" FROM articles JOIN documents ON documents.number = document WHERE {where}"
        " ORDER BY path, position LIMIT ? OFFSET ?",
        [*values, -1 if limit is None else limit, offset],
    )
    return [ArticleRow(*row) for row in rows]


def document(connection: Connection, path: str) -> Document:
    """Return one document as it was read. Raises NotFound."""
    row = connection.execute(
        "SELECT path, text, media_type, encoding, metadata, warnings, pages, parts, lines"
        " FROM documents WHERE path = ?",
        (path,),
    ).fetchone()
    if row is None:
        raise NotFound(f"No file {path} was ingested.", hint="`wenju ingest` it first.")
    name, text, media_type, encoding, metadata, warnings, pages, parts, lines = row
    return Document(
        path=name,
        text=text,
        media_type=media_type,
        encoding=encoding,
        metadata=json.loads(metadata),
        warnings=tuple(json.loads(warnings)),
        pages=_spans(pages),
        parts=tuple(Part(Span(start, end), said) for start, end, said in json.loads(parts)),
        lines=_lines(lines),
    )


def documents(connection: Connection) -> list[DocumentRow]:
    """Return light rows by path."""
    rows = connection.execute(
        "SELECT id, path, digest, media_type, encoding, (SELECT count(*) FROM articles"
        " WHERE document = documents.number AND NOT withdrawn), warnings"
        " FROM documents ORDER BY path"
    )
    return [
        DocumentRow(id, path, digest, media_type, encoding, articles, tuple(json.loads(warnings)))
        for id, path, digest, media_type, encoding, articles, warnings in rows
    ]


_PASSAGE = 'SELECT passages.id, article, start, "end", context FROM passages'


def passages(connection: Connection, ids: Sequence[int]) -> dict[int, PassageRow]:
    """Return passages by id, in the order of `ids`, without the unknown ones."""
    found = connection.execute(
        f"{_PASSAGE} WHERE id IN (SELECT value FROM json_each(?))", (json_ids(ids),)
    ).fetchall()
    rows = {row.id: row for row in _with_text(connection, found)}
    return {id: rows[id] for id in ids if id in rows}


def passages_of(connection: Connection, article_id: str) -> list[PassageRow]:
    """Return an article's passages in order. Raises NotFound."""
    row = connection.execute(
        "SELECT number FROM articles WHERE id = ? AND NOT withdrawn", (article_id,)
    ).fetchone()
    if row is None:
        message, hint = no_article(article_id)
        raise NotFound(message, hint=hint)
    found = connection.execute(f"{_PASSAGE} WHERE article = ? ORDER BY start", row).fetchall()
    return _with_text(connection, found)


def pending(connection: Connection, limit: int) -> list[tuple[int, str, str]]:
    """Return (id, text, context) of passages that are not indexed, by id."""
    found = connection.execute(
        f"{_PASSAGE} WHERE indexed = 0 ORDER BY id LIMIT ?", (limit,)
    ).fetchall()
    return [(row.id, row.text, row.context) for row in _with_text(connection, found)]


def _with_text(connection: Connection, found: Sequence[Any]) -> list[PassageRow]:
    """Cut the passages out of their articles, each of which is read once.

    `substr` in SQL would read an article once a passage, which for a book-long one is slow.
    """
    texts = {
        number: (id, text)
        for number, id, text in connection.execute(
            "SELECT number, id, text FROM articles"
            " WHERE number IN (SELECT value FROM json_each(?))",
            (json_ids({row[1] for row in found}),),
        )
    }
    rows = []
    for id, number, start, end, context in found:
        article_id, text = texts[number]
        rows.append(PassageRow(id, article_id, Span(start, end), context, text[start:end]))
    return rows


def filtered(connection: Connection, filters: Filters) -> set[int]:
    """Return the ids of the passages of all articles that pass."""
    where, values = _where(filters)
    rows = connection.execute(
        "SELECT passages.id FROM passages JOIN articles ON articles.number = article"
        f" WHERE {where}",
        values,
    )
    return {row[0] for row in rows}


def _where(filters: Filters) -> tuple[str, list[str]]:
    """Return a condition on `articles` and its values. Raises BadQuestion for a bad date.

    A language matches its regional forms (`zh` finds `zh-TW`). An article without a date
    is never within a period.
    """
    terms: list[str] = ["NOT withdrawn"]
    values: list[str] = []
    if filters.sources:
        terms.append(f"source IN ({', '.join('?' * len(filters.sources))})")
        values += filters.sources
    if filters.languages:
        either = ["language = ? COLLATE NOCASE OR language LIKE ?"] * len(filters.languages)
        terms.append(f"({' OR '.join(either)})")
        for language in filters.languages:
            values += [language, f"{language}-%"]
    # Compared as text, a coarse date is filled up to the first or the last day it could mean.
    if filters.date_from:
        terms.append("date <> '' AND date || substr('0000-99-99', length(date) + 1) >= ?")
        values.append(_filled(filters.date_from, "0000-00-00"))
    if filters.date_to:
        terms.append("date <> '' AND date || substr('0000-00-00', length(date) + 1) <= ?")
        values.append(_filled(filters.date_to, "0000-99-99"))
    return " AND ".join(terms), values


def _filled(date: str, rest: str) -> str:
    if not _DATE.fullmatch(date):
        raise BadQuestion(
            f"{date!r} is not a date to filter by.",
            hint="Write a year, a month or a day: 2023, 2023-06 or 2023-06-30.",
        )
    return date + rest[len(date) :]


def tally(connection: Connection, column: str) -> dict[str, int]:
    """Count the articles by the value of a column, most first."""
    return dict(
        connection.execute(
            f"SELECT {column}, count(*) FROM articles WHERE NOT withdrawn"
            " GROUP BY 1 ORDER BY 2 DESC, 1"
        )
    )


def counts(connection: Connection) -> Counts:
    """Count what there is."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM documents),"
        " (SELECT count(*) FROM articles WHERE NOT withdrawn),"
        " (SELECT count(*) FROM passages),"
        " (SELECT count(*) FROM passages WHERE indexed = 0),"
        " (SELECT count(*) FROM removed_passages)"
    ).fetchone()
    return Counts(*row)


def _spans(text: str) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in json.loads(text))


def _lines(text: str) -> tuple[PlacedLine, ...]:
    return tuple(
        PlacedLine(Span(start, end), page, (left, top, right, bottom), confidence)
        for start, end, page, left, top, right, bottom, confidence in json.loads(text)
    )
