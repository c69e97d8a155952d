"""Chinese names in other letters: «Hengyang» finds 衡阳, «Wang Jin» 王劲, «Чанша» 长沙.

Whoever asks about Chinese articles in another language writes the names in pinyin, and no
embedding model knows the name of a village doctor. A passage is therefore indexed under the
readings of each pair of its characters too, and a question's names are read as syllables, in
Latin letters, in Cyrillic ones (`index.palladius`) or in Hangul (`index.hangul`).

>>> readings("衡阳市")
['heng-yang', 'yang-shi']
>>> named("Where is Gao'an?")
['gao-an']
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from index.hangul import hangul, places
from index.palladius import cyrillic, stems
from index.tokens import fold, tokens

__all__ = ["Name", "named", "names", "readings", "terms"]

_HAN = re.compile("[\u4e00-\u9fff]{2,}")
# A name begins with a capital, or is long enough not to be met by chance («hengyang», not «women»).
_WORD = re.compile(r"[A-Za-zÀ-ž]+(?:['’][A-Za-z]+)*|[А-Яа-яёЁ]+")
_LONG = 6
_CYRILLIC = re.compile("[а-яё]", re.I)
_HANGUL = re.compile("[가-힣]")
# Syllables of «Name», «America», «Garden» that next to no Chinese name has.
_UNLIKELY = frozenset(
    ["a", "ce", "den", "e", "mi", "me", "ne", "nen", "o", "re", "ri", "se", "sen", "te"]
)
# Words that could be read as syllables, and are said of everything Chinese.
_CHINA = re.compile("chin|medicine$", re.I)
# Five syllables; the ways to split a longer run of letters, which is no name, are too many.
_LONGEST = 24
# Characters of names whose other reading is as common as the first of the dictionary.
_TWO_READINGS = {
    "长": "chang zhang", "重": "chong zhong", "曾": "zeng ceng", "单": "shan dan", "解": "jie xie",
    "乐": "le yue", "仇": "qiu chou", "朴": "piao pu", "查": "zha cha", "盛": "sheng cheng",
    "区": "qu ou", "厦": "sha xia", "都": "du dou", "六": "liu lu", "翟": "zhai di",
    "盖": "gai ge", "行": "xing hang", "会": "hui kuai", "了": "le liao",
}  # fmt: skip


def terms(text: str) -> list[str]:
    """Return what a passage is indexed under: its tokens and its readings."""
    return [*tokens(text), *readings(text)]


@cache
def _tables() -> tuple[dict[int, str], dict[str, tuple[str, ...]], re.Pattern[str]]:
    """Return each character's first reading, all of those with two, and a syllable's pattern."""
    from pypinyin.constants import PINYIN_DICT

    first: dict[int, str] = {}
    for code, marked in PINYIN_DICT.items():
        if 0x4E00 <= code <= 0x9FFF:
            first[code] = fold(marked.split(",")[0]).replace("ü", "v")
    several = {char: tuple(read.split()) for char, read in _TWO_READINGS.items()}
    first |= {ord(char): read[0] for char, read in several.items()}
    syllables = sorted({read for read in first.values() if read.isascii()}, key=len, reverse=True)
    # A character that no dictionary reads stands for itself, or its neighbours would shift.
    spaced: dict[int, str] = {
        code: f"{first.get(code, chr(code))} " for code in range(0x4E00, 0xA000)
    }
    return spaced, several, re.compile("|".join(syllables))


def readings(text: str) -> list[str]:
    """Return the readings of each pair of Chinese characters; none where there is no pair."""
    return [
        read
        for match in _HAN.finditer(fold(text))
        for first, second in pairwise(match[0])
        for read in _of_pair(first, second)
    ]


@lru_cache(maxsize=100_000)  # texts are made of the same pairs; 20 MB when it is full
def _of_pair(first: str, second: str) -> tuple[str, ...]:
    spaced, several, _ = _tables()
    ways = [several.get(char) or (spaced.get(ord(char), char).strip(),) for char in (first, second)]
    usual = [(ways[0][0], read) for read in ways[1]]
    unusual = [(read, ways[1][0]) for read in ways[0][1:]]
    return tuple(f"{one}-{other}" for one, other in usual + unusual)


@dataclass(frozen=True, slots=True)
class Name:
    """A word that is read as Chinese, and the ways to read it, each as its pairs of syllables."""

    word: str
    ways: tuple[tuple[str, ...], ...]


def names(question: str) -> list[Name]:
    """Return the words of a question with a capital that are read as two syllables or more.

    Leaves out the first word, which has its capital for being first, and what has a syllable that
    next to no name has.

    >>> [name.word for name in names("Where is Gao'an Hospital? And America, by name or by Name?")]
    ["Gao'an"]
    """
    found = []
    words = [] if _HAN.search(question) else [*_WORD.findall(question)[1:], *places(question)]
    for word in words:
        capital = word[0].isupper() and not word.isupper() and not _CHINA.match(word)
        likely = (way for way in _syllables(word) if not _UNLIKELY.intersection(way))
        ways = likely if capital or _HANGUL.match(word) else ()
        pairs = tuple(tuple(map("-".join, pairwise(way))) for way in ways if len(way) > 1)
        if pairs:
            found.append(Name(word, pairs))
    return found


def named(question: str) -> list[str]:
    """Return the pairs of syllables that a question's names are read as; most questions none."""
    if _HAN.search(question):
        return []
    found: dict[str, None] = {}
    run: list[tuple[str, ...]] = []
    for word in [*_WORD.findall(question), "-"]:
        ways = _syllables(word) if word[0].isupper() or len(word) >= _LONG else ()
        if ways:
            run.append(ways[0])
            for way in ways:
                found |= dict.fromkeys(map("-".join, pairwise(way)))
            continue
        chained = [syllable for way in run for syllable in way]
        found |= dict.fromkeys(map("-".join, pairwise(chained)))
        run = []
    for place in places(question):
        for way in _syllables(place):
            found |= dict.fromkeys(map("-".join, pairwise(way)))
    return list(found)


