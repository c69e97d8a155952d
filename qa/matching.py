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
    "dense",  # cosine of question and passage
    "has_kind",  # 1 where the sentence has a date for a when, a number for a how many, …
    *(f"lacks_{kind}" for kind in KINDS),  # 1 where the question wants one and there is none
    "measure",  # 1 where the answer is in the unit asked for: 名 for 多少名, 周 for 星期几
    "lacks_measure",  # 1 where a unit is asked for and no answer has it
    "clash",  # share of the question's numbers that stand neither in the sentence nor its titles
    "heading",  # 1 for a heading or a line too short to be a sentence
    "length",  # natural logarithm of the code points, over 5
)
_SHORT = 8  # code points: shorter lines are labels
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
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
    columns = {
        **_late(question, texts, titles, where, embedder),
        **_cover(question, texts, titles, where, collection),
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


def _late(
    question: Question,
    texts: Sequence[str],
    titles: Sequence[str],
    where: Layout,
    embedder: Embedder,
) -> dict[str, Floats]:
    """Return the columns that begin with `late`, each float32 (n,)."""
    documents = embedder.document_tokens([*texts, *titles])
    whole, head = (embedder.query_tokens(text) for text in (question.bare, question.head))
    best = best_cosines(_both(whole, head), documents)
    columns: dict[str, Floats] = {}
    parts = (whole, "late", best[: len(whole.index)]), (head, "late_head", best[len(whole.index) :])
    for query, name, found in parts:
        if len(found):
            weights = _token_weights(query, found[:, : len(texts)], where)
            columns |= _circled(name, f"{name}_missing", found, weights, len(texts), where)
        else:
            columns |= _nothing(name, f"{name}_missing", len(where.starts))
    return columns


def _both(one: TokenVectors, other: TokenVectors) -> TokenVectors:
    """Return the tokens of both, to be compared at once."""
    return TokenVectors(
        np.concatenate([one.rows, other.rows]),
        np.concatenate([one.norms, other.norms]),
        np.concatenate([one.index, other.index + np.int32(len(one.rows))]),
        np.array([0, len(one.index) + len(other.index)]),
    )


def _token_weights(query: TokenVectors, matches: Floats, where: Layout) -> Floats:
    mean = np.clip(mean_best(matches, where), *_MEANS)
    weights: Floats = query.norms[query.index] * np.square(np.log(mean))
    return weights


def _cover(
    question: Question,
    texts: Sequence[str],
    titles: Sequence[str],
    where: Layout,
    collection: Collection,
) -> dict[str, Floats]:
    """Return the columns of words, each float32 (n,)."""
    names = named(question.text)
    counted = collection.frequencies(names)
    words = [*question.content, *(name for name, n in zip(names, counted, strict=True) if n)]
    n = len(where.starts)
    if not words:
        empty = _nothing("cover", "missing", n) | _nothing("cover_head", "head_missing", n)
        return empty | {"known": np.zeros(n, np.float32)}
    frequencies = collection.frequencies(words)
    rarity = np.array(rarities(frequencies, collection.passages), np.float32)
    held = [token_set(text) for text in (*texts, *titles)]
    stands = [[word in here for word in words] for here in held]
    matches = np.array(stands, np.float32).T
    known = float(rarity[np.asarray(frequencies) > 0].sum() / rarity.sum())
    most = max(rarities([0], collection.passages))
    head = set(content(question.head))
    asked = np.array([word in head for word in words])
    return {
        **_circled("cover", "missing", matches, rarity, len(texts), where, most),
        **(
            _circled(
                "cover_head", "head_missing", matches[asked], rarity[asked], len(texts), where, most
            )
            if asked.any()
            else _nothing("cover_head", "head_missing", n)
        ),
        "known": np.full(n, known, np.float32),
    }


def _circled(
    name: str,
    missing: str,
    best: Floats,
    weights: Floats,
    texts: int,
    where: Layout,
    most: float | None = None,
) -> dict[str, Floats]:
    """Return the columns of `circles` by name, and that of what weighs most and is missing.

    `best` (q, texts and titles), `weights` (q,); `most` is the greatest weight there could be.
    """
    inside, above = best[:, :texts], best[:, texts:]
    columns, lacking = circles(inside, above, weights, where)
    heaviest = max(float(weights.max()), 1e-6) if most is None else most
    named = {f"{name}{circle}": column for circle, column in zip(CIRCLES, columns, strict=True)}
    return named | {missing: lacking / np.float32(heaviest)}


def _nothing(name: str, missing: str, n: int) -> dict[str, Floats]:
    return dict.fromkeys(
        [*(f"{name}{circle}" for circle in CIRCLES), missing], np.zeros(n, np.float32)
    )


def _search(sentences: Sequence[Sentence], hits: Sequence[Hit]) -> dict[str, Floats]:
    best = max(hit.score for hit in hits)
    found = {hit.passage: (hit.score - best, hit.scores.get("dense", 0.0)) for hit in hits}
    rows = np.array([found[sentence.passage] for sentence in sentences], np.float32)
    return {"passage": rows[:, 0], "dense": rows[:, 1]}


def _scripts(question: Question, sentences: Sequence[Sentence]) -> dict[str, Floats]:
    asked = script(question.text)
    same = np.array([asked == script(sentence.text) for sentence in sentences], np.float32)
    return {"same_script": same, "cjk": np.full(len(same), asked == "cjk", np.float32)}


def _answered(
    question: Question, sentences: Sequence[Sentence], answers: Sequence[Sequence[Span]]
) -> dict[str, Floats]:
    """Return the columns of what stands in the sentence itself."""
    has = np.array([bool(found) for found in answers], np.float32)
    fits = np.array(
        [
            any(re.search(question.measure, sentence.text[a:b]) for a, b in found)
            for sentence, found in zip(sentences, answers, strict=True)
        ]
        if question.measure
        else has * 0,
        np.float32,
    )
    texts = [sentence.text for sentence in sentences]
    return {
        "has_kind": has,
        **{f"lacks_{kind}": (1 - has) * (question.kind == kind) for kind in KINDS},
        "measure": fits,
        "lacks_measure": (1 - fits) * bool(question.measure),
        "clash": _clashes(question.text, sentences),
        "heading": np.array([s.heading or len(s.text) < _SHORT for s in sentences], np.float32),
        "length": np.array([math.log(max(len(text), 1)) / 5 for text in texts], np.float32),
    }


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
