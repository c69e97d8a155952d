"""Measure how well each sentence found matches a question.

One row of features a sentence. A question is matched twice: by its words, weighted by rarity, and
by its token vectors, which cross languages. What the titles above a sentence already say (the
hospital's name) counts apart from the focus: what only the sentence can say. Newspaper sentences
are long, so that the date or number asked for must stand in a clause that is in the focus too.
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
from index.pinyin import named, terms
from index.rerank import best_cosines
from index.tokens import fold
from index.types import Embedder, Hit
from qa.entities import KINDS, entities
from qa.question import Question

__all__ = ["FEATURES", "Collection", "Sentence", "features"]

Floats = NDArray[np.float32]

# By token vectors (late) and by words (cover): the share of the question, by weight, that …
_CIRCLES = (
    "",  # stands in the sentence
    "_passage",  # … or in its titles or the rest of its passage
    "_focus",  # stands in the sentence, of what the titles do not say
    "_kind",  # … in or beside a clause with what was asked for: a date, a number, …
    "_titles",  # stands in the titles
)
FEATURES = (
    *(f"late{circle}" for circle in _CIRCLES),
    "late_missing",  # weight of the word that matters most and is not in the passage, in [0, 1]
    *(f"cover{circle}" for circle in _CIRCLES),
    "missing",  # rarity of the rarest word that stands nowhere in the passage, in [0, 1]
    "known",  # share of the question's rarity that occurs in the collection at all
    "same_script",  # 1 where question and sentence are written in one script
    "cjk",  # 1 for a question in Chinese, Japanese or Korean
    "passage",  # the passage's score of the search, below its best: 0 for the best
    "dense",  # cosine of question and passage
    "has_kind",  # 1 where the sentence has a date for a when, a number for a how many, …
    "lacks_kind",  # 1 where the question wants one and the sentence has none
    "measure",  # 1 where the answer is in the unit asked for: 名 for 多少名, 周 for 星期几
    "clash",  # share of the question's numbers that stand neither in the sentence nor its titles
    "heading",  # 1 for a heading or a line too short to be a sentence
    "length",  # natural logarithm of the code points, over 5
)
_SHORT = 8  # code points: shorter lines are labels
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_CLAUSE_END = re.compile(r"[，；：;:]|[,.](?=\s)|——")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_SCRIPT_SAMPLE = 60  # code points that tell the script of a text
_BESIDE = 0.8  # what the clause before or after counts, beside one with a date or a number
_SAID = 0.4  # squared cosine from which the titles say a thing: a translation has about 0.45
_LEAST_FOCUS = 0.1  # of the whole weight: where the titles say all, little is left to match
_MEANS = (0.02, 0.98)  # a token that every sentence matches still weighs a little
_CACHED_TEXTS = 100_000  # clauses and sentences whose tokens are kept; about 100 MB


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
    return frozenset(terms(text))


@lru_cache(maxsize=_CACHED_TEXTS)
def _clauses(text: str) -> tuple[Span, ...]:
    """Return the clauses of a sentence, at least one."""
    ends = [match.end() for match in _CLAUSE_END.finditer(text, 0, len(text) - 1)]
    return tuple(Span(a, b) for a, b in zip([0, *ends], [*ends, len(text)], strict=True))


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where clauses, sentences and titles stand, as numbers.

    `starts` (n,): the first clause of each sentence. `groups` (n,): its passage. `titles` (n,):
    its titles. `asked` (clauses,): whether a clause has what the question wants, or None.
    """

    starts: NDArray[np.intp]
    groups: NDArray[np.intp]
    titles: NDArray[np.intp]
    asked: NDArray[np.bool_] | None


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
    answers = [_answers(question, sentence.text) for sentence in sentences]
    clauses = [_clauses(sentence.text) for sentence in sentences]
    texts = [
        span.of(sentence.text)
        for sentence, spans in zip(sentences, clauses, strict=True)
        for span in spans
    ]
    titles = list(dict.fromkeys(sentence.context for sentence in sentences))
    layout = _layout(question, sentences, clauses, answers, titles)
    late = _late(question, texts, titles, layout, embedder)
    cover = _cover(question, texts, titles, layout, collection)
    shape = [_shape(question, *pair) for pair in zip(sentences, answers, strict=True)]
    asked = _script(question.text)
    same = [asked == _script(sentence.text) for sentence in sentences]
    cjk = [asked == "cjk"] * len(sentences)
    columns = (late, cover, same, cjk, _search(sentences, hits), shape)
    return np.column_stack(columns).astype(np.float32)


