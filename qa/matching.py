"""Measure how well each sentence found matches a question.

One row of features a sentence. Words are matched twice: as tokens, weighted by rarity, and as
token vectors, which cross languages. Each of these in three circles: the sentence alone, the
sentence with its article's title and headings, and the whole passage.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from corpus.types import Span
from index.fuse import rarities
from index.rerank import best_cosines
from index.tokens import fold, tokens
from index.types import Embedder, Hit
from qa.entities import KINDS, entities
from qa.question import Question

__all__ = ["FEATURES", "Collection", "Sentence", "features"]

Floats = NDArray[np.float32]

FEATURES = (
    "late",  # token vectors of the question found in the sentence, weighted, in [0, 1]
    "late_context",  # … in the sentence or the titles above it
    "late_passage",  # … or in the rest of its passage
    "cover",  # rarity of the question's words that stand in the sentence, in [0, 1]
    "cover_context",
    "cover_passage",
    "missing",  # rarity of the rarest word of the question that stands nowhere in the passage
    "known",  # share of the question's rarity that occurs in the collection at all
    "same_script",  # 1 where question and sentence are written in one script
    "passage",  # the passage's score of the search, below its best: 0 for the best
    "dense",  # cosine of question and passage
    "has_kind",  # 1 where the sentence has a date for a when, a number for a how many, …
    "lacks_kind",  # 1 where the question wants one and the sentence has none
    "measure",  # 1 where a number is counted with the question's own measure word
    "clash",  # share of the question's numbers that do not stand in the passage
    "heading",  # 1 for a heading or a line too short to be a sentence
    "length",  # natural logarithm of the code points, over 5
)
_SHORT = 8  # code points: shorter lines are labels
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_CACHED_TEXTS = 50_000  # sentences whose tokens are kept; about 50 MB


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage that was found. `span` counts in its article's text."""

    passage: int
    article: str
    span: Span
    text: str
    context: str
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Collection:
    """What is known of the whole collection: how many passages, and in how many a token stands."""

    passages: int
    frequencies: Callable[[Sequence[str]], list[int]]


@lru_cache(maxsize=_CACHED_TEXTS)
def _token_set(text: str) -> frozenset[str]:
    return frozenset(tokens(text))


def features(
    question: Question,
    sentences: Sequence[Sentence],
    hits: Sequence[Hit],
    collection: Collection,
    embedder: Embedder,
) -> Floats:
    """Return float32 (n, len(FEATURES)), a row a sentence; (0, …) for no sentence."""
    if not sentences:
        return np.zeros((0, len(FEATURES)), np.float32)
    passages = [sentence.passage for sentence in sentences]
    groups = np.unique(passages, return_inverse=True)[1]
    late = _late(question, sentences, groups, embedder)
    cover = _cover(question, sentences, groups, collection)
    by_passage = {hit.passage: hit for hit in hits}
    best = max(hit.score for hit in hits)
    search = np.array(
        [
            (by_passage[passage].score - best, by_passage[passage].scores.get("dense", 0.0))
            for passage in passages
        ],
        np.float32,
    )
    shape = np.array([_shape(question, sentence) for sentence in sentences], np.float32)
    clash = _clash(question, sentences, groups)
    return np.column_stack([late, cover, search, shape[:, :3], clash, shape[:, 3:]]).astype(
        np.float32
    )


def _late(
    question: Question, sentences: Sequence[Sentence], groups: NDArray[np.intp], embedder: Embedder
) -> Floats:
    """Late interaction in the three circles: float32 (n, 3)."""
    query = embedder.query_tokens(question.bare)
    if not len(query.index):
        return np.zeros((len(sentences), 3), np.float32)
    contexts = list(dict.fromkeys(sentence.context for sentence in sentences))
    texts = [sentence.text for sentence in sentences]
    best = best_cosines(query, embedder.document_tokens([*texts, *contexts]))
    alone, above = best[:, : len(texts)], best[:, len(texts) :]
    where = {context: at for at, context in enumerate(contexts)}
    context = np.maximum(alone, above[:, [where[sentence.context] for sentence in sentences]])
    passage = np.maximum(context, _group_max(alone, groups))
    rarity = -np.log(np.clip(alone.mean(axis=1), 0.02, 0.98))
    weights = query.norms[query.index] * rarity
    total = max(float(weights.sum()), 1e-6)
    return np.stack([weights @ circle**2 / total for circle in (alone, context, passage)], axis=1)


def _group_max(values: Floats, groups: NDArray[np.intp]) -> Floats:
    """Give each column the elementwise maximum over its group's columns."""
    highest = np.zeros((values.shape[0], int(groups.max()) + 1), np.float32)
    for column, group in enumerate(groups):
        np.maximum(highest[:, group], values[:, column], out=highest[:, group])
    return highest[:, groups]


def _cover(
    question: Question,
    sentences: Sequence[Sentence],
    groups: NDArray[np.intp],
    collection: Collection,
) -> Floats:
    """Return cover in three circles, missing, known and same_script: float32 (n, 6)."""
    words = question.content
    same = [_script(question.text) == _script(sentence.text) for sentence in sentences]
    if not words:
        return np.column_stack([np.zeros((len(sentences), 5)), same]).astype(np.float32)
    frequencies = collection.frequencies(words)
    rarity = np.array(rarities(frequencies, collection.passages), np.float32)
    found = np.asarray(frequencies) > 0
    alone = np.array([[word in _token_set(s.text) for word in words] for s in sentences])
    above = np.array([[word in _token_set(s.context) for word in words] for s in sentences])
    context = alone | above
    passage = context | (_group_max(alone.T.astype(np.float32), groups).T > 0)
    total = float(rarity.sum())
    circles = [circle @ rarity / total for circle in (alone, context, passage)]
    missing = (~passage * rarity).max(axis=1) / math.log1p(collection.passages + 1)
    known = np.full(len(sentences), float(rarity[found].sum()) / total)
    return np.column_stack([*circles, missing, known, same]).astype(np.float32)


def _script(text: str) -> str:
    """Name the script by its commonest letters: `cjk`, or the block of the Latin-like letter."""
    if len(_CJK.findall(text)) * 3 > len(text):
        return "cjk"
    letters = [char for char in text if char.isalpha()]
    return str(ord(max(letters, key=letters.count)) // 0x300) if letters else ""


def _shape(question: Question, sentence: Sentence) -> tuple[float, ...]:
    wanted = question.kind in KINDS
    found = [span.of(sentence.text) for span in entities(sentence.text, question.kind)]
    fresh = [text for text in found if fold(text).strip() not in fold(question.text)]
    measure = bool(question.measure) and any(question.measure in text for text in fresh)
    return (
        float(wanted and bool(fresh)),
        float(wanted and not fresh),
        float(measure),
        float(sentence.heading or len(sentence.text) < _SHORT),
        math.log(max(len(sentence.text), 1)) / 5,
    )


def _clash(
    question: Question, sentences: Sequence[Sentence], groups: NDArray[np.intp]
) -> NDArray[np.float32]:
    numbers = set(_NUMBER.findall(fold(question.text)))
    if not numbers:
        return np.zeros(len(sentences), np.float32)
    texts: dict[int, str] = {}
    for group, sentence in zip(groups.tolist(), sentences, strict=True):
        texts[group] = texts.get(group, sentence.context) + sentence.text
    shares = {
        group: sum(number not in fold(text) for number in numbers) / len(numbers)
        for group, text in texts.items()
    }
    return np.array([shares[group] for group in groups.tolist()], np.float32)
