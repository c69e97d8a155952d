"""Rejoin sentences torn by a blank line, a column's end, a caption or a heading.

A line is open when it stops before its sentence does. The running text that follows it is its
other half unless it begins anew; captions in between move behind the joined paragraph, headings
before it. A half whose other half stands elsewhere in the article is brought to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from corpus.aligned import AlignedText
from corpus.repair.bonds import Bonds
from corpus.repair.halves import (
    LONE_CHARACTER,
    bare,
    breaks_off,
    goes_on,
    may_be_open,
    overlap,
    unclosed,
    unopened,
)
from corpus.repair.lines import BODY, CODE, FIXED, HEADING, SHORT, Line, lines_of, width, with_gap
from corpus.repair.wraps import join_edit
from corpus.types import Span

__all__ = ["join_torn"]

# More lines than these between two halves are not captions any more.
_MOST_BETWEEN = 8
# With more lines without an end than a page has columns, this is no page but a list or verse.
_MOST_FIRST_HALVES = 30
# A first half of a sentence that is found again elsewhere is at least a column's line.
_SHORTEST_FIRST_HALF = 10.0
_LEADING = re.compile(r"\A\n+")


@dataclass(slots=True)
class _Paragraph:
    """Lines that belong together, and what stood between them."""

    lines: list[Line]
    before: list[Line] = field(default_factory=list)
    after: list[Line] = field(default_factory=list)

    def words(self) -> str:
        """Return the text of all lines."""
        return "".join(line.text for line in self.lines)

    def take(self, other: _Paragraph) -> None:
        """Put another paragraph's lines behind one's own."""
        self.lines += other.lines
        self.before += other.before
        self.after += other.after


def join_torn(text: AlignedText) -> AlignedText:
    """Join the halves of torn sentences; what stood between them keeps its own paragraph."""
    bonds = Bonds(text.text)
    lines = _with_fragments(lines_of(text.text), bonds)
    if not any(map(may_be_open, lines)):
        return text
    paragraphs = _join_neighbours(lines, bonds)
    paragraphs = _bring_home(paragraphs)
    if len(paragraphs) == len(lines):
        return text
    pieces = (piece for paragraph in paragraphs for piece in _pieces(text, paragraph, bonds))
    return AlignedText.join(pieces).replace(_LEADING, "")


def _with_fragments(lines: Sequence[Line], bonds: Bonds) -> list[Line]:
    """Return the lines, those short ones that break off inside a word made running text."""
    found = list(lines)
    for number in range(len(lines) - 2, -1, -1):
        line = lines[number]
        if line.kind == SHORT:
            other = _next_text(found, number + 1)
            if other is not None and breaks_off(line, found[other], bonds):
                found[number] = replace(line, kind=BODY)
    return found


def _join_neighbours(lines: Sequence[Line], bonds: Bonds) -> list[_Paragraph]:
    """Return the paragraphs, each torn one joined with what follows it."""
    paragraphs: list[_Paragraph] = []
    number = 0
    while number < len(lines):
        paragraph = _Paragraph([lines[number]])
        number += 1
        while may_be_open(paragraph.lines[-1]):
            other = _next_text(lines, number)
            between = lines[number:other]
            if other is None or not goes_on(paragraph.lines[-1], lines[other], between, bonds):
                break
            paragraph.before += [line for line in between if line.kind == HEADING]
            paragraph.after += [line for line in between if line.kind != HEADING]
            paragraph.lines.append(lines[other])
            number = other + 1
        paragraphs.append(paragraph)
    return paragraphs


def _next_text(lines: Sequence[Line], start: int) -> int | None:
    """Return the number of the next line of running text, if only captions stand before it."""
    for number in range(start, min(start + _MOST_BETWEEN, len(lines))):
        if lines[number].kind in (BODY, FIXED, CODE):
            return number if lines[number].kind == BODY else None
    return None


def _bring_home(paragraphs: list[_Paragraph]) -> list[_Paragraph]:
    """Return the paragraphs, second halves standing elsewhere put behind their first halves."""
    first_halves = [
        paragraph
        for paragraph in paragraphs
        if may_be_open(paragraph.lines[-1]) and width(paragraph.words()) >= _SHORTEST_FIRST_HALF
    ]
    if not 0 < len(first_halves) <= _MOST_FIRST_HALVES:
        return paragraphs
    strays = {
        id(paragraph): paragraph
        for before, paragraph in zip([None, *paragraphs], paragraphs, strict=False)
        if paragraph.lines[0].kind == BODY and (before is None or not may_be_open(before.lines[-1]))
    }
    moved: set[int] = set()
    for key, stray in strays.items():
        home = _home(stray, [half for half in first_halves if half is not stray])
        if home is not None:
            first_halves.remove(home)
            home.take(stray)
            moved.add(key)
    return [paragraph for paragraph in paragraphs if id(paragraph) not in moved]


def _home(stray: _Paragraph, first_halves: Sequence[_Paragraph]) -> _Paragraph | None:
    """Return the only first half that a paragraph without a beginning can belong to."""
    words = stray.words()
    if unopened(words):
        homes = [half for half in first_halves if unclosed(half.words())]
    elif LONE_CHARACTER.match(words):
        homes = [half for half in first_halves if not unclosed(half.words())]
    else:
        return None
    return homes[0] if len(homes) == 1 else None


def _pieces(text: AlignedText, paragraph: _Paragraph, bonds: Bonds) -> Iterator[AlignedText]:
    """Yield the text of a paragraph with what stood in its way before and behind it."""
    for line in paragraph.before:
        yield with_gap(text, line)
    first, start, glue = paragraph.lines[0], paragraph.lines[0].span.start, ""
    for line, following in zip_longest(paragraph.lines, paragraph.lines[1:]):
        end = line.span.end if following is None else join_edit(text.text, line, following)[0]
        part = replace(line, span=Span(start, end))
        piece = with_gap(text, part) if line is first else text.take([part.span])
        yield piece.edit([(0, 0, glue)]) if glue else piece
        if following is not None:
            glue = join_edit(text.text, line, following)[2]
            start = following.span.start + overlap(bare(line), bare(following), bonds)
    for line in paragraph.after:
        yield with_gap(text, line)
