"""What the corpus is made of. Every offset in this project counts Unicode code points.

Three texts follow each other: a file's decoded `Document.text`, the repaired `Article.text`
made from a part of it, and the `Passage`, which is a span of the article and owns no text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

__all__ = ["DOUBT", "Article", "Document", "Filters", "Part", "Passage", "PlacedLine", "Span"]

# What is recognised with less confidence than this is counted, so that somebody looks at it.
DOUBT = 0.8


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points.

    >>> Span(2, 4).of("问据问据")
    '问据'
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        """Refuse a range that runs backwards."""
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: {self.start}..{self.end}")

    def __len__(self) -> int:
        """Count the code points inside."""
        return self.end - self.start

    def __iter__(self) -> Iterator[int]:
        """Yield start and end, so that `start, end = span` works."""
        yield self.start
        yield self.end

    def of(self, text: str) -> str:
        """Return the part of the text that the span covers."""
        return text[self.start : self.end]

    def shift(self, by: int) -> Span:
        """Return the span moved by a number of code points."""
        return Span(self.start + by, self.end + by)


@dataclass(frozen=True, slots=True)
class Part:
    """One article of a file that says itself where its articles are: a row, a chapter, a headline.

    `span` is in `Document.text`; `metadata` has the keys of `Document.metadata` and wins over it.
    """

    span: Span
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """Where a line of `Document.text` is printed, so that a quote can be outlined on its page.

    `page` counts from 0. `box` is left, top, right, bottom, as shares of the page's width and
    height. `confidence` is that of text recognition, in [0, 1]; 1 where the file holds the text.
    """

    span: Span
    page: int
    box: tuple[float, float, float, float]
    confidence: float = 1.0

    @property
    def is_doubtful(self) -> bool:
        """Say whether it may well be misread; such lines are kept, and counted."""
        return self.confidence < DOUBT


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it was read: decoded, not yet repaired or split.

    `metadata` holds what the file itself declares (front matter, HTML meta): any of `title`,
    `author`, `source`, `date`, `url`, `language`. `warnings` are sentences for the report.
    `pages` are spans of `text`, one a page, empty where the format has none. `parts` are its
    articles, in order, where the format tells; empty leaves that to `corpus.articles`. `lines`
    are where its lines stand on the pages, in the order of `text`, empty where nobody knows.
    """

    path: str
    text: str
    media_type: str
    encoding: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    pages: tuple[Span, ...] = ()
    parts: tuple[Part, ...] = ()
    lines: tuple[PlacedLine, ...] = ()

    @property
    def doubtful(self) -> tuple[Span, ...]:
        """Return what was recognised with doubt, as spans of `text`."""
        return tuple(line.span for line in self.lines if line.is_doubtful)


@dataclass(frozen=True, slots=True)
class Article:
    """One article of a file, repaired, with the source offset of every character.

    `source_offsets` are runs `(start in text, start in Document.text)`: from such a position on,
    text and source advance together until the next run; see `corpus.aligned`.
    `headings` are the spans of the heading lines in `text`, in order. `date` is ISO 8601
    (`2023`, `2023-06` or `2023-06-30`) or empty; `language` is a BCP 47 tag (`zh`, `en`, …).
    `pages` are those of its document: spans of `Document.text`, empty where it has none.
    """

    id: str
    text: str
    title: str = ""
    author: str = ""
    source: str = ""
    date: str = ""
    language: str = ""
    url: str = ""
    path: str = ""
    headings: tuple[Span, ...] = ()
    source_offsets: tuple[tuple[int, int], ...] = ()
    pages: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of an article: whole sentences, in size fit for retrieval.

    `id` is given by the ledger and never used again, `0` before it is stored. `context` is what
    helps to find the passage without being part of it: the article's title and the headings above.
    """

    id: int
    article: str
    span: Span
    context: str = ""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles may answer. What is empty does not filter.

    `date_from` and `date_to` are ISO 8601, inclusive; a coarser date (`2023`) matches where its
    whole period could: an article dated `2023` is within `2023-06` to `2024`.
    """

    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    date_from: str = ""
    date_to: str = ""

    def __bool__(self) -> bool:
        """Say whether anything is filtered."""
        return bool(self.sources or self.languages or self.date_from or self.date_to)
