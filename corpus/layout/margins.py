"""Running heads and page numbers: what stands at the edge of page after page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from corpus.dates import date_in
from corpus.layout.types import Page, TextLine

__all__ = ["declared", "without_margins"]

# The strips at the top and bottom of a page where running heads stand, as shares of its height.
STRIP = 0.1
# A running head stands on at least so many pages and on this share of all.
OFTEN = 3
SHARE = 0.3

_NUMBER = re.compile(
    r"[-—–·•|\s]*(?:第\s*)?(?:\d{1,4}|[A-Z]\d{1,3}|[ivxlc]{1,6})\s*(?:/\s*\d{1,4}|[页版頁])?[-—–·•|\s]*"
    r"|[Pp](?:age|\.)\s*\d+(?:\s*(?:of|/)\s*\d+)?"
)
_WEEKDAY = re.compile(
    r"(?:星期|周|礼拜)[一二三四五六日天]|第\s*[A-Z]?\d{1,3}\s*版|[A-Z]\d{1,2}\s*版"
)
_PAPER = re.compile(r"[\u4e00-\u9fff]{1,8}?(?:日报|晚报|晨报|时报|早报|都市报|新报|周报|导报)")
# Longer lines are text that happens to name a day.
_LONGEST_DATELINE = 50


def without_margins(pages: Sequence[Page]) -> tuple[list[Page], list[str]]:
    """Return the pages without running heads and page numbers, and the texts of those, once each.

    What is taken for one: a page number or a newspaper's date line at the very edge, and a line
    that stands at the edge of many pages, figures aside.
    """
    count: Counter[str] = Counter()
    for page in pages:
        count.update({_pattern(line) for line in _edge_lines(page)})
    needed = max(OFTEN, SHARE * len(pages))
    found: dict[str, None] = {}
    kept = []
    for page in pages:
        gone = {
            line
            for line in _edge_lines(page)
            if count[_pattern(line)] >= needed or _is_running(line)
        }
        if len(gone) == len(page.lines):  # a page with nothing else: a title, a number on a part
            gone = set()
        found.update((line.text.strip(), None) for line in sorted(gone, key=_place))
        kept.append(replace(page, lines=tuple(line for line in page.lines if line not in gone)))
    return kept, list(found)


def declared(heads: Sequence[str]) -> dict[str, str]:
    """Return the date and the newspaper that running heads name, where they agree."""
    dates = {date for head in heads if (date := date_in(head))}
    papers = {paper[0] for head in heads if (paper := _PAPER.search(head))}
    said = {}
    if len(dates) == 1:
        said["date"] = dates.pop()
    if len(papers) == 1:
        said["source"] = papers.pop()
    return said


def _edge_lines(page: Page) -> list[TextLine]:
    top, bottom = STRIP * page.height, (1 - STRIP) * page.height
    return [line for line in page.lines if line.box.bottom <= top or line.box.top >= bottom]


def _pattern(line: TextLine) -> str:
    return re.sub(r"\d+", "#", re.sub(r"\s+", "", line.text))


def _is_running(line: TextLine) -> bool:
    words = line.text.strip()
    if _NUMBER.fullmatch(words):
        return True
    return len(words) <= _LONGEST_DATELINE and "。" not in words and bool(_WEEKDAY.search(words))


def _place(line: TextLine) -> tuple[float, float]:
    return line.box.top, line.box.left
