"""Where sentences begin and end, in Chinese and in languages that write like English.

A sentence ends at 。！？；… with the closing quotes and brackets behind it, at `. ! ?` before a
space, and at every line end: headings and list items are sentences of their own. A full stop
inside a number, an address, an abbreviation or before a small letter ends nothing.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from corpus.types import Span

__all__ = ["sentences"]

_CLOSERS = "”’」』）)】〕\"'»›]"
# What may follow a closed quote inside one and the same sentence: “好！”的口号, 「はい。」と.
_GOES_ON = "，、；：,;:。的等和与及之地得とのがをにはもで"
_STOP = re.compile(
    rf"""
    (?P<wide>[。！？!?；…؟۔।॥።]+(?:[!?.。！？]*)[{re.escape(_CLOSERS)}]*(?![》〉]))
  | (?P<narrow>\.+[{re.escape(_CLOSERS)}]*(?=\s|$))
  | (?P<line>\n+)
    """,
    re.VERBOSE,
)
_LAST_WORD = re.compile(r"[^\s(\[“\"«（]+$")
_WORD = re.compile(r"\w")
_WORDS = re.compile(r"\w+")
# Latin, Greek and Cyrillic letters stand below, and may be initials; the others are syllables.
_FIRST_UNLIKE_LATIN = "\u0530"
# The longest abbreviation is far shorter; looking further back would only cost time.
_LOOK_BACK = 24


def sentences(text: str) -> list[Span]:
    """Return the spans of the sentences, in order, without the white space between them.

    Every character that is not white space lies in exactly one of them; empty text gives none.

    >>> [span.of("他说：“好。”走了。Dr. Li paid 3.5 yuan. Why?") for span in
    ...  sentences("他说：“好。”走了。Dr. Li paid 3.5 yuan. Why?")]
    ['他说：“好。”', '走了。', 'Dr. Li paid 3.5 yuan.', 'Why?']
    """
    found: list[Span] = []
    start = 0
    for stop in _STOP.finditer(text):
        if stop.lastgroup == "line":
            _add(found, text, start, stop.start())
            start = stop.end()
        elif _ends(text, start, stop):
            _add(found, text, start, stop.end())
            start = stop.end()
    _add(found, text, start, len(text))
    return found


def _add(found: list[Span], text: str, start: int, end: int) -> None:
    """Add the sentence between two positions, if there is anything in it."""
    part = text[start:end]
    bare = part.strip()
    if bare:
        first = start + len(part) - len(part.lstrip())
        found.append(Span(first, first + len(bare)))


def _ends(text: str, start: int, stop: re.Match[str]) -> bool:
    """Say whether a mark that may end a sentence does."""
    mark, following = stop.group(), text[stop.end() : stop.end() + 1]
    if stop.lastgroup == "narrow":
        return _full_stop_ends(text, start, stop)
    if mark[0] in "!?" and following.isascii() and not following.isspace() and following:
        return False  # an address, `What?!`-like marks of code
    if mark[-1] in _CLOSERS and following and following in _GOES_ON:
        return False
    if mark[0] == "…":
        return bool(_WORD.search(text, start, stop.start()))
    return not _small_letter_follows(text, stop.end()) or mark[0] not in "!?…"


def _full_stop_ends(text: str, start: int, stop: re.Match[str]) -> bool:
    """Say whether a full stop before white space ends a sentence."""
    if len(stop.group().rstrip(_CLOSERS)) > 1:  # an ellipsis of dots
        return not _small_letter_follows(text, stop.end())
    before = _LAST_WORD.search(text, max(start, stop.start() - _LOOK_BACK), stop.start())
    if before is None:
        return False
    word = before.group()
    if len(word) == 1 and word.isalpha() and word < _FIRST_UNLIKE_LATIN:
        return False  # an initial, or a part of z. B.: J. Smith, p. 12
    if word.lower() in _words_of("abbreviations.txt"):
        return False
    if len(word) <= 2 and word.isdigit():
        following = _WORDS.search(text, stop.end())
        ordinal = following is not None and following.group() in _words_of("after_ordinals.txt")
        if ordinal or before.start() <= start + 1:
            return False  # 3. Mai, or the number of a list item
    return not _small_letter_follows(text, stop.end())


def _small_letter_follows(text: str, position: int) -> bool:
    """Say whether the next thing on the line is a small letter."""
    following = text[position : position + 3].lstrip(" ")
    return bool(following) and following[0].islower()


@cache
def _words_of(name: str) -> frozenset[str]:
    """Read a list of words."""
    lines = Path(__file__).with_name(name).read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
