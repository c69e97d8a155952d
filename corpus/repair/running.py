"""Running heads, page numbers and column titles: the same short line on page after page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from corpus.aligned import AlignedText
from corpus.repair.lines import HEADING, PARAGRAPH, SHORT, Line, lines_of, with_gap

__all__ = ["move_running_heads"]

# Twice may be a title page before the article, three times is a running head.
_OFTEN = 3
_PAGE_NUMBER = re.compile(
    r"[-—–·\s]*(?:第\s*)?\d{1,4}(?:\s*[页版])?[-—–·\s]*|[Pp]age\s+\d+(?:\s+of\s+\d+)?|[A-D]\d{1,2}版?"
)
_LEADING = re.compile(r"\A\n+")


def move_running_heads(text: AlignedText) -> AlignedText:
    """Move what repeats on every page behind the text, each in its own paragraph.

    A line counts as a running head when it stands three times or more, page numbers aside, with
    a blank line or a page's end before it; one page number alone stays where it is.
    """
    lines = lines_of(text.text)
    running = _running(lines)
    if not running:
        return text
    kept = [line for number, line in enumerate(lines) if number not in running]
    moved = [line for number, line in enumerate(lines) if number in running]
    moved = [replace(line, gap=PARAGRAPH) for line in moved]
    whole = AlignedText.join(with_gap(text, line) for line in (*kept, *moved))
    return whole.replace(_LEADING, "")


def _running(lines: Sequence[Line]) -> set[int]:
    """Return the numbers of the lines that are running heads."""
    short = {
        number: "#" if _PAGE_NUMBER.fullmatch(line.text.strip()) else line.text.strip(" #")
        for number, line in enumerate(lines)
        if line.gap != 1 and (line.kind in (SHORT, HEADING) or _PAGE_NUMBER.fullmatch(line.text))
    }
    count = Counter(short.values())
    return {number for number, words in short.items() if count[words] >= _OFTEN}
