"""Rejoin lines that were broken because the column was full, not because a paragraph ended."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from corpus.aligned import AlignedText, Edit
from corpus.repair.bonds import Bonds
from corpus.repair.lines import BODY, SHORT, Line, begins_item, is_cjk, is_open, lines_of, width

__all__ = ["join_edit", "join_wraps"]

# Narrower columns than ten full-width characters are verse, lists and signs.
_NARROWEST = 10.0
# So many of a text's line ends must be at the column's edge before they count as wraps.
_AT_THE_EDGE = 0.6
# And so many of those must stand within a sentence; verse has punctuation at most of its ends.
_WITHIN = 0.4
# Punctuation hangs over or moves down: a full line may be so much narrower than the column.
_SLACK = 2.0
# Whether a word has its own hyphen is looked up in so much of the text.
_ENOUGH = 100_000
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u2010]\Z")


def join_wraps(text: AlignedText) -> AlignedText:
    """Join each line that fills its column with the next one."""
    lines = lines_of(text.text)
    pairs = [pair for pair in pairwise(lines) if _may_join(*pair)]
    if not pairs:
        return text
    column = _column(pairs)
    bonds = Bonds(text.text)
    edits = [
        join_edit(text.text, first, second)
        for first, second in pairs
        if (column and _is_full(first, second, column)) or _word_broken(first, second, bonds)
    ]
    return text.edit(edits) if edits else text


def join_edit(text: str, first: Line, second: Line) -> Edit:
    """Return the edit that makes two lines one: a space between Latin words, else nothing.

    A hyphen at the line's end goes with it, unless the text writes the word with one elsewhere.
    """
    indent = len(second.text) - len(second.text.lstrip())
    start, end = first.span.end, second.span.start + indent
    following = text[end : end + 1]
    if _HYPHEN.search(first.text) and following.islower():
        word = first.text.rsplit(maxsplit=1)[-1] + second.text.split(maxsplit=1)[0].rstrip(".,;:")
        return (start, end, "") if word in text[:_ENOUGH] else (start - 1, end, "")
    if is_cjk(first.text[-1]) or is_cjk(following):
        return (start, end, "")
    return (start, end, " ")


def _may_join(first: Line, second: Line) -> bool:
    """Say whether two lines are neighbours of running text."""
    return (
        second.gap == 1
        and (first.kind in (BODY, SHORT) or begins_item(first.text))
        and second.kind in (BODY, SHORT)
        and second.text[0] not in " \u3000\t"
        and not begins_item(second.text)
    )


def _column(pairs: Sequence[tuple[Line, Line]]) -> float:
    """Return the width of the text's column, 0.0 where its lines are not wrapped."""
    widths = sorted(width(first.text) for first, _ in pairs)
    # The widest line is the column of most texts; a title or a stray line may be wider.
    for column in (widths[-1], widths[len(widths) * 9 // 10], widths[len(widths) // 2]):
        full = [first for first, second in pairs if _is_full(first, second, column)]
        within = [line for line in full if is_open(line.text) and line.text[-1] not in "，、,"]
        if (
            column >= _NARROWEST
            and len(full) > 1
            and len(full) >= _AT_THE_EDGE * len(pairs)
            and len(within) >= _WITHIN * len(full)
        ):
            return column
    return 0.0


def _is_full(first: Line, second: Line, column: float) -> bool:
    """Say whether the next line's first word had no room on this one."""
    head = second.text[0]
    word = head if is_cjk(head) else second.text.split(maxsplit=1)[0]
    room = column + _SLACK - width(first.text.strip())
    return 0 <= room < width(word) + 2 * _SLACK


def _word_broken(first: Line, second: Line, bonds: Bonds) -> bool:
    """Say whether a line plainly stops inside a Chinese word."""
    return (
        width(first.text) >= _NARROWEST
        and BODY in (first.kind, second.kind)
        and is_open(first.text)
        and is_cjk(first.text[-1])
        and not bonds.complete(first.text)
        and bonds.holds(first.text[-1], second.text[0])
    )
