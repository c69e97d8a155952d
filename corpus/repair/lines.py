"""What kind of line a line is: body, heading, aside, or something repair must not touch."""

from __future__ import annotations

import re
from dataclasses import dataclass
from unicodedata import east_asian_width

from corpus.types import Span

__all__ = [
    "ASIDE",
    "BODY",
    "FIXED",
    "HEADING",
    "SHORT",
    "Line",
    "is_cjk",
    "is_open",
    "lines_of",
    "width",
]

BODY = "body"  # running text
HEADING = "heading"  # marked as one with `#`
SHORT = "short"  # a line without the punctuation of a sentence: heading, name, slogan
ASIDE = "aside"  # caption, credit, byline: not part of the flow
FIXED = "fixed"  # list, table, code, quotation, rule: lines that mean something as they are

# Chinese headings and captions are below 30 characters; a line above is running text.
LONGEST_SHORT = 32

_LINE = re.compile(r"[^\n]+")
_HEADING = re.compile(r"#{1,6}\s+\S")
_FIXED = re.compile(
    r"""\s*(?:[-*+•●◆▪·]\s+\S | \d{1,3}[.)、．]\s*\S | [(（]\d{1,3}[)）]
        | [(（]?[一二三四五六七八九十]{1,3}[)）、]
        | \| | > | (?:[-*_=]\s*){3,}$ | !\[ | \[\^?\w+\]: | <\w)
      | .*\S\s*\|\s*\S.*\|
      | .*\t.*\S
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
_INNER = re.compile(r"[。！？；]|[.!?]\s")
_COMMA_ENDS = "，、,“‘《（(「"


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank; `gap` counts the line ends before it, 1 for the next line."""

    span: Span
    kind: str
    gap: int
    text: str


def lines_of(text: str) -> list[Line]:
    """Return the lines with something on them, in order; none for empty text."""
    found: list[Line] = []
    fenced, end = False, 0
    for match in _LINE.finditer(text):
        words = match.group()
        if words.isspace():
            continue
        gap = text.count("\n", end, match.start())
        fence = _FENCE.match(words)
        kind = FIXED if fenced or fence else _kind(words)
        fenced ^= bool(fence)
        found.append(Line(Span(match.start(), match.end()), kind, gap, words))
        end = match.end()
    return found


def _kind(words: str) -> str:
    """Return the kind of a line, judged by itself."""
    if words[0] == "#" and _HEADING.match(words):
        return HEADING
    if _FIXED.match(words):
        return FIXED
    bare = words.strip()
    if len(bare) <= 2 * LONGEST_SHORT:
        if _ASIDE.match(bare):
            return ASIDE
        if bare[-1] not in _COMMA_ENDS and is_open(bare) and not _INNER.search(bare):
            return SHORT if width(bare) <= LONGEST_SHORT else BODY
        if bare[-1] in ":：" and width(bare) <= LONGEST_SHORT and "，" not in bare:
            return SHORT
    return BODY


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


def width(words: str) -> float:
    """Return the width of a line in full-width characters."""
    if words.isascii():
        return len(words) / 2
    return sum(1.0 if east_asian_width(letter) in "WFA" else 0.5 for letter in words)