@cache
def _known() -> Mapping[str, tuple[str, ...]]:
    """Return how every syllable is read, by how it is written in each of the three scripts."""
    spaced, several, _ = _tables()
    others = {read for reads in several.values() for read in reads}
    read = {read.strip() for read in spaced.values()} | others
    syllables = sorted(syllable for syllable in read if re.search("[aeiouv]", syllable))
    russian = {fold(written): (syllable,) for written, syllable in cyrillic(syllables).items()}
    return russian | hangul(syllables) | {syllable: (syllable,) for syllable in syllables}


def _syllables(word: str) -> tuple[tuple[str, ...], ...]:
    """Return the ways to read a word as the fewest syllables; none for most words."""
    if len(word) > _LONGEST:
        return ()
    if _HANGUL.match(word):
        return _fewest(list(_split(word)))
    if _CYRILLIC.match(word):
        # The hard sign only parts two syllables; a name is declined.
        declined = stems(word.lower().replace("ъ", ""))
        return _fewest([way for stem in declined for way in _split(fold(stem))])
    parts = [part for part in re.split("['’]", fold(word)) if part]
    ways: list[tuple[str, ...]] = [()]
    for part in parts:
        ways = [way + more for way in ways for more in _split(part)]
    return _fewest(ways)


def _fewest(ways: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    fewest = min(map(len, ways), default=0)
    return tuple(dict.fromkeys(way for way in ways if len(way) == fewest))


def _split(part: str) -> Iterator[tuple[str, ...]]:
    if not part:
        yield ()
    for end in range(min(len(part), 6), 0, -1):
        if part[:end] in _known():
            for rest in _split(part[end:]):
                yield from ((read, *rest) for read in _known()[part[:end]])
