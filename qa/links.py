"""Citation URLs, and the way back from a URL to its place in an article.

    /article/{id}?at={start}-{end}&of={text}&is={quote}&from={first}&to={last}#q1

`at` are code points in the article's text, `of` and `is` the first 8 hex digits of the SHA-256 of
that text and of the quote, `from` and `to` the quote's first and last 12 code points. While the
text is the same, `at` is the place. After an edit elsewhere the quote is found again by its ends
and proved by `is`; after an edit inside it, what resembles it most is shown as changed.
A URL may cite several places: each `at` begins another citation. `#q1` is the mark of the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, TypeAlias
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from corpus.types import Span

__all__ = [
    "MAX_CITATIONS",
    "Citation",
    "Place",
    "Resolved",
    "article_url",
    "citation_url",
    "joined",
    "parse",
    "resolve",
    "resolve_all",
]

ENDS = 12  # code points: enough to find a sentence again, and a URL stays fit for an e-mail
DIGITS = 8  # of SHA-256: two texts of one article agree by chance once in 4 billion
MAX_CITATIONS = 50  # in one URL; an answer has far fewer, a hostile URL more
MAX_LENGTH = 20_000  # code points a citation may claim: beyond any passage, a bound for the search
MAX_FOUND = 2_000  # places of one end in a text that are looked at
LEFT = (12, 8, 6, 4)  # code points of a changed quote's end to look for; fewer stand everywhere
MAX_REST = 60  # code points a changed quote is drawn out by, to the end of its sentence
ENDING = re.compile("[。！？!?；;…\\n]+[”’」』）)]*|[.] ")

Place: TypeAlias = Literal["exact", "moved", "changed"]
Pairs: TypeAlias = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Citation:
    """What a URL says of one quote. `text_hash` and `quote_hash` may be empty: not given."""

    start: int
    end: int
    text_hash: str
    quote_hash: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """Where a citation stands now.

    `exact`: the text is the one that was cited. `moved`: the same quote, in a text that was
    changed elsewhere. `changed`: the quote is gone; `span` is what resembles it most, or None.
    """

    place: Place
    span: Span | None


def article_url(article: str) -> str:
    """Return the path of an article's page.

    >>> article_url("a1")
    '/article/a1'
    """
    return f"/article/{quote(article, safe='')}"


def citation_url(article: str, text: str, start: int, end: int) -> str:
    """Return the URL, without a host, that leads to `text[start:end]` of an article.

    >>> citation_url("a1", "医院有床。病人有药。", 5, 10)[:16]
    '/article/a1?at=5'
    """
    if not 0 <= start < end <= len(text):
        raise ValueError(f"not inside the text: {start}..{end} of {len(text)}")
    cited = text[start:end]
    query = {
        "at": f"{start}-{end}",
        "of": _digest(text),
        "is": _digest(cited),
        "from": cited[:ENDS],
        "to": cited[-ENDS:],
    }
    encoded = urlencode(query, errors="replace", quote_via=quote)
    return f"{article_url(article)}?{encoded}#q1"


def joined(urls: Iterable[str]) -> str:
    """Return one URL that cites all of these places in one article, the first one first.

    Empty input gives the empty string.
    """
    kept = list(dict.fromkeys(urls))[:MAX_CITATIONS]
    if not kept:
        return ""
    queries = "&".join(urlsplit(url).query for url in kept)
    return f"{urlsplit(kept[0]).path}?{queries}#q1"


def parse(query: str | Pairs) -> list[Citation]:
    """Read the citations of a query string or its pairs; what is malformed is left out.

    >>> parse("at=5-10&of=00000000&from=a&to=b")[0].end
    10
    >>> parse("at=10-5&at=x")
    []
    """
    pairs = parse_qsl(query, errors="replace") if isinstance(query, str) else query
    groups: list[dict[str, str]] = []
    for key, value in pairs:
        if key == "at":
            groups.append({})
        if groups:
            groups[-1].setdefault(key, value)
    found = (_citation(group) for group in groups[:MAX_CITATIONS])
    return [citation for citation in found if citation]


def resolve(text: str, params: str | Pairs) -> Resolved | None:
    """Find the first citation of a query in the text as it is now; None when it cites nothing."""
    return next(iter(resolve_all(text, params)), None)


def resolve_all(text: str, params: str | Pairs) -> list[Resolved]:
    """Find every citation of a query in the text as it is now, in the order of the query."""
    return [locate(text, citation) for citation in parse(params)]


def locate(text: str, citation: Citation) -> Resolved:
    """Find one citation in the text as it is now."""
    inside = citation.end <= len(text)
    if inside and citation.text_hash == _digest(text):
        return Resolved("exact", Span(citation.start, citation.end))
    length = citation.end - citation.start
    for start in _nearest(text, citation.first, citation.start):
        if _is_quote(text[start : start + length], length, citation):
            return Resolved("moved", Span(start, start + length))
    return Resolved("changed", _resembling(text, citation))


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", errors="replace")).hexdigest()[:DIGITS]


def _citation(group: dict[str, str]) -> Citation | None:
    match = re.fullmatch(r"([0-9]{1,9})-([0-9]{1,9})", group["at"])
    if not match:
        return None
    start, end = int(match[1]), int(match[2])
    if not start < end <= start + MAX_LENGTH:
        return None
    return Citation(
        start,
        end,
        group.get("of", ""),
        group.get("is", ""),
        group.get("from", "")[:ENDS],
        group.get("to", "")[-ENDS:],
    )


def _occurrences(text: str, part: str) -> Iterator[int]:
    at = text.find(part) if part else -1
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _nearest(text: str, part: str, to: int) -> list[int]:
    """Return where the part stands, nearest to a position first."""
    found = [at for at, _ in zip(_occurrences(text, part), range(MAX_FOUND), strict=False)]
    return sorted(found, key=lambda at: abs(at - to))


def _is_quote(candidate: str, length: int, citation: Citation) -> bool:
    if len(candidate) != length or not candidate.endswith(citation.last):
        return False
    return not citation.quote_hash or _digest(candidate) == citation.quote_hash


def _resembling(text: str, citation: Citation) -> Span | None:
    """Return what is left of a quote: from its first words to its last, or as much as is there."""
    length = citation.end - citation.start
    heads = [citation.first[:size] for size in LEFT]
    tails = [citation.last[-size:] for size in LEFT]
    starts = [start for start, _ in _longest(text, heads, citation.start)]
    ends = [end for _, end in _longest(text, tails, citation.end)]
    for start in starts:
        for end in sorted(ends, key=lambda end: abs(end - start - length)):
            if length / 2 <= end - start <= length * 2:
                return Span(start, _sentence_end(text, end))
    if starts:
        return Span(starts[0], _sentence_end(text, starts[0] + length))
    if ends:
        return Span(max(0, ends[0] - length), _sentence_end(text, ends[0]))
    return None


def _longest(text: str, parts: Sequence[str], near: int) -> list[tuple[int, int]]:
    """Return where the longest part that stands in the text stands, nearest first."""
    found = ([(at, at + len(part)) for at in _nearest(text, part, near)] for part in parts)
    return next((places for places in found if places), [])


def _sentence_end(text: str, at: int) -> int:
    """Return the end of the sentence that a position lies in; the text ends where it ends."""
    at = min(at, len(text))
    rest = text[at : at + MAX_REST]
    if ENDING.search(text[max(0, at - 1) : at]) or not (match := ENDING.search(rest)):
        return at
    return at + match.end()
