"""Punctuation of Chinese text in its own width, and its quotation marks in pairs."""

from __future__ import annotations

import re

from corpus.aligned import AlignedText, Edit
from corpus.repair.lines import CODE, FIXED, Line, is_chinese, lines_of

__all__ = ["pair_quotes", "widen_punctuation"]

_WIDE = str.maketrans(",;:?!()", "，；：？！（）")
_HAN = r"\u2e80-\u9fff\uf900-\ufaff"
_ANY_NARROW = re.compile(r"[,;:?!(.]")
_CLOSED = r"\uff01-\uff60“”‘’…—%％"
_SIDE = rf"{_HAN}{_CLOSED}"
# A narrow mark beside a Chinese character, where the other side is none of a number, an address
# or a Latin phrase; behind a figure or letter only if a Chinese character follows at once.
_NARROW = re.compile(
    rf"""(?<=[{_SIDE}"\)])[,;:?!](?=[{_SIDE}"\(]|\d|[A-Za-z]|\Z|\n)
      | (?<=[0-9A-Za-z])[,;:?!](?=[{_HAN}“‘「『《（"])
      | (?<=[{_HAN}])[,;:?!](?=\ )""",
    re.VERBOSE,
)
# A full stop between characters, in a line that has no wide one; 一. numbers an item.
_NARROW_STOP = re.compile(rf"(?<=[{_HAN}）)”])(?<![一二三四五六七八九十])\.(?=[{_HAN}“「《]|\Z)")
_BRACKETS = re.compile(r"\(([^()\n]{1,200})\)")
_CHINESE = re.compile(rf"[{_HAN}]")
# Tables, tags and links begin with these; their marks are not punctuation.
_SYMBOLS = "<|!["
_QUOTED = re.compile(r'"([^"\n]{1,300})"')


def widen_punctuation(text: AlignedText) -> AlignedText:
    """Fold narrow `, ; : ? ! ( ) .` between Chinese characters to their full width."""
    edits: list[Edit] = []
    for line in lines_of(text.text):
        if _is_prose(line) and _ANY_NARROW.search(line.text):
            at = line.span.start
            edits += [(at + start, at + end, new) for start, end, new in _widened(line.text)]
    return text.edit(edits) if edits else text


def _widened(words: str) -> list[Edit]:
    """Return the edits of a line, in order."""
    edits: list[Edit] = [
        (mark.start(), _end_of_mark(words, mark.end()), mark.group().translate(_WIDE))
        for mark in _NARROW.finditer(words)
    ]
    if "。" not in words:
        edits += [(stop.start(), stop.end(), "。") for stop in _NARROW_STOP.finditer(words)]
    for pair in _BRACKETS.finditer(words):
        if _is_chinese_bracket(words, pair):
            edits.append((pair.start(), pair.start() + 1, "（"))
            edits.append((pair.end() - 1, pair.end(), "）"))
    return sorted(edits)


def pair_quotes(text: AlignedText) -> AlignedText:
    """Turn straight quotes into “ ” in Chinese lines where they plainly come in pairs."""
    if '"' not in text.text:
        return text
    edits: list[Edit] = []
    for line in lines_of(text.text):
        words = line.text
        if not _is_prose(line) or '"' not in words or words.count('"') % 2:
            continue
        pairs = list(_QUOTED.finditer(words))
        if 2 * len(pairs) != words.count('"') or not all(map(_is_chinese_quote, pairs)):
            continue
        for pair in pairs:
            at = line.span.start
            edits.append((at + pair.start(), at + pair.start() + 1, "“"))
            edits.append((at + pair.end() - 1, at + pair.end(), "”"))
    return text.edit(edits) if edits else text


def _end_of_mark(content: str, end: int) -> int:
    """Return the end of a narrow mark with the space behind it, which the wide one brings."""
    spaced = content[end : end + 1] == " " and bool(_CHINESE.match(content, end + 1))
    return end + spaced


def _is_chinese_bracket(content: str, pair: re.Match[str]) -> bool:
    """Say whether brackets belong to Chinese text."""
    before = content[pair.start() - 1 : pair.start()]
    after = content[pair.end() : pair.end() + 1]
    if before == "]":
        return False  # the address of a Markdown link
    inside = bool(_CHINESE.search(pair.group(1)))
    return inside or bool(
        re.match(rf"[{_SIDE}]", before) and re.match(rf"[{_SIDE},;:.]|$|\s", after)
    )


def _is_chinese_quote(pair: re.Match[str]) -> bool:
    """Say whether straight quotes hold Chinese words, without space at their inner sides."""
    inner = pair.group(1)
    return inner == inner.strip() and bool(_CHINESE.search(inner))


def _is_prose(line: Line) -> bool:
    """Say whether a line is Chinese text, not code, a table, a tag or a link."""
    if line.kind == CODE or (line.kind == FIXED and line.text.lstrip()[:1] in _SYMBOLS):
        return False
    return is_chinese(line.text)
