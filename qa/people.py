"""Find the names of people in Chinese text, by the words and parts of speech that jieba tells.

A name is a surname and one or two characters that jieba knows as a name, or does not know as a
word: 孙卫萍, but neither 于城西 nor 党支部. What this leaves out: a person whom nothing but a first
name or a nickname stands for (老廖), and a name that is a word too and stands alone (高原).
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from itertools import pairwise

import rjieba

from corpus.types import Span
from index.tokens import fold_aligned

__all__ = ["people", "rules"]

_CHINESE = re.compile("[\u4e00-\u9fff]")
_ONE_OR_TWO = re.compile("[\u4e00-\u9fff]{1,2}")
_NAMES = ("nr", "nrt", "nrfg", "nz", "ns")  # jieba's tags of proper names
_NOUNS = ("n", "ag", "g")
_PARTICLES = "和于向由都同任"  # surnames too, but seldom where nothing but a name follows
# Of a word that jieba does not know, the last character may be of the next: 蓝济民于.
_AFTER = "于在说等为是和与给任"
_NO_END = re.compile("[氏老院村镇县店街巷桥路]$")
_NO_GIVEN = ("p", "c", "uj", "ul", "d", "v", "r", "m", "f", "zg", "q")


@cache
def rules() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of a surname, and of words that begin with one and are no names."""
    data = json.loads(resources.files("qa").joinpath("entities.json").read_text("utf-8"))
    return re.compile(f"(?:{data['surnames']})"), re.compile(data["words"])


def people(text: str) -> list[Span]:
    """Return the names of people in a text, in order.

    >>> text = "2014年，孙卫萍开出了造口护理门诊。"
    >>> [span.of(text) for span in people(text)]
    ['孙卫萍']
    """
    if not _CHINESE.search(text):
        return []
    folded, starts, ends = fold_aligned(text)
    surname, words = rules()
    found: list[Span] = []
    start = taken = 0
    for (word, tag), follows in pairwise((*rjieba.tag(folded), ("", ""))):
        begun = surname.match(word)
        if begun and start >= taken and not words.match(folded, start):
            taken = start + _end(begun.end(), word, tag, follows)
            if taken > start:
                found.append(Span(starts[start], ends[taken - 1]))
        start += len(word)
    return found


def _end(family: int, word: str, tag: str, follows: tuple[str, str]) -> int:
    """Return where the name ends that a word begins, counted from its start; 0 if it is none."""
    given = len(word) - family
    rest, rest_tag = follows
    if not given:
        if word in _PARTICLES:
            return 0
        known = rest_tag in _NAMES or (rest_tag in _NOUNS and not rjieba.has_word(rest))
        return len(word + rest) if known and _ONE_OR_TWO.fullmatch(rest) else 0
    if given > 2:
        if given > 3 or word[-1] not in _AFTER:
            return 0
        word, given = word[:-1], 2
    named, known = tag.startswith("nr"), rjieba.has_word(word)
    if (known and not (named and given > 1)) or not (named or given > 1):
        return 0
    if given == 1 and family == 1 and _CHINESE.fullmatch(rest) and rest_tag not in _NO_GIVEN:
        word += rest  # the second character of a given name, cut off from it: 阮知微
    return 0 if _NO_END.search(word) else len(word)
