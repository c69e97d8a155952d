"""A text cut at its marks, so that a template can set the marked parts off.

What is cut loses nothing: the pieces of a text, put together, are the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.types import Span

__all__ = ["Block", "Piece", "blocks", "pieces"]

LINE = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text. `marks` are the numbers (from 0) of the spans over it.

    `begins` are those of them that no piece before it has.
    """

    text: str
    marks: tuple[int, ...] = ()
    begins: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A line of an article: a heading or a paragraph, and its place in the article's text."""

    heading: bool
    span: Span
    pieces: tuple[Piece, ...]


def pieces(text: str, within: Span, marks: Sequence[Span]) -> tuple[Piece, ...]:
    """Cut `within` of a text wherever a mark begins or ends.

    >>> [piece.text for piece in pieces("问据答疑", Span(0, 4), [Span(1, 3)])]
    ['问', '据答', '疑']
    """
    return _pieces(text, within, marks, set())


def blocks(text: str, headings: Iterable[Span], marks: Sequence[Span]) -> list[Block]:
    """Cut an article into its lines, and each line at its marks. Empty lines are left out."""
    heads = {heading.start for heading in headings}
    begun: set[int] = set()
    found = []
    for line in LINE.finditer(text):
        span = Span(*line.span())
        if span.of(text).strip():
            found.append(Block(span.start in heads, span, _pieces(text, span, marks, begun)))
    return found


def _pieces(text: str, within: Span, marks: Sequence[Span], begun: set[int]) -> tuple[Piece, ...]:
    """Cut, and note in `begun` which marks have had their first piece."""
    cuts = {within.start, within.end}
    for mark in marks:
        cuts.update(at for at in mark if within.start < at < within.end)
    found = []
    for start, end in pairwise(sorted(cuts)):
        over = tuple(n for n, mark in enumerate(marks) if mark.start < end and start < mark.end)
        found.append(Piece(text[start:end], over, tuple(n for n in over if n not in begun)))
        begun.update(over)
    return tuple(found)
