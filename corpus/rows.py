"""What the ledger answers with where a whole `Article` or `Document` would be too much."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.types import Span

__all__ = ["ArticleRow", "Counts", "DocumentRow", "PassageRow"]


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A stored passage with its text: `text == article.text[span.start:span.end]`."""

    id: int
    article: str
    span: Span
    context: str
    text: str


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article in a list. `characters` and `passages` are how many it has."""

    id: str
    title: str
    author: str
    source: str
    date: str
    language: str
    url: str
    path: str
    characters: int
    passages: int


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A file in a list. `digest` is the sha256 of its bytes, `articles` how many it holds."""

    id: str
    path: str
    digest: str
    media_type: str
    encoding: str
    articles: int
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the ledger holds. `pending` passages are not in the stores yet, `removed` still."""

    documents: int
    articles: int
    passages: int
    pending: int
    removed: int
