"""Measure how well each sentence found matches a question.

One row of features a sentence. Words are matched twice: as tokens, weighted by rarity, and as
token vectors, which cross languages. What the title and headings above a sentence already say
(the hospital's name) counts apart from the focus: what only the sentence can say.
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
    "late_passage",  # … or in its titles or the rest of its passage
    "late_focus",  # … in the sentence, of what the titles do not say
    "cover",  # rarity of the question's words that stand in the sentence, in [0, 1]
    "cover_passage",  # … or in its titles or the rest of its passage
    "cover_focus",  # … in the sentence, of the words that do not stand in the titles
    "cover_titles",  # … in the titles alone
    "missing",  # rarity of the rarest word that stands nowhere in the passage, in [0, 1]
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
_SCRIPT_SAMPLE = 60  # code points that tell the script of a text
_MEANS = (0.02, 0.98)  # a token that every sentence matches still weighs a little
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
    """Return late, late_passage and late_focus: float32 (n, 3)."""
    query = embedder.query_tokens(question.bare)
    if not len(query.index):
        return np.zeros((len(sentences), 3), np.float32)
    contexts = list(dict.fromkeys(sentence.context for sentence in sentences))
    texts = [sentence.text for sentence in sentences]
    best = best_cosines(query, embedder.document_tokens([*texts, *contexts]))
    alone, titles = best[:, : len(texts)], best[:, len(texts) :]
    where = {context: at for at, context in enumerate(contexts)}
    above = titles[:, [where[sentence.context] for sentence in sentences]]
    passage = np.maximum(above, _group_max(alone, groups))
    rarity = -np.log(np.clip(alone.mean(axis=1), *_MEANS))
    weights = query.norms[query.index] * rarity
    focus = weights[:, None] * (1 - above)
    columns = [_weighted(weights[:, None], circle) for circle in (alone, passage)]
    return np.stack([*columns, _weighted(focus, alone)], axis=1)


def _weighted(weights: Floats, cosines: Floats) -> Floats:
    """Return the weighted mean over tokens of the squared cosines: float32 (n,)."""
    weights = np.broadcast_to(weights, cosines.shape)
    mean: Floats = (weights * cosines**2).sum(axis=0) / np.maximum(weights.sum(axis=0), 1e-6)
    return mean


def _group_max(values: Floats, groups: NDArray[np.intp]) -> Floats:
    """Give each column the elementwise maximum over its group's columns."""
    by_group = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[by_group], prepend=-1))
    highest: Floats = np.maximum.reduceat(values[:, by_group], starts, axis=1)[:, groups]
    return highest


def _cover(
    question: Question,
    sentences: Sequence[Sentence],
    groups: NDArray[np.intp],
    collection: Collection,
) -> Floats:
    """Return the columns from cover to same_script: float32 (n, 7)."""
    words = question.content
    asked = _script(question.text)
    same = [asked == _script(sentence.text) for sentence in sentences]
    if not words:
        return np.column_stack([np.zeros((len(sentences), 6)), same]).astype(np.float32)
    frequencies = collection.frequencies(words)
    rarity = np.array(rarities(frequencies, collection.passages), np.float32)
    alone = np.array([[word in _token_set(s.text) for word in words] for s in sentences])
    above = np.array([[word in _token_set(s.context) for word in words] for s in sentences])
    passage = above | (_group_max(alone.T.astype(np.float32), groups).T > 0)
    total = float(rarity.sum())
    cover, whole, titles = (circle @ rarity / total for circle in (alone, passage, above))
    focus = np.where(above, 0, rarity)
    # Where the titles say everything, nothing is left for the sentence to say.
    focused = (alone * focus).sum(axis=1) / np.maximum(focus.sum(axis=1), 0.1 * total)
    missing = (~passage * rarity).max(axis=1) / math.log1p(collection.passages + 1)
    known = np.full(len(sentences), float(rarity[np.asarray(frequencies) > 0].sum()) / total)
    return np.column_stack([cover, whole, focused, titles, missing, known, same]).astype(
        np.float32
    )


@lru_cache(maxsize=_CACHED_TEXTS)
def _script(text: str) -> str:
    """Name the script by its commonest letters: `cjk`, or the block of an alphabet."""
    sample = text[:_SCRIPT_SAMPLE]
    if len(_CJK.findall(sample)) * 3 > len(sample):
        return "cjk"
    blocks = [ord(char) // 0x300 for char in sample if char.isalpha()]
    return str(max(blocks, key=blocks.count)) if blocks else ""


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
