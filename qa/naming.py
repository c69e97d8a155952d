"""Say how much of a question's names an article lacks: 株洲市人民医院 is not 株洲市中心医院.

A name is an organisation's («…医院»), or a word in other letters that is read as Chinese
(`index.pinyin`). Names are shortened, 清溪医院 is 清溪县人民医院, so the characters of the one must
stand in the other in their order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from index.pinyin import Name, names, readings
from index.tokens import fold
from qa.hospitals import hospital_kinds
from qa.sentence import token_set

__all__ = ["asks_by_name", "unnamed"]

_KINDS = "医院|病院|卫生院|保健院|图书馆|図书馆|大学|学院|学校|中学|小学|公司|机场"
_ORGANISATION = re.compile(f"([\u4e00-\u9fff]{{2,12}})(?:{_KINDS})")
_MENTION = re.compile(f"[\u4e00-\u9fff]{{0,12}}(?:{_KINDS})")
# Of a long name so many characters before its kind tell it from others of the place; the place
# itself, 株洲 of 株洲市中心医院, must be said somewhere in the article, or written as it sounds.
_TELLING = 3
_PLACE = re.compile(
    "([\u4e00-\u9fff]{2})[省市县県区镇乡](?![省市])|^(?![第附省市县県区镇乡])([\u4e00-\u9fff]{2})(?=..)"
)
_CHINESE = re.compile("[\u4e00-\u9fff]")
# After these characters a name begins: «哪家医院» has none.
_BEFORE_NAME = re.compile(
    "[家个所的间在这那哪该本全此各每某到去了是由和与及跟同给来从往进住坐几倒对向]"
)
_CACHED_TEXTS = 20_000


@lru_cache(maxsize=256)
def _asked(question: str) -> tuple[tuple[str, ...], tuple[Name, ...], tuple[str, ...]]:
    runs = (_BEFORE_NAME.split(match[1])[-1] for match in _ORGANISATION.finditer(fold(question)))
    own = tuple(run for run in runs if len(run) > 1)
    return own, tuple(names(question)), () if own else hospital_kinds(question)


def asks_by_name(question: str) -> bool:
    """Say whether the question has a name that `unnamed` could miss."""
    return any(_asked(question))


def unnamed(question: str, texts: Iterable[str]) -> float:
    """Return the share of the question's names that none of an article's texts has, in [0, 1].

    >>> unnamed("株洲市人民医院的院长是谁？", ["株洲市中心医院建于1950年。"])
    1.0
    >>> unnamed("株洲中心医院 in Zhuzhou", ["株洲市中心医院建于1950年。"])
    0.0
    """
    organisations, others, kinds = _asked(question)
    found = list(dict.fromkeys(texts))
    # Written out in Chinese, the name of a hospital elsewhere is as its translator had it.
    own = organisations if any(_CHINESE.search(text) for text in found) or not found else ()
    lacking = [not _has(found, name) for name in own]
    lacking += [not any(_reads(text, name) for text in found) for name in others]
    mentions = {mention for text in found for mention in _mentioned(text)}
    if mentions and not all(any(re.search(kind, each) for each in mentions) for kind in kinds):
        return 1.0  # a hospital of the place, but another
    return sum(lacking) / len(lacking) if lacking else 0.0


@lru_cache(maxsize=_CACHED_TEXTS)
def _mentioned(text: str) -> tuple[str, ...]:
    return tuple(match[0] for match in _MENTION.finditer(fold(text)))


def _has(texts: Sequence[str], name: str) -> bool:
    """Say whether texts name an organisation, and the place that it is called after."""
    places = list(_PLACE.finditer(name))
    place, own = "", name
    if places:
        place, own = places[-1][1] or places[-1][2], name[places[-1].end() :] or name
    if not any(_says(text, place) for text in texts):
        return False
    mentions = (mention for text in texts for mention in _mentioned(text))
    return any(
        _in_order(own[-_TELLING:], mention) and _is_of(mention, place) for mention in mentions
    )


def _is_of(mention: str, place: str) -> bool:
    """Say whether a mention is not of another place."""
    name = _BEFORE_NAME.split(mention)[-1]  # of «挂在市中心医院» the 在 is no part
    return _says(mention, place) or not any(found[1] for found in _PLACE.finditer(name))


def _says(text: str, place: str) -> bool:
    return place in fold(text) or token_set(text).issuperset(readings(place))


def _in_order(few: str, many: str) -> bool:
    rest = iter(many)
    return all(char in rest for char in few)


def _reads(text: str, name: Name) -> bool:
    has = token_set(text)
    return fold(name.word) in has or any(has.issuperset(way) for way in name.ways)
