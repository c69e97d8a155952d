"""Rejoin sentences torn by a blank line, a column's end, a caption or a heading.

A line is open when it stops before its sentence does. The running text that follows it is its
other half unless it begins anew; captions in between move behind the joined paragraph, headings
before it. A half whose other half stands elsewhere in the file is brought to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from corpus.aligned import AlignedText
from corpus.repair.bonds import Bonds
from corpus.repair.lines import BODY, FIXED, HEADING, SHORT, Line, is_cjk, is_open, lines_of
from corpus.repair.lines import width as width_of
from corpus.repair.wraps import join_edit
from corpus.types import Span

__all__ = ["join_torn"]

# More lines than these between two halves are not captions any more.
_MOST_BETWEEN = 8
# Shorter open lines are verse, labels and names unless their quotation marks say otherwise.
_SHORTEST_OPEN = 18.0
# Without a blank line between them, only a long line is more likely torn than ended.
_SHORTEST_OPEN_CLOSE_BY = 40.0
_OPENING = "“‘「『《（(【"
_CLOSING = "”’」』》）)】"
_LONE_SYLLABLE = re.compile(r"[\u4e00-\u9fff][，,]")


@dataclass(slots=True)
class _Paragraph:
    """Lines that belong together, and what stood between them."""

    lines: list[Line]
    before: list[Line] = field(default_factory=list)
    after: list[Line] = field(default_factory=list)
    taken: bool = False

    @property
    def words(self) -> str:
        """Return the text of all lines."""
        return "".join(line.text for line in self.lines)


def join_torn(text: AlignedText) -> AlignedText:
    """Join the halves of torn sentences; what stood between them keeps its own paragraph."""
    lines = lines_of(text.text)
    if not any(_may_be_open(line) for line in lines):
        return text
    bonds = Bonds(text.text)
    paragraphs = _join_neighbours(lines, bonds)
    changed = _bring_home(paragraphs)
    if not changed and len(paragraphs) == len(lines):
        return text
    return _written(text, paragraphs, bonds)


def _join_neighbours(lines: list[Line], bonds: Bonds) -> list[_Paragraph]:
    """Return the paragraphs, each torn one joined with what follows it."""
    paragraphs: list[_Paragraph] = []
    number = 0
    while number < len(lines):
        paragraph = _Paragraph([lines[number]])
        number += 1
        while _may_be_open(paragraph.lines[-1]):
            other = _other_half(lines, number, paragraph.lines[-1], bonds)
            if other == 0:
                break
            between = lines[number:other]
            paragraph.before += [line for line in between if line.kind == HEADING]
            paragraph.after += [line for line in between if line.kind != HEADING]
            paragraph.lines.append(lines[other])
            number = other + 1
        paragraphs.append(paragraph)
    return paragraphs


def _may_be_open(line: Line) -> bool:
    """Say whether a line may be the first half of a torn sentence."""
    if line.kind == SHORT:
        return line.text.startswith("**") and line.text.endswith("**")
    return line.kind == BODY and (is_open(line.text) or _unclosed(line.text))


def _other_half(lines: list[Line], start: int, first: Line, bonds: Bonds) -> int:
    """Return the number of the line that goes on with a torn one, 0 where none does."""
    for number in range(start, min(start + _MOST_BETWEEN, len(lines))):
        line = lines[number]
        if line.kind == BODY:
            between = lines[start:number]
            if not any(other.kind == FIXED for other in between) and _goes_on(
                first, line, between, bonds
            ):
                return number
            return 0
        if line.kind == FIXED:
            return 0
    return 0


def _goes_on(first: Line, second: Line, between: list[Line], bonds: Bonds) -> bool:
    """Say whether the second line goes on with the first one's sentence."""
    left, right = first.text.strip("* "), second.text.strip("* ")
    if not left or not right:
        return False
    if not is_cjk(left[-1]) or not is_cjk(right[0]):
        return _goes_on_in_letters(left, right, first, second)
    if right[0] in "，。、；：？！,;:?!" + _CLOSING:
        return True
    bonded = bonds.holds(left[-1], right[0])
    if first.kind == SHORT:
        return bonded
    if _unclosed(left) and _unopened(right):
        return True
    shortest = _SHORTEST_OPEN_CLOSE_BY if second.gap == 1 and not between else _SHORTEST_OPEN
    if not is_open(left) or width_of(left) < shortest:
        return False
    if bonded or _overlap(left, right, bonds):
        return True
    headed = any(line.kind == HEADING for line in between) or (second.gap == 1 and not between)
    return not headed and bonds.complete(left) and not right.startswith(_openers())


