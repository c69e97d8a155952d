"""Which articles a question names, in another script than theirs.

«Hengyang», asked of Chinese articles, is one word of many that they do not have, and yet the one
that tells most: where it is read as 衡阳, the answer is in an article that says 衡阳 somewhere, if
not in the very passage. So is «Bramley» in a Chinese question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from index.groups import Groups
from index.pinyin import names
from index.tokens import tokens
from index.types import Ids, LexicalStore, Vectors

__all__ = ["named_parts"]

_EAST_ASIAN = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]")
_FOREIGN = re.compile("[A-Za-zÀ-žА-яЁё]{3,}")
# A name that stands in more passages tells little.
_MOST_HOLDERS = 1_000
# What it counts that the name stands in the article; the rest, that it stands in the passage.
_IN_ARTICLE = 0.8


def named_parts(question: str, lexical: LexicalStore, ids: Ids, articles: Groups | None) -> Vectors:
    """Return float32 (n,) in [0, 1]: the part of the question's names that each passage holds.

    Names count by their rarity; one that stands nowhere counts nothing. `articles` says
    which passages are of one, or is None where that is not known. Zeros where nothing is named.
    """
    total = 0.0
    parts = np.zeros(len(ids), np.float32)
    for ways in _asked(question):
        found = _holders(lexical, ways)
        if not found:
            continue
        inside = np.isin(ids, np.fromiter(found, np.int64, len(found))).astype(np.float32)
        within = inside
        if articles is not None:
            within = articles.spread(articles.best(inside[None])[0])
        count = int(within.sum())
        rarity = np.log1p((len(ids) - count + 0.5) / (count + 0.5))
        parts += rarity * (_IN_ARTICLE * within + (1 - _IN_ARTICLE) * inside)
        total += rarity
    return parts / np.float32(total) if total else parts


def _asked(question: str) -> list[tuple[tuple[str, ...], ...]]:
    """Return for each name the ways to say it, each as the tokens that it then has."""
    read = [name.ways for name in names(question)]
    if not _EAST_ASIAN.search(question):
        return read
    return [*read, *((tuple(tokens(word)[:1]),) for word in _FOREIGN.findall(question))]


def _holders(lexical: LexicalStore, ways: Sequence[Sequence[str]]) -> set[int]:
    """Return the passages that hold all tokens of one of the ways."""
    found: set[int] = set()
    for way in ways:
        holding = [{hit.passage for hit in lexical.search([token], _MOST_HOLDERS)} for token in way]
        found |= set.intersection(*holding)
    return found
