"""Captions: short texts under a picture, which stand in the way of the text around them."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.layout.types import CAPTION, Block, Box, TextLine
from corpus.masthead import is_byline
from corpus.repair.lines import ASIDE, lines_of

__all__ = ["take_captions"]

# In ems of the body type: how much white a picture leaves above its caption, where the words
# or the smaller type show that it is one, and where nothing else does.
PICTURE = 3.0
PICTURE_PLAIN = 5.0
# A caption keeps this much distance from the text below it, more than lines do.
GAP_BELOW = 0.9
SMALLER = 0.93
LARGEST = 1.2
MOST_LINES = 4


def take_captions(lines: Sequence[TextLine], em: float) -> tuple[list[TextLine], list[Block]]:
    """Return the lines without the captions, and the captions as blocks, from top to bottom.

    A caption is recognised by the hole above it where the picture was, together with its words
    (`图为…`, `▲`), its smaller type, or the white that parts it from the text below.
    """
    rest = sorted(lines, key=lambda line: (line.box.top, line.box.left))
    top = rest[0].box.top if rest else 0.0
    found: list[Block] = []
    for line in list(rest):
        if line not in rest:
            continue
        hole = _white_above(line, rest, top)
        if hole < PICTURE * em or line.size > LARGEST * em or _is_credit(line):
            continue
        group = _group(line, rest, em)
        marked = lines_of(line.text)[0].kind == ASIDE
        small = line.size < SMALLER * em
        if len(group) <= MOST_LINES and (
            marked or small or (hole >= PICTURE_PLAIN * em and _is_apart(group, rest, em))
        ):
            found.append(Block(CAPTION, tuple(group)))
            rest = [other for other in rest if other not in group]
    return rest, found


def _is_credit(line: TextLine) -> bool:
    """Say whether a line names who wrote the article, which has white above it as well."""
    return is_byline(lines_of(line.text)[0])


def _white_above(line: TextLine, lines: Sequence[TextLine], top: float) -> float:
    """Return the height of the white above a line, counted from the page's first line."""
    above = [
        other.box.bottom
        for other in lines
        if other is not line and other.box.bottom <= line.box.top and _overlap(other.box, line.box)
    ]
    return line.box.top - max(above, default=top)


def _group(line: TextLine, lines: Sequence[TextLine], em: float) -> list[TextLine]:
    """Return a line and those right below it in the same type."""
    group = [line]
    for other in lines:
        last = group[-1]
        if (
            other.box.top >= last.box.bottom - 0.3 * em
            and other.box.top - last.box.bottom < GAP_BELOW * em
            and _overlap(other.box, last.box)
            and abs(other.size - line.size) <= 0.12 * em
            and other not in group
        ):
            group.append(other)
    return group


def _is_apart(group: Sequence[TextLine], lines: Sequence[TextLine], em: float) -> bool:
    """Say whether there is text above and white below, as around a picture inside a column."""
    box = Box.around([line.box for line in group])
    others = [line.box for line in lines if line not in group and _overlap(line.box, box)]
    above = any(other.bottom <= box.top for other in others)
    below = [other.top - box.bottom for other in others if other.top >= box.bottom]
    return above and bool(below) and min(below) >= GAP_BELOW * em and len(group) <= 2


def _overlap(first: Box, second: Box) -> bool:
    return first.beside(second) > 0