def _answers(question: Question, text: str) -> list[Span]:
    """Return what of the kind asked for stands in the sentence and not in the question."""
    asked = fold(question.text)
    found = entities(text, question.kind)
    return [span for span in found if fold(span.of(text)).strip() not in asked]


def _layout(
    question: Question,
    sentences: Sequence[Sentence],
    clauses: Sequence[tuple[Span, ...]],
    answers: Sequence[Sequence[Span]],
    titles: Sequence[str],
) -> _Layout:
    sizes = np.array([len(spans) for spans in clauses])
    where = {title: at for at, title in enumerate(titles)}
    asked = [
        any(span.start <= answer.start < span.end for answer in found)
        for spans, found in zip(clauses, answers, strict=True)
        for span in spans
    ]
    return _Layout(
        np.concatenate([[0], np.cumsum(sizes)[:-1]]),
        np.unique([sentence.passage for sentence in sentences], return_inverse=True)[1],
        np.array([where[sentence.context] for sentence in sentences]),
        np.array(asked) if question.kind in KINDS else None,
    )


def _late(
    question: Question,
    texts: Sequence[str],
    titles: Sequence[str],
    layout: _Layout,
    embedder: Embedder,
) -> Floats:
    """Return the columns of late and late_missing: float32 (n, 6)."""
    query = embedder.query_tokens(question.bare)
    if not len(query.index):
        return np.zeros((len(layout.starts), len(_CIRCLES) + 1), np.float32)
    best = best_cosines(query, embedder.document_tokens([*texts, *titles])) ** 2
    matches, above = best[:, : len(texts)], best[:, len(texts) :]
    mean = np.sqrt(np.maximum.reduceat(matches, layout.starts, axis=1)).mean(axis=1)
    weights = query.norms[query.index] * -np.log(np.clip(mean, *_MEANS))
    circles = _circles(matches, above, weights, layout)
    missing = weights[:, None] * (1 - _in_passage(matches, above, layout))
    heaviest = max(float(weights.max()), 1e-6)
    return np.column_stack([circles, missing.max(axis=0) / heaviest])


def _cover(
    question: Question,
    texts: Sequence[str],
    titles: Sequence[str],
    layout: _Layout,
    collection: Collection,
) -> Floats:
    """Return the columns of cover, missing and known: float32 (n, 7)."""
    names = named(question.text)
    counted = collection.frequencies(names)
    words = [*question.content, *(name for name, n in zip(names, counted, strict=True) if n)]
    if not words:
        return np.zeros((len(layout.starts), len(_CIRCLES) + 2), np.float32)
    frequencies = collection.frequencies(words)
    rarity = np.array(rarities(frequencies, collection.passages), np.float32)
    stands = [[word in _token_set(text) for word in words] for text in (*texts, *titles)]
    matches = np.array(stands, np.float32).T
    inside, above = matches[:, : len(texts)], matches[:, len(texts) :]
    circles = _circles(inside, above, rarity, layout)
    known = float(rarity[np.asarray(frequencies) > 0].sum() / rarity.sum())
    missing = ((1 - _in_passage(inside, above, layout)) * rarity[:, None]).max(axis=0)
    missing /= max(rarities([0], collection.passages))
    return np.column_stack([circles, missing, np.full(len(circles), known)])


