"""The parts of a question, token vectors and words: what each weighs, and how well it is found.

How rare a token vector is, is told by how well the sentences found match it on average; how rare
a word is, by the passages of the whole collection.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from corpus.types import Span
from index.fuse import rarities
from index.pinyin import named
from index.rerank import best_cosines
from index.types import Embedder, TokenVectors
from qa.circles import NO_WEIGHT, Layout, mean_best
from qa.question import Question, is_filler
from qa.sentence import token_set

__all__ = ["Collection", "Matched", "by_tokens", "by_words"]

Floats = NDArray[np.float32]

_MEANS = (0.02, 0.98)  # a token that every sentence matches still weighs a little


@dataclass(frozen=True, slots=True)
class Collection:
    """What is known of the whole collection: how many passages, and in how many a token stands."""

    passages: int
    frequencies: Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True, slots=True)
class Matched:
    """How well each of q parts of the question is found.

    `best` (q, texts and titles), in [0, 1]. `weights` (w, q): what each counts, in w ways to
    weigh them. `most` (w,): the greatest weight that one could have there.
    """

    best: Floats
    weights: Floats
    most: Floats


def by_tokens(
    question: Question,
    texts: Sequence[str],
    titles: Sequence[str],
    where: Layout,
    embedder: Embedder,
) -> Matched:
    """Match the question's token vectors, and those of its head and noun: three ways to weigh."""
    documents = embedder.document_tokens([*texts, *titles])
    parts = [embedder.query_tokens(text) for text in (question.bare, question.head, question.noun)]
    every = _together(parts)
    best = best_cosines(every, documents)
    mean = np.clip(mean_best(best[:, : len(where.clauses)], where), *_MEANS)
    counts = (
        [not is_filler(question.bare, Span(*span)) for span in _spans(parts[0])],
        np.ones(len(parts[1].index)),
        1 / (1 + _spans(parts[2])[:, 0]),  # «大学毕业» asks for the first of these
    )
    rarity = np.concatenate(counts) * every.norms[every.index] * np.square(np.log(mean))
    weights = np.zeros((3, len(rarity)), np.float32)
    ends = np.cumsum([0, *(len(part.index) for part in parts)])
    for way, (start, end) in enumerate(pairwise(ends)):
        weights[way, start:end] = rarity[start:end]
    return Matched(best, weights, weights.max(axis=1, initial=0))


def _together(parts: Sequence[TokenVectors]) -> TokenVectors:
    """Return the tokens of all parts, to be compared at once."""
    before = np.cumsum([0, *(len(part.rows) for part in parts)])
    index = np.concatenate([part.index + at for part, at in zip(parts, before[:-1], strict=True)])
    return TokenVectors(
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.norms for part in parts]),
        index.astype(np.int32),
        np.array([0, len(index)]),
    )


def _spans(tokens: TokenVectors) -> NDArray[np.int32]:
    assert tokens.spans is not None  # a question's tokens have them
    return tokens.spans


def by_words(
    question: Question, texts: Sequence[str], titles: Sequence[str], collection: Collection
) -> tuple[Matched, float]:
    """Match the question's words; return what of their rarity the collection knows too."""
    names = named(question.text)
    counted = collection.frequencies(names)
    words = [*question.content, *(name for name, n in zip(names, counted, strict=True) if n)]
    frequencies = collection.frequencies(words)
    rarity = np.array(rarities(frequencies, collection.passages), np.float32)
    rows = {word: row for row, word in enumerate(words)}
    best = np.zeros((len(words), len(texts) + len(titles)), np.float32)
    stands = [
        (rows[word], column)
        for column, text in enumerate((*texts, *titles))
        for word in token_set(text).intersection(rows)
    ]
    best[tuple(np.array(stands, np.intp).reshape(-1, 2).T)] = 1
    known = float(rarity[np.asarray(frequencies) > 0].sum() / max(rarity.sum(), NO_WEIGHT))
    most = np.array(rarities([0], collection.passages), np.float32)
    return Matched(best, rarity[None], most), known
