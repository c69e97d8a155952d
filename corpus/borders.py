"""Where one article ends and the next begins, in a file that holds several."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice, pairwise

from corpus.masthead import is_byline, is_credit
from corpus.repair.lines import ASIDE, BODY, FIXED, HEADING, SHORT, Line, lines_of
from corpus.subject import institution_endings

__all__ = ["article_starts"]

# A headline without this much text below it opens no article.
_SHORTEST_ARTICLE = 200
# Kicker, headline, subtitle, byline: running text begins at the latest after these.
_LONGEST_HEAD = 5
_CAPTIONS = ("▲", "△", "图")
# `---` parts the sections of a Markdown file; longer rules part articles.
_RULE = re.compile(r"\s*([-=*_])\1{4,}\s*")
# The longest name of an institution before a kicker's colon.
_LONGEST_NAME = 20


def article_starts(text: str, *, titled: bool = False) -> list[int]:
    """Return the offsets where articles start, the first always 0.

    A new article is taken for one only where its head shows it: an institution and a colon
    (`某某医院:`) with a headline, a headline with a byline when the first one has one too, a
    headline after the credit that ended the one before, a long rule, or `#` titles side by side.
    `titled` says that the file has a title of its own, which makes `#` headings its sections. A
    title that is repeated opens nothing.
    """
    lines = lines_of(text)
    credited = sum(map(is_credit, lines)) > 1
    found, titles = [0], {_title(lines, 0)}
    for number in range(1, len(lines)):
        opens = _opens_article(lines, number, titled=titled, credited=credited)
        if opens and _title(lines, number) not in titles:
            found.append(number)
            titles.add(_title(lines, number))
    return [0, *(lines[number].span.start for number in _long_enough(lines, found)[1:])]


def _long_enough(lines: Sequence[Line], found: Sequence[int]) -> list[int]:
    """Return the borders that have enough running text on both sides."""
    kept = [0]
    for number, following in islice(pairwise([*found, len(lines)]), 1, None):
        above = _body_length(lines[kept[-1] : number])
        if min(above, _body_length(lines[number:following])) >= _SHORTEST_ARTICLE:
            kept.append(number)
    return kept


def _opens_article(lines: Sequence[Line], number: int, *, titled: bool, credited: bool) -> bool:
    """Say whether an article begins at a line; `credited` where several lines are credits."""
    line, before = lines[number], lines[number - 1]
    if line.kind not in (SHORT, HEADING):
        return False
    if before.kind in (SHORT, HEADING) and not is_credit(before):
        return False
    if _names_institution(line):
        if _is_kicker(line) and _is_short(lines, number + 1):
            return True
        return _names_institution(lines[0]) and not _is_kicker(line)
    if _is_kicker(line):
        return _is_short(lines, number + 1) and (_is_kicker(lines[0]) or _ends(before))
    if _has_byline(lines, number):
        return _has_byline(lines, 0) or _ends(before)
    if credited and is_credit(before):
        return True
    if before.kind == FIXED and before.gap > 1 and _RULE.fullmatch(before.text):
        return True
    first = lines[0].text.startswith("# ") and not titled
    return first and line.text.startswith("# ")


def _title(lines: Sequence[Line], number: int) -> str:
    """Return the first lines of an article as a key: kicker and headline."""
    words = lines[number].text.strip("# ")
    if words[-1:] in ":：" and number + 1 < len(lines):
        words += lines[number + 1].text.strip("# ")
    return words


def _ends(line: Line) -> bool:
    """Say whether a line is the kind an article ends with."""
    aside = line.kind == ASIDE and not line.text.lstrip().startswith(_CAPTIONS)
    return aside or is_credit(line)


def _is_kicker(line: Line) -> bool:
    """Say whether a line is a name followed by a colon, alone on its line."""
    return line.text.rstrip()[-1] in ":："


def _names_institution(line: Line) -> bool:
    """Say whether a short line begins with an institution's name and a colon."""
    if line.kind not in (SHORT, HEADING):
        return False
    name, colon, _ = line.text.strip("# ").replace("：", ":").partition(":")
    return bool(colon) and len(name) <= _LONGEST_NAME and name.endswith(institution_endings())


def _is_short(lines: Sequence[Line], number: int) -> bool:
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


def _body_length(lines: Sequence[Line]) -> int:
    """Count the characters of running text."""
    return sum(len(line.text) for line in lines if line.kind == BODY)
