"""What kind of line a line is: body, heading, aside, or something repair must not touch."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from statistics import median_low

from corpus.aligned import AlignedText
from corpus.types import Span

__all__ = [
    "ASIDE",
    "BODY",
    "CODE",
    "FIXED",
    "HEADING",
    "PARAGRAPH",
    "SHORT",
    "Line",
    "begins_item",
    "is_chinese",
    "is_cjk",
    "is_open",
    "lines_of",
    "width",
    "with_gap",
]

BODY = "body"  # running text
HEADING = "heading"  # marked as one with `#`
SHORT = "short"  # a line without the punctuation of a sentence: heading, name, slogan
ASIDE = "aside"  # caption, credit, byline: not part of the flow
FIXED = "fixed"  # list, table, quotation, rule: a line that means something as a line
PARAGRAPH = 2  # line ends between two paragraphs: one blank line
CODE = "code"  # between fences: not a character may change

# Chinese headings and captions are below 30 characters; a line above is running text.
LONGEST_SHORT = 32
LONGEST_CAPTION = 60
# A Chinese line with a comma is a heading only if it is shorter than most sentences.
LONGEST_CLAUSES = 16
# The share of a heading's characters that a parallel heading repeats.
_ECHO = 0.3
# Looking through more headings than a page has would only cost time.
_MOST_HEADINGS = 50
# Kicker, headline and byline are short lines at the usual gap in every text.
_HEAD = 4

_LINE = re.compile(r"[^\n]+")
_HEADING = re.compile(r"#{1,6}\s+\S")
_ITEM = re.compile(
    r"""\s*(?:[-*+•●◆▪·]\s+\S | \d{1,3}(?:[)、．]|\.(?!\d))\s*\S | [(（]\d{1,3}[)）]
        | [(（]?[一二三四五六七八九十]{1,3}[)）、])""",
    re.VERBOSE,
)
_FIXED = re.compile(
    r"""\s*(?:> | (?:[-*_=]\s*){3,}$ | !\[ | \[\^?\w+\]: | <\w)
      | (?:\ {4}|\t)[!-~]""",
    re.VERBOSE,
)
_FENCE = re.compile(r"\s*(?:```|~~~)")
_ASIDE = re.compile(
    r"""[▲△▼▽↑↓←→◀▶] | 图为 | 图[：:/①-⑨\d] | [(（]?(?:资料图|配图|图片|供图|摄影|图/|文/图|供图/)
      | (?:Figure|Fig\.|Photo|Image|Credit|Abb\.|Foto)\s*[:\d.] | ■
      | .{0,40}(?:/摄|\s摄|[(（][^()（）]*摄[)）]|(?:文/图|文/摄|图/文|图文)\s*)$""",
    re.VERBOSE,
)
_ENDS = "。！？!?…；;：:”’\"'」』）)】〕》.~～—|"
# All scripts before Hangul are narrow, but for the marks that Chinese fonts draw wide.
_NARROW = re.compile(r"[^\u1100-\U0010ffff“”‘’—…·×]")
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_CLAUSES = re.compile(r"，|(?<=[\u4e00-\u9fff]),")
_INNER = re.compile(r"[。！？；]|[.!?]\s")
_SENTENCE_ENDS = "。！？!?…；;.，、,“‘《（(「"


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank; `gap` counts the line ends before it, 1 for the next line."""

    span: Span
    kind: str
    gap: int
    text: str


# Most passes leave a text as it is; the lines of the last few texts need not be read again.
@lru_cache(maxsize=4)
def lines_of(text: str) -> tuple[Line, ...]:
    """Return the lines with something on them, in order; none for empty text."""
    found: list[Line] = []
    fenced, end = False, 0
    for match in _LINE.finditer(text):
        words = match.group()
        if words.isspace():
            continue
        gap = text.count("\n", end, match.start())
        fence = _FENCE.match(words)
        kind = CODE if fenced or fence else _kind(words)
        fenced ^= bool(fence)
        found.append(Line(Span(match.start(), match.end()), kind, gap, words))
        end = match.end()
    return tuple(_by_gaps(found))


def _by_gaps(lines: list[Line]) -> list[Line]:
    """Return the lines, those a picture stood above made asides.

    Text recognition drops the picture and leaves its blank lines. A short line below a wider gap
    than usual is its caption, but only in a text whose headings show that theirs is the usual.
    """
    if len(lines) <= _HEAD:
        return lines
    usual = max(2, median_low(line.gap for line in lines[1:]))
    shorts = (line for line in lines[_HEAD:] if line.kind in (SHORT, HEADING))
    headings = [set(line.text.strip("# ")) for line in shorts if line.gap <= usual]
    headings = headings[:_MOST_HEADINGS]
    if not headings:
        return lines
    return [
        replace(line, kind=ASIDE)
        if line.gap > usual and line.kind in (SHORT, BODY) and _is_caption(line.text, headings)
        else line
        for line in lines
    ]


def _is_caption(words: str, headings: list[set[str]]) -> bool:
    """Say whether a line is short enough for a caption, no kicker, and no heading itself."""
    bare = words.strip()
    return (
        len(bare) <= LONGEST_CAPTION
        and bare[-1] not in ":："
        and not _INNER.search(bare[:-1])
        and not _echoes(set(bare), headings)
    )


def _echoes(letters: set[str], headings: list[set[str]]) -> bool:
    """Say whether a line is built like a heading: 一项技术就是… after 一个支部就是…."""
    return any(
        abs(len(letters) - len(heading)) <= 1 and len(letters & heading) >= _ECHO * len(heading)
        for heading in headings
    )


def with_gap(text: AlignedText, line: Line) -> AlignedText:
    """Return a line with the line ends before it, those of a paragraph where it had none."""
    start = line.span.start - line.gap
    if line.gap and start >= 0 and text.text[start : line.span.start] == "\n" * line.gap:
        return text.take([Span(start, line.span.end)])
    return text.take([line.span]).edit([(0, 0, "\n" * (line.gap or PARAGRAPH))])


def _kind(words: str) -> str:
    """Return the kind of a line, judged by itself."""
    if words[0] == "#" and _HEADING.match(words):
        return HEADING
    if _FIXED.match(words) or words.count("|") > 1 or "\t" in words.strip():
        return FIXED
    bare = words.strip()
    if begins_item(bare):
        return FIXED if width(bare) <= LONGEST_SHORT else BODY
    if len(bare) <= 2 * LONGEST_SHORT:
        if _ASIDE.match(bare):
            return ASIDE
        if (
            width(bare) <= LONGEST_SHORT
            and bare[-1] not in _SENTENCE_ENDS
            and not _INNER.search(bare)
            and (bare[-1] not in ":：" or "，" not in bare)
            and (width(bare) <= LONGEST_CLAUSES or not _CLAUSES.search(bare))
        ):
            return SHORT
    return BODY


def begins_item(words: str) -> bool:
    """Say whether a line begins as the items of a list do: short ones are fixed, long ones text."""
    return bool(_ITEM.match(words))


def is_open(words: str) -> bool:
    """Say whether a line stops before its sentence does."""
    return words.rstrip().rstrip("*")[-1:] not in _ENDS


def is_cjk(character: str) -> bool:
    """Say whether a character is Chinese, Japanese or Korean, or full-width punctuation.

    The curly quotes count: in Chinese text they stand where full-width characters do.
    """
    return character != "" and (
        "\u2e80" <= character <= "\u9fff"
        or "\uf900" <= character <= "\ufaff"
        or "\uff01" <= character <= "\uff60"
        or character in "“”‘’—…·"
        or "\U00020000" <= character <= "\U0003ffff"
    )


@lru_cache(maxsize=1024)  # several passes ask about each line
def is_chinese(words: str) -> bool:
    """Say whether a line is Chinese or Japanese, not a Latin one with a few of its characters."""
    return 4 * len(_HAN.findall(words)) > len(words)


def width(words: str) -> float:
    """Return the width of a line in full-width characters."""
    return len(words) - len(_NARROW.findall(words)) / 2
