"""Measure how well each sentence found matches a question: one row of features a sentence.

A question is matched twice: by its words, weighted by rarity, and by its token vectors, which
cross languages; and its head, the words that name what is asked for, once more by itself. Where
the parts are looked for is told in `qa.circles`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.types import Span
from index.fuse import rarities
from index.pinyin import named
from index.rerank import best_cosines
from index.tokens import fold
from index.types import Embedder, Hit, TokenVectors
from qa.circles import CIRCLES, Layout, circles, layout, mean_best
from qa.entities import KINDS
from qa.naming import asks_by_name, unnamed
from qa.question import Question, content
from qa.sentence import Sentence, clauses_of, entities_of, script, token_set

__all__ = ["FEATURES", "Collection", "features"]

Floats = NDArray[np.float32]

FEATURES = (
    *(f"late{circle}" for circle in CIRCLES),  # by token vectors
    "late_missing",  # weight of the token that matters most and is not in the article, in [0, 1]
    *(f"late_head{circle}" for circle in CIRCLES),  # by token vectors, of the head alone
    "late_head_missing",
    *(f"cover{circle}" for circle in CIRCLES),  # by words
    "missing",  # rarity of the rarest word that stands nowhere in the article, in [0, 1]
    *(f"cover_head{circle}" for circle in CIRCLES),  # by words, of the head alone
    "head_missing",
    "known",  # share of the question's rarity that occurs in the collection at all
    "unnamed",  # share of the question's names that the article does not have
    "same_script",  # 1 where question and sentence are written in one script
    "cjk",  # 1 for a question in Chinese or Japanese
    "passage",  # the passage's score of the search, below its best: 0 for the best
    "found",  # the best passage's score of the search: how far above passages at random
    "dense",  # cosine of question and passage
    "has_kind",  # 1 where the sentence has a date for a when, a number for a how many, …
    *(f"lacks_{kind}" for kind in KINDS),  # 1 where the question wants one and there is none
    "lacks_answer",  # 1 where an answer has a plain form, and none is there in the unit asked for
    "measure",  # 1 where the answer is in the unit asked for: 名 for 多少名, 周 for 星期几
    "lacks_measure",  # 1 where a unit is asked for and no answer has it
    "clash",  # share of the question's numbers that stand neither in the sentence nor its titles
    "heading",  # 1 for a heading or a line too short to be a sentence
    "length",  # natural logarithm of the code points, over 5
)
_EAST_ASIAN = ("cjk", "kana")
_UNIT_GAP = 6  # code points after a number in which its unit is looked for: «14个人»
_SHORT = 8  # code points: shorter lines are labels
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
# What `_circled` matches, in its order, and the name of what is missing there.
_MATCHED = ("late", "late_head", "cover", "cover_head")
_MISSING = ("late_missing", "late_head_missing", "missing", "head_missing")
_NO_WEIGHT = np.float32(1e-6)
_MEANS = (0.02, 0.98)  # a token that every sentence matches still weighs a little


@dataclass(frozen=True, slots=True)
class Collection:
    """What is known of the whole collection: how many passages, and in how many a token stands."""

    passages: int
    frequencies: Callable[[Sequence[str]], list[int]]


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
    clauses = [clauses_of(sentence.text) for sentence in sentences]
    texts = [text for each in clauses for _, text in each]
    titles = list(dict.fromkeys(sentence.context for sentence in sentences))
    where = _where(question, sentences, clauses, answers, titles)
    tokens = _by_tokens(question, texts, titles, where, embedder)
    words, known = _by_words(question, texts, titles, collection)
    columns = {
        **_circled(tokens, words, len(texts), where),
        "known": np.full(len(sentences), known, np.float32),
        **_search(sentences, hits),
        **_scripts(question, sentences),
        **_answered(question, sentences, answers),
        "unnamed": _unnamed(question, sentences),
    }
    return np.column_stack([columns[name] for name in FEATURES]).astype(np.float32)


def _answers(question: Question, text: str) -> list[Span]:
    """Return what of the kind asked for stands in the sentence and not in the question."""
    asked = fold(question.text)
    return [span for span, said in entities_of(text, question.kind) if said not in asked]


def _where(
    question: Question,
    sentences: Sequence[Sentence],
    clauses: Sequence[tuple[tuple[Span, str], ...]],
    answers: Sequence[Sequence[Span]],
    titles: Sequence[str],
) -> Layout:
    numbers = {title: at for at, title in enumerate(titles)}
    asked = [
        bool(found) and any(span.start <= answer.start < span.end for answer in found)
        for spans, found in zip(clauses, answers, strict=True)
        for span, _ in spans
    ]
    return layout(
        [len(spans) for spans in clauses],
        [sentence.passage for sentence in sentences],
        [sentence.article for sentence in sentences],
        [numbers[sentence.context] for sentence in sentences],
        np.array(asked) if question.kind in KINDS else None,
    )


@dataclass(frozen=True, slots=True)
class _Matched:
    """How well each of q parts of the question is found.

    `best` (q, texts and titles), in [0, 1]. `weights` (2, q): what each counts in the question,
    and in its head. `most` (2,): the greatest weight that one could have there.
    """

    best: Floats
    weights: Floats
    most: Floats


def _by_tokens(
    question: Question,
    texts: Sequence[str],
    titles: Sequence[str],
    where: Layout,
    embedder: Embedder,
) -> _Matched:
    """Match the question's token vectors, and those of its head."""
    documents = embedder.document_tokens([*texts, *titles])
    whole, head = (embedder.query_tokens(text) for text in (question.bare, question.head))
    both = _both(whole, head)
    best = best_cosines(both, documents)
    mean = np.clip(mean_best(best[:, : len(texts)], where), *_MEANS)
    weights = np.tile(both.norms[both.index] * np.square(np.log(mean)), (2, 1))
    weights[0, len(whole.index) :] = weights[1, : len(whole.index)] = 0
    return _Matched(best, weights, weights.max(axis=1, initial=0))


