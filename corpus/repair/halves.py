"""Whether two lines are the halves of one sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from corpus.repair.bonds import Bonds
from corpus.repair.lines import BODY, HEADING, SHORT, Line, begins_item, is_cjk, is_open, width

__all__ = [
    "LONE_CHARACTER",
    "bare",
    "breaks_off",
    "goes_on",
    "may_be_open",
    "overlap",
    "unclosed",
    "unopened",
]

# Shorter open lines are verse, labels and names, unless a word is plainly broken.
_SHORTEST = 18.0
_SHORTEST_BROKEN = 8.0
_SHORTEST_CLAUSE = 12.0
# Without a blank line between them, only a long line is more likely torn than ended.
_SHORTEST_CLOSE_BY = 40.0
# Single quotes and round brackets are left out: one is an apostrophe, the other numbers items.
_OPENING = "“「『《【"
_CLOSING = "”」』》】"
_MARKS = re.compile(f"[{_OPENING}{_CLOSING}]")
# A paragraph that begins with one character and a comma or stop began elsewhere.
LONE_CHARACTER = re.compile(r"[\u4e00-\u9fff][，,。]")
_LABEL = r"[^，。：:]{1,10}[：:]"
_CLAUSE = re.compile(rf"(?!{_LABEL})[^\n]*[，,。]")
_DATE = re.compile(r"(?:19|20)\d\d年|\d{1,2}月\d{1,2}日")
_NEVER_FIRST = "，。、；：？！,;:?!’)）" + _CLOSING


def may_be_open(line: Line) -> bool:
    """Say whether a line of running text may be the first half of a torn sentence."""
    return line.kind == BODY and is_open(line.text)


def breaks_off(first: Line, second: Line, bonds: Bonds) -> bool:
    """Say whether a line stops inside a Chinese word that the second one completes."""
    left, right = bare(first), bare(second)
    if width(left) < _SHORTEST_BROKEN or not is_open(left):
        return False
    # What has a comma is hardly a heading; then it is enough that the next character belongs.
    clause = width(left) >= _SHORTEST_CLAUSE and ("，" in left or "," in left)
    if not clause and bonds.complete(left):
        return False
    return bonds.holds(left[-1], right[:1]) or bool(LONE_CHARACTER.match(right))


def goes_on(first: Line, second: Line, between: Sequence[Line], bonds: Bonds) -> bool:
    """Say whether the second line goes on with the first one's sentence."""
    left, right = bare(first), bare(second)
    if not left or not right or not is_open(left) or begins_item(right):
        return False
    if right[0] in _NEVER_FIRST or (unclosed(left) and unopened(right)):
        return True
    if begins_item(left):
        return breaks_off(first, second, bonds)
    if not is_cjk(left[-1]) or not is_cjk(right[0]):
        return _goes_on_in_letters(left, right, second.gap) and not bonds.opens(right)
    close_by = second.gap == 1 and not between
    if breaks_off(first, second, bonds) or LONE_CHARACTER.match(right):
        return True
    if width(left) < (_SHORTEST_CLOSE_BY if close_by else _SHORTEST):
        return False
    if bonds.holds(left[-1], right[0]) or overlap(left, right, bonds):
        return True
    if any(line.kind == HEADING for line in between) or close_by:
        return False
    # A short line may be a caption or a heading: only prose is rather torn than ended.
    if any(line.kind == SHORT for line in between) and not _is_prose(left, right):
        return False
    return not begins_anew(right) and not bonds.opens(right)


def _is_prose(left: str, right: str) -> bool:
    """Say whether two lines are running text and no labels with what belongs to them."""
    return bool(_CLAUSE.match(left)) and width(right) >= _SHORTEST_BROKEN


def _goes_on_in_letters(left: str, right: str, gap: int) -> bool:
    """Say whether a line with letters or figures at its edge goes on."""
    if gap == 1 or width(left) < _SHORTEST:
        return False
    if is_cjk(left[-1]) or is_cjk(right[0]):
        return not begins_anew(right)
    return right[0].islower() or left[-1] == ","


def overlap(left: str, right: str, bonds: Bonds) -> bool:
    """Say whether a column's last character was read once more as the next one's first."""
    return (
        len(right) > 1
        and left[-1] == right[0]
        and not bonds.holds(left[-1], right[0])
        and bonds.holds(left[-1], right[1])
    )


def bare(line: Line) -> str:
    """Return a line's words without the marks of emphasis."""
    return line.text.strip("* \t")


def begins_anew(words: str) -> bool:
    """Say whether a paragraph begins as new ones do: with a date, or words for it."""
    return words.startswith(_openers()) or bool(_DATE.match(words))


def unclosed(words: str) -> bool:
    """Say whether a quotation or bracket is opened and never closed."""
    return _balance(words)[0] > 0


def unopened(words: str) -> bool:
    """Say whether a quotation or bracket is closed and was never opened."""
    return _balance(words)[1] > 0


@cache
def _openers() -> tuple[str, ...]:
    """Read the words a new paragraph begins with."""
    lines = Path(__file__).with_name("openers.txt").read_text("utf-8").splitlines()
    return tuple(word for line in lines if not line.startswith("#") for word in line.split())


def _balance(words: str) -> tuple[int, int]:
    """Return how many marks are left open, and how many close what was not opened."""
    depth = stray = 0
    for mark in _MARKS.findall(words):
        if mark in _OPENING:
            depth += 1
        elif depth:
            depth -= 1
        else:
            stray += 1
    return depth, stray
