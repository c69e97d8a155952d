"""Answer with the sentences of the passages found, verbatim.

Sentences are measured by `qa.matching` and scored by `qa.evidence`; the best one to three become
excerpts. A sentence that leans on the one before it («该院…», "They …") is quoted with it. Inside
an excerpt the date, number, name or place that was asked for is marked where it is plain.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from corpus.types import Span
from index.tokens import fold, tokenize, tokens
from qa.entities import entities
from qa.question import Question
from qa.sentence import Sentence

__all__ = ["MOST_QUOTES", "Excerpt", "excerpts", "highlights"]

MOST_QUOTES = 3  # a reader compares three sentences at a glance, not ten
_ALIKE = 0.7  # share of common tokens from which two sentences say the same
_CLAUSE = re.compile("[,，;；。]")
_CLAUSE_GAP = 20  # code points that a clause border counts for
# In units of the score, a logit. On articles that nothing was learned from, a quote held the answer
# of .925 of the answerable questions at 2.5, of .932 here, of .934 at 4.5.
_BEHIND = 3.5
_LONGEST = 400  # code points: a sentence is not joined with the one before it beyond this


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What is to be quoted: a span of an article, the sentence that won, and its score."""

    article: str
    passage: int
    span: Span
    sentence: Sentence
    score: float


@cache
def _leaning() -> re.Pattern[str]:
    lines = resources.files("qa").joinpath("leaning.json").read_text("utf-8")
    return re.compile("|".join(json.loads(lines)), re.I)


def excerpts(
    sentences: Sequence[Sentence],
    scores: NDArray[np.float32],
    ranking: NDArray[np.intp],
    most: int = MOST_QUOTES,
) -> list[Excerpt]:
    """Return at most `most` excerpts, best first, none that repeats another; none for none.

    A sentence that scores far below the best is not quoted.
    """
    chosen: list[Excerpt] = []
    for number in ranking.tolist():
        sentence, score = sentences[number], float(scores[number])
        if chosen and (len(chosen) == most or score < chosen[0].score - _BEHIND):
            break
        if any(_repeats(sentence, excerpt) for excerpt in chosen):
            continue
        span = _with_previous(sentence, sentences)
        chosen.append(Excerpt(sentence.article, sentence.passage, span, sentence, score))
    return _merged(chosen)


def _repeats(sentence: Sentence, excerpt: Excerpt) -> bool:
    if sentence.article == excerpt.article and (
        excerpt.span.start <= sentence.span.start < excerpt.span.end
    ):
        return True
    one, other = set(tokens(sentence.text)), set(tokens(excerpt.sentence.text))
    return len(one & other) > _ALIKE * max(1, min(len(one), len(other)))


def _with_previous(sentence: Sentence, sentences: Sequence[Sentence]) -> Span:
    """Return the sentence's span, from the sentence before it where it leans on that."""
    span = sentence.span
    if not _leaning().match(sentence.text):
        return span
    for other in sentences:
        if (
            other.article == sentence.article
            and 0 <= span.start - other.span.end <= 1
            and not other.heading
            and span.end - other.span.start <= _LONGEST
        ):
            return Span(other.span.start, span.end)
    return span


def _merged(chosen: Sequence[Excerpt]) -> list[Excerpt]:
    """Join excerpts that follow each other in an article, so that they are read as one."""
    kept: list[Excerpt] = []
    for excerpt in chosen:
        for number, other in enumerate(kept):
            touching = (
                excerpt.article == other.article
                and excerpt.passage == other.passage
                and excerpt.span.start <= other.span.end
                and other.span.start <= excerpt.span.end
            )
            if touching:
                span = Span(
                    min(excerpt.span.start, other.span.start),
                    max(excerpt.span.end, other.span.end),
                )
                kept[number] = Excerpt(
                    other.article, other.passage, span, other.sentence, other.score
                )
                break
        else:
            kept.append(excerpt)
    return kept


def highlights(question: Question, text: str) -> tuple[Span, ...]:
    """Return the span of the text that answers, at most one; none where it is not plain.

    Of the entities of the kind asked for, the one that has the question's words nearest.
    """
    if question.kind == "why":  # «because» announces the answer, and is none
        return ()
    asked = fold(question.text)
    found = [
        span for span in entities(text, question.kind) if fold(span.of(text)).strip() not in asked
    ]
    if question.measure:
        fitting = [span for span in found if re.search(question.measure, span.of(text))]
        found = fitting or found
    if len(found) < 2:
        return tuple(found)
    wanted = set(question.content)
    places = [Span(token.start, token.end) for token in tokenize(text) if token.text in wanted]
    return (max(found, key=lambda span: sum(_nearness(text, span, place) for place in places)),)


def _nearness(text: str, span: Span, place: Span) -> float:
    """Return how near a word of the question stands, in (0, 1/4]; another clause is farther."""
    between = text[min(span.end, place.end) : max(span.start, place.start)]
    return 1 / (4 + len(between) + _CLAUSE_GAP * len(_CLAUSE.findall(between)))