def _circles(matches: Floats, above: Floats, weights: Floats, layout: _Layout) -> Floats:
    """Return the columns of `_CIRCLES`, float32 (n, 5).

    `matches` (q, clauses) and `above` (q, titles) say how well each of q parts of the question
    is found, in [0, 1]; `weights` (q,) what each counts.
    """
    total = max(float(weights.sum()), 1e-6)
    alone = np.maximum.reduceat(matches, layout.starts, axis=1)
    titles = above[:, layout.titles]
    focus = weights[:, None] * np.clip(1 - titles / _SAID, 0, 1)
    focused = _share(focus, alone, total)
    whole = weights[:, None]
    columns = (
        _share(whole, alone, total),
        _share(whole, _in_passage(matches, above, layout), total),
        focused,
        focused if layout.asked is None else _share(focus, _beside(matches, layout), total),
        _share(whole, titles, total),
    )
    return np.stack(columns, axis=1)


def _share(weights: Floats, matches: Floats, total: float) -> Floats:
    """Return which share of the weights (q, n) is matched: float32 (n,)."""
    least = np.maximum(weights.sum(axis=0), _LEAST_FOCUS * total)
    share: Floats = (weights * matches).sum(axis=0) / least
    return share


def _beside(matches: Floats, layout: _Layout) -> Floats:
    """Return the best matches in or beside a clause with an answer: float32 (q, n)."""
    assert layout.asked is not None
    first = np.zeros(matches.shape[1], bool)
    first[layout.starts] = True
    before = np.where(first, 0, np.roll(matches, 1, axis=1))
    after = np.where(np.roll(first, -1), 0, np.roll(matches, -1, axis=1))
    window = np.maximum(matches, _BESIDE * np.maximum(before, after))
    near: Floats = np.maximum.reduceat(window * layout.asked, layout.starts, axis=1)
    return near


def _in_passage(matches: Floats, above: Floats, layout: _Layout) -> Floats:
    """Return the best matches in each sentence's passage and titles: float32 (q, n)."""
    alone = np.maximum.reduceat(matches, layout.starts, axis=1)
    order = np.argsort(layout.groups, kind="stable")
    starts = np.flatnonzero(np.diff(layout.groups[order], prepend=-1))
    grouped = np.maximum.reduceat(alone[:, order], starts, axis=1)
    best: Floats = np.maximum(grouped[:, layout.groups], above[:, layout.titles])
    return best


def _search(sentences: Sequence[Sentence], hits: Sequence[Hit]) -> Floats:
    """Return the columns passage and dense: float32 (n, 2)."""
    best = max(hit.score for hit in hits)
    found = {hit.passage: (hit.score - best, hit.scores.get("dense", 0.0)) for hit in hits}
    return np.array([found[sentence.passage] for sentence in sentences], np.float32)


@lru_cache(maxsize=_CACHED_TEXTS)
def _script(text: str) -> str:
    """Name the script by its commonest letters: `cjk`, or the block of an alphabet."""
    sample = text[:_SCRIPT_SAMPLE]
    if len(_CJK.findall(sample)) * 3 > len(sample):
        return "cjk"
    blocks = [ord(char) // 0x300 for char in sample if char.isalpha()]
    return str(max(blocks, key=blocks.count)) if blocks else ""


def _shape(
    question: Question, sentence: Sentence, answers: Sequence[Span]
) -> tuple[float, float, float, float, float, float]:
    """Return the columns from has_kind to length."""
    wanted = question.kind in KINDS
    measure = question.measure
    return (
        float(wanted and bool(answers)),
        float(wanted and not answers),
        float(bool(measure) and any(re.search(measure, sentence.text[a:b]) for a, b in answers)),
        _clash(question.text, sentence),
        float(sentence.heading or len(sentence.text) < _SHORT),
        math.log(max(len(sentence.text), 1)) / 5,
    )


def _clash(question: str, sentence: Sentence) -> float:
    numbers = set(_NUMBER.findall(fold(question)))
    if not numbers:
        return 0.0
    text = fold(sentence.context + sentence.text)
    return sum(number not in text for number in numbers) / len(numbers)
