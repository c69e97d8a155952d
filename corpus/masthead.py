"""What the head and the foot of an article say: title, author, source, date."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from corpus.dates import date_in
from corpus.repair.lines import BODY, FIXED, HEADING, SHORT, Line
from corpus.types import Span

__all__ = ["Masthead", "is_byline", "is_credit", "read_masthead"]

# Title, byline and date stand among the first lines; newspapers put a lead or two before them.
_HEAD = 10
_FOOT = 6
# Longer lines are sentences.
_LONGEST_BYLINE = 60
_LONGEST_DATE_LINE = 30
# Kicker, headline and subtitle: a fourth short line is a section heading or a slogan.
_MOST_TITLE_LINES = 3

_NAME = r"[\u4e00-\u9fff·]{2,4}"
_PAPER = r"(?:日报|晚报|晨报|时报|早报|都市报|新报|周报|报|新闻网|网|电视台|客户端)"
_RANK = r"(?:全媒体|融媒体|首席|特约|见习|实习)*"
_ROLES = r"(?:记者|通讯员|作者|撰文|编辑)"
_BYLINE = re.compile(
    rf"""\s*[■◆●▪□]?\s*(?:本报|本刊|本网|[\u4e00-\u9fff]{{2,12}}?{_PAPER})?{_RANK}
        (?:{_ROLES}|文)\s*[:：/|｜]?\s*[\u4e00-\u9fff]
      | \s*[■◆●▪□]\s*\S
      | (?:By|Von|Par|Por|Text:|Author:|著者[:：]|글)\s+\S
      | .{{2,12}}기자""",
    re.VERBOSE,
)
_SOURCE = re.compile(rf"([\u4e00-\u9fff]{{2,10}}?{_PAPER})(?={_RANK}(?:记者|讯)|\s)")
_IMPRINT = re.compile(rf"[\u4e00-\u9fff]{{2,10}}{_PAPER}")
_DECLARED_SOURCE = re.compile(
    r"(?:来源|出处|Source|Quelle|Fuente)\s*[:：]\s*(\S.{0,40}?)(?=\s{2}|\s*[|｜]|\s*(?:作者|记者|时间|日期)|$)"
)
_DECLARED_AUTHOR = re.compile(
    r"(?:作者|记者|撰文|Author)\s*[:：]\s*(\S.{0,40}?)(?=\s{2}|\s*[|｜]|\s*(?:来源|时间|日期|\d)|$)"
)
_CREDIT = re.compile(
    rf"[(（](?:{_NAME}[\s、]?){{1,5}}[)）]|(?:{_NAME}\s+)+(?:文/图|图/文|文/摄|文|图)"
)
_CREDIT_END = re.compile(r"\s*(?:文/图|图/文|文/摄|文|图)$")
_ROLE = re.compile(
    rf"^[■◆●▪□\s]*|(?:本报|本刊|[\u4e00-\u9fff]{{2,12}}?{_PAPER})?{_RANK}{_ROLES}\s*[:：/]?\s*"
    r"|^(?:By|Von|Par|Por|Text:|Author:)\s+"
)


@dataclass(frozen=True, slots=True)
class Masthead:
    """What was found, the lines of the title, and the short lines that are no headings."""

    title: str = ""
    author: str = ""
    source: str = ""
    date: str = ""
    title_lines: tuple[Span, ...] = ()
    other_lines: tuple[Span, ...] = ()


def read_masthead(lines: Sequence[Line], marked: Collection[int]) -> Masthead:
    """Read title, author, source and date; `marked` are the starts of marked headings."""
    titles = _title_lines(lines, marked)
    around = [line for line in (*lines[:_HEAD], *lines[-_FOOT:]) if line not in titles]
    bylines = [line for line in around if is_byline(line)]
    # A credit may stand anywhere: on a scanned page the article's last column is not the last.
    bylines += [line for line in reversed(lines) if is_credit(line)]
    dated = [line for line in around if _may_tell(line) and date_in(line.text)]
    sourced = [line for line in around if _may_tell(line) and _source(line)]
    declared = (_DECLARED_AUTHOR.search(line.text) for line in around if _may_tell(line))
    authors = [found.group(1) for found in declared if found]
    authors += [_author(line.text) for line in bylines]
    others = (*bylines, *dated, *sourced)
    return Masthead(
        title=_title(titles),
        author=next(filter(None, authors), ""),
        source=_source(sourced[0]) if sourced else "",
        date=date_in(dated[0].text) if dated else "",
        title_lines=tuple(line.span for line in titles),
        other_lines=tuple(dict.fromkeys(line.span for line in others)),
    )


def is_byline(line: Line) -> bool:
    """Say whether a line names who wrote the article."""
    words = line.text.strip()
    return len(words) <= _LONGEST_BYLINE and bool(_BYLINE.match(words)) and "。" not in words


def is_credit(line: Line) -> bool:
    """Say whether a line at an article's end names who wrote it: `(陈春伟 朱少荣)`, `… 文/图`."""
    return len(line.text) <= _LONGEST_BYLINE and bool(_CREDIT.fullmatch(line.text.strip()))


