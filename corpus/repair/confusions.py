"""Characters that text recognition confused, where only one reading makes a word.

No frequencies are weighed. A character is replaced where the word it stands in is none, and is
one of the list with another character of its group: 己经 can only be 已经. It stays where it may
belong to its neighbour instead: 自已 is 自己, but not in 来自已建成. In numbers the letters O and l
are digits where a unit follows, and a zero among Chinese numerals is 〇.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from corpus.aligned import AlignedText, Edit
from corpus.repair.bonds import Bonds

__all__ = ["mend_confusions"]

_DIGITS = str.maketrans("OoIl", "0011")
# `O2O` is a trade and `5l` are litres: the first is no O, and a unit follows.
_NUMBER = re.compile(r"(?<![A-Za-z\d.])(?=\d*[OoIl])[Il\d][\dOoIl]+(?![A-Za-z\d.])")
_DAY = re.compile(r"(?<=月\d)曰|(?<=月\d\d)曰")
_NUMERALS = "一二三四五六七八九"
_YEAR = re.compile(rf"(?<![A-Za-z\d])(?=[〇0Oo]*[{_NUMERALS}])[{_NUMERALS}〇0Oo]{{3,}}(?=年)")
_ZEROS = str.maketrans("0Oo", "〇〇〇")


@dataclass(frozen=True, slots=True)
class _Misread:
    """A word with a character swapped: what it should be, and where in it they differ."""

    wrong: str
    right: str
    place: int


def mend_confusions(text: AlignedText) -> AlignedText:
    """Write the characters that were printed, where nothing else makes a word."""
    letters = set(text.text)  # most texts lack most of what could be wrong
    edits = sorted({*_words(text.text, letters), *_numbers(text.text, letters)})
    # 自巳经 is 自己经 or 自已经: where two words claim a character, neither has it.
    claimed = Counter(start for start, _, _ in edits)
    edits = [edit for edit in edits if claimed[edit[0]] == 1]
    return text.edit(edits) if edits else text


def _words(text: str, letters: set[str]) -> Iterator[Edit]:
    known = _list()
    for character in known.misread.keys() & letters:
        for misread in known.misread[character]:
            at = text.find(misread.wrong)
            while at >= 0:
                if _is_misread(text, at, misread, known.words):
                    place = at + misread.place
                    yield place, place + 1, misread.right[misread.place]
                at = text.find(misread.wrong, at + 1)


def _is_misread(text: str, at: int, misread: _Misread, known: frozenset[str]) -> bool:
    """Say whether neither edge of a swapped word belongs to the word beside it."""
    end = at + len(misread.wrong)
    before, after = text[max(0, at - 1) : at + 1], text[end - 1 : end + 1]
    bonds = Bonds("")
    return not any(
        len(pair) == 2 and (pair in known or bonds.holds(*pair)) for pair in (before, after)
    )


def _numbers(text: str, letters: set[str]) -> Iterator[Edit]:
    for found in _NUMBER.finditer(text) if letters & set("OoIl") else ():
        unit, number = text[found.end() : found.end() + 1], found.group()
        if unit and unit in _list().units and any(map(str.isdecimal, number)):
            yield from _overwritten(found, _DIGITS)
    for found in _YEAR.finditer(text) if letters & set("0Oo") and "年" in letters else ():
        yield from _overwritten(found, _ZEROS)
    for found in _DAY.finditer(text) if "曰" in letters else ():
        yield found.start(), found.end(), "日"


def _overwritten(found: re.Match[str], table: dict[int, int]) -> Iterator[Edit]:
    """Yield an edit for each character that the table changes."""
    for at, was in enumerate(found.group(), start=found.start()):
        if ord(was) in table:
            yield at, at + 1, was.translate(table)


@dataclass(frozen=True, slots=True)
class _List:
    """What confusions.txt holds; `misread` by the character that is wrong in the word."""

    misread: dict[str, tuple[_Misread, ...]]
    words: frozenset[str]
    units: str


@cache
def _list() -> _List:
    """Read the list."""
    lines = Path(__file__).with_suffix(".txt").read_text("utf-8").splitlines()
    rows = [line.split() for line in lines if line[0] != "#"]
    units = next(words for head, *words in rows if head == "0")[0]
    known = frozenset(word for _, *words in rows for word in words)
    misread: dict[str, list[_Misread]] = {}
    for group, *words in rows:
        for right in words:
            for found in _swapped(right, group):
                if found.wrong not in known:
                    misread.setdefault(found.wrong[found.place], []).append(found)
    return _List({one: tuple(found) for one, found in misread.items()}, known, units)


def _swapped(right: str, group: str) -> Iterator[_Misread]:
    """Yield a word with each character of the group swapped for each other one."""
    for place, printed in enumerate(right):
        for other in group.replace(printed, "") if printed in group else "":
            yield _Misread(right[:place] + other + right[place + 1 :], right, place)
