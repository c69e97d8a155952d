"""White space that scanners and editors leave: odd line ends, invisible characters, indents."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from corpus.aligned import AlignedText
from corpus.repair.lines import PARAGRAPH
from corpus.types import Span

__all__ = ["close_gaps", "strip_indents", "tidy_whitespace"]

# In this order. Joiners (U+200C, U+200D) stay: Persian, Hindi and emoji need them.
_ODD = re.compile(
    r"[\r\u2028\u0085\x0b\u2029\x0c\u200b\ufeff\u2060\u00ad\u00a0\u2000-\u200a\u202f]"
)
_MAKE_PLAIN = (
    (re.compile(r"\r\n?|[\u2028\u0085\x0b]"), "\n"),
    (re.compile(r"[\u2029\x0c]+"), "\n\n"),
    (re.compile(r"[\u200b\ufeff\u2060\u00ad]+"), ""),
    (re.compile(r"[\u00a0\u2000-\u200a\u202f]"), " "),
)
_TRIM = (
    (re.compile(r"[^\S\n]+(?=\n|\Z)"), ""),
    (re.compile(r"\A\n+|\n+\Z"), ""),
)
_GAP = re.compile(r"\n{3,}")
_INDENT = re.compile(
    r"^[ \t\u3000]+(?=[\u2e80-\u9fff\uff01-\uff5e“‘])"
    r"(?![（(]?[一二三四五六七八九十\d]{1,3}[、.）)])",
    re.MULTILINE,
)


def tidy_whitespace(text: AlignedText) -> AlignedText:
    """Make every line end a line feed; drop invisible characters and blank lines at both ends."""
    for pattern, new in (*_MAKE_PLAIN, *_TRIM) if _ODD.search(text.text) else _TRIM:
        text = text.replace(pattern, new)
    return text


def strip_indents(text: AlignedText) -> AlignedText:
    """Drop the indent before Chinese text: paragraphs are shown by their line ends."""
    return text.replace(_INDENT, "")


def close_gaps(text: AlignedText, spans: Sequence[Span]) -> tuple[AlignedText, tuple[Span, ...]]:
    """Leave one blank line between paragraphs; return the text and the same spans in it.

    This comes last: until then a wide gap tells where a picture was. Spans are lines, in order.
    """
    edits = [(gap.start() + PARAGRAPH, gap.end(), "") for gap in _GAP.finditer(text.text)]
    if not edits:
        return text, tuple(spans)
    closed = list(accumulate((start - end for start, end, _ in edits), initial=0))
    starts = [start for start, _, _ in edits]
    moved = (span.shift(closed[bisect_left(starts, span.start)]) for span in spans)
    return text.edit(edits), tuple(moved)
