"""Whom a Chinese article is about: the institution it names most often.

Headlines of newspapers are slogans, and a passage says 该院. A question names the hospital; with
its name beside the passage, the passage is found.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import rjieba

__all__ = ["institution_endings", "subject_of"]

# Named less often, an institution is mentioned in the article and not its subject.
_OFTEN = 3
# 中国医学科学院 and the like: longer names end in a shorter one that is counted too.
_LONGEST_NAME = 12
# What a place ends in; a name that begins with it has lost its place: 市中心医院.
_PLACE_ENDS = "省州市县縣区區镇鎮乡鄉"
_NOT_FIRST = "的了在是和与为对该本全各由到从向及被将把"


def subject_of(text: str) -> str:
    """Return the name of the institution an article is about, empty where there is none.

    Of all names by their ending (医院, 大学, 公司, …) it is the one with the greatest product of
    frequency and length, so that 某某市中心医院 wins over 中心医院. Where its own town's paper says
    市中心医院, the town is put before it, if the article names one, or one more often than others.
    """
    count: Counter[str] = Counter()
    for ending in _endings().finditer(text):
        end = ending.end()
        start = end - len(ending.group())
        for first in range(start - 1, max(-1, end - _LONGEST_NAME - 1), -1):
            if not "\u4e00" <= text[first] <= "\u9fff":
                break
            if start - first > 1 and text[first] not in _NOT_FIRST:
                count[text[first:end]] += 1
    names = {name: number * len(name) for name, number in count.items() if number >= _OFTEN}
    return _in_full(max(names, key=names.__getitem__, default=""), text)


def _in_full(name: str, text: str) -> str:
    """Return a name with the town that it is called after, which the text names elsewhere."""
    if not name or name[0] not in _PLACE_ENDS:
        return name
    known = {word.removesuffix(name[0]) for word, tag in rjieba.tag(text) if tag == "ns"}
    towns = {town: text.count(town + name[0]) for town in known if len(town) > 1}
    town = max(towns, key=towns.__getitem__, default="")
    return town + name if town and towns[town] * 2 > sum(towns.values()) else name


@cache
def institution_endings() -> tuple[str, ...]:
    """Return what the Chinese names of institutions end in, the longest first."""
    lines = Path(__file__).with_name("institutions.txt").read_text("utf-8").splitlines()
    words = [word for line in lines if not line.startswith("#") for word in line.split()]
    return tuple(sorted(words, key=len, reverse=True))


@cache
def _endings() -> re.Pattern[str]:
    """Return the pattern of all endings."""
    return re.compile("|".join(institution_endings()))
