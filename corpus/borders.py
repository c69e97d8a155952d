"""Where one article ends and the next begins, in a file that holds several."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.masthead import is_byline, is_credit
from corpus.repair.lines import ASIDE, BODY, HEADING, SHORT, Line, lines_of

__all__ = ["article_starts"]

# A headline without this much text below it opens no article.
_SHORTEST_ARTICLE = 200
# Kicker, headline, subtitle, byline: running text begins at the latest after these.
_LONGEST_HEAD = 5
_CAPTIONS = ("▲", "△", "图")


def article_starts(text: str, *, titled: bool = False) -> list[int]:
    """Return the offsets where articles start, the first always 0.

    A new article is taken for one only where its head shows it: a kicker (`某某医院:`) with a
    headline like the one the file begins with, a headline with a byline when the first has one
    too, or `#` titles side by side. `titled` says that the file has a title of its own, which
    makes `#` headings its sections.
    """
    lines = lines_of(text)
    starts = [0]
    for number in range(1, len(lines)):
        if _opens_article(lines, number, titled=titled):
            start = lines[number].span.start
            above = _body_between(lines, starts[-1], start)
            below = _body_between(lines, start, len(text))
            if min(above, below) >= _SHORTEST_ARTICLE:
                starts.append(start)
    return starts


def _opens_article(lines: Sequence[Line], number: int, *, titled: bool) -> bool:
    """Say whether an article begins at a line."""
    line, before = lines[number], lines[number - 1]
    if line.kind not in (SHORT, HEADING):
        return False
    if before.kind in (SHORT, HEADING) and not _ends(before):
        return False
    if _is_kicker(line) and _short(lines, number + 1):
        return _is_kicker(lines[0]) or _ends(before)
    if _has_byline(lines, number):
        return _has_byline(lines, 0) or _ends(before)
    first = lines[0].text.startswith("# ") and not titled
    return first and line.text.startswith("# ") and _level_one(lines) > 1


def _ends(line: Line) -> bool:
    """Say whether a line is the kind an article ends with."""
    return is_credit(line) or (line.kind == ASIDE and not line.text.lstrip().startswith(_CAPTIONS))


def _is_kicker(line: Line) -> bool:
    """Say whether a line is a name followed by a colon, alone on its line."""
    return line.kind in (SHORT, HEADING) and line.text.rstrip()[-1] in ":："


def _short(lines: Sequence[Line], number: int) -> bool:
    """Say whether there is a short line with that number."""
    return number < len(lines) and lines[number].kind in (SHORT, HEADING)


def _has_byline(lines: Sequence[Line], number: int) -> bool:
    """Say whether a byline follows a headline before running text does."""
    for line in lines[number + 1 : number + _LONGEST_HEAD]:
        if is_byline(line):
            return True
        if line.kind not in (SHORT, HEADING):
            return False
    return False


def _level_one(lines: Sequence[Line]) -> int:
    """Count the `#` headings of the first level."""
    return sum(line.text.startswith("# ") for line in lines)


def _body_between(lines: Sequence[Line], start: int, end: int) -> int:
    """Count the characters of running text between two offsets."""
    return sum(
        len(line.text) for line in lines if line.kind == BODY and start <= line.span.start < end
    )
