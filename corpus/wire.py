"""What was taken from a file as JSON has it, for the way from one process to another.

A process that parses hostile files may be the attacker's: nothing but plain data is read back.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import Any, TypeAlias

from corpus.types import Article, Document, Part, Passage, PlacedLine, Span

__all__ = ["Plain", "Taken", "packed", "unpacked"]

Taken: TypeAlias = tuple[Document, list[Article], list[list[Passage]]]
Plain: TypeAlias = Any  # what JSON has; a tuple comes back as a list

_span = attrgetter("start", "end")
# The fields that are plain already.
_ARTICLE = (
    "id",
    "text",
    "title",
    "author",
    "source",
    "date",
    "language",
    "url",
    "path",
    "source_offsets",
)
_article = attrgetter(*_ARTICLE)
_DOCUMENT = ("path", "text", "media_type", "encoding", "warnings")
_document = attrgetter(*_DOCUMENT)


def packed(taken: Taken) -> Plain:
    """Return plain data of what was taken."""
    document, articles, passages = taken
    return (
        _document(document),
        dict(document.metadata),
        [_span(page) for page in document.pages],
        [(*part.span, dict(part.metadata)) for part in document.parts],
        [(*line.span, line.page, line.box, line.confidence) for line in document.lines],
        [(_article(one), _spans(one.headings), _spans(one.pages)) for one in articles],
        [[(p.id, p.article, *p.span, p.context) for p in each] for each in passages],
    )


def unpacked(plain: Plain) -> Taken:
    """Return what was packed."""
    fields, metadata, pages, parts, lines, articles, passages = plain
    document = Document(
        **_fields(_DOCUMENT, fields),
        metadata=metadata,
        pages=_read(pages),
        parts=tuple(Part(Span(start, end), said) for start, end, said in parts),
        lines=tuple(
            PlacedLine(Span(start, end), page, tuple(box), confidence)
            for start, end, page, box, confidence in lines
        ),
    )
    return (
        document,
        [
            Article(
                **_fields(_ARTICLE, said),
                headings=_read(headings),
                pages=_read(seen),
            )
            for said, headings, seen in articles
        ],
        [
            [Passage(id, of, Span(start, end), context) for id, of, start, end, context in each]
            for each in passages
        ],
    )


def _spans(spans: Iterable[Span]) -> list[tuple[int, int]]:
    return [_span(span) for span in spans]


def _read(spans: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in spans)


def _fields(names: Iterable[str], values: Iterable[Any]) -> dict[str, Any]:
    """Return the fields by name, lists as the tuples that they were."""
    return {name: _frozen(value) for name, value in zip(names, values, strict=True)}


def _frozen(value: Plain) -> Plain:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
