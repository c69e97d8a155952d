"""The lines of a column become rows, and rows become paragraphs and headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from corpus.layout.columns import BIG
from corpus.layout.types import BODY, HEADING, HEADLINE, Block, Box, TextLine
from corpus.repair.lines import is_cjk

__all__ = ["blocks", "goes_on", "line_glue", "rows_of"]

# Ratios to the body's type. The sizes of scanned lines are estimates, to a tenth or so.
HEADING_PRINTED = 1.15
HEADING_SCANNED = 1.18
# Longer lines of larger type are a lead or a pull quote, which is text.
LONGEST_HEADING = 40
# Lines of one headline are of one size.
SAME_SIZE = 1.2
# In ems: an indent, a line that stops short of the edge, a gap above the usual one.
INDENT = 1.2
SHORT = 2.0
EXTRA_GAP = 0.6
# The least height of a picture; a paragraph's gap is smaller.
PICTURE = 3.0
# A shorter open paragraph is a name or a label.
LONG = 8.0
# Two pieces of one row overlap by this share of the lower one's height.
SAME_ROW = 0.5
# Pieces this far apart, in ems, are cells of a table's row.
CELL_GAP = 1.5
# Where more lines are indented than this, the indent is not that of first lines.
MOST_INDENTED = 0.6

_WORD = re.compile(r"[A-Za-z\u00c0-\u024f\u0400-\u04ff0-9][^\s\u2e80-\uffef]*")
_STOPS = "。！？!?…；;：:”’\"'」』）)】〕》."


def rows_of(lines: Sequence[TextLine]) -> list[TextLine]:
    """Return the lines, pieces that stand side by side made one, from top to bottom."""
    rows: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda line: (line.box.top, line.box.left)):
        if rows and _same_row(rows[-1][-1], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [_row(sorted(row, key=lambda line: line.box.left)) for row in rows]


def _same_row(first: TextLine, second: TextLine) -> bool:
    lower = min(first.box.height, second.box.height)
    return first.box.above(second.box) > SAME_ROW * lower and first.box.beside(second.box) <= lower


def _row(pieces: Sequence[TextLine]) -> TextLine:
    if len(pieces) == 1:
        return pieces[0]
    text = pieces[0].text
    for before, piece in pairwise(pieces):
        gap = piece.box.left - before.box.right
        if len(pieces) > 2 and gap > CELL_GAP * before.size:
            text += " | " + piece.text
        else:
            text += glue(text, piece.text) + piece.text
    letters = sum(len(piece.text) for piece in pieces)
    return TextLine(
        text,
        Box.around([piece.box for piece in pieces]),
        max(piece.size for piece in pieces),
        sum(piece.confidence * len(piece.text) for piece in pieces) / letters,
    )


def glue(before: str, after: str) -> str:
    """Return what stands between two pieces of one sentence: a space, if not beside Chinese."""
    if not before or not after or is_cjk(before[-1]) or is_cjk(after[0]):
        return ""
    return " "


def line_glue(before: str, after: str) -> str:
    """Return what stands between two lines of a paragraph; Chinese lines break inside numbers."""
    in_number = before[-1:].isdigit() and after[:1].isdigit() and is_cjk(before[:1])
    return "" if in_number else glue(before, after)


def blocks(rows: Sequence[TextLine], em: float, *, scanned: bool) -> list[Block]:
    """Return the paragraphs and headings of a column; `em` is the size of the body type."""
    if not rows:
        return []
    heading = HEADING_SCANNED if scanned else HEADING_PRINTED
    kinds = [_kind(row, em, heading) for row in rows]
    body = [row for row, kind in zip(rows, kinds, strict=True) if kind == BODY] or list(rows)
    edge = _Edges(body, em)
    found: list[tuple[str, list[TextLine]]] = [(kinds[0], [rows[0]])]
    for number, (before, row) in enumerate(pairwise(rows), start=1):
        kind = kinds[number]
        same = kind == kinds[number - 1]
        if same and (edge.continues(before, row) if kind == BODY else _one_heading(before, row)):
            found[-1][1].append(row)
        else:
            found.append((kind, [row]))
    first, *others = [Block(kind, tuple(held)) for kind, held in found]
    if edge.indents and first.kind == BODY:
        first = replace(first, begins=edge.is_indented(first.rows[0]))
    return [first, *others]


def _kind(row: TextLine, em: float, heading: float) -> str:
    if len(row.text) > LONGEST_HEADING or row.size < heading * em:
        return BODY
    return HEADLINE if row.size >= BIG * em else HEADING


def _one_heading(before: TextLine, row: TextLine) -> bool:
    """Say whether two lines of large type are one heading; a kicker ends with a colon."""
    sizes = sorted((before.size, row.size))
    return (
        sizes[1] <= SAME_SIZE * sizes[0]
        and row.box.top - before.box.bottom <= before.size
        and before.text[-1] not in ":："
        and not row.text.startswith(("—", "-"))
    )


class _Edges:
    """Where a column's lines begin and end, and how far apart they are."""

    def __init__(self, rows: Sequence[TextLine], em: float) -> None:
        self.em = em
        lefts, rights = sorted(row.box.left for row in rows), sorted(row.box.right for row in rows)
        # One line that sticks out must not move the edge.
        stray = len(rows) // 10
        self.left, self.right = lefts[stray], rights[-1 - stray]
        gaps = sorted(b.box.top - a.box.bottom for a, b in pairwise(rows))
        self.gap = gaps[len(gaps) // 2] if gaps else 0.0
        indented = sum(self.is_indented(row) for row in rows)
        self.indents = 0 < indented <= MOST_INDENTED * len(rows)

    def is_indented(self, row: TextLine) -> bool:
        """Say whether a line begins to the right of the edge."""
        return row.box.left - self.left >= INDENT * self.em

    def continues(self, before: TextLine, row: TextLine) -> bool:
        """Say whether a line goes on with the paragraph of the line above it."""
        gap = row.box.top - before.box.bottom
        if "|" in before.text + row.text or (
            gap > self.gap + EXTRA_GAP * self.em and not self._parted(gap, before)
        ):
            return False
        if self.is_indented(row) and (self.indents or not self.is_indented(before)):
            return False
        room = self.right - before.box.right
        return room < max(SHORT * self.em, _first_word(row))

    def _parted(self, gap: float, before: TextLine) -> bool:
        """Say whether a gap is a picture's, in the middle of a paragraph."""
        return gap >= PICTURE * self.em and (self.indents or before.text[-1] not in _STOPS)


def _first_word(row: TextLine) -> float:
    """Return the width of a line's first word, which may have had no room on the line above."""
    word = _WORD.match(row.text)
    if not word:
        return row.size
    return row.box.width * (word.end() + 1) / len(row.text) + row.size


def goes_on(last: Block, first: Block, em: float) -> bool:
    """Say whether a paragraph at a column's end goes on at the head of the next one."""
    if last.kind != BODY or first.kind != BODY or "|" in first.rows[0].text or first.begins:
        return False
    rows = last.rows
    # The widest row tells where the column's edge is; all rows may stand in it alone.
    width = max(row.box.width for row in rows)
    if rows[-1].box.right < max(row.box.right for row in rows) - SHORT * em:
        return False
    return first.begins is False or (rows[-1].text[-1] not in _STOPS and width >= LONG * em)
