"""Measure how well each sentence found matches a question: one row of features a sentence.

A question is matched by its words, weighted by rarity, and by its token vectors, which cross
languages (`qa.parts`); its head and its noun, the words that name what is asked for, once more by
themselves. Where the parts are looked for is told in `qa.circles`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from corpus.types import Span
from index.tokens import fold
from index.types import Embedder, Hit
from qa.circles import CIRCLES, HEAVIEST, NO_WEIGHT, Layout, circles, layout
from qa.entities import KINDS
from qa.naming import asks_by_name, unnamed
from qa.parts import Collection, Matched, by_tokens, by_words
from qa.question import Question
from qa.sentence import EAST_ASIAN, Sentence, around, clauses_of, entities_of, script

__all__ = ["FEATURES", "features"]

Floats = NDArray[np.float32]

_HEAVIEST = ("weight", "sentence", "clause", "near", "before", "article", "titles")
FEATURES = (
    *(f"late{circle}" for circle in CIRCLES),  # by token vectors
    "late_missing",  # weight of the token that matters most and is not in the article, in [0, 1]
    *(f"late_head{circle}" for circle in CIRCLES),  # by token vectors, of the head alone
    "late_head_missing",
    *(f"late_noun{circle}" for circle in CIRCLES),  # by token vectors, of what is asked for alone
    "late_noun_missing",
    "has_noun",  # 1 where the question says what is asked for: «which university»
    *(f"cover{circle}" for circle in CIRCLES),  # by words
    "missing",  # rarity of the rarest word that stands nowhere in the article, in [0, 1]
    # Of the token that weighs most, of the rarest word, and of the next ones: its share of the
    # whole, and how well the sentence, its best clause and so on have it.
    *(f"late_{what}_{rank}" for rank in range(1, HEAVIEST + 1) for what in _HEAVIEST),
    *(f"cover_{what}_{rank}" for rank in range(1, HEAVIEST + 1) for what in _HEAVIEST),
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
_POST_GAP = 10  # code points before a name in which its post is looked for: «科主任、副院长权仲和»
# Code points after a number in which its unit is looked for: «14个人», «14 young nurses».
_UNIT_GAP, _UNIT_GAP_WORDS = 6, 20
_SHORT = 8  # code points: shorter lines are labels
_LATIN_WORD = re.compile("[A-Za-z]{3}")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
# What `_circled` matches, in its order, and the name of what is missing there.
_MATCHED = ("late", "late_head", "late_noun", "cover")
_MISSING = ("late_missing", "late_head_missing", "late_noun_missing", "missing")


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
    windows = [
        [around(sentence.text, span) for span in found]
        for sentence, found in zip(sentences, answers, strict=True)
    ]
    texts = list(chain.from_iterable((*clauses, *windows)))
    titles = list(dict.fromkeys(sentence.context for sentence in sentences))
    where = _where(sentences, clauses, windows, titles)
    tokens = by_tokens(question, texts, titles, where, embedder)
    words, known = by_words(question, texts, titles, collection)
    columns = {
        **_circled(tokens, words, where),
        "known": np.full(len(sentences), known, np.float32),
        **_search(sentences, hits),
        **_scripts(question, sentences),
        **_answered(question, sentences, answers),
        "unnamed": _unnamed(question, sentences),
        "has_noun": np.full(len(sentences), bool(question.noun), np.float32),
    }
    return np.column_stack([columns[name] for name in FEATURES]).astype(np.float32)


def _answers(question: Question, text: str) -> list[Span]:
    """Return what of the kind asked for stands in the sentence and not in the question."""
    asked = fold(question.text)
    return [span for span, said in entities_of(text, question.kind) if said not in asked]


def _where(
    sentences: Sequence[Sentence],
    clauses: Sequence[Sequence[str]],
    windows: Sequence[Sequence[str]],
    titles: Sequence[str],
) -> Layout:
    numbers = {title: at for at, title in enumerate(titles)}
    return layout(
        [len(each) for each in clauses],
        [len(each) for each in windows],
        [sentence.passage for sentence in sentences],
        [sentence.article for sentence in sentences],
        [numbers[sentence.context] for sentence in sentences],
    )


def _circled(tokens: Matched, words: Matched, where: Layout) -> dict[str, Floats]:
    """Return the columns of `circles` by name, and those of single parts."""
    best = np.concatenate([tokens.best, words.best])
    ways = len(tokens.weights)
    weights = np.zeros((ways + len(words.weights), len(best)), np.float32)
    weights[:ways, : len(tokens.best)] = tokens.weights
    weights[ways:, len(tokens.best) :] = words.weights
    borders = np.cumsum([len(where.clauses), len(where.windows)])
    clauses, windows, titles = np.split(best, borders, axis=1)
    circled = circles(clauses, windows, titles, weights, where)
    most = np.maximum(np.concatenate([tokens.most, words.most]), NO_WEIGHT)
    named = {
        f"{name}{circle}": row
        for circle, column in zip(CIRCLES, circled.columns, strict=True)
        for name, row in zip(_MATCHED, column, strict=True)
    }
    heaviest = {
        f"{way}_{name}_{rank}": row
        for way, parts in zip(_MATCHED, circled.heaviest, strict=True)
        for rank, part in enumerate(parts, 1)
        for name, row in zip(_HEAVIEST, part, strict=True)
    }
    missing = dict(zip(_MISSING, circled.lacking / most[:, None], strict=True))
    return {**named, **missing, **heaviest}


def _search(sentences: Sequence[Sentence], hits: Sequence[Hit]) -> dict[str, Floats]:
    best = max(hit.score for hit in hits)
    found = {hit.passage: (hit.score - best, hit.scores.get("dense", 0.0)) for hit in hits}
    rows = np.array([found[sentence.passage] for sentence in sentences], np.float32)
    found_at_all = np.full(len(rows), best, np.float32)
    return {"passage": rows[:, 0], "found": found_at_all, "dense": rows[:, 1]}


def _scripts(question: Question, sentences: Sequence[Sentence]) -> dict[str, Floats]:
    asked = script(question.text)
    same = np.array([asked == script(sentence.text) for sentence in sentences], np.float32)
    return {"same_script": same, "cjk": np.full(len(same), asked in EAST_ASIAN, np.float32)}


def _answered(
    question: Question, sentences: Sequence[Sentence], answers: Sequence[Sequence[Span]]
) -> dict[str, Floats]:
    """Return the columns of what stands in the sentence itself."""
    has = np.array([bool(found) for found in answers], np.float32)
    pairs = zip(sentences, answers, strict=True)
    fits = np.array([_fits(question, each, found) for each, found in pairs], np.float32)
    texts = [sentence.text for sentence in sentences]
    return {
        "has_kind": has,
        **{f"lacks_{kind}": (1 - has) * (question.kind == kind) for kind in KINDS},
        "lacks_answer": (1 - fits) * question.plain,
        "measure": fits * [_counts_in(question, text) for text in texts],
        "lacks_measure": (1 - fits) * bool(question.measure),
        "clash": _clashes(question.text, sentences),
        "heading": np.array([s.heading or len(s.text) < _SHORT for s in sentences], np.float32),
        "length": np.array([math.log(max(len(text), 1)) / 5 for text in texts], np.float32),
    }


def _fits(question: Question, sentence: Sentence, answers: Sequence[Span]) -> bool:
    """Say whether one of the answers is counted in what the question asks for, if it can be told.

    Of dates and names in words («at dawn») the patterns know too few to miss one, but in Chinese
    and Japanese.
    """
    text = sentence.text
    if not _counts_in(question, text):
        return bool(answers) or (
            question.kind in ("when", "who") and script(text) not in EAST_ASIAN
        )
    if question.kind in KINDS:
        before = _POST_GAP if question.kind == "who" else 0
        after = _UNIT_GAP if script(text) in EAST_ASIAN else _UNIT_GAP_WORDS
        near = (text[max(0, a - before) : b + after] for a, b in answers)
        return any(re.search(question.measure, each) for each in near)
    # «Which university» is not answered by that of the hospital's own name.
    said = question.text + sentence.context
    found = re.finditer(question.measure, text)
    return any(text[max(0, word.start() - 2) : word.end()] not in said for word in found)


def _counts_in(question: Question, text: str) -> bool:
    """Say whether the unit asked for can be looked for in a text.

    A pattern without a word in Latin letters knows the units of Chinese and Japanese only.
    """
    measure = question.measure
    return bool(measure) and (script(text) in EAST_ASIAN or bool(_LATIN_WORD.search(measure)))


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
