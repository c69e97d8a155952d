"""The page as it was printed: its picture beside an article, the quoted lines outlined.

A picture is part of the article, for only on it can a reader check what text recognition made of
the print; so it is shown unless `serve_pages` is off, while `serve_files` decides about the file
itself. It is drawn anew, in a process of its own, and shows what the page looks like and nothing
else of the file. No page is shown of a file that has changed since it was read, nor of one with
an article that was removed: what is gone must not be read off a picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path, PurePath
from typing import TypeAlias

from corpus import loaders
from corpus.aligned import source_spans
from corpus.errors import NotFound, WenjuError
from corpus.ledger import Ledger
from corpus.sandbox import Sandbox
from corpus.types import Article, PlacedLine, Span

__all__ = ["Facsimile", "Outline", "Sheet", "drawn", "facsimile", "sheets"]

MOST_SHEETS = 12  # pages beside one article; an answer cites one or two
MEMORY = 2_000_000_000  # bytes that drawing a page may take
CACHED = 64  # drawn pages, of half a megabyte
# Lines of a column are less than a line apart, and share most of their width.
SHARED = 0.5

BoxShares: TypeAlias = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Facsimile:
    """What can be shown of an article's pages: the lines on them, and whether they are there."""

    lines: tuple[PlacedLine, ...]
    unchanged: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """What surrounds quoted lines that stand together; shares of the page, `mark` from 0."""

    mark: int
    box: BoxShares


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page to show, its number from 1."""

    number: int
    outlines: tuple[Outline, ...]


def facsimile(ledger: Ledger, article: Article) -> Facsimile:
    """Return what can be shown of an article; without lines there is nothing."""
    if not article.pages or ledger.withdrawn(article.path):
        return Facsimile((), False)
    digest = ledger.digest_of(article.path) or ""
    everywhere = _lines(ledger, article.path, digest)
    kept = _within(everywhere, source_spans(article.source_offsets, Span(0, len(article.text))))
    return Facsimile(tuple(kept), bool(kept) and _digest_now(article.path) == digest)


def sheets(article: Article, lines: Sequence[PlacedLine], marks: Sequence[Span]) -> list[Sheet]:
    """Return the pages that quotes stand on, in order; without any, the one it begins on."""
    found: dict[int, list[Outline]] = {}
    for number, mark in enumerate(marks):
        for line in _within(lines, source_spans(article.source_offsets, mark)):
            _outline(found.setdefault(line.page, []), number, line.box)
    if not found and lines:
        found = {min(lines, key=lambda line: line.span.start).page: []}
    pages = sorted(found)[:MOST_SHEETS]
    return [Sheet(page + 1, tuple(found[page])) for page in pages]


def drawn(ledger: Ledger, article: Article, number: int) -> bytes:
    """Return a page, counted from 1, as a JPEG. Waits for another process to draw it.

    Raises:
        NotFound: the article has no line on it, or the file is not what it was.
        UnreadableFile: the page cannot be drawn.
    """
    shown = facsimile(ledger, article)
    if not shown.unchanged or number - 1 not in {line.page for line in shown.lines}:
        raise _not_shown(number)
    return _drawn(article.path, ledger.digest_of(article.path) or "", number)


@lru_cache(maxsize=CACHED)
def _drawn(path: str, digest: str, number: int) -> bytes:
    try:
        data = loaders.read_again(path)
    except (OSError, WenjuError) as error:  # gone since it was looked at
        raise _not_shown(number) from error
    if sha256(data).hexdigest() != digest:
        raise _not_shown(number)
    with Sandbox(memory=MEMORY) as box:  # told its name only, for what it says is public
        return box.draw(data, PurePath(path).name, number - 1)


def _not_shown(number: int) -> NotFound:
    return NotFound(f"Page {number} cannot be shown.", hint="The article's text is still here.")


@lru_cache(maxsize=16)  # of a book there are a hundred thousand
def _lines(ledger: Ledger, path: str, digest: str) -> tuple[PlacedLine, ...]:
    return ledger.document(path).lines


def _within(lines: Iterable[PlacedLine], spans: Sequence[Span]) -> list[PlacedLine]:
    """Return the lines that share a character with the spans."""
    bounds = sorted(spans)
    found, first = [], 0
    for line in lines:  # they are in the order of the text
        while first < len(bounds) and bounds[first].end <= line.span.start:
            first += 1
        if first < len(bounds) and bounds[first].start < line.span.end:
            found.append(line)
    return found


def _outline(outlines: list[Outline], mark: int, box: BoxShares) -> None:
    """Add a line, to the outline before it where they stand together."""
    last = outlines[-1] if outlines else None
    if last and last.mark == mark and _are_together(last.box, box):
        left, top, right, bottom = (
            (min, min, max, max)[side](last.box[side], box[side]) for side in range(4)
        )
        outlines[-1] = Outline(mark, (left, top, right, bottom))
    else:
        outlines.append(Outline(mark, box))


def _are_together(first: BoxShares, second: BoxShares) -> bool:
    """Say whether a line stands right below an outline, or in old print right beside it."""
    for along, across in ((0, 1), (1, 0)):
        shared = min(first[along + 2], second[along + 2]) - max(first[along], second[along])
        narrower = min(box[along + 2] - box[along] for box in (first, second))
        apart = max(first[across], second[across]) - min(first[across + 2], second[across + 2])
        thin = min(second[2] - second[0], second[3] - second[1])
        if shared > SHARED * narrower and apart < thin:
            return True
    return False


def _digest_now(path: str) -> str:
    """Return the digest that a file has now; empty where it cannot be read."""
    holder = next((each for each in (Path(path), *Path(path).parents) if each.is_file()), None)
    try:
        if holder is None:
            return ""
        status = holder.stat()
        return _digest(path, status.st_mtime_ns, status.st_size)
    except (OSError, WenjuError):
        return ""


@lru_cache(maxsize=256)  # a scanned year is hundreds of megabytes, and read once only
def _digest(path: str, changed_at: int, size: int) -> str:
    return sha256(loaders.read_again(path)).hexdigest()