def _both(one: TokenVectors, other: TokenVectors) -> TokenVectors:
    """Return the tokens of both, to be compared at once."""
    return TokenVectors(
        np.concatenate([one.rows, other.rows]),
        np.concatenate([one.norms, other.norms]),
        np.concatenate([one.index, other.index + np.int32(len(one.rows))]),
        np.array([0, len(one.index) + len(other.index)]),
    )


def _by_words(
    question: Question, texts: Sequence[str], titles: Sequence[str], collection: Collection
) -> tuple[_Matched, float]:
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
    head = set(content(question.head))
    asked = np.array([word in head for word in words], np.float32)
    known = float(rarity[np.asarray(frequencies) > 0].sum() / max(rarity.sum(), _NO_WEIGHT))
    most = np.full(2, max(rarities([0], collection.passages)), np.float32)
    return _Matched(best, np.stack([rarity, rarity * asked]), most), known


def _circled(tokens: _Matched, words: _Matched, texts: int, where: Layout) -> dict[str, Floats]:
    """Return the columns of `circles` by name, and those of what weighs most and is missing."""
    best = np.concatenate([tokens.best, words.best])
    weights = np.zeros((4, len(best)), np.float32)
    weights[:2, : len(tokens.best)] = tokens.weights
    weights[2:, len(tokens.best) :] = words.weights
    columns, lacking = circles(best[:, :texts], best[:, texts:], weights, where)
    most = np.maximum(np.concatenate([tokens.most, words.most]), _NO_WEIGHT)
    named = {
        f"{name}{circle}": row
        for circle, column in zip(CIRCLES, columns, strict=True)
        for name, row in zip(_MATCHED, column, strict=True)
    }
    return named | dict(zip(_MISSING, lacking / most[:, None], strict=True))


def _search(sentences: Sequence[Sentence], hits: Sequence[Hit]) -> dict[str, Floats]:
    best = max(hit.score for hit in hits)
    found = {hit.passage: (hit.score - best, hit.scores.get("dense", 0.0)) for hit in hits}
    rows = np.array([found[sentence.passage] for sentence in sentences], np.float32)
    found_at_all = np.full(len(rows), best, np.float32)
    return {"passage": rows[:, 0], "found": found_at_all, "dense": rows[:, 1]}


def _scripts(question: Question, sentences: Sequence[Sentence]) -> dict[str, Floats]:
    asked = script(question.text)
    same = np.array([asked == script(sentence.text) for sentence in sentences], np.float32)
    return {"same_script": same, "cjk": np.full(len(same), asked in _EAST_ASIAN, np.float32)}


def _answered(
    question: Question, sentences: Sequence[Sentence], answers: Sequence[Sequence[Span]]
) -> dict[str, Floats]:
    """Return the columns of what stands in the sentence itself."""
    has = np.array([bool(found) for found in answers], np.float32)
    pairs = zip(sentences, answers, strict=True)
    fits = np.array([_fits(question, each.text, found) for each, found in pairs], np.float32)
    texts = [sentence.text for sentence in sentences]
    return {
        "has_kind": has,
        **{f"lacks_{kind}": (1 - has) * (question.kind == kind) for kind in KINDS},
        "lacks_answer": (1 - fits) * question.plain,
        "measure": fits * bool(question.measure),
        "lacks_measure": (1 - fits) * bool(question.measure),
        "clash": _clashes(question.text, sentences),
        "heading": np.array([s.heading or len(s.text) < _SHORT for s in sentences], np.float32),
        "length": np.array([math.log(max(len(text), 1)) / 5 for text in texts], np.float32),
    }


def _fits(question: Question, text: str, answers: Sequence[Span]) -> bool:
    """Say whether one of the answers is counted in what the question asks for.

    A unit's word is looked for in its own language only, and of dates and names in words («at
    dawn») the patterns know too few to miss one, but in Chinese and Japanese.
    """
    chinese = script(text) in _EAST_ASIAN
    if not chinese and question.kind in ("when", "who"):
        return True
    if not question.measure or (question.measure[0] >= "\u4e00" and not chinese):
        return bool(answers)
    return any(re.search(question.measure, text[a : b + _UNIT_GAP]) for a, b in answers)


def _clashes(question: str, sentences: Sequence[Sentence]) -> Floats:
    numbers = set(_NUMBER.findall(fold(question)))
    if not numbers:
        return np.zeros(len(sentences), np.float32)
    texts = [fold(sentence.context + sentence.text) for sentence in sentences]
    lacking = [sum(number not in text for number in numbers) for text in texts]
    return np.array(lacking, np.float32) / np.float32(len(numbers))


def _unnamed(question: Question, sentences: Sequence[Sentence]) -> Floats:
    if not asks_by_name(question.text):
        return np.zeros(len(sentences), np.float32)
    texts: dict[str, list[str]] = {}
    for sentence in sentences:
        texts.setdefault(sentence.article, []).extend((sentence.context, sentence.text))
    shares: Mapping[str, float] = {
        article: unnamed(question.text, said) for article, said in texts.items()
    }
    return np.array([shares[sentence.article] for sentence in sentences], np.float32)