def _title_lines(lines: Sequence[Line], marked: Collection[int]) -> list[Line]:
    """Return the lines of the title: the first short ones, or those right above the byline."""
    start = 0
    while start < min(_HEAD, len(lines)) and _is_imprint(lines[start]):
        start += 1
    head = _short_from(lines, start, marked)
    if head:
        return head
    for number, line in enumerate(lines[:_HEAD]):
        if is_byline(line):
            above = number
            while above > start and _may_be_title(lines[above - 1], marked):
                above -= 1
            return list(lines[above:number])
    return []


def _is_imprint(line: Line) -> bool:
    """Say whether a line above the title names the paper, the day or the page."""
    words = line.text.strip("# ")
    return line.kind != BODY and (bool(_IMPRINT.fullmatch(words)) or bool(date_in(words)))


def _short_from(lines: Sequence[Line], start: int, marked: Collection[int]) -> list[Line]:
    """Return the short lines from a place on that make up the title."""
    found: list[Line] = []
    for line in lines[start : start + _MOST_TITLE_LINES]:
        if not _may_be_title(line, marked) or is_byline(line):
            break
        if found and not _belongs(found[-1], line, marked):
            break
        found.append(line)
    return found[:1] if len(found) == len(lines) else found


def _belongs(before: Line, line: Line, marked: Collection[int]) -> bool:
    """Say whether a short line still belongs to the title above it."""
    if before.text.rstrip()[-1] in ":：" or line.text.lstrip().startswith(("—", "-", "–")):
        return True
    return before.span.start not in marked and line.span.start not in marked


def _may_be_title(line: Line, marked: Collection[int]) -> bool:
    """Say whether a line may be part of a title."""
    short = line.kind in (SHORT, HEADING) or line.span.start in marked
    return (short or line.text.startswith("——")) and not date_in(line.text)


def _title(lines: Sequence[Line]) -> str:
    """Return kicker and headline as one line."""
    title = ""
    for line in lines:
        words = line.text.strip()
        glue = "" if not title or title[-1] in ":：" or words.startswith("—") else " "
        title += glue + words
    return title


def _may_tell(line: Line) -> bool:
    """Say whether a line's date or source would be the article's: it is short, or a byline."""
    return line.kind not in (BODY, FIXED) or len(line.text) <= _LONGEST_DATE_LINE


def _author(words: str) -> str:
    """Return the names of a byline or credit."""
    bare = _CREDIT_END.sub("", words.strip().strip("()（）"))
    return re.sub(r"\s+", " ", _ROLE.sub(" ", bare)).strip(" :：/|")


def _source(line: Line) -> str:
    """Return the paper a line names as source, empty where it names none."""
    declared = _DECLARED_SOURCE.search(line.text)
    if declared:
        return declared.group(1).strip(" )）")
    if _IMPRINT.fullmatch(line.text.strip()):
        return line.text.strip()
    found = _SOURCE.search(line.text) if is_byline(line) else None
    return found.group(1) if found else ""