def _goes_on_in_letters(left: str, right: str, first: Line, second: Line) -> bool:
    """Say whether a line with letters or figures at its edge goes on."""
    if first.kind == SHORT or second.gap == 1 or width_of(left) < _SHORTEST_OPEN:
        return False
    if is_cjk(left[-1]) or is_cjk(right[0]):
        return is_open(left) and not right.startswith(_openers())
    if left[-1] in "，、,":
        return True
    return is_open(left) and right[0].islower()


def _overlap(left: str, right: str, bonds: Bonds) -> bool:
    """Say whether the column's last character was read again as the next one's first."""
    return (
        len(right) > 1
        and left[-1] == right[0]
        and not bonds.holds(left[-1], right[0])
        and bonds.holds(left[-1], right[1])
    )


def _bring_home(paragraphs: list[_Paragraph]) -> bool:
    """Put second halves that stand elsewhere behind their first halves; say if any moved."""
    ends = [p for p in paragraphs if p.lines[-1].kind == BODY and _may_be_open(p.lines[-1])]
    moved = False
    for number, paragraph in enumerate(paragraphs):
        words = paragraph.words
        if paragraph.lines[0].kind != BODY or paragraph in ends:
            continue
        if _unopened(words):
            homes = [end for end in ends if _unclosed(end.words)]
        elif (
            _LONE_SYLLABLE.match(words)
            and number
            and not _may_be_open(paragraphs[number - 1].lines[-1])
        ):
            homes = [end for end in ends if width_of(end.words) >= _SHORTEST_OPEN]
        else:
            continue
        if len(homes) == 1:
            ends.remove(homes[0])
            homes[0].lines += paragraph.lines
            homes[0].after += paragraph.after
            homes[0].before += paragraph.before
            paragraph.taken = moved = True
    return moved


def _written(text: AlignedText, paragraphs: list[_Paragraph], bonds: Bonds) -> AlignedText:
    """Return the text with its paragraphs as they are now, gaps between them kept."""
    pieces: list[AlignedText] = []
    for paragraph in paragraphs:
        if paragraph.taken:
            continue
        for line in paragraph.before:
            pieces.append(_piece(text, line))
        pieces.append(_joined(text, paragraph, bonds))
        for line in paragraph.after:
            pieces.append(_piece(text, line))
    return AlignedText.join(pieces)


def _piece(text: AlignedText, line: Line) -> AlignedText:
    """Return a line with the blank lines before it."""
    start = max(0, line.span.start - line.gap)
    return text.take([Span(start, line.span.end)])


def _joined(text: AlignedText, paragraph: _Paragraph, bonds: Bonds) -> AlignedText:
    """Return the lines of a paragraph as one line, with the blank lines before the first."""
    first = paragraph.lines[0]
    if len(paragraph.lines) == 1:
        return _piece(text, first)
    parts: list[AlignedText] = [_piece(text, first)]
    for before, line in zip(paragraph.lines, paragraph.lines[1:], strict=False):
        start = line.span.start + _overlap(before.text, line.text, bonds)
        _, _, glue = join_edit(text.text, before, line)
        tail = text.take([Span(start, line.span.end)])
        parts.append(tail.edit([(0, 0, glue)]) if glue else tail)
    return AlignedText.join(parts)


def _unclosed(words: str) -> bool:
    """Say whether a quotation or bracket is opened and never closed."""
    return _balance(words)[0] > 0


def _unopened(words: str) -> bool:
    """Say whether a quotation or bracket is closed and was never opened."""
    return _balance(words)[1] > 0


def _balance(words: str) -> tuple[int, int]:
    """Return how many marks are left open, and how many close what was not opened."""
    depth = stray = 0
    for letter in words:
        if letter in _OPENING:
            depth += 1
        elif letter in _CLOSING and letter != "’":
            if depth:
                depth -= 1
            else:
                stray += 1
    return depth, stray


@cache
def _openers() -> tuple[str, ...]:
    """Read the words a new paragraph begins with."""
    lines = Path(__file__).with_name("openers.txt").read_text("utf-8").splitlines()
    return tuple(word for line in lines if not line.startswith("#") for word in line.split())
