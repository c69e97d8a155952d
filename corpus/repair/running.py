"""Running heads, page numbers and column titles: the same short line on page after page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from corpus.aligned import AlignedText
from corpus.repair.lines import HEADING, SHORT, Line, lines_of
from corpus.types import Span

__all__ = ["move_running_heads"]

# Twice may be a title page before the article, three times is a running head.
_OFTEN = 3
_PAGE_NUMBER = re.compile(
    r"[-—–·\s]*(?:第\s*)?\d{1,4}(?:\s*[页版])?[-—–·\s]*|[Pp]age\s+\d+(?:\s+of\s+\d+)?|[A-D]\d{1,2}版?"
)


def move_running_heads(text: AlignedText) -> AlignedText:
    """Move what repeats on every page behind the text, once each in its own paragraph.

    A line counts as a running head when it stands three times or more, page numbers aside, with
    a blank line or a page's end before it; one page number alone stays where it is.
    """
    lines = lines_of(text.text)
    running = _running(lines)
    if not running:
        return text
    kept, moved = [], []
    begin = 0
    for number, line in enumerate(lines):
        if number in running:
            kept.append(Span(begin, line.span.start))
            begin = line.span.end
            moved.append(line.span)
    kept.append(Span(begin, len(text.text)))
    return _with_tail(text, kept, moved)


def _running(lines: Sequence[Line]) -> set[int]:
    """Return the numbers of the lines that are running heads."""
    short = {
        number: "#" if _PAGE_NUMBER.fullmatch(line.text.strip()) else line.text.strip(" #")
        for number, line in enumerate(lines)
        if line.gap != 1 and (line.kind in (SHORT, HEADING) or _PAGE_NUMBER.fullmatch(line.text))
    }
    count = Counter(short.values())
    return {number for number, words in short.items() if count[words] >= _OFTEN}


def _with_tail(text: AlignedText, kept: list[Span], moved: list[Span]) -> AlignedText:
    """Return the kept parts and behind them the moved lines, each in a paragraph of its own."""
    whole = text.take([*kept, *moved])
    length = sum(len(span) for span in kept)
    edits = []
    for span in moved:
        edits.append((length, length, "\n\n"))
        length += len(span)
    return whole.edit(edits)
